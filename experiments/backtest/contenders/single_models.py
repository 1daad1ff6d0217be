"""Each family of local models alone: a blend of its own smoothing parameters, same heads."""

from __future__ import annotations

from functools import partial

from experiments.backtest.contenders import CONTENDERS, Answer, Past, answer_of
from forecasting.blend import CANDIDATES
from forecasting.global_model.mode import LOCAL


def single(name: str, past: Past) -> Answer:
    """What there would be if the family called `name` were the only one."""
    settings = past.settings.model_copy(update={"forecast_mode": LOCAL, "forecaster": ()})
    return answer_of(past.forecast(settings, CANDIDATES.of(name)), past)


for family in CANDIDATES.families:
    CONTENDERS.register(family.name)(partial(single, family.name))
