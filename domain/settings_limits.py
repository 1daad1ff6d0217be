"""Settings of limits that items share beside budgets: containers, and promises to groups."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.settings_refusal import one_of


class ContainerSetting(BaseModel):
    """Orders of a supplier in containers that must be filled."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    supplier: str = Field(min_length=1, description="whose orders fill containers")
    location: str | None = Field(
        None, description="where they go; what all locations order of a day together when silent"
    )
    volume_m3: float = Field(gt=0, strict=True, description="what a container holds, cubic metres")
    least_fill: float = Field(
        0.9, gt=0, le=1, description="share to which the last container must be filled"
    )


class GroupServiceSetting(BaseModel):
    """A fill rate, or a cycle service level, that some items keep together."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        json_schema_extra=one_of("fill_rate", "cycle_service_level"),
    )

    fill_rate: float | None = Field(
        None,
        gt=0,
        lt=1,
        strict=True,
        description="least share of the group's demand that is served",
    )
    cycle_service_level: float | None = Field(
        None,
        gt=0,
        lt=1,
        strict=True,
        description="least probability of no shortage in a cycle, on average of the group's items",
    )
    category: str | None = Field(None, description="of items of this category; any when silent")
    supplier: str | None = Field(None, description="of items of this supplier; any when silent")
    location: str | None = Field(None, description="at this location; anywhere when silent")
    name: str = Field("service", min_length=1, max_length=60, description="what it is called")

    @model_validator(mode="before")
    @classmethod
    def _named(cls, values: object) -> object:
        """Called what it promises, where it is not named."""
        if isinstance(values, dict) and "name" not in values:
            called = "cycle service level" if "cycle_service_level" in values else "fill rate"
            return {**values, "name": called}
        return values

    @model_validator(mode="after")
    def _one_promise(self) -> GroupServiceSetting:
        """Either of the two."""
        if (self.fill_rate is None) == (self.cycle_service_level is None):
            raise ValueError("a group_service has either fill_rate or cycle_service_level")
        return self
