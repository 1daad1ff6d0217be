"""What past occurrences of an event did, by item and by category."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from domain.outputs_event import EVENT_EFFECTS
from domain.terms import Floats
from forecasting.event_effects import Effect
from planning.report.orders import UNIT_DIGITS

WIDTH = 1.96
"""Standard deviations of an interval of 95 %."""


def effect_frame(event: str, terms: pd.DataFrame, found: Mapping[str, Effect]) -> pd.DataFrame:
    """A row per phase and item that was seen, and per phase and category."""
    parts = [_phase(event, phase, terms, effect) for phase, effect in found.items()]
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in EVENT_EFFECTS.names})
    whole = pd.concat(parts, ignore_index=True)
    for name in ("usual_units", "units", "uplift", "uplift_low", "uplift_high", "lost_units"):
        whole[name] = whole[name].round(UNIT_DIGITS) + 0.0
    return whole[list(EVENT_EFFECTS.names)]


def _phase(event: str, phase: str, terms: pd.DataFrame, effect: Effect) -> pd.DataFrame:
    """Items, then categories, of one phase."""
    count, seen = len(terms), effect.excess
    usual = np.bincount(seen.series, seen.share * seen.usual, count)
    # Of a bucket that lies partly in the phase, what came beyond the usual counts in full.
    came = usual + np.bincount(seen.series, seen.came - seen.usual, count)
    excess, deviation = effect.uplift.excess, effect.uplift.deviation
    items = pd.DataFrame(
        {
            "event": event,
            "phase": phase,
            "level": "item",
            "category": terms["category"],
            "sku": terms["sku"],
            "location": terms["location"],
            "usual_units": usual,
            "units": np.maximum(came, 0.0),
            "uplift": 1.0 + excess,
            "uplift_low": _bound(excess - WIDTH * deviation),
            "uplift_high": _bound(excess + WIDTH * deviation),
        }
    )
    items = items[usual > 0].reset_index(drop=True)
    gains = items["category"].isin(set(items.loc[items["uplift_low"] > 1.0, "category"]))
    loses = gains & (items["uplift_high"] < 1.0)
    items["lost_units"] = (items["usual_units"] * (1.0 - items["uplift"])).where(loses, 0.0)
    return pd.concat([items, _categories(items, event, phase)], ignore_index=True)


def _bound(excess: Floats) -> Floats:
    return np.maximum(1.0 + excess, 0.0)


def _categories(items: pd.DataFrame, event: str, phase: str) -> pd.DataFrame:
    """The same by category: uplifts weighted by usual units, doubts of items independent."""
    deviation = (items["uplift_high"] - items["uplift"]) / WIDTH * items["usual_units"]
    sums = (
        items.assign(weighted=items["uplift"] * items["usual_units"], square=deviation**2)
        .groupby("category", as_index=False, sort=True)[
            ["usual_units", "units", "weighted", "square", "lost_units"]
        ]
        .sum()
    )
    uplift = (sums["weighted"] / sums["usual_units"]).to_numpy()
    spread = WIDTH * (np.sqrt(sums["square"]) / sums["usual_units"]).to_numpy()
    return sums.assign(
        event=event,
        phase=phase,
        level="category",
        sku="",
        location="",
        uplift=uplift,
        uplift_low=np.maximum(uplift - spread, 0.0),
        uplift_high=uplift + spread,
    )
