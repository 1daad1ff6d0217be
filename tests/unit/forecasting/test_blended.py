"""What the record of errors becomes when a global model moves the means it is of."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from domain.terms import Floats
from forecasting.global_model import blended as module
from forecasting.global_model.blended import BlendedFit, blended, only, recorded
from forecasting.local import fit_local
from forecasting.threads import kernel
from tests.contract.forecasting.situations import panel_of

LENGTHS, LEARNED = np.array([1, 2, 3, 4, 8, 14]), 4


def moved(factor: float, share: float, wanted: list[int]) -> tuple[Floats, BlendedFit]:
    """Local sums at the lengths wanted (S × O × J), and the fit whose means are moved."""
    rng = np.random.default_rng(3)
    panel = panel_of({f"s{i}": rng.poisson(1.0 + i, 120).astype(float) for i in range(7)})
    with kernel(1):
        fit = fit_local(panel, np.array([60, 80, 119]), LENGTHS, 4, 60)
    factors = np.full((7, 3, LEARNED), factor, np.float32)
    ahead = dataclasses.replace(blended(panel, fit, factors[:, -1].astype(np.float64)), last=1)
    kept = only(ahead, np.array(wanted))
    places = np.searchsorted(LENGTHS, wanted)
    return fit.mean[:, :, places], recorded(fit, kept, factors, np.full(7, share))


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_one_factor_for_all_buckets_moves_every_sum_by_the_share_that_is_followed(
    factor: float,
) -> None:
    local, fit = moved(factor, 0.5, [2, 4, 8, 14])
    known = np.isfinite(local)
    assert known.any()
    assert np.array_equal(np.isfinite(fit.mean), known)
    assert fit.mean[known] == pytest.approx(local[known] * (1 + 0.5 * (factor - 1)), rel=1e-5)


def test_blocks_of_series_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = moved(2.0, 0.7, [1, 8])[1]
    monkeypatch.setattr(module, "BLOCK", 2)
    parts = moved(2.0, 0.7, [1, 8])[1]
    assert np.array_equal(parts.mean, whole.mean, equal_nan=True)
    assert np.array_equal(parts.bucket_mean, whole.bucket_mean, equal_nan=True)
