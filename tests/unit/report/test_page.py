"""The page: everything is there, nothing is asked from elsewhere, nothing is left unescaped."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest

from planning.report.headline import BELOW_NOTHING
from planning.report.page import change_word, render_page
from planning.report.page_attention import attention_of
from planning.report.page_data import Certificate, KpiLine, PageData
from planning.report.page_orders import LINES_OF_A_SUPPLIER, orders_of

SECTIONS = (
    "orders",
    "run-out",
    "open-orders",
    "idle",
    "measures",
    "charts",
    "assumed",
    "sure",
)
VOID = {"meta", "path", "line", "circle"}


class Reader(HTMLParser):
    """Reads a page like a strict browser: every tag closed, ids unique, text collected."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)

    def said(self) -> str:
        """The text of the page, spaces made one."""
        return re.sub(r"\s+", " ", " ".join(self.text))


@pytest.fixture(params=["page", "empty_page", "one_line_page", "large_page"])
def any_page(request: pytest.FixtureRequest) -> PageData:
    """A full plan, an empty one, one of a single line, a very large one."""
    found: PageData = request.getfixturevalue(request.param)
    return found


def test_every_page_is_whole_and_has_every_section(any_page: PageData) -> None:
    reader = Reader(render_page(any_page))
    assert [name for name in reader.ids if name in SECTIONS] == list(SECTIONS)
    assert len(set(reader.ids)) == len(reader.ids)


def test_no_page_asks_anything_from_elsewhere_or_runs_a_script(any_page: PageData) -> None:
    html = render_page(any_page)
    assert re.findall(r"https?:|//[a-z]|url\(|@import", html) == []
    assert not {"script", "link", "img", "iframe"} & set(Reader(html).tags)


def test_no_page_shows_a_value_that_is_none(any_page: PageData) -> None:
    said = Reader(render_page(any_page)).said()
    assert re.findall(r"\b(?:nan|None|NaT|inf|NaN)\b", said) == []


def test_ugly_skus_are_shown_as_they_are(page: PageData) -> None:
    html = render_page(page)
    said = Reader(html).said()
    for ugly in ("NA", "007", "1e5", "a,b", '"q"', "茶", "<script>alert(1)</script>"):
        assert ugly in said
    assert "<script" not in html


def test_every_text_is_escaped() -> None:
    bad = "<b id=x onclick='y'>&\"</b>"
    order = {"sku": bad, "location": bad, "description": bad, "supplier": bad, "reason": bad}
    other = {"sku": bad, "location": "elsewhere", "supplier": "", "reason": ""}
    numbers = {"quantity": 1.0, "saving": 1.0, "order_value": 1.0, "unit": bad}
    page = PageData(
        bad,
        pd.Timestamp("2024-01-07").to_datetime64().astype("datetime64[D]"),
        bad,
        bad,
        "week",
        pd.DataFrame([{**order, **numbers}, {**other, **numbers}]),
        pd.DataFrame([{"rank": 1, "kind": "cancel", "sku": bad, "order_id": bad, "sentence": bad}]),
        pd.DataFrame([{"sku": bad, "location": bad, "slow_moving_value": 3.0, "stock_value": 4.0}]),
        certificate=Certificate(1.0, 1.0, 0.0, bad),
        kpis=(KpiLine(bad, 1.0, 2.0, bad, bad, "more"),),
        note=bad,
        assumptions=(bad,),
        fallbacks={bad: 1},
    )
    html = render_page(page)
    assert "<b id" not in html
    assert bad in Reader(html).said()


def test_the_headline_says_what_to_order(page: PageData, one_line_page: PageData) -> None:
    value = f"{page.orders['order_value'].sum():,.0f}"
    said = Reader(render_page(page)).said()
    assert f"Order 200 lines from 12 suppliers today, for GBP {value}." in said
    assert "Order 1 line from 1 supplier today" in Reader(render_page(one_line_page)).said()


def test_an_empty_plan_says_something_useful(empty_page: PageData) -> None:
    said = Reader(render_page(empty_page)).said()
    assert "Nothing to order today." in said
    assert "Nothing is out of stock" in said
    assert "No bound was computed" in said


def test_a_cost_below_nothing_is_explained(page: PageData, empty_page: PageData) -> None:
    certificate = Certificate(-50.0, -51.0, 0.02, "feasible")
    said = Reader(render_page(replace(page, certificate=certificate))).said()
    assert BELOW_NOTHING in said
    assert "a better one would save at most 2%" in said
    assert BELOW_NOTHING not in Reader(render_page(empty_page)).said()


def test_a_page_of_thousands_of_lines_can_be_mailed(large_page: PageData) -> None:
    html = render_page(large_page)
    assert len(html.encode()) < 1_500_000
    assert f"{4000 // 12 + 1 - LINES_OF_A_SUPPLIER:,} lines more in" in Reader(html).said()


def test_many_suppliers_do_not_make_it_larger(large_page: PageData) -> None:
    orders = large_page.orders.assign(supplier=[f"S{i % 1500}" for i in range(4000)])
    html = render_page(dataclasses.replace(large_page, orders=orders))
    assert len(html.encode()) < 1_500_000
    assert "suppliers more in" in Reader(html).said()


def test_no_line_is_lost_between_shown_and_hidden(large_page: PageData) -> None:
    orders = orders_of(large_page.orders)
    assert sum(len(group.rows) + group.hidden for group in orders.by_supplier) == 4000
    assert orders.value == pytest.approx(large_page.orders["order_value"].sum())
    savings = [group.saving for group in orders.by_supplier]
    assert savings == sorted(savings, reverse=True)
    assert max(group.share for group in orders.by_supplier) == 1.0


def test_every_kind_of_exception_has_a_place_even_one_never_met() -> None:
    frame = pd.DataFrame({"kind": ["cancel", "stockout_now", "new kind", "data"], "rank": 1})
    found = attention_of(frame)
    assert (found.open_orders.count, found.out_now.count, found.doubts.count) == (1, 1, 2)


def test_a_sku_at_several_places_says_where(page: PageData) -> None:
    assert " at main" not in Reader(render_page(page)).said()
    places = ["main", "north"] * (len(page.orders) // 2)
    inventory = page.inventory.assign(location=["main", "north"] * 2000)
    two = dataclasses.replace(page, orders=page.orders.assign(location=places), inventory=inventory)
    said = Reader(render_page(two)).said()
    assert "north" in said
    assert "main" in said


def test_a_measure_that_is_not_projected_is_not_called_unknown(page: PageData) -> None:
    line = KpiLine("Dead stock", 5.0, None, "money", "stock nobody bought")
    said = Reader(render_page(dataclasses.replace(page, kpis=(line,)))).said()
    assert "not projected" in said
    assert "cannot be known" not in said


def test_doubts_have_no_column_that_tells_nothing(page: PageData) -> None:
    one = page.exceptions.head(1).assign(kind="never met", sku="", units=0.0, money=0.0)
    html = render_page(dataclasses.replace(page, exceptions=one))
    table = html[html.index("Doubts about the data, the most") :].split("</table>")[0]
    assert table.count("<th") - table.count("<thead") == 1
    assert table.count("<td") == 1


@pytest.mark.parametrize(
    ("now", "projected", "better", "word"),
    [
        (1.0, 2.0, "more", "better"),
        (1.0, 2.0, "less", "worse"),
        (2.0, 1.0, "less", "better"),
        (1.0, 1.0, "more", "same"),
        (1.0, 2.0, "", ""),
        (None, 2.0, "more", ""),
    ],
)
def test_a_change_is_named(now: float, projected: float, better: str, word: str) -> None:
    assert change_word(KpiLine("", now, projected, "", "", better)) == word  # type: ignore[arg-type]
