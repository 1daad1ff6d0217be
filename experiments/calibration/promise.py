"""The factor where a service is promised: what makes the promised level true on the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.terms import Floats
from experiments.calibration.trial import FACTORS, Trial
from planning.calibration import FILL_RATE

LOGS = np.log(FACTORS)


@dataclass(frozen=True)
class Promised:
    """The factor that was chosen, and what was kept of the promise on the judging window."""

    factor: float
    chosen: float  # what the choosing windows asked for, adopted or not
    promised: float  # share, mean over cycles, of demand for a fill rate
    reached_as_typed: float  # share, judging window, factor 1
    reached: float  # share, judging window, with the factor
    curves: list[list[float]]  # windows × F, share reached


def promise_factor(kind: str, choosing: Sequence[Trial], judging: Trial) -> Promised | None:
    """Choose on some windows, judge on a later one; None where nothing of the kind is promised.

    `kind`: cycle_service_level or fill_rate. Beyond the factors tried the last one stands. The
    factor stays 1 where it keeps the promise of the judging window no better.
    """
    trials = (*choosing, judging)
    weights = [_weight(kind, trial) for trial in trials]
    if not all(float(weight[:, 0].sum()) > 0 for weight in weights):
        return None
    curves = [_reached(kind, (trial,)) for trial in trials]
    promised = _promised(kind, choosing)
    reached = np.maximum.accumulate(_reached(kind, choosing))
    chosen = float(np.exp(np.interp(promised, reached, LOGS)))
    as_typed, then = (float(np.interp(np.log(f), LOGS, curves[-1])) for f in (1.0, chosen))
    wanted = _promised(kind, (judging,))
    kept = abs(then - wanted) < abs(as_typed - wanted)
    return Promised(
        factor=chosen if kept else 1.0,
        chosen=chosen,
        promised=wanted,
        reached_as_typed=as_typed,
        reached=then if kept else as_typed,
        curves=[[float(value) for value in curve] for curve in curves],
    )


def _weight(kind: str, trial: Trial) -> Floats:
    """What a share is of: demand of each series for a fill rate, else its cycles [S × F]."""
    mine = (trial.kind == kind)[:, None]
    return np.asarray(np.where(mine, trial.demand if kind == FILL_RATE else trial.cycles, 0.0))


def _reached(kind: str, trials: Sequence[Trial]) -> Floats:
    """The share that each factor reached [F]."""
    missed = np.zeros(len(FACTORS))
    whole = np.zeros(len(FACTORS))
    for trial in trials:
        mine = trial.kind == kind
        short = trial.unserved if kind == FILL_RATE else trial.short_cycles
        missed += short[mine].sum(axis=0)
        whole += _weight(kind, trial).sum(axis=0)
    return 1.0 - missed / np.maximum(whole, 1e-300)


def _promised(kind: str, trials: Sequence[Trial]) -> float:
    """The mean of what was promised, weighed as what was reached is."""
    total = sum(float((_weight(kind, t)[:, 0] * np.nan_to_num(t.promised)).sum()) for t in trials)
    return total / sum(float(_weight(kind, t)[:, 0].sum()) for t in trials)
