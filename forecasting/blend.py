"""All candidates of all families as one: taking in a bucket, and the weights of their blend."""

from __future__ import annotations

from domain.terms import Floats, Singles
from forecasting.models import MOST_FAMILIES, all_candidates
from forecasting.threads import compiled

CLASS_EVIDENCE = 12.0
"""Origins of its own that a series needs to count as much as its class."""
SHARPNESS = 8
"""Weights are relative squared errors to the power of minus this."""

CANDIDATES = all_candidates()


@compiled(inlined=True)
def _idle_step(
    state: Singles, grid: Singles, low: int, high: int, age: float, value: float, weight: float
) -> None:
    """No family here."""


@compiled(inlined=True)
def _idle_project(
    state: Singles, grid: Singles, low: int, high: int, level: Singles, slope: Singles
) -> None:
    """No family here."""


# numba links compiled functions by name only, so each slot has one; unused slots stand idle.
_IDLE = MOST_FAMILIES - len(CANDIDATES.families)
_STEPS = [family.step for family in CANDIDATES.families] + [_idle_step] * _IDLE
_PROJECTS = [family.project for family in CANDIDATES.families] + [_idle_project] * _IDLE
S0, S1, S2, S3, S4, S5, S6, S7 = _STEPS
P0, P1, P2, P3, P4, P5, P6, P7 = _PROJECTS


# Constants: compilers unroll a family's loop only where they know how long it is.
B0, B1, B2, B3, B4, B5, B6, B7, B8 = (int(begin) for begin in CANDIDATES.begins)
COUNT = CANDIDATES.count
GRID = CANDIDATES.grid


@compiled(inlined=True)
def step_all(state: Singles, age: float, value: float, weight: float) -> None:
    """Every candidate takes in one bucket."""
    S0(state, GRID, B0, B1, age, value, weight)
    S1(state, GRID, B1, B2, age, value, weight)
    S2(state, GRID, B2, B3, age, value, weight)
    S3(state, GRID, B3, B4, age, value, weight)
    S4(state, GRID, B4, B5, age, value, weight)
    S5(state, GRID, B5, B6, age, value, weight)
    S6(state, GRID, B6, B7, age, value, weight)
    S7(state, GRID, B7, B8, age, value, weight)


@compiled(inlined=True)
def project_all(state: Singles, level: Singles, slope: Singles) -> None:
    """Level and slope of every candidate."""
    P0(state, GRID, B0, B1, level, slope)
    P1(state, GRID, B1, B2, level, slope)
    P2(state, GRID, B2, B3, level, slope)
    P3(state, GRID, B3, B4, level, slope)
    P4(state, GRID, B4, B5, level, slope)
    P5(state, GRID, B5, B6, level, slope)
    P6(state, GRID, B6, B7, level, slope)
    P7(state, GRID, B7, B8, level, slope)


@compiled()
def weigh(loss: Floats, evidence: float, prior: Floats, weight: Floats) -> None:
    """Weights of the blend: own relative loss, shrunk to the class's, to a negative power."""
    count = loss.size
    mean = 0.0
    for c in range(count):
        mean += loss[c]
    mean /= count
    trust = evidence / (evidence + CLASS_EVIDENCE) if mean > 0.0 else 0.0
    total = 0.0
    for c in range(count):
        relative = (1.0 - trust) * prior[c]
        if mean > 0.0:
            relative += trust * loss[c] / mean
        weight[c] = (1.0 / max(relative, 1e-3)) ** SHARPNESS
        total += weight[c]
    for c in range(count):
        weight[c] /= total
