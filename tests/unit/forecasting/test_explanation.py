"""Parts of a forecast add up to its mean, in every bucket, whatever it is made of."""

import dataclasses

import numpy as np
import pytest

from domain.periods import Bucket
from domain.settings import Settings
from domain.terms import Panel
from forecasting.commitments import Ordered
from forecasting.explanation import BLEND, OTHER, WORDS, explain, past_errors
from forecasting.named import NamedFit
from forecasting.result import Forecast
from forecasting.run import forecast
from tests.contract.forecasting.situations import situations
from tests.unit.forecasting.test_laws import crowd

HORIZON = 20


def made(panel: Panel) -> Forecast:
    return forecast(panel, Settings(forecast_mode="local"), 40 * 7)


def assert_adds_up(result: Forecast) -> dict[str, np.ndarray]:
    found = explain(result, HORIZON)
    assert OTHER not in found.parts
    assert set(found.parts) <= set(WORDS)
    total = np.sum(list(found.parts.values()), axis=0)
    np.testing.assert_allclose(total, result.expected[:, :HORIZON], rtol=1e-9, atol=1e-12)
    return found.parts


@pytest.mark.parametrize("bucket", [Bucket.DAY, Bucket.WEEK])
def test_every_situation_adds_up(bucket: Bucket) -> None:
    panel = situations(bucket)
    parts = assert_adds_up(made(panel))
    names = [key.sku for key in panel.keys]
    assert parts["trend"][names.index("trending")].sum() > 0
    np.testing.assert_allclose(parts["trend"][names.index("constant")], 0.0, atol=1e-3)
    assert (parts["like_items"][names.index("no_history")] > 0).all()
    assert parts["on_sale"][names.index("ended")].sum() < 0
    if bucket is Bucket.DAY:
        closed = panel.calendar.count + np.arange(HORIZON)
        season = parts["season"][names.index("seasonal")]
        assert (season[closed % 7 == 5] < 0).all()
        assert (season[closed % 7 == 0] > 0).all()


def test_what_customers_ordered_ahead_is_a_part() -> None:
    plain = made(crowd())
    ordered = Ordered(np.array([3]), np.array([5]), np.array([400.0]), *2 * [np.array([False])])
    parts = assert_adds_up(plain.committed_to(ordered))
    assert parts["customer_orders"][3, 4] > 300
    assert np.count_nonzero(parts["customer_orders"]) == 1


def test_a_model_of_its_own_is_a_part() -> None:
    plain = made(crowd())
    assert plain.grounds is not None
    fit, rows, path = plain.grounds.fit, np.array([2]), np.full((1, 365), 7.0)
    fields = {field.name: getattr(fit, field.name) for field in dataclasses.fields(fit)}
    named = NamedFit(**fields, inner=fit, rows=rows, path=path)
    mean = named.means_ahead(plain.horizon)
    grounds = dataclasses.replace(plain.grounds, fit=named.without_record())
    parts = assert_adds_up(dataclasses.replace(plain, mean=mean, grounds=grounds))
    assert (parts["own_model"][2] != 0).all()
    assert (np.delete(parts["own_model"], 2, axis=0) == 0).all()


def test_some_series_are_explained_as_among_all() -> None:
    result, some = made(crowd()), np.array([7, 1])
    one, every = explain(result, HORIZON, some), explain(result, HORIZON)
    for name, units in every.parts.items():
        np.testing.assert_array_equal(one.parts[name], units[some])


def test_errors_at_past_origins_are_those_of_what_was_known_there() -> None:
    panel = situations()
    names = [key.sku for key in panel.keys]
    rows = np.array([names.index("constant"), names.index("intermittent"), names.index("all_zero")])
    found = past_errors(panel, Settings(), rows)
    assert (found.buckets, found.origins) == (14, 6)
    assert set(found.error) == {BLEND, "damped_trend", "sba", "simple_smoothing", "tsb"}
    for name, error in found.error.items():
        assert error[0] < 0.06, name  # SBA takes half its smoothing off
        assert 0.1 < error[1] < 3.0, name
        assert np.isnan(error[2])
