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
    hint: Floats  # 2 × U, where each cycle alone, and pooled, was best at the prices before
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
def slopes_about(
    at: Floats, gain: Floats, below: Floats, begin: Index, end: Index, position: float
) -> tuple[float, float]:
    """What pieces begin … end - 1 add to the slope left of a position, and right of it."""
    before = 0.0
    after = 0.0
    for i in range(begin, end):
        if gain[i] > 0.0:
            left = 0
            right = 0
            for k in range(at.shape[1]):
                left += at[i, k] < position
                right += at[i, k] <= position
            before += gain[i] * below[left]
            after += gain[i] * below[right]
    return before, after


@inlined
def least_position(
    start: Integers, at: Floats, gain: Floats, slope: Floats, below: Floats, tolerance: float,
    first: Index, last: Index, low: float, high: float, hint: float,
) -> float:  # fmt: skip
    """The smallest position at which cycles first … last together stop falling.

    It is `low` at least and `high` at most, if they are finite. `hint`: a position it may well
    be, looked at first; minus infinity: none. The arrays are those of `Pieces`, one by one: a
    tuple of arrays costs more to hand on than this takes.
    """
    least = -tolerance * (last - first + 1)
    constant = 0.0
    for u in range(first, last + 1):
        constant += slope[u]
    begin = start[first]
    end = start[last + 1]
    lowest: bool = low > -np.inf
    if low < hint and hint < high:
        before, after = slopes_about(at, gain, below, begin, end, hint)
        if constant + after < least:
            low = hint
            lowest = False
        else:
            high = hint
            if constant + before < least:
                end = begin
    if end > begin:
        if lowest:
            if constant + slope_at(at, gain, below, begin, end, low) >= least:
                high = low
                end = begin
        elif low == -np.inf and constant >= least:
            high = low
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
        follows = stock
        while pooling:
            alone: bool = end == u
            bounded: bool = not alone and multiple == 0.0  # packs: positions are rounded
            hint = hints[0, u] if alone else hints[1, u]
            low = follows if bounded else -np.inf
            high = level if bounded else np.inf
            level = least_position(
                start, at, gain, slope, below, tolerance, u, end, low, high, hint
            )
            if alone:
                hints[0, u] = level
            else:
                hints[1, u] = level
            level = min(level, highest)
            if level <= stock:
                level = stock
            elif multiple > 0.0:
                level = _round_down_or_up(
                    start, at, gain, slope, mass, tolerance, u, end, stock, multiple, level
                )
            pooling = bool(end + 1 < cycles and level > levels[end + 1])
            if pooling:
                follows = levels[end + 1]
                end = block_end[end + 1]
        block_end[u] = end
        levels[u] = level
    begin: Index = first
    while begin < cycles:
        for u in range(begin + 1, block_end[begin] + 1):
            levels[u] = levels[begin]
        begin = block_end[begin] + 1
