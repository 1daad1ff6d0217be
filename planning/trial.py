"""A policy on trial: which items it plans, and what it orders of them.

An item is on trial where the SHA-256 of seed, trial and sku, read as a number from 0 to 1, lies
below the share: all its locations together, as what one place sells another may lack. Nothing
else has a say, so no item changes sides when others come or go, when its class changes or when
the share is raised; see docs/decisions.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd

from domain.errors import ConflictError, NotFoundError, SettingsError
from domain.naming import positive_number, variant_named
from domain.periods import Day
from domain.settings import Settings
from domain.settings_trial import TrialSetting
from domain.terms import Flags, Floats
from optimization.policies import POLICIES, Policy, Weighs
from planning.calibration import Used
from planning.distributions import Distributions
from planning.item_terms import Terms
from planning.policy_review import FACTOR, review_of
from planning.situation import Situation

CHALLENGER, CONTROL = "challenger", "control"
"""The arms, as tables name them."""
WHERE = "setting trial.policy"
MOST = 1e6
"""A policy's settings lie below this, as in a replay."""


def on_trial(skus: pd.Series, setting: TrialSetting) -> Flags:
    """Whether each item is on trial, S."""
    names, place = np.unique(skus.astype(str).to_numpy(dtype=object), return_inverse=True)
    drawn = np.array([lot(str(name), setting.name, setting.seed) for name in names])
    return np.asarray((drawn < setting.share)[place], dtype=np.bool_)


@lru_cache(maxsize=200_000)
def lot(sku: str, trial: str, seed: int) -> float:
    """The lot an item draws, uniform on 0 to 1: the same for ever.

    >>> lot("A-100", "trial", 0) == lot("A-100", "trial", 0) != lot("A-100", "trial", 1)
    True
    """
    digest = hashlib.sha256(f"{seed}\0{trial}\0{sku}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2.0**64


def policy_named(text: str, where: str = WHERE) -> Policy:
    """The policy that a text names; raises SettingsError for one that cannot plan."""
    policy = variant_named(POLICIES, text, where, positive_number(MOST))
    if not getattr(policy, "hears", True) or getattr(policy, "as_recorded", False):
        raise SettingsError(
            f"{text} is of use in a replay only, and plans nothing", where, "Name another policy."
        )
    return policy


@dataclass(frozen=True)
class Trial:
    """A policy on trial at a moment at which it is on."""

    setting: TrialSetting
    policy: Policy
    assigned: Flags  # S, whether each series' item is on trial

    def take(self, rows: np.ndarray) -> Trial:
        """The same for some series only."""
        return replace(self, assigned=self.assigned[rows])

    @property
    def reorders(self) -> bool:
        """Whether the policy is no optimizer, and says itself what is ordered."""
        return not isinstance(self.policy, Weighs)

    def weighed(self, terms: Terms) -> Terms:
        """The terms with what the policy multiplies shortage costs by, for the items on trial."""
        if not isinstance(self.policy, Weighs):
            return terms
        frame = terms.frame
        known = frame[FACTOR].to_numpy(np.float64) if FACTOR in frame else np.ones(len(frame))
        factor = np.where(self.assigned, self.policy.factor(known), known)
        return replace(terms, frame=frame.assign(shortage_factor=factor))


def trial_at(settings: Settings, as_of: Day, frame: pd.DataFrame, used: Used) -> Trial | None:
    """The trial that is on at the close of a day; None where none is.

    Raises SettingsError, or NotFoundError for a calibrated policy without a calibration.
    """
    setting = settings.trial
    if setting is None:
        return None
    policy = policy_named(setting.policy)
    if not is_on(setting, as_of):
        return None
    if isinstance(policy, Weighs) and used.calibration is None:
        neutral = policy.factor(np.array([np.nan]))
        if np.isnan(neutral).any():
            raise NotFoundError(
                f"{setting.policy} is on trial, but the plan uses no calibration",
                WHERE,
                "Make one with restock calibrate, and name its --workspace.",
            )
    return Trial(setting, policy, on_trial(frame["sku"], setting))


def is_on(setting: TrialSetting, as_of: Day) -> bool:
    """Whether a plan of a day is within the trial."""
    begun = setting.begins_on is None or np.datetime64(setting.begins_on, "D") <= as_of
    return bool(begun and (setting.ends_on is None or as_of <= np.datetime64(setting.ends_on, "D")))


def arms(situation: Situation) -> np.ndarray:
    """The arm of each series, S, text; blank where nothing is planned for stock."""
    if situation.trial is None:
        return np.full(situation.series, "", dtype=object)
    names = np.where(situation.trial.assigned, CHALLENGER, CONTROL).astype(object)
    return np.where(situation.planned_for_stock, names, "")


def reordered(situation: Situation) -> Flags:
    """Series whose first order a policy on trial decides itself, S.

    Not those that other locations draw on: what these ask for is the plan's.
    """
    if situation.trial is None or not situation.trial.reorders:
        return np.zeros(situation.series, dtype=np.bool_)
    ours = situation.trial.assigned & situation.planned_for_stock
    return np.asarray(ours & ~situation.supplies)


def orders_on_trial(situation: Situation, known: Distributions) -> Floats:
    """What the policy on trial orders first, S, units; NaN where the plan decides.

    It is shown all series, as a season or the cost of an order may be those of all.
    """
    ours = reordered(situation)
    if situation.trial is None or not ours.any():
        return np.full(situation.series, np.nan)
    units = situation.trial.policy.order(review_of(situation, known))
    return np.asarray(np.where(ours, units, np.nan))


def refuse_shared_limits(situation: Situation) -> None:
    """Raise where a policy that orders by itself is on trial beside limits that items share."""
    trial = situation.trial
    if trial is not None and trial.reorders:
        able = [name for name, kind in POLICIES.items() if isinstance(kind(), Weighs)]
        raise ConflictError(
            f"{trial.setting.policy} orders by itself and knows nothing of limits that items share",
            WHERE,
            f"Try {able[0]} with another shortage_factor, leave the limits out, or end the trial.",
        )


def sentence(situation: Situation) -> str:
    """The trial in words; blank where none is on."""
    trial = situation.trial
    if trial is None:
        return ""
    stocked = situation.planned_for_stock
    frame = situation.terms.frame
    items = int(frame.loc[stocked & trial.assigned, "sku"].nunique())
    every = int(frame.loc[stocked, "sku"].nunique())
    until = "" if trial.setting.ends_on is None else f" until {trial.setting.ends_on}"
    return (
        f"{trial.setting.policy} plans {items:,} of {every:,} items on trial"
        f" ({trial.setting.name}){until}; the column arm says which."
    )
