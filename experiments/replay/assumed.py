"""What a replay takes for granted, in sentences."""

from __future__ import annotations

import numpy as np

from experiments.replay.ground import Ground
from experiments.replay.naming import CALIBRATED, RECORD
from experiments.replay.walk import Walked
from planning.limits import limits_left_out
from planning.report.page_words import counted, number


def assumed(walked: Walked, vary_lead_times: bool, rule_named: bool) -> tuple[str, ...]:
    """Every assumption that a reader of the numbers should know."""
    return (
        *_learning(walked),
        *_start(walked),
        *_demand(walked),
        *_rules(walked, rule_named),
        *_recorded(walked),
        *_calibrated(walked),
        *_times(walked, vary_lead_times),
        *limits_left_out(walked.ground.dataset),
        *_bound(walked.ground),
        *(entry.sentence() for entry in walked.ground.terms.filled),
    )


def _learning(walked: Walked) -> list[str]:
    ground = walked.ground
    said = [
        "Every policy learns from what it would have sold itself; a bucket in which its shelf was"
        " empty at the end of a day is a lower bound to it."
        if ground.settings.unmet_demand == "lost"
        else "Customers who wait are seen: every policy learns from all that was asked for.",
        f"Items, suppliers, costs and prices are as known on {ground.start}; dates of launches,"
        " ends of sale and closures are taken to be known ahead.",
    ]
    if ground.told.dataset.tables:
        said.append(
            "Planners' adjustments and customers' orders count from the day they were made until"
            " their days are over; unadjusted_optimizer is deaf to them."
        )
    if ground.begun_later:
        said.append(
            f"{ground.begun_later:,} sku-locations that nobody knew of on {ground.start} are"
            " left out."
        )
    return said


def _start(walked: Walked) -> list[str]:
    ground, counted = walked.ground, walked.opening.counted
    known, guessed = int(counted.sum()), int((~counted).sum())
    first = ground.calendar.start_of(np.array([ground.scored_from]))[0]
    said = []
    if known:
        said.append(
            f"{known:,} sku-locations begin with the stock counted by {ground.start} and their"
            f" {walked.opening.under_way.rows.size:,} open order lines of then."
        )
    if guessed:
        said.append(
            f"{guessed:,} sku-locations begin with the mean demand of one protection period on"
            " hand and nothing on order."
        )
    said.append(f"Costs count from {first}, after the longest protection period.")
    return said


def _demand(walked: Walked) -> list[str]:
    ground = walked.ground
    lost = ground.settings.unmet_demand == "lost"
    said = [
        "Demand that finds no stock is lost, and charged per unit."
        if lost
        else "Demand that finds no stock waits; units waiting at the end of a review cycle are"
        " charged, once a cycle."
    ]
    if walked.drawn:
        said.append(
            f"In {walked.drawn:,} sku-location-{ground.calendar.bucket.value}s sales were cut"
            " short or are not known: their demand was drawn from the corrected distribution,"
            f" seed {ground.settings.solver.seed}."
        )
    levelled = ~ground.terms.frame["target_kind"].isin(["shortage_cost", "margin"]).to_numpy()
    if levelled.any():
        said.append(
            f"For {int(levelled.sum()):,} sku-locations with a service level, a unit short costs"
            " what makes that level the optimizer's own at the start; all policies are judged by"
            " it."
        )
    return said


def _rules(walked: Walked, rule_named: bool) -> list[str]:
    silent = int((~walked.opening.levels_kept).sum())
    if not rule_named or not silent:
        return []
    return [
        f"min_max: the items table keeps no levels for {silent:,} sku-locations; there the minimum"
        " is the mean demand of the protection period, the maximum that of one review period more."
    ]


def _recorded(walked: Walked) -> list[str]:
    record = walked.ground.made
    if record is None or RECORD not in walked.states:
        return []
    end = walked.ground.day(walked.ground.calendar.count - 1)
    said = [
        f"{RECORD}: {counted(int(record.placed(0, end)[0].size), 'order line')} as recorded, each"
        " on its own day, its goods on the shelf the day after they came in; with lead times and"
        " days of its own it may even beat perfect foresight, which keeps to those of the terms."
    ]
    if record.others:
        said.append(
            f"{counted(record.others, 'order line')} of items that are not replayed"
            f" {'is' if record.others == 1 else 'are'} left out."
        )
    return said


def _calibrated(walked: Walked) -> list[str]:
    ground = walked.ground
    if ground.calibration is None or CALIBRATED not in walked.states:
        return []
    low, high = ground.calibrated_factor.min(), ground.calibrated_factor.max()
    factor = number(low) if low == high else f"{number(low)} to {number(high)}"
    return [
        f"{CALIBRATED}: as calibrated on the past up to {ground.calibration.as_of}, it weighs a"
        f" shortage {factor} times what it costs; it is judged by the cost itself, as all are."
    ]


def _times(walked: Walked, vary_lead_times: bool) -> list[str]:
    ground, frame = walked.ground, walked.ground.terms.frame
    said = []
    spread = int((frame["lead_time_std_days"] > 0).sum())
    if spread and vary_lead_times:
        said.append(
            f"Lead times of {spread:,} sku-locations are drawn from their spread, seed"
            f" {ground.settings.solver.seed}; the same for every policy."
        )
    elif spread:
        said.append("Lead times are taken as fixed, whatever their spread.")
    if ground.slower_reviews:
        said.append(
            f"{ground.slower_reviews:,} sku-locations are reviewed once a whole number of"
            f" {ground.calendar.bucket.value}s: between two closes nothing new is known."
        )
    return said


def _bound(ground: Ground) -> list[str]:
    frame = ground.terms.frame
    packs = (frame["order_multiple"] > 1) | (frame["minimum_order_quantity"] > 0)
    shared = frame["order_cost"] > 0
    left_out = [
        words
        for words, there in (("packs and minimums", packs.any()), ("order costs", shared.any()))
        if there
    ]
    if not left_out:
        return ["Perfect foresight is exact: what the best orders in hindsight cost."]
    return [
        "Perfect foresight is a lower bound that nobody need be able to reach:"
        f" {' and '.join(left_out)} are left out of it."
    ]
