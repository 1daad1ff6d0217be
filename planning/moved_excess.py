"""Excess at one location moved to another that would buy, before anything is bought.

A unit may leave where more is on hand than the order-up-to level and than mean demand of
max(`slow_moving_days`, protection period); it may go where the plan would order today, if it is
there no later than that order. Moving one from i to j saves

    unit_cost_j − transfer_cost_j + h_i · slow_moving_days − salvage_value_i,

a term of j and a term of i: the units that can be moved go from the donors and to the receivers
with the largest terms, which is the best transport plan of an item (exact but for whole packs, and
for a source that is not asked to give to its own stores here: they order from it). What moving
costs is `transfer_cost`, how long it takes `transfer_days` of the location that receives; where
either is blank nothing is moved there.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from domain.terms import Flags, Floats, Integers
from planning.decision import decide_part, portions, put_together
from planning.item_costs import numbers
from planning.outlook import Outlook
from planning.plan import Decision
from planning.problem import plan_cycles
from planning.situation import Situation
from planning.supply import with_decided
from planning.supplying_locations import sources
from planning.transfers import with_network

EVERY_DAY = 127
"""All weekdays, as bits."""
NOISE = 1e-9


def with_moved_excess(situation: Situation) -> tuple[Situation, pd.DataFrame]:
    """The situation with today's moves of excess on their way, and these moves.

    A row a move: series, donor (rows), quantity, arrival_day, transfer_cost, saving, beyond_days.
    """
    rows = _candidates(situation)
    if not rows.size:
        return situation, pd.DataFrame()
    part = situation.take(rows)
    decision = put_together(part, [(some, decide_part(part.take(some))) for some in portions(part)])
    moves = _moves(part, decision)
    if moves.empty:
        return situation, moves
    moves = moves.assign(series=rows[moves["series"]], donor=rows[moves["donor"]])
    return _on_their_way(situation, moves), moves


def _candidates(situation: Situation) -> Integers:
    """Rows of items that one location may have too much of and another may receive."""
    table = situation.dataset.table("locations")
    if table is None or not situation.terms.costs_known:
        return np.zeros(0, dtype=np.int64)
    days, cost = _to_receive(situation)
    frame, stocked = situation.terms.frame, situation.planned_for_stock
    receives = stocked & np.isfinite(days) & np.isfinite(cost)
    rich = stocked & (situation.stock.usable > 0)
    skus = frame["sku"]
    several = skus.groupby(skus).transform("size").to_numpy() > 1
    both = pd.DataFrame({"sku": skus, "receives": receives, "rich": rich}).groupby("sku")
    any_of = both[["receives", "rich"]].transform("any").all(axis=1).to_numpy()
    return np.flatnonzero(several & stocked & any_of)


def _to_receive(situation: Situation) -> tuple[Floats, Floats]:
    """Days and money per unit that moving to each series' location takes, NaN where unknown, S."""
    table = situation.dataset.table("locations")
    place = situation.terms.frame["location"]
    if table is None:
        nothing = np.full(len(place), np.nan)
        return nothing, nothing
    by_place = table.drop_duplicates("location").set_index("location")
    days, cost = (
        place.map(numbers(by_place, name)).to_numpy(dtype=np.float64)
        for name in ("transfer_days", "transfer_cost")
    )
    return days, cost


def _moves(situation: Situation, decision: Decision) -> pd.DataFrame:
    """The moves between the series of a situation."""
    frame, settings = situation.terms.frame, situation.dataset.settings
    excess = _excess(situation, decision.outlook, decision.solution.order_up_to_level)
    arrival, able = _arrivals(situation)
    today = decision.solution.quantity[:, 0] * situation.cycles.orders_today
    wanted = today * (able & (arrival <= situation.cycles.arrival_day[:, 0]))
    own = sources(frame)
    wanted = np.maximum(wanted - np.where(own >= 0, excess[own], 0.0), 0.0)
    _, cost = _to_receive(situation)
    receiver = np.nan_to_num(frame["unit_cost"].to_numpy() - cost, nan=-np.inf)
    holding = frame["holding_cost_per_day"].to_numpy() * settings.slow_moving_days
    donor = holding - frame["salvage_value"].to_numpy()
    window = np.maximum(settings.slow_moving_days, situation.cycles.end_day[:, 0])
    found: list[dict[str, float]] = []
    for some in frame.groupby("sku", sort=True).indices.values():
        givers = _sorted(some[excess[some] > 0], donor)
        for j in _sorted(some[wanted[some] > 0], receiver):
            for i in givers:
                if i in (j, own[j]):
                    continue
                saved = float(receiver[j] + donor[i])
                units = _whole(min(excess[i], wanted[j]), float(frame["order_multiple"].iloc[j]))
                if saved <= 0 or units <= 0:
                    continue
                excess[i] -= units
                wanted[j] -= units
                found.append(
                    {
                        "series": j, "donor": i, "quantity": units, "arrival_day": int(arrival[j]),
                        "transfer_cost": float(cost[j]), "saving": saved * units,
                        "beyond_days": int(window[i]),
                    }
                )  # fmt: skip
    return pd.DataFrame(found)


def _sorted(rows: Integers, worth: Floats) -> list[int]:
    """Rows by what they are worth, the most first."""
    return [int(row) for row in rows[np.lexsort((rows, -worth[rows]))]]


def _whole(units: float, pack: float) -> float:
    """Units in whole packs, no more than there are."""
    return float(units if pack <= 0 else np.floor(units / pack + NOISE) * pack)


def _excess(situation: Situation, outlook: Outlook, level: Floats) -> Floats:
    """Units on hand above the order-up-to level and above what will be used in time, S."""
    above = np.maximum(situation.stock.usable - level, 0.0)
    free = situation.planned_for_stock & (situation.stock.backordered <= 0)
    return np.floor(np.minimum(above, outlook.slow_moving_units) + NOISE) * free


def _arrivals(situation: Situation) -> tuple[Integers, Flags]:
    """The day on which goods moved today are on each series' shelf, and where they can be, S."""
    days, cost = _to_receive(situation)
    able = np.isfinite(days) & np.isfinite(cost)
    frame = situation.terms.frame.assign(
        supplier="",
        order_weekdays=EVERY_DAY,
        lead_time_days=np.ceil(np.nan_to_num(days)).astype(np.int64),
    )
    cycles = plan_cycles(situation.dataset, situation.calendar, frame, situation.horizon_days)
    return cycles.arrival_day[:, 0], np.asarray(able & cycles.orders_today, dtype=np.bool_)


def _on_their_way(situation: Situation, moves: pd.DataFrame) -> Situation:
    """The situation with the moves among the open orders, and gone from where they were."""
    frame = situation.terms.frame
    to, donor = (frame.iloc[moves[name]].reset_index(drop=True) for name in ("series", "donor"))
    lines = pd.DataFrame(
        {
            "order_id": "", "line_id": "", "sku": to["sku"], "location": to["location"],
            "quantity": moves["quantity"], "quantity_received": 0.0,
            "due_on": situation.date(moves["arrival_day"].to_numpy()).astype("datetime64[s]"),
            "ordered_on": pd.Timestamp(situation.as_of), "kind": "transfer",
            "from_location": donor["location"], "status": "decided",
            "unit_cost": moves["transfer_cost"], "series": moves["series"],
            "remaining": moves["quantity"], "usable_from": moves["arrival_day"],
            "overdue": False, "counted": True,
        }
    )  # fmt: skip
    taken = np.bincount(moves["donor"], weights=moves["quantity"], minlength=situation.series)
    stock = replace(situation.stock, usable=situation.stock.usable - taken)
    orders = with_decided(situation.open_orders, lines)
    return with_network(replace(situation, stock=stock, open_orders=orders))


def moved_lines(situation: Situation, moves: pd.DataFrame | None) -> pd.DataFrame:
    """Moves of excess, a row each: sku, from_location, location, quantity, for the checker."""
    frame = situation.terms.frame
    if moves is None or moves.empty:
        return pd.DataFrame({n: [] for n in ("sku", "from_location", "location", "quantity")})
    return pd.DataFrame(
        {
            "sku": frame["sku"].to_numpy()[moves["series"]],
            "from_location": frame["location"].to_numpy()[moves["donor"]],
            "location": frame["location"].to_numpy()[moves["series"]],
            "quantity": moves["quantity"].to_numpy(),
        }
    )
