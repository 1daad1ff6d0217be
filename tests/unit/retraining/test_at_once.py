"""Jobs at once: their order, their share of the threads, and that neither changes a byte."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from domain.errors import DataError
from domain.settings_trees import TreesSetting
from experiments.at_once import at_once
from experiments.retraining.contest import Contender
from experiments.retraining.entrants import Entrants, weighed_all
from experiments.retraining.job import Job
from experiments.retraining.known import Known, look
from experiments.retraining.recipes import Recipe
from planning.dataset import Dataset
from planning.steps import Steps
from tests.e2e.shop import small_shop


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """A small shop whose demand is lost, so that every contender has its own eyes."""
    shop = small_shop(skus=4).write(tmp_path_factory.mktemp("shop") / "shop")
    return look(shop, None, None, {"unmet_demand": "lost", "forecast_mode": "local"}, Steps())


def told(dataset: Dataset, threads: int) -> Dataset:
    """The dataset with so many threads."""
    solver = dataset.settings.solver.model_copy(update={"threads": threads})
    settings = dataset.settings.model_copy(update={"solver": solver})
    return replace(dataset, settings=settings)


@pytest.mark.parametrize(("threads", "jobs", "each"), [(4, 2, 2), (2, 3, 1), (1, 3, 1), (3, 1, 3)])
def test_threads_are_shared_out_and_order_is_kept(
    known: Known, threads: int, jobs: int, each: int
) -> None:
    def job(number: int) -> object:
        return lambda dataset: (number, dataset.settings.solver.threads)

    found = at_once([job(number) for number in range(jobs)], told(known.sample, threads))  # type: ignore[misc]
    assert found == [(number, each) for number in range(jobs)]


def test_what_a_job_refuses_is_refused(known: Known) -> None:
    def refuse(_: Dataset) -> None:
        raise DataError("nothing", "nowhere", "Do nothing.")

    with pytest.raises(DataError):
        at_once([lambda _: None, refuse], known.sample)


def test_a_contest_comes_to_the_same_whatever_the_threads(known: Known, tmp_path: Path) -> None:
    several = tuple(
        Contender(name, Recipe("local", name, TreesSetting(lead=lead)), None)
        for name, lead in (("one", 0.1), ("two", 0.2), ("three", 0.1))
    )
    files = []
    for threads in (1, 3):
        with_threads = replace(known, sample=told(known.sample, threads))
        job = Job("job", tmp_path / str(threads))
        entered = Entrants(several, "", seen=False)
        judged, accuracy = weighed_all(entered, with_threads, job, Steps())
        assert [one.name for one in judged] == [one.name for one in several]
        assert list(accuracy) == [one.name for one in several]
        files.append({file.name: json.loads(file.read_bytes()) for file in job.folder.iterdir()})
    assert files[0] == files[1]
    assert len(files[0]) == 1 + len(several)
