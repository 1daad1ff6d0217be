"""What the simulation of a plan says, for `summary.json` and for the page."""

from __future__ import annotations

from typing import Any

from domain.kpis import KPIS
from planning.report.page_data import ProjectedLine, ProjectionChart, ProjectionSection
from planning.simulation.totals import LEVELS, MEASURED, Band, Projection, Scenario

NOT_LIMITED = "Orders after today's are simulated without the limits that items share."
"""Said where there are limits."""
SHOWN = {
    "fill_rate": "",
    "stockout_rate": "",
    "turnover": "",
    "unserved_value": "Demand not served, at its price",
    "end_stock_value": "Stock value at the end",
    "order_value": "Money spent on orders",
    "slow_moving_value": "Slow-moving at the end",
    "slow_moving_rate": "",
    "holding_cost": "Holding cost",
    "shortage_cost": "Shortage cost, as the plan weighs it",
}
"""What the page shows, and its title; blank: that of the KPI."""


def projected(projection: Projection, limited: bool = False) -> dict[str, Any]:
    """The key `projected` of `summary.json`: every measure with and without the plan.

    `limited`: whether the plan has limits that items share.
    """
    ways = {"with_plan": projection.with_plan, "without_plan": projection.without}
    return {
        "paths": projection.paths,
        **({"left_out": NOT_LIMITED} if limited else {}),
        "fewer_paths_than_usual": projection.thinned,
        "quantile_levels": list(LEVELS),
        "error_correlation": projection.error_correlation,
        "units": MEASURED,
        **{way: _measures(scenario) for way, scenario in ways.items()},
        "by_bucket": {
            "ends_on": [str(day) for day in projection.days],
            "stock_value": {way: _band(found.stock_value) for way, found in ways.items()},
            "order_value_so_far": {way: _band(found.spent) for way, found in ways.items()},
        },
    }


def _measures(scenario: Scenario) -> dict[str, Any]:
    """Mean and quantiles of each measure; null where it cannot be known."""
    return {
        name: None if spread is None else {"mean": spread.mean, "quantiles": list(spread.quantiles)}
        for name, spread in scenario.measures.items()
    }


def _band(band: Band) -> dict[str, Any]:
    return {
        "mean": band.mean.round(2).tolist(),
        "quantiles": band.quantiles.round(2).tolist(),
    }


def projection_section(projection: Projection, limited: bool = False) -> ProjectionSection:
    """What the page shows of a simulation; `limited` as of `projected`."""
    return ProjectionSection(
        paths=projection.paths,
        thinned=projection.thinned,
        left_out=NOT_LIMITED if limited else "",
        share=LEVELS[-1] - LEVELS[0],
        lines=tuple(_line(projection, name, title) for name, title in SHOWN.items()),
        stock=_chart(projection, "stock_value", "Stock value"),
        spent=_chart(projection, "spent", "Money spent on orders so far"),
    )


def _line(projection: Projection, name: str, title: str) -> ProjectedLine:
    """A measure with and without the plan."""
    kept, left = (way.measures[name] for way in (projection.with_plan, projection.without))
    return ProjectedLine(
        name=title or KPIS.get(name).title,
        unit=MEASURED[name],
        mean=None if kept is None else kept.mean,
        low=None if kept is None else kept.quantiles[0],
        high=None if kept is None else kept.quantiles[-1],
        without=None if left is None else left.mean,
    )


def _chart(projection: Projection, name: str, title: str) -> ProjectionChart:
    """A course over the horizon, with its band, and the course without the plan."""
    band: Band = getattr(projection.with_plan, name)
    without: Band = getattr(projection.without, name)
    return ProjectionChart(
        title=title,
        days=projection.days,
        mean=band.mean,
        low=band.quantiles[:, 0],
        high=band.quantiles[:, -1],
        without=without.mean,
    )
