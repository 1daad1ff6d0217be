"""Lead times learned from `receipts`: how long goods take, how much that varies, how late they are.

Every part of an order line that came is a sample of the time from order to shelf, weighted by
its share of the line's units: the last part counts, as do the first ones. A sample stands as its
deviation from the lead time that is given. Deviations are pulled in to four spreads from their
supplier's median, so that a mistyped year says no more than "late".

Means are shrunk from item to supplier, and from supplier to what is given, by κ = σ² / τ²
samples: σ the spread of samples, τ how far a supplier's (an item's) true mean is taken to lie from
what is given (from its supplier's). Spreads are shrunk to the supplier's (Efron & Morris 1975).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.tables_supply import LONGEST_LEAD_TIME_DAYS
from domain.terms import Flags, Floats, Integers
from planning.item_costs import Filled, numbers
from planning.supply import row_of

FEWEST_LINES = 3
"""Order lines of a supplier below which nothing is learned."""
MOST_DEVIATIONS = 4.0
NORMAL = 1.4826
"""Standard deviation of a normal over its median absolute deviation."""
SUPPLIER_SHARE, ITEM_SHARE = 0.25, 0.1
"""τ, as shares of the lead time that is given; never below half a day."""
SPREAD_SAMPLES = 8.0
"""Samples for an item's own spread to count as much as its supplier's."""
MOST_NAMED = 5
"""Suppliers that are listed one by one."""


@dataclass(frozen=True)
class _Samples:
    """N parts of order lines that came, of suppliers that are planned with."""

    series: Integers  # N
    supplier: Integers  # N, code
    line: Integers  # N, which order line
    weight: Floats  # N, share of the line's units
    deviation: Floats  # N, days from order to shelf, less the lead time given


def learn_lead_times(
    frame: pd.DataFrame, receipts: pd.DataFrame | None, spread_given: Flags
) -> list[Filled]:
    """Put learned lead times and spreads into the terms of series whose spread nobody gave.

    `frame`: terms with sku, location, supplier and `lead_time_days` as given. What is given
    with a spread stands. Says what was learned, from how many order lines.
    """
    if receipts is None or receipts.empty or spread_given.all():
        return []
    given = numbers(frame, "lead_time_days").to_numpy()
    suppliers, codes = np.unique(frame["supplier"].fillna("").astype(str), return_inverse=True)
    found = _samples(frame, receipts, given, codes)
    lines = pd.Series(found.line).groupby(found.supplier).nunique()
    number = lines.reindex(range(suppliers.size), fill_value=0).to_numpy()
    known = (number >= FEWEST_LINES)[codes] & ~spread_given
    if not known.any():
        return []
    mean, spread = _shrunk(found, given, codes)
    days = np.clip(np.rint(given + mean), 0, LONGEST_LEAD_TIME_DAYS)
    frame["lead_time_days"] = np.where(known, days, given)
    varied = numbers(frame, "lead_time_std_days").fillna(0.0).to_numpy()
    frame["lead_time_std_days"] = np.where(known, np.round(spread, 6), varied)
    return _said(frame, given, known, suppliers, codes, number)


def _samples(
    frame: pd.DataFrame, receipts: pd.DataFrame, given: Floats, codes: Integers
) -> _Samples:
    """The receipts of series from the supplier they are planned with; deviations pulled in."""
    came = receipts[receipts["quantity"] > 0]
    rows = row_of(frame, came)
    theirs = frame["supplier"].fillna("").astype(str).to_numpy()[rows]
    kept = (rows >= 0) & (came["supplier"].fillna(pd.Series(theirs, came.index)) == theirs)
    came, rows = came[kept], rows[kept.to_numpy()]
    line = came.groupby(["order_id", "line_id"], sort=False).ngroup().to_numpy()
    units = came["quantity"].to_numpy(np.float64)
    weight = units / np.bincount(line, units)[line] if line.size else units
    took = (came["received_on"] - came["ordered_on"]).dt.days.to_numpy(np.float64)
    deviation = _pulled_in(took - given[rows], weight, codes[rows], given[rows])
    return _Samples(rows, codes[rows], line, weight, deviation)


def _pulled_in(deviation: Floats, weight: Floats, group: Integers, given: Floats) -> Floats:
    """Deviations no farther from their group's median than MOST_DEVIATIONS spreads.

    The spread is taken to be a quarter of the given lead time, and a day, at least: parts that
    always come late are no mistake.
    """
    if not deviation.size:
        return deviation
    median = _medians(deviation, weight, group)[group]
    usual = NORMAL * _medians(np.abs(deviation - median), weight, group)[group]
    far = MOST_DEVIATIONS * np.maximum(usual, np.maximum(SUPPLIER_SHARE * given, 1.0))
    return np.asarray(np.clip(deviation, median - far, median + far))


def _medians(values: Floats, weight: Floats, group: Integers) -> Floats:
    """Of each group the smallest value by which half of its weight is reached; 0 where empty."""
    order = np.lexsort((values, group))
    through, whose = np.cumsum(weight[order]), group[order]
    ends = np.flatnonzero(np.append(whose[1:] != whose[:-1], True))
    before = np.append(0.0, through[ends[:-1]])
    half = 0.5 * (before + through[ends])
    place = np.minimum(np.searchsorted(through, half * (1 - 1e-12)), ends)
    found = np.zeros(int(group.max()) + 1)
    found[whose[ends]] = values[order][place]
    return found


def _shrunk(found: _Samples, given: Floats, codes: Integers) -> tuple[Floats, Floats]:
    """Mean deviation and standard deviation of the lead time of every series, days [S each]."""
    count, groups = given.size, int(codes.max()) + 1
    weight = np.bincount(found.supplier, found.weight, groups)
    raw = _mean(found.supplier, found, groups)
    own_weight, own = (
        np.bincount(found.series, found.weight, count),
        _mean(found.series, found, count),
    )
    # Within items: what differs between the items of a supplier is no spread.
    square = found.weight * (found.deviation - own[found.series]) ** 2
    items = np.bincount(codes[own_weight > 0], minlength=groups)
    freedom = np.maximum(weight - items, 1.0)
    variance = np.bincount(found.supplier, square, groups) / freedom
    usual = np.bincount(codes, given, groups) / np.maximum(np.bincount(codes, minlength=groups), 1)
    trust = weight / (weight + variance / np.maximum(SUPPLIER_SHARE * usual, 0.5) ** 2 + 1e-12)
    of_supplier = (trust * raw)[codes]
    spread = variance[codes]
    pull = spread / np.maximum(ITEM_SHARE * given, 0.5) ** 2 + 1e-12
    mean = (own_weight * own + pull * of_supplier) / (own_weight + pull)
    squares = np.bincount(found.series, square, count)
    alone = np.maximum(own_weight - 1.0, 0.0)
    varied = (squares + SPREAD_SAMPLES * spread) / (alone + SPREAD_SAMPLES)
    return mean, np.sqrt(varied)


def _mean(group: Integers, found: _Samples, size: int) -> Floats:
    """Weighted mean deviation of each group, 0 where it has no sample."""
    weight = np.bincount(group, found.weight, size)
    total = np.bincount(group, found.weight * found.deviation, size)
    return np.asarray(np.divide(total, weight, out=np.zeros(size), where=weight > 0))


def _said(
    frame: pd.DataFrame,
    given: Floats,
    known: Flags,
    suppliers: np.ndarray,
    codes: Integers,
    number: Integers,
) -> list[Filled]:
    """What was learned, a line a supplier, those with most order lines first; the rest in one."""
    days = numbers(frame, "lead_time_days").to_numpy()
    spread = numbers(frame, "lead_time_std_days").to_numpy()
    taught = np.unique(codes[known])
    order = taught[np.argsort(-number[taught], kind="stable")]
    said = []
    for code in order[:MOST_NAMED]:
        rows = known & (codes == code)
        name = suppliers[code] or "no supplier that is named"
        was = f"{np.median(given[rows]):g}"
        value = f"{np.median(days[rows]):g} days, give or take {np.median(spread[rows]):.1f},"
        why = (
            f"learned from {number[code]:,} order lines received of {name}; {was} was given, and"
            " no spread."
        )
        said.append(Filled("lead_time_days", value, rows, why))
    rest = order[MOST_NAMED:]
    if rest.size:
        rows = known & np.isin(codes, rest)
        why = f"learned from {number[rest].sum():,} order lines received of {rest.size:,} others."
        said.append(Filled("lead_time_days", "as received", rows, why))
    return said


def usual_lateness(frame: pd.DataFrame, receipts: pd.DataFrame | None) -> Mapping[str, int]:
    """Days by which each supplier is usually late, by name: the median over units, 0 at least.

    Against the day that was promised, else the day that the given lead time says. `frame`: terms
    as given. Half of what came, by shares of order lines, was later than that.
    """
    if receipts is None or receipts.empty:
        return {}
    came = receipts[receipts["quantity"] > 0]
    rows = row_of(frame, came)
    names = frame["supplier"].fillna("").astype(str).to_numpy()
    given = numbers(frame, "lead_time_days").to_numpy()
    supplier = came["supplier"].fillna(pd.Series(np.where(rows >= 0, names[rows], ""), came.index))
    stated = came["ordered_on"] + pd.to_timedelta(np.ceil(given[rows]), unit="D")
    promised = came["promised_on"].fillna(stated.where(rows >= 0))
    late = (came["received_on"] - promised).dt.days
    units = came.groupby(["order_id", "line_id"], sort=False)["quantity"].transform("sum")
    parts = pd.DataFrame(
        {"supplier": supplier, "late": late, "weight": came["quantity"] / units}
    ).dropna()
    if parts.empty:
        return {}
    group, found = pd.factorize(parts["supplier"], sort=True)
    late_days, weight = (parts[name].to_numpy(np.float64) for name in ("late", "weight"))
    median = _medians(late_days, weight, group.astype(np.int64))
    return {str(name): max(0, int(days)) for name, days in zip(found, median, strict=True)}
