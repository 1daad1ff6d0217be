"""Whatever the history, a forecast is finite, rising, and needs no luck."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from domain.periods import Bucket
from domain.settings import Settings
from domain.terms import Known
from forecasting.run import forecast
from tests.contract.forecasting.situations import panel_of

LEVELS = np.array([0.01, 0.5, 0.9, 0.999])

demands = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 6), st.integers(1, 60)),
    elements=st.one_of(
        st.just(0.0),
        st.integers(0, 50).map(float),
        st.floats(0, 1e9, width=32, allow_subnormal=False),
    ),
)


@given(demand=demands, data=st.data(), bucket=st.sampled_from(list(Bucket)))
@settings(max_examples=40, deadline=None)
def test_any_history_has_an_honest_forecast(
    demand: np.ndarray, data: st.DataObject, bucket: Bucket
) -> None:
    known = data.draw(
        arrays.arrays(np.uint8, demand.shape, elements=st.integers(1, 3)), label="known"
    )
    share = np.where(known == Known.LOWER_BOUND, 0.4, 0.0)
    names = [f"s{i}" for i in range(len(demand))]
    panel = panel_of(
        dict(zip(names, demand, strict=True)),
        bucket,
        dict(zip(names, known, strict=True)),
        dict(zip(names, share, strict=True)),
    )
    result = forecast(panel, Settings(), 30)
    for mean, quantiles in (result.buckets(LEVELS), result.sums(LEVELS)):
        assert np.isfinite(mean).all()
        assert np.isfinite(quantiles).all()
        assert (quantiles >= 0).all()
        assert (np.diff(quantiles, axis=2) >= 0).all()
    assert (np.diff(result.sums(LEVELS)[1], axis=1) >= 0).all()
    assert (result.diagnostics["fallback"] == "").all()
