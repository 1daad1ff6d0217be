"""`limits.csv`: what the lines of a plan share, how much is used, and what more would save."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from domain.outputs import LIMITS
from planning.limited import LimitsKept
from planning.plan import Decision
from planning.report.page_data import LimitLine
from planning.report.reasons import amount

DIGITS = 6


def limit_frame(decision: Decision, plan_id: str, currency: str) -> pd.DataFrame:
    """A row a limit and period, in the order of the settings and tables; none without limits."""
    kept = decision.limits
    if kept is None:
        return pd.DataFrame({name: [] for name in LIMITS.names})
    frame = pd.DataFrame(
        {
            "plan_id": plan_id,
            "limit": [row.limit for row in kept.rows],
            "kind": [row.kind for row in kept.rows],
            "period": [row.period for row in kept.rows],
            "unit": [row.unit for row in kept.rows],
            "bound": bounds_of(kept),
            "used": kept.used.round(DIGITS),
            "marginal_value": kept.marginal_value.round(DIGITS),
            "marginal_value_more": kept.more.round(DIGITS),
            "marginal_value_less": kept.less.round(DIGITS),
        }
    )
    frame["sentence"] = [limit_sentence(line, currency) for line in frame.itertuples(index=False)]
    return frame[list(LIMITS.names)]


def bounds_of(kept: LimitsKept) -> list[float]:
    """What there is of each limit, what was taken before included."""
    return [
        round((-row.bound if row.at_least else row.bound) + row.taken, DIGITS) for row in kept.rows
    ]


def limit_sentence(line: Any, currency: str) -> str:
    """What a little more of a limit would save, and a little less would cost."""
    if line.marginal_value <= 0:
        return "It binds nothing: more of it would save nothing."
    step = 100.0 if line.unit in ("money", "units") else 1.0
    unit = f"{currency} " if line.unit == "money" else ""
    noun = "" if line.unit == "money" else f" {line.unit}".rstrip()
    saved, lost = (
        f"{currency} {amount(step * value)}".strip()
        for value in (line.marginal_value, line.marginal_value_less)
    )
    return (
        f"{unit}{step:g}{noun} more would save about {saved} of expected cost;"
        f" as much less would cost about {lost}."
    )


def binding_limits(frame: pd.DataFrame) -> tuple[LimitLine, ...]:
    """The limits that bind, by what 1 % more of each would save."""
    binding = frame[frame["marginal_value"] > 0]
    worth = binding["marginal_value"].to_numpy() * binding["bound"].abs().to_numpy()
    order = np.argsort(-worth, kind="stable")
    return tuple(
        LimitLine(line.limit, line.period, line.bound, line.used, line.unit, line.sentence)
        for line in binding.iloc[order].itertuples(index=False)
    )


def limit_records(frame: pd.DataFrame) -> list[dict[str, object]]:
    """The rows of the table for `summary.json`, without the plan's name."""
    return [
        {str(name): value for name, value in record.items() if name != "plan_id"}
        for record in frame.to_dict("records")
    ]
