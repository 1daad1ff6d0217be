"""What a constraint says of a plan that breaks it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

TOLERANCE = 1e-6
"""Relative: what floating point may leave; more is a violation."""


@dataclass(frozen=True)
class Violation:
    """One broken rule of one plan line (or of the plan, with empty names)."""

    rule: str
    sku: str
    location: str
    decision: int
    sentence: str


def violations_of(rule: str, lines: pd.DataFrame, sentences: Iterable[str]) -> list[Violation]:
    """One violation for each of the lines, with its sentence."""
    return [
        Violation(rule, str(line.sku), str(line.location), int(line.decision), sentence)
        for line, sentence in zip(lines.itertuples(), sentences, strict=True)
    ]


def room(values: pd.Series) -> pd.Series:
    """How far a number may be off: a share of its size, of 1 at least."""
    return values.abs().clip(lower=1.0) * TOLERANCE


def over_limit(
    rule: str, period: str, used: float, allowed: float, unit: str, at_least: bool = False
) -> list[Violation]:
    """One violation where more is used than allowed (less than asked for, `at_least`)."""
    room_left = max(abs(allowed), abs(used), 1.0) * TOLERANCE
    lack = allowed - used if at_least else used - allowed
    if lack <= room_left:
        return []
    asked = "at least " if at_least else ""
    sentence = f"{used:,.6g} {unit} in {period}, where {asked}{allowed:,.6g} are allowed"
    return [Violation(rule, "", "", 0, sentence)]
