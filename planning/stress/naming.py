"""Scenarios as they are named on the command line: `supplier_late:days=21`."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from domain.errors import NotFoundError, SettingsError
from planning.stress.scenarios import SCENARIOS, Scenario

MOST = {int: 365, float: 10.0}
"""The largest size by what it is: days, or a share."""


def named_scenarios(texts: Sequence[str]) -> Mapping[str, Scenario]:
    """Scenarios by the text that names them, in order, each once; all there are when none is."""
    wanted = [text.strip() for text in texts] or list(SCENARIOS.names())
    return {text: scenario_of(text) for text in wanted}


def scenario_of(text: str) -> Scenario:
    """The scenario that a text names, with the settings in it."""
    name, _, rest = text.partition(":")
    try:
        kind: Any = SCENARIOS.get(name)
    except NotFoundError as error:
        raise SettingsError(error.what, "--scenario", error.mend) from error
    known = {field.name: field.default for field in dataclasses.fields(kind)}
    given = dict(_setting(name, pair, known) for pair in rest.split(",")) if rest else {}
    scenario: Scenario = kind(**given)
    return scenario


def _setting(scenario: str, pair: str, known: Mapping[str, Any]) -> tuple[str, float]:
    """One setting of a scenario; an unknown one is refused with the nearest known one."""
    key, _, value = (part.strip() for part in pair.partition("="))
    if key not in known:
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)
        raise SettingsError(
            f"{scenario} has no setting {key!r}",
            "--scenario",
            f"The nearest known one is {near[0]!r}.",
        )
    kind: Any = type(known[key])
    try:
        size = kind(value)
    except ValueError:
        size = -1
    if not 0 < size <= MOST[kind]:
        what = "a whole number of days" if kind is int else "a share such as 0.3"
        raise SettingsError(
            f"{scenario}: {key} cannot be {value!r}",
            "--scenario",
            f"Write {what}, above 0 and at most {MOST[kind]:g}.",
        )
    return key, size
