"""Order up to the target quantile of demand over the protection period."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.terms import Floats
from optimization.first_cycle import first_cycle_level
from optimization.policies import POLICIES, Review
from optimization.whole_orders import orderable


@POLICIES.register("base_stock")
@dataclass(frozen=True)
class BaseStock:
    """Base stock S, rounded up to packs and the minimum (Snyder & Shen, 2nd ed., §4.3).

    S balances holding of the cycle's days against shortage at its end: the quantile of demand
    through the cycle at p / (p + n · h), n days, or the service level p came from. It knows
    nothing of later cycles, of coming losses, nor of the cost of an order.

    `shortage_factor`: what p is multiplied by, as for the optimizer.
    """

    shortage_factor: float = 1.0

    def order(self, review: Review) -> Floats:
        """See `Policy.order`."""
        problem = review.ahead.problem
        problem = replace(problem, shortage=self.shortage_factor * problem.shortage)
        wanted = first_cycle_level(problem) - review.position
        return orderable(wanted, review.minimum, review.multiple)
