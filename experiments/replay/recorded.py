"""Forecasts from sales as the dataset has them: for what must be the same for all policies."""

from __future__ import annotations

from domain.terms import Known
from experiments.replay.ground import Ground
from forecasting.past import Rolling, panel_until
from forecasting.result import Forecast


class Recorded:
    """Forecasts from sales as the dataset has them, made where they are asked for."""

    def __init__(self, ground: Ground, rolling: Rolling) -> None:
        self._ground, self._rolling, self._at = ground, rolling, ground.first
        self.newest = self._made(ground.first + 1)

    def before(self, bucket: int) -> Forecast:
        """A forecast of a bucket made before it: at its opening, if demand in it is to be drawn."""
        ground = self._ground
        if bucket - 1 > self._at and (
            bucket == ground.calendar.count or _cut_short(ground, bucket)
        ):
            self._at = bucket - 1
            self.newest = self._made(bucket)
        return self.newest

    def _made(self, buckets: int) -> Forecast:
        """The forecast after so many buckets."""
        ground = self._ground
        return ground.told.forecast(self._rolling, panel_until(ground.panel, buckets))


def _cut_short(ground: Ground, bucket: int) -> bool:
    """Whether the demand of some series in a bucket was not recorded whole."""
    known = ground.panel.known[ground.rows, bucket]
    return bool(((known == Known.LOWER_BOUND) | (known == Known.UNKNOWN)).any())
