"""What kept orders cost, and scenarios with answers known by hand."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from domain.errors import PlanError
from optimization.solve import cost_of, prepare, solve_prepared
from planning.decision import decide
from planning.distributions import distributions
from planning.forecasts import known_at
from planning.pipeline import look
from planning.problem import build_problem
from planning.situation import Situation
from planning.steps import Steps
from planning.stress.changed_costs import currency_of, foreign
from planning.stress.compare import Outcome, compare, price_plainly
from planning.stress.cut_cycles import cut_at, judged_through, last_days
from planning.stress.later_orders import later_orders
from planning.stress.scenarios import SCENARIOS, Scenario, Spared
from tests.e2e.shop import small_shop

WEEKS = [f"2024-{month:02}-{day:02}" for month, day in
         [(1, 1), (1, 8), (1, 15), (1, 22), (1, 29), (2, 5), (2, 12), (2, 19), (2, 26), (3, 4),
          (3, 11), (3, 18), (3, 25), (4, 1), (4, 8)]]  # fmt: skip
SETTINGS = """
bucket = "week"
lead_time_days = 7
review_period_days = 7
horizon_buckets = 4
unmet_demand = "backordered"
order_multiple = 0
"""


def nobody(_: float) -> None:
    """Nobody is told."""


def seen(folder: Path, settings: str = SETTINGS, **tables: str) -> Situation:
    """A dataset of one product, ten units a week, as text."""
    folder.mkdir(parents=True, exist_ok=True)
    tables.setdefault("sales", "sku,date,units_sold\n" + "".join(f"tea,{w},10\n" for w in WEEKS))
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "settings.toml").write_text(settings, encoding="utf-8")
    dataset, calendar = known_at(folder, None, None, {}, Steps())
    return look("tea", dataset, calendar, Steps())


def surely(situation: Situation) -> Situation:
    """The situation with a forecast that is never wrong: ten units in each week."""

    class Sure:
        def quantiles(
            self, series: np.ndarray, lengths: np.ndarray, mean: np.ndarray, levels: np.ndarray
        ) -> np.ndarray:
            return np.repeat(mean[:, :, None], levels.shape[1], axis=2)

    forecast = situation.forecast
    exact = dataclasses.replace(
        forecast,
        mean=np.full_like(forecast.mean, 10.0),
        cumulative=np.broadcast_to(
            10.0 * np.arange(forecast.days.size), forecast.cumulative.shape
        ).copy(),
        ordinary=np.full_like(forecast.ordinary, 10.0),
        sum_head=Sure(),
    )
    return dataclasses.replace(situation, forecast=exact)


def tried(scenario: Scenario, situation: Situation, ordered: list[float]) -> Outcome:
    units = np.array(ordered)
    struck = scenario.strike(situation, units)
    assert not isinstance(struck, Spared)
    plain = price_plainly(situation, units, nobody)
    return compare(situation, struck, units, plain, nobody)


STOCK = "sku,date,on_hand\ntea,2024-04-14,10\n"
ITEM = "sku,unit_cost,shortage_cost,holding_cost_per_day\ntea,5,2,0.01\n"


def test_two_weeks_late_is_two_weeks_of_demand_short(tmp_path: Path) -> None:
    # Ten on the shelf last one week; today's order comes after it, so nobody ever waits. Late, it
    # comes after three weeks: two of them, 20 units, are waited for, at 2 a unit. Half of the
    # first level, 0.005, is the chance that nothing is wanted at all (`optimization.expectation`).
    situation = surely(seen(tmp_path, stock=STOCK, items=ITEM))
    found = tried(SCENARIOS.get("supplier_late")(days=14), situation, [10.0])
    assert found.without.shortage[0] == pytest.approx(0.0, abs=1e-9)
    more = found.kept.shortage - found.without.shortage
    # 20 units before the delivery; it brings 10 of 30 needed through its week, 20 still short.
    assert more[0] == pytest.approx(0.995 * (20 * 2 + 20 * 2))
    # Ordering 30 would leave the 20 units before the delivery alone.
    assert found.quantity[0] == pytest.approx(30.0, abs=0.1)
    assert found.saving[0] == pytest.approx(20 * 2, abs=0.5)


def test_prices_are_paid_on_what_is_ordered_today(tmp_path: Path) -> None:
    situation = surely(seen(tmp_path, stock=STOCK, items=ITEM))
    found = tried(SCENARIOS.get("price_up")(share=0.1), situation, [10.0])
    assert found.purchase[0] == pytest.approx(10 * 0.5)
    # Holding cost is typed. Left over at the end are 20 units where nothing is wanted at all.
    assert found.extra[0] == pytest.approx(10 * 0.5 + 0.005 * 20 * 0.5)
    assert found.quantity[0] == pytest.approx(10.0, abs=0.1)


def test_holding_cost_follows_the_price_it_comes_from(tmp_path: Path) -> None:
    situation = surely(seen(tmp_path, stock=STOCK, items="sku,unit_cost\ntea,5\n"))
    found = tried(SCENARIOS.get("price_up")(share=0.1), situation, [10.0])
    np.testing.assert_allclose(found.kept.holding, 1.1 * found.without.holding)
    # A level is a promise: the unit short is dearer by as much, and the order stays.
    np.testing.assert_allclose(found.kept.shortage, 1.1 * found.without.shortage, atol=1e-9)
    assert found.quantity[0] == pytest.approx(10.0, abs=0.1)


def test_a_closed_location_keeps_what_it_would_have_sold(tmp_path: Path) -> None:
    # Ten on the shelf and ten coming: without it all is sold in two weeks. Closed for these, the
    # ten are held for 14 days and then sold in one week, and the ten that come are left for it.
    situation = surely(seen(tmp_path, stock=STOCK, items=ITEM))
    found = tried(SCENARIOS.get("location_closed")(days=14), situation, [10.0])
    assert found.kept.shortage[0] == pytest.approx(0.0, abs=1e-9)
    assert found.kept.holding[0] - found.without.holding[0] >= 10 * 14 * 0.01
    # What is there lasts until an order placed after today comes: none is needed now.
    assert found.quantity[0] == 0.0


def test_without_foreign_currencies_there_is_nothing_to_stress(tmp_path: Path) -> None:
    situation = seen(tmp_path, settings=SETTINGS + 'currency = "EUR"\n', stock=STOCK, items=ITEM)
    found = SCENARIOS.get("currency_up")().strike(situation, np.zeros(1))
    assert found == Spared("No supplier is paid in another currency than EUR.")


def test_the_currency_of_an_item_at_its_supplier_comes_first(tmp_path: Path) -> None:
    situation = seen(
        tmp_path,
        settings=SETTINGS + 'currency = "EUR"\n',
        items="sku,supplier\ntea,near\ncups,near\npots,far\nlids,\n",
        suppliers="supplier,location,lead_time_days,currency\n"
        "near,,7,USD\nnear,main,7,GBP\nfar,,7,EUR\n",
        item_suppliers="sku,supplier,currency\ncups,near,CNY\n",
    )
    named = dict(zip(situation.terms.frame["sku"], currency_of(situation), strict=True))
    assert named == {"tea": "GBP", "cups": "CNY", "pots": "EUR", "lids": ""}
    rows, currencies = foreign(situation)
    assert situation.terms.frame["sku"][rows].tolist() == ["cups", "tea"]
    assert currencies == ["CNY", "GBP"]


def test_with_nothing_on_its_way_nobody_is_late(tmp_path: Path) -> None:
    situation = seen(tmp_path, stock=STOCK, items=ITEM)
    assert isinstance(SCENARIOS.get("supplier_late")().strike(situation, np.zeros(1)), Spared)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Situation:
    made = small_shop(seed=2)
    made.tables["suppliers"]["line_cost"] = [0.5, 0.0]
    dataset, calendar = known_at(
        made.write(tmp_path_factory.mktemp("shop") / "data"), None, None, {}, Steps()
    )
    return look("shop", dataset, calendar, Steps())


def test_the_best_that_can_follow_nothing_costs_what_the_solver_says(shop: Situation) -> None:
    problem = prepare(build_problem(shop, distributions(shop)), shop.dataset.settings)
    nothing = np.zeros(problem.series)
    later = later_orders(problem, nothing, 0)
    without = solve_prepared(problem).cost_without
    assert not later[:, 0].any()
    np.testing.assert_allclose(cost_of(problem, later), without, rtol=1e-9)


def test_the_plan_kept_costs_what_the_plan_does(shop: Situation) -> None:
    decision = decide(shop, nobody)
    cost = price_plainly(shop, decision.solution.quantity[:, 0], nobody).cost
    early = cost.total - decision.solution.cost
    assert (early >= -1e-6).all()  # the days before the first delivery come on top
    struck = SCENARIOS.get("demand_up")(share=0.0).strike(shop, np.zeros(shop.series))
    assert not isinstance(struck, Spared)
    best = compare(
        shop, struck, decision.solution.quantity[:, 0], price_plainly(
            shop, decision.solution.quantity[:, 0], nobody), nobody,
    ).best  # fmt: skip
    np.testing.assert_allclose(cost.total, best.total, rtol=1e-9)


def test_cycles_cut_on_a_day_end_there_and_keep_their_days(shop: Situation) -> None:
    whole = last_days(shop.cycles)
    for day in (whole, whole + 5, np.full(shop.series, 40)):
        cut = judged_through(shop, day).cycles
        np.testing.assert_array_equal(last_days(cut), day)
        first = cut.arrival_day[:, 0]
        np.testing.assert_array_equal(cut.point_weight.sum(axis=(1, 2)), day - first + 1)
    same = cut_at(shop.cycles, whole)
    for one, two in zip(dataclasses.astuple(same), dataclasses.astuple(shop.cycles), strict=True):
        np.testing.assert_array_equal(one, two)


def test_a_plan_without_stocked_items_is_refused(tmp_path: Path) -> None:
    from planning.calibration import NOT_CALIBRATED
    from planning.stress.given_plan import GivenPlan
    from planning.stress.run import stress

    situation = seen(tmp_path, items="sku,planned\ntea,no\n")
    nothing = situation.terms.frame.head(0)
    plan = GivenPlan(tmp_path, "", situation.as_of.item(), {}, NOT_CALIBRATED, nothing)
    with pytest.raises(PlanError, match="no item is kept in stock"):
        stress(plan, situation, np.zeros(1), {}, Steps())
