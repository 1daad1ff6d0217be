"""The page of an event's readiness: one HTML file in the look of the report, nothing to fetch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from planning.event.run import Readiness
from planning.event.summary import goods
from planning.report.page_words import UNNAMED
from planning.report.templating import environment

SHOWN = 25
CATEGORIES = 12


def render_page(found: Readiness, summary: Mapping[str, Any]) -> str:
    """The page as HTML: no request to anywhere, no script, every text escaped."""
    missing = found.items[found.items["missing_units"] > 0]
    return (
        environment("planning.event")
        .get_template("event.html")
        .render(
            summary=summary,
            currency=summary["currency"] or UNNAMED,
            goods=goods(summary),
            places=found.items["location"].nunique() > 1,
            rows=missing.head(SHOWN).to_dict("records"),
            hidden=max(len(missing) - SHOWN, 0),
            phases=_phases(found.effects),
            losers=_losers(found.effects),
            note=found.note,
        )
    )


def _phases(effects: pd.DataFrame) -> list[dict[str, Any]]:
    """A row a category with its uplift in each phase, the most units first."""
    rows = effects[effects["level"] == "category"]
    found: dict[str, dict[str, Any]] = {}
    order = rows.groupby("category")["units"].sum().sort_values(ascending=False, kind="stable")
    for category in order.index[:CATEGORIES]:
        mine = rows[rows["category"] == category]
        found[category] = {
            "category": category,
            "phases": {row["phase"]: row for row in mine.to_dict("records")},
        }
    return list(found.values())


def _losers(effects: pd.DataFrame) -> list[dict[str, Any]]:
    """Items that lost most while others of their category gained."""
    rows = effects[(effects["level"] == "item") & (effects["lost_units"] > 0)]
    ranked = rows.sort_values(["lost_units", "sku", "location"], ascending=[False, True, True])
    return ranked.head(10).to_dict("records")
