"""The README's nightly and weekly lines, as they stand there, in an empty home and folder."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pandas as pd
import pytest

from tests.e2e.shop import Shop, restock, small_shop

pytestmark = [pytest.mark.thorough, pytest.mark.filterwarnings("ignore")]

README = Path(__file__).parents[2] / "README.md"
LINE = re.compile(r"^(?:\S+ +){5}restock (?P<words>.+?) *(?:#.*)?$", re.MULTILINE)
LAST_DAYS = ("2024-05-26", "2024-06-02")


def cron_lines() -> dict[str, list[str]]:
    """The words of each command, by its name, in the order in which they stand."""
    _, _, after = README.read_text(encoding="utf-8").partition("## Every night and every week")
    block = after.split("```")[1]
    found = [shlex.split(match["words"]) for match in LINE.finditer(block)]
    assert len(found) == len(block.strip().splitlines())
    return {words[0]: words for words in found}


def known_until(shop: Shop, day: str) -> Shop:
    """The shop as it was at the close of a day, with the stock of that day."""
    sales = shop.tables["sales"]
    stock = shop.tables["stock"].assign(date=day)
    before = sales[pd.to_datetime(sales["date"]) <= day]
    return Shop({**shop.tables, "sales": before, "stock": stock}, shop.settings)


def test_who_follows_them_sees_a_champion_and_every_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = cron_lines()
    assert list(lines) == ["plan", "monitor", "retrain", "roi"]
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("home").mkdir()
    Path("work").mkdir()  # as the README says
    shop = small_shop(skus=6)
    items = shop.tables["items"]
    shop.tables["items"] = items.assign(minimum_stock=20, maximum_stock=90)
    for day in LAST_DAYS:
        known_until(shop, day).write(tmp_path / "FOLDER")
        for name in ("plan", "monitor"):
            assert restock(*lines[name]) == 0
    assert restock(*lines["retrain"]) == 0
    assert restock(*lines["roi"]) == 0
    champion = json.loads(Path("work/champion.json").read_text())["champion"]
    assert Path("work/models", champion, "card.md").exists()
    assert len(list(Path("work/plans").iterdir())) == len(LAST_DAYS)
    (judged,) = Path("work/retraining").glob("*/retrain.html")
    pages = [Path("plan/report.html"), Path("monitor/monitor.html"), judged, Path("roi/roi.html")]
    for page in pages:
        assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    watched = json.loads(Path("monitor/summary.json").read_text())
    assert watched["as_of"] == LAST_DAYS[-1]
    assert not list(Path("work/outbox").iterdir())
    assert Path("work/mlflow.db").exists()
    assert not list(Path("home").iterdir())
    # The next night plans by the champion.
    assert restock(*lines["plan"]) == 0
    assert champion in Path("plan/summary.json").read_text(encoding="utf-8")
