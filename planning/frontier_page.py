"""The page of cost and service against cash: one HTML file in the look of the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planning.report.page_drawing import curve
from planning.report.page_words import money, percent
from planning.report.templating import environment

LABELLED = 4
"""Budgets that are named below a curve."""


@dataclass(frozen=True)
class Group:
    """All items or those of a class, laid out."""

    name: str
    cost: str  # SVG
    service: str  # SVG; "" where no demand is expected
    rows: list[dict[str, Any]]


def render_page(frame: pd.DataFrame, dataset: str, as_of: str, currency: str) -> str:
    """The page as HTML: no request to anywhere, no script, every text escaped.

    `frame`: rows of FRONTIER, the largest budget of a group first.
    """
    groups = [
        group(str(name), rows.reset_index(drop=True), currency)
        for name, rows in frame.groupby("group", sort=False)
    ]
    whole = frame[frame["group"] == "all"]
    return (
        environment()
        .get_template("frontier.html")
        .render(
            groups=groups,
            dataset=dataset,
            as_of=as_of,
            currency=currency,
            first=whole.iloc[0].to_dict(),
            last=whole.iloc[-1].to_dict(),
        )
    )


def group(name: str, rows: pd.DataFrame, currency: str) -> Group:
    """The curves and rows of one group, its money running from the least to the most."""
    shown = rows.sort_values("budget_share", kind="stable")
    what = "all items" if name == "all" else f"class {name}"
    spent = shown["budget_share"].to_numpy(dtype=np.float64)
    across = (spent - spent[0]) / max(spent[-1] - spent[0], 1e-9)
    every = max(1, -(-len(shown) // LABELLED))
    labels = [
        percent(share) if (len(shown) - 1 - place) % every == 0 or place == 0 else ""
        for place, share in enumerate(spent)
    ]
    cost = shown["expected_cost"].to_numpy(dtype=np.float64)
    served = shown["fill_rate"].astype(float).to_numpy(dtype=np.float64)
    said = f"From {money(cost[0], currency)} at the least money to {money(cost[-1], currency)}."
    service = ""
    if np.isfinite(served).all():
        service = curve(
            f"service-{name}", f"Fill rate of {what}, percent",
            f"From {percent(served[0])} at the least money to {percent(served[-1])}.",
            (across, labels), served * 100.0,
        )  # fmt: skip
    return Group(
        name=name,
        cost=curve(f"cost-{name}", f"Expected cost of {what}", said, (across, labels), cost),
        service=service,
        rows=rows.assign(fill_rate=[None if not np.isfinite(f) else f for f in served[::-1]])
        .to_dict("records"),
    )  # fmt: skip
