"""A forecast put together: means, heads, and what promotions and rare events bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.terms import Floats, Integers, Panel
from forecasting.festive import event_lifts
from forecasting.global_model.guided import Advice, Guided
from forecasting.heads import Head
from forecasting.local import LocalFit
from forecasting.named import NamedFit
from forecasting.promoted import lifts_ahead, ordinary_only
from forecasting.result import Forecast, share_on_sale
from forecasting.shared_errors import USUAL

MARGIN_DAYS = 60
"""Days beyond the horizon for which means are kept: windows that vary may end there."""


@dataclass(frozen=True)
class Judged:
    """What a backtest says of errors, and of each series."""

    sum_head: Head  # of sums of ordinary buckets
    bucket_head: Head  # of single buckets
    diagnostics: pd.DataFrame  # a row per series
    lengths: Integers  # buckets in the sums that were judged
    error_correlation: float = USUAL  # of two series' sums


def assembled(
    panel: Panel, fit: LocalFit, judged: Judged, horizon_days: int, threads: int,
    advice: Advice | None,
) -> Forecast:  # fmt: skip
    """The forecast of a fit at its last origin, with the errors that were judged.

    `panel`: with the buckets of promotions and rare events that the fit was made without.
    `advice`: of a global model, for the quantiles of series that have no model of their own and
    for what promotions bring; None: none was fitted.
    """
    sum_head, bucket_head = judged.sum_head, judged.bucket_head
    if advice is not None and advice.guides is not None:
        guides = advice.guides
        guides = guides.silent_on(fit.rows) if isinstance(fit, NamedFit) else guides
        sum_head = Guided(sum_head, guides.sums)
        bucket_head = Guided(bucket_head, guides.buckets)
    buckets = max(panel.calendar.buckets_to_cover(horizon_days), 1)
    reach = panel.calendar.buckets_to_cover(horizon_days + MARGIN_DAYS)
    mean = fit.means_ahead(max(reach, fit.season.length))
    ordinary = mean[:, : fit.season.length].copy().mean(axis=1)
    lifts = _lifts(panel, fit, reach, advice)
    if lifts is not None:
        mean[:, :reach] *= lifts
    days = np.append(0, panel.calendar.ends_ahead(reach)).astype(np.float64)
    cumulative = np.zeros((panel.series, reach + 1))
    np.cumsum(mean[:, :reach], axis=1, out=cumulative[:, 1:])
    return Forecast(
        keys=panel.keys,
        calendar=panel.calendar,
        mean=mean[:, :buckets]
        * share_on_sale(days[: buckets + 1], panel.starts_day, panel.ends_day),
        cumulative=cumulative,
        days=days,
        starts_day=panel.starts_day,
        ends_day=panel.ends_day,
        ordinary=ordinary,
        whole_units=panel.whole_units,
        sum_head=sum_head,
        bucket_head=bucket_head,
        diagnostics=judged.diagnostics,
        judged_buckets=int(judged.lengths[-1]),
        error_correlation=judged.error_correlation,
        threads=threads,
    )


def _lifts(panel: Panel, fit: LocalFit, buckets: int, advice: Advice | None) -> Floats | None:
    """S × `buckets`: factors on demand in promotions and events; None where all are 1.

    What an event brought holds what its promotions did: of two factors the farther from 1 stands.
    """
    of_promotions = lifts_ahead(panel, fit, buckets, None if advice is None else advice.lifts)
    of_events = event_lifts(panel, ordinary_only(panel), fit, buckets, advice is not None)
    if of_promotions is None or of_events is None:
        return of_events if of_promotions is None else of_promotions
    farther = np.abs(of_events - 1.0) > np.abs(of_promotions - 1.0)
    return np.where(farther, of_events, of_promotions)
