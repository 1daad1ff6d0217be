"""Open orders that would better come sooner, later or not at all, each with what that saves.

Each line is tried in three ways, everything else as it is, and the series solved again: on
the shelf tomorrow, one delivery later, and cancelled. The best of them is told where it
saves enough to be worth a telephone call.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from domain.periods import Day
from domain.terms import Floats, Integers
from optimization.before import cost_before_delivery
from optimization.problem import Problem
from optimization.solve import prepare, solve_prepared
from planning.problem import starting_stock, with_open_orders
from planning.report.reasons import amount
from planning.situation import Situation
from planning.supply import RETURN, OpenOrders

LEAST_SHARE = 0.02
"""Share of a line's value that a change must save to be told."""
NEVER_COMES = 10**6


@dataclass(frozen=True)
class Action:
    """What to do with an open order line (its row in the table), and what it saves in money."""

    line: int
    kind: str  # expedite, postpone, cancel
    saving: float
    sentence: str


def open_order_actions(situation: Situation, base: Problem) -> tuple[Action, ...]:
    """The best change of every open order line that saves enough."""
    lines = situation.open_orders.frame
    stocked = situation.planned_for_stock
    tried = lines[lines["counted"] & stocked[lines["series"].to_numpy()]] if len(lines) else lines
    if "decided" in tried:  # ordered by this very plan
        tried = tried[~tried["decided"]]
    if len(tried):
        tried = tried[tried["kind"] != RETURN]
    if tried.empty:
        return ()
    rows = tried["series"].to_numpy()
    cycles = situation.cycles
    arrival = tried["usable_from"].to_numpy()
    later = np.array(
        [
            _next_delivery(cycles.arrival_day[row], day)
            for row, day in zip(rows, arrival, strict=True)
        ]
    )
    as_is, _ = _cost(situation, base, tried, arrival)
    sooner, _ = _cost(situation, base, tried, np.ones_like(arrival))
    postponed, _ = _cost(situation, base, tried, later)
    cancelled, ordered = _cost(situation, base, tried, np.full_like(arrival, NEVER_COMES))
    saving = as_is[:, None] - np.stack([sooner, postponed, cancelled], axis=1)
    # What is due tomorrow cannot come sooner, and is on its way too far to come later.
    saving[arrival <= 1, :2] = 0.0
    # What was ordered today comes as it was ordered.
    today = tried["ordered_on"].to_numpy().astype("datetime64[D]") >= situation.as_of
    saving[today, 0] = 0.0
    saving[later >= NEVER_COMES, 1] = 0.0
    # What would be ordered again is not to be cancelled but to come later.
    saving[ordered > 0, 2] = 0.0
    value = tried["remaining"].to_numpy() * situation.terms.frame["unit_cost"].to_numpy()[rows]
    best = saving.argmax(axis=1)
    found = saving[np.arange(len(best)), best]
    told = np.flatnonzero(found > LEAST_SHARE * value)
    return tuple(
        Action(
            int(tried.index[i]),
            KINDS[best[i]],
            float(found[i]),
            _sentence(situation, tried.iloc[i], KINDS[best[i]], later[i], float(found[i])),
        )
        for i in told
    )


KINDS = ("expedite", "postpone", "cancel")


def _next_delivery(arrivals: Integers, day: int) -> int:
    """The first planned delivery after `day`."""
    after = arrivals[arrivals > day]
    return int(after[0]) if after.size else NEVER_COMES


def _cost(
    situation: Situation, base: Problem, tried: pd.DataFrame, arrival: Integers
) -> tuple[Floats, Floats]:
    """For each line: the cost of its series if only that line arrives on another day, and
    the units the series then orders in all.
    """
    lines = situation.open_orders.frame.copy()
    # One line a series at a time: lines of a series are tried in turns.
    turn = tried.groupby("series").cumcount().to_numpy()
    cost, ordered = np.zeros(len(tried)), np.zeros(len(tried))
    for number in range(int(turn.max()) + 1):
        now = np.flatnonzero(turn == number)
        moved = lines.copy()
        moved.loc[tried.index[now], "usable_from"] = arrival[now]
        rows = tried["series"].to_numpy()[now]
        cost[now], ordered[now] = _series_cost(situation, base, moved, rows)
    return cost, ordered


def _series_cost(
    situation: Situation, base: Problem, lines: pd.DataFrame, rows: Integers
) -> tuple[Floats, Floats]:
    """Expected cost of some series with these open orders, re-planned, and units ordered."""
    settings = situation.dataset.settings
    theirs = OpenOrders(lines).take(rows, situation.series)
    part = with_open_orders(base.take(rows), starting_stock(situation)[rows], theirs)
    # Order costs are shared with lines that are not tried here.
    part = replace(part, order_group=np.full(rows.size, -1), order_cost=np.zeros(0))
    before = cost_before_delivery(part, settings.unmet_demand == "lost")
    solution = solve_prepared(prepare(part, settings), settings.solver.threads)
    return before + solution.cost, solution.quantity.sum(axis=1)


def _sentence(situation: Situation, line: pd.Series, kind: str, later: int, saving: float) -> str:
    """What to ask of the supplier, and why."""
    due: Day = line["due_on"].date()
    units, money = amount(line["remaining"]), f"{saving:,.2f}"
    currency = situation.terms.frame["currency"].iloc[int(line["series"])]
    worth = f"{currency} {money}".strip()
    if kind == "expedite":
        return (
            f"{units} due {due} are needed sooner: on the shelf tomorrow they would save {worth}."
        )
    if kind == "postpone":
        day = situation.date(later)
        return f"{units} due {due} are not needed yet: on {day} instead they would save {worth}."
    return (
        f"{units} due {due} will not be needed in the time planned: cancelling, where the"
        f" supplier still lets you, saves {worth}."
    )
