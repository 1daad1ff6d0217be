"""The orders that were really made: what every rule is held against, and no rule itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.errors import PlanError
from domain.terms import Floats
from optimization.policies import POLICIES, Review


@POLICIES.register("orders_made")
@dataclass(frozen=True)
class OrdersMade:
    """A record: each order on the day it was made, its goods on the days they came in.

    A replay walks it from the dataset's `open_orders` and `receipts`, and never asks.
    """

    as_recorded: ClassVar[bool] = True

    def order(self, review: Review) -> Floats:
        """Refused: what was ordered in the past says nothing of what to order now."""
        raise PlanError(
            "orders that were made were asked what to order",
            "orders_made",
            "Run it in a replay; to plan, name another policy.",
        )
