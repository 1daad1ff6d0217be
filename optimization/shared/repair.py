"""Whole orders made to keep the limits, and to use what these leave: one move a series a round.

Where limits are broken, the moves that cost least for what they give back; once they hold, the
moves that save, the dearest limits spared first. Greedy, no proof: the gap to the bound tells
how good it is. Limits that moves to other days do not mend are mended by ordering less, and in
the end, or once time is up, by not ordering, so that limits which only allow so much hold whenever
no order keeps them.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Integers
from optimization.clock import solving_seconds
from optimization.integer import smallest_order
from optimization.shared.moves import CUTTING, DROPPING, MENDING, SAVING
from optimization.shared.pricer import Pricer
from optimization.shared.proposals import apply_moves, propose

MENDING_ROUNDS, SAVING_ROUNDS = 200, 12
TOLERATED = 1e-9
"""Share of a limit's size by which it may be missed."""


def repair(
    pricer: Pricer, orders: list[Floats], bound: Floats, price: Floats, scale: Floats,
    deadline: float,
) -> Floats:  # fmt: skip
    """Change whole orders (S × U each part) in place until the limits hold and nothing saves.

    `price` R: money per unit of each limit; `scale` R: size of each limit. Gives what is left
    of each limit (R), below 0 where no move could mend it.
    """
    left = bound - pricer.use(orders)
    for purpose in (MENDING, CUTTING, DROPPING):
        # Each drop takes an order away, so this ends with as many rounds as there are decisions.
        most = MENDING_ROUNDS if purpose != DROPPING else sum(plan.size for plan in orders)
        for _ in range(most):
            late = purpose != DROPPING and solving_seconds() >= deadline
            if late or not (left < -TOLERATED * scale).any():
                break
            if not _round(pricer, orders, left, price, scale, purpose):
                break
            left = bound - pricer.use(orders)
    for _ in range(SAVING_ROUNDS):
        if solving_seconds() >= deadline or (left < -TOLERATED * scale).any():
            break
        if not _round(pricer, orders, left, price, scale, SAVING):
            break
        left = bound - pricer.use(orders)
    return left


def _round(
    pricer: Pricer, orders: list[Floats], left: Floats, price: Floats, scale: Floats, purpose: int
) -> int:
    """One move for each series where it helps; how many were made."""
    proposals = [
        _proposals(pricer, number, plan, left, price, scale, purpose)
        for number, plan in enumerate(orders)
    ]
    scores = np.concatenate([score for score, _ in proposals])
    places = np.repeat(np.arange(len(orders)), [score.size for score, _ in proposals])
    series = np.concatenate([np.arange(score.size) for score, _ in proposals])
    order = np.argsort(scores, kind="stable")
    order = order[np.isfinite(scores[order])]
    made = 0
    for number in np.unique(places[order]).tolist():
        turn = series[order[places[order] == number]]
        made += apply_moves(
            *pricer.ground(number, price), *_wholeness(pricer, number), orders[number], left, scale,
            purpose, turn, proposals[number][1],
        )  # fmt: skip
    return made


def _proposals(
    pricer: Pricer, number: int, plan: Floats, left: Floats, price: Floats, scale: Floats,
    purpose: int,
) -> tuple[Floats, Integers]:  # fmt: skip
    """The best move of each series of a part: its score and which, both S."""
    series = plan.shape[0]
    score, choice = np.full(series, np.inf), np.zeros(series, dtype=np.int64)
    terms, weights, prices = pricer.ground(number, price)
    smallest, fixed = _wholeness(pricer, number)

    def work(begin: int, end: int) -> None:
        propose(
            terms, weights, prices, smallest, fixed, plan, left, scale, purpose, score, choice,
            begin, end,
        )  # fmt: skip

    pricer.in_blocks(work, series)
    return score, choice


def _wholeness(pricer: Pricer, number: int) -> tuple[Floats, Floats]:
    """Smallest order (S) and fixed costs (S × U) of a part; orders of any amount have neither."""
    part = pricer.parts[number]
    if part.whole is not None:
        return part.whole.smallest, part.whole.fixed
    least = np.where(part.multiple > 0, smallest_order(part.problem)[part.which], 0.0)
    fixed = np.zeros(part.shape)
    if part.problem.given is not None:
        fixed[part.problem.given[part.which], 0] = np.inf
    return least, fixed
