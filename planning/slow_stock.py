"""What can be done with stock that does not move, and what each way is expected to recover.

Each is judged alone: move it to where the plan would buy the same (what is not bought there,
less the cost of moving); return it (the share of cost that suppliers pay back, a setting); mark
it down (what is sold more within the time stock may take, less what the lower price costs on
what would have sold anyway); write it off (salvage value).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.outputs_slow import SLOW_STOCK
from domain.terms import Floats, Integers
from planning.distributions import means_through
from planning.plan import Decision
from planning.price_effect import price_effect
from planning.report.page_words import percent
from planning.report.reasons import amount, days
from planning.situation import Situation

PRICE_SHARES = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
"""Shares of the usual price that are tried."""
MOST_LIFTED = 9.0
"""No markdown is believed to sell more than ten times the usual."""
DIGITS = 4
OPTIONS = ("move", "return", "mark_down", "write_off")


@dataclass(frozen=True)
class Way:
    """A way to be rid of some units of one series."""

    series: int
    option: str
    units: float
    recovery: float  # money
    sentence: str
    to_location: str = ""
    price_share: float = np.nan


def slow_stock_frame(situation: Situation, decision: Decision) -> pd.DataFrame:
    """A row of SLOW_STOCK for each way with each series that has slow stock."""
    slow = np.floor(decision.outlook.slow_moving_units + 1e-9)
    rows = np.flatnonzero(slow > 0)
    ways = [
        *_moves(situation, decision, slow, rows),
        *_returns(situation, slow, rows),
        *_markdowns(situation, decision, slow, rows),
        *_written_off(situation, slow, rows),
    ]
    if not ways:
        return pd.DataFrame({name: [] for name in SLOW_STOCK.names})
    frame = pd.DataFrame(ways)
    series = frame["series"].to_numpy(dtype=np.int64)
    item = situation.terms.frame.iloc[series].reset_index(drop=True)
    value = slow * item_costs(situation)
    place = {int(row): n for n, row in enumerate(rows[np.argsort(-value[rows], kind="stable")], 1)}
    frame = frame.assign(
        rank=[place[row] for row in series.tolist()],
        **{name: item[name] for name in ("sku", "location", "description")},
        slow_moving_units=slow[series],
        slow_moving_value=value[series].round(DIGITS),
        recovery=frame["recovery"].round(DIGITS),
        order=frame["option"].map({name: n for n, name in enumerate(OPTIONS)}),
    )
    frame = frame.sort_values(
        ["rank", "recovery", "order"], ascending=[True, False, True], ignore_index=True
    )
    return frame.assign(best=~frame.duplicated("rank"))[list(SLOW_STOCK.names)]


def item_costs(situation: Situation) -> Floats:
    """Cost of a unit, money, S."""
    return situation.terms.frame["unit_cost"].to_numpy(dtype=np.float64)


def _moves(situation: Situation, decision: Decision, slow: Floats, rows: Integers) -> list[Way]:
    """To the place where the plan would buy most of it; each planned unit is met only once."""
    wanted = decision.solution.quantity.sum(axis=1) * (slow <= 0)
    cost, place = item_costs(situation), situation.terms.frame["location"].to_numpy()
    moving = _moving_costs(situation)
    product = situation.panel.product[situation.rows]
    found = []
    for row in rows[np.argsort(-(slow * cost)[rows], kind="stable")].tolist():
        others = np.flatnonzero((product == product[row]) & (wanted >= 1.0))
        others = others[cost[others] > moving[others]]
        if not others.size:
            continue
        units = np.minimum(slow[row], np.floor(wanted[others]))
        gain = units * (cost - moving)[others]
        best = int(gain.argmax())
        target, moved = int(others[best]), float(units[best])
        wanted[target] -= moved
        sentence = f"Move {amount(moved)} to {place[target]}, where as many would be bought."
        found.append(
            Way(row, "move", moved, float(gain[best]), sentence, to_location=str(place[target]))
        )
    return found


def _moving_costs(situation: Situation) -> Floats:
    """Cost of moving a unit to the location of each series; 0 where none is given, S."""
    table = situation.dataset.table("locations")
    if table is None:
        return np.zeros(situation.series)
    cost = table.set_index("location")["transfer_cost"].fillna(0.0)
    places = situation.terms.frame["location"].astype(str)
    return places.map(cost).fillna(0.0).to_numpy(dtype=np.float64)


def _returns(situation: Situation, slow: Floats, rows: Integers) -> list[Way]:
    """Back to the supplier, where the settings say what that pays."""
    share = situation.dataset.settings.return_value_share
    if share is None:
        return []
    recovery = slow * item_costs(situation) * share
    return [
        Way(row, "return", float(slow[row]), float(recovery[row]),
            f"Return {amount(slow[row])} for {percent(share)} of what they cost.")
        for row in rows.tolist()
    ]  # fmt: skip


def _markdowns(situation: Situation, decision: Decision, slow: Floats, rows: Integers) -> list[Way]:
    """At the price that recovers most, where prices have shown what a lower one does."""
    effect, settings = price_effect(situation), situation.dataset.settings
    net = effect.price / (1.0 + settings.price_tax_rate) * (1.0 - settings.selling_cost_rate)
    window = np.maximum(settings.slow_moving_days, situation.cycles.end_day[:, 0])
    usual = means_through(situation, window)
    kept = np.minimum(usual, np.maximum(decision.outlook.on_hand, 0.0))
    found = []
    for row in rows[np.isfinite((net * effect.elasticity)[rows])].tolist():
        best: tuple[float, float, float] = (0.0, 0.0, 1.0)
        for share in PRICE_SHARES:
            lift = min(share ** float(effect.elasticity[row]) - 1.0, MOST_LIFTED)
            more = min(float(slow[row]), float(usual[row]) * lift)
            gain = float(net[row]) * (more * share - float(kept[row]) * (1.0 - share))
            best = max(best, (gain, more, share))
        gain, more, share = best
        if gain > 0.0:
            sentence = (
                f"Ask {percent(share)} of the usual price: about {amount(more)} more would sell"
                f" within {days(float(window[row]))}."
            )
            found.append(Way(row, "mark_down", more, gain, sentence, price_share=share))
    return found


def _written_off(situation: Situation, slow: Floats, rows: Integers) -> list[Way]:
    """For what it is still worth."""
    salvage = situation.terms.frame["salvage_value"].to_numpy(dtype=np.float64)
    return [
        Way(row, "write_off", float(slow[row]), float(slow[row] * salvage[row]),
            f"Write off {amount(slow[row])}"
            + (" for their salvage value." if salvage[row] > 0 else "."))
        for row in rows.tolist()
    ]  # fmt: skip
