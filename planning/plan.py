"""A finished plan: what was known, what was decided, and the tables that tell of it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from domain.terms import Floats
from optimization.problem import Solution
from planning.calibration import Used
from planning.limited import LimitsKept
from planning.open_order_actions import Action
from planning.outlook import Outlook
from planning.simulation.totals import Projection
from planning.situation import Situation


@dataclass(frozen=True)
class Decision:
    """What was decided for all S series of a situation, and what is expected of it."""

    solution: Solution
    outlook: Outlook
    shortage: Floats  # S, money per unit short that the solve reckoned with
    actions: tuple[Action, ...]  # what to do with open orders
    limits: LimitsKept | None = None  # what became of the limits, where there are any
    faster: pd.DataFrame | None = None  # today's orders from faster suppliers (`faster_orders`)
    moves: pd.DataFrame | None = None  # today's moves of excess (`moved_excess`)


@dataclass(frozen=True)
class Plan:
    """What `restock plan` hands over; the tables are those of `domain/outputs.py`."""

    plan_id: str
    calibration: Used
    situation: Situation
    decision: Decision
    projection: Projection
    orders: pd.DataFrame
    exceptions: pd.DataFrame
    inventory: pd.DataFrame
    schedule: pd.DataFrame
    limits: pd.DataFrame  # no rows without limits
    forecast: pd.DataFrame
    corrected: pd.DataFrame  # no rows where no demand was hidden
    aggregates: pd.DataFrame  # no rows unless the settings ask for them
    explanation: pd.DataFrame  # parts that add up to the means of `forecast`
    slow_stock: pd.DataFrame  # no rows where all stock moves
    supplier_forecast: pd.DataFrame  # what suppliers can expect, today's orders included
    waterfall: pd.DataFrame  # parts that add up to the quantities of `orders`
    changes: pd.DataFrame | None = None  # against an earlier plan; None: not compared
