"""A decision of all series together, where limits are shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from domain.terms import Flags, Floats, Integers
from optimization.constraints import Limit
from optimization.constraints.group_cycle_service import GroupCycleService, short_column
from optimization.constraints.group_service import GroupService
from optimization.problem import Problem, Solution
from optimization.shared.changes import solve_with_planned
from optimization.shared.ground import Ground
from optimization.shared.minimums import ordered_of
from optimization.shared.opening_spread import opening_deviation
from optimization.shared.openings import stock_at
from optimization.shared.rows import Row
from optimization.shared.shortages import cycle_demand, short_at_level, shortages
from optimization.shared.solve import Shared
from optimization.shared.worth import solved_again
from optimization.solve import prepare
from planning.distributions import Distributions, distributions
from planning.item_costs import numbers
from planning.problem import build_problem, on_order_only, starting_stock, worth_ordering
from planning.situation import Situation
from planning.supplying_locations import paid_to_suppliers


@dataclass(frozen=True)
class Portion:
    """Some series of a plan, ready to be solved with all others."""

    situation: Situation
    known: Distributions
    base: Problem
    problem: Problem  # prepared
    rows: Integers  # which of its series the solve decides
    ground: Ground


@dataclass(frozen=True)
class LimitsKept:
    """What became of the limits of a plan."""

    limits: tuple[Limit, ...]
    rows: tuple[Row, ...]
    used: Floats  # R, in the unit of each row, what was taken before included
    marginal_value: Floats  # R, money per unit
    more: Floats  # R, money per unit: saved by each of 1 % more
    less: Floats  # R, money per unit: lost with each of 1 % less
    again: Flags  # R, whether all was solved again with more and with less
    openings: pd.DataFrame  # sku, location, day, volume_m3, on_hand, deviation, for the checker
    shortages: pd.DataFrame  # sku, location, decision, expected_demand, expected_short, as well
    bound: float  # money, all series together
    objective: float  # money
    status: str


def portion(situation: Situation, place: Integers) -> Portion:
    """The series `place` of a plan, which `situation` holds, ready to be solved."""
    known = distributions(situation)
    base = build_problem(situation, known)
    problem = prepare(base, situation.dataset.settings)
    solved = situation.planned_for_stock & worth_ordering(situation, known)
    on_order = (situation.terms.frame["planned"] == "on_order").to_numpy()
    start, orders = starting_stock(situation), situation.open_orders
    frame = situation.terms.frame
    ground = Ground(
        place=place,
        problem=problem,
        frame=frame.assign(
            volume_m3=numbers(frame, "volume_m3").fillna(0.0), unit_cost=paid_to_suppliers(frame)
        ),
        solved=solved,
        settled=on_order_only(situation, problem) * on_order,
        supply_on=lambda day: start + orders.usable_by(np.full(start.size, day)),
        lost=situation.dataset.settings.unmet_demand == "lost",
    )
    return Portion(situation, known, base, problem, np.flatnonzero(solved), ground)


def solve_portions(
    situation: Situation,
    portions: Sequence[Portion],
    limits: Sequence[Limit],
    near: LimitsKept | None = None,
) -> tuple[list[Solution], LimitsKept]:
    """The solutions of all portions' own rows, and what became of the limits.

    `near`: of a solve with almost the same limits, from whose prices to search on; what its limits
    are worth is then told from the plans at hand.
    """
    grounds = [part.ground for part in portions]
    rows = [
        row if row.day is None else replace(row, period=str(situation.date(row.day)))
        for limit in limits
        for row in limit.rows(grounds)
    ]
    places = [part.ground.place[part.rows] for part in portions]
    before, settings = situation.planned_before, situation.dataset.settings
    problems = [part.problem.take(part.rows) for part in portions]
    found = solve_with_planned(
        problems,
        places,
        rows,
        settings.solver,
        [] if before is None else [before[place] for place in places],
        settings.change_cost,
        _prices_near(rows, near),
    )
    if near is None:
        found = solved_again(problems, places, rows, found, settings.solver)
    return list(found.solutions), _kept(portions, limits, rows, found)


def _prices_near(rows: Sequence[Row], near: LimitsKept | None) -> Floats | None:
    """Prices of a solve whose limits have the same names and periods, R; None where none has."""
    if near is None or [row.name for row in near.rows] != [row.name for row in rows]:
        return None
    return near.marginal_value


def _kept(
    portions: Sequence[Portion], limits: Sequence[Limit], rows: Sequence[Row], found: Shared
) -> LimitsKept:
    sign = np.array([-1.0 if row.at_least else 1.0 for row in rows])
    taken = np.array([row.taken for row in rows])
    return LimitsKept(
        limits=tuple(limits),
        rows=tuple(rows),
        used=np.where(
            [row.or_nothing for row in rows],
            ordered_of(rows, [part.ground.place[part.rows] for part in portions], found),
            sign * found.used + taken,
        ),
        marginal_value=found.marginal_value,
        more=found.more,
        less=found.less,
        again=found.again,
        openings=_openings(portions, rows, found.solutions),
        shortages=_shortages(portions, limits, found.solutions),
        bound=found.bound,
        objective=found.objective,
        status=found.status,
    )


def _openings(
    portions: Sequence[Portion], rows: Sequence[Row], solutions: Sequence[Solution]
) -> pd.DataFrame:
    """Expected stock on hand at the opening of each day for which storage is asked at a location.

    No other day counts: what is there before anything of the plan arrives, nothing ordered mends.
    """
    asked = {(row.location, row.day) for row in rows if row.kind == "storage"}
    days = sorted({day for _, day in asked if day is not None})
    columns = ("sku", "location", "day", "volume_m3", "on_hand", "deviation")
    found = [pd.DataFrame({name: [] for name in columns})]
    unsure = any(p.situation.dataset.settings.storage_percentile is not None for p in portions)
    for part, solution in zip(portions, solutions, strict=True):
        quantity = _of_all(part, solution)
        for day in days:
            frame = part.ground.frame[["sku", "location", "volume_m3"]]
            there = frame.assign(
                day=day,
                on_hand=stock_at(part.ground, quantity, day),
                deviation=opening_deviation(part.ground, day) if unsure else 0.0,
            )
            places = [place for place, when in asked if when == day]
            found.append(there[frame["location"].isin(places)])
    return pd.concat(found[1:] or found, ignore_index=True)


def _of_all(part: Portion, solution: Solution) -> Floats:
    """Orders of all series of a portion, S × U; those that the solve does not decide order none."""
    quantity = np.zeros(part.problem.floor.shape)
    quantity[part.rows, : solution.quantity.shape[1]] = solution.quantity
    return quantity


def _shortages(
    portions: Sequence[Portion], limits: Sequence[Limit], solutions: Sequence[Solution]
) -> pd.DataFrame:
    """Demand and shortage of every cycle of the series that are solved, where a promise asks."""
    columns = ("sku", "location", "decision", "expected_demand", "expected_short")
    found = [pd.DataFrame({name: [] for name in columns})]
    promised = [limit for limit in limits if isinstance(limit, (GroupService, GroupCycleService))]
    levels = {p.cycle_service_level for p in promised if isinstance(p, GroupCycleService)}
    if promised:
        for part, solution in zip(portions, solutions, strict=True):
            count = part.problem.cycles.count
            alive = np.arange(part.problem.floor.shape[1]) < count[:, None]
            series, cycle = np.nonzero(alive & part.ground.solved[:, None])
            demand, _ = cycle_demand(part.problem)
            short = shortages(part.problem, _of_all(part, solution))
            frame = part.ground.frame[["sku", "location"]].iloc[series].reset_index(drop=True)
            allowed = {
                short_column(level): short_at_level(part.problem, level)[series, cycle]
                for level in sorted(levels)
            }
            found.append(
                frame.assign(
                    decision=cycle + 1,
                    expected_demand=demand[series, cycle],
                    expected_short=short[series, cycle],
                    **allowed,
                )
            )
    return pd.concat(found[1:] or found, ignore_index=True)
