"""What is made once and kept between runs: arrays under the hash of what they were made from.

The folder is RESTOCK_BENCHMARK_CACHE, else restock/benchmarks in XDG_CACHE_HOME, else in
~/.cache. Whatever is in it can be thrown away.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np

from experiments.benchmarks.peers.program import read_arrays, write_arrays
from planning.whole_files import write_whole, writing

CACHE_VARIABLE = "RESTOCK_BENCHMARK_CACHE"

Made = dict[str, np.ndarray]


def cache_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Where arrays are kept; it need not be there yet."""
    given = os.environ if environ is None else environ
    if given.get(CACHE_VARIABLE):
        return Path(given[CACHE_VARIABLE])
    home = given.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "restock" / "benchmarks"


def hash_of(parts: Iterable[str | Path | np.ndarray]) -> str:
    """One hash of texts, contents of files, and arrays with their type and shape."""
    made = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray):
            content = np.ascontiguousarray(part).tobytes()
            kind = f"{part.dtype.str} {part.shape}"
        else:
            content = part.read_bytes() if isinstance(part, Path) else part.encode()
            kind = type(part).__name__ if isinstance(part, str) else part.name
        made.update(f"{kind} {len(content)}\n".encode() + content)
    return made.hexdigest()[:32]


def kept(name: str, make: Callable[[], Made], fresh: bool = False) -> Made:
    """The arrays called `name` (with a hash in it); made and kept where they are not there."""
    file = cache_folder() / f"{name}.npz"
    if file.exists() and not fresh:
        return read_arrays(file)
    made = make()
    with writing(file):
        write_whole(file, lambda draft: write_arrays(draft, made))
    return made
