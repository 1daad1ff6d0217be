"""Trees over all series: how much more, or less, comes than the local models expect.

The target of a row (series, origin, bucket ahead) is what came over what the local model
expected; a Poisson mean of it, weighted by the root of the series' level, is a factor on the
local path. It is bounded, and beyond the buckets it was trained on the last ones' stands.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import numpy as np

from domain.periods import Bucket
from domain.settings_trees import TreesSetting
from domain.terms import Flags, Floats, Integers, Panel, Singles
from forecasting.events.columns import EventSource
from forecasting.global_model.future_features import Rows, future_features
from forecasting.global_model.known_ahead.promotions import PROMOTED
from forecasting.global_model.past_features import BLOCK, Past, past_features
from forecasting.local import LocalFit
from forecasting.models.boosted_trees import BoostedTrees, fit_trees

MOST_AHEAD = {Bucket.DAY: 28, Bucket.WEEK: 13, Bucket.MONTH: 6}
"""Buckets ahead that the trees are trained on."""
LAST = {Bucket.DAY: 7, Bucket.WEEK: 1, Bucket.MONTH: 1}
"""Of these, how many say what stands beyond them: one season of days."""
MOST_ROWS = 300_000
"""Rows a fit learns from: more say nothing new."""
FEWEST_ROWS = 2_000
LEAST_FACTOR, MOST_FACTOR = 0.1, 4.0
LEAST_SHAPE = 0.02
"""A closed bucket counts as at least this share of an ordinary one: ratios need a floor."""
MOST_RATIO = 20.0
CODES = ("category", "event")
"""Features that are names, not numbers."""
YOUNG = 2.0
"""Ordinary buckets from which on a series is learned from."""


def buckets_learned(panel: Panel) -> int:
    """Buckets ahead that the trees are trained on: at most a sixth of history [K]."""
    return max(1, min(MOST_AHEAD[panel.calendar.bucket], panel.buckets // 6))


@dataclass(frozen=True)
class GlobalModel:
    """Fitted trees; good for any panel of the same products and categories, later too."""

    trees: BoostedTrees
    ahead: int  # buckets ahead that it has learned [K]
    events: EventSource
    names: tuple[str, ...]  # features, in the order of the trees

    def factors(self, panel: Panel, fit: LocalFit) -> Floats:
        """S × K: factors on the local means ahead of the fit's last origin."""
        past = past_features(panel, fit, np.array([fit.origins.size - 1]))
        return self.near(panel, past, 0, int(fit.origins[-1]), fit.means_ahead(self.ahead))

    def lifts(self, panel: Panel, plain: Panel, fit: LocalFit) -> Floats | None:
        """S × K: what the promotions ahead of `panel` do to the factors of `plain`, without them.

        None where the trees know nothing of promotions, or none is ahead.
        """
        known, end = panel.promotions, panel.buckets
        if known is None or PROMOTED not in self.names:
            return None
        if not known.cells(panel.calendar, end, end + self.ahead).row.size:
            return None
        return self.factors(panel, fit) / self.factors(plain, fit)

    def near(
        self, panel: Panel, past: Past, place: int, origin: int, local: Floats | Singles
    ) -> Floats:
        """S × K factors at the origin that is the `place`-th of `past`, bucket `origin`.

        `local`: S × K, what the local model expects; NaN where it is not known.
        """
        then = _as_promised(panel, origin)
        found = np.empty((panel.series, self.ahead))
        for low in range(0, panel.series, BLOCK):
            part = local[low : low + BLOCK]
            series, k = np.divmod(np.arange(part.size) + low * self.ahead, self.ahead)
            places, origins = np.full(series.size, place), np.full(series.size, origin)
            rows = Rows(series, places, origins, k + 1, part.reshape(-1))
            found[low : low + BLOCK] = self.of_rows(then, past, rows).reshape(part.shape)
        return found

    def of_rows(self, panel: Panel, past: Past, rows: Rows) -> Floats:
        """N: factors on the local means of some rows."""
        features = _aligned(*_table(panel, past, rows, self.events), self.names)
        return np.clip(self.trees.mean(features), LEAST_FACTOR, MOST_FACTOR)


@dataclass(frozen=True)
class Trained:
    """Models fitted along a history: each is asked from its last day on, until the next one's."""

    models: tuple[GlobalModel | None, ...]  # N; None: there was too little to learn from
    until: np.ndarray  # N days, the last that each has seen, ascending

    def unfit(self, panel: Panel, events: EventSource) -> str:
        """Why they cannot be asked about a panel; "": they can."""
        model, calendar = self.models[-1], panel.calendar
        places = calendar.index_of(self.until)
        if model is None or places[0] < 0:
            return "they have learned from another history"
        if places[-1] > panel.buckets - 1 or (calendar.end_of(places) != self.until).any():
            return "they have learned from other buckets"
        if panel.buckets - 1 - places[-1] > MOST_AHEAD[calendar.bucket]:
            return f"they know nothing after {self.until[-1]}"
        if model.ahead != buckets_learned(panel):
            return f"they look {model.ahead} {calendar.bucket.value}s ahead"
        if model.events != events:
            return "they have learned other events"
        return ""


def carried_on(near: Floats, horizon: int, last: int) -> Floats:
    """S × `horizon` from S × K: beyond K the mean of the `last` buckets stands."""
    stands = near[:, -last:].mean(axis=1, keepdims=True)
    far = np.repeat(stands, max(horizon - near.shape[1], 0), axis=1)
    return np.concatenate([near[:, :horizon], far], axis=1)


def _table(
    panel: Panel, past: Past, rows: Rows, events: EventSource
) -> tuple[tuple[str, ...], Singles]:
    """Names and values of all features of N rows."""
    names, values = future_features(panel, past, rows, events)
    return past.names + names, np.hstack([past.values[rows.series, rows.place], values])


def _as_promised(panel: Panel, origin: int) -> Panel:
    """The panel with those promotions alone that were known after bucket `origin`."""
    if panel.promotions is None:
        return panel
    day = panel.calendar.end_of(np.array([origin]))[0]
    return replace(panel, promotions=panel.promotions.known_at(day))


def _aligned(found: tuple[str, ...], values: Singles, names: tuple[str, ...]) -> Singles:
    """Columns by the names wanted: NaN where there is none, as of an event grown rare."""
    if found == names:
        return values
    place = {name: number for number, name in enumerate(found)}
    out = np.full((values.shape[0], len(names)), np.nan, np.float32)
    for number, name in enumerate(names):
        if name in place:
            out[:, number] = values[:, place[name]]
    return out


def train(
    panel: Panel, fit: LocalFit, past: Past, until: int, seed: int, events: EventSource,
    how: TreesSetting,
) -> GlobalModel | None:  # fmt: skip
    """Trees from the windows that were over before bucket `until`; None where too few were.

    `fit` holds single buckets 1 … K ahead first among its lengths; `past` has a row for each of
    its origins.
    """
    ahead = buckets_learned(panel)
    over = fit.origins + ahead < until
    expected, came = fit.bucket_mean[:, :, :ahead], fit.bucket_actual[:, :, :ahead]
    usable = np.isfinite(expected) & (fit.age[:, :, None] >= YOUNG) & over[None, :, None]
    # By key, not by place: neither the order of series nor a new one changes what is learned.
    by_key = np.array(sorted(range(panel.series), key=lambda s: panel.keys[s]), np.int64)
    usable = usable[by_key]
    place_of_key, place, k = np.nonzero(usable & chosen_rows(panel, by_key, usable, MOST_ROWS))
    series = by_key[place_of_key]
    if series.size < FEWEST_ROWS:
        return None
    local = expected[series, place, k].astype(np.float64)
    rows = Rows(series, place, fit.origins[place], k + 1, local)
    names, features = _table(panel, past, rows, events)
    base = np.maximum(local, LEAST_SHAPE * past.scale[series, place])
    ratio = np.clip(came[series, place, k] / base, 0.0, MOST_RATIO)
    weight = np.sqrt(base)
    if not (ratio > 0).any():
        return None
    codes = [place for place, name in enumerate(names) if name in CODES]
    trees = fit_trees(features, ratio, weight / weight.mean(), codes, seed, how)
    return GlobalModel(trees, ahead, events, names)


def chosen_rows(panel: Panel, by_key: Integers, usable: Flags, most: int) -> Flags:
    """About `most` of the rows, by a hash of key, origin and bucket ahead."""
    total = int(usable.sum())
    if total <= most:
        return np.ones((1, 1, 1), np.bool_)
    names = [zlib.crc32("\0".join(panel.keys[s]).encode()) for s in by_key]
    own = np.array(names, np.uint64)[:, None, None] * np.uint64(0x9E3779B97F4A7C15)
    place, k = (np.arange(size, dtype=np.uint64) for size in usable.shape[1:])
    other = place[:, None] * np.uint64(0xC2B2AE3D27D4EB4F) ^ k * np.uint64(0x165667B19E3779F9)
    least, found = np.uint64(int(most / total * 2**24)), np.empty(usable.shape, np.bool_)
    for low in range(0, by_key.size, BLOCK):
        mixed = own[low : low + BLOCK] ^ other
        mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        found[low : low + BLOCK] = (mixed >> np.uint64(40)) < least
    return found
