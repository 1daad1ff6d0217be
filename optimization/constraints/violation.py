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
