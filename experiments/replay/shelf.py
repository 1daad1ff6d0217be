"""One bucket on the shelf: goods come in, customers take them, go without, or wait."""

from __future__ import annotations

import numba
import numpy as np

from domain.terms import Flags, Floats, Integers

EMPTY = 1e-9
"""Units below which a shelf is empty."""


@numba.njit(cache=True, error_model="numpy")
def serve(
    on_hand: Floats, backordered: Floats, arriving: Floats, demand: Floats, whole: Flags,
    ends: Flags, lost: bool, unserved: Floats, short: Floats, emptied: Flags,
    missed: Flags, cycles: Integers, short_cycles: Integers,
) -> None:  # fmt: skip
    """Serve the demand of a bucket of D days, spread over its days, from S shelves.

    `arriving` S × D: units on the shelf at the opening of each day, customers who wait first.
    `ends` S × D: days that end a review cycle. `on_hand` and `backordered` are carried on.
    `unserved` S gets units that found no stock; `short` S those to be charged: the units lost,
    or, with backorders, those that wait at the end of each cycle; `emptied` S whether some day
    ended with nothing on the shelf. `missed` S, carried on: whether some unit found no stock
    since the last cycle ended; `cycles` and `short_cycles` S: how many ended, and so.
    """
    days = arriving.shape[1]
    for s in range(on_hand.size):
        stock, waiting, unmet, charged, before = on_hand[s], backordered[s], 0.0, 0.0, 0.0
        emptied[s], cycles[s], short_cycles[s] = False, 0, 0
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
            emptied[s] |= stock <= EMPTY
            unmet += wanted - served
            missed[s] |= wanted - served > EMPTY
            if lost:
                charged += wanted - served
            else:
                waiting += wanted - served
                if ends[s, d]:
                    charged += waiting
            if ends[s, d]:
                cycles[s] += 1
                short_cycles[s] += missed[s]
                missed[s] = False
        on_hand[s], backordered[s] = stock, waiting
        unserved[s], short[s] = unmet, charged
