"""Series with a model of their own."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from domain.errors import NotFoundError, UnavailableError
from domain.events import Events
from domain.settings import ForecasterSetting, Settings
from domain.terms import Panel
from forecasting.events.columns import EventSource
from forecasting.events.indicators import event_indicators
from forecasting.hierarchy import aggregated, levels_of
from forecasting.models import prophet
from forecasting.models.one_series import SERIES_MODELS, quietly
from forecasting.named import chosen
from forecasting.past import forecast_at, forecasts_of_the_past
from forecasting.run import forecast
from forecasting.told import told_of
from planning.plan_id import _deciding
from tests.contract.forecasting.situations import panel_of
from tests.unit.forecasting.test_laws import crowd


def named(model: str, *skus: str, locations: tuple[str, ...] = ()) -> ForecasterSetting:
    return ForecasterSetting(model=model, skus=skus, locations=locations)


def small() -> Panel:
    return panel_of({name: np.arange(60) % 7 + 1.0 for name in ("a", "b", "c")})


def test_a_model_is_of_the_series_named_and_of_two_settings_the_later_holds() -> None:
    both = [named("prophet", "a", "c"), named("holt_winters", "c", locations=("main",))]
    assert chosen(small(), both) == {0: "prophet", 2: "holt_winters"}
    assert chosen(small(), [named("prophet", "a", locations=("elsewhere",))]) == {}


def test_an_unknown_model_is_refused_with_the_nearest() -> None:
    with pytest.raises(NotFoundError, match="Did you mean 'prophet'") as caught:
        forecast(small(), Settings(forecaster=(named("prophets", "a"),)), 28)
    assert caught.value.where == "setting forecaster[0].model"


def test_a_missing_library_is_an_error_that_names_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    missing = dataclasses.replace(SERIES_MODELS.get("holt_winters"), available=lambda: False)
    monkeypatch.setitem(SERIES_MODELS._known, "holt_winters", missing)
    with pytest.raises(UnavailableError, match=r"restock\[models\]"):
        forecast(small(), Settings(forecaster=(named("holt_winters", "a"),)), 28)


def test_the_past_is_forecast_by_the_named_model_too() -> None:
    panel = crowd(12, 200)
    settings = Settings(forecaster=(named("holt_winters", panel.keys[3].sku),))
    origins = np.array([180, 187])
    for origin, made in zip(
        origins, forecasts_of_the_past(panel, settings, origins, 28), strict=True
    ):
        alone = forecast_at(panel, settings, int(origin), 28)
        assert made.mean[3].tobytes() == alone.mean[3].tobytes()


def test_prophet_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    assert prophet.available()
    with quietly():
        forecast(small(), Settings(forecaster=(named("prophet", "a"),)), 28)
    assert capfd.readouterr() == ("", "")


def test_only_events_that_history_shows_are_told() -> None:
    calendar = small().calendar  # 60 days from 2 January
    found = event_indicators(EventSource(("double_11", "lunar_new_year"), "US"), calendar, 400)
    assert "double_11" not in found
    assert "Independence Day" not in found
    assert found["lunar_new_year"][:60].sum() == 1.0
    assert found["Washington's Birthday"][:60].max() == 1.0
    assert np.flatnonzero(found["Washington's Birthday, eve"][:60]).tolist() == [48]


def test_the_users_events_are_told_where_they_are_and_to_an_aggregate_by_share() -> None:
    panel = small()
    events = Events(
        names=("fair",),
        name=np.array([0, 0]),
        place=np.array([1, 1]),
        starts=panel.calendar.starts()[[20, 50]],
        ends=panel.calendar.starts()[[20, 51]],
        of_series=np.array([0, 1, 1]),
    )
    panel = dataclasses.replace(panel, events=events)
    told = told_of(panel, Settings(), 10)
    assert "event fair" not in told.history(0, 60, 10).events
    assert np.flatnonzero(told.history(1, 60, 10).events["event fair"]).tolist() == [20, 50, 51]
    assert "event fair" not in told.history(1, 20, 10).events
    level = levels_of(panel)[0]
    node = told_of(aggregated(panel, level), Settings(), 10, (panel, level.label))
    assert node.own["event fair"].max() == 1.0
    np.testing.assert_allclose(node.weights, [[1 / 3, 2 / 3]])
    assert np.flatnonzero(node.history(0, 60, 10).events["event fair"]).tolist() == [20, 50, 51]


def test_settings_of_models_are_part_of_a_plans_name_only_where_they_say_something() -> None:
    plain = _deciding(Settings())
    assert not {"forecaster", "reconciliation", "aggregate_forecasts"} & set(plain)
    assert "reconciliation" in _deciding(Settings(reconciliation="auto"))
