"""Make the sample: `python -m planning.sample.build TRANSACTIONS.parquet [--out DIR]`.

The same source gives the same bytes. What was taken out of it, and why, is printed.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from planning.sample import dataset_path
from planning.sample.assumptions import item_table, terms
from planning.sample.attribution import attribution, tally_table
from planning.sample.cleaning import Tally, clean, read_lines
from planning.sample.closings import closure_table, event_table, refuse_other_closings
from planning.sample.daily import daily_sales, item_facts
from planning.sample.inventory import open_order_table, stock_table
from planning.sample.suppliers import SUPPLIERS, supplier_table

SALES_SCHEMA = pa.schema(
    [
        ("sku", pa.string()),
        ("date", pa.timestamp("ms")),
        ("channel", pa.string()),
        ("units_sold", pa.int32()),
        ("units_returned", pa.int32()),
        ("unit_price", pa.float64()),
    ]
)

SETTINGS = """\
# Sales are real, all else is assumed: see ATTRIBUTION.md.
note = "Sales are real (UCI Online Retail); stock, suppliers, costs and lead times are assumed."
currency = "GBP"
bucket = "day"
history_from = {history_from}      # first day of the data: items sold in its first month lived then
cycle_service_level = 0.95     # share of order cycles without shortage
holding_rate_per_year = 0.25   # share of unit cost that holding a unit for a year costs
unmet_demand = "lost"
sales_dated_by = "order"
slow_moving_days = 90
lead_time_days = 14            # only where an item has no supplier
review_period_days = 7         # only where an item has no supplier
"""


@dataclass(frozen=True)
class Sample:
    """The tables of the dataset by name, its last day, and what was taken out of the source."""

    tables: dict[str, pd.DataFrame]
    history_from: pd.Timestamp
    as_of: pd.Timestamp
    tallies: list[Tally]


def build(lines: pd.DataFrame) -> Sample:
    """The sample from the source's lines, as `cleaning.read_lines` gives them."""
    lines, tallies = clean(lines)
    sales = daily_sales(lines)
    refuse_other_closings(sales)
    opened, as_of = sales["date"].min(), sales["date"].max()
    facts = item_facts(lines, sales, as_of)
    items = item_table(facts, opened, as_of)
    by_sku = terms(items)
    tables = {
        "sales": sales,
        "items": items,
        "suppliers": supplier_table(),
        "stock": stock_table(facts, by_sku, as_of),
        "open_orders": open_order_table(facts, by_sku, items, as_of),
        "events": event_table(),
        "closures": closure_table(),
    }
    return Sample(tables, opened, as_of, tallies)


def write(sample: Sample, out: Path) -> None:
    """Write the dataset to the folder `out`, sales as Parquet and the rest as CSV."""
    out.mkdir(parents=True, exist_ok=True)
    for name, table in sample.tables.items():
        if name == "sales":
            _write_sales(table, out / "sales.parquet")
        else:
            table.to_csv(out / f"{name}.csv", index=False, lineterminator="\n")
    as_of = f"{sample.as_of:%Y-%m-%d}"
    settings = SETTINGS.format(history_from=f"{sample.history_from:%Y-%m-%d}")
    words = attribution(sample.tallies, as_of, len(SUPPLIERS))
    (out / "settings.toml").write_text(settings, encoding="utf-8", newline="\n")
    (out / "ATTRIBUTION.md").write_text(words, encoding="utf-8", newline="\n")


def _write_sales(sales: pd.DataFrame, path: Path) -> None:
    """Write the sales small: no pandas metadata, one row group, zstd."""
    table = pa.Table.from_pandas(sales, SALES_SCHEMA, preserve_index=False)
    pq.write_table(
        table.replace_schema_metadata(None), path, compression="zstd", compression_level=19
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Build the sample from the command line and print what was taken out."""
    parser = argparse.ArgumentParser(prog="python -m planning.sample.build", description=__doc__)
    parser.add_argument("transactions", type=Path, help="the source, as a Parquet file")
    parser.add_argument("--out", type=Path, default=dataset_path(), help="the dataset's folder")
    options = parser.parse_args(arguments)
    sample = build(read_lines(options.transactions))
    write(sample, options.out)
    print(tally_table(sample.tallies))
    for name, table in sample.tables.items():
        print(f"{name}: {len(table):,} rows")


if __name__ == "__main__":
    main()
