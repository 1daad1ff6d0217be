"""The user's own watch list: key figures against their limits, at the last day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import SettingsError
from domain.settings_monitoring import WatchSetting
from experiments.monitoring.figures import Figures, kpi_of


@dataclass(frozen=True)
class Watched:
    """A watched figure: its value and whether it is out of its limits; None: not known."""

    setting: WatchSetting
    title: str
    unit: str
    value: float | None

    @property
    def group(self) -> str:
        """What it is measured on."""
        return self.setting.demand_class or self.setting.location or "all"

    @property
    def out(self) -> bool:
        """Whether it lies below the low or above the high limit."""
        if self.value is None:
            return False
        low, high = self.setting.low, self.setting.high
        return (low is not None and self.value < low) or (high is not None and self.value > high)


def watched(
    settings: Sequence[WatchSetting], now: dict[tuple[str, str], Figures]
) -> tuple[Watched, ...]:
    """Each watched figure; raises SettingsError for a figure or a group that is not monitored.

    `now`: figures of the last day, by kind of group and its name.
    """
    found = []
    for place, one in enumerate(settings):
        kpi = kpi_of(one.kpi)
        group = ("all", "all")
        if one.demand_class is not None:
            group = ("demand_class", one.demand_class)
        elif one.location is not None:
            group = ("location", one.location)
        if group not in now:
            known = ", ".join(name for kind, name in now if kind == group[0])
            raise SettingsError(
                f"nothing is monitored of the {group[0].replace('_', ' ')} {group[1]!r}",
                f"setting watch[{place}]",
                f"Known: {known}.",
            )
        found.append(Watched(one, kpi.title, kpi.unit, now[group].get(one.kpi)))
    return tuple(found)
