"""`restock roi`: today's rule against the plan on the past, less what planning costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from domain.periods import Bucket, Day, calendar_of
from domain.settings_monitoring import RoiSetting
from experiments.investment.cash import MONTHS_PER_YEAR, Moved, Saved, payback, sensitivity
from experiments.investment.rule import Rule, todays_rule
from experiments.replay.ground import lay
from experiments.replay.naming import CALIBRATED, named_policies
from experiments.replay.run import Replay, replay
from experiments.replay.score import Score
from planning.as_of import settle
from planning.calibration import Calibration, read_calibration
from planning.steps import Steps
from planning.store.read import read_dataset

PLAN = "optimizer"
LONGEST_DAYS = 365
SHARE = 0.4
"""Of history that is replayed where no first day is named, a year at most."""


@dataclass(frozen=True)
class Return:
    """What planning returns."""

    replay: Replay
    rule: Rule  # what is done today
    plan: str  # the policy that stands for the plan
    months: float  # that were scored
    saved: Saved
    interval: tuple[float, float]  # 95 %, over series, of what was saved a month
    payback: float | None  # months
    moved: tuple[Moved, ...]

    @property
    def costs(self) -> RoiSetting:
        """What planning costs."""
        return self.replay.ground.settings.roi

    @property
    def rule_score(self) -> Score:
        """Measures of today's rule."""
        return self.replay.scores[self.rule.policy]

    @property
    def plan_score(self) -> Score:
        """Measures of the plan."""
        return self.replay.scores[self.plan]


def return_of(
    path: Path,
    workspace: Path | None,
    begin: date | None,
    until: date | None,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
) -> Return:
    """Replay the dataset at `path` by today's rule and by the plan, and count the cash.

    Today's rule is the orders that were made, where they are recorded, else minimum and maximum.
    """
    with steps.step("read"):
        whole = read_dataset(path, settings_file, overrides)
    with steps.step("ground"):
        bucket, last = settle(whole, until, "--until")
        first = whole.tables["sales"]["date"].min().to_datetime64().astype("datetime64[D]")
        back = min(LONGEST_DAYS, int(SHARE * (last - first).astype(np.int64)))
        start = _close_before(bucket, last, back) if begin is None else begin
        known = usable(workspace, start)
        ground = lay(path.resolve().stem, whole, start, until, known)
    plan = PLAN if known is None else CALIBRATED
    rule = todays_rule(ground)
    made = replay(ground, named_policies([rule.policy, plan]), True, steps)
    return judged(made, rule, plan)


def _close_before(bucket: Bucket, last: Day, days: int) -> date:
    """The last day of the bucket before the one that lies so many days before the last."""
    calendar = calendar_of(np.array([last - np.timedelta64(days, "D")]), bucket, last)
    return date.fromisoformat(str(calendar.first - np.timedelta64(1, "D")))


def usable(workspace: Path | None, start: date) -> Calibration | None:
    """The workspace's calibration where it knows of no day that is replayed."""
    if workspace is None:
        return None
    found = read_calibration(workspace)
    return found if found is not None and found.as_of <= str(start) else None


def judged(made: Replay, today: Rule, plan: str) -> Return:
    """The return that a replay shows."""
    ground, rule, ours = made.ground, made.scores[today.policy], made.scores[plan]
    days = ground.day(ground.calendar.count - 1) - ground.day(ground.scored_from - 1)
    months = days / (365.0 / MONTHS_PER_YEAR)
    held, held_by_plan = _stock(made, today.policy), _stock(made, plan)
    slow = (rule.slow_moving_rate or 0.0) * held[-1]
    slow_by_plan = (ours.slow_moving_rate or 0.0) * held_by_plan[-1]
    saved = Saved(
        holding=(rule.holding - ours.holding) / months,
        shortage=(rule.shortage - ours.shortage) / months,
        order=(rule.order - ours.order) / months,
        slow_stock=float(slow - slow_by_plan),
        released=float(held.mean() - held_by_plan.mean()),
    )
    interval = (-ours.interval[1] / months, -ours.interval[0] / months)
    costs = ground.settings.roi
    return Return(
        replay=made,
        rule=today,
        plan=plan,
        months=months,
        saved=saved,
        interval=interval,
        payback=payback(saved, costs),
        moved=sensitivity(saved, costs, interval),
    )


def _stock(made: Replay, policy: str) -> np.ndarray:
    """Stock at cost at the end of every scored bucket."""
    part = made.trajectory[(made.trajectory["policy"] == policy) & made.trajectory["scored"]]
    return part["stock_value"].to_numpy(np.float64)
