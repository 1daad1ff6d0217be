"""`restock trial judge`, top to bottom: what both arms cost since the trial began, and what of it
is beyond chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from domain.errors import ConflictError, DataError, SettingsError
from domain.periods import DAYS_PER_YEAR, Day
from domain.settings_trial import TrialSetting
from domain.terms import Flags, Floats, Integers
from experiments.monitoring.known import Seen, see
from experiments.orders_made import orders_made
from experiments.trials.difference import (
    LEAST_ITEMS,
    Difference,
    Sample,
    of_means,
    of_ratios,
)
from experiments.trials.realised import Prices, Rates, Windows, prices_at, rates, windows_of
from experiments.trials.replayed import item_classes, setting_of
from experiments.trials.strata import joined
from planning.decision import portions
from planning.forecasts import known_at
from planning.limits import limits_given
from planning.pipeline import look
from planning.policy_review import review_of
from planning.situation import Situation
from planning.steps import Steps
from planning.trial import on_trial

DAYS_PER_WEEK = 7.0
COST = "cost"


@dataclass(frozen=True)
class Judged:
    """What came of a trial until a day. Items are those planned for stock when it began."""

    seen: Seen
    setting: TrialSetting
    begin: Day
    until: Day  # the last day that is judged
    over: float  # share of the trial that is over, at most 1
    sample: Sample
    classes: tuple[str, ...]
    items: pd.DataFrame  # a row per item: sku, arm, class, and money and units a day
    measures: Mapping[str, Difference]
    by_class: Mapping[str, Difference]  # cost a week of each class's items
    adjusted: bool  # whether costs are adjusted by what items cost before
    left_out: int  # items of which no stock was counted since
    assumed: tuple[str, ...]

    @property
    def cost(self) -> Difference:
        """Cost a week, all items planned so."""
        return self.measures[COST]


def judge_trial(
    path: Path,
    as_of: date | None,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
) -> Judged:
    """Judge the trial of the dataset at `path` by what came until `as_of`."""
    seen = see(path, None, as_of, settings_file, overrides, steps)
    setting = setting_of(seen.dataset.settings.trial)
    begin, end = days_of(setting)
    until = min(seen.calendar.as_of, end)
    before = last_close(seen, begin)
    dataset, calendar = known_at(
        path, date.fromisoformat(str(before)), settings_file, overrides, steps
    )
    plain = dataset.settings.model_copy(update={"trial": None})
    situation = look(path.resolve().stem, replace(dataset, settings=plain), calendar, steps)
    with steps.step("judge"):
        return judged(seen, situation, setting, until)


def days_of(setting: TrialSetting) -> tuple[Day, Day]:
    """First and last day of a trial; raises SettingsError where they are not given."""
    for name in ("begins_on", "ends_on"):
        if getattr(setting, name) is None:
            raise SettingsError(
                f"the trial has no {name}", f"setting trial.{name}",
                "Give both days: when to stop is fixed beforehand, or chance decides it.",
            )  # fmt: skip
    return np.datetime64(setting.begins_on, "D"), np.datetime64(setting.ends_on, "D")


def last_close(seen: Seen, begin: Day) -> Day:
    """The last close of a bucket by the day the trial began."""
    place = int(seen.calendar.index_of(begin + np.timedelta64(1, "D"))) - 1
    if place >= seen.calendar.count - 1:
        raise ConflictError(
            f"the trial begins on {begin}, and sales are known up to {seen.calendar.as_of}",
            "setting trial.begins_on",
            "Judge it when some of its days are over.",
        )
    if place < 0:
        raise DataError(
            f"no sales are known before the trial begins on {begin}", "setting trial.begins_on",
            "Judge it on data that reaches back before it.",
        )  # fmt: skip
    return seen.calendar.end_of(np.array([place]))[0]


def judged(seen: Seen, situation: Situation, setting: TrialSetting, until: Day) -> Judged:
    """The trial judged; `situation`: what was known when it began, no trial on."""
    begin, end = days_of(setting)
    series = seen.terms.frame[["sku", "location"]]
    prices = prices_at(situation, plain_shortage(situation), series)
    sku, item = _items(seen, prices)
    lead = seen.terms.frame["lead_time_days"].to_numpy(np.float64)
    windows = windows_of(seen, lead, begin, until)
    now = rates(seen, prices, windows.now, windows.days, item)
    past = rates(seen, prices, windows.before, windows.days, item)
    kept = np.flatnonzero(np.isfinite(now.cost))
    challenged = on_trial(pd.Series(sku[kept]), setting)
    _refuse_few(challenged, begin, until)
    names = _classes(seen, situation, sku)[kept]
    stratum, classes = joined(names, challenged)
    sample = Sample(challenged, stratum)
    before = past.cost[kept]
    known = bool(np.isfinite(before).any())
    arm = np.where(challenged, "challenger", "control")
    return Judged(
        seen=seen,
        setting=setting,
        begin=begin,
        until=until,
        over=1.0 if until >= end else _over(windows, item, until, end),
        sample=sample,
        classes=classes,
        items=_item_frame(sku[kept], arm, np.array(classes)[stratum], now.take(kept), before),
        measures=_measures(now.take(kept), before if known else None, sample),
        by_class=_by_class(now.take(kept), before if known else None, sample, classes),
        adjusted=known,
        left_out=sku.size - kept.size,
        assumed=_assumed(seen, begin, sku.size - kept.size, known),
    )


def plain_shortage(situation: Situation) -> Floats:
    """What a unit short costs each series, S, multiplied by nothing."""
    found = np.zeros(situation.series)
    for rows in portions(situation):
        found[rows] = review_of(situation.take(rows)).ahead.problem.shortage
    return found


def _items(seen: Seen, prices: Prices) -> tuple[np.ndarray, np.ndarray]:
    """The items that were planned for stock when the trial began; each series' item, -1: none."""
    ours = seen.stocked & np.isfinite(prices.holding)
    names = seen.terms.frame["sku"].astype(str).to_numpy(dtype=object)
    sku = np.unique(names[ours])
    item = np.full(names.size, -1)
    item[ours] = np.searchsorted(sku, names[ours])
    return sku, item


def _classes(seen: Seen, situation: Situation, sku: np.ndarray) -> np.ndarray:
    """The class of each item when the trial began."""
    frame = situation.terms.frame
    names = frame["sku"].astype(str).to_numpy(dtype=object)
    place = np.searchsorted(sku, names)
    ours = (place < sku.size) & (sku[np.minimum(place, sku.size - 1)] == names)
    cost = situation.sold_in_last(int(DAYS_PER_YEAR)) * frame["unit_cost"].to_numpy(np.float64)
    kinds = situation.forecast.diagnostics["demand_class"].to_numpy()
    return item_classes(place[ours], kinds[ours], cost[ours])


def _over(windows: Windows, item: Integers, until: Day, end: Day) -> float:
    """Share of the days to be judged that are over, of the items that count."""
    days = (windows.now[item >= 0] * windows.days).sum(axis=1)
    left = days + float((end - until).astype(np.int64))
    return float(max(days.sum() / left.sum(), np.finfo(np.float64).tiny))


def _refuse_few(challenged: Flags, begin: Day, until: Day) -> None:
    fewest = int(min(challenged.sum(), (~challenged).sum()))
    if fewest < LEAST_ITEMS:
        raise DataError(
            f"an arm of the trial has {fewest} items whose stock was counted between {begin} and"
            f" {until}, after an order could be there",
            "stock, setting trial.share",
            f"Wait, keep dated rows of stock, or put more items on trial: {LEAST_ITEMS} an arm are"
            " the least.",
        )


def _measures(now: Rates, before: Floats | None, sample: Sample) -> dict[str, Difference]:
    """Every measure that both arms have: cost a week of all items, shares, turnover a year."""
    week = DAYS_PER_WEEK * sample.challenged.size
    found: dict[str, Difference | None] = {
        COST: of_means(now.cost * week, sample, None if before is None else before * week),
        "holding": of_means(now.holding * week, sample),
        "shortage": of_means(now.shortage * week, sample),
        "order": of_means(now.order * week, sample),
        "fill_rate": of_ratios(now.demand - now.hidden, now.demand, sample),
        "stockout_rate": of_ratios(now.days_without, now.days_stocked, sample),
        "turnover": of_ratios(now.goods * DAYS_PER_YEAR, now.stock, sample),
        "stock_value": of_means(now.stock * sample.challenged.size, sample),
    }
    return {name: one for name, one in found.items() if one is not None}


def _by_class(
    now: Rates, before: Floats | None, sample: Sample, classes: tuple[str, ...]
) -> dict[str, Difference]:
    """Cost a week of the items of each class."""
    found = {}
    for code, name in enumerate(classes):
        mine = sample.stratum == code
        part = Sample(sample.challenged[mine], np.zeros(int(mine.sum()), dtype=np.int64))
        week = DAYS_PER_WEEK * mine.sum()
        few = min(part.challenged.sum(), (~part.challenged).sum()) < LEAST_ITEMS
        past = None if before is None or few else before[mine] * week
        found[name] = of_means(now.cost[mine] * week, part, past)
    return found


def _item_frame(
    sku: np.ndarray, arm: np.ndarray, names: np.ndarray, now: Rates, before: Floats
) -> pd.DataFrame:
    """A row per item: what it cost and sold a day."""
    return pd.DataFrame(
        {
            "sku": sku,
            "arm": arm,
            "class": names,
            "cost_per_day": now.cost,
            "cost_per_day_before": before,
            "holding_per_day": now.holding,
            "shortage_per_day": now.shortage,
            "order_per_day": now.order,
            "demand_per_day": now.demand,
            "hidden_per_day": now.hidden,
            "stock_value": now.stock,
        }
    )


def _assumed(seen: Seen, begin: Day, left_out: int, known: bool) -> tuple[str, ...]:
    """What a reader of the numbers should know."""
    said = [
        "Items are on trial with all their places, and count for the arm they were drawn for,"
        " whatever was really ordered: those in stock when it began, each from the first day on"
        " which an order of the trial could be on its shelf.",
        f"A unit short costs what it cost on {begin}, times no factor: both arms are judged alike.",
        "Demand that found no stock is an estimate: what was sold on other days says it.",
    ]
    if left_out:
        said.append(f"{left_out:,} items are left out: no stock of theirs was counted since.")
    if not known:
        said.append("No stock was counted before it began: costs are not adjusted by earlier ones.")
    if orders_made(seen.dataset) is None:
        said.append("No orders are recorded (open_orders, receipts): costs of orders are left out.")
    if limits_given(seen.dataset):
        said.append(
            "The plan has limits that items share: what one arm takes the other lacks, so a"
            " difference may be partly at the other's expense."
        )
    return tuple(said)
