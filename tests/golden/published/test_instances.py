"""Our answers to instances that textbooks publish (see `instances.py`, which wrote them)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from domain.settings import Settings
from domain.terms import Floats
from optimization.lot_sizes import discounted_lot, economic_order_quantity
from optimization.solve import solve
from optimization.stock_levels import Costs, Lead, reorder_point_and_lot
from tests.unit.optimization.problems import single

FILE = Path(__file__).with_name("instances.json")
INSTANCES = json.loads(FILE.read_text(encoding="utf-8"))["instances"]
BACKORDERED = Settings(unmet_demand="backordered")
FINE = np.linspace(0.0005, 0.9995, 1000)
DEVIATES = np.linspace(-6.0, 6.0, 12_001)
NORMAL = np.array([NormalDist().cdf(z) for z in DEVIATES])


def of(kind: str) -> Any:
    """A test for each instance of a kind: its data and the published answer."""
    those = [one for one in INSTANCES if one["kind"] == kind]
    assert those
    return pytest.mark.parametrize(
        ("data", "answer"),
        [(one["data"], one["answer"]) for one in those],
        ids=[one["instance"] for one in those],
    )


def one(*values: float) -> Floats:
    return np.array(values)


@of("economic order quantity")
def test_economic_order_quantity(data: dict[str, Any], answer: dict[str, Any]) -> None:
    fixed, holding, demand = (data[k] for k in ("fixed_cost", "holding_cost", "demand_rate"))
    lot = economic_order_quantity(one(fixed), one(demand), one(holding))[0]
    assert lot == pytest.approx(answer["quantity"], rel=1e-12)
    assert fixed * demand / lot + holding * lot / 2 == pytest.approx(answer["cost"], rel=1e-12)


@of("all-units discounts")
def test_all_units_discounts(data: dict[str, Any], answer: dict[str, Any]) -> None:
    price, starts = np.array(data["unit_costs"]), np.array(data["breakpoints"], dtype=float)
    fixed, demand = data["fixed_cost"], data["demand_rate"]
    holding = data["holding_cost_rate"] * price
    lot = discounted_lot(
        one(fixed), one(demand), holding[None], starts[None], (price[0] - price)[None], one(0.0)
    )[0]
    assert lot == pytest.approx(answer["quantity"], rel=1e-12)
    paid = int(np.searchsorted(starts, lot, side="right")) - 1
    assert paid == answer["price"]
    cost = price[paid] * demand + fixed * demand / lot + holding[paid] * lot / 2
    assert cost == pytest.approx(answer["cost"], rel=1e-12)


@of("newsvendor, normal")
def test_a_newsvendor_with_normal_demand(data: dict[str, Any], answer: dict[str, Any]) -> None:
    periods = data.get("lead_time", 0) + 1
    demand = NormalDist(data["demand_mean"] * periods, data["demand_sd"] * periods**0.5)
    holding, shortage = data["holding_cost"], data["stockout_cost"]
    knots = [demand.inv_cdf(level) for level in FINE]
    problem = single(FINE.tolist(), [knots], holding=holding, shortage=shortage)
    found = solve(replace(problem, floor=np.array([[knots[0]]])), BACKORDERED)
    assert found.order_up_to_level[0] == pytest.approx(answer["level"], rel=1e-4)
    assert found.quantity[0, 0] == pytest.approx(answer["level"], rel=1e-4)
    assert found.objective == pytest.approx(answer["cost"], rel=2e-3)


def whole_demand(chances: dict[int, float]) -> tuple[list[float], list[float]]:
    """Levels and knots whose steps are exactly those chances."""
    units = sorted(chances)
    below = np.cumsum([chances[n] for n in units])
    # Between two knots the mean of their levels holds: each value stands twice.
    levels = np.clip(np.repeat(np.concatenate([[0.0], below[:-1]]), 2), 0, 1)
    levels[1::2] = below
    return levels.tolist(), np.repeat(np.array(units, dtype=float), 2).tolist()


def poisson(mean: float) -> dict[int, float]:
    most = int(mean + 12 * mean**0.5) + 5
    chances = [float(np.exp(-mean))]
    for n in range(1, most):
        chances.append(chances[-1] * mean / n)
    return dict(enumerate(chances))


def expected_cost(level: float, chances: dict[int, float], data: dict[str, Any]) -> float:
    units, share = np.array(list(chances)), np.array(list(chances.values()))
    over, under = np.maximum(level - units, 0), np.maximum(units - level, 0)
    return float(share @ (data["holding_cost"] * over + data["stockout_cost"] * under))


@of("newsvendor, Poisson")
def test_a_newsvendor_with_poisson_demand(data: dict[str, Any], answer: dict[str, Any]) -> None:
    _whole_newsvendor(poisson(data["demand_mean"]), data, answer)


@of("newsvendor, discrete")
def test_a_newsvendor_with_discrete_demand(data: dict[str, Any], answer: dict[str, Any]) -> None:
    chances = {int(units): share for units, share in data["demand_pmf"].items()}
    _whole_newsvendor(chances, data, answer)


def _whole_newsvendor(
    chances: dict[int, float], data: dict[str, Any], answer: dict[str, Any]
) -> None:
    levels, knots = whole_demand(chances)
    problem = single(
        levels, [knots], holding=data["holding_cost"], shortage=data["stockout_cost"], multiple=1.0
    )
    found = solve(problem, BACKORDERED)
    ordered = float(found.quantity[0, 0])
    assert expected_cost(ordered, chances, data) == pytest.approx(answer["cost"], rel=1e-6)
    assert ordered == answer["level"]


@of("Wagner-Whitin")
def test_lots_of_known_demand(data: dict[str, Any], answer: dict[str, Any]) -> None:
    through = np.cumsum(data["demand"]).astype(float)
    problem = single(
        [1e-12], [[units] for units in through], holding=data["holding_cost"], shortage=1e6,
        line_cost=data["fixed_cost"],
    )  # fmt: skip
    found = solve(problem, BACKORDERED)
    assert found.quantity[0].tolist() == pytest.approx(answer["quantities"], abs=1e-6)
    assert found.objective == pytest.approx(answer["cost"], rel=1e-6)
    assert found.bound == pytest.approx(answer["cost"], rel=1e-6)


@of("(r, Q)")
def test_reorder_point_and_quantity(data: dict[str, Any], answer: dict[str, Any]) -> None:
    mean = data["demand_mean"] * data["lead_time"]
    knots = mean + data["demand_sd"] * data["lead_time"] ** 0.5 * DEVIATES[None]
    nothing = np.zeros((1, 1))
    costs = Costs(
        one(data["fixed_cost"]), one(data["holding_cost"]), one(data["stockout_cost"]), nothing,
        nothing,
    )  # fmt: skip
    lead = Lead(NORMAL[None], knots[:, 0], knots)
    point, lot = reorder_point_and_lot(lead, one(data["demand_mean"]), costs, one(0.0), lost=False)
    assert point[0] == pytest.approx(answer["reorder_point"], rel=1e-4)
    assert lot[0] == pytest.approx(answer["quantity"], rel=1e-4)


def long_run_cost(point: int, level: int, data: dict[str, Any]) -> float:
    """Cost a period of (s, S) with orders that are there at once, by renewal.

    Σ_j m(j) G(S - j) + K over Σ_j m(j), m(j) the times a cycle spends j below S (Zheng &
    Federgruen 1991, doi 10.1287/opre.39.4.654; Snyder & Shen, 2nd ed., §4.4).
    """
    chances = poisson(data["demand_mean"])
    times = np.zeros(level - point)
    for below in range(times.size):
        times[below] = (below == 0) + sum(
            times[below - units] * chances.get(units, 0.0) for units in range(1, below + 1)
        )
        times[below] /= 1.0 - chances[0]
    costs = [expected_cost(level - below, chances, data) for below in range(times.size)]
    return float((data["fixed_cost"] + times @ np.array(costs)) / times.sum())


@of("(s, S), Poisson")
def test_the_levels_that_we_keep_cost_little_more_than_the_best(
    data: dict[str, Any], answer: dict[str, Any]
) -> None:
    best = long_run_cost(int(answer["reorder_point"]), int(answer["order_up_to_level"]), data)
    assert best == pytest.approx(answer["cost"], rel=1e-6)
    periods = 12
    through = [poisson(data["demand_mean"] * (n + 1)) for n in range(periods)]
    levels = np.linspace(0.005, 0.995, 100)
    knots = [
        [float(np.searchsorted(np.cumsum(list(chances.values())), a)) for a in levels]
        for chances in through
    ]

    def ordered(stock: int) -> float:
        problem = single(
            levels.tolist(), knots, stock=stock, holding=data["holding_cost"],
            shortage=data["stockout_cost"], line_cost=data["fixed_cost"], multiple=1.0,
        )  # fmt: skip
        return float(solve(problem, BACKORDERED).quantity[0, 0])

    orders = {stock: ordered(stock) for stock in range(-2, int(answer["order_up_to_level"]) + 3)}
    point = max(stock for stock, units in orders.items() if units > 0)
    level = int(point + orders[point])
    assert best <= long_run_cost(point, level, data) * (1 + 1e-9)
    assert long_run_cost(point, level, data) <= 1.1 * best
