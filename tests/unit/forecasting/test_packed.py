"""The pass, whose loops are packed into vector instructions, against the same code unpacked."""

from __future__ import annotations

import numpy as np

from domain.terms import Known
from forecasting.arrays import History, Seasonal, fresh_record, fresh_states
from forecasting.blend import CANDIDATES, COUNT, GRID
from forecasting.class_losses import CLASSES
from forecasting.kernel import one_pass
from forecasting.local import nothing_learned
from forecasting.models import STATE_FIELDS
from forecasting.threads import kernel

SERIES, BUCKETS, SPAN = 40, 130, 5


def sold() -> np.ndarray:
    """Whole units and amounts, rare and daily."""
    draw = np.random.default_rng(5)
    often = draw.uniform(0.05, 1.0, (SERIES, 1))
    amount = draw.gamma(2.0, 7.0, (SERIES, BUCKETS))
    amount[::2] = np.ceil(amount[::2])
    return np.where(draw.random(amount.shape) < often, amount, 0.0).astype(np.float32)


def after_one_pass(demand: np.ndarray) -> np.ndarray:
    """States of all candidates (series × fields × candidates) after a pass without a season."""
    flat, alone = np.ones((1, BUCKETS), np.float32), np.zeros(SERIES, np.int64)
    history = History(
        demand, np.full(demand.shape, Known.OBSERVED, np.uint8), np.zeros((1, 1), np.float32),
        alone, np.ones(SERIES, np.bool_),
    )  # fmt: skip
    season = Seasonal(
        np.arange(BUCKETS) % 7, np.ones((1, 1, 7), np.float32), alone, flat, alone,
        np.array([7, 2 * BUCKETS, 2 * BUCKETS, 0, 0]),
    )  # fmt: skip
    states = fresh_states(SERIES, COUNT, 7)
    record = fresh_record(SERIES, np.array([BUCKETS - 1]), np.array([1]), 7)
    with kernel(1):
        one_pass(
            history, season, np.arange(SERIES), np.ones((CLASSES, 1, COUNT)), SPAN, states, 0,
            BUCKETS, record, nothing_learned(),
        )  # fmt: skip
    return states.models


def test_a_pass_leaves_what_each_family_leaves_by_itself_to_the_last_bit() -> None:
    demand = sold()
    found, begins = after_one_pass(demand), CANDIDATES.begins
    for s in range(SERIES):
        state = np.zeros((STATE_FIELDS, COUNT), np.float32)
        for number, family in enumerate(CANDIDATES.families):
            low, high = int(begins[number]), int(begins[number + 1])
            for t in range(BUCKETS):
                family.step(state, GRID, low, high, float(t), float(demand[s, t]), 1.0)
        np.testing.assert_array_equal(found[s], state)
