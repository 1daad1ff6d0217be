"""What every scenario keeps to, whatever happens in it."""

import dataclasses

import numpy as np
import pytest

from planning.decision import decide
from planning.forecasts import known_at
from planning.pipeline import look
from planning.situation import Situation
from planning.steps import Steps
from planning.stress.compare import Outcome, Plain, compare, price_plainly
from planning.stress.scenarios import SCENARIOS, Scenario, Spared
from tests.e2e.shop import small_shop

SETTINGS = 'bucket = "day"\ncurrency = "EUR"\n'


def nobody(_: float) -> None:
    """Nobody is told."""


@pytest.fixture(scope="module")
def situation(tmp_path_factory: pytest.TempPathFactory) -> Situation:
    """Two suppliers in two currencies, one with order costs; packs, minimums, open orders."""
    shop = small_shop(seed=5, skus=12)
    shop.settings = SETTINGS
    shop.tables["suppliers"]["currency"] = ["EUR", "USD"]
    shop.tables["suppliers"]["order_cost"] = [4.0, 0.0]
    shop.tables["suppliers"]["line_cost"] = [0.0, 0.5]
    shop.tables["items"]["shortage_cost"] = [9.0, None, None] * 4
    shop.tables["open_orders"] = shop.tables["stock"][["sku"]].assign(
        order_id="o", line_id=range(1, 13), quantity=15, due_on="2024-06-05"
    )
    dataset, calendar = known_at(
        shop.write(tmp_path_factory.mktemp("shop") / "data"), None, None, {}, Steps()
    )
    return look("shop", dataset, calendar, Steps())


@pytest.fixture(scope="module")
def ordered(situation: Situation) -> np.ndarray:
    """What the plan orders today."""
    return decide(situation, nobody).solution.quantity[:, 0]


@pytest.fixture(scope="module")
def plain(situation: Situation, ordered: np.ndarray) -> Plain:
    """The plan without any scenario."""
    return price_plainly(situation, ordered, nobody)


@pytest.fixture(scope="module", params=SCENARIOS.names())
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return SCENARIOS.get(request.param)()


@pytest.fixture(scope="module")
def found(scenario: Scenario, situation: Situation, ordered: np.ndarray, plain: Plain) -> Outcome:
    """What the scenario does."""
    return outcome_of(scenario, situation, ordered, plain)


def outcome_of(
    scenario: Scenario, situation: Situation, ordered: np.ndarray, plain: Plain
) -> Outcome:
    struck = scenario.strike(situation, ordered)
    assert not isinstance(struck, Spared)
    return compare(situation, struck, ordered, plain, nobody)


def test_costs_are_finite_and_what_is_not_struck_is_spared(
    found: Outcome, situation: Situation, ordered: np.ndarray
) -> None:
    spared = np.setdiff1d(np.arange(situation.series), found.rows)
    for cost in (found.without, found.kept, found.best):
        for part in dataclasses.astuple(cost):
            assert np.isfinite(part).all()
        # What is left over may save more of later orders than it costs.
        for part in (cost.holding, cost.shortage, cost.orders):
            assert (part >= -1e-6).all()
    assert np.abs(found.extra).max() > 0.01
    assert not found.extra[spared].any()
    np.testing.assert_array_equal(found.quantity[spared], ordered[spared])


def test_of_size_nothing_it_changes_nothing(
    scenario: Scenario, situation: Situation, ordered: np.ndarray, plain: Plain
) -> None:
    (size,) = dataclasses.fields(scenario)  # type: ignore[arg-type]
    nothing = dataclasses.replace(scenario, **{size.name: 0})  # type: ignore[type-var]
    found = outcome_of(nothing, situation, ordered, plain)
    np.testing.assert_allclose(found.extra, 0.0, atol=1e-9)
    np.testing.assert_array_equal(found.quantity, ordered)


def test_the_order_of_series_changes_nothing(
    found: Outcome, scenario: Scenario, situation: Situation, ordered: np.ndarray
) -> None:
    backwards = np.arange(situation.series)[::-1].copy()
    turned, units = situation.take(backwards), ordered[backwards]
    again = outcome_of(scenario, turned, units, price_plainly(turned, units, nobody))
    np.testing.assert_allclose(again.extra[backwards], found.extra, atol=1e-9)
    np.testing.assert_array_equal(again.quantity[backwards], found.quantity)


def test_the_same_twice_is_the_same(
    found: Outcome, scenario: Scenario, situation: Situation, ordered: np.ndarray, plain: Plain
) -> None:
    again = outcome_of(scenario, situation, ordered, plain)
    np.testing.assert_array_equal(again.extra, found.extra)
    np.testing.assert_array_equal(again.quantity, found.quantity)
