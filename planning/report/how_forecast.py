"""Which forecast was used, in words and for machines."""

from __future__ import annotations

from typing import Any

from domain.settings import Settings
from forecasting.global_model.mode import FULL
from forecasting.result import Forecast

NOT_HEARD = (
    "Local models do not hear of country and shopping_events: write the days that matter into the"
    " events table, or name a model for the series."
)


def mode_sentence(made: Forecast, settings: Settings) -> str:
    """The mode used and why, where `forecast_mode` left a choice or could not be had."""
    if made.mode == FULL:
        return "Forecasts are made in full mode: local models, and one that learns from all series."
    why = made.mode_reason or f"forecast_mode is {settings.forecast_mode}"
    said = f"Forecasts are made in local mode, by local models alone: {why}."
    if settings.shopping_events or settings.country:
        said += f" {NOT_HEARD}"
    return said


def fallback_counts(made: Forecast) -> dict[str, int]:
    """How many series fell back on a simple forecast, by reason."""
    reasons = made.diagnostics["fallback"]
    counts = reasons[reasons != ""].value_counts().sort_index()
    return {str(reason): int(count) for reason, count in counts.items()}


def told_of_forecast(made: Forecast) -> dict[str, Any]:
    """What machines are told of how a forecast was made."""
    return {
        "forecast_mode": {
            "used": made.mode,
            "why_local": "" if made.mode == FULL else made.mode_reason,
        },
        "fallbacks": fallback_counts(made),
        "reconciled": made.reconciled,
    }
