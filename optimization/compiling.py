"""The two ways this package compiles with numba.

Results are cached on disk beside the code, so only the first run after a change compiles.
numba looks for changes only in a function's own file, not in the files of the functions it
calls; the stamp here is of all of them, or an old kernel would go on running old code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np

F = TypeVar("F", bound=Callable[..., Any])

Index = int | np.int64
"""An index handed to compiled code: np.int64(0), for a literal 0 is compiled for itself."""

MARKS = (b"@inner", b"@inlined", b"@kernel")


def _stamp_of_package() -> str:
    """Changes with every file of the package that holds compiled code."""
    stamp = hashlib.sha256()
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        text = file.read_bytes()
        if any(mark in text for mark in MARKS):
            stamp.update(text)
    return stamp.hexdigest()


_STAMP = _stamp_of_package()


def inner(function: F) -> F:
    """A compiled function that only compiled functions call: without wrappers for Python."""
    return _compile(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def inlined(function: F) -> F:
    """Like `inner`, but copied into its callers: for small ones that are called very often."""
    return _compile(function, no_cpython_wrapper=True, no_cfunc_wrapper=True, inline="always")


def kernel(function: F) -> F:
    """A compiled function that Python calls, from any number of threads at once."""
    return _compile(function, nogil=True)


def _compile(function: F, **options: bool | str) -> F:
    compiler: Any = numba.njit
    compiled = compiler(cache=True, error_model="numpy", **options)(function)
    if hasattr(compiled, "_cache"):  # not where compiling is switched off
        compiled._cache._cache_file._source_stamp = _STAMP
    return cast(F, compiled)
