"""Costs of items under two policies, made from a seed."""

from __future__ import annotations

import numpy as np

from domain.settings_trial import TrialSetting
from domain.terms import Flags, Floats
from experiments.trials.size import Costs

WEEKS = 26


def costs(seed: int, items: int = 600, saving: float = 0.0) -> Costs:
    """Weekly costs: levels lean to the right, classes differ, weeks vary; `saving`: a share."""
    draw = np.random.default_rng(seed)
    stratum = draw.choice(4, items, p=[0.1, 0.2, 0.3, 0.4])
    level = np.array([40.0, 12.0, 4.0, 1.0])[stratum] * np.exp(draw.normal(0, 0.8, items))
    control = level[:, None] * draw.gamma(0.5, 2.0, (items, WEEKS))
    other = level[:, None] * draw.gamma(0.5, 2.0, (items, WEEKS))
    return Costs(control, other * (1.0 - saving), np.full(WEEKS, 7.0), stratum)


def drawn(items: int, seed: int, share: float) -> Flags:
    """Which items are on trial."""
    import pandas as pd

    from planning.trial import on_trial

    setting = TrialSetting(policy="base_stock", share=share, seed=seed)
    return on_trial(pd.Series([f"item-{number}" for number in range(items)]), setting)


def observed(made: Costs, challenged: Flags, weeks: int) -> tuple[Floats, Floats]:
    """What a trial of the last weeks sees of each item, and what it cost before, money a day."""
    both = np.where(challenged[:, None], made.challenger, made.control)
    now = both[:, -weeks:].sum(axis=1) / (7.0 * weeks)
    return now, made.control[:, -2 * weeks : -weeks].sum(axis=1) / (7.0 * weeks)
