"""Demand paths, each series from a stream of its own.

Every number is a hash of seed, series, bucket and path: no draw depends on another, so neither
the order of the series, nor which others there are, nor threads, nor the number of paths changes
a path. Hash: the finalizer of SplitMix64 (Steele, Lea & Flood 2014).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from statistics import NormalDist

import numba
import numpy as np
from numpy.typing import NDArray

from domain.terms import Flags, Floats, SeriesKey

Keys = NDArray[np.uint64]

CELLS = 4096
NORMAL = np.array([NormalDist().inv_cdf((i + 0.5) / (CELLS + 1.0)) for i in range(CELLS + 1)])
"""Standard normal quantiles in steps of equal chance; between them a straight line."""
GOLDEN, FIRST, SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
DEMAND, LEAD_TIME = 1, 2
"""Purposes of a stream: draws for one never move those for another."""


def stream_keys(keys: Sequence[SeriesKey], seed: int, purpose: int) -> Keys:
    """The key of each series' stream [S]."""
    told = f"{seed}\0{purpose}\0".encode()
    found = [
        hashlib.blake2b(told + "\0".join(key).encode(), digest_size=8).digest() for key in keys
    ]
    return np.frombuffer(b"".join(found), np.uint64).copy()


def shared_scores(seed: int, buckets: int, paths: int) -> Floats:
    """Standard normal scores that all series share, buckets × paths."""
    key = stream_keys([SeriesKey("", "")], seed, DEMAND)
    scores = np.empty((buckets, paths))
    normal_scores(key[0], NORMAL, scores)
    return scores


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _hash(key: np.uint64, number: np.uint64) -> np.uint64:
    x = key + number * np.uint64(GOLDEN)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(FIRST)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(SECOND)
    return x ^ (x >> np.uint64(31))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _normal(bits: np.uint64, table: Floats) -> float:
    """A standard normal score from 52 bits, by table: its tails end at 3.7."""
    place = float(bits >> np.uint64(12)) * (CELLS / 4503599627370496.0)
    cell = int(place)
    share = place - cell
    return table[cell] + share * (table[cell + 1] - table[cell])


@numba.njit(cache=True, nogil=True, error_model="numpy")
def normal_scores(key: np.uint64, table: Floats, out: Floats) -> None:
    """Fill `out`, T × P, with standard normal scores of the stream `key`."""
    for t in range(out.shape[0]):
        for p in range(out.shape[1]):
            number = np.uint64(p) * np.uint64(1 << 20) + np.uint64(t + 1)
            out[t, p] = _normal(_hash(key, number), table)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def draw(
    keys: Keys, table: Floats, shared: Floats, loading: Floats, quantiles: Floats, carry: Floats,
    fresh: Floats, slope: Floats, whole: Flags, first_score: float, step: float, demand: Floats,
) -> None:  # fmt: skip
    """Fill `demand`, S × T × P units. See `Margins` for the arrays; `loading` S, 0 to 1."""
    points, paths = quantiles.shape[2], demand.shape[2]
    total = np.empty(paths)
    for s in range(demand.shape[0]):
        total[:] = 0.0
        own = math.sqrt(max(1.0 - loading[s] ** 2, 0.0))
        for t in range(demand.shape[1]):
            a = slope[s, t]
            if a <= 0.0:
                demand[s, t] = quantiles[s, t, points // 2]
                continue
            row = quantiles[s, t]
            for p in range(paths):
                bits = _hash(keys[s], np.uint64(p) * np.uint64(1 << 20) + np.uint64(t + 1))
                score = loading[s] * shared[t, p] + own * _normal(bits, table)
                moved = carry[s, t] * total[p] + fresh[s, t] * score
                total[p] += moved
                place = min(max((moved / a - first_score) / step, 0.0), points - 1.000001)
                k = int(place)
                units = row[k] + (place - k) * (row[k + 1] - row[k])
                if whole[s]:
                    # The lowest bits are not those the score was made of.
                    chance = float(bits & np.uint64(0xFFF)) / 4096.0
                    units = np.floor(units + chance + 1.0 / 8192.0)
                demand[s, t, p] = units
