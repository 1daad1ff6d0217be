"""What every KPI promises: it says what it is, and its value is known or None, never NaN."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pytest

from domain.kpis import KPIS, Kpi, Unit

S, H = 5, 4
AMOUNTS = ("cost_of_goods_sold", "average_inventory_value", "inventory_value", "revenue")
UNITS_OF_SERIES = (
    "on_hand",
    "expected_use",
    "minimum_stock",
    "inventory_position",
    "order_up_to_level",
    "reorder_point",
    "minimum_order_quantity",
    "units_sold",
    "slow_moving_units",
    "slow_moving_value",
    "stock_value",
    "days_without_demand",
    "days_without_stock",
    "demand",
    "shortage",
    "yearly_cost_of_demand",
)
DEMAND = (
    "cost_of_goods_sold",
    "revenue",
    "demand",
    "shortage",
    "units_sold",
    "expected_use",
    "expected_demand",
    "monthly_demand",
    "yearly_cost_of_demand",
)
Situation = Callable[[str], Any]


def ordinary(parameter: str) -> Any:
    """Some stock, some sales; a value for every parameter a KPI may have."""
    if parameter in AMOUNTS:
        return 120.0
    if parameter in UNITS_OF_SERIES:
        return np.linspace(0.0, 40.0, S)
    others: dict[str, Any] = {
        "window_days": 90.0,
        "history_days": 400.0,
        "expected_demand": np.full((S, H), 3.0),
        "bucket_days": np.full(H, 7.0),
        "shortage_probability": np.full(S, 0.1),
        "days_planned": np.full(S, 40.0),
        "just_launched": np.zeros(S, dtype=bool),
        "product": np.arange(S) // 2,
        "monthly_demand": np.tile(np.linspace(1.0, 9.0, 12), (S, 1)),
    }
    return others[parameter]


def without_demand(parameter: str) -> Any:
    """Stock, but nothing sold and nothing expected."""
    value = ordinary(parameter)
    return value * 0 if parameter in DEMAND else value


def all_zero(parameter: str) -> Any:
    """No stock, no sales, no days: nothing can be known."""
    value = ordinary(parameter)
    return value if parameter == "product" else value * 0


def without_series(parameter: str) -> Any:
    """A plan of no series at all."""
    value = ordinary(parameter)
    if parameter == "bucket_days":
        return value
    return value[:0] if isinstance(value, np.ndarray) else 0.0


SITUATIONS: tuple[Situation, ...] = (ordinary, without_demand, all_zero, without_series)


def compute(kpi: Kpi, situation: Situation) -> object:
    """The KPI in a situation; parameters with a default keep it."""
    parameters = inspect.signature(kpi.function).parameters.values()
    return kpi.function(*[situation(p.name) for p in parameters if p.default is p.empty])


@pytest.mark.parametrize("name", KPIS.names())
def test_says_its_formula_window_unit_and_source(name: str) -> None:
    kpi = KPIS.get(name)
    said = inspect.getdoc(kpi.function) or ""
    for heading in ("Formula: ", "Window: ", "Unit: ", "Source: ", ">>> "):
        assert heading in said, f"{name} does not state {heading!r}"
    assert kpi.unit in get_args(Unit)
    assert f"Unit: {kpi.unit}" in said
    assert kpi.title
    assert kpi.meaning


@pytest.mark.parametrize("name", KPIS.names())
def test_is_called_like_its_file(name: str) -> None:
    function = KPIS.get(name).function
    assert function.__name__ == name
    assert function.__module__ == f"domain.kpis.{name}"


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.__name__)
@pytest.mark.parametrize("name", KPIS.names())
def test_is_finite_or_none_and_never_negative(name: str, situation: Situation) -> None:
    value = compute(KPIS.get(name), situation)
    if value is None:
        return
    if KPIS.get(name).unit == "class":
        assert set(np.asarray(value).tolist()) <= {"A", "B", "C", "X", "Y", "Z", ""}
        return
    numbers = np.atleast_1d(np.asarray(value, dtype=np.float64))
    assert np.all(np.isfinite(numbers))
    assert np.all(numbers >= 0)
    assert isinstance(value, (float, np.ndarray))


@pytest.mark.parametrize("name", KPIS.names())
def test_a_share_lies_between_zero_and_one(name: str) -> None:
    kpi = KPIS.get(name)
    value = compute(kpi, ordinary)
    if kpi.unit == "share":
        assert isinstance(value, float)
        assert 0.0 <= value <= 1.0
