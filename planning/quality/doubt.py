"""A doubt about a dataset: what it is, where, how much it touches, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from domain.registry import Registry
from planning.quality.evidence import Amount, Evidence

SHOWN_EXAMPLES = 5


class Gravity(Enum):
    """How much a doubted row counts against its table's score, 0 to 1."""

    SLIGHT = 0.1  # often right as it is: look once
    PLAIN = 0.5  # changes single decisions
    GRAVE = 1.0  # changes the plan as a whole, or cannot be right

    @property
    def word(self) -> str:
        """The gravity in a word."""
        return self.name.lower()


@dataclass(frozen=True)
class Doubt:
    """One finding: `rows` of `table` are in doubt, `count` is what the sentence speaks of."""

    kind: str
    table: str
    gravity: Gravity
    sentence: str
    mend: str
    count: int
    rows: int
    amount: Amount
    examples: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """The doubt for machines."""
        return {
            "kind": self.kind,
            "table": self.table,
            "gravity": self.gravity.word,
            "sentence": self.sentence,
            "mend": self.mend,
            "count": self.count,
            "rows": self.rows,
            "amount": round(self.amount.value, 2),
            "amount_in": self.amount.unit,
            "examples": list(self.examples),
        }


Finder = Callable[[Evidence], list[Doubt]]
"""Looks for one kind of doubt in a dataset as known at `as_of`; no doubt is an empty list."""

DOUBTS: Registry[Finder] = Registry("doubt", "planning.quality.doubts")


def examples(names: Iterable[object]) -> tuple[str, ...]:
    """The first few names."""
    shown = []
    for name in names:
        shown.append(str(name))
        if len(shown) == SHOWN_EXAMPLES:
            break
    return tuple(shown)


def shown(number: float) -> str:
    """A number for people: thousands apart, four decimals at most."""
    return f"{round(float(number), 4):,.12g}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 item", "2,000 items"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
