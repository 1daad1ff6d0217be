"""Promotions in a forecast: their past buckets teach no level, and those announced are lifted.

A promoted bucket of the past is unknown to the models, so that it cannot raise what is expected
without a promotion; what it brought beyond that is measured afterwards (`uplift`). A series that
is on promotion most of the time, or for weeks was never seen without, is as it usually is: there
nothing is left out, nothing lifted.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from domain.periods import Bucket
from domain.promotions import Promotions
from domain.terms import Flags, Floats, Known, Panel
from forecasting.local import LocalFit
from forecasting.uplift import Excess, excess_demand, shrunk, uplift

USUALLY, LONG = 0.5, {Bucket.DAY: 26, Bucket.WEEK: 26, Bucket.MONTH: 6}
"""Share of a life on promotion from which on that is usual, and buckets it takes to say so."""
ALONE = {Bucket.WEEK: 4, Bucket.MONTH: 1}
"""Buckets it takes, some four weeks, where a series was never seen without a promotion; LONG says
as much of days."""


def ordinary_only(panel: Panel) -> Panel:
    """The panel with nothing known of buckets on promotion; itself where there are none."""
    if panel.promotions is None or not panel.promotions.count:
        return panel
    left_out = _promoted(panel, panel.promotions) & (panel.known != Known.OUTSIDE)
    if not left_out.any():
        return panel
    known = np.where(left_out, np.uint8(Known.UNKNOWN), panel.known)
    demand = np.where(left_out, np.float32(0), panel.demand)
    return dataclasses.replace(panel, known=known, demand=demand)


def plainly(panel: Panel) -> Panel:
    """The panel with no promotions but those of series that usually are on one.

    There they are part of what is expected.
    """
    known = panel.promotions
    if known is None or not known.count:
        return panel
    promoted = known.shares(panel.calendar, panel.series, 0, panel.buckets) > 0
    kept = np.flatnonzero(_usual(panel, promoted)[known.series, -1])
    return dataclasses.replace(panel, promotions=known.take(kept))


def _promoted(panel: Panel, promotions: Promotions) -> Flags:
    """S × T: buckets on promotion, but for those of series that so far usually were."""
    promoted = promotions.shares(panel.calendar, panel.series, 0, panel.buckets) > 0
    return promoted & ~_usual(panel, promoted)


def _usual(panel: Panel, promoted: Flags) -> Flags:
    """S × T: whether by each bucket more than half of a long life was on promotion.

    Of a series that was seen on promotion alone nothing else is known: there all are, from some
    four weeks on.
    """
    bucket = panel.calendar.bucket
    seen = panel.known == Known.OBSERVED
    lived = panel.known != Known.OUTSIDE
    times = np.cumsum(promoted & lived, axis=1, dtype=np.int32)
    usual = times > USUALLY * np.cumsum(lived, axis=1, dtype=np.int32)
    usual &= times >= LONG[bucket]
    if bucket in ALONE:
        alone = (seen & promoted).sum(axis=1) >= ALONE[bucket]
        usual[alone & ~(seen & ~promoted).any(axis=1)] = True
    return np.asarray(usual)


def lifts_ahead(
    panel: Panel, fit: LocalFit, buckets: int, trees: Floats | None = None
) -> Floats | None:
    """S × `buckets`: factors on the demand expected without promotions; None where all are 1.

    `panel`: with its promoted buckets; `fit`: made without them; `trees`: S × K, what a global
    model makes of the promotions ahead. A series' own measure is shrunk to what the user expects,
    else to that, else to its category's.
    """
    known = panel.promotions
    if known is None:
        return None
    cells = known.cells(panel.calendar, panel.buckets, panel.buckets + buckets)
    if not cells.row.size:
        return None
    series, expected = known.series[cells.row], known.expected_uplift[cells.row]
    place = series * buckets + cells.bucket - panel.buckets
    share = np.bincount(place, cells.share, panel.series * buckets).astype(np.float64)
    said = np.bincount(place, cells.share * ~np.isnan(expected), share.size)
    hoped = np.bincount(place, cells.share * np.nan_to_num(expected), share.size)
    measured = uplift(_past(panel, fit, known), panel.category)
    rows = np.repeat(np.arange(panel.series), buckets)
    share = np.minimum(share, 1.0)
    prior = np.divide(hoped, said, out=np.zeros_like(said), where=said > 0) - 1.0
    prior = np.where(said > 0, prior, _told(measured.behind[rows], share, trees, buckets))
    more = shrunk(measured.own[rows], measured.trust[rows], prior)
    lifts = 1.0 + share * more
    promoted = known.shares(panel.calendar, panel.series, 0, panel.buckets) > 0
    lifts = lifts.reshape(panel.series, buckets)
    lifts[_usual(panel, promoted)[:, -1]] = 1.0
    return lifts


def _told(behind: Floats, share: Floats, trees: Floats | None, buckets: int) -> Floats:
    """Excess shares of whole buckets on promotion (S · `buckets`): the trees', as far as they look.

    `behind`: what stands beyond them; `share`: of each bucket that is on promotion.
    """
    if trees is None:
        return behind
    excess = np.full((trees.shape[0], buckets), np.nan)
    near = min(trees.shape[1], buckets)
    excess[:, :near] = trees[:, :near] - 1.0
    told = np.divide(excess.reshape(-1), share, out=behind.copy(), where=share > 0)
    return np.where(np.isnan(told), behind, told)


def _past(panel: Panel, fit: LocalFit, known: Promotions) -> Excess:
    """What came of the past's promoted buckets beyond what is usual."""
    share = known.shares(panel.calendar, panel.series, 0, panel.buckets)
    share[~_promoted(panel, known)] = 0.0
    series, bucket = np.nonzero(share)
    cells = series, bucket, share[series, bucket].astype(np.float64)
    return excess_demand(ordinary_only(panel), fit, panel, cells)
