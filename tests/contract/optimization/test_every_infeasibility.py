"""Every kind of limit in a set that cannot hold together: exactly a smallest such set is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import InfeasibleError
from domain.settings import Settings
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.constraints import LIMITS
from optimization.shared.ground import Ground
from optimization.shared.rows import Row
from optimization.solve import prepare
from tests.unit.optimization.shared_limits import LAST_DAY, ground_of, rows_of, solved, tightened

pytestmark = pytest.mark.thorough

SETTINGS = Settings(unmet_demand="backordered")
OR_NOTHING = ("supplier_minimum", "container_fill")
CONFLICTING = tuple(kind for kind in LIMITS.names() if kind not in OR_NOTHING)


def ground() -> Ground:
    return ground_of(prepare(random_problem(Shape(12, cycles=3), 2), SETTINGS), SETTINGS)


def promise(place: Ground, units: float, sku: str = "") -> Row:
    """At least so many units of all, or of one."""
    weights = place.frame[["sku"]].assign(location=None, weight=1.0)
    weights = weights[weights["sku"] == sku] if sku else weights
    make = LIMITS.get("linear_limit")
    (row,) = make("promise", "", units, 0, LAST_DAY, weights, True).rows([place])
    return row


def budget(place: Ground, amount: float) -> list[Row]:
    rows: list[Row] = LIMITS.get("budget")("money", "", amount, 0, LAST_DAY).rows([place])
    return rows


def conflicting(kind: str, place: Ground) -> list[Row]:
    """Rows of a kind and one that contradicts them, among others that leave room."""
    wide = tightened(place.problem, rows_of(("budget", "storage"), place), 1.0)
    wide = [
        replace(row, limit=f"wide {row.limit}", bound=abs(row.bound) * 10 + 1e6) for row in wide
    ]
    if kind in ("group_service", "group_cycle_service"):
        asked = LIMITS.get(kind)("served", 0.99).rows([place])
        return [*wide, *asked, *budget(place, 1.0)]
    rows = tightened(place.problem, rows_of([kind], place), 0.0)  # room for no order at all
    if kind == "supplier_capacity":
        make = LIMITS.get(kind)
        limits = [make(supplier, None, "", 0.0, 0, LAST_DAY) for supplier in ("even", "odd")]
        rows = [row for limit in limits for row in limit.rows([place])]
    return [*wide, *rows, promise(place, 20.0, "sku-0001" if kind == "source_stock" else "")]


@pytest.mark.parametrize("kind", CONFLICTING)
def test_the_limits_named_conflict_and_without_any_one_they_do_not(kind: str) -> None:
    place = ground()
    rows = conflicting(kind, place)
    with pytest.raises(InfeasibleError) as caught:
        solved(place.problem, rows)
    named = [row for row in rows if row.name in caught.value.limits]
    assert len(named) == len(caught.value.limits) > 1
    assert any(row.kind == kind for row in named)
    assert not any(row.limit.startswith("wide") for row in named)
    with pytest.raises(InfeasibleError):
        solved(place.problem, named)
    for left_out in named:
        solved(place.problem, [row for row in named if row is not left_out])
    for row in named:
        assert f"{row.name} by " in caught.value.mend


@pytest.mark.parametrize("kind", OR_NOTHING)
def test_what_asks_for_much_or_nothing_yields_to_a_budget(kind: str) -> None:
    place = ground()
    make = LIMITS.get(kind)
    limit = (
        make("even", "south", 1e6) if kind == "supplier_minimum" else make("even", None, 1e6, 0.9)
    )
    found = solved(place.problem, [*budget(place, 100.0), *limit.rows([place])])
    assert found.used[0] <= 100.0 * (1 + 1e-6)
    theirs = place.frame["supplier"] == "even"
    if kind == "supplier_minimum":
        theirs &= place.frame["location"] == "south"
    assert found.solutions[0].quantity[theirs.to_numpy()].max() <= 1e-6
