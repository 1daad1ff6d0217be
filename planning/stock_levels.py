"""Reorder points, order-up-to levels and safety stocks of a policy, to be kept by an ERP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from domain.errors import SettingsError
from domain.outputs_levels import LEVELS
from optimization.policies import POLICIES, Policy
from optimization.stock_levels import KeepsLevels
from planning.decision import portions
from planning.forecasts import known_at
from planning.pipeline import look
from planning.policy_review import review_of
from planning.situation import Situation
from planning.steps import Steps

DIGITS = 4


def keeper(policy: Policy, name: str) -> KeepsLevels:
    """The policy, if it orders by levels; else refused with those that do."""
    if isinstance(policy, KeepsLevels):
        return policy
    known = [key for key, kind in POLICIES.items() if isinstance(kind(), KeepsLevels)]
    raise SettingsError(
        f"{name} orders by no levels", "--policy", f"Those that do: {', '.join(known)}."
    )


def stock_levels(
    path: Path,
    policy: KeepsLevels,
    name: str,
    as_of: date | None,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
) -> pd.DataFrame:
    """A row of LEVELS for every sku-location that is planned for stock."""
    dataset, calendar = known_at(path, as_of, settings_file, overrides, steps)
    situation = look(path.resolve().stem, dataset, calendar, steps)
    with steps.step("levels"):
        return level_frame(situation, policy, name)


def level_frame(situation: Situation, policy: KeepsLevels, name: str) -> pd.DataFrame:
    """The same for a situation; `name`: the policy as it was asked for."""
    frame = situation.terms.frame
    found = np.zeros((5, situation.series))
    for rows in portions(situation):
        review = review_of(situation.take(rows))
        kept = policy.levels(review)
        found[:, rows] = (
            kept.reorder_point,
            kept.order_up_to_level,
            kept.safety_stock,
            kept.order_quantity,
            review.means.protection,
        )
    columns = dict(
        zip(
            ("reorder_point", "order_up_to_level", "safety_stock", "order_quantity",
             "lead_time_demand"),
            found.round(DIGITS),
            strict=True,
        )
    )  # fmt: skip
    table = frame[["sku", "location", "supplier"]].assign(policy=name, **columns)
    table["protection_days"] = situation.cycles.end_day[:, 0]
    return table[situation.planned_for_stock][list(LEVELS.names)].reset_index(drop=True)
