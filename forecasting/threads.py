"""Compiled code: how it is cached, and how many threads it may use.

Parallel kernels are entered by one thread at a time (numba's workqueue layer, used where the
system has no libgomp, is not safe otherwise): every caller of one holds `KERNEL`.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])
A = TypeVar("A")
B = TypeVar("B")

KERNEL = threading.Lock()


@cache
def _fingerprint() -> str:
    """A hash of every source file of this package that has to do with compiled code."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for file in sorted(folder.rglob("*.py")):
        source = file.read_bytes()
        if b"compiled" in source:
            digest.update(str(file.relative_to(folder)).encode() + source)
    return digest.hexdigest()


def compiled(
    *, parallel: bool = False, inlined: bool = False, apart: bool = False, packed: bool = False
) -> Callable[[F], F]:
    """`numba.njit` with a cache on disk that any change of such code makes stale.

    numba itself looks only at the file of the function that is called, so that a model changed
    in its own file would go on being run in its old form out of the kernel's cache. `inlined`:
    into every compiled caller, for small functions of innermost loops. `apart`: other threads of
    Python go on meanwhile, as they do beside every parallel kernel. `packed`: the same operation
    on neighbouring numbers becomes one instruction (superword-level parallelism, which numba
    leaves out since a version of its compiler had faults there: a test holds what is packed
    against the same code unpacked).
    """

    def wrap(function: F) -> F:
        made: Any = numba.njit(
            cache=True,
            parallel=parallel,
            forceinline=inlined,
            nogil=apart or parallel,
            error_model="numpy",
        )(function)
        index = getattr(made._cache, "_cache_file", None)
        if index is not None:
            index._source_stamp = _fingerprint()
        if packed:
            made.compile = _packing(made.compile)
        return cast(F, made)

    return wrap


def _packing(compile_one: Callable[[object], object]) -> Callable[[object], object]:
    """`compile_one` with superword-level parallelism, that of what it calls included."""

    def wrapped(signature: object) -> object:
        before = getattr(numba.config, "SLP_VECTORIZE")  # noqa: B009
        setattr(numba.config, "SLP_VECTORIZE", 1)  # noqa: B010
        try:
            return compile_one(signature)
        finally:
            setattr(numba.config, "SLP_VECTORIZE", before)  # noqa: B010

    return wrapped


def side_by_side(work: Callable[[A], B], jobs: list[A], threads: int) -> list[B]:
    """`work` on every job, in threads (0: as many as cores); results in the order of the jobs."""
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        return list(pool.map(work, jobs))


@contextmanager
def kernel(threads: int) -> Iterator[None]:
    """Hold the right to run a parallel kernel, on `threads` threads (0: all there are)."""
    with KERNEL:
        before = numba.get_num_threads()
        most = int(getattr(numba.config, "NUMBA_NUM_THREADS"))  # noqa: B009
        numba.set_num_threads(min(threads, most) if threads > 0 else most)
        try:
            yield
        finally:
            numba.set_num_threads(before)
