"""`limits.csv`: what the lines of a plan share, how much is used, and what more would save."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from domain.outputs_limits import LIMITS
from planning.limited import LimitsKept
from planning.plan import Decision
from planning.report.page_data import LimitLine
from planning.report.reasons import amount

DIGITS = 6
TRIED = 0.01
"""Share of a limit by which it was tried larger and smaller."""


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
            "solved_again": kept.again,
        }
    )
    frame["sentence"] = [
        limit_sentence(line, currency, row.at_least)
        for line, row in zip(frame.itertuples(index=False), kept.rows, strict=True)
    ]
    return frame[list(LIMITS.names)]


def bounds_of(kept: LimitsKept) -> list[float]:
    """What there is of each limit, what was taken before included."""
    return [
        round((-row.bound if row.at_least else row.bound) + row.taken, DIGITS) for row in kept.rows
    ]


def limit_sentence(line: Any, currency: str, at_least: bool = False) -> str:
    """What a little more of a limit would save, and a little less would cost, each as a range.

    The marginal value is the most that any unit more can save, and the least that any unit less
    can cost; the other end is of a solve with 1 % more or less, or of the plans that the solve
    knows, and holds for any step below it. Of what is asked for (`at_least`) less saves.
    """
    if line.marginal_value <= 0:
        return "It binds nothing: more of it would save nothing."
    tried = TRIED * abs(float(line.bound))
    step = 10.0 ** np.floor(np.log10(tried)) if tried > 0 else 1.0
    if line.unit in ("money", "units", "lines"):
        step = max(step, 1.0)
    unit = f"{currency} " if line.unit == "money" else ""
    noun = "" if line.unit == "money" else f" {line.unit}".rstrip()
    if step == 1 and line.unit in ("units", "lines"):
        noun = noun.removesuffix("s")
    saved = _span(step, currency, line.marginal_value_more, line.marginal_value)
    lost = _span(step, currency, line.marginal_value, line.marginal_value_less)
    period = f" ({line.period})" if line.period else ""
    more, less = ("less", "more") if at_least else ("more", "less")
    return (
        f"{unit}{step:,g}{noun} {more} of {line.limit}{period} would save about {saved} of"
        f" expected cost; as much {less} would cost about {lost}."
    )


def _span(step: float, currency: str, one: float, other: float) -> str:
    """Money for a step at two values a unit, the smaller first; once where they look alike."""
    low, high = (amount(step * value) for value in sorted((one, other)))
    return f"{currency} {low if low == high else f'{low} to {high}'}".strip()


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
