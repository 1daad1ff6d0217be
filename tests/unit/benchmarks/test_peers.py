"""Peers are programs elsewhere: what they are given, that they answer, what is kept."""

import ast
import sys
from pathlib import Path

import numpy as np
import pytest

from domain.errors import UnavailableError
from experiments.benchmarks.peers import launch
from experiments.benchmarks.peers.forecasters.seasonal_naive import SeasonalNaive
from experiments.benchmarks.peers.forecasting import FORECASTERS, Answer, Given
from experiments.benchmarks.peers.launch import PeerEnvironment, ask, find_environment, run_peer
from experiments.benchmarks.peers.ordering import SOLVERS
from experiments.benchmarks.peers.with_statsforecast import forecast_with

FAKE = "tests.unit.benchmarks.fake_peer"
NUMBERS = {"numbers": np.arange(3.0)}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PeerEnvironment:
    """The ordinary interpreter with a lock of its own, and an empty cache."""
    monkeypatch.setenv("RESTOCK_BENCHMARK_CACHE", str(tmp_path / "cache"))
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        "numpy==2.4 ; python_version < '3.12' \\\n    --hash=sha256:0\nnumpy==2.5\npulp==3.3.2 \\\n"
    )
    return PeerEnvironment(Path(sys.executable), lock)


def given(season: int = 2, sales: object = ((9.0, 1.0, 5.0, 3.0, 7.0),), first: int = 1) -> Given:
    return Given(
        sales=np.array(sales),
        first=np.array([first]),
        starts=np.arange("2024-01-01", "2024-01-09", dtype="datetime64[D]"),
        season=season,
        summed=2,
        levels=np.array([0.1, 0.5, 0.9]),
        sum_levels=np.array([0.5, 0.99]),
    )


def test_a_peer_that_is_not_there_is_an_error_that_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="make peers"):
        find_environment(tmp_path)


def test_an_answer_is_kept_until_anything_that_made_it_changes(here: PeerEnvironment) -> None:
    first, seconds = ask(FAKE, NUMBERS, here)
    assert first["twice"].tolist() == [0.0, 2.0, 4.0]
    assert seconds > 0
    again, same = ask(FAKE, NUMBERS, here)
    assert again["moment"] == first["moment"]
    assert same == seconds
    other, _ = ask(FAKE, {"numbers": np.arange(3)}, here)  # the same numbers of another type
    fresh, _ = ask(FAKE, NUMBERS, here, fresh=True)
    here.lock.write_text("pulp==3.3.3 \\\n")
    updated, _ = ask(FAKE, NUMBERS, here)
    moments = [float(each["moment"]) for each in (first, other, fresh, updated)]
    assert moments == sorted(set(moments))


def test_a_program_is_what_it_imports_too() -> None:
    names = {file.stem for file in launch.sources_of(f"{FORECASTERS.package}.sba")}
    assert names == {"sba", "forecasting", "with_statsforecast", "program"}
    names = {file.stem for file in launch.sources_of(f"{SOLVERS.package}.pulp_cbc")}
    assert names == {"pulp_cbc", "ordering", "with_pulp", "program"}


def test_a_program_that_fails_says_its_last_words(here: PeerEnvironment) -> None:
    with pytest.raises(UnavailableError, match="told to fail"):
        run_peer(FAKE, {"refuse": np.ones(1)}, here)
    gone = PeerEnvironment(here.lock.parent / "none", here.lock)
    with pytest.raises(UnavailableError, match="does not start"):
        run_peer(FAKE, NUMBERS, gone)


def test_versions_are_the_locks(here: PeerEnvironment) -> None:
    assert here.versions() == {"numpy": "2.4", "pulp": "3.3.2"}
    real = PeerEnvironment(here.python, launch.LOCK)
    assert set(real.versions()) == set(launch.PACKAGES)


def test_the_peers_that_are_asked() -> None:
    assert FORECASTERS.names() == (
        "auto_ets", "auto_theta", "imapa", "prophet", "sba", "seasonal_naive", "tsb",
    )  # fmt: skip
    assert SOLVERS.names() == ("pulp_cbc", "pulp_highs")


def test_programs_import_nothing_that_restock_computes_with() -> None:
    folder = launch.LOCK.parent
    for file in set(folder.rglob("*.py")) - {Path(launch.__file__)}:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            if module.split(".")[0] in {"domain", "forecasting", "optimization", "planning"}:
                assert module == "domain.registry", file.name
            if module.startswith("experiments"):
                assert module.startswith("experiments.benchmarks.peers"), file.name


def test_a_forecaster_is_a_program_that_answers_what_it_would_say_here(
    here: PeerEnvironment,
) -> None:
    made, _ = ask(f"{FORECASTERS.package}.seasonal_naive", given().arrays(), here)
    said = SeasonalNaive().forecast(given())
    for name, array in said.arrays().items():
        np.testing.assert_array_equal(made[name], array)


def test_the_last_season_again() -> None:
    said = SeasonalNaive().forecast(given())
    # Life is 1, 5, 3, 7: seasonal differences 2 and 2.
    assert said.mean.tolist() == [[3.0, 7.0, 3.0]]
    np.testing.assert_allclose(said.quantiles[0, :, 1], said.mean[0])
    np.testing.assert_allclose(said.quantiles[0, 0, 2], 3.0 + 1.2815516 * 2.0)
    np.testing.assert_allclose(said.quantiles[0, 2, 2], 3.0 + 1.2815516 * 2.0 * 2**0.5)
    np.testing.assert_allclose(said.sums[0], [10.0, 10.0 + 2.3263479 * 8**0.5])


@pytest.mark.parametrize("first", [4, 5])
def test_the_last_season_of_next_to_no_history_is_the_last_bucket(first: int) -> None:
    said = SeasonalNaive().forecast(given(first=first))
    assert said.mean.tolist() == [[7.0 * (first < 5)] * 3]
    assert np.isfinite(said.sums).all()


class Model:
    """What statsforecast's models look like; refuses series that begin with a nine."""

    def forecast(self, y: np.ndarray, h: int, level: list[int]) -> dict[str, np.ndarray]:
        if y[0] == 9.0:
            raise NotImplementedError("tiny datasets")
        said = {"mean": np.full(h, y[-1])}
        for percent in level:
            said[f"lo-{percent}"] = said["mean"] - percent
            said[f"hi-{percent}"] = said["mean"] + percent
        return said


def test_intervals_become_quantiles_and_the_spread_of_sums() -> None:
    said = forecast_with(given(), lambda history: Model())
    np.testing.assert_allclose(said.quantiles[0, 0], [7.0 - 80.0, 7.0, 7.0 + 80.0])
    spread = 80.0 / 1.2815516
    np.testing.assert_allclose(said.sums[0], [14.0, 14.0 + 2.3263479 * spread * 2**0.5])


@pytest.mark.parametrize("model", [None, Model()])
def test_a_model_that_refuses_a_series_says_nothing_of_it(model: Model | None) -> None:
    refused = given(first=0)
    said = forecast_with(refused, lambda history: model)
    expected = Answer.empty(refused)
    for name, array in said.arrays().items():
        np.testing.assert_array_equal(array, expected.arrays()[name])
