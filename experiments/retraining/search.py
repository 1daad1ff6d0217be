"""A seeded search over how the trees of the global model learn (Optuna).

Every trial forecasts the past at a few origins before the days that champion and challengers are
judged on; its loss is that of the quantiles of demand over the protection period. What is found
is one more challenger, and wins only as any other does: by replayed cost on later days.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from domain.errors import UnavailableError
from domain.settings import Settings
from domain.settings_trees import TreesSetting
from domain.terms import Panel
from experiments.calibration.sample import sample_of
from experiments.retraining.known import Known
from experiments.scoring import LEVELS, observed
from forecasting.accuracy import pinball
from forecasting.past import forecast_at
from planning.cut import cut
from planning.forecasts import demand_panel
from planning.item_terms import resolve_terms
from planning.series import find_series

MOST_SERIES = 300
"""Series that a search forecasts, about."""
ORIGINS = 2
"""Days of the past that each trial forecasts after, one protection period apart."""
JUDGED = np.append(LEVELS, [0.95, 0.99])
"""Levels judged: the usual ones, and two that orders are made of."""
Loss = Callable[[TreesSetting], float]


@dataclass(frozen=True)
class Limits:
    """How long to search: so many trials, and no new one after so many seconds."""

    trials: int = 0
    seconds: float | None = None  # the same trials in the same order whatever it is


NOTHING = Limits()


@dataclass(frozen=True)
class Found:
    """What a search came to; losses have no dimension."""

    trees: TreesSetting
    loss: float
    as_typed: float  # the loss of the settings as they were
    trials: int  # that were made

    @property
    def better(self) -> bool:
        """Whether it is worth a place among the challengers."""
        return self.loss < self.as_typed

    def sentence(self, limits: Limits) -> str:
        """What happened, in words."""
        said = f"{self.trials} settings of the trees were tried"
        if self.trials < limits.trials:
            said += f" of {limits.trials}, as {limits.seconds:g} seconds were over"
        if not self.better:
            return f"{said}; none forecast the past better than those that stand."
        return f"{said}; the best loses {self.loss / self.as_typed - 1:+.1%} on earlier days."


def search(loss: Loss, typed: TreesSetting, limits: Limits, seed: int) -> Found:
    """The best of `limits.trials` settings, the typed ones first; the same seed tries the same.

    A tree-structured Parzen estimator (Bergstra et al., NIPS 2011) proposes them. Raises
    UnavailableError without Optuna.
    """
    try:
        import optuna
    except ImportError as error:
        raise UnavailableError(
            "a search needs Optuna", "restock[learning]", "Install restock[learning]."
        ) from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed % 2**32))
    study.enqueue_trial(typed.model_dump())

    def tried(trial: optuna.Trial) -> float:
        return loss(
            TreesSetting(
                count=trial.suggest_int("count", 80, 300),
                leaves=trial.suggest_int("leaves", 7, 63, log=True),
                learning_rate=trial.suggest_float("learning_rate", 0.02, 0.2, log=True),
                least_rows=trial.suggest_int("least_rows", 20, 500, log=True),
                feature_share=trial.suggest_float("feature_share", 0.2, 0.9),
                lead=trial.suggest_float("lead", 0.0, 0.9),
            )
        )

    study.optimize(tried, n_trials=1)
    study.optimize(tried, n_trials=limits.trials - 1, timeout=limits.seconds)
    best = TreesSetting.model_validate(study.best_params)
    return Found(best, study.best_value, float(study.trials[0].value or 0.0), len(study.trials))


def loss_of(known: Known) -> Loss | None:
    """The loss of settings on the days before the judged ones; None: too few of them.

    Quantile loss of demand over the protection period, mean over levels, over what came.
    """
    begin = known.window.begin
    then = cut(sample_of(known.sample, known.series, MOST_SERIES), begin)
    terms = resolve_terms(then, find_series(then), begin)
    count = int(known.calendar.index_of(np.array([begin]))[0]) + 1
    panel, _ = demand_panel(then, terms, replace(known.calendar, count=count))
    days = int(np.median(terms.frame["lead_time_days"] + terms.frame["review_period_days"]))
    reach = max(1, panel.calendar.buckets_to_cover(days))
    origins = count - 1 - reach * np.arange(ORIGINS, 0, -1)
    if origins[0] < count // 2:
        return None

    def loss(trees: TreesSetting) -> float:
        settings = then.settings.model_copy(update={"trees": trees, "forecast_mode": "full"})
        both = [_judged(panel, settings, int(origin), reach) for origin in origins]
        lost, came = np.sum(both, axis=0)
        return float(lost / came) if came > 0 else 0.0

    return loss


def _judged(panel: Panel, settings: Settings, origin: int, reach: int) -> tuple[float, float]:
    """Loss of the sums of `reach` buckets after an origin, and units that came in them."""
    first, last = panel.calendar.end_of(np.array([origin, origin + reach]))
    days = int((last - first).astype(np.int64))
    end = np.full((panel.series, 1), days)
    made = forecast_at(panel, settings, origin, days)
    _, quantiles = made.windows(np.zeros_like(end), end, JUDGED)
    came = observed(panel)[:, origin + 1 : origin + 1 + reach].sum(axis=1)
    seen = np.isfinite(came)
    parts = [2.0 * pinball(quantiles[seen, 0, k], came[seen], level).sum()
             for k, level in enumerate(JUDGED)]  # fmt: skip
    return float(np.mean(parts)), float(came[seen].sum())
