"""Gradient-boosted trees by LightGBM: a Poisson mean of ratios, or a quantile; the same to the bit.

One thread a fit, rows in fixed order: threads of the caller may run several fits side by side,
and neither their number nor the load of the machine changes a byte. Without the library, or the
libgomp it needs, `available` says no and nothing here is called.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from domain.settings_trees import TreesSetting
from domain.terms import Floats, Singles

PARAMETERS: dict[str, Any] = {
    "objective": "poisson",
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 63,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
QUANTILE_PARAMETERS = PARAMETERS | {
    "objective": "quantile",
    "num_leaves": 15,
    # Thresholds at random, and fewer features a tree: quantiles are learned from fewer rows.
    "extra_trees": True,
    "feature_fraction": 0.4,
}
QUANTILE_TREES = 80


@cache
def available() -> bool:
    """Whether LightGBM can be loaded."""
    try:
        import lightgbm  # noqa: F401
    except (ImportError, OSError):  # OSError: libgomp is not there
        return False
    return True


@dataclass(frozen=True)
class BoostedTrees:
    """Fitted trees."""

    booster: Any

    def mean(self, features: Singles) -> Floats:
        """What was learned, the mean or a quantile, of N rows of `features` (N × F)."""
        return np.asarray(self.booster.predict(features, num_threads=1), np.float64)

    def text(self) -> str:
        """As LightGBM writes them: plain text, that `trees_of` reads."""
        return str(self.booster.model_to_string())


def trees_of(text: str) -> BoostedTrees:
    """Trees from their text; raises ValueError for one that is none."""
    import lightgbm

    try:
        return BoostedTrees(lightgbm.Booster(model_str=text))
    except lightgbm.basic.LightGBMError as error:
        raise ValueError("no trees of LightGBM") from error


def fit_trees(
    features: Singles, target: Floats, weight: Floats, categories: list[int], seed: int,
    how: TreesSetting,
) -> BoostedTrees:  # fmt: skip
    """Trees for `target` (N, ≥ 0 and not all 0) from `features` (N × F; NaN: not known).

    `categories`: columns that hold codes, 0 and above. Ke et al., *LightGBM: A Highly Efficient
    Gradient Boosting Decision Tree*, NIPS 2017.
    """
    own = {"num_leaves": how.leaves, "feature_fraction": how.feature_share, "seed": seed}
    parameters = PARAMETERS | _told(how) | own
    return _fitted(features, target, weight, categories, parameters, how.count)


def fit_quantile_trees(
    features: Singles, target: Floats, weight: Floats, categories: list[int], level: float,
    seed: int, how: TreesSetting,
) -> BoostedTrees:  # fmt: skip
    """Trees for the quantile of `target` at `level`, by pinball loss; else see `fit_trees`."""
    parameters = QUANTILE_PARAMETERS | _told(how) | {"alpha": level, "seed": seed}
    return _fitted(features, target, weight, categories, parameters, QUANTILE_TREES)


def _told(how: TreesSetting) -> dict[str, Any]:
    """What both kinds of trees are told, by LightGBM's names."""
    return {"learning_rate": how.learning_rate, "min_data_in_leaf": how.least_rows}


def _fitted(
    features: Singles, target: Floats, weight: Floats, categories: list[int],
    parameters: dict[str, Any], trees: int,
) -> BoostedTrees:  # fmt: skip
    """So many trees under these parameters."""
    import lightgbm

    data = lightgbm.Dataset(
        features,
        target,
        weight=weight,
        categorical_feature=categories,
        params={"max_bin": parameters["max_bin"], "verbose": -1},
    )
    parameters = parameters | {"seed": parameters["seed"] % 2**31}
    return BoostedTrees(lightgbm.train(parameters, data, trees))
