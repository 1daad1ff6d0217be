"""The README's figures of what learns: how long a retraining takes, and what trials show."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from experiments.benchmarks.figures_lines import WIDTH, Line, where
from experiments.benchmarks.learning import CASES, MUSTS
from experiments.benchmarks.trials import BETTER, EQUAL


def learning_part(lines: Sequence[Line]) -> list[str]:
    """A table of retrainings, a line a data set and case."""
    last: dict[str, dict[str, Line]] = {}
    for line in lines:
        if line["benchmark"] == "learning":
            last.setdefault(str(line["case"]), {})[str(line["measure"])] = line
    order = [(name, case) for name in MUSTS for case in CASES]
    told = [
        (each, name, case, found)
        for name, case in order
        for each, found in last.items()
        if each.startswith(f"{name}, ") and each.endswith(f"({case})")
    ]
    if not told:
        return []
    head = (
        "`restock retrain`, the global model included, in a process of its own: the first time, "
        "and against the champion that it made."
    )
    table = [
        "| sales | seconds | asked | CPU seconds | memory, MB | load |",
        "|---|---|---|---|---|---|",
        *(
            f"| {each} | {found['seconds']['value']:.0f} | {MUSTS[name][0]:.0f} "
            f"| {found['cpu_seconds']['value']:.0f} | {found['peak_mb']['value']:,.0f} "
            f"| {found['seconds']['load']:.1f} |"
            for each, name, _, found in told
        ),
    ]
    return ["", fill(head, WIDTH), "", *table, "", fill(where(told[-1][3]), WIDTH)]


def trials_part(lines: Sequence[Line]) -> list[str]:
    """How often a trial shows a difference that is not there, and one that is: a table."""
    last = {str(line["case"]): line for line in lines if line["benchmark"] == "trials"}
    told = [(case, line) for case, line in last.items() if EQUAL in case or BETTER in case]
    if not told:
        return []
    head = (
        "How often a trial shows a difference: where there is none at most 0.05 is asked, and a "
        "saving that it was sized for is promised with 0.8."
    )
    table = [
        "| trials | show a difference |",
        "|---|---|",
        *(f"| {case} | {float(line['value']):.3f} |" for case, line in told),
    ]
    return ["", fill(head, WIDTH), "", *table]
