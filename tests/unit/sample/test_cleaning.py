"""The traps of the source, each with a known answer."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from planning.sample.cleaning import clean, rename
from planning.sample.daily import daily_sales, descriptions

Invoices = Callable[..., pd.DataFrame]
LAST_DAY = ("999999", "85123A", 1, "2011-12-09 12:50", 2.55, 17850.0)
OTHER_CODES = ["POST", "DOT", "M", "m", "D", "S", "C2", "CRUK", "AMAZONFEE", "BANK CHARGES", "PADS"]
OTHER_CODES += ["B", "gift_0001_20", "22016", "23444", "23574", "23702"]


def cleaned(table: pd.DataFrame) -> pd.DataFrame:
    return clean(rename(table))[0]


def quantities(table: pd.DataFrame) -> dict[str, list[int]]:
    """By sku, the quantities that are left, oldest first."""
    return {str(sku): list(group) for sku, group in cleaned(table).groupby("sku")["quantity"]}


def test_a_cancellation_removes_its_own_sale(invoices: Invoices) -> None:
    table = invoices(
        ("541431", "23166", 74215, "2011-01-18 10:01", 1.04, 12346.0),
        ("541432", "23166", 6, "2011-01-18 10:05", 1.25, 13000.0),
        ("C541433", "23166", -74215, "2011-01-18 10:17", 1.04, 12346.0),
        LAST_DAY,
    )
    assert quantities(table) == {"23166": [6]}


def test_a_cancellation_takes_one_sale_the_latest_before_it(invoices: Invoices) -> None:
    table = invoices(
        ("1", "22423", 2, "2011-03-01 09:00", 12.75, 13000.0),
        ("2", "22423", 2, "2011-03-02 09:00", 12.75, 13000.0),
        ("C3", "22423", -2, "2011-03-03 09:00", 12.75, 13000.0),
        ("4", "22423", 2, "2011-03-04 09:00", 12.75, 13000.0),
        LAST_DAY,
    )
    left = cleaned(table)
    assert left["invoice"].tolist() == ["1", "4"]


@pytest.mark.parametrize(
    ("quantity", "moment", "customer"),
    [
        (-1, "2011-03-02 09:00", 13000.0),
        (-2, "2011-03-02 09:00", 14000.0),
        (-2, "2011-03-02 09:00", None),
        (-2, "2011-02-28 09:00", 13000.0),
    ],
    ids=["part of it", "another customer", "nobody known", "before the sale"],
)
def test_what_cancels_no_sale_is_a_return_on_the_day_it_came_back(
    invoices: Invoices, quantity: int, moment: str, customer: float | None
) -> None:
    table = invoices(
        ("1", "22423", 2, "2011-03-01 09:00", 12.75, 13000.0),
        ("C2", "22423", quantity, moment, 12.75, customer),
        LAST_DAY,
    )
    sales = daily_sales(cleaned(table)).set_index("date")
    assert sales["units_sold"].sum() == 2
    assert sales.loc[moment[:10], "units_returned"] == -quantity
    assert sales["units_returned"].sum() == -quantity


def test_a_manual_credit_within_the_hour_removes_the_sale_of_its_amount(
    invoices: Invoices,
) -> None:
    table = invoices(
        ("556442", "22502", 60, "2011-06-10 15:22", 4.95, 15098.0),
        ("556444", "22502", 60, "2011-06-10 15:28", 649.50, 15098.0),
        ("C556445", "M", -1, "2011-06-10 15:31", 38970.0, 15098.0),
        LAST_DAY,
    )
    assert cleaned(table)["invoice"].tolist() == ["556442"]


@pytest.mark.parametrize(
    ("moment", "sales"),
    [("2011-06-10 17:00", 1), ("2011-06-10 15:10", 2)],
    ids=["too late", "could mean either of two"],
)
def test_a_manual_credit_in_doubt_removes_nothing(
    invoices: Invoices, moment: str, sales: int
) -> None:
    sold = [(str(n), f"2242{n}", 1, "2011-06-10 15:00", 5.0, 15098.0) for n in range(sales)]
    table = invoices(*sold, ("C9", "m", -1, moment, 5.0, 15098.0), LAST_DAY)
    assert len(cleaned(table)) == sales


def test_lines_at_price_0_are_no_sales(invoices: Invoices) -> None:
    table = invoices(
        ("1", "84826", 12540, "2011-11-25 15:57", 0.0, 13256.0),
        ("2", "84826", -100, "2011-11-25 16:00", 0.0, None),
        ("3", "84826", 60, "2011-11-25 16:05", 0.85, 13256.0),
        LAST_DAY,
    )
    assert quantities(table) == {"84826": [60]}


@pytest.mark.parametrize(
    "code",
    OTHER_CODES,
)
def test_fees_vouchers_and_services_are_no_products(invoices: Invoices, code: str) -> None:
    table = invoices(
        ("1", code, 1, "2011-03-01 09:00", 18.0, 13000.0),
        ("1", "DCGSSGIRL", 1, "2011-03-01 09:00", 3.29, 13000.0),
        LAST_DAY,
    )
    assert quantities(table) == {"DCGSSGIRL": [1]}


def test_bad_debt_is_no_sale(invoices: Invoices) -> None:
    table = invoices(("A563185", "22423", 1, "2011-08-12 14:50", 11062.06, None), LAST_DAY)
    assert cleaned(table).empty


def test_codes_that_differ_only_by_case_are_one_product(invoices: Invoices) -> None:
    table = invoices(
        ("1", "85123a", 3, "2011-03-01 09:00", 2.55, 13000.0),
        ("2", " 85123A", 4, "2011-03-01 09:30", 2.95, 13000.0),
        ("C3", "85123A", -3, "2011-03-01 09:45", 2.55, 13000.0),
        LAST_DAY,
    )
    assert quantities(table) == {"85123A": [4]}


def test_the_unfinished_last_day_is_dropped_with_its_cancellations(invoices: Invoices) -> None:
    table = invoices(
        ("1", "22423", 2, "2011-12-08 09:00", 12.75, 13000.0),
        ("C2", "22423", -2, "2011-12-09 09:00", 12.75, 13000.0),
        ("581483", "23843", 80995, "2011-12-09 09:15", 2.08, 16446.0),
        ("C581484", "23843", -80995, "2011-12-09 09:27", 2.08, 16446.0),
    )
    assert quantities(table) == {"22423": [2]}


def test_every_line_is_counted_once(invoices: Invoices) -> None:
    table = invoices(
        ("1", "22423", 2, "2011-03-01 09:00", 12.75, 13000.0),
        ("C2", "22423", -2, "2011-03-01 10:00", 12.75, 13000.0),
        ("3", "85123a", 9, "2011-03-01 10:00", 2.55, 13000.0),
        ("C4", "85123A", -1, "2011-03-02 10:00", 2.55, 13000.0),
        ("3", "POST", 1, "2011-03-01 10:00", 18.0, 13000.0),
        ("5", "22423", 7, "2011-03-01 10:00", 0.0, None),
        LAST_DAY,
    )
    tallies = clean(rename(table))[1]
    counted = {tally.step: tally.lines for tally in tallies if tally.step != "code case"}
    assert sum(counted.values()) == len(table)
    assert counted["cancelled"] == 2
    assert counted["left: sales"] == counted["left: returns"] == 1


def test_the_united_kingdom_and_abroad_are_channels_and_prices_their_mean(
    invoices: Invoices,
) -> None:
    home = invoices(
        ("1", "22423", 1, "2011-03-01 09:00", 4.0, 13000.0),
        ("2", "22423", 3, "2011-03-01 17:00", 2.0, 14000.0),
        LAST_DAY,
    )
    away = invoices(("3", "22423", 5, "2011-03-01 11:00", 3.0, 12680.0), country="EIRE")
    sales = daily_sales(cleaned(pd.concat([home, away])))
    assert sales["channel"].tolist() == ["abroad", "uk"]
    assert sales["units_sold"].tolist() == [5, 4]
    assert sales["unit_price"].tolist() == [3.0, 2.5]


def test_a_description_is_the_most_frequent_one_that_is_no_stockroom_note() -> None:
    texts = ["damaged", "damaged", "damaged", " WHITE  HEART ", "WHITE HEART", "HEART", None]
    lines = pd.DataFrame({"sku": "85123A", "description": texts})
    assert descriptions(lines)["85123A"] == "WHITE HEART"
