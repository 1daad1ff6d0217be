"""From the master's mix to a plan: the mean of its plans, or a plan for each series whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.terms import Floats, Integers
from optimization.shared.certificate import Mixed
from optimization.shared.pricer import Pricer
from optimization.shared.rows import Part

GOLDEN = 0.6180339887498949
"""Steps of the golden ratio spread evenly over any shares (a Weyl sequence)."""


def mixed_orders(pricer: Pricer, plans: Sequence[Mixed], shift: float = 0.0) -> list[Floats]:
    """Orders, S × U each part, that take of the limits what the mix takes.

    Any amount: the mean of the plans by their shares; costs and what is taken are convex, so
    it costs and takes no more than the mix. Whole orders, and series that an earlier plan has a
    say in: each series has one of the plans, the plans spread over the series of a group by their
    shares, so that it takes about as much. `shift`, 0 to 1: another such spread.
    """
    orders = [np.zeros(part.shape) for part in pricer.parts]
    picks = _picks(pricer, plans, shift)
    multiple = [part.multiple for part in pricer.parts]
    known = [part.known for part in pricer.parts]
    for number, plan in enumerate(plans):
        found = pricer.orders(plan.price, plan.money, wanted=plan.share > 0)
        for place, (part, begin, end) in enumerate(pricer.groups):
            if plan.share[place] <= 0:
                continue
            run = slice(begin, end)
            whole = pricer.parts[part].whole is not None
            one = whole | (multiple[part][run] > 0) | known[part][run]
            mean = plan.share[place] * found[part][run]
            taken = (picks[part][run] == number)[:, None] * found[part][run]
            orders[part][run] += np.where(one[:, None], taken, mean)
    return orders


def rounded_orders(pricer: Pricer, plans: Sequence[Mixed]) -> list[Floats]:
    """Orders, S × U each part, about the mean of the plans: nearer the mix where series are few.

    Up to every decision as much is ordered as in the mean, but for less than a pack, or where
    orders are whole than half of the smallest order, or of the usual one where each costs.
    """
    mean = [np.zeros(part.shape) for part in pricer.parts]
    placed = [np.zeros(part.shape) for part in pricer.parts]
    for plan in plans:
        found = pricer.orders(plan.price, plan.money, wanted=plan.share > 0)
        for place, (part, begin, end) in enumerate(pricer.groups):
            run = slice(begin, end)
            mean[part][run] += plan.share[place] * found[part][run]
            placed[part][run] += plan.share[place] * (found[part][run] > 0)
    return [
        _in_lots(part, amount, often)
        for part, amount, often in zip(pricer.parts, mean, placed, strict=True)
    ]


def _in_lots(part: Part, mean: Floats, placed: Floats) -> Floats:
    """Orders S × U that follow `mean`, one at a time; `placed`: orders in the mean, as shares."""
    pack = part.multiple
    usual = np.zeros(pack.size)
    if part.whole is not None:
        usual = np.maximum(mean.sum(axis=1) / np.maximum(placed.sum(axis=1), 1.0), pack)
        usual = np.where((part.whole.fixed > 0).any(axis=1), usual, 0.0)
        usual = np.maximum(usual, part.whole.smallest)
    orders = np.zeros(mean.shape)
    owed = np.zeros(pack.size)
    for u in range(mean.shape[1]):
        owed += mean[:, u]
        lot = np.where(pack > 0, np.round(owed / np.where(pack > 0, pack, 1.0)) * pack, owed)
        if part.whole is not None:
            lot = np.where((owed >= 0.5 * usual) & (mean[:, u] > 0), lot, 0.0)
            lot = np.where(lot > 0, np.maximum(lot, part.whole.smallest), 0.0)
        orders[:, u] = np.maximum(lot, 0.0)
        owed -= orders[:, u]
    return orders


def _picks(pricer: Pricer, plans: Sequence[Mixed], shift: float) -> list[Integers]:
    """Which of the plans each series has, where it has one only, S each part."""
    shares = np.stack([plan.share for plan in plans])
    until = np.cumsum(shares, axis=0)
    picks = [np.zeros(part.series, dtype=np.int64) for part in pricer.parts]
    for place, (part, begin, end) in enumerate(pricer.groups):
        at = (np.arange(begin, end) * GOLDEN + 0.5 + shift) % 1.0 * until[-1, place]
        picks[part][begin:end] = np.searchsorted(until[:, place], at, side="right")
    return picks
