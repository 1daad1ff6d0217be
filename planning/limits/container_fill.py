"""`[[container]]`: what a supplier ships fills its containers."""

from __future__ import annotations

from domain.errors import PlanError
from optimization.constraints import LIMITS, Limit
from planning.dataset import Dataset
from planning.item_costs import numbers
from planning.limits import SHARED
from planning.limits.reading import refuse_nobody
from planning.situation import Situation


class Containers:
    """A limit for each container that is set."""

    words = "containers to be filled"

    def given(self, dataset: Dataset) -> bool:
        """Whether a container is set."""
        return bool(dataset.settings.container)

    def limits(self, situation: Situation) -> list[Limit]:
        """A limit for each. Raises PlanError where nobody could tell if it is kept."""
        kind, frame = LIMITS.get("container_fill"), situation.terms.frame
        found: list[Limit] = []
        for setting in situation.dataset.settings.container:
            place = setting.location
            theirs = frame["supplier"] == setting.supplier
            theirs &= (frame["location"] == place) if place else True
            refuse_nobody(bool(theirs.any()), "container", setting.supplier, place)
            if not (numbers(frame, "volume_m3")[theirs] > 0).all():
                raise PlanError(
                    f"{setting.supplier} ships in containers, but an item of it has no volume",
                    "volume_m3",
                    "Give volume_m3 in items for all its items, or leave the container out.",
                )
            found.append(kind(setting.supplier, place, setting.volume_m3, setting.least_fill))
        return found


SHARED.register("container_fill")(Containers())
