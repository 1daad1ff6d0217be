"""Limits of whole groups, from their settings: containers that are filled, fill rates kept."""

from __future__ import annotations

from domain.errors import PlanError
from optimization.constraints import LIMITS, Limit
from planning.item_costs import numbers
from planning.situation import Situation


def containers(situation: Situation) -> list[Limit]:
    """A limit for each `[[container]]`. Raises PlanError where nobody could tell if it is kept."""
    kind, frame = LIMITS.get("container_fill"), situation.terms.frame
    found: list[Limit] = []
    for setting in situation.dataset.settings.container:
        place = setting.location
        theirs = frame["supplier"] == setting.supplier
        theirs &= (frame["location"] == place) if place else True
        _some(bool(theirs.any()), "container", setting.supplier, place)
        if not (numbers(frame, "volume_m3")[theirs] > 0).all():
            raise PlanError(
                f"{setting.supplier} ships in containers, but an item of it has no volume",
                "volume_m3",
                "Give volume_m3 in items for all its items, or leave the container out.",
            )
        found.append(kind(setting.supplier, place, setting.volume_m3, setting.least_fill))
    return found


def group_services(situation: Situation, names: list[str]) -> list[Limit]:
    """A limit for each `[[group_service]]`, with its name. Raises PlanError for an empty group."""
    frame = situation.terms.frame
    found: list[Limit] = []
    for name, setting in zip(names, situation.dataset.settings.group_service, strict=True):
        asked = {
            column: value
            for column in ("category", "supplier", "location")
            if (value := getattr(setting, column)) is not None
        }
        theirs = frame["sku"].notna()
        for column, value in asked.items():
            theirs &= frame[column] == value if column in frame else False
        _some(bool(theirs.any()), "group_service", *asked.values())
        if setting.fill_rate is None:
            level = setting.cycle_service_level
            make = LIMITS.get("group_cycle_service")
            found.append(make(name=name, cycle_service_level=level, **asked))
        else:
            found.append(LIMITS.get("group_service")(name, setting.fill_rate, **asked))
    return found


def _some(there: bool, section: str, *names: str | None) -> None:
    """Refuse a group that no item is in."""
    if not there:
        said = " at ".join(name for name in names if name)
        raise PlanError(
            f"no item is in the group that [[{section}]] names: {said}",
            section,
            "Name a category, supplier or location that items have, as they are spelt there.",
        )
