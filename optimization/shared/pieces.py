"""A series' cost at prices as steps, and its best positions.

At prices, a cycle's cost is a sum of step distributions, each with a gain, so its least position
is found by counting in the quantiles themselves. Positions, pooling and ties are those of
`optimization.separable`, without its merged curves, which take several times as long.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from domain.terms import Floats, Integers
from optimization.compiling import Index, inlined, inner


class Pieces(NamedTuple):
    """A series' cost at prices: per cycle a constant slope and step distributions."""

    start: Integers  # U + 1, first piece of each cycle
    at: Floats  # N × K + 1, positions of the steps of each piece, ascending
    gain: Floats  # N, money per unit at these prices
    own: Floats  # N, money per unit without prices
    slope: Floats  # U + 1, money per unit left of every step; one more than there are cycles
    below: Floats  # K + 2, probability once so many steps are passed
    mass: Floats  # K + 1, probability of each step
    level: Floats  # U, position after each decision
    block_end: Integers  # U
    stock_at: Integers  # U, first piece of stock that is charged in each cycle
    hint: Floats  # U, where each cycle alone was best at the prices before
    number: Floats  # 3: tolerance (money per unit), pack size, highest position


TOLERATED, PACK, HIGHEST = 0, 1, 2


@inlined
def passed(at: Floats, i: Index, position: float) -> int:
    """How many steps of a piece lie at or below a position."""
    count = 0
    for k in range(at.shape[1]):  # counting all is faster than searching, for processors
        count += at[i, k] <= position
    return count


@inlined
def slope_at(
    at: Floats, gain: Floats, below: Floats, begin: Index, end: Index, position: float
) -> float:
    """What pieces begin … end - 1 add to the slope right of a position."""
    total = 0.0
    for i in range(begin, end):
        if gain[i] > 0.0:
            total += gain[i] * below[passed(at, i, position)]
    return total


@inlined
def slope_before(
    at: Floats, gain: Floats, below: Floats, begin: Index, end: Index, position: float
) -> float:
    """What pieces begin … end - 1 add to the slope left of a position."""
    total = 0.0
    for i in range(begin, end):
        if gain[i] > 0.0:
            count = 0
            for k in range(at.shape[1]):
                count += at[i, k] < position
            total += gain[i] * below[count]
    return total


@inlined
def least_position(
    start: Integers, at: Floats, gain: Floats, slope: Floats, below: Floats, tolerance: float,
    first: Index, last: Index, hint: float,
) -> float:  # fmt: skip
    """The smallest position at which cycles first … last together stop falling.

    `hint`: a position it may well be, looked at first; minus infinity: none. The arrays are
    those of `Pieces`, one by one: a tuple of arrays costs more to hand on than this takes.
    """
    least = -tolerance * (last - first + 1)
    constant = 0.0
    for u in range(first, last + 1):
        constant += slope[u]
    low = -np.inf
    high = np.inf
    begin = start[first]
    end = start[last + 1]
    if constant >= least:
        high = low
        end = begin
    elif hint > -np.inf:
        if constant + slope_at(at, gain, below, begin, end, hint) < least:
            low = hint
        else:
            high = hint
            if constant + slope_before(at, gain, below, begin, end, hint) < least:
                end = begin
    for i in range(begin, end):
        if gain[i] > 0.0:
            a = passed(at, i, low)
            b = at.shape[1] if high == np.inf else passed(at, i, high)
            while a < b:
                middle = (a + b) // 2
                position = at[i, middle]
                if constant + slope_at(at, gain, below, begin, end, position) >= least:
                    b = middle
                    high = position
                else:
                    a = middle + 1
                    low = position
    return high


@inlined
def over(at: Floats, mass: Floats, i: Index, position: float) -> float:
    """Expected units above a piece's demand, E(position + shift - D)⁺."""
    total = 0.0
    for k in range(at.shape[1]):
        total += mass[k] * max(position - at[i, k], 0.0)
    return total


@inlined
def _round_down_or_up(
    start: Integers, at: Floats, gain: Floats, slope: Floats, mass: Floats, tolerance: float,
    first: Index, last: Index, stock: float, multiple: float, level: float,
) -> float:  # fmt: skip
    """The better of the two positions stock + n · multiple about a level of cycles first … last."""
    low = stock + np.floor((level - stock) / multiple) * multiple
    high = low + multiple
    change = 0.0
    for u in range(first, last + 1):
        change += slope[u] * multiple
    for i in range(start[first], start[last + 1]):
        if gain[i] > 0.0:
            change += gain[i] * (over(at, mass, i, high) - over(at, mass, i, low))
    return high if change < -tolerance * multiple else low


@inner
def pool_pieces(pieces: Pieces, cycles: Index, first: Index, stock: float) -> None:
    """Best positions of cycles first … U, nondecreasing (as `separable.pool`), into `level`."""
    start, at, gain, slope = pieces.start, pieces.at, pieces.gain, pieces.slope
    below, mass, levels = pieces.below, pieces.mass, pieces.level
    block_end, hints = pieces.block_end, pieces.hint
    tolerance = pieces.number[TOLERATED]
    multiple = pieces.number[PACK]
    highest = pieces.number[HIGHEST]
    for u in range(first):
        levels[u] = stock
    for u in range(cycles - 1, first - 1, -1):
        end = u
        pooling: bool = True
        level = stock
        while pooling:
            hint = hints[u] if end == u else -np.inf
            level = least_position(start, at, gain, slope, below, tolerance, u, end, hint)
            if end == u:
                hints[u] = level
            level = min(level, highest)
            if level <= stock:
                level = stock
            elif multiple > 0.0:
                level = _round_down_or_up(
                    start, at, gain, slope, mass, tolerance, u, end, stock, multiple, level
                )
            pooling = bool(end + 1 < cycles and level > levels[end + 1])
            if pooling:
                end = block_end[end + 1]
        block_end[u] = end
        levels[u] = level
    begin: Index = first
    while begin < cycles:
        for u in range(begin + 1, block_end[begin] + 1):
            levels[u] = levels[begin]
        begin = block_end[begin] + 1
