"""What a limit is worth, in words."""

from __future__ import annotations

from types import SimpleNamespace

from planning.report.limits import limit_sentence


def line(**changes: object) -> SimpleNamespace:
    known = {
        "limit": "budget", "period": "this week", "unit": "money", "bound": 12_000.0,
        "marginal_value": 0.34, "marginal_value_more": 0.30, "marginal_value_less": 0.41,
    }  # fmt: skip
    return SimpleNamespace(**(known | changes))


def test_a_range_of_what_more_saves_and_less_costs_for_a_step_that_was_tried() -> None:
    assert limit_sentence(line(), "EUR") == (
        "EUR 100 more of budget (this week) would save about EUR 30 to 34 of expected cost;"
        " as much less would cost about EUR 34 to 41."
    )


def test_one_number_where_both_ends_look_alike() -> None:
    same = line(marginal_value_more=0.34, marginal_value_less=0.34, bound=1e5)
    assert "EUR 1,000 more" in limit_sentence(same, "EUR")
    assert "would save about EUR 340 of" in limit_sentence(same, "EUR")


def test_a_small_space_is_told_in_small_steps_and_lines_in_whole_ones() -> None:
    space = line(unit="m³", bound=4.0, limit="space at main", period="2024-06-09")
    assert limit_sentence(space, "").startswith("0.01 m³ more of space at main (2024-06-09)")
    lines = line(unit="lines", bound=20.0, limit="order lines a day", period="2024-06-09")
    assert limit_sentence(lines, "").startswith("1 line more of order lines a day")


def test_of_what_is_asked_for_less_saves() -> None:
    said = limit_sentence(line(unit="", limit="promise", period="", bound=500.0), "EUR", True)
    assert said.startswith("1 less of promise would save about EUR 0.3 to 0.34 of expected cost;")
    assert "as much more would cost" in said


def test_a_limit_that_leaves_room_says_so() -> None:
    assert "binds nothing" in limit_sentence(line(marginal_value=0.0), "EUR")
