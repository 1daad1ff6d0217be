"""The README says what the results say, and nothing else."""

from pathlib import Path

import pytest

from domain.errors import DataError, NotFoundError
from experiments.benchmarks.data import TASKS
from experiments.benchmarks.figures import BEGINS, ENDS, SETS, placed, render
from experiments.benchmarks.figures_lines import newest
from experiments.benchmarks.options import RESULTS, ROOT
from experiments.benchmarks.results import Row, read, record
from experiments.benchmarks.trials import rows_of


def test_the_readme_is_what_the_results_would_write() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert placed(readme, render(read(RESULTS))) == readme


def test_every_judged_set_has_its_line() -> None:
    assert tuple(task.name for task in TASKS) == SETS
    text = render(read(RESULTS))
    for name in SETS:
        assert f"| {name}, " in text


def test_the_largest_size_counts_and_of_that_the_last_line(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    for case, value in (("a, 9 series", 1.0), ("a, 10 series", 2.0), ("a, 10 series", 3.0)):
        record([Row("forecasting", case, "seconds", value, "s")], file)
    record([Row("forecasting", "a, 9 series", "rmsse", 4.0, "ratio")], file)
    record([Row("replay", "a, 11 series", "seconds", 5.0, "s")], file)
    found = newest(read(file), "forecasting", "a")
    assert {measure: line["value"] for measure, line in found.items()} == {"seconds": 3.0}


def test_of_each_way_to_hide_demand_the_last_line_is_told(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    peers = {"left out": 0.4, "taken as demand": 1.0}
    for value in (0.9, 0.3):
        case = "fresh, 9 series, the whole of a day sold out"
        record([Row("hidden_demand", case, "wape", value, "ratio", peers)], file)
    text = " ".join(render(read(file)).split())
    assert "the whole of a day: 0.30, against 0.40" in text
    assert "0.90" not in text


def test_retrainings_stand_in_the_order_of_what_is_asked_each_with_its_last_line(
    tmp_path: Path,
) -> None:
    file = tmp_path / "results.jsonl"
    for case, seconds in (("sample, 9 series (next)", 70.0), ("sample, 9 series (first)", 90.0),
                          ("favorita-weekly, 8 series (first)", 300.0),
                          ("sample, 9 series (first)", 80.0)):  # fmt: skip
        named = {"seconds": seconds, "cpu_seconds": 2 * seconds, "peak_mb": 1000.0}
        record([Row("learning", case, name, value, "s") for name, value in named.items()], file)
    told = [line for line in render(read(file)).splitlines() if "series (" in line]
    assert [line.split(" | ")[:4] for line in told] == [
        ["| favorita-weekly, 8 series (first)", "300", "360", "600"],
        ["| sample, 9 series (first)", "80", "120", "160"],
        ["| sample, 9 series (next)", "70", "120", "140"],
    ]


def test_trials_of_alike_arms_and_of_better_ones_are_told(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    rows = rows_of(seeds=2)
    record(rows, file)
    text = render(read(file))
    assert len(rows) == 4
    for row in rows:
        assert f"| {row.case} | {row.value:.3f} |" in text


def test_only_what_stands_between_the_comments_changes() -> None:
    readme = f"above\n{BEGINS}\nold\n{ENDS}\nbelow\n"
    assert placed(readme, "new\n") == f"above\n{BEGINS}\nnew\n{ENDS}\nbelow\n"


def test_without_comments_or_results_it_is_refused() -> None:
    with pytest.raises(DataError, match="README"):
        placed("no comments here\n", "new\n")
    with pytest.raises(NotFoundError, match="make benchmark"):
        render([])
