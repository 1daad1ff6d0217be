"""Panels are made once, origins see only what came before, and absent data is refused."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from domain.errors import NotFoundError
from domain.periods import Bucket
from domain.terms import Panel
from experiments.benchmarks import data
from experiments.benchmarks.__main__ import BENCHMARKS, command_of
from experiments.benchmarks.cache import cache_folder
from experiments.benchmarks.data import Task, load, origins_of
from experiments.benchmarks.judging import given_to_peers, peer_series, truth_of

TASK = Task("shop", Bucket.DAY, horizon=5, summed=3, lag=7, step=4)
DAYS, SKUS = 30, 6


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data set with sold-out days, and an empty cache."""
    monkeypatch.setenv("RESTOCK_BENCHMARK_CACHE", str(tmp_path / "cache"))
    draw = np.random.default_rng(2)
    days = [dt.datetime(2024, 1, 1) + dt.timedelta(day) for day in range(DAYS)]
    sales = pd.DataFrame(
        {
            "sku": np.repeat([f"s{i}" for i in range(SKUS)], DAYS),
            "location": "main",
            "date": days * SKUS,
            "units_sold": draw.poisson(2.0, DAYS * SKUS).astype(np.float64),
            "stockout_share": draw.choice([0.0, 0.5, 1.0], DAYS * SKUS, p=[0.8, 0.1, 0.1]),
        }
    )
    (tmp_path / "shop").mkdir()
    sales.to_parquet(tmp_path / "shop" / "sales.parquet")
    return tmp_path


def same(one: Panel, other: Panel) -> bool:
    arrays = (*data.PLAIN, "stockout_share")
    return (
        one.keys == other.keys
        and one.calendar == other.calendar
        and all(np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays)
    )


def test_a_panel_is_made_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = load(folder, TASK, None)
    monkeypatch.setattr(data, "build_panel", None)  # would fail if it were called
    assert same(load(folder, TASK, None).panel, made.panel)
    with pytest.raises(TypeError):
        load(folder, TASK, sample=3)  # another sample is another panel


def test_a_sample_is_drawn_the_same_each_time(folder: Path) -> None:
    few = load(folder, TASK, sample=3)
    assert few.panel.series == 3
    assert few.case == "shop, 3 series"
    everything = load(folder, TASK, None)
    assert set(few.panel.keys) < set(everything.panel.keys)
    assert peer_series(everything, 4).tolist() == peer_series(everything, 4).tolist()
    assert peer_series(everything, None).tolist() == list(range(SKUS))


def test_the_last_origin_leaves_one_horizon(folder: Path) -> None:
    panel = load(folder, TASK, None).panel
    assert origins_of(TASK, panel, 3) == [17, 21, 25]


def test_what_follows_an_origin_is_only_in_what_judges_it(folder: Path) -> None:
    loaded = load(folder, TASK, None)
    given, truth = given_to_peers(loaded, 21), truth_of(loaded, 21)
    assert given.sales.shape == (SKUS, 21)
    assert given.horizon == TASK.horizon
    assert given.starts[21] == np.datetime64("2024-01-22")
    np.testing.assert_array_equal(given.sales, loaded.panel.first_buckets(21).demand)
    seen = np.isfinite(truth.actual)
    assert not seen.all()  # days that were sold out do not judge
    np.testing.assert_array_equal(truth.actual[seen], loaded.panel.demand[:, 21:26][seen])


def test_data_that_is_not_there_is_refused_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="RESTOCK_BENCHMARK_DATA"):
        load(tmp_path, TASK, None)


def test_the_cache_is_where_the_environment_says() -> None:
    assert cache_folder({"RESTOCK_BENCHMARK_CACHE": "/x"}) == Path("/x")
    assert cache_folder({"XDG_CACHE_HOME": "/y"}) == Path("/y/restock/benchmarks")
    assert cache_folder({}) == Path.home() / ".cache/restock/benchmarks"


def test_a_benchmark_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotFoundError, match=", ".join(BENCHMARKS)):
        command_of("forcasting", [])
    command = [sys.executable, "-m", "experiments.benchmarks", "forcasting"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "forcasting" in ended.stderr
