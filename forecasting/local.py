"""The local models of a panel: pooled profiles, class losses, then the one pass over all."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from domain.settings import Settings
from domain.terms import Flags, Floats, Integers, Known, Panel, Singles
from forecasting.arrays import (
    PASSED,
    SQUARES,
    History,
    Learned,
    Record,
    Seasonal,
    States,
    fresh_record,
    fresh_states,
)
from forecasting.blend import CANDIDATES
from forecasting.censoring import sold_out_buckets
from forecasting.class_losses import CLASSES, class_losses, class_sample, loss_origins
from forecasting.classes import class_codes
from forecasting.kernel import one_pass
from forecasting.look_back import look_back
from forecasting.models import DAMPING
from forecasting.profiles import Pooled, Season, pooled_profiles, season_of
from forecasting.yearly import Yearly, yearly_fits


@dataclass(frozen=True)
class LocalFit:
    """Blended local forecasts at O origins, as each would have been made then.

    The forecast of bucket `origin + h` is max(0, level + slope · Σ_{i≤h} φ^i) × profile.
    """

    origins: Integers  # O, bucket numbers, ascending; the last is the last bucket
    lengths: Integers  # J, buckets
    level: Singles  # S × O, units per ordinary bucket
    slope: Singles  # S × O
    age: Singles  # S × O, ordinary buckets seen
    sold: Floats  # S × O, units recorded so far
    size: Floats  # S × O, mean demand of the buckets so far that had some; 0: none had
    mean: Singles  # S × O × J, forecast sums of the first buckets that were observed; NaN: none
    actual: Singles  # S × O × J, what came in the same buckets
    bucket_mean: Singles  # S × O × J, forecast of the single bucket so far ahead; NaN: none
    bucket_actual: Singles  # S × O × J, what came in it
    profile: Singles  # S × season, as of the last bucket
    weights: Singles  # S × C, weights of the candidates as of the last bucket
    seen: Floats  # S × 4: buckets observed; of these with demand, their demand and its squares
    season: Season
    yearly: Yearly  # as of the last bucket
    class_losses: Floats  # 2 × 4 × loss origins × C, relative losses of the demand classes: with
    # sold-out buckets corrected, and left out

    @property
    def demand_class(self) -> Integers:
        """S: 0 smooth, 1 erratic, 2 intermittent, 3 lumpy, as of the last bucket."""
        return class_codes(self.seen)

    def means_ahead(self, buckets: int) -> Floats:
        """S × `buckets`: expected demand of each bucket ahead."""
        return self.steps_ahead(buckets)[-1][1]

    def steps_ahead(self, buckets: int) -> list[tuple[str, Floats]]:
        """Means of each bucket ahead (S × `buckets`) as they come about, step by named step.

        The first is the level; the last are the means. `forecasting.explanation` tells each.
        """
        damp = np.cumsum(DAMPING ** np.arange(1, buckets + 1))
        path = self.level[:, -1:].astype(np.float64) + self.slope[:, -1:] * damp
        begin = int(self.origins[-1]) + 1
        place = self.season.positions[begin : begin + buckets]
        year = self.yearly.factor[self.yearly.group, begin : begin + buckets]
        level = np.broadcast_to(self.level[:, -1:].astype(np.float64), path.shape)
        trend = np.maximum(path, 0.0)
        season = np.asarray(trend * self.profile[:, place] * year, np.float64)
        return [("level", level), ("trend", trend), ("season", season)]

    def without_record(self) -> Self:
        """The fit at its last origin, with nothing of the errors before it."""
        nothing = np.zeros((self.level.shape[0], 1, 0), np.float32)
        level, slope, age = (part[:, -1:].copy() for part in (self.level, self.slope, self.age))
        return replace(
            self, origins=self.origins[-1:], level=level, slope=slope, age=age,
            sold=self.sold[:, -1:].copy(), size=self.size[:, -1:].copy(), mean=nothing,
            actual=nothing, bucket_mean=nothing, bucket_actual=nothing,
        )  # fmt: skip


def span_buckets(settings: Settings, panel: Panel) -> int:
    """Buckets of an ordinary protection period, at least 1, at most an eighth of history."""
    days = settings.lead_time_days + settings.review_period_days
    span = round(days / panel.calendar.bucket.mean_days)
    return max(1, min(span, max(1, panel.buckets // 8)))


def fit_local(
    panel: Panel,
    origins: Integers,
    lengths: Integers,
    span: int,
    ahead: int,
    class_losses: Floats | None = None,
    allowed: Flags | None = None,
) -> LocalFit:
    """Run the local models; hold `threads.kernel` around it.

    `origins`: bucket numbers, ascending, the last being the last bucket of the panel.
    `class_losses`: those of an earlier fit, where they need not be learned anew. `allowed`: C,
    which candidates may have a weight; None: all.
    """
    return whole_fit(panel, origins, lengths, span, ahead, class_losses, allowed)[0]


def whole_fit(
    panel: Panel, origins: Integers, lengths: Integers, span: int, ahead: int,
    class_losses: Floats | None = None, allowed: Flags | None = None,
    yearly: list[Yearly] | None = None,
) -> tuple[LocalFit, Pass, Pooled]:  # fmt: skip
    """`fit_local`, and what a later fit can go on from. `yearly`: `yearly_fits`, if known."""
    season = season_of(panel.calendar, ahead)
    pooled, sample = pooled_profiles(panel, season), class_sample(panel)
    fits = yearly_fits(panel, ahead) if yearly is None else yearly
    sold_out = bool(sold_out_buckets(panel.known).any())
    parts = []
    for standing, there in stretches(fits, origins, panel.buckets):
        seasons = Seasons(season, pooled, standing, class_losses, allowed, sample)
        parts.append(_corrected(panel, there, lengths, span, seasons, sold_out))
    written = (
        np.concatenate([getattr(part.record, name) for part in parts], axis=1)
        for name in Record._fields[2:]
    )
    done = dataclasses.replace(parts[-1], record=Record(origins, lengths, *written))
    return fit_of(done.record, done, season, fits[-1]), done, pooled


def stretches(
    fits: list[Yearly], origins: Integers, buckets: int
) -> Iterator[tuple[Yearly, Integers]]:
    """Each yearly profile that stands at some of the origins, and these."""
    ends = [*(fit.begin for fit in fits[1:]), buckets + 1]
    for yearly, end in zip(fits, ends, strict=True):
        there = origins[(origins + 1 >= yearly.begin) & (origins + 1 < end)]
        if there.size:
            yield yearly, there


def fit_of(record: Record, done: Pass, season: Season, yearly: Yearly) -> LocalFit:
    """What was written down at all origins, and how things stand after the last bucket."""
    states = done.states
    return LocalFit(
        record.origins, record.lengths, record.level, record.slope, record.age, record.sold,
        record.size, record.mean, record.actual, record.bucket_mean, record.bucket_actual,
        states.season[:, 0].astype(np.float32), states.weight.astype(np.float32),
        states.numbers[:, PASSED : SQUARES + 1].copy(), season, yearly, done.class_losses,
    )  # fmt: skip


@dataclass(frozen=True)
class Seasons:
    """All profiles that demand is divided by, class losses and candidates allowed."""

    season: Season
    pooled: Pooled
    yearly: Yearly
    class_losses: Floats | None
    allowed: Flags | None
    sample: Integers  # series from which class losses are learned

    def arrays(self) -> Seasonal:
        """The same for the kernel."""
        season = self.season
        rules = [season.length, season.refit, season.needed, season.smooth, self.pooled.begin]
        return Seasonal(
            season.positions, self.pooled.profile, self.pooled.group, self.yearly.factor,
            self.yearly.group, np.array(rules, np.int64),
        )  # fmt: skip


@dataclass(frozen=True)
class Pass:
    """What one pass leaves behind."""

    record: Record
    states: States
    class_losses: Floats
    sample: States | None  # of the series that classes learned from, if they did


def _corrected(
    panel: Panel, origins: Integers, lengths: Integers, span: int, seasons: Seasons, sold_out: bool
) -> Pass:
    """A pass over all, in which no bucket that was `sold_out`, if any was, lowers a forecast."""
    history = history_of(panel)
    out = _fit(history, origins, lengths, span, seasons, 0)
    learned = [out.class_losses, out.class_losses]
    if sold_out:
        known = np.where(panel.known == Known.LOWER_BOUND, np.uint8(Known.UNKNOWN), panel.known)
        other = _fit(history._replace(known=known), origins, lengths, span, seasons, 1)
        _raise_to(out.record, other.record, span)
        learned[1] = other.class_losses
    return dataclasses.replace(out, class_losses=np.stack(learned))


def history_of(panel: Panel) -> History:
    """What the kernel reads of a panel."""
    share = panel.stockout_share
    nothing = np.zeros((1, 1), np.float32)
    return History(
        panel.demand, panel.known, nothing if share is None else share, panel.first,
        panel.whole_units,
    )  # fmt: skip


def _fit(
    history: History, origins: Integers, lengths: Integers, span: int, seasons: Seasons, which: int
) -> Pass:
    """Learn the classes' losses from a sample, unless they are known, then run over all.

    `which`: 0 with sold-out buckets, 1 without them.
    """
    buckets, until = history.demand.shape[1], int(origins[-1]) + 1
    prior, sample = np.ones((CLASSES, loss_origins(until, span), CANDIDATES.count)), None
    if seasons.class_losses is not None:
        prior = seasons.class_losses[which]
    elif buckets >= 4 * span:
        prior, sample = _learn(history, seasons, span, prior, until)
    if seasons.allowed is not None:
        prior = np.where(seasons.allowed, prior, np.inf)  # weights are its negative power
    everyone = np.arange(history.first.size, dtype=np.int64)
    record = fresh_record(everyone.size, origins, lengths, seasons.season.length)
    states = fresh_states(everyone.size, CANDIDATES.count, seasons.season.length)
    seasonal = seasons.arrays()
    one_pass(
        history, seasonal, everyone, prior, span, states, 0, until, record, nothing_learned(),
    )  # fmt: skip
    look_back(history, seasonal, everyone, record)
    return Pass(record, states, prior, sample)


def _learn(
    history: History, seasons: Seasons, span: int, prior: Floats, until: int
) -> tuple[Floats, States]:
    """Relative losses of the demand classes, from a pass over a sample; what is left of it."""
    some, length = seasons.sample, seasons.season.length
    nothing = np.zeros(0, np.int64)
    learned = Learned(
        np.zeros((some.size, *prior.shape[1:]), np.float32),
        np.zeros((some.size, prior.shape[1]), np.uint8),
    )
    record = fresh_record(some.size, nothing, np.ones(1, np.int64), length)
    states = fresh_states(some.size, CANDIDATES.count, length)
    one_pass(
        history, seasons.arrays(), some, prior, span, states, 0, until, record, learned
    )  # fmt: skip
    return class_losses(learned), states


def nothing_learned() -> Learned:
    """For a pass that classes do not learn from."""
    return Learned(np.zeros((1, 0, CANDIDATES.count), np.float32), np.zeros((1, 0), np.uint8))


def _raise_to(out: Record, left_out: Record, span: int) -> None:
    """Where leaving out the sold-out buckets forecasts more, that is taken instead.

    A corrected bucket can speak for less demand than expected (little sold while there was
    stock), and is then right on average; but a stock-out must never lower a forecast.
    """
    drift = float(np.cumsum(DAMPING ** np.arange(1, span + 1)).mean())
    lower = out.level + drift * out.slope < left_out.level + drift * left_out.slope
    for mine, other in (
        (out.level, left_out.level),
        (out.slope, left_out.slope),
        (out.mean, left_out.mean),
        (out.bucket_mean, left_out.bucket_mean),
    ):
        mine[lower] = other[lower]
