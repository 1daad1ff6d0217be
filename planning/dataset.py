"""A dataset as read: its tables, typed and checked, its settings, and what was noted on the way."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from domain.settings import Settings

NEGATIVE_STOCK = "negative stock"
"""How the note on stock below zero begins; `restock check` looks for it."""


@dataclass(frozen=True)
class Note:
    """Something a user should know that is no error: a column ignored, a default filled in."""

    table: str
    sentence: str
    count: int = 1


@dataclass(frozen=True)
class Dataset:
    """Every declared table that is there, by name.

    Invariants: columns are exactly the declared ones that are used (all declared, missing ones
    filled with their default, or with NaN / NaT / <NA> text where the default is None); values
    are typed and within bounds; keys are unique and rows sorted by them (a blank first, text by
    code point); `sales` has rows. Text columns are `category` in `sales` (categories sorted, all
    in use) and `str` elsewhere, dates datetime64[s], whole numbers int64, or float64 where one
    may be missing.
    """

    tables: dict[str, pd.DataFrame]
    settings: Settings
    notes: tuple[Note, ...] = ()

    def table(self, name: str) -> pd.DataFrame | None:
        """The table called `name`, None where the dataset has none."""
        return self.tables.get(name)
