"""Windows of a forecast's reshaped series (see `reshaped`)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from domain.terms import NEVER, Floats, Integers
from forecasting.reshaped import HeadOf, Reshaped

if TYPE_CHECKING:
    from forecasting.result import Forecast

BLOCK = 4096
"""Series handled at a time."""


def reshaped_windows(
    forecast: Forecast, reshaped: Reshaped, place: Integers, start: Integers, end: Integers,
    levels: Floats, spread: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """`Forecast.windows` of the N reshaped series at `place`: N × W means, N × W × K quantiles.

    `start`, `end`: N × W days; `levels`: N × K; `spread`: N days.
    """
    mean, modelled, scale = reshaped.modelled(place, start, end, forecast.threads)
    source, everyone = reshaped.source[place], np.arange(place.size)
    inner = replace(
        forecast,
        keys=tuple(forecast.keys[s] for s in reshaped.series[place]),
        cumulative=reshaped.mean[place],
        days=reshaped.days,
        starts_day=np.zeros(place.size, np.int64),
        ends_day=np.full(place.size, NEVER),
        ordinary=forecast.ordinary[source],
        whole_units=forecast.whole_units[source],
        sum_head=HeadOf(forecast.sum_head, source),
        reshaped=None,
        commitments=None,
    )
    out = np.zeros((*mean.shape, levels.shape[1]))
    for low in range(0, place.size, BLOCK):
        part = slice(low, low + BLOCK)
        inner.read(everyone[part], modelled[part], levels[part], out[part])
    for w in range(mean.shape[1] if spread.any() else 0):
        # A window's scale stands for all the days on which it may end.
        scaled = replace(inner, cumulative=inner.cumulative / scale[:, w, None])
        one = slice(w, w + 1)
        total, mixed = scaled.windows(start[:, one], end[:, one], levels, everyone, spread)
        mean[:, w], out[:, w] = total[:, 0] * scale[:, w], mixed[:, 0]
    out *= scale[:, :, None]
    return mean, np.where(inner.whole_units[:, None, None], np.floor(out + 0.5), out)
