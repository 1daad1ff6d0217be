"""What is due by the clock is asked for, once, whoever looks and however late."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from domain.errors import SettingsError
from domain.settings_layers import load_settings
from domain.settings_schedule import ScheduleSetting
from planning.schedules import last_due
from planning.store.service.interface import ServiceStore
from planning.store.service.records import PlanRequest

LOOK_SECONDS = 10.0
BY = "schedule"


@dataclass
class Schedule:
    """The schedules in the settings of a store, as one worker of several looks at them.

    What they make is named by the schedule and the time it was due, so that two workers ask for
    one thing. Of several times that were missed the last is made up for.
    """

    store: ServiceStore
    tell: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    _looked_at: float | None = None

    def look(self) -> None:
        """Ask for what is due, unless it was looked a moment ago."""
        now = self.clock()
        if self._looked_at is not None and now - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = now
        try:
            settings = load_settings([("settings of the store", self.store.settings())])
        except SettingsError as error:  # of a newer Restock; jobs that were asked for go on
            self.tell(str(error))
            return
        by_name = {schedule.name: schedule for schedule in settings.schedule}
        at, until = self.store.schedules(sorted(by_name))
        for name, schedule in by_name.items():
            due = last_due(schedule, at)
            if due > until.get(name, at):
                self._ask(schedule, due)
                self.store.scheduled(name, due)

    def _ask(self, schedule: ScheduleSetting, due: float) -> None:
        """Leave the job; the same again is there already."""
        moment = time.strftime("%Y%m%dT%H%MZ", time.gmtime(due))
        id = f"{schedule.name}-{moment}"
        if schedule.job == "plan":
            self.store.request_plan(PlanRequest(), BY, id)
        else:
            self.store.enqueue(schedule.job, {}, BY, id)
        self.tell(f"{schedule.job} was due at {moment}: asked for as {id}")
