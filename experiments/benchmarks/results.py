"""The results file: one JSON line a row, with when, where and with what it was measured.

A benchmark makes its rows and calls `record(rows, file)` once.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from domain.errors import DataError
from experiments.benchmarks.options import ROOT
from planning.whole_files import write_whole, writing

PACKAGES = ("numpy", "pandas", "pyarrow", "numba", "scipy", "pulp", "highspy")
"""Those whose versions can change a figure."""


@dataclass(frozen=True)
class Row:
    """One measure of one case, Restock's value beside its peers'."""

    benchmark: str
    case: str  # what was measured on, with its size
    measure: str
    value: float
    unit: str  # s, MB, share, ratio, money …
    peers: Mapping[str, float] = field(default_factory=dict)  # the same measure, by name
    against: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """By peer: value / peer's - 1, and the low and high end of its 95 % interval."""


def record(rows: Sequence[Row], file: Path, peers: Mapping[str, str] | None = None) -> None:
    """Append rows, the whole file in one move. `peers`: versions of the peers' packages."""
    stamp = _stamp(peers or {})
    lines = [json.dumps({**_plain(row), **stamp}, allow_nan=False) for row in rows]
    with writing(file):
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        text = before + "".join(f"{line}\n" for line in lines)
        write_whole(file, lambda draft: draft.write_text(text, encoding="utf-8"))


def read(file: Path) -> list[dict[str, Any]]:
    """Every line of a results file, oldest first."""
    found = []
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(dict(json.loads(line)))
        except ValueError as error:
            raise DataError(
                f"line {number} is not JSON", file.name, "Take the line out, or restore the file."
            ) from error
    return found


def machine() -> dict[str, Any]:
    """Model of the processor, number of cores, memory in GB; nothing that names the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": _processor(),
        "cores": os.cpu_count() or 1,
        "memory_gb": round(memory / 1e9),
    }


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _stamp(peers: Mapping[str, str]) -> dict[str, Any]:
    """What all rows of a run share. `load`: tasks that ran or waited, over a minute."""
    versions = {"python": platform.python_version(), "restock": metadata.version("restock")}
    versions |= {name: metadata.version(name) for name in PACKAGES}
    return {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "machine": machine(),
        "load": round(os.getloadavg()[0], 1),
        "versions": versions,
        "peer_versions": dict(peers),
    }


def _commit() -> str:
    """The commit that is checked out, with a + where files differ from it; "" without git."""
    try:
        said = subprocess.run(
            ["git", "describe", "--always", "--abbrev=12", "--dirty=+", "--exclude=*"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return ""
    return said.stdout.strip()


def _plain(row: Row) -> dict[str, Any]:
    """A row as JSON takes it, six digits a number."""
    plain: dict[str, Any] = {
        "benchmark": row.benchmark,
        "case": row.case,
        "measure": row.measure,
        "value": _short(row.value),
        "unit": row.unit,
    }
    if row.peers:
        plain["peers"] = {name: _short(value) for name, value in row.peers.items()}
    if row.against:
        plain["against"] = {name: [_short(v) for v in ends] for name, ends in row.against.items()}
    return plain


def _short(value: float) -> float:
    return float(f"{value:.6g}")
