"""From a situation to a decision: portions of the series solved and put together again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from domain.terms import Floats, Integers
from optimization.constraints import Limit
from optimization.given_orders import with_given_orders
from optimization.kept_orders import keep_planned
from optimization.problem import Solution
from optimization.solve import prepare, solve_prepared
from planning.distributions import LEVELS, distributions
from planning.limited import LimitsKept, Portion, portion, solve_portions
from planning.limits import limits_of
from planning.open_order_actions import open_order_actions
from planning.outlook import Outlook, look_out
from planning.plan import Decision
from planning.problem import build_problem, on_order_only, order_groups, worth_ordering
from planning.situation import Situation
from planning.steps import Advance
from planning.trial import orders_on_trial, refuse_shared_limits


def decide(situation: Situation, advance: Advance) -> Decision:
    """Solve for every series planned for stock, some at a time, and look ahead."""
    limits = limits_of(situation)
    if limits:
        refuse_shared_limits(situation)
        return decide_together(situation, limits, advance)
    parts: list[tuple[Integers, Decision]] = []
    done = 0
    for rows in portions(situation):
        parts.append((rows, decide_part(situation.take(rows))))
        done += rows.size
        advance(done / situation.series)
    return put_together(situation, parts)


def portions(situation: Situation) -> list[Integers]:
    """The series in portions that fit in memory, those with like cycles together.

    Arrays are padded to the longest cycle among them, so that like goes with like. Lines that
    share the cost of an order stay together.
    """
    frame, cycles = situation.terms.frame, situation.cycles
    review = frame["review_period_days"].to_numpy()
    shared, _ = order_groups(situation.terms.frame)
    width = cycles.count * (cycles.point_day >= 0).sum(axis=2).max(axis=1, initial=1)
    rows = np.lexsort((np.arange(len(frame)), shared, review))
    cuts, begin, widest = [], 0, 0
    for place, row in enumerate(rows):
        widest = max(widest, int(width[row]))
        before = rows[place - 1]
        splits_order = shared[row] >= 0 and shared[row] == shared[before]
        full = (place - begin + 1) * widest * len(LEVELS) > MOST_KNOTS
        if place > begin and (review[row] != review[before] or (full and not splits_order)):
            cuts.append(place)
            begin, widest = place, int(width[row])
    return [np.sort(part) for part in np.split(rows, cuts)]


def decide_part(situation: Situation) -> Decision:
    """The decision for a portion of the series."""
    settings = situation.dataset.settings
    known = distributions(situation)
    base = build_problem(situation, known)
    problem = prepare(base, settings)
    given = orders_on_trial(situation, known)
    worth = worth_ordering(situation, known) | np.isfinite(given)
    rows = np.flatnonzero(situation.planned_for_stock & worth)
    solution = nothing_ordered(*problem.cycles.order_day.shape)
    if rows.size:
        part = solve_prepared(problem.take(rows), settings.solver.threads)
        if situation.planned_before is not None:
            part = keep_planned(
                problem.take(rows), part, situation.planned_before[rows], settings.change_cost,
                settings.solver.threads,
            )  # fmt: skip
        part = with_given_orders(problem.take(rows), part, given[rows], settings.solver.threads)
        solution = overlaid(solution, [(rows, part)])
    on_order = (situation.terms.frame["planned"] == "on_order").to_numpy()
    solution.quantity[:, 0] += on_order_only(situation, problem) * on_order
    return Decision(
        solution=solution,
        outlook=look_out(situation, known, problem, solution),
        shortage=problem.shortage,
        actions=open_order_actions(situation, base),
    )


def decide_together(
    situation: Situation,
    limits: Sequence[Limit],
    advance: Advance,
    ready: Sequence[Portion] = (),
    near: LimitsKept | None = None,
) -> Decision:
    """The decision for all series at once, within the limits that they share.

    `ready`: the portions, where they were made before; `near`: what became of almost the same
    limits, to search on from there.
    """
    ready = ready or ready_portions(situation)
    places = [part.ground.place for part in ready]
    advance(0.2)
    solutions, kept = solve_portions(situation, ready, limits, near)
    advance(0.8)
    parts = []
    for rows, part, found in zip(places, ready, solutions, strict=True):
        solution = nothing_ordered(*part.problem.cycles.order_day.shape)
        solution = overlaid(solution, [(part.rows, found)])
        solution.quantity[:, 0] += part.ground.settled
        made = Decision(
            solution=solution,
            outlook=look_out(part.situation, part.known, part.problem, solution),
            shortage=part.problem.shortage,
            actions=open_order_actions(part.situation, part.base),
        )
        parts.append((rows, made))
    whole = put_together(situation, parts)
    certified = replace(whole.solution, bound=kept.bound, status=kept.status)
    return replace(whole, solution=certified, limits=kept)


def ready_portions(situation: Situation) -> list[Portion]:
    """All series in portions that are ready to be solved; no limit has a say in them."""
    return [portion(situation.take(rows), rows) for rows in portions(situation)]


def nothing_ordered(series: int, decisions: int) -> Solution:
    """The solution of series that are not planned: nothing, at no cost."""
    return Solution(
        quantity=np.zeros((series, decisions)),
        wanted=np.zeros(series),
        order_up_to_level=np.zeros(series),
        cost=np.zeros(series),
        cost_without=np.zeros(series),
        bound=0.0,
        objective=0.0,
        status=OPTIMAL,
        binding=np.full(series, "", dtype=object),
    )


PER_SERIES = ("quantity", "wanted", "order_up_to_level", "cost", "cost_without", "binding")


def overlaid(under: Solution, parts: Sequence[tuple[Integers, Solution]]) -> Solution:
    """A solution with those of portions laid over it; sums run in the order of the portions."""
    arrays: dict[str, Any] = {name: getattr(under, name).copy() for name in PER_SERIES}
    for rows, part in parts:
        for name, whole in arrays.items():
            values = getattr(part, name)
            if whole.ndim > 1:
                whole[rows, : values.shape[1]] = values
            else:
                whole[rows] = values
    shape = arrays["quantity"].shape
    for name, shape_of in (("share", shape), ("saving", shape[:1])):
        known = [(rows, getattr(part, name)) for rows, part in parts]
        found = [(rows, values) for rows, values in known if values is not None]
        arrays[name] = _laid(shape_of, found) if found else None
    solved = [part for _, part in parts]
    optimal = all(part.status == OPTIMAL for part in solved)
    return Solution(
        **arrays,
        bound=sum(part.bound for part in solved),
        objective=sum(part.objective for part in solved),
        status=OPTIMAL if optimal else FEASIBLE,
    )


def _laid(shape: tuple[int, ...], parts: Sequence[tuple[Integers, Floats]]) -> Floats:
    """Arrays of some series, S or S × U, in one of this shape; 0 elsewhere."""
    whole = np.zeros(shape)
    for rows, values in parts:
        if values.ndim > 1:
            whole[rows, : values.shape[1]] = values
        else:
            whole[rows] = values
    return whole


def put_together(situation: Situation, parts: Sequence[tuple[Integers, Decision]]) -> Decision:
    """The decisions of all portions as one."""
    series, decisions = situation.cycles.order_day.shape
    outlook = Outlook(
        **{
            field.name: gathered([(r, getattr(p.outlook, field.name)) for r, p in parts], series)
            for field in fields(Outlook)
        }
    )
    blank = nothing_ordered(series, decisions)
    return Decision(
        solution=overlaid(blank, [(rows, part.solution) for rows, part in parts]),
        outlook=outlook,
        shortage=gathered([(rows, part.shortage) for rows, part in parts], series),
        actions=tuple(sorted((a for _, p in parts for a in p.actions), key=lambda a: a.line)),
    )


def gathered(parts: Sequence[tuple[Integers, np.ndarray]], series: int) -> np.ndarray:
    """Arrays of all portions as one array of all series."""
    whole = np.zeros(series, dtype=parts[0][1].dtype)
    for rows, values in parts:
        whole[rows] = values
    return whole


MOST_KNOTS = 8_000_000
"""Knots of one portion, about: 64 MB an array, of which a solve holds a handful."""
OPTIMAL, FEASIBLE = "optimal", "feasible"
