"""Trees that were kept: the same forecast without training, and none where they do not fit."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from forecasting.events.columns import EventSource
from forecasting.global_model import cross_fit
from forecasting.global_model.trained import GlobalModel, Trained
from forecasting.kept import Kept
from forecasting.models.boosted_trees import trees_of
from forecasting.result import Forecast
from forecasting.run import fit_all, forecast
from tests.unit.forecasting.test_global_model import AHEAD, FULL, payday

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def trained() -> Trained:
    """Learned from all but the last ten buckets, and read back from text."""
    standing = fit_all(payday()[0].first_buckets(320), FULL, AHEAD).standing
    assert standing is not None
    models = [None if one is None else _read_back(one) for one in standing.trained.models]
    return Trained(tuple(models), standing.trained.until)


def _read_back(model: GlobalModel) -> GlobalModel:
    return replace(model, trees=trees_of(model.trees.text()))


@cache
def anew() -> Forecast:
    return asked(320, None)


def asked(buckets: int, trained: Trained | None) -> Forecast:
    return forecast(payday()[0].first_buckets(buckets), FULL, AHEAD, kept=Kept(None, trained))


def test_on_the_day_they_were_trained_nothing_differs(trained: Trained) -> None:
    kept = asked(320, trained)
    assert kept.mean.tobytes() == anew().mean.tobytes()
    level = np.array([0.5, 0.95])
    assert kept.sums(level)[1].tobytes() == anew().sums(level)[1].tobytes()
    assert kept.mode_reason == ""


def test_later_they_are_asked_and_none_are_trained(
    trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cross_fit, "train", None)
    kept = asked(330, trained)
    assert (kept.mode, kept.mode_reason) == ("full", "")


def test_where_they_do_not_fit_others_are_trained_and_why_is_said(trained: Trained) -> None:
    stale = Trained(trained.models, trained.until - np.timedelta64(29, "D"))
    made = asked(320, stale)
    assert made.mode_reason == f"they know nothing after {stale.until[-1]}"
    assert made.mean.tobytes() == anew().mean.tobytes()


def test_what_does_not_fit(trained: Trained) -> None:
    panel, none = payday()[0], EventSource()
    month = np.timedelta64(30, "D")
    assert trained.unfit(panel, none) == ""
    assert "other events" in trained.unfit(panel, EventSource(("double_11",)))
    early = Trained(trained.models, trained.until - np.timedelta64(175, "D"))
    assert "28 days ahead" in early.unfit(panel.first_buckets(150), none)
    for models, days, why in (
        (trained.models, month, "other buckets"),
        (trained.models, -400 * month, "another history"),
        ((*trained.models[:-1], None), 0 * month, "another history"),
    ):
        assert why in Trained(models, trained.until + days).unfit(panel, none)


def test_a_text_that_holds_no_trees_is_refused() -> None:
    with pytest.raises(ValueError, match="no trees"):
        trees_of("tree\nversion=v4\n")
