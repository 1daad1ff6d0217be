"""The steps of a long run: what each took, and a word to whoever watches."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Listener = Callable[[str, float | None], None]
"""Told the name of a step and the share of it that is done; None where that is not known."""
Advance = Callable[[float], None]
"""Told the share of a step that is done, 0 to 1."""

# Linux counts peak memory in KiB, macOS in bytes.
BYTES_PER_COUNT = 1 if sys.platform == "darwin" else 1024


@dataclass
class Steps:
    """Names, seconds and peak memory (MB of the whole process so far) of the steps of a run."""

    listener: Listener | None = None
    taken: list[dict[str, float | str]] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[Advance]:
        """Time what happens inside, under `name`; it may say how far it is."""
        tell = self.listener or (lambda _name, _share: None)
        tell(name, None)
        begun = time.perf_counter()
        yield lambda share: tell(name, share)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_COUNT / 1e6
        seconds = round(time.perf_counter() - begun, 3)
        self.taken.append({"step": name, "seconds": seconds, "peak_memory_mb": round(peak, 1)})
