"""A peak is of the time since it was forgotten."""

import sys

import numpy as np
import pytest

from experiments.benchmarks.peak import forget_peak, peak_gb


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know only the peak of all time")
def test_what_was_let_go_before_is_not_counted() -> None:
    forget_peak()
    before = peak_gb()
    large = np.ones(30_000_000)
    held = peak_gb()
    assert held - before > 0.2
    del large
    forget_peak()
    assert peak_gb() < held - 0.2
