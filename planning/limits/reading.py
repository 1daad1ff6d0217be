"""What the kinds of limits read alike: days, names, what open orders committed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from domain.errors import PlanError
from domain.periods import as_days
from domain.terms import Floats
from planning.dataset import Dataset
from planning.situation import Situation


def days_until(situation: Situation, day: date | pd.Timestamp) -> int:
    """Days from `as_of` to a date."""
    return int((as_days(np.datetime64(day, "D")) - situation.as_of).astype(np.int64))


def last_order_day(situation: Situation) -> int:
    """Days from `as_of` to the last order that the plan can place."""
    return int(situation.cycles.order_day.max(initial=0))


def in_words(situation: Situation, first: int, last: int) -> str:
    """Days from `as_of`, as dates."""
    if first == last:
        return str(situation.date(first))
    return f"{situation.date(first)} to {situation.date(last)}"


def numbered(names: Sequence[str]) -> list[str]:
    """The names in order, each of its own: "budget", "budget 2", and so on past those given."""
    found: list[str] = []
    for name in names:
        number, own = 1, name
        while own in found or (number > 1 and own in names):
            number += 1
            own = f"{name} {number}"
        found.append(own)
    return found


def committed_by(situation: Situation, first: int, last: int, in_money: bool) -> Floats:
    """What open order lines ordered on these days committed, a number a line."""
    lines = situation.open_orders.frame
    if not len(lines) or "ordered_on" not in lines:
        return np.zeros(0)
    day = (lines["ordered_on"].to_numpy().astype("datetime64[D]") - situation.as_of).astype(float)
    day = np.where(lines["ordered_on"].isna(), np.nan, day)
    inside = (day >= first) & (day <= last)
    rows = lines["series"].to_numpy()
    cost = situation.terms.frame["unit_cost"].to_numpy()[rows]
    price = lines["unit_cost"].fillna(pd.Series(cost, index=lines.index)).to_numpy()
    each = price if in_money else np.ones(len(lines))
    inside &= (lines["kind"] != "transfer").to_numpy()
    return np.where(inside, lines["quantity"].to_numpy() * each, 0.0)


def gives(dataset: Dataset, name: str, column: str) -> bool:
    """Whether a table has the column, and a value in it."""
    table = dataset.table(name)
    return table is not None and column in table and bool(table[column].notna().any())


def refuse_nobody(there: bool, section: str, *names: str | None) -> None:
    """Refuse a group that no item is in."""
    if not there:
        said = " at ".join(name for name in names if name)
        raise PlanError(
            f"no item is in the group that [[{section}]] names: {said}",
            section,
            "Name a category, supplier or location that items have, as they are spelt there.",
        )
