"""Classes within which the arms of a trial are compared: demand class by value class."""

from __future__ import annotations

import numpy as np

from domain.terms import Flags, Integers

LEAST = 4
"""Items of each arm that a class must have; smaller ones are joined."""
REST = "all others"


def joined(names: np.ndarray, challenged: Flags) -> tuple[Integers, tuple[str, ...]]:
    """The class of each item as a number, N, and what each class is called.

    Classes with fewer than `LEAST` items in an arm become one; where that is too small still, it
    takes in the next smallest. It looks at no outcome, so the comparison stays fair. Comparing
    within classes after the draw loses next to nothing on drawing within them (Miratrix, Sekhon &
    Yu 2013, JRSS B 75(2)).

    >>> names = np.array(["a"] * 9 + ["b"])
    >>> joined(names, np.arange(10) % 2 == 0)[1]
    ('all others',)
    """
    found, code = np.unique(names.astype(str), return_inverse=True)
    arms = np.stack([np.bincount(code[each], minlength=found.size)
                     for each in (challenged, ~challenged)])  # fmt: skip
    small = arms.min(axis=0) < LEAST
    by_size = np.argsort(arms.min(axis=0), kind="stable")
    while small.any() and not small.all() and arms[:, small].sum(axis=1).min() < LEAST:
        small[next(place for place in by_size if not small[place])] = True
    kept = np.flatnonzero(~small)
    number = np.full(found.size, kept.size)
    number[kept] = np.arange(kept.size)
    names_of = [str(found[place]) for place in kept]
    return number[code], tuple([*names_of, REST] if small.any() else names_of)
