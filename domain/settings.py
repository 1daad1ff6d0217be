"""Everything a plan can be told, each with its unit (DESIGN §3).

`settings_layers` reads them from command line, environment and files; what is silent is the
default here.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from domain.periods import Bucket
from domain.settings_limits import ContainerSetting, GroupServiceSetting
from domain.settings_monitoring import RoiSetting, WatchSetting
from domain.settings_refusal import one_of
from domain.settings_schedule import ScheduleSetting
from domain.settings_trees import TreesSetting
from domain.settings_trial import TrialSetting

PREFIX = "RESTOCK_"

ShoppingEventName = Literal[
    "lunar_new_year",
    "618",
    "golden_week",
    "double_11",
    "black_friday",
    "cyber_monday",
    "double_12",
    "christmas",
]


class BudgetSetting(BaseModel):
    """Money for orders: of some days, or of every so many days."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        json_schema_extra=one_of("ends_on", "period_days"),
    )

    amount: float = Field(ge=0, strict=True, description="money for orders, at cost, of a period")
    starts_on: date | None = Field(None, description="first day; the plan's own day when silent")
    ends_on: date | None = Field(None, description="last day; no other period follows")
    period_days: int | None = Field(
        None, ge=1, le=1095, description="days of a period; the same amount for each that follows"
    )
    name: str = Field("budget", min_length=1, max_length=60, description="what it is called")

    @model_validator(mode="after")
    def _one_end(self) -> BudgetSetting:
        """Either a last day or a length."""
        if (self.ends_on is None) == (self.period_days is None):
            raise ValueError("a budget has either ends_on or period_days")
        if self.ends_on and self.starts_on and self.ends_on < self.starts_on:
            raise ValueError("a budget ends before it starts")
        return self


class ForecasterSetting(BaseModel):
    """Series whose forecast is to come from a model that the user chose."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    model: str = Field(min_length=1, description="its name: holt_winters, prophet or imapa")
    skus: tuple[str, ...] = Field(min_length=1, description="the products it forecasts")
    locations: tuple[str, ...] = Field((), description="the places it does so at; silent: all")


class Solver(BaseModel):
    """How long and how hard to solve."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    time_limit_seconds: float = Field(60.0, gt=0, description="seconds, compiling not counted")
    relative_gap: float = Field(1e-6, gt=0, lt=1, description="gap at which a solve may stop")
    threads: int = Field(0, ge=0, description="threads; 0: all the machine has")
    seed: int = Field(0, ge=0, description="seed of everything drawn at random")


class Settings(BaseSettings):
    """The settings of a plan; see each field's description for meaning and unit."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
    )

    currency: str = Field("", max_length=12, description="currency of all money; a label")
    note: str = Field("", max_length=500, description="a sentence shown at the top of the report")
    encoding: str = Field("utf-8", description="encoding of text files")
    bucket: Bucket | None = Field(None, description="day, week or month; inferred when silent")
    horizon_buckets: int | None = Field(
        None,
        ge=1,
        le=1095,
        description="buckets the plan looks ahead; longest lead time + two reviews when silent",
    )
    review_period_days: int = Field(7, ge=1, le=365, description="days between chances to order")
    lead_time_days: float = Field(7, ge=0, le=1095, description="days from order to shelf")
    order_multiple: float = Field(
        1, ge=0, le=1e12, description="pack size where none is given; 0: any"
    )
    change_cost: float = Field(
        0.0,
        ge=0,
        strict=True,
        description="money that changing an order of the plan named by --previous must save",
    )
    unmet_demand: Literal["lost", "backordered"] = Field(
        "lost", description="what becomes of demand that cannot be served"
    )
    cycle_service_level: float = Field(
        0.95,
        gt=0,
        lt=1,
        description="probability of no shortage in a cycle, where nothing else is given",
    )
    shortage_from_margin: bool = Field(False, description="take shortage cost from the margin")
    price_tax_rate: float = Field(
        0.0, ge=0, lt=10, description="tax within prices, share of the net price"
    )
    selling_cost_rate: float = Field(
        0.0, ge=0, lt=1, description="selling costs, share of the price"
    )
    holding_rate_per_year: float = Field(
        0.25, ge=0, le=10, description="share of unit cost per year"
    )
    slow_moving_days: int = Field(
        90, ge=1, le=1095, description="days after which unsold stock is slow"
    )
    return_value_share: float | None = Field(
        None,
        ge=0,
        le=1,
        description="share of unit cost that suppliers pay for what is returned; silent: none is",
    )
    sales_dated_by: Literal["order", "shipment"] = Field(
        "order", description="the day a sale is dated by"
    )
    missing_buckets: Literal["zero", "unknown"] = Field(
        "zero", description="a missing bucket's demand"
    )
    history_from: date | None = Field(None, description="first day of history of every series")
    negative_stock: Literal["refuse", "zero", "backorder"] = Field(
        "refuse", description="what a negative stock means"
    )
    stock_max_age_days: int = Field(
        2, ge=0, le=36500, description="days after which stock counts as stale"
    )
    forecast_mode: Literal["auto", "local", "full"] = Field(
        "auto",
        description="local: smoothing alone; full: with a model over all series; auto: full "
        "where the panel is small enough to train on within seconds",
    )
    country: str = Field(
        "",
        max_length=2,
        description="whose public holidays count, in full mode and with models that are named: "
        "ISO 3166 code; silent: none",
    )
    shopping_events: tuple[ShoppingEventName, ...] = Field(
        (), description="shopping events that move demand, by name; known as country's holidays are"
    )
    forecaster: tuple[ForecasterSetting, ...] = Field(
        (),
        description="series with a model of their own, as [[forecaster]] with model and skus",
    )
    reconciliation: Literal["bottom_up", "auto"] = Field(
        "bottom_up",
        description="auto: forecasts of series are moved toward that of their total where that "
        "has proved right on the past; bottom_up: never",
    )
    aggregate_forecasts: str = Field(
        "none",
        description="model that forecasts total, categories and locations, shown in parts: "
        "holt_winters (the quicker and the better one where both were measured), prophet, imapa, "
        "none",
    )
    budget: tuple[BudgetSetting, ...] = Field(
        (),
        description="money for orders, as [[budget]] with amount and either period_days or ends_on",
    )
    container: tuple[ContainerSetting, ...] = Field(
        (), description="containers orders must fill, as [[container]] with supplier and volume_m3"
    )
    group_service: tuple[GroupServiceSetting, ...] = Field(
        (),
        description="fill rates of groups of items, as [[group_service]] with fill_rate and one or "
        "more of category, supplier, location",
    )
    order_lines_per_day: int | None = Field(
        None, ge=1, description="order lines that can be placed in a day; any number when silent"
    )
    storage_percentile: float | None = Field(
        None,
        ge=0.5,
        lt=1,
        strict=True,
        description="how surely the space of a place suffices; expected stock when silent",
    )
    watch: tuple[WatchSetting, ...] = Field(
        (),
        description="key figures restock monitor holds against limits, as [[watch]] with kpi and "
        "low, high or both",
    )
    schedule: tuple[ScheduleSetting, ...] = Field(
        (),
        description="what the service's worker does by the clock, as [[schedule]] with job and at",
    )
    roi: RoiSetting = Field(
        RoiSetting(), description="what planning costs, for restock roi, as [roi]"
    )
    trial: TrialSetting | None = Field(
        None, description="a policy that plans a share of the items, as [trial]; silent: none"
    )
    trees: TreesSetting = Field(
        TreesSetting(), description="how the global model learns, as [trees]"
    )
    solver: Solver = Solver()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load_settings` hands over; the environment is read there, with its name."""
        return (init_settings,)
