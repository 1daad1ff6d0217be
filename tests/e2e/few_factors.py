"""Calibrations of three factors in the place of eight, where it is not they that are tested."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.calibration import price, promise, run, trial

FEW = (0.5, 1.0, 2.0)


def few_factors(patch: pytest.MonkeyPatch) -> None:
    """Try no more than `FEW`."""
    for module in (price, promise, run, trial):
        patch.setattr(module, "FACTORS", FEW)
    patch.setattr(price, "AS_TYPED", FEW.index(1.0))
    patch.setattr(promise, "LOGS", np.log(FEW))
