"""Quantile functions of pooled errors: cell by cell, each weighed against what it is part of."""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Integers
from forecasting.threads import compiled

LOGITS = np.linspace(-7.6, 7.6, 61)
"""Where the quantile functions are kept: levels 0.0005 to 0.9995, denser in the tails."""
LEVELS = 1.0 / (1.0 + np.exp(-LOGITS))
BEYOND = 5.0
"""Errors beyond a quantile for a cell to count as much as its parent."""


def place_of(levels: Floats) -> Floats:
    """Where levels lie among LEVELS: 0 to P - 1."""
    place = (np.log(levels) - np.log1p(-levels) - LOGITS[0]) / (LOGITS[1] - LOGITS[0])
    return np.asarray(np.clip(place, 0.0, LOGITS.size - 1.0))


class Pools:
    """N values in cells that are numbered so that those of one parent lie side by side."""

    def __init__(self, value: Floats, cell: Integers, cells: int) -> None:
        self.cells = cells
        self._edges = np.zeros(cells + 1, np.int64)
        np.cumsum(np.bincount(cell, minlength=cells), out=self._edges[1:])
        self._ordered = np.empty(value.size)
        _side_by_side(value, cell, self._edges[:-1].copy(), self._ordered)

    def quantiles(self, first: int, cells: int, parent: Floats) -> Floats:
        """Quantiles at LEVELS of all in some cells, by how many errors lie beyond each.

        As far as those are few, they are those of the parent.
        """
        part = self._ordered[self._edges[first] : self._edges[first + cells]]
        if part.size < 2:
            return parent
        count = part.size * np.minimum(LEVELS, 1.0 - LEVELS)
        trust = count / (count + BEYOND)
        return np.asarray(trust * _quantiles(np.sort(part), LEVELS) + (1.0 - trust) * parent)


@compiled(apart=True)
def _side_by_side(value: Floats, cell: Integers, place: Integers, out: Floats) -> None:
    """`out`: values by cell, in the order they came; `place`: where each cell begins, used up."""
    for i in range(value.size):
        out[place[cell[i]]] = value[i]
        place[cell[i]] += 1


def _quantiles(rising: Floats, levels: Floats) -> Floats:
    """`np.quantile` of sorted values, to the last bit: that one looks for every level anew."""
    place = levels * (rising.size - 1)
    low = np.floor(place).astype(np.int64)
    share, below = place - low, rising[low]
    above = rising[np.minimum(low + 1, rising.size - 1)]
    step = above - below
    return np.where(share >= 0.5, above - step * (1.0 - share), below + step * share)
