"""Settings of what watches over plans: key figures with limits, what planning costs.

They decide no plan.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Figure = Literal[
    "bias",
    "wape",
    "coverage_0.95",
    "sum_coverage_0.95",
    "fill_rate",
    "stockout_rate",
    "sales_value",
    "stock_value",
    "turnover",
    "days_of_inventory",
    "stock_to_sales",
    "slow_moving_rate",
    "slow_moving_sku_rate",
    "moving_rate",
    "non_moving",
    "dead",
    "gmroi",
]
"""What is monitored, in the order people ask for it: forecast, service, stock, what stands."""


GIVEN = {"not": {"type": "null"}}
LIMITED: dict[str, Any] = {
    "anyOf": [{"required": [name], "properties": {name: GIVEN}} for name in ("low", "high")],
    "not": {
        "required": ["demand_class", "location"],
        "properties": {"demand_class": GIVEN, "location": GIVEN},
    },
}
"""The rules of `WatchSetting` as JSON Schema."""


class WatchSetting(BaseModel):
    """A key figure that is to stay within limits."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, json_schema_extra=LIMITED
    )

    kpi: Figure = Field(description="which figure, such as fill_rate or turnover")
    low: float | None = Field(None, description="below this it is out of its limits")
    high: float | None = Field(None, description="above this it is out of its limits")
    demand_class: Literal["smooth", "erratic", "intermittent", "lumpy"] | None = Field(
        None, description="of smooth, erratic, intermittent or lumpy items; of all when silent"
    )
    location: str | None = Field(None, description="at this location; anywhere when silent")

    @model_validator(mode="after")
    def _limited(self) -> WatchSetting:
        """At least one limit, in order, and one group at most."""
        if self.low is None and self.high is None:
            raise ValueError("a watched figure has low, high or both")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low is above high")
        if self.demand_class is not None and self.location is not None:
            raise ValueError("a figure is watched by demand_class or by location, not by both")
        return self


class RoiSetting(BaseModel):
    """What planning by Restock costs, and what the return on it takes for granted."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    software_per_month: float = Field(0.0, ge=0, description="money for software a month")
    people_per_month: float = Field(0.0, ge=0, description="money for people's time a month")
    integration_per_month: float = Field(
        0.0, ge=0, description="money for running the integration a month"
    )
    one_off: float = Field(0.0, ge=0, description="money before anything is saved")
    write_off_rate_per_year: float = Field(
        0.2, ge=0, le=1, description="share of slow-moving stock that is written off in a year"
    )
    followed_share: float = Field(
        1.0, gt=0, le=1, description="share of the plan's saving that is had, as not all follow it"
    )
    spread: float = Field(
        0.25, gt=0, lt=1, description="share by which each assumption is moved to see what changes"
    )
    months: int = Field(36, ge=1, le=120, description="months that are looked at")
