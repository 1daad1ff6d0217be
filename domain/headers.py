"""A table's header against its declaration: what is used, what is left out, what is refused."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from domain.columns import Table
from domain.errors import DataError


@dataclass(frozen=True)
class Header:
    """The declared columns that are there, and the names that no table knows."""

    used: tuple[str, ...]
    ignored: tuple[str, ...]


def read_header(names: Sequence[str], table: Table, file: str) -> Header:
    """Check column names; raises DataError naming the nearest declared column.

    A name that is a declared one but for case, blanks or hyphens ("SKU ", "Units Sold") is
    refused even where the column may be missing: leaving out "Location" would silently put
    every place into one.
    """
    _refuse_doubles(names, table, file)
    used = tuple(name for name in table.names if name in names)
    ignored = tuple(name for name in names if name not in table.names)
    for name in ignored:
        meant = _folded(name)
        if meant in table.names:
            raise DataError(
                f"the column {name!r} is not called {meant!r}",
                f"{file}, line 1",
                f"Rename it to {meant!r}"
                + (f", or drop it: {meant!r} is there too." if meant in used else "."),
            )
    missing = [name for name in table.required_names if name not in used]
    if missing:
        raise DataError(
            f"{table.name} has no column {_listed(missing)}",
            f"{file}, line 1: {_found(names)}",
            _advice(missing, ignored, table),
        )
    return Header(used, ignored)


def _folded(name: str) -> str:
    """A name as we would write it: lower case, underscores for blanks, hyphens and dots."""
    return re.sub(r"[\s\-.]+", "_", name.strip().strip("\ufeff")).lower()


def _refuse_doubles(names: Sequence[str], table: Table, file: str) -> None:
    """Raise for a declared column that stands twice; of what is not used nothing is asked."""
    twice = [name for name, count in Counter(names).items() if count > 1 and name in table.names]
    if twice:
        raise DataError(
            f"the column {_listed(twice)} stands more than once",
            f"{file}, line 1",
            "Keep one column of each name.",
        )


def _advice(missing: Sequence[str], ignored: Sequence[str], table: Table) -> str:
    """What to rename or add, with the nearest name that is there."""
    words = []
    folded = {_folded(name): name for name in ignored}
    for name in missing:
        near = difflib.get_close_matches(name, folded, n=1, cutoff=0.6)
        meaning = table.column(name).meaning
        if near:
            words.append(f"Rename {folded[near[0]]!r} to {name!r} ({meaning}).")
        else:
            words.append(f"Add {name!r}: {meaning}.")
    return " ".join(words)


def _found(names: Sequence[str]) -> str:
    """The names that are there, in words."""
    shown = [name for name in names if name.strip()][:12]
    return f"found {_listed(shown)}" if shown else "no column names found"


def _listed(names: Sequence[str]) -> str:
    """Names in quotation marks, with commas."""
    return ", ".join(repr(name) for name in names)
