"""Replayed cost of base stock on stationary Poisson demand against the closed form.

Order up to S every week; with backorders the stock after each cycle is S - X, X the demand of
lead time and review together, so that a week costs h · E(S - X)⁺ + p · E(X - S)⁺ on average
(Snyder & Shen, 2nd ed., §4.3.4 with a lead time; X is Poisson with mean λ · (L + R)).
"""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from domain.settings import Settings
from experiments.replay.ground import lay
from experiments.replay.run import Replay, replay
from optimization.policies import POLICIES
from planning.dataset import Dataset
from planning.steps import Steps
from planning.store.read import read_dataset

pytestmark = pytest.mark.thorough

PLACES, HISTORY, WEEKS = 60, 60, 110
RATE, HOLDING, SHORTAGE, LEVEL = 4.0, 0.7, 6.3, 16.0


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """One product at sixty places: the same law everywhere, drawn apart."""
    folder = tmp_path_factory.mktemp("poisson")
    weeks = pd.date_range("2015-01-05", periods=HISTORY + WEEKS, freq="7D")
    draw = np.random.default_rng(11)
    frame = pd.DataFrame(
        {
            "sku": "tea",
            "location": np.repeat([f"place-{k:02}" for k in range(PLACES)], weeks.size),
            "date": np.tile(weeks, PLACES),
            "units_sold": draw.poisson(RATE, PLACES * weeks.size),
        }
    )
    frame.to_csv(folder / "sales.csv", index=False)
    (folder / "items.csv").write_text(
        "sku,supplier,holding_cost_per_day,shortage_cost,reorder_point,order_up_to_level\n"
        f"tea,near,{HOLDING / 7},{SHORTAGE},{LEVEL - 1},{LEVEL}\n"
    )
    (folder / "suppliers.csv").write_text("supplier,lead_time_days,review_period_days\nnear,14,7\n")
    (folder / "settings.toml").write_text('bucket = "week"\nunmet_demand = "backordered"\n')
    whole: Dataset = read_dataset(folder, None, {})
    assert isinstance(whole.settings, Settings)
    start = (weeks[HISTORY] - pd.Timedelta(days=1)).date()
    ground = lay("poisson", whole, dt.date.fromisoformat(str(start)), None)
    policies = {name: POLICIES.get(name)() for name in ("min_max", "base_stock")}
    return replay(ground, policies, True, Steps())


def closed_form(level: float) -> float:
    """Mean cost of a week at a place."""
    units = np.arange(200)
    chance = poisson.pmf(units, RATE * 3)
    over, short = np.maximum(level - units, 0), np.maximum(units - level, 0)
    return float((chance * (HOLDING * over + SHORTAGE * short)).sum())


def mean_and_error(replayed: Replay, name: str) -> tuple[float, float]:
    weeks = replayed.ground.calendar.count - replayed.ground.scored_from
    each = replayed.series[f"cost {name}"].to_numpy() / weeks
    return float(each.mean()), float(each.std(ddof=1) / np.sqrt(PLACES))


def test_a_level_that_is_kept_costs_what_theory_says(replayed: Replay) -> None:
    mean, error = mean_and_error(replayed, "min_max")
    assert error < 0.03 * mean
    assert abs(mean - closed_form(LEVEL)) < 3 * error


def test_a_level_that_is_found_costs_little_more_than_the_best_one(replayed: Replay) -> None:
    best = min(closed_form(level) for level in range(5, 40))
    mean, error = mean_and_error(replayed, "base_stock")
    assert best - 3 * error < mean < 1.1 * best
