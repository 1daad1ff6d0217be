"""What an adjustment was worth is known once demand came."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from domain.errors import DataError
from experiments.adjustments.review import Review, review_dataset
from experiments.adjustments.write import FILES, write_review
from planning.steps import Steps

FIRST = np.datetime64("2024-01-01")
DAYS = 140
WEEK = np.array([4, 5, 6, 7, 9, 12, 2])
FAIR = (FIRST + 119, FIRST + 125)
"""A week in which three times as many were bought; the day before is the end of a bucket."""


def shop(folder: Path, adjustments: str) -> Path:
    rng = np.random.default_rng(2)
    lines = ["sku,date,units_sold"]
    for sku, level in (("a", 2), ("b", 4), ("c", 1)):
        units = rng.poisson(WEEK[np.arange(DAYS) % 7] * level)
        units[119:126] *= 3
        lines += [f"{sku},{FIRST + d},{units[d]}" for d in range(DAYS)]
    folder.mkdir()
    (folder / "sales.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    header = "sku,starts_on,ends_on,how,value,reason,made_by,made_on\n"
    (folder / "adjustments.csv").write_text(header + adjustments, encoding="utf-8")
    items = "sku,unit_cost\na,2\nb,2\nc,2\n"
    (folder / "items.csv").write_text(items, encoding="utf-8")
    return folder


def review(folder: Path, begin: str = "2024-03-01") -> Review:
    day = np.datetime64(begin).astype(object)
    return review_dataset(folder, day, None, None, {"forecast_mode": "local"}, Steps())


def line(who: str, value: float, first: object = FAIR[0], made: object = "") -> str:
    return f"a,{first},{FAIR[1]},multiply,{value},fair,{who},{made}\n"


def test_a_good_word_is_worth_money_and_a_bad_one_costs_it(tmp_path: Path) -> None:
    for who, factor, better in (("Ann", 3, True), ("Bo", 0.3, False)):
        made = review(shop(tmp_path / who, line(who, factor)))
        row = made.by.iloc[0]
        assert (row["error_with"] < row["error_without"]) == better
        assert (row["saving"] > 0) == better
        assert row["expected_with"] == pytest.approx(factor * row["expected_without"])
        assert (row["made_by"], row["reason"], row["adjustments"]) == (who, "fair", 1)


def test_words_are_judged_where_one_item_replaces_another_too(tmp_path: Path) -> None:
    folder = shop(tmp_path / "shop", line("Ann", 3))
    items = "sku,unit_cost,replaces,launched_on\na,2,b,2024-01-01\nb,2,,\nc,2,,\n"
    (folder / "items.csv").write_text(items, encoding="utf-8")
    assert review(folder).by["adjustments"].tolist() == [1]


def test_units_are_those_that_came_on_its_days(tmp_path: Path) -> None:
    folder = shop(tmp_path / "shop", line("Ann", 1))
    sales = pd.read_csv(folder / "sales.csv", parse_dates=["date"])
    inside = sales["date"].between(pd.Timestamp(FAIR[0]), pd.Timestamp(FAIR[1]))
    each = review(folder).each.iloc[0]
    assert each["units"] == sales.loc[inside & (sales["sku"] == "a"), "units_sold"].sum()
    assert each["buckets"] == 7
    assert each["judged_at"] == pd.Timestamp(FAIR[0] - 1)
    assert each["error_with"] == each["error_without"]
    assert each["cost_with"] == each["cost_without"]


def test_an_adjustment_is_judged_from_when_it_was_made(tmp_path: Path) -> None:
    each = review(shop(tmp_path / "shop", line("Ann", 2, made=FAIR[0] + 2))).each.iloc[0]
    assert each["judged_at"] == pd.Timestamp(FAIR[0] + 2)
    assert each["buckets"] == 4


def test_each_of_two_is_compared_with_the_other_alone(tmp_path: Path) -> None:
    made = review(shop(tmp_path / "shop", line("Ann", 3) + line("Bo", 0.5))).each
    one, two = made.set_index("made_by").loc[["Ann", "Bo"]].to_dict("records")
    assert one["expected_with"] == two["expected_with"]
    assert one["expected_with"] == pytest.approx(3 * one["expected_without"])
    assert two["expected_with"] == pytest.approx(0.5 * two["expected_without"])


def test_what_cannot_be_judged_is_refused(tmp_path: Path) -> None:
    ahead = shop(tmp_path / "shop", f"a,{FIRST + 200},{FIRST + 210},add,5,,,\n")
    with pytest.raises(DataError, match="no adjustment"):
        review(ahead)


def test_a_review_is_written_whole(tmp_path: Path) -> None:
    made = review(shop(tmp_path / "shop", line("Ann", 3)))
    summary = write_review(made, tmp_path / "out", Steps())
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(FILES)
    json.dumps(summary, allow_nan=False)
    assert summary["by"][0]["made_by"] == "Ann"
