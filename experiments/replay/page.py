"""The page of a replay: one HTML file in the look of the plan's report, nothing to fetch."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.replay.charts import Line, cost_against_service, over_time
from experiments.replay.naming import BOUND, CALIBRATED
from experiments.replay.run import Replay
from experiments.replay.score import Score
from planning.report import page_words
from planning.report.templating import environment

FOCUS = (CALIBRATED, "optimizer")
MOST_LINES = 6
FIRST, OWN, LAST = 0, 4, 5
"""Colours of the policy compared with, of the page's own, and of perfect foresight."""
WORST = 15


def render_page(replay: Replay) -> str:
    """The page as HTML: no request to anywhere, no script, every text escaped."""
    from markupsafe import Markup

    ground, focus = replay.ground, focus_of(replay)
    currency = str(ground.terms.frame["currency"].iloc[0]) or page_words.UNNAMED
    drawn = drawn_policies(replay, focus)
    places = colours(replay, drawn, focus)
    return (
        environment("experiments.replay")
        .get_template("replay.html")
        .render(
            replay=replay,
            ground=ground,
            currency=currency,
            focus=focus,
            bound=BOUND,
            score=replay.scores[focus],
            rule=replay.scores[replay.first],
            bucket=ground.calendar.bucket.value,
            scored=ground.calendar.count - ground.scored_from,
            from_day=ground.calendar.start_of(np.array([ground.scored_from]))[0],
            places=places,
            hidden=len(replay.scores) - len(drawn),
            worst=worst_series(replay, focus),
            many_places=ground.terms.frame["location"].nunique() > 1,
            stock_chart=Markup(
                over_time("stock", "Stock on hand, at cost", _stock(replay, places))
            ),
            cost_chart=Markup(over_time("cost", "Cost so far", _cost(replay, places))),
            service_chart=Markup(cost_against_service(_dots(replay, places))),
            name_of=plain_name,
            change=change,
            between=between,
        )
    )


def plain_name(policy: str) -> str:
    """A policy's name for people.

    >>> plain_name("days_of_cover:cover_days=24,mean_days=28")
    'days of cover, cover days 24, mean days 28'
    """
    name, _, settings = policy.replace("_", " ").replace("=", " ").partition(":")
    return ", ".join([name, *filter(None, settings.split(","))])


def focus_of(replay: Replay) -> str:
    """The policy the page is about: the optimizer, calibrated where asked, else the cheapest."""
    followed = [name for name in replay.scores if name != BOUND]
    for name in FOCUS:
        if name in followed:
            return name
    return min(followed, key=lambda name: replay.scores[name].cost)


def drawn_policies(replay: Replay, focus: str) -> list[str]:
    """Policies whose lines are drawn: the first, the page's own, the cheapest others."""
    chosen = dict.fromkeys([replay.first, focus])
    for name in sorted(replay.scores, key=lambda name: replay.scores[name].cost):
        if len(chosen) < MOST_LINES - 1 and name != BOUND:
            chosen.setdefault(name)
    chosen.setdefault(BOUND)
    return [name for name in replay.scores if name in chosen]


def colours(replay: Replay, drawn: list[str], focus: str) -> dict[str, int]:
    """The colour of each drawn policy: the first, the page's own and the bound keep theirs."""
    fixed = {replay.first: FIRST, BOUND: LAST, focus: OWN}
    others = iter(place for place in range(MOST_LINES) if place not in (FIRST, OWN, LAST))
    return {name: fixed[name] if name in fixed else next(others) for name in drawn}


def change(score: Score, rule: Score) -> float | None:
    """How much dearer than the rule, as a share of its cost."""
    return score.difference / rule.cost if rule.cost > 0 else None


def between(low: float, high: float) -> str:
    """An interval of a difference in cost, each end said as less or more.

    >>> between(-5441.0, -1700.0), between(-200.0, 500.0), between(3.0, 4.0)
    ('1,700 and 5,441 less', '200 less and 500 more', '3 and 4 more')
    """
    ends = [page_words.amount(abs(end)) for end in (low, high)]
    if high < 0:
        return f"{ends[1]} and {ends[0]} less"
    if low > 0:
        return f"{ends[0]} and {ends[1]} more"
    return f"{ends[0]} less and {ends[1]} more"


def worst_series(replay: Replay, focus: str) -> list[dict[str, object]]:
    """The series that cost the page's policy most."""
    frame = replay.series
    ranked = frame.sort_values(
        [f"cost {focus}", "sku", "location"], ascending=[False, True, True], kind="stable"
    ).head(WORST)
    ranked = ranked[ranked[f"cost {focus}"] > 0]
    return [
        {
            "sku": row["sku"],
            "location": row["location"],
            "description": row["description"],
            "demand": row["demand"],
            "unserved": row[f"unserved {focus}"],
            "stock": row[f"stock {focus}"],
            "cost": row[f"cost {focus}"],
            "rule": row[f"cost {replay.first}"],
            "bound": row[f"cost {BOUND}"],
        }
        for row in ranked.to_dict("records")
    ]


def _part(replay: Replay, name: str) -> pd.DataFrame:
    return replay.trajectory[replay.trajectory["policy"] == name]


def _closes(replay: Replay, part: pd.DataFrame) -> np.ndarray:
    """The opening of the day after each bucket."""
    calendar = replay.ground.calendar
    index = calendar.index_of(part["date"].to_numpy().astype("datetime64[D]"))
    return calendar.start_of(index + 1)


def _stock(replay: Replay, places: dict[str, int]) -> list[Line]:
    """Stock at cost at the end of every bucket."""
    lines = []
    for name, place in places.items():
        part = _part(replay, name)
        value = part["stock_value"].to_numpy()
        lines.append(Line(plain_name(name), place, _closes(replay, part), value))
    return lines


def _cost(replay: Replay, places: dict[str, int]) -> list[Line]:
    """Cost of the scored buckets so far."""
    begin = replay.ground.calendar.start_of(np.array([replay.ground.scored_from]))
    lines = []
    for name, place in places.items():
        part = _part(replay, name)
        part = part[part["scored"]]
        money = part[["holding", "shortage", "order"]].sum(axis=1).cumsum().to_numpy()
        days = np.concatenate([begin, _closes(replay, part)])
        lines.append(Line(plain_name(name), place, days, np.append(0.0, money)))
    return lines


def _dots(replay: Replay, places: dict[str, int]) -> list[tuple[int, int, str, float, float]]:
    """Number, place among the lines (-1: none), name, fill rate and cost of each policy."""
    return [
        (number, places.get(name, -1), plain_name(name), score.fill_rate, score.cost)
        for number, (name, score) in enumerate(replay.scores.items(), start=1)
        if score.fill_rate is not None
    ]
