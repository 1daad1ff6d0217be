"""`[[group_service]]`: a fill rate or cycle service level that a group keeps together."""

from __future__ import annotations

from optimization.constraints import LIMITS, Limit
from planning.dataset import Dataset
from planning.limits import SHARED
from planning.limits.reading import numbered, refuse_nobody
from planning.situation import Situation


class GroupServices:
    """A limit for each group that is promised something."""

    words = "service of groups"

    def given(self, dataset: Dataset) -> bool:
        """Whether a group is promised something."""
        return bool(dataset.settings.group_service)

    def limits(self, situation: Situation) -> list[Limit]:
        """A limit for each, with a name of its own. Raises PlanError for an empty group."""
        frame = situation.terms.frame
        asked_for = situation.dataset.settings.group_service
        names = numbered([setting.name for setting in asked_for])
        found: list[Limit] = []
        for name, setting in zip(names, asked_for, strict=True):
            asked = {
                column: value
                for column in ("category", "supplier", "location")
                if (value := getattr(setting, column)) is not None
            }
            theirs = frame["sku"].notna()
            for column, value in asked.items():
                theirs &= frame[column] == value if column in frame else False
            refuse_nobody(bool(theirs.any()), "group_service", *asked.values())
            if setting.fill_rate is None:
                level = setting.cycle_service_level
                make = LIMITS.get("group_cycle_service")
                found.append(make(name=name, cycle_service_level=level, **asked))
            else:
                found.append(LIMITS.get("group_service")(name, setting.fill_rate, **asked))
        return found


SHARED.register("group_service")(GroupServices())
