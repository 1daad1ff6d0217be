"""How a table is declared: its columns with type, unit, bounds, default and meaning.

Checks, documentation and the strategies of the property tests are all made from these
declarations (DESIGN §3).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

MAIN = "main"
"""The location where a table is silent."""


class Kind(StrEnum):
    """What a column holds, and so how its text is read and which dtype it gets."""

    TEXT = "text"  # read as written: `NA`, `007` and `1e5` stay what they are
    NUMBER = "number"  # float64
    INTEGER = "integer"  # int64
    BOOLEAN = "boolean"  # true/false, yes/no, 1/0
    DATE = "date"  # datetime64[s], an ISO calendar day
    CHOICE = "choice"  # text out of a list


Value = str | float | int | bool | None


@dataclass(frozen=True)
class Column:
    """One column: `default` None means that a missing value stays missing."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    required: bool = False
    default: Value = None
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: bool = False
    choices: tuple[str, ...] = ()

    def bounds(self) -> str:
        """The allowed range in words, empty where there is none."""
        low = (
            ""
            if self.minimum is None
            else f"{'>' if self.exclusive_minimum else '≥'} {self.minimum:g}"
        )
        high = "" if self.maximum is None else f"≤ {self.maximum:g}"
        return " and ".join(part for part in (low, high) if part)


@dataclass(frozen=True)
class Table:
    """One table: a row is named by `key`; an absent key column counts as its default."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False
    layered: bool = False
    """Rows of a location lie over rows of all: blanks stay blank until that is done."""

    def as_read(self) -> Table:
        """The table as its rows are read: a layered one fills in no defaults yet."""
        if not self.layered:
            return self
        return replace(self, columns=tuple(replace(c, default=None) for c in self.columns))

    def column(self, name: str) -> Column:
        """The declared column called `name`."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The declared columns' names, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required_names(self) -> tuple[str, ...]:
        """The columns that must be there."""
        return tuple(column.name for column in self.columns if column.required)


def text(name: str, meaning: str, *, required: bool = False, default: str | None = None) -> Column:
    """A column of text, kept as written."""
    return Column(name, Kind.TEXT, meaning, required=required, default=default)


def choice(name: str, meaning: str, choices: tuple[str, ...]) -> Column:
    """A column of one of `choices`; the first is the default."""
    return Column(name, Kind.CHOICE, meaning, default=choices[0], choices=choices)


def date(name: str, meaning: str, *, required: bool = False) -> Column:
    """A column of calendar days."""
    return Column(name, Kind.DATE, meaning, unit="day", required=required)


def flag(name: str, meaning: str) -> Column:
    """A column of true or false, false by default."""
    return Column(name, Kind.BOOLEAN, meaning, default=False)


def number(
    name: str,
    meaning: str,
    unit: str,
    *,
    required: bool = False,
    default: float | None = None,
    minimum: float | None = 0.0,
    maximum: float | None = None,
    exclusive: bool = False,
) -> Column:
    """A column of finite numbers, 0 or above unless said otherwise."""
    return Column(
        name,
        Kind.NUMBER,
        meaning,
        unit=unit,
        required=required,
        default=default,
        minimum=minimum,
        maximum=maximum,
        exclusive_minimum=exclusive,
    )


def integer(
    name: str,
    meaning: str,
    unit: str,
    *,
    required: bool = False,
    default: int | None = None,
    minimum: int = 0,
    maximum: int | None = None,
) -> Column:
    """A column of whole numbers, 0 or above unless said otherwise."""
    return Column(
        name,
        Kind.INTEGER,
        meaning,
        unit=unit,
        required=required,
        default=default,
        minimum=minimum,
        maximum=maximum,
    )
