"""Scenarios as they are named on the command line: `supplier_late:days=21`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.naming import variant_named
from planning.stress.scenarios import SCENARIOS, Scenario

MOST = {int: 365, float: 10.0}
"""The largest size by what it is: days, or a share."""


def named_scenarios(texts: Sequence[str]) -> Mapping[str, Scenario]:
    """Scenarios by the text that names them, in order, each once; all there are when none is."""
    wanted = [text.strip() for text in texts] or list(SCENARIOS.names())
    return {text: scenario_of(text) for text in wanted}


def scenario_of(text: str) -> Scenario:
    """The scenario that a text names, with the settings in it."""
    return variant_named(SCENARIOS, text, "--scenario", _size)


def _size(default: Any, text: str) -> float:
    """A size of the default's kind: whole days, or a share."""
    kind = type(default)
    try:
        size = kind(text)
    except ValueError:
        size = -1
    if not 0 < size <= MOST[kind]:
        what = "a whole number of days" if kind is int else "a share such as 0.3"
        raise ValueError(f"Write {what}, above 0 and at most {MOST[kind]:g}.")
    return float(size) if kind is float else int(size)
