"""The blend, moved by the global model: what `restock plan` forecasts in full mode."""

from __future__ import annotations

from experiments.backtest.contenders import CONTENDERS, Answer, Past, answer_of
from forecasting.global_model.mode import FULL, choose

GLOBAL_MODEL = "global_model"


@CONTENDERS.register(GLOBAL_MODEL)
def global_model(past: Past) -> Answer | str:
    """Nothing where the settings or the data leave a plan in local mode."""
    mode, reason = choose(past.joined, past.settings)
    if mode != FULL:
        return reason or "forecast_mode is local"
    made = past.forecast(past.settings)
    return answer_of(made, past) if made.mode == FULL else made.mode_reason
