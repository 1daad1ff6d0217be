"""Lines of the results file, as figures are written from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

WIDTH = 100
"""Characters of a line of text, at most."""

Line = Mapping[str, Any]


def newest(lines: Sequence[Line], benchmark: str, case: str) -> dict[str, Line]:
    """The last line of each measure, of the largest size of a case."""
    found: dict[str, Line] = {}
    largest = -1
    for line in lines:
        name, _, size = str(line["case"]).rpartition(", ")
        if line["benchmark"] != benchmark or name != case:
            continue
        count = int(size.split()[0])
        if count > largest:
            found, largest = {}, count
        if count == largest:
            found[str(line["measure"])] = line
    return found


def last_of(lines: Sequence[Line], benchmark: str, ending: str) -> dict[str, Line]:
    """The last line of each measure of cases that end so."""
    return {
        str(line["measure"]): line
        for line in lines
        if line["benchmark"] == benchmark and str(line["case"]).endswith(ending)
    }


def where(found: Mapping[str, Line]) -> str:
    """Day, machine and load of a measurement."""
    line = next(iter(found.values()))
    machine = line["machine"]
    return (
        f"Measured {str(line['date'])[:10]} on {machine['cpu']}, {machine['cores']} cores, "
        f"{machine['memory_gb']} GB, load {line['load']:.1f}."
    )
