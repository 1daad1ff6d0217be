"""Limits that several series share, as settings and tables give them (DESIGN §3).

One kind, one file. Each kind of `optimization.constraints` that a user can give is filed in
`SHARED` under the same name: it knows whether a dataset gives it, its words, and how its limits
are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from domain.registry import Registry

if TYPE_CHECKING:
    from optimization.constraints import Limit
    from planning.dataset import Dataset
    from planning.situation import Situation


class SharedLimit(Protocol):
    """One kind of limit, read from what the user gives."""

    @property
    def words(self) -> str:
        """What the kind is called where a report lists the limits it leaves out."""
        ...

    def given(self, dataset: Dataset) -> bool:
        """Whether the dataset gives a limit of this kind."""
        ...

    def limits(self, situation: Situation) -> list[Limit]:
        """Its limits; none where nothing asks for one.

        Raises PlanError for a limit that the data cannot measure.
        """
        ...


SHARED: Registry[SharedLimit] = Registry("shared limit", __name__)


def limits_of(situation: Situation) -> tuple[Limit, ...]:
    """Every limit that several series share, kind by kind in the order of their names."""
    return tuple(limit for _, kind in SHARED.items() for limit in kind.limits(situation))


def limits_given(dataset: Dataset) -> tuple[str, ...]:
    """The kinds of limits that items share, in words; none where the dataset gives none."""
    return tuple(kind.words for _, kind in SHARED.items() if kind.given(dataset))


def limits_left_out(dataset: Dataset) -> tuple[str, ...]:
    """A sentence on what is left out, where there is something."""
    given = limits_given(dataset)
    return (f"Limits that items share are left out: {', '.join(given)}.",) if given else ()
