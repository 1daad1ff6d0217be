"""The words that go with the sample: where it comes from, what was changed, what is assumed."""

from __future__ import annotations

from collections.abc import Sequence

from planning.sample.cleaning import Tally

TEXT = """\
# Online Retail: a year of a real web shop

The sales are real. Stock, suppliers, costs and lead times are assumed.

## Source and licence

Chen, D. (2015). *Online Retail* [data set]. UCI Machine Learning Repository.
<https://doi.org/10.24432/C5BW33>. Licensed under Creative Commons Attribution 4.0 International
(CC BY 4.0, <https://creativecommons.org/licenses/by/4.0/>).

It holds the invoice lines of a shop in the United Kingdom that sells giftware on the web, mostly
to smaller shops, from 1 December 2010 to 9 December 2011. This folder is an adaptation, made by
`python -m planning.sample.build` and shared under the same licence; the author of the source
has no part in it.

## Real

`sales.parquet`; descriptions, prices and launch days in `items.csv`; the past in `events.csv`.

What was taken out, in this order, and what is left, with the units as the source signs them:

{tallies}

The rest was added up by product, day and channel ("uk", and "abroad" for every other country).

- Codes that differ only by case are one product.
- A cancellation takes its own sale out of the past: the latest sale before it of the same
  customer, code and quantity. What customers brought back otherwise is in `units_returned`, on
  the day it came back. (A plan made for an earlier day does therefore not see a sale that was
  cancelled later. Most cancellations follow within three weeks.)
- Lines that occur twice on an invoice stay: nothing says that they are mistakes.
- The last day of the source ends at 12:50, so the data ends on {as_of}, the plan's `as_of`.
- One large order of a wholesale customer is demand like any other and stays.
- The shop never trades on Saturdays. Days on which it was closed otherwise are in `events.csv`.
- No invoice and no customer number is carried.
- `unit_price` is the mean price of the day; in `items.csv` it is the median of all lines.
- An item's description is the one it was invoiced under most often; `launched_on` is its first
  sale (or return) where that lies after the first month.

## Assumed: all else

Every draw depends on the product's code alone (a seeded hash), so the same source gives the same
bytes. The rules are short and stand in `planning/sample/`.

- Category: by the words of the description (`categories.py`).
- Suppliers with their lead times, review periods, order days, order and line costs:
  {suppliers} invented ones, from 3 days (home) to 9 weeks (by sea); an item's is drawn among
  those of its category (`suppliers.py`).
- Unit cost: 40 to 60 % of the median price (`assumptions.py`, as the next four).
- Packs of 24, 12 or 6 where customers themselves buy it so; minimum quantities where the
  supplier asks for a smallest line.
- Volume and purchase unit: by category, price and pack.
- Service levels: 98 % of cycles for the 30 items with most revenue, 98 % of units for the next
  20; the settings' level for all others.
- Discontinued: half of the items without a sale or return for 200 days.
- Stock on {as_of}: days of recent demand around what the terms call for; some out, some low,
  most healthy, some far too full (`inventory.py`).
- Open orders: on past order days; a few overdue, and some of these came in part (`inventory.py`).
- Closures, and closings to come: Christmas and bank holidays as the year before; Lunar New Year
  2012 at suppliers in China and Vietnam (`closings.py`).
"""


def tally_table(tallies: Sequence[Tally]) -> str:
    """What was taken out and what is left, as a Markdown table."""
    rows = ["| step | lines | units | why |", "|---|---:|---:|---|"]
    rows += [f"| {r.step} | {r.lines:,} | {r.units:,} | {r.why} |" for r in tallies]
    return "\n".join(rows)


def attribution(tallies: Sequence[Tally], as_of: str, suppliers: int) -> str:
    """The text of ATTRIBUTION.md; `as_of` is an ISO day, `suppliers` their number."""
    return TEXT.format(tallies=tally_table(tallies), as_of=as_of, suppliers=suppliers)
