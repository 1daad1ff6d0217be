"""Policies with a purse never spend more at a review than is in it, and all of them spend most."""

from __future__ import annotations

import numpy as np
import pytest

from domain.periods import Bucket
from domain.settings import Settings
from experiments.benchmarks.budget_policies import Deterministic, Optimizer, Purse, ScaledBaseStock
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.policies import Ahead, Means, Review

RATE = 0.25 / 365.0
SETTINGS = Settings(unmet_demand="lost")


def review_of(shape: Shape) -> Review:
    problem = random_problem(shape, 3)
    series = np.zeros(problem.series)
    return Review(
        settings=SETTINGS,
        bucket=Bucket.WEEK,
        on_hand=problem.supply[:, 0, 0],
        on_order=series,
        backordered=series,
        minimum=problem.minimum,
        multiple=problem.multiple,
        history=np.zeros((problem.series, 0)),
        censored=np.zeros((problem.series, 0), dtype=np.bool_),
        bucket_days=np.zeros(0),
        reorder_point=series,
        order_up_to_level=series,
        minimum_stock=series,
        maximum_stock=series,
        calibrated_factor=np.ones(problem.series),
        look_ahead=lambda: Ahead(problem, np.ones(problem.series, dtype=np.bool_)),
        look_at_means=lambda: Means(series, series),
    )


@pytest.mark.parametrize("make", [Optimizer, ScaledBaseStock, Deterministic])
@pytest.mark.parametrize("shape", [Shape(30, cycles=3), Shape(30, cycles=3, multiple=0.3)])
def test_no_review_spends_more_than_its_purse(make: type[Optimizer], shape: Shape) -> None:
    free = Purse(np.inf, RATE)
    make(free).order(review_of(shape))
    (asked,) = free.spent
    purse = Purse(0.6 * asked, RATE)
    units = make(purse).order(review_of(shape))
    (spent,) = purse.spent
    assert asked > 0
    assert 0.5 * purse.money < spent <= purse.money * (1 + 1e-6)
    assert (units >= 0).all()
