"""One limit, one file. Of a line: `add` puts it into a PuLP model, `violations` judges a plan.

A limit that many series share is a frozen dataclass filed in `LIMITS`: `rows` adds it to a solve,
`violations` judges a finished plan in pandas, without the solver.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from domain.registry import Registry

if TYPE_CHECKING:
    import pandas as pd

    from optimization.constraints.violation import Violation
    from optimization.shared.ground import Ground
    from optimization.shared.rows import Row


class Limit(Protocol):
    """A limit that several series share."""

    @property
    def name(self) -> str:
        """What the limit is called."""
        ...

    def rows(self, grounds: Sequence[Ground]) -> list[Row]:
        """The limit as rows of the solve, one a period."""
        ...

    def violations(self, plan: pd.DataFrame, openings: pd.DataFrame) -> list[Violation]:
        """What is wrong with a finished plan.

        `plan`: a row per sku-location and decision: sku, location, supplier, unit_cost,
        volume_m3, order_day (days from as_of), quantity. `openings`: a row per sku-location and
        day for which storage is asked: sku, location, day, volume_m3, on_hand (expected units),
        deviation (its standard deviation, units).
        """
        ...


LIMITS: Registry[Callable[..., Limit]] = Registry("limit", __name__)
