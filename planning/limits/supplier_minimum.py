"""`minimum_order_value` of suppliers: the smallest order they take, in money."""

from __future__ import annotations

from domain.errors import PlanError
from optimization.constraints import LIMITS, Limit
from planning.dataset import Dataset
from planning.item_costs import numbers
from planning.limits import SHARED
from planning.situation import Situation


class SupplierMinimum:
    """A limit for each supplier and location with a smallest order; blank and 0: none."""

    words = "smallest order of a supplier"

    def given(self, dataset: Dataset) -> bool:
        """Whether a supplier has a smallest order."""
        table = dataset.table("suppliers")
        if table is None or "minimum_order_value" not in table:
            return False
        return bool((table["minimum_order_value"] > 0).any())

    def limits(self, situation: Situation) -> list[Limit]:
        """Its limits. Raises PlanError for one that the data cannot measure."""
        frame = situation.terms.frame
        value = numbers(frame, "minimum_order_value").fillna(0.0)
        asked = frame[value > 0].assign(value=value[value > 0])
        if len(asked) and not situation.terms.costs_known:
            raise PlanError(
                "a supplier's smallest order is in money, but no unit cost is known",
                "minimum_order_value",
                "Give unit_cost in items, or leave minimum_order_value blank.",
            )
        least = asked.groupby(["supplier", "location"], sort=True)["value"].max()
        kind = LIMITS.get("supplier_minimum")
        return [
            kind(supplier=str(supplier), location=str(place), value=float(money))
            for (supplier, place), money in least.items()
        ]


SHARED.register("supplier_minimum")(SupplierMinimum())
