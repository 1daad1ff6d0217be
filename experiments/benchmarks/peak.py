"""The most memory that this process has held since a moment of our choosing.

Linux keeps it as VmHWM and lets a process begin it anew (proc_pid_clear_refs(5), value 5); other
systems know only the peak of the whole life.
"""

from __future__ import annotations

import contextlib
import ctypes
import resource
from pathlib import Path

BEGIN_ANEW = Path("/proc/self/clear_refs")
STATUS = Path("/proc/self/status")


def forget_peak() -> None:
    """Let the peak begin at what is held now, where the system can.

    What was freed before goes back to the system first (malloc_trim(3)): the memory that setting a
    measurement up has taken is not that of what is measured.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    with contextlib.suppress(OSError):
        BEGIN_ANEW.write_text("5")


def peak_gb() -> float:
    """The peak since it was forgotten last, GB."""
    with contextlib.suppress(OSError):
        for line in STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e9
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
