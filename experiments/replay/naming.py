"""Policies as they are named on the command line: `days_of_cover:cover_days=24`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from domain.errors import NotFoundError, SettingsError
from domain.naming import positive_number, variant_named
from optimization.policies import POLICIES, Policy
from optimization.policies.calibrated_optimizer import CalibratedOptimizer
from planning.calibration import Calibration, read_calibration

BOUND = "perfect_foresight"
"""Always there, as what nobody could have cost less than; it is no policy to follow."""
CALIBRATED = "calibrated_optimizer"
RECORD = "orders_made"
"""What users really ordered."""
MOST = 1e6
"""A policy's settings lie below this."""
USUAL = ("min_max", "base_stock", "days_of_cover", "seasonal_average_cover", "optimizer")
"""What is compared where nobody says: the user's own rule first."""


def named_policies(texts: Sequence[str]) -> Mapping[str, Policy]:
    """Policies by the text that names them, in order; each once, perfect foresight left out."""
    wanted = [text.strip() for text in texts] or list(USUAL)
    found: dict[str, Policy] = {}
    for text in wanted:
        policy = policy_of(text)
        if text != BOUND:
            found.setdefault(text, policy)
    if not found:
        raise SettingsError(
            "only perfect foresight was named, which is no policy to follow",
            "--policy",
            f"Name another beside it: {', '.join(n for n in POLICIES.names() if n != BOUND)}.",
        )
    return found


def calibration_of(policies: Mapping[str, Policy], workspace: Path | None) -> Calibration | None:
    """The workspace's calibration; raises NotFoundError where one is needed and there is none."""
    found = None if workspace is None else read_calibration(workspace)
    if found is None and any(isinstance(p, CalibratedOptimizer) for p in policies.values()):
        raise NotFoundError(
            "there is no calibration",
            "--workspace" if workspace is None else str(workspace),
            "Make one with restock calibrate, and name its workspace.",
        )
    return found


def policy_of(text: str) -> Policy:
    """The policy that a text names, with the settings in it."""
    return variant_named(POLICIES, text, "--policy", positive_number(MOST))
