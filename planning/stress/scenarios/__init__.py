"""What may turn out worse: one file a scenario, filed in `SCENARIOS`, run by one contract test.

A scenario is a frozen dataclass whose fields are its settings; at size 0 it changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from domain.errors import SettingsError
from domain.registry import Registry
from domain.terms import Floats, Integers
from planning.situation import Situation


@dataclass(frozen=True)
class Struck:
    """The series a scenario strikes, and what is known of them once it has."""

    rows: Integers  # N, rows of the situation that was struck
    situation: Situation  # of these N series
    what: str  # a sentence: what is taken to happen


@dataclass(frozen=True)
class Spared:
    """There is nothing a scenario could strike, and why."""

    why: str


class Scenario(Protocol):
    """Something that may happen on the day after `as_of`."""

    def strike(self, situation: Situation, ordered: Floats) -> Struck | Spared:
        """The situation with the scenario in it; `ordered` S, units each series orders today."""
        ...


ScenarioKind = Callable[..., Scenario]
"""A dataclass of settings: called with some of them, it makes a scenario."""

SCENARIOS: Registry[ScenarioKind] = Registry("scenario", __name__)


def refuse_all_gone(share: float) -> None:
    """Raise where a fall by `share` leaves nothing."""
    if share >= 1.0:
        raise SettingsError(
            f"a fall by {100 * share:g} % leaves nothing",
            "--scenario",
            "Give a share below 1: 0.3 is 30 %.",
        )
