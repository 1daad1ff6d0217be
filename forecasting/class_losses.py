"""How the candidates do in each class of demand: what a series with few errors goes by."""

from __future__ import annotations

import zlib

import numba
import numpy as np
from numpy.typing import NDArray

from domain.terms import Floats, Integers, Panel, Singles
from forecasting.arrays import Learned
from forecasting.threads import compiled

CLASS_SAMPLE = 2048
"""Series from which the losses of the demand classes are learned."""
CLASSES = 4


def class_sample(panel: Panel) -> Integers:
    """Series that stand for all: by a hash of their key, so that their order has no say."""
    if panel.series <= CLASS_SAMPLE:
        return np.arange(panel.series, dtype=np.int64)
    hashes = np.array([zlib.crc32("\0".join(key).encode()) for key in panel.keys], np.int64)
    return np.sort(np.argsort(hashes, kind="stable")[:CLASS_SAMPLE]).astype(np.int64)


def loss_origins(buckets: int, span: int) -> int:
    """Origins at which errors are weighed: one every half span."""
    return max(1, buckets // ((span + 1) // 2))


def class_losses(learned: Learned) -> Floats:
    """4 × loss origins × C: mean relative loss of a class's series, as known at each origin."""
    out = np.zeros((CLASSES, *learned.relative.shape[1:]))
    _class_losses(learned.relative, learned.demand_class, out)
    return out


@compiled(parallel=True)
def _class_losses(relative: Singles, label: NDArray[np.uint8], out: Floats) -> None:
    """See `class_losses`."""
    for q in numba.prange(relative.shape[1]):
        number = np.zeros(CLASSES)
        for n in range(relative.shape[0]):
            if np.isfinite(relative[n, q, 0]):
                number[label[n, q]] += 1.0
                for c in range(relative.shape[2]):
                    out[label[n, q], q, c] += relative[n, q, c]
        # Twenty series that say nothing keep a small class near "all alike".
        for kind in range(CLASSES):
            for c in range(relative.shape[2]):
                out[kind, q, c] = (out[kind, q, c] + 20.0) / (number[kind] + 20.0)
