"""The page of a stress: one HTML file in the look of the plan's report, nothing to fetch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planning.report.page_words import UNNAMED
from planning.report.templating import environment
from planning.stress.run import Stress
from planning.stress.tables import LEAST_MONEY, LEAST_UNITS

WORST = 10
MOST_GROUPS = 5


@dataclass(frozen=True)
class Section:
    """What the page says of one scenario that strikes something."""

    name: str  # in plain words
    summary: Mapping[str, Any]
    begins: float  # share of the drawing's width at which its bar begins
    width: float  # and how wide it is
    worst: list[dict[str, Any]]
    changed: list[dict[str, Any]]
    hidden: int  # changed lines that are not shown
    groups: list[tuple[str, list[dict[str, Any]]]]  # column, and its dearest values
    late: bool  # what is struck is late


def render_page(stress: Stress, summary: Mapping[str, Any], frame: pd.DataFrame) -> str:
    """The page as HTML: no request to anywhere, no script, every text escaped."""
    struck = {name: each for name, each in summary["scenarios"].items() if each["struck"]}
    costs = [0.0, *(each["extra_cost"] for each in struck.values())]
    span = (min(costs), max(max(costs), min(costs) + LEAST_MONEY))
    places = stress.situation.terms.frame["location"].nunique() > 1
    return (
        environment("planning.stress")
        .get_template("stress.html")
        .render(
            summary=summary,
            sections=[
                section(name, each, frame[frame["scenario"] == name], span, places)
                for name, each in struck.items()
            ],
            spared=[
                (plain_name(name), each["what"])
                for name, each in summary["scenarios"].items()
                if not each["struck"]
            ],
            currency=summary["currency"] or UNNAMED,
            places=places,
            zero=-span[0] / (span[1] - span[0]),
            note=stress.situation.dataset.settings.note,
        )
    )


def section(
    name: str,
    summary: Mapping[str, Any],
    frame: pd.DataFrame,
    span: tuple[float, float],
    places: bool,
) -> Section:
    """One scenario, laid out; `frame` holds its rows of `stress.csv`."""
    low, high = span
    extra = summary["extra_cost"]
    worst = frame[frame["extra_cost"] >= LEAST_MONEY].head(WORST)
    change = frame["quantity_under_scenario"] - frame["quantity"]
    changed = frame[change.abs() > LEAST_UNITS].sort_values(
        ["saving", "sku", "location"], ascending=[False, True, True]
    )
    columns = ("supplier", "location") if places else ("supplier",)
    return Section(
        name=plain_name(name),
        summary=summary,
        begins=(min(extra, 0.0) - low) / (high - low),
        width=abs(extra) / (high - low),
        worst=worst.to_dict("records"),
        changed=changed.head(WORST).to_dict("records"),
        hidden=max(len(changed) - WORST, 0),
        groups=[(column, dearest(summary[f"{column}s"])) for column in columns],
        late=name.partition(":")[0] == "supplier_late",
    )


def dearest(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The suppliers or locations that cost more, the dearest first."""
    return [group for group in groups if group["extra_cost"] >= LEAST_MONEY][:MOST_GROUPS]


def plain_name(scenario: str) -> str:
    """A scenario's name for people.

    >>> plain_name("supplier_late"), plain_name("supplier_late:days=21")
    ('supplier late', 'supplier late, days 21')
    """
    name, _, settings = scenario.replace("_", " ").replace("=", " ").partition(":")
    return ", ".join([name, *filter(None, settings.split(","))])
