"""`[[budget]]`: money for the orders of a period."""

from __future__ import annotations

from domain.errors import PlanError
from domain.settings import BudgetSetting
from optimization.constraints import LIMITS, Limit
from planning.dataset import Dataset
from planning.limits import SHARED
from planning.limits.reading import committed_by, days_until, in_words, last_order_day, numbered
from planning.situation import Situation


class Budgets:
    """A limit for each period of each budget that the plan can order in."""

    words = "budget"

    def given(self, dataset: Dataset) -> bool:
        """Whether a budget is set."""
        return bool(dataset.settings.budget)

    def limits(self, situation: Situation) -> list[Limit]:
        """Its limits. Raises PlanError for one that the data cannot measure."""
        settings = situation.dataset.settings.budget
        if settings and not situation.terms.costs_known:
            raise PlanError(
                "a budget is given, but no unit cost is known", "budget", "Give unit_cost in items."
            )
        kind = LIMITS.get("budget")
        return [
            kind(
                name=name,
                period=in_words(situation, first, last),
                amount=setting.amount,
                first_day=first,
                last_day=last,
                committed=float(committed_by(situation, first, last, in_money=True).sum()),
            )
            for name, setting in zip(numbered([s.name for s in settings]), settings, strict=True)
            for first, last in _periods(situation, setting)
        ]


SHARED.register("budget")(Budgets())


def _periods(situation: Situation, setting: BudgetSetting) -> list[tuple[int, int]]:
    """First and last days of a budget's periods in which the plan can order."""
    first = 0 if setting.starts_on is None else days_until(situation, setting.starts_on)
    if setting.ends_on is not None:
        last = days_until(situation, setting.ends_on)
        return [(first, last)] if last >= 0 else []
    length = setting.period_days or 1
    if first < 0:  # the period that today lies in
        first += -first // length * length
    found = []
    while first <= last_order_day(situation):
        found.append((first, first + length - 1))
        first += length
    return found
