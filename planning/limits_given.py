"""Which limits that items share a dataset gives: for what cannot keep them, to say so."""

from __future__ import annotations

from planning.dataset import Dataset

COLUMNS = {
    "storage": ("locations", "capacity_m3"),
    "supplier capacity": ("suppliers", "capacity_units"),
    "smallest order of a supplier": ("suppliers", "minimum_order_value"),
    "linear limits": ("linear_limits", "bound"),
}
"""Limits that are given in a column of a table; blank and 0 in `minimum_order_value`: none."""


def limits_given(dataset: Dataset) -> tuple[str, ...]:
    """The kinds of limits that items share, in words; none where the dataset gives none."""
    settings = dataset.settings
    said = ["budget"] if settings.budget else []
    for words, (name, column) in COLUMNS.items():
        table = dataset.table(name)
        if table is None or column not in table:
            continue
        given = table[column].notna()
        if column == "minimum_order_value":
            given &= table[column] > 0
        if given.any():
            said.append(words)
    if settings.container:
        said.append("containers to be filled")
    if settings.group_service:
        said.append("service of groups")
    if settings.order_lines_per_day is not None:
        said.append("order lines a day")
    return tuple(said)


def limits_left_out(dataset: Dataset) -> tuple[str, ...]:
    """A sentence on what is left out, where there is something."""
    given = limits_given(dataset)
    return (f"Limits that items share are left out: {', '.join(given)}.",) if given else ()
