"""No difference is shown where there is none, one that is there is, as often as was promised."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.benchmarks.trials import costs, drawn, judged, looks, observed
from experiments.trials.difference import (
    Sample,
    centred,
    critical,
    of_means,
    of_ratios,
    relative,
)
from experiments.trials.redrawn import parts_of, redrawn
from experiments.trials.size import Size, sizes, smallest
from experiments.trials.strata import REST, joined


@pytest.mark.parametrize(("items", "share"), [(600, 0.3), (300, 0.1)])
def test_equal_policies_are_not_told_apart_in_95_of_100_seeds(items: int, share: float) -> None:
    shown = [
        judged(costs(seed, items), drawn(items, seed, share), 8).shown(1.0) for seed in range(100)
    ]  # fmt: skip
    assert sum(shown) <= 5


def test_who_looks_every_week_is_not_misled_more_often() -> None:
    assert sum(any(looks(seed)) for seed in range(100)) <= 5


def test_a_better_policy_is_seen_about_as_often_as_was_promised() -> None:
    planned = next(one for one in sizes(costs(999)) if one.weeks == 8 and one.share == 0.3)
    saving = planned.detectable
    assert planned.power(saving) == pytest.approx(0.8, abs=0.001)
    found = [
        judged(costs(seed, saving=saving), drawn(600, seed, 0.3), 8) for seed in range(200)
    ]  # fmt: skip
    seen = np.mean([one.shown(1.0) for one in found])
    # 200 draws tell a share to within 0.06 either way; a better policy's costs vary less, too.
    assert 0.72 <= seen <= 0.95
    assert all(one.value < 0 for one in found if one.shown(1.0))


def test_the_error_foretold_is_the_error_met() -> None:
    planned = next(one for one in sizes(costs(998)) if one.weeks == 8 and one.share == 0.3)
    values, errors = [], []
    for seed in range(150):
        found = relative(judged(costs(seed), drawn(600, seed, 0.3), 8))
        assert found is not None
        values.append(found.value)
        errors.append(found.error)
    assert np.std(values) == pytest.approx(np.mean(errors), rel=0.2)
    assert planned.error == pytest.approx(np.mean(errors), rel=0.2)


def test_more_items_or_weeks_show_smaller_differences_and_none_may_do() -> None:
    found = sizes(costs(3))
    by_share = [one.detectable for one in found if one.weeks == 8]
    assert by_share[:3] == sorted(by_share[:3], reverse=True)
    by_weeks = [one.detectable for one in found if one.share == 0.3]
    assert by_weeks[0] > by_weeks[-1]
    assert max(one.weeks for one in found) == 13  # the past holds no longer trial twice
    best = smallest(found, 1.2 * min(by_share))
    assert best is not None
    assert best.weeks <= 8
    assert smallest(found, 1e-6) is None


def test_an_adjusted_difference_is_surer_where_items_stay_as_they_were() -> None:
    draw = np.random.default_rng(5)
    level = np.exp(draw.normal(0, 1.5, 400))
    challenged = drawn(400, 5, 0.4)
    sample = Sample(challenged, np.zeros(400, np.int64))
    outcome = level * draw.uniform(0.9, 1.1, 400)
    plain = of_means(outcome, sample)
    sure = of_means(outcome, sample, level)
    assert sure.error < 0.3 * plain.error
    lacking = level.copy()
    lacking[::3] = np.nan
    assert sure.error < of_means(outcome, sample, lacking).error < plain.error


def test_a_mean_and_a_ratio_with_known_answers() -> None:
    challenged = np.array([True, True, False, False])
    sample = Sample(challenged, np.zeros(4, np.int64))
    found = of_means(np.array([1.0, 3.0, 5.0, 9.0]), sample)
    assert (found.challenger, found.control, found.value) == (2.0, 7.0, -5.0)
    assert found.error == pytest.approx(np.sqrt(2 / 2 + 8 / 2))
    ratio = of_ratios(np.array([1.0, 1, 2, 2]), np.array([4.0, 4, 4, 4]), sample)
    assert ratio is not None
    assert (ratio.challenger, ratio.control, ratio.error) == (0.25, 0.5, 0.0)
    assert of_ratios(np.ones(4), np.array([1.0, 1, 0, 0]), sample) is None


def test_classes_are_weighed_by_all_their_items_not_by_those_drawn() -> None:
    # A class of dear items is drawn twice as often: without classes the challenger would seem dear.
    challenged = np.array([True] * 40 + [False] * 20 + [True] * 20 + [False] * 40)
    stratum = np.repeat([0, 1], 60)
    outcome = np.where(stratum == 0, 10.0, 1.0)
    found = of_means(outcome, Sample(challenged, stratum))
    assert found.value == pytest.approx(0.0, abs=1e-12)
    assert found.challenger == pytest.approx(5.5)


def test_small_classes_are_joined_until_both_arms_are_there() -> None:
    challenged = np.arange(40) % 4 == 0
    names = np.array(["a"] * 32 + ["b"] * 5 + ["c"] * 3)
    code, called = joined(names, challenged)
    assert called == (REST,)  # b and c together have two on trial: a joins them
    assert set(code) == {0}
    names = np.array(["a"] * 16 + ["b"] * 20 + ["c"] * 4)
    code, called = joined(names, challenged)
    assert called == ("b", REST)
    assert (code == np.where(names == "b", 0, 1)).all()


def test_an_interval_is_wider_the_earlier_one_looks_and_never_narrower_than_students() -> None:
    made, challenged = costs(7), drawn(600, 7, 0.3)
    found = judged(made, challenged, 8)
    wide = [float(np.diff(found.interval(over))[0]) for over in (0.1, 0.5, 1.0)]
    assert wide == sorted(wide, reverse=True)
    assert wide[0] == pytest.approx(wide[2] / np.sqrt(0.1))
    assert found.bound >= critical() == pytest.approx(2.2414, abs=1e-3)
    assert critical(10.0) > critical(1000.0) > critical()


def test_arms_drawn_anew_are_as_they_would_have_been() -> None:
    made, challenged = costs(8, 60), drawn(60, 8, 0.5)
    now, before = observed(made, challenged, 8)
    stratum = joined(made.stratum, challenged)[0]
    past = centred(before, stratum)
    t = redrawn(now, past, stratum, challenged, 400)
    assert t.size == 400
    assert abs(np.median(t)) < 0.2  # neither arm is favoured
    np.testing.assert_array_equal(t, redrawn(now, past, stratum, challenged, 400))
    one = parts_of(now, past, stratum, np.stack([challenged, ~challenged]))
    assert one.t[0] == pytest.approx(-one.t[1])
    shifted = parts_of(now + 1e6, past, stratum, challenged[None, :])
    assert shifted.t[0] == pytest.approx(one.t[0], rel=1e-6)


def test_no_error_no_doubt() -> None:
    assert Size(4, 0.5, 10, 0.0, 2.24, 1).power(0.1) == 1.0
