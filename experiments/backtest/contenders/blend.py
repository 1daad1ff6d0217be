"""All local models, blended by how each did before the origin."""

from __future__ import annotations

from experiments.backtest.contenders import CONTENDERS, Answer, Past, answer_of
from forecasting.global_model.mode import LOCAL

BLEND = "blend"


@CONTENDERS.register(BLEND)
def blend(past: Past) -> Answer:
    """What `restock plan` forecasts in local mode."""
    settings = past.settings.model_copy(update={"forecast_mode": LOCAL})
    return answer_of(past.forecast(settings), past)
