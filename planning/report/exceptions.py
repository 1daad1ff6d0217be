"""`exceptions.csv`: what needs a person, ranked by the money it touches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from domain.outputs import EXCEPTIONS
from domain.terms import Floats, Integers
from planning.item_costs import Filled
from planning.open_order_actions import Action
from planning.plan import Decision
from planning.quality.doubt import Doubt
from planning.report.closings_ahead import closings_ahead
from planning.report.reasons import amount, days
from planning.situation import Situation
from planning.supply import stale

TOLD_ALREADY = ("overdue_orders", "stale_stock", "stockouts")
"""Doubts that stand here line by line already."""
LEAST_PROBABILITY = 0.5
"""From here on a stock-out before any delivery is worth a person's time."""


def exception_frame(
    situation: Situation,
    decision: Decision,
    doubts: Sequence[Doubt],
) -> pd.DataFrame:
    """All exceptions, by money, then kind, sku and location."""
    ordered = decision.solution.quantity[:, 0] * situation.cycles.orders_today
    today = ordered * situation.terms.frame["unit_cost"].to_numpy()
    found = [
        *_open_orders(situation, decision.actions),
        _not_believed(situation),
        _stockouts(situation, decision),
        _excess(situation, decision),
        _slow_moving(situation, decision),
        _stale_stock(situation, decision),
        closings_ahead(situation),
        *(_doubt(doubt) for doubt in doubts if doubt.kind not in TOLD_ALREADY),
        *(_filled(filled, today) for filled in situation.terms.filled),
    ]
    names = [name for name in EXCEPTIONS.names if name != "rank"]
    whole = pd.concat(
        [frame.reindex(columns=names) for frame in found if len(frame)]
        or [pd.DataFrame(columns=names)]
    )
    for name in ("sku", "location", "description", "supplier", "order_id", "line_id"):
        whole[name] = whole[name].astype("str").where(whole[name].notna(), "")
    whole["date"] = pd.to_datetime(whole["date"])
    for name in ("units", "money"):
        whole[name] = whole[name].astype(np.float64).fillna(0.0).round(4)
    order = ["money", "kind", "sku", "location", "order_id", "line_id"]
    whole = whole.sort_values(order, ascending=[False] + [True] * 5, kind="stable")
    whole = whole.reset_index(drop=True)
    whole.insert(0, "rank", np.arange(1, len(whole) + 1))
    return whole[list(EXCEPTIONS.names)]


def _rows(
    situation: Situation, rows: Integers, kind: str, units: Floats, money: Floats
) -> pd.DataFrame:
    """Exceptions about series, without their sentences."""
    item = situation.terms.frame.iloc[rows].reset_index(drop=True)
    frame = item[["sku", "location", "description", "supplier"]].copy()
    return frame.assign(kind=kind, units=units[rows], money=money[rows])


def _stockouts(situation: Situation, decision: Decision) -> pd.DataFrame:
    """Series that are out, or will be before anything ordered today can arrive."""
    outlook, arrival = decision.outlook, situation.cycles.arrival_day[:, 0]
    stocked = situation.terms.frame["planned"].to_numpy() == "stock"
    money = outlook.shortage_before * decision.shortage
    out = (
        stocked
        & (outlook.on_hand <= 0)
        & (outlook.forecast_next_28_days > 0)
        & situation.stock.there
        & ~situation.launched_within(0)  # what is still to be sold first is not sold out
    )
    ahead = stocked & ~out & (outlook.stockout_probability >= LEAST_PROBABILITY)
    ahead &= outlook.shortage_before > 0
    due = situation.date(arrival)
    frames = []
    for kind, which in (("stockout_now", out), ("stockout_ahead", ahead & situation.stock.there)):
        rows = np.flatnonzero(which)
        frame = _rows(situation, rows, kind, outlook.shortage_before, money)
        frame["date"] = due[rows].astype("datetime64[s]")
        start = "Sold out" if kind == "stockout_now" else "Likely to sell out"
        frame["sentence"] = [
            f"{start}; an order of today arrives on {day}, {amount(short)} units are expected to"
            f" be missed until then{coming}."
            for day, short, coming in zip(
                due[rows],
                outlook.shortage_before[rows],
                (
                    f" though {amount(u)} are on order" if u > 0 else ""
                    for u in outlook.on_order[rows]
                ),
                strict=True,
            )
        ]
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _excess(situation: Situation, decision: Decision) -> pd.DataFrame:
    """Series with more than their policy would ever order up to, and than an order rounds up to."""
    units = decision.outlook.excess_units
    money = units * situation.terms.frame["unit_cost"].to_numpy()
    level = decision.solution.order_up_to_level
    rows = np.flatnonzero(units > np.where(level > 0, one_order(situation, decision), 0.0))
    frame = _rows(situation, rows, "excess", units, money)
    frame["sentence"] = [
        f"{amount(u)} more than the level of {amount(s)} on hand and on order: order nothing and"
        " look at what is still coming."
        for u, s in zip(units[rows], decision.solution.order_up_to_level[rows], strict=True)
    ]
    return frame


def one_order(situation: Situation, decision: Decision) -> Floats:
    """Units by which an order may lie above its level with good reason [S].

    A pack, the smallest order, or what makes an order worth its costs (the economic lot √(2Kλ/h),
    Snyder & Shen, 2nd ed., §3.2, the cost of an order shared by the supplier's lines): without
    it, what a plan orders today would be excess tomorrow.
    """
    frame, outlook = situation.terms.frame, decision.outlook
    daily = outlook.lead_time_demand / np.maximum(outlook.protection_days, 1)
    lines = frame.groupby(["supplier", "location"])["sku"].transform("size")
    fixed = (frame["order_cost"] / lines + frame["line_cost"]).to_numpy()
    lot = np.sqrt(2.0 * fixed * daily / frame["holding_cost_per_day"].to_numpy())
    least = frame[["minimum_order_quantity", "order_multiple"]].max(axis=1).to_numpy()
    return np.maximum(lot, least)


def _slow_moving(situation: Situation, decision: Decision) -> pd.DataFrame:
    """Series with stock that expected demand will not use in time."""
    ordered = decision.solution.quantity[:, 0] * situation.cycles.orders_today
    units = decision.outlook.slow_moving_units
    money = units * situation.terms.frame["unit_cost"].to_numpy()
    window = np.maximum(situation.dataset.settings.slow_moving_days, situation.cycles.end_day[:, 0])
    rows = np.flatnonzero(units > 0)
    frame = _rows(situation, rows, "slow_moving", units, money)
    frame["sentence"] = [
        f"{amount(u)} of {amount(h)} on hand will not sell within {days(w)} as demand is expected: "
        + (
            f"{amount(q)} are ordered only because demand may be far higher; look before ordering."
            if q > 0
            else "move, mark down or return them."
        )
        for u, h, w, q in zip(
            units[rows], decision.outlook.on_hand[rows], window[rows], ordered[rows], strict=True
        )
    ]
    return frame


def _open_orders(situation: Situation, actions: Sequence[Action]) -> list[pd.DataFrame]:
    """Open orders that would better come sooner, later or not at all."""
    lines = situation.open_orders.frame
    if not actions:
        return []
    picked = lines.iloc[[action.line for action in actions]].reset_index(drop=True)
    rows = picked["series"].to_numpy()
    names = situation.terms.frame["description"].to_numpy()[rows]
    frame = picked[["sku", "location", "order_id", "line_id"]].assign(
        supplier=picked["supplier"].where(
            picked["supplier"].notna(), situation.terms.frame["supplier"].to_numpy()[rows]
        ),
        description=names,
        kind=[action.kind for action in actions],
        date=picked["due_on"],
        units=picked["remaining"],
        money=[action.saving for action in actions],
        sentence=[action.sentence for action in actions],
    )
    return [frame]


def _not_believed(situation: Situation) -> pd.DataFrame:
    """Open orders past their day: expected tomorrow, or too late to believe."""
    lines = situation.open_orders.frame
    late = lines[lines["overdue"]].reset_index(drop=True) if len(lines) else lines
    if late.empty:
        return pd.DataFrame()
    rows = late["series"].to_numpy()
    frame = situation.terms.frame
    overdue = (situation.as_of - late["due_on"].to_numpy().astype("datetime64[D]")).astype(int)
    return late[["sku", "location", "order_id", "line_id"]].assign(
        supplier=late["supplier"].where(
            late["supplier"].notna(), frame["supplier"].to_numpy()[rows]
        ),
        description=frame["description"].to_numpy()[rows],
        kind="overdue",
        date=late["due_on"],
        units=late["remaining"],
        money=late["remaining"].to_numpy() * frame["unit_cost"].to_numpy()[rows],
        sentence=[
            f"{amount(units)} were due {f'{days(since)} ago' if since else 'today'}; "
            + (
                "the plan expects them tomorrow: ask the supplier."
                if counted
                else "more than two lead times late, the plan does not count on them: close the"
                " order or ask for it."
            )
            for units, since, counted in zip(
                late["remaining"], overdue, late["counted"], strict=True
            )
        ],
    )


def _stale_stock(situation: Situation, decision: Decision) -> pd.DataFrame:
    """Stock counted too long ago, in one line."""
    old = stale(situation.stock, situation.as_of, situation.dataset.settings)
    if not old.any():
        return pd.DataFrame()
    value = np.maximum(situation.stock.usable, 0) * situation.terms.frame["unit_cost"].to_numpy()
    oldest = np.nanmin(situation.stock.counted_on[old])
    allowed = days(situation.dataset.settings.stock_max_age_days)
    return pd.DataFrame(
        {
            "kind": ["data"],
            "units": [float(np.maximum(situation.stock.usable, 0)[old].sum())],
            "money": [float(value[old].sum())],
            "sentence": [
                f"Stock of {int(old.sum()):,} sku-locations was counted more than {allowed} before"
                " the plan's last day,"
                f" the oldest on {oldest}: count again, or export stock with the sales."
            ],
        }
    )


def _doubt(doubt: Doubt) -> pd.DataFrame:
    """A doubt about the data, in one line."""
    return pd.DataFrame(
        {
            "kind": ["data"],
            "units": [0.0],
            "money": [doubt.amount.value if doubt.amount.is_money else 0.0],
            "sentence": [f"{doubt.sentence.rstrip('.')}. {doubt.mend}"],
        }
    )


def _filled(filled: Filled, today: Floats) -> pd.DataFrame:
    """A default that stood in, with the value of today's orders that rest on it."""
    return pd.DataFrame(
        {
            "kind": ["default"],
            "units": [0.0],
            "money": [float(today[filled.rows].sum())],
            "sentence": [filled.sentence()],
        }
    )
