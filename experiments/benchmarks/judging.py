"""Judging one data set: Restock's forecasts and the peers', origin by origin.

Peers get the sales as they were recorded; what they forecast below zero counts as zero, and where
one says nothing of a series the seasonal naive forecast stands in.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from domain.errors import UnavailableError
from domain.terms import Floats, Integers
from experiments.benchmarks.data import SEED, Loaded, origins_of
from experiments.benchmarks.peers.forecasting import FORECASTERS, Answer, Given
from experiments.benchmarks.peers.launch import PeerEnvironment, ask
from experiments.benchmarks.scoring import (
    SUM_LEVELS,
    Truth,
    score,
    sum_scores,
)
from experiments.scoring import LEVELS, Scores, gathered, observed
from forecasting.run import HEAD, forecast

NAIVE = "seasonal_naive"


@dataclass(frozen=True)
class Judged:
    """One way to forecast a set: its scores, the series they are of, and what it took."""

    scores: Scores
    series: Integers
    seconds: float  # CPU, of all origins
    unanswered: int = 0  # series and origins it could say nothing of


def our_answer(loaded: Loaded, origin: int, head: str = HEAD) -> Answer:
    """Restock's forecast from one origin."""
    past = loaded.panel.first_buckets(origin)
    days = int(past.calendar.ends_ahead(loaded.task.horizon)[-1])
    made = forecast(past, loaded.settings, days, head=head)
    mean, quantiles = made.buckets(LEVELS)
    sums = made.sums(SUM_LEVELS)[1][:, loaded.task.summed - 1]
    return Answer(mean, quantiles, sums)


def truth_of(loaded: Loaded, origin: int) -> Truth:
    """What came after an origin."""
    task, seen = loaded.task, observed(loaded.panel)
    return Truth(
        actual=seen[:, origin : origin + task.horizon],
        history=seen[:, :origin],
        alive=loaded.panel.first < origin,
        summed=task.summed,
        lag=task.lag,
    )


def given_to_peers(loaded: Loaded, origin: int) -> Given:
    """Recorded sales up to an origin, as the peers get them."""
    task, panel = loaded.task, loaded.panel
    return Given(
        sales=panel.demand[:, :origin].astype(np.float64),
        first=np.minimum(panel.first, origin),
        starts=panel.calendar.starts(0, origin + task.horizon),
        season=task.lag,
        summed=task.summed,
        levels=LEVELS,
        sum_levels=SUM_LEVELS,
    )


def peer_series(loaded: Loaded, most: int | None) -> Integers:
    """The series a peer is asked for: all, or as many as it can do, drawn at random."""
    count = loaded.panel.series
    if most is None or most >= count:
        return np.arange(count)
    return np.sort(np.random.default_rng(SEED).choice(count, most, replace=False))


def judge_ours(loaded: Loaded, head: str = HEAD) -> Judged:
    """Restock's scores at every origin; the sum's coverage over its own origins."""
    task, panel = loaded.task, loaded.panel
    begun = time.process_time()
    main = origins_of(task, panel, task.origins)
    found = [score(our_answer(loaded, origin, head), truth_of(loaded, origin)) for origin in main]
    seconds = time.process_time() - begun
    earlier = origins_of(task, panel, task.coverage_origins)[: -task.origins]
    sums = [sum_scores(our_answer(loaded, o, head).sums, truth_of(loaded, o)) for o in earlier]
    scores = gathered(found)
    if sums:
        more = gathered([*sums, *found])
        scores |= {name: more[name] for name in scores if name.startswith("coverage")}
    return Judged(scores, np.arange(panel.series), seconds)


def judge_peers(
    names: Sequence[str], loaded: Loaded, environment: PeerEnvironment, fresh: bool
) -> dict[str, Judged]:
    """Every peer's scores; as many programs at a time as there are cores."""
    origins = origins_of(loaded.task, loaded.panel, loaded.task.origins)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = {
            name: [
                pool.submit(judge_peer, name, loaded, origin, environment, fresh)
                for origin in origins
            ]
            for name in names
        }
        judged = {name: [each.result() for each in found] for name, found in waiting.items()}
    return {
        name: Judged(
            gathered([scores for scores, _, _ in found]),
            peer_series(loaded, FORECASTERS.get(name).most_series),
            sum(seconds for _, seconds, _ in found),
            sum(unanswered for _, _, unanswered in found),
        )
        for name, found in judged.items()
    }


def judge_peer(
    name: str, loaded: Loaded, origin: int, environment: PeerEnvironment, fresh: bool
) -> tuple[dict[str, tuple[Floats, Floats]], float, int]:
    """A peer's scores at one origin, its CPU seconds, and of how many series it said nothing."""
    chosen = peer_series(loaded, FORECASTERS.get(name).most_series)
    given = given_to_peers(loaded, origin)
    given = replace(given, sales=given.sales[chosen], first=given.first[chosen])
    answer, seconds = _asked(name, given, environment, fresh)
    missing = ~np.isfinite(answer.sums).all(axis=1)
    if missing.all():
        raise UnavailableError(
            f"the peer {name} said nothing of any series", loaded.case, "Look at its program."
        )
    if missing.any():
        plain, _ = _asked(NAIVE, given, environment, False)
        for said, instead in zip(answer.arrays().values(), plain.arrays().values(), strict=True):
            said[missing] = instead[missing]
    whole = truth_of(loaded, origin)
    part = replace(
        whole, actual=whole.actual[chosen], history=whole.history[chosen],
        alive=whole.alive[chosen],
    )  # fmt: skip
    return score(_not_below_zero(answer), part), seconds, int(missing.sum())


def _asked(
    name: str, given: Given, environment: PeerEnvironment, fresh: bool
) -> tuple[Answer, float]:
    """A peer's answer and its CPU seconds."""
    arrays, took = ask(f"{FORECASTERS.package}.{name}", given.arrays(), environment, fresh)
    return Answer(arrays["mean"], arrays["quantiles"], arrays["sums"]), took


def _not_below_zero(answer: Answer) -> Answer:
    return Answer(*(np.maximum(array, 0.0) for array in answer.arrays().values()))
