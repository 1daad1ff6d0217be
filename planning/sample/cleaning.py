"""The real part: from invoice lines to sale lines and return lines, each step counted.

A step takes the lines, returns the lines that remain and counts what it took out. The columns
are the source's, renamed by `read_lines`: invoice, sku, description, quantity (units, negative
where something is taken back), moment, price (GBP per unit), customer, country.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

NAMES = {
    "InvoiceNo": "invoice",
    "StockCode": "sku",
    "Description": "description",
    "Quantity": "quantity",
    "InvoiceDate": "moment",
    "UnitPrice": "price",
    "CustomerID": "customer",
    "Country": "country",
}
PRODUCT_CODE = r"\d{5}[A-Z]{0,2}|DCGS[0-9A-Z]+"
"""Five digits with up to two letters, or DCGS: all else is postage, fees, vouchers, manual."""

SERVICES = {
    "22016": "gift voucher",
    "23444": "next day carriage",
    "23574": "packing charge",
    "23702": "high resolution image",
}
"""Codes that look like a product's and are none."""

MANUAL_CODE = "M"
MANUAL_CREDIT_WITHIN = pd.Timedelta(hours=1)


@dataclass(frozen=True)
class Tally:
    """What one step took out, changed or kept: lines, and units as the source signs them."""

    step: str
    why: str
    lines: int
    units: int


Step = Callable[[pd.DataFrame], tuple[pd.DataFrame, Tally]]


def read_lines(path: Path) -> pd.DataFrame:
    """The invoice lines of the source's Parquet file, oldest first, in our names."""
    return rename(pd.read_parquet(path, columns=list(NAMES)))


def rename(transactions: pd.DataFrame) -> pd.DataFrame:
    """The source's lines in our names, by moment, with a fresh row number."""
    lines = transactions.rename(columns=NAMES)
    return lines.sort_values("moment", kind="stable", ignore_index=True)


def _without(
    lines: pd.DataFrame, out: pd.Series, step: str, why: str
) -> tuple[pd.DataFrame, Tally]:
    """The lines where `out` is false, and the count of the others."""
    tally = Tally(step, why, int(out.sum()), int(lines.loc[out, "quantity"].sum()))
    return lines[~out], tally


def fold_codes(lines: pd.DataFrame) -> tuple[pd.DataFrame, Tally]:
    """Codes in capitals without stray blanks: 85123a is 85123A. No line is taken out."""
    folded = lines["sku"].str.strip().str.upper()
    changed = folded != lines["sku"]
    fewer = lines["sku"].nunique() - folded.nunique()
    why = f"kept, their code written in capitals: {fewer} codes fewer"
    tally = Tally("code case", why, int(changed.sum()), int(lines.loc[changed, "quantity"].sum()))
    return lines.assign(sku=folded), tally


def drop_unfinished_day(lines: pd.DataFrame) -> tuple[pd.DataFrame, Tally]:
    """Drop the source's last day, which stops at noon: that day is not over."""
    days = lines["moment"].dt.normalize()
    why = "the source stops at midday, so the day's sales are not known"
    return _without(lines, days == days.max(), "last day", why)


def drop_bad_debt(lines: pd.DataFrame) -> tuple[pd.DataFrame, Tally]:
    """Drop the bookkeeper's lines, whose invoice begins with A."""
    out = lines["invoice"].str.startswith("A")
    return _without(lines, out, "bad debt", "invoices beginning with A adjust bad debt")


def drop_manual_credits(lines: pd.DataFrame) -> tuple[pd.DataFrame, Tally]:
    """Drop a sale that was taken back by a manual line of its amount within the hour.

    Same customer, same amount, the only sale line it can mean: 60 baskets at 649.50 each were
    taken back three minutes later as one "Manual" of 38,970.
    """
    amount = (lines["quantity"] * lines["price"]).abs().round(2)
    known = lines.assign(amount=amount, row=lines.index)[lines["customer"].notna()]
    manual = known["sku"] == MANUAL_CODE
    taken_back = known[manual & (known["quantity"] < 0)]
    sales = known[~manual & (known["quantity"] > 0) & (known["price"] > 0)]
    pairs = taken_back.merge(sales, on=["customer", "amount"], suffixes=("_credit", ""))
    waited = pairs["moment_credit"] - pairs["moment"]
    pairs = pairs[(waited >= pd.Timedelta(0)) & (waited <= MANUAL_CREDIT_WITHIN)]
    pairs = pairs[~pairs["row_credit"].duplicated(keep=False)]
    out = pd.Series(lines.index.isin(pairs["row"]), index=lines.index)
    why = "a manual credit of the same customer and amount within the hour cancels the sale"
    return _without(lines, out, "manual credit", why)


def drop_other_codes(lines: pd.DataFrame) -> tuple[pd.DataFrame, Tally]:
    """Drop postage, fees, vouchers, discounts, manual lines and samples by their code."""
    out = ~lines["sku"].str.fullmatch(PRODUCT_CODE)
    why = "postage, carriage, fees, vouchers, discounts, manual lines, samples"
    return _without(lines, out, "no product", why)


def drop_services(lines: pd.DataFrame) -> tuple[pd.DataFrame, Tally]:
    """Drop services that carry a product's kind of code."""
    out = lines["sku"].isin(SERVICES)
    why = "product-like codes: " + ", ".join(SERVICES.values())
    return _without(lines, out, "service", why)


def drop_stock_adjustments(lines: pd.DataFrame) -> tuple[pd.DataFrame, Tally]:
    """Drop lines without a price: counts, breakages and gifts, not sales."""
    why = "price 0: stock counts, breakages, goods given away"
    return _without(lines, lines["price"] <= 0, "price 0", why)


def drop_cancelled(lines: pd.DataFrame) -> tuple[pd.DataFrame, Tally]:
    """Drop each cancellation together with the sale it cancels.

    The sale is the latest one before it of the same customer, code and quantity that no other
    cancellation has taken; a cancellation without one stays, and is a return.
    """
    known = lines[lines["customer"].notna()]
    open_sales: dict[tuple[float, str, int], list[int]] = {}
    out: list[int] = []
    for row, invoice, sku, quantity, customer in zip(
        known.index,
        known["invoice"],
        known["sku"],
        known["quantity"].tolist(),
        known["customer"].tolist(),
        strict=True,
    ):
        if quantity > 0:
            open_sales.setdefault((customer, sku, quantity), []).append(row)
        elif invoice.startswith("C") and open_sales.get((customer, sku, -quantity)):
            out += [row, open_sales[customer, sku, -quantity].pop()]
    why = "a cancellation and its own sale: same customer, code and quantity"
    return _without(lines, pd.Series(lines.index.isin(out), index=lines.index), "cancelled", why)


STEPS: tuple[Step, ...] = (
    fold_codes,
    drop_unfinished_day,
    drop_bad_debt,
    drop_manual_credits,
    drop_other_codes,
    drop_services,
    drop_stock_adjustments,
    drop_cancelled,
)


def clean(lines: pd.DataFrame) -> tuple[pd.DataFrame, list[Tally]]:
    """Every step in turn, each counted; lines left with a negative quantity are returns."""
    tallies = []
    for step in STEPS:
        lines, tally = step(lines)
        tallies.append(tally)
    sold = lines["quantity"] > 0
    tallies.append(_without(lines, sold, "left: sales", "kept as `units_sold`")[1])
    tallies.append(_without(lines, ~sold, "left: returns", "kept as `units_returned`")[1])
    return lines, tallies
