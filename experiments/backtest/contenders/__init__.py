"""What a backtest compares: ways to forecast, one file each.

A contender is given what was known at a day, and nothing else. Adding one is adding a file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.periods import Bucket
from domain.registry import Registry
from domain.settings import Settings
from domain.terms import Flags, Floats, Panel
from forecasting.result import Forecast
from forecasting.run import forecast
from forecasting.succession import Succession, joined, shared_out

SEASON = {Bucket.DAY: 7, Bucket.WEEK: 52, Bucket.MONTH: 12}
"""Buckets after which a season repeats, for seasonal naive forecasts and scales (DESIGN §7)."""


@dataclass(frozen=True)
class Past:
    """What was known at an origin, and what is asked."""

    panel: Panel  # S series, to the origin
    settings: Settings
    horizon: int  # buckets ahead [H]
    levels: Floats  # K, ascending
    successions: tuple[Succession, ...] = ()  # series that replace one another

    @property
    def joined(self) -> Panel:
        """The panel in which what replaces others has their history, as a plan sees it."""
        return joined(self.panel, self.successions)

    def forecast(self, settings: Settings, allowed: Flags | None = None) -> Forecast:
        """What `forecasting` would have said of every series with these settings."""
        made = forecast(self.joined, settings, self.days, allowed=allowed)
        return shared_out(made, self.successions)

    @property
    def days(self) -> int:
        """Days to the end of the horizon."""
        return int(self.panel.calendar.ends_ahead(self.horizon)[-1])


@dataclass(frozen=True)
class Answer:
    """A forecast of S series."""

    mean: Floats  # S × H, units per bucket
    quantiles: Floats  # S × H × K, units per bucket
    sums: Floats  # S × H × K, units from the first bucket to each


Contender = Callable[[Past], Answer | str]
"""An answer, or why there is none."""

CONTENDERS: Registry[Contender] = Registry("contender", __name__)


def answer_of(made: Forecast, past: Past) -> Answer:
    """A forecast as an answer."""
    sums = made.sums(past.levels)[1]
    mean, quantiles = made.buckets(past.levels, sums)
    asked = slice(None, past.horizon)
    return Answer(mean[:, asked], quantiles[:, asked], sums[:, asked])
