"""Items that replace one another are one demand; items that are like another begin as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from domain.terms import NEVER
from forecasting.result import Forecast
from forecasting.succession import Succession
from planning.forecasts import PLAN_LEVELS, demand_ahead, demand_panel, known_at
from planning.item_terms import resolve_terms
from planning.series import find_series
from planning.steps import Steps

FIRST = np.datetime64("2024-01-01")
DAYS, AHEAD = 140, 42
AS_OF = FIRST + DAYS - 1
WEEK = np.array([4, 5, 6, 7, 9, 12, 2])
OTHERS = {f"o{i}": 3 + i for i in range(6)}


def sales(**of: tuple[int, int, float]) -> str:
    """Sales of skus, each from one day to another (from 0), of so many times a week's pattern."""
    rng = np.random.default_rng(8)
    lines = ["sku,date,units_sold"]
    for sku, (begin, end, factor) in {**{s: (0, DAYS, f) for s, f in OTHERS.items()}, **of}.items():
        units = rng.poisson(WEEK[np.arange(DAYS) % 7] * factor)
        lines += [f"{sku},{FIRST + d},{units[d]}" for d in range(begin, end)]
    return "\n".join(lines) + "\n"


def made(folder: Path, **tables: str) -> tuple[Forecast, dict[str, int]]:
    """The forecast of a dataset, and the number of each sku's series."""
    folder.mkdir()
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    steps = Steps()
    dataset, calendar = known_at(folder, None, None, {"forecast_mode": "local"}, steps)
    terms = resolve_terms(dataset, find_series(dataset), calendar.as_of)
    panel, _ = demand_panel(dataset, terms, calendar)
    forecast, _ = demand_ahead(dataset, terms, panel, AHEAD, lambda _: None)
    return forecast, {key.sku: number for number, key in enumerate(forecast.keys)}


def renamed(text: str, day: int) -> str:
    """Sales of `old`, sold as `new` from a day on."""
    lines = [line.split(",") for line in text.splitlines()]
    for line in lines[1:]:
        if line[0] == "old" and np.datetime64(line[1]) >= FIRST + day:
            line[0] = "new"
    return "\n".join(",".join(line) for line in lines) + "\n"


def test_a_replaced_item_forecasts_like_the_old_one_with_its_history(tmp_path: Path) -> None:
    text = sales(old=(0, DAYS, 1.0))
    plain, at = made(tmp_path / "one", sales=text)
    items = f"sku,replaces,discontinued_on\nold,,{FIRST + 119}\nnew,old,\n"
    other, place = made(tmp_path / "two", sales=renamed(text, 120), items=items)
    wanted = np.array([[7, 14, 28]])
    one = plain.windows(np.zeros_like(wanted), wanted, PLAN_LEVELS, np.array([at["old"]]))
    two = other.windows(np.zeros_like(wanted), wanted, PLAN_LEVELS, np.array([place["new"]]))
    np.testing.assert_allclose(one[0], two[0], rtol=1e-5)
    np.testing.assert_allclose(one[1], two[1], atol=1)
    gone = other.windows(np.zeros_like(wanted), wanted, PLAN_LEVELS, np.array([place["old"]]))
    assert (gone[0] == 0).all()
    assert (gone[1] == 0).all()


@pytest.mark.parametrize(
    ("last", "first", "share"),
    [(10, 5, None), (None, 8, 0.0), (6, None, 0.0), (20, -30, None)],
)
def test_old_and_new_add_up_to_the_one_demand(
    tmp_path: Path, last: int | None, first: int | None, share: float | None
) -> None:
    text = sales(old=(0, DAYS, 1.0))
    plain, at = made(tmp_path / "one", sales=text)
    ends = "" if last is None else str(AS_OF + last)
    begins = "" if first is None else str(AS_OF + first)
    items = f"sku,replaces,launched_on,discontinued_on\nold,,,{ends}\nnew,old,{begins},\n"
    other, place = made(tmp_path / "two", sales=text, items=items)
    both = other.mean[place["old"]] + other.mean[place["new"]]
    np.testing.assert_allclose(both, plain.mean[at["old"]], rtol=1e-5)
    switch = first if first is not None else (last or 0) + 1
    if share is not None:
        assert (other.mean[place["new"], : switch - 1] == 0).all()
        assert (other.mean[place["old"], switch - 1 :] == 0).all()
    else:
        overlap = slice(max(switch, 1) - 1, last)
        part = (other.mean[place["new"]] / both)[overlap]
        assert (np.diff(part) > 0).all()
        assert 0 < part[0] < part[-1] < 1


def test_a_chain_hands_demand_from_one_to_the_next() -> None:
    chain = Succession(np.array([4, 2, 7]), np.array([-100, 3, 9]), np.array([5, NEVER, NEVER]))
    shares = chain.shares(np.arange(1, 15))
    np.testing.assert_allclose(shares.sum(axis=0), 1)
    np.testing.assert_allclose(shares[0], [1, 1, 0.75, 0.5, 0.25] + [0] * 9)
    assert shares[2].tolist() == [0.0] * 8 + [1.0] * 6


def test_nothing_is_sold_between_the_last_of_the_old_and_the_first_of_the_new() -> None:
    gap = Succession(np.array([0, 1]), np.array([-9, 6]), np.array([3, NEVER]))
    assert gap.shares(np.arange(1, 8)).tolist() == [[1, 1, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1, 1]]


def test_an_item_has_a_forecast_on_its_first_day_like_the_one_it_is_like(tmp_path: Path) -> None:
    items = f"sku,like,launched_on\nplain,,{AS_OF + 8}\nnamed,o5,{AS_OF + 8}\nlow,o0,{AS_OF + 1}\n"
    forecast, at = made(tmp_path / "shop", sales=sales(), items=items)
    mean = forecast.mean
    for sku in ("plain", "named"):
        assert (mean[at[sku], :7] == 0).all()
        assert (mean[at[sku], 7:] > 0).all()
    near = mean[at["o5"], 7:AHEAD]
    np.testing.assert_allclose(mean[at["named"], 7:AHEAD], near, rtol=0.05)
    assert mean[at["plain"], 7:14].sum() < 0.9 * near[:7].sum()
    np.testing.assert_allclose(mean[at["low"], :7], mean[at["o0"], :7], rtol=0.05)


def test_the_likeness_fades_as_the_item_sells(tmp_path: Path) -> None:
    items = "sku,like\ny,o5\n"
    shares = []
    for name, days in (("few", 3), ("some", 14), ("many", 100)):
        text = sales(y=(DAYS - days, DAYS, 1.0))
        with_like, at = made(tmp_path / name, sales=text, items=items)
        alone, _ = made(tmp_path / f"{name} alone", sales=text)
        shares.append(float(with_like.mean[at["y"], :7].sum() / alone.mean[at["y"], :7].sum()))
    assert shares[0] > shares[1] > shares[2]
    # Four buckets' trust in what sells eight times as much, beside a hundred of its own.
    assert shares[2] == pytest.approx(1 + 7 * 4 / 104, rel=0.1)


def test_an_ended_item_has_no_demand_after_its_last_day(tmp_path: Path) -> None:
    items = f"sku,discontinued_on\no2,{AS_OF + 5}\n"
    forecast, at = made(tmp_path / "shop", sales=sales(), items=items)
    assert (forecast.mean[at["o2"], :5] > 0).all()
    assert (forecast.mean[at["o2"], 5:] == 0).all()


def test_what_is_told_of_a_replaced_item_is_told_by_its_own_name(tmp_path: Path) -> None:
    items = "sku,replaces\nnew,old\n"
    forecast, at = made(tmp_path / "shop", sales=sales(old=(0, DAYS, 1.0)), items=items)
    told = forecast.diagnostics
    assert told["sku"].tolist() == [key.sku for key in forecast.keys]
    assert told.loc[at["new"], "level"] == told.loc[at["old"], "level"]
    assert isinstance(told, pd.DataFrame)
