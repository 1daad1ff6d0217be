"""One bucket on the shelf: goods come in, customers take them, go without, or wait."""

from __future__ import annotations

import numba
import numpy as np

from domain.terms import Flags, Floats


@numba.njit(cache=True, error_model="numpy")
def serve(
    on_hand: Floats, backordered: Floats, arriving: Floats, demand: Floats, whole: Flags,
    ends: Flags, lost: bool, unserved: Floats, short: Floats,
) -> None:  # fmt: skip
    """Serve the demand of a bucket of D days, spread over its days, from S shelves.

    `arriving` S × D: units on the shelf at the opening of each day, customers who wait first.
    `ends` S × D: days that end a review cycle. `on_hand` and `backordered` are carried on.
    `unserved` S gets units that found no stock; `short` S those to be charged: the units lost,
    or, with backorders, those that wait at the end of each cycle.
    """
    days = arriving.shape[1]
    for s in range(on_hand.size):
        stock, waiting, missed, charged, before = on_hand[s], backordered[s], 0.0, 0.0, 0.0
        for d in range(days):
            stock += arriving[s, d]
            handed = min(stock, waiting)
            stock -= handed
            waiting -= handed
            share = demand[s] * (d + 1) / days
            until = np.floor(share + 0.5) if whole[s] else share
            if d == days - 1:
                until = demand[s]
            wanted = until - before
            before = until
            served = min(stock, wanted)
            stock -= served
            missed += wanted - served
            if lost:
                charged += wanted - served
            else:
                waiting += wanted - served
                if ends[s, d]:
                    charged += waiting
        on_hand[s], backordered[s] = stock, waiting
        unserved[s], short[s] = missed, charged
