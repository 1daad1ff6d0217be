"""Policies as they are named on the command line: `days_of_cover:cover_days=24`."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from domain.errors import NotFoundError, SettingsError
from optimization.policies import POLICIES, Policy
from optimization.policies.calibrated_optimizer import CalibratedOptimizer
from planning.calibration import Calibration, read_calibration

BOUND = "perfect_foresight"
"""Always there, as what nobody could have cost less than; it is no policy to follow."""
CALIBRATED = "calibrated_optimizer"
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
    name, _, rest = text.partition(":")
    try:
        kind: Any = POLICIES.get(name)
    except NotFoundError as error:
        raise SettingsError(error.what, "--policy", error.mend) from error
    fields = {field.name: field for field in dataclasses.fields(kind)}
    settings = {}
    for pair in rest.split(",") if rest else []:
        key, value = _setting(name, pair, list(fields))
        settings[key] = value
    policy: Policy = kind(**settings)
    return policy


def _setting(policy: str, pair: str, known: Sequence[str]) -> tuple[str, float]:
    """One setting of a policy; an unknown one is refused with the nearest known one."""
    key, _, value = (part.strip() for part in pair.partition("="))
    if key not in known:
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)
        mend = f"The nearest known one is {near[0]!r}." if near else "It has no settings."
        raise SettingsError(f"{policy} has no setting {key!r}", "--policy", mend)
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0.0 < number < 1e6:
        raise SettingsError(
            f"{policy}: {key} cannot be {value!r}", "--policy", "Write a number above 0."
        )
    return key, number
