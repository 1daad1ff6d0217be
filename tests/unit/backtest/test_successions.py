"""A backtest forecasts what replaces another as a plan does: with the other's history."""

import numpy as np
import pandas as pd
import pytest

from domain.settings import Settings
from experiments.backtest.contenders import CONTENDERS, Answer
from experiments.backtest.ground import Asks, Moment, lay, moments
from planning.store.read import read_dataset
from tests.e2e.shop import DAYS, FIRST_DAY, Shop, small_shop

MODELS = [name for name in CONTENDERS.names() if name not in ("global_model", "seasonal_naive")]
LAST = FIRST_DAY + DAYS - 8  # of the old one: a week before the end of history


def shop() -> Shop:
    """Some fifty a day of an old item, then as many of the one that replaces it."""
    made, days = small_shop(skus=6), FIRST_DAY + np.arange(DAYS)
    sold = np.random.default_rng(4).poisson(50.0, DAYS)
    sku = np.where(days <= LAST, "old", "new")
    made.tables["sales"] = pd.concat(
        [
            made.tables["sales"],
            pd.DataFrame({"sku": sku, "date": days.astype(str), "units_sold": sold}),
        ]
    )
    life = pd.DataFrame(
        {
            "sku": ["old", "new"],
            "discontinued_on": [str(LAST), None],
            "launched_on": [None, str(LAST + 1)],
            "replaces": [None, "old"],
        }
    )
    made.tables["items"] = pd.concat([made.tables["items"], life])
    return made


@pytest.fixture(scope="module")
def moment(tmp_path_factory: pytest.TempPathFactory) -> Moment:
    """A week before the end, where nothing of the new one is sold yet."""
    whole = read_dataset(shop().write(tmp_path_factory.mktemp("shop") / "data"), None, {})
    return next(moments(lay("shop", whole, Asks(origins=1, horizon=7))))


@pytest.mark.parametrize("name", MODELS)
def test_what_replaces_another_is_expected_to_sell_as_it_did(name: str, moment: Moment) -> None:
    answer = CONTENDERS.get(name)(moment.past)
    assert isinstance(answer, Answer)
    rows = {key.sku: row for row, key in enumerate(moment.past.panel.keys)}
    assert answer.mean[rows["new"]].mean() == pytest.approx(50, rel=0.15)
    assert answer.mean[rows["old"]].sum() == 0
    assert answer.sums[rows["old"]].max() == 0


def test_settings_of_a_retraining_see_it_as_well(moment: Moment) -> None:
    made = moment.past.forecast(Settings(forecast_mode="local"))
    row = [key.sku for key in made.keys].index("new")
    assert made.mean[row, :7].mean() == pytest.approx(50, rel=0.15)
