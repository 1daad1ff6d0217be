"""A variant's name with settings in it is read, or refused with the mend."""

import pytest

from domain.errors import SettingsError
from experiments.replay.naming import policy_of
from planning.stress.naming import scenario_of


def test_settings_in_the_name_reach_the_variant():
    assert policy_of("days_of_cover:cover_days=24").cover_days == 24.0
    late = scenario_of("supplier_late:days=21")
    assert late.days == 21
    assert isinstance(late.days, int)


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (policy_of, "days_of_covers", "days_of_cover"),
        (policy_of, "days_of_cover:cover=24", "'cover_days'"),
        (policy_of, "days_of_cover:cover_days=-1", "above 0"),
        (policy_of, "days_of_cover:cover_days=nan", "above 0"),
        (policy_of, "min_max:x=1", "no settings"),
        (scenario_of, "supplier_late:days=2.5", "whole number of days"),
        (scenario_of, "supplier_late:days=366", "at most 365"),
        (scenario_of, "supplier_late:day=3", "'days'"),
    ],
)
def test_what_is_not_known_is_refused_with_its_mend(read, text, said):
    with pytest.raises(SettingsError) as refused:
        read(text)
    assert said in f"{refused.value.what} {refused.value.mend}"
    assert refused.value.where in ("--policy", "--scenario")
