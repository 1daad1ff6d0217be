"""`order_lines_per_day`: lines that can be handled on a day."""

from __future__ import annotations

from optimization.constraints import LIMITS, Limit
from planning.dataset import Dataset
from planning.limits import SHARED
from planning.situation import Situation


class OrderLines:
    """The one limit on order lines."""

    words = "order lines a day"

    def given(self, dataset: Dataset) -> bool:
        """Whether it is set."""
        return dataset.settings.order_lines_per_day is not None

    def limits(self, situation: Situation) -> list[Limit]:
        """The limit, where it is set."""
        most = situation.dataset.settings.order_lines_per_day
        return [] if most is None else [LIMITS.get("order_lines")(most=float(most))]


SHARED.register("order_lines")(OrderLines())
