"""`linear_limits`: a user's own limits, weights per sku."""

from __future__ import annotations

import pandas as pd

from domain.errors import PlanError
from optimization.constraints import LIMITS, Limit
from planning.dataset import Dataset
from planning.limits import SHARED
from planning.limits.reading import days_until, gives, in_words, last_order_day
from planning.situation import Situation


class LinearLimits:
    """A limit for each row of the table."""

    words = "linear limits"

    def given(self, dataset: Dataset) -> bool:
        """Whether there is one."""
        return gives(dataset, "linear_limits", "bound")

    def limits(self, situation: Situation) -> list[Limit]:
        """Its limits. Raises PlanError for one that the data cannot measure."""
        table = situation.dataset.table("linear_limits")
        weights = situation.dataset.table("linear_limit_weights")
        known = set() if table is None else set(table["limit"])
        unknown = [] if weights is None else sorted(set(weights["limit"]) - known)
        if unknown:
            raise PlanError(
                f"weights are given for {unknown[0]!r}, which is no limit of linear_limits",
                "linear_limit_weights",
                "Give it a row in linear_limits, or leave its weights out.",
            )
        if table is None:
            return []
        kind = LIMITS.get("linear_limit")
        found: list[Limit] = []
        for row in table.itertuples():
            name = str(row.limit)
            first, last = _days(situation, name, row.starts_on, row.ends_on)
            found.append(
                kind(
                    name=name,
                    period=in_words(situation, first, last),
                    bound=float(row.bound),
                    first_day=first,
                    last_day=last,
                    weights=_weights(weights, name),
                    at_least=row.sense == "at_least",
                )
            )
        return found


SHARED.register("linear_limit")(LinearLimits())


def _weights(weights: pd.DataFrame | None, name: str) -> pd.DataFrame:
    """What each sku weighs in the limit; refuses one without weights."""
    if weights is None or not (weights["limit"] == name).any():
        raise PlanError(
            f"the limit {name!r} weighs no sku",
            "linear_limit_weights",
            "Give it a row for each sku that counts.",
        )
    return weights.loc[weights["limit"] == name, ["sku", "location", "weight"]]


def _days(
    situation: Situation, name: str, starts_on: pd.Timestamp, ends_on: pd.Timestamp
) -> tuple[int, int]:
    """First and last day from `as_of`; blank: from today, to the last order of the plan."""
    if ends_on < starts_on:  # False where one is blank
        raise PlanError(
            f"the limit {name!r} ends before it starts",
            "linear_limits",
            "Give an ends_on that is not before its starts_on.",
        )
    first = 0 if pd.isna(starts_on) else days_until(situation, starts_on)
    last = last_order_day(situation) if pd.isna(ends_on) else days_until(situation, ends_on)
    return first, last
