"""`orders.csv`: what to order now, the line with most at stake first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.outputs import ABROAD, AGEING, BETWEEN_LOCATIONS, ON_TRIAL, ORDERS
from planning.expected_waste import ages, waste_cost
from planning.outlook import Outlook
from planning.plan import Decision
from planning.price_breaks import tier_reached
from planning.report.reasons import faster_reason, moved_reason, order_reason
from planning.situation import Situation
from planning.supplying_locations import is_moved
from planning.trial import arms

MONEY_DIGITS = 4
UNIT_DIGITS = 6


def order_frame(situation: Situation, decision: Decision, plan_id: str) -> pd.DataFrame:
    """A row per line with quantity > 0, by `saving`, ties by sku and location."""
    parts = [_of_usual(situation, decision)]
    if decision.faster is not None and len(decision.faster):
        parts.append(_of_faster(situation, decision.faster))
    if decision.moves is not None and len(decision.moves):
        parts.append(_of_moves(situation, decision.moves))
    lines = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
    frame = _told(situation, decision, plan_id, lines)
    frame = frame.sort_values(
        ["saving", "sku", "location", "due_on"], ascending=[False] + [True] * 3
    )
    frame = frame.reset_index(drop=True)
    frame["line_id"] = np.arange(1, len(frame) + 1)
    frame["reason"] = [line.sooner or order_reason(line) for line in frame.itertuples(index=False)]
    left_out = [] if (frame["supplier_currency"] != "").any() else list(ABROAD)
    left_out += [] if ages(situation) else AGEING
    left_out += [] if (frame["kind"] == "transfer").any() else BETWEEN_LOCATIONS
    left_out += [] if situation.trial is not None else ON_TRIAL
    return frame[[name for name in ORDERS.names if name not in left_out]]


def _of_usual(situation: Situation, decision: Decision) -> pd.DataFrame:
    """Today's orders from the usual suppliers: terms, and what was decided."""
    solution, cycles = decision.solution, situation.cycles
    rows = np.flatnonzero((solution.quantity[:, 0] > 0) & cycles.orders_today)
    item = situation.terms.frame.iloc[rows].reset_index(drop=True)
    quantity = solution.quantity[rows, 0]
    item = at_reached_prices(item, quantity)
    moved = is_moved(item)
    source = item["from_location"] if moved.any() else ""
    cost = np.where(moved, item["transfer_cost"], item["unit_cost"]) if moved.any() else None
    return item.assign(
        kind=np.where(moved, "transfer", "purchase"),
        from_location=source,
        unit_cost=item["unit_cost"] if cost is None else cost,
        series=rows,
        quantity=quantity,
        due=cycles.arrival_day[rows, 0],
        saved=np.maximum(solution.cost_without[rows] - solution.cost[rows], 0.0),
        wanted=solution.wanted[rows],
        binding=binding_in_words(decision, rows, item["order_multiple"].to_numpy()),
        order_by=decision.outlook.order_by_day[rows],
        sooner="",
    )


def _of_faster(situation: Situation, faster: pd.DataFrame) -> pd.DataFrame:
    """Today's orders from faster suppliers, likewise."""
    item = situation.terms.frame.iloc[faster["series"].to_numpy()].reset_index(drop=True)
    currency = str(item["currency"].iloc[0])
    return item.assign(
        **{name: faster[name] for name in ("supplier", "unit_cost", "price", "paid_in")},
        kind="purchase",
        from_location="",
        minimum_order_quantity=faster["minimum"],
        order_multiple=faster["multiple"],
        series=faster["series"],
        quantity=faster["quantity"],
        due=faster["arrival_day"],
        saved=faster["saving"],
        wanted=faster["quantity"],
        binding="",
        order_by=0,
        sooner=[faster_reason(line, currency) for line in faster.itertuples(index=False)],
    )


def _of_moves(situation: Situation, moves: pd.DataFrame) -> pd.DataFrame:
    """Today's moves of excess, likewise."""
    terms = situation.terms.frame
    item = terms.iloc[moves["series"].to_numpy()].reset_index(drop=True)
    currency, source = str(item["currency"].iloc[0]), terms["location"].to_numpy()[moves["donor"]]
    told = moves.assign(from_location=source)
    return item.assign(
        kind="transfer",
        supplier="",
        from_location=source,
        unit_cost=moves["transfer_cost"],
        price=np.nan,
        paid_in="",
        series=moves["series"],
        quantity=moves["quantity"],
        due=moves["arrival_day"],
        saved=moves["saving"],
        wanted=moves["quantity"],
        binding="",
        order_by=0,
        sooner=[moved_reason(line, currency) for line in told.itertuples(index=False)],
    )


def _told(
    situation: Situation, decision: Decision, plan_id: str, item: pd.DataFrame
) -> pd.DataFrame:
    """The lines with what is known of their series."""
    outlook, rows = decision.outlook, item["series"].to_numpy(dtype=np.int64)
    quantity = item["quantity"].to_numpy(dtype=np.float64)
    purchase = item["units_per_purchase_unit"].to_numpy()
    return pd.DataFrame(
        {
            "plan_id": plan_id,
            "kind": item["kind"],
            "sku": item["sku"],
            "location": item["location"],
            "description": item["description"],
            "supplier": item["supplier"],
            "from_location": item["from_location"],
            "order_on": pd.Timestamp(situation.as_of),
            "due_on": situation.date(item["due"].to_numpy()).astype("datetime64[s]"),
            "quantity": quantity,
            "unit": item["unit"],
            "purchase_quantity": quantity / purchase,
            "purchase_unit": item["purchase_unit"].where(item["purchase_unit"] != "", item["unit"]),
            "unit_cost": item["unit_cost"],
            "currency": item["currency"],
            "order_value": (quantity * item["unit_cost"]).round(MONEY_DIGITS),
            "supplier_currency": item["paid_in"],
            "supplier_price": item["price"],
            "supplier_amount": (quantity * item["price"]).round(MONEY_DIGITS),
            "expected_waste_units": outlook.expected_waste[rows].round(MONEY_DIGITS),
            "expected_waste_value": (
                (outlook.expected_waste * waste_cost(situation))[rows].round(MONEY_DIGITS)
            ),
            "saving": item["saved"].round(MONEY_DIGITS),
            "wanted": item["wanted"].round(UNIT_DIGITS),
            "binding": item["binding"],
            **outlook_columns(outlook, rows),
            "arm": arms(situation)[rows],
            "order_by": situation.date(item["order_by"].to_numpy()).astype("datetime64[s]"),
            "cover_before": outlook.cover_with_orders[rows],
            "protection_days": outlook.protection_days[rows],
            "lead_time_demand": outlook.lead_time_demand[rows],
            "kept_to_be_safe": outlook.kept_to_be_safe[rows],
            "lost_before_arrival": lost_before_arrival(situation, outlook)[rows],
            "planned": item["planned"],
            "minimum": item["minimum_order_quantity"],
            "multiple": item["order_multiple"],
            "sooner": item["sooner"],
        }
    )


def at_reached_prices(item: pd.DataFrame, quantity: np.ndarray) -> pd.DataFrame:
    """The terms of lines with the unit cost and price that their quantity pays."""
    if "breaks" not in item:
        return item
    reached = [
        tier_reached(some, units) for some, units in zip(item["breaks"], quantity, strict=True)
    ]
    saving = np.array([0.0 if tier is None else tier.saving for tier in reached])
    price = [
        np.nan if np.isnan(first) else (first if tier is None else tier.price)
        for tier, first in zip(reached, item["price"], strict=True)
    ]
    return item.assign(unit_cost=item["unit_cost"] - saving, price=price)


def lost_before_arrival(situation: Situation, outlook: Outlook) -> np.ndarray:
    """Units that are lost, and need not be ordered again, before an order can arrive [S]."""
    lost = situation.dataset.settings.unmet_demand == "lost"
    return outlook.shortage_before * (lost & ~situation.supplies)


def binding_in_words(decision: Decision, rows: np.ndarray, multiple: np.ndarray) -> np.ndarray:
    """What made each quantity differ from the wanted one; rounding to a whole unit is no word."""
    binding = decision.solution.binding[rows].astype(object)
    return np.where((binding == "order multiple") & (multiple <= 1), "", binding)


def outlook_columns(outlook: Outlook, rows: np.ndarray) -> dict[str, np.ndarray]:
    """What is there and what is expected, for some series, rounded for people."""
    columns = {
        "on_hand": outlook.on_hand,
        "on_order": outlook.on_order,
        "sold_last_28_days": outlook.sold_last_28_days,
        "forecast_next_28_days": outlook.forecast_next_28_days,
        "days_of_cover_after": outlook.cover_after,
        "expected_shortage_without": outlook.shortage_without,
        "expected_shortage_with": outlook.shortage_with,
        "shortage_before_arrival": outlook.shortage_before,
    }
    return {name: values[rows].round(4) for name, values in columns.items()}
