"""Settings come from file, environment and command line, and nothing unknown gets in."""

from pathlib import Path

import pytest

from domain.errors import SettingsError
from domain.settings_layers import load_settings, parse_overrides, read_settings_file


def test_later_layers_lie_over_earlier_ones() -> None:
    settings = load_settings(
        [
            ("a", {"lead_time_days": 3, "review_period_days": 2, "slow_moving_days": 10}),
            ("b", {"lead_time_days": 4}),
        ],
        overrides={"slow_moving_days": 30},
        environ={"RESTOCK_REVIEW_PERIOD_DAYS": "5", "RESTOCK_SLOW_MOVING_DAYS": "20"},
    )
    assert settings.lead_time_days == 4
    assert settings.review_period_days == 5
    assert settings.slow_moving_days == 30


def test_sections_nest_in_every_layer() -> None:
    settings = load_settings(
        [("file", {"solver": {"seed": 1, "threads": 1}})],
        overrides=parse_overrides(["solver.threads=2"]),
        environ={"RESTOCK_SOLVER__SEED": "7"},
    )
    assert (settings.solver.seed, settings.solver.threads) == (7, 2)


def test_an_unknown_key_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(SettingsError, match="lead_time_days") as refusal:
        load_settings([("settings.toml", {"lead_time_day": 3})], environ={})
    assert refusal.value.where == "settings.toml"


def test_an_unknown_variable_is_refused_and_the_workspace_is_none() -> None:
    with pytest.raises(SettingsError, match="environment"):
        load_settings(environ={"RESTOCK_LED_TIME_DAYS": "3"})
    load_settings(environ={"RESTOCK_WORKSPACE": "anywhere", "HOME": "x"})


def test_a_value_that_cannot_be_held_names_file_key_and_meaning() -> None:
    with pytest.raises(SettingsError) as refusal:
        load_settings([("my.toml", {"cycle_service_level": 1.5})], environ={})
    assert refusal.value.where == "my.toml"
    assert "'cycle_service_level' cannot be 1.5" in refusal.value.what
    assert "shortage" in refusal.value.mend


@pytest.mark.parametrize(
    ("budget", "what", "mend"),
    [
        ([{"amount": -3, "period_days": 7}], "'budget[0].amount' cannot be -3", "at cost"),
        ([{"amount": 3}], "'budget[0]' (amount = 3): a budget has either ends_on", "period_days"),
        ([{"period_days": 7}], "'budget[0].amount' is missing", "at cost"),
        ([{"amount": 3, "perod_days": 7}], "'budget[0].perod_days'", "'period_days'"),
        (3, "'budget' cannot be 3", "[[budget]]"),
    ],
)
def test_a_budget_that_cannot_be_names_key_value_and_mend(
    budget: object, what: str, mend: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        load_settings([("my.toml", {"budget": budget})], environ={})
    assert refusal.value.where == "my.toml"
    assert what in refusal.value.what
    assert "{" not in refusal.value.what
    assert mend in refusal.value.mend


def test_a_broken_file_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("bucket = day")
    with pytest.raises(SettingsError, match="not valid TOML"):
        read_settings_file(path)


def test_an_override_is_read_as_toml_else_as_text() -> None:
    found = parse_overrides(["a=1", "b=true", "c=week", 'd="1"', "e=2012-01-02", "f.g=x=y"])
    assert found["a"] == 1
    assert found["b"] is True
    assert found["c"] == "week"
    assert found["d"] == "1"
    assert str(found["e"]) == "2012-01-02"
    assert found["f"] == {"g": "x=y"}
    with pytest.raises(SettingsError, match="key=value"):
        parse_overrides(["nothing"])
