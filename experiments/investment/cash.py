"""From what a replay saved to cash: a monthly curve, payback, and what each assumption moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from domain.settings_monitoring import RoiSetting
from domain.terms import Floats

MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class Saved:
    """What the plan saved on the rule, money a month unless said; below 0: it cost more."""

    holding: float
    shortage: float  # lost sales, or waiting customers, at the shortage cost
    order: float
    slow_stock: float  # money less in slow-moving stock at the end of the replay
    released: float  # money less tied up in stock, averaged over the replay

    @property
    def a_month(self) -> float:
        """What the replay priced."""
        return self.holding + self.shortage + self.order


def monthly(saved: Saved, costs: RoiSetting) -> float:
    """Cash a month: savings that are followed, write-offs avoided, less running costs."""
    avoided = saved.slow_stock * costs.write_off_rate_per_year / MONTHS_PER_YEAR
    running = costs.software_per_month + costs.people_per_month + costs.integration_per_month
    return (saved.a_month + avoided) * costs.followed_share - running


def curve(saved: Saved, costs: RoiSetting) -> Floats:
    """Cash since the start at the end of each month, the first entry being month 0.

    Money released from stock is not in it: it comes once, and belongs to the stock.

    >>> costs = RoiSetting(one_off=100, software_per_month=10, months=3)
    >>> curve(Saved(30.0, 20.0, 0.0, 0.0, 500.0), costs).tolist()
    [-100.0, -60.0, -20.0, 20.0]
    """
    months = np.arange(costs.months + 1)
    return np.asarray(-costs.one_off + months * monthly(saved, costs), dtype=np.float64)


def payback(saved: Saved, costs: RoiSetting, with_stock: bool = False) -> float | None:
    """Months until cash has come back, a part of a month included; None: never.

    `with_stock`: what the plan puts into stock must come back too.

    >>> saved = Saved(30.0, 20.0, 0.0, 0.0, -60.0)
    >>> costs = RoiSetting(one_off=100, software_per_month=10)
    >>> payback(saved, costs), payback(saved, costs, with_stock=True)
    (2.5, 4.0)
    """
    gain = monthly(saved, costs)
    if gain <= 0:
        return None
    put_in = max(0.0, -saved.released * costs.followed_share) if with_stock else 0.0
    return (costs.one_off + put_in) / gain


@dataclass(frozen=True)
class Moved:
    """What follows where one assumption alone is lower or higher."""

    name: str
    value: float
    unit: str  # money, money a month, share
    low: float
    high: float
    year_low: float  # cash after a year with the low value
    year_high: float
    payback_low: float | None  # months
    payback_high: float | None
    payback_with_stock_low: float | None  # months, what goes into stock back as well
    payback_with_stock_high: float | None

    @property
    def swing(self) -> float:
        """Money between the two after a year."""
        return abs(self.year_high - self.year_low)


WORDS = {
    "software_per_month": ("software", "money a month"),
    "people_per_month": ("people's time", "money a month"),
    "integration_per_month": ("integration", "money a month"),
    "one_off": ("once, before anything is saved", "money"),
    "write_off_rate_per_year": ("slow-moving stock written off in a year", "share"),
    "followed_share": ("share of the saving that is had", "share"),
}
PRICED = {
    "holding": "holding cost saved",
    "shortage": "lost sales avoided",
    "order": "order cost saved",
}


def sensitivity(
    saved: Saved, costs: RoiSetting, interval: tuple[float, float]
) -> tuple[Moved, ...]:
    """Every assumption moved by `spread` alone, what matters most first; none that moves nothing.

    `interval`: 95 % of what the replay saved a month, over series; it is moved through.
    """
    found = []
    scale = interval[0] - saved.a_month, interval[1] - saved.a_month
    ends = [replace(saved, shortage=saved.shortage + one) for one in scale]
    found.append(
        _moved("saved in the replay (95%)", "money a month", saved.a_month, interval, ends, costs)
    )
    for name, said in PRICED.items():
        value = float(getattr(saved, name))
        both = _around(value, costs.spread)
        ends = [replace(saved, **{name: one}) for one in both]
        found.append(_moved(said, "money a month", value, both, ends, costs))
    for name, (said, unit) in WORDS.items():
        value = float(getattr(costs, name))
        low, high = _around(value, costs.spread)
        high = min(high, 1.0) if unit == "share" else high
        settings = [costs.model_copy(update={name: one}) for one in (low, high)]
        found.append(_with(said, unit, value, (low, high), saved, settings))
    moving = [one for one in found if one.swing > 0]
    return tuple(sorted(moving, key=lambda one: -one.swing))


def _around(value: float, spread: float) -> tuple[float, float]:
    """The value a share lower and higher, the lower first."""
    low, high = sorted((value * (1.0 - spread), value * (1.0 + spread)))
    return low, high


def _moved(
    name: str,
    unit: str,
    value: float,
    both: tuple[float, float],
    ends: list[Saved],
    costs: RoiSetting,
) -> Moved:
    year = [_after_a_year(one, costs) for one in ends]
    back = [payback(one, costs, stock) for stock in (False, True) for one in ends]
    return Moved(name, value, unit, *both, *year, *back)


def _with(
    name: str,
    unit: str,
    value: float,
    both: tuple[float, float],
    saved: Saved,
    settings: list[RoiSetting],
) -> Moved:
    year = [_after_a_year(saved, one) for one in settings]
    back = [payback(saved, one, stock) for stock in (False, True) for one in settings]
    return Moved(name, value, unit, *both, *year, *back)


def _after_a_year(saved: Saved, costs: RoiSetting) -> float:
    """Cash after twelve months."""
    return -costs.one_off + MONTHS_PER_YEAR * monthly(saved, costs)


def table(saved: Saved, costs: RoiSetting) -> Mapping[str, float]:
    """What a month brings and costs, line by line."""
    avoided = saved.slow_stock * costs.write_off_rate_per_year / MONTHS_PER_YEAR
    unfollowed = (saved.a_month + avoided) * (costs.followed_share - 1.0)
    return {
        "lost sales avoided": saved.shortage,
        "holding cost saved": saved.holding,
        "order cost saved": saved.order,
        "write-offs avoided": avoided,
        **({"orders not followed": unfollowed} if unfollowed else {}),
        "software": 0.0 - costs.software_per_month,
        "people's time": 0.0 - costs.people_per_month,
        "integration": 0.0 - costs.integration_per_month,
    }
