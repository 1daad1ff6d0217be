"""The plan simulated forward: with its orders and those of the reviews to come, and with none."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from domain.terms import Floats, Integers
from planning.plan import Decision
from planning.simulation.draws import NORMAL, draw, shared_scores
from planning.simulation.ground import Prepared, prepare
from planning.simulation.layout import Ground
from planning.simulation.margins import SCORES, STEP
from planning.simulation.reviews import least_orders
from planning.simulation.totals import Projection, scenario
from planning.simulation.walk import COURSES, FACTS, SUMS, walk
from planning.situation import Situation
from planning.steps import Advance

MOST_PATHS, FEWEST_PATHS = 200, 40
MOST_DRAWS = 100_000_000
"""Series × buckets × paths from which on fewer paths are walked."""
AT_ONCE, BLOCK, TOGETHER = 2048, 128, 8
"""Series prepared at once; added up in one block; drawn together, so that draws stay in cache."""
WITH, WITHOUT = 0, 1
"""The two ways to go on: as planned, and with nothing ordered today or later."""


class Added(NamedTuple):
    """What a block of series adds up to, for both ways to go on."""

    course: Floats  # 2 × COURSES × T × P
    sums: Floats  # 2 × SUMS × P
    slow: Floats  # 2 × P, money slow-moving at the end
    facts: Floats  # 2 × S × FACTS


def blank(series: int, buckets: int, paths: int) -> Added:
    """What nothing adds up to."""
    return Added(
        course=np.zeros((2, COURSES, buckets, paths)),
        sums=np.zeros((2, SUMS, paths)),
        slow=np.zeros((2, paths)),
        facts=np.zeros((2, series, FACTS)),
    )


def number_of_paths(series: int, buckets: int) -> int:
    """How many paths are walked: by the size of the plan alone, never by the clock.

    >>> number_of_paths(4_000, 119), number_of_paths(30_000, 40), number_of_paths(1_000_000, 13)
    (200, 83, 40)
    """
    return int(np.clip(MOST_DRAWS // max(series * buckets, 1), FEWEST_PATHS, MOST_PATHS))


def simulate(
    situation: Situation, decision: Decision, advance: Advance, paths: int | None = None
) -> Projection:
    """Walk the plan of all series through its horizon.

    `paths`: as many as `number_of_paths` says where None. Blocks of series are of one size and
    added up in the plan's order, whatever the number of threads.
    """
    calendar, settings = situation.calendar, situation.dataset.settings
    buckets = calendar.buckets_to_cover(situation.horizon_days)
    usual = number_of_paths(situation.series, buckets)
    paths = usual if paths is None else paths
    shared = shared_scores(settings.solver.seed, buckets, paths)
    lot = least_orders(situation)
    whole, planned = blank(situation.series, buckets, paths), 0.0
    with ThreadPoolExecutor(settings.solver.threads or os.cpu_count() or 1) as pool:
        for begin in range(0, situation.series, AT_ONCE):
            rows = np.arange(begin, min(begin + AT_ONCE, situation.series))
            ready = prepare(situation.take(rows), decision, rows, lot[rows], buckets, paths)
            planned += float(ready.ground.planned.sum())
            blocks = np.split(np.arange(rows.size), np.arange(BLOCK, rows.size, BLOCK))
            walked = pool.map(lambda block, ready=ready: walk_block(ready, block, shared), blocks)
            for block, added in zip(blocks, walked, strict=True):
                for mine, more in zip(whole[:3], added[:3], strict=True):
                    mine += more
                whole.facts[:, begin + block] = added.facts
            advance((begin + rows.size) / situation.series)
    ends = calendar.ends_ahead(buckets)
    length = np.diff(ends, prepend=0).astype(np.float64)
    ways = [
        scenario(whole.course[way], whole.sums[way], whole.slow[way], length, planned)
        for way in (WITH, WITHOUT)
    ]
    return Projection(
        paths=paths,
        thinned=paths < MOST_PATHS,
        error_correlation=situation.forecast.error_correlation,
        days=situation.date(ends),
        with_plan=ways[WITH],
        without=ways[WITHOUT],
        facts=whole.facts,
    )


def walk_block(ready: Prepared, block: Integers, shared: Floats) -> Added:
    """Draw demand of a block of series and walk it both ways; `shared` T × P scores."""
    buckets, paths = shared.shape
    ground, known = part_of(ready.ground, block), ready.margins
    added = blank(block.size, buckets, paths)
    demand = np.empty((TOGETHER, buckets, paths))
    for begin in range(0, block.size, TOGETHER):
        rows = block[begin : begin + TOGETHER]
        some = slice(rows[0], rows[-1] + 1)
        draw(
            ready.keys[some], NORMAL, shared, ready.loading[some], known.quantiles[some],
            known.carry[some], known.fresh[some], known.slope[some], ready.whole[some],
            float(SCORES[0]), STEP, demand[: rows.size],
        )  # fmt: skip
        for way in (WITH, WITHOUT):
            walk(
                ground, begin, demand[: rows.size], way == WITH,
                added.course[way], added.sums[way], added.slow[way], added.facts[way],
            )  # fmt: skip
    return added


def part_of(ground: Ground, block: Integers) -> Ground:
    """The ground of some series that follow one another."""
    some = slice(int(block[0]), int(block[-1]) + 1)
    kept = ("ends", "lost", "open_begins", "open_day", "open_units", "delay")
    part = {name: values[some] for name, values in ground._asdict().items() if name not in kept}
    begins = ground.open_begins[some.start : some.stop + 1]
    return ground._replace(**part, open_begins=begins, delay=ground.delay[some])
