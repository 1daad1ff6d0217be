"""Aggregates: what they add up, and what a hidden bucket counts."""

from __future__ import annotations

import dataclasses

import numpy as np

from domain.settings import Settings
from domain.terms import Known, Panel, SeriesKey
from forecasting.hierarchy import aggregated, aggregates, levels_of
from tests.contract.forecasting.situations import panel_of


def shop() -> Panel:
    """Two categories at two places, daily, with a week in each."""
    t = np.arange(100)
    made = panel_of({name: 10.0 * (n + 1) + t % 7 for n, name in enumerate("abcd")})
    return dataclasses.replace(
        made,
        keys=tuple(SeriesKey(sku, place) for sku, place in zip("aabb", "ns" * 2, strict=True)),
        category=np.array([0, 0, 1, 1]),
    )


def test_every_series_is_in_one_node_of_each_level_and_nodes_add_up_to_the_total() -> None:
    panel = shop()
    total, *others = levels_of(panel)
    assert [level.name for level in others] == ["category", "location"]
    everything = aggregated(panel, total).demand[0]
    np.testing.assert_allclose(everything, panel.demand.sum(axis=0))
    for level in others:
        np.testing.assert_allclose(aggregated(panel, level).demand.sum(axis=0), everything)


def test_a_level_with_one_node_says_no_more_than_the_total() -> None:
    panel = dataclasses.replace(shop(), category=np.zeros(4, np.int64))
    assert [level.name for level in levels_of(panel)] == ["total", "location"]


def test_a_hidden_bucket_counts_what_its_series_usually_brings() -> None:
    panel = shop()
    known = panel.known.copy()
    known[0, 60] = Known.LOWER_BOUND
    known[:3, 70] = Known.UNKNOWN
    demand = panel.demand.copy()
    demand[0, 60] = 1.0
    demand[:3, 70] = 0.0
    hidden = dataclasses.replace(panel, known=known, demand=demand)
    node = aggregated(hidden, levels_of(hidden)[0])
    usual = panel.demand[0, :60].mean()
    assert node.demand[0, 60] == np.float32(panel.demand[1:, 60].sum() + usual)
    # Three of four series say nothing: the total is not known.
    assert node.known[0, 70] == Known.UNKNOWN


def test_parts_of_every_node_add_up_and_know_the_week() -> None:
    made = aggregates(shop(), Settings(), "holt_winters", 14)
    assert [one.level for one in made] == ["total", "category", "category", "location", "location"]
    assert sorted(np.concatenate([one.members for one in made[1:3]])) == [0, 1, 2, 3]
    total = made[0].parts
    assert total is not None
    expected = 100.0 + 4 * (np.arange(100, 114) % 7)
    np.testing.assert_allclose(total.mean[100:], expected, rtol=0.03)
    assert np.ptp(total.season[100:]) > 20.0
    assert (total.events == 0).all()


def test_what_cannot_be_fitted_says_why_and_the_others_stand() -> None:
    panel = shop()
    demand = panel.demand.copy()
    demand[2:] = 0.0
    made = aggregates(dataclasses.replace(panel, demand=demand), Settings(), "holt_winters", 14)
    told = [one.word for one in made if one.level == "category"]
    assert told == ["", "nothing was ever sold"]
    assert [one.parts is None for one in made if one.level == "category"] == [False, True]
