"""A situation whose forecast is of more, or of less, demand."""

from __future__ import annotations

from dataclasses import replace

from planning.situation import Situation


def with_demand(situation: Situation, factor: float) -> Situation:
    """The situation with `factor` times the demand in every bucket ahead.

    The spread is what the forecast gives to series that sell so much.
    """
    forecast = situation.forecast
    reshaped = forecast.reshaped
    return replace(
        situation,
        forecast=replace(
            forecast,
            mean=forecast.mean * factor,
            cumulative=forecast.cumulative * factor,
            ordinary=forecast.ordinary * factor,
            reshaped=None if reshaped is None else reshaped.times(factor),
        ),
    )
