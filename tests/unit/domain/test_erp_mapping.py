"""The table of docs/integration.md that says where an ERP keeps what: our columns are there."""

import re
from pathlib import Path

import pytest

from domain.tables import TABLES

GUIDE = Path(__file__).parents[3] / "docs" / "integration.md"
SYSTEMS = ["Odoo", "ERPNext", "SAP", "Tryton"]
MAPPED = ("sales", "items", "suppliers", "item_suppliers", "stock", "open_orders", "receipts")


def rows() -> dict[str, list[str]]:
    """What each system calls a column, by `table.column`."""
    text = GUIDE.read_text(encoding="utf-8").partition("## What your ERP calls it")[2]
    table = [line for line in text.partition("\n## ")[0].splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    assert cells[0] == ["column", *SYSTEMS]
    return {first.strip("`"): others for first, *others in cells[2:]}


def test_every_column_of_the_mapping_is_one_of_ours() -> None:
    for name, called in rows().items():
        table, column = name.split(".")
        assert column in TABLES[table].names, name
        assert len(called) == len(SYSTEMS)
        assert all(called), name


@pytest.mark.parametrize("table", MAPPED)
def test_what_a_table_cannot_do_without_is_in_the_mapping(table: str) -> None:
    known = {name.split(".")[1] for name in rows() if name.startswith(f"{table}.")}
    assert known >= set(TABLES[table].required_names)


def test_no_column_stands_there_twice() -> None:
    names = re.findall(r"^\| `(\w+\.\w+)` \|", GUIDE.read_text(encoding="utf-8"), re.M)
    assert len(names) == len(set(names)) == len(rows())
