"""What a policy has seen: recorded history to the start, and since then what it sold itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from domain.terms import Flags, Floats, Integers, Known, Panel
from experiments.replay.ground import Ground
from forecasting.past import Rolling, panel_until, whole_so_far
from forecasting.result import Forecast
from optimization.policies import Ahead

YEARS_SHOWN = 2


class Sight:
    """Eyes of one policy, or of several that see the same.

    Where demand is lost, nobody learns what would have been sold from an empty shelf: a bucket
    in which a day ended with nothing on it is a lower bound, as it is for `restock plan`. Where
    demand waits, all of it is seen.
    """

    def __init__(
        self, ground: Ground, rolling: Rolling, first: Forecast, hears: bool = True
    ) -> None:
        """`rolling` stands at the start, where it made the forecast `first`.

        `hears`: whether what planners and customers say is laid on forecasts.
        """
        self._ground, self._rolling, self._hears = ground, rolling, hears
        shape = (ground.series, ground.buckets.size)
        self._units, self._known = np.zeros(shape, np.float32), np.zeros(shape, np.uint8)
        known = panel_until(ground.panel, ground.first + 1)
        self._newest, self._at = self._heard(first, known), ground.first
        self._ahead: dict[int, Ahead] = {}

    def note(self, bucket: int, units: Floats, emptied: Flags) -> None:
        """What was sold in a bucket (asked for, if demand waits), and where a day ended bare."""
        step = bucket - self._ground.first - 1
        recorded = self._ground.panel.known[self._ground.rows, bucket]
        seen = np.where(emptied, np.uint8(Known.LOWER_BOUND), np.uint8(Known.OBSERVED))
        outside = recorded == Known.OUTSIDE
        self._units[:, step] = np.where(outside, 0.0, units)
        self._known[:, step] = np.where(outside, recorded, seen)

    def forecast(self, bucket: int) -> Forecast:
        """The forecast at the close of a bucket, from what was seen by then."""
        self._turn_to(bucket)
        return self._newest

    def ahead(self, bucket: int, portion: int, look: Callable[[Forecast], Ahead]) -> Ahead:
        """What `look` makes of the forecast for a portion of the series, made once a bucket."""
        self._turn_to(bucket)
        if portion not in self._ahead:
            self._ahead[portion] = look(self._newest)
        return self._ahead[portion]

    def _turn_to(self, bucket: int) -> None:
        if bucket != self._at:
            panel = self.panel(bucket)
            plain = self._ground.told.forecast(self._rolling, panel)
            self._newest, self._at = self._heard(plain, panel), bucket
            self._ahead = {}

    def _heard(self, plain: Forecast, panel: Panel) -> Forecast:
        return self._ground.told.heard(plain, panel) if self._hears else plain

    def panel(self, bucket: int) -> Panel:
        """History of all series at the close of a bucket, as seen."""
        ground = self._ground
        panel = panel_until(ground.panel, bucket + 1)
        begin, steps = ground.first + 1, bucket - ground.first
        panel.demand[ground.rows, begin:] = self._units[:, :steps]
        panel.known[ground.rows, begin:] = self._known[:, :steps]
        if panel.stockout_share is not None:
            panel.stockout_share[ground.rows, begin:] = 0.0
        return replace(panel, whole_units=whole_so_far(panel.demand))

    def history(self, bucket: int, rows: Integers) -> tuple[Floats, Flags, Floats]:
        """Demand of the last years to the close of a bucket, what of it is censored, its days.

        N × T units, NaN where nothing is known; N × T; T days.
        """
        ground = self._ground
        begin = max(0, bucket + 1 - YEARS_SHOWN * ground.calendar.bucket.per_year)
        place = np.ix_(ground.rows[rows], np.arange(begin, bucket + 1))
        known = ground.panel.known[place]
        units = ground.panel.demand[place].astype(np.float64)
        own = min(bucket - ground.first, bucket + 1 - begin)
        if own:
            steps = slice(bucket - ground.first - own, bucket - ground.first)
            units[:, -own:], known[:, -own:] = self._units[rows, steps], self._known[rows, steps]
        units[(known == Known.OUTSIDE) | (known == Known.UNKNOWN)] = np.nan
        edges = ground.calendar.start_of(np.arange(begin, bucket + 2))
        days = (edges[1:] - edges[:-1]).astype(np.float64)
        return units, np.asarray(known == Known.LOWER_BOUND), days
