"""Orders of one who knows what will come: what no policy can cost less than."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import PlanError
from domain.terms import Floats
from optimization.foresight import best_orders
from optimization.policies import POLICIES, Review


@POLICIES.register("perfect_foresight")
@dataclass(frozen=True)
class PerfectForesight:
    """The best orders in hindsight, any amounts: a lower bound, and no policy to follow.

    Exact where any amount may be ordered; packs, minimums and order costs that several lines
    share are left out, which can only make it cheaper (see `optimization.foresight`).
    """

    def order(self, review: Review) -> Floats:
        """The first orders of `review.future`; packs and minimums are not kept."""
        if review.future is None:
            raise PlanError(
                "perfect foresight was asked without a future",
                "perfect_foresight",
                "Run it in a replay; it cannot plan what has not happened.",
            )
        return best_orders(review.future)[:, 0]
