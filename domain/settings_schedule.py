"""Settings of what the service's worker does by the clock. They decide no plan."""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

EVERY_DAY = "1234567"


class ScheduleSetting(BaseModel):
    """A job at a time of day on some weekdays, by the clock of a place."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    job: Literal["plan", "retrain"] = Field(description="plan: a plan is made; retrain: see there")
    at: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="time of day, such as 02:30")
    weekdays: str = Field(
        EVERY_DAY, pattern=r"^[1-7]{1,7}$", description="days it is done on, 1 = Monday"
    )
    time_zone: str = Field("UTC", description="whose clock it is, such as Europe/Berlin")

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        """A zone that this machine knows."""
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{name[:80]!r} is no time zone known here") from error
        return name

    @property
    def name(self) -> str:
        """The same for the same schedule; part of what it makes is called."""
        days = "".join(sorted(set(self.weekdays)))
        zone = self.time_zone.replace("/", ".").replace("+", "p")
        return f"{self.job}-{self.at.replace(':', '')}-{days}-{zone}"
