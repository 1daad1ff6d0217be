"""Bodies of requests and answers as OpenAPI tells them; numbers and truths are taken strictly."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Text = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$")
]
Words = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]


def _whole(value: Any) -> Any:
    """A whole number that is written with a point, as JSON allows, is a whole number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _day(value: Any) -> Any:
    """An ISO day; numbers and moments are not taken for days."""
    if not isinstance(value, str) or len(value) != 10:
        raise ValueError("write a day as YYYY-MM-DD")
    return dt.date.fromisoformat(value)


Day = Annotated[dt.date, BeforeValidator(_day)]
Tag = Annotated[int, Field(ge=0, le=2**53), BeforeValidator(_whole)]
Units = Annotated[float, Field(ge=0, le=1e12)]
StateName = Literal[
    "proposed",
    "approved",
    "rejected",
    "released",
    "acknowledged",
    "confirmed",
    "partly_received",
    "closed",
    "failed",
    "withdrawn",
    "expired",
]
Answer = dict[str, Any]


class Body(BaseModel):
    """What a request holds: nothing else, and nothing made into what it is not."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class Rows(Body):
    """Rows of a table by column; a column left out or null is blank."""

    rows: Annotated[list[dict[str, str | float | bool | None]], Field(max_length=10_000)]


class OneRow(Body):
    """One row of a table."""

    row: dict[str, str | float | bool | None]


class PlanOrder(Body):
    """What is asked of a plan: the last day known, and settings laid over the stored ones."""

    as_of: Day | None = None
    settings: dict[str, Any] = {}


class Decision(Body):
    """What to do with one line; `if_match` is its `change` as it was read."""

    id: Text
    action: Literal["approve", "change", "reject", "release"]
    quantity: Units | None = None
    due_on: Day | None = None
    reason: Words = ""
    if_match: Tag | None = None


class OneDecision(Body):
    """What goes with a decision on one line."""

    quantity: Units | None = None
    due_on: Day | None = None
    reason: Words = ""


class Decisions(Body):
    """Decisions on many lines of a plan."""

    items: Annotated[list[Decision], Field(min_length=1, max_length=10_000)]


class Release(Body):
    """Lines to release; null: every approved one."""

    ids: Annotated[list[Text], Field(max_length=10_000)] | None = None


class Query(Body):
    """Recommendations of many products at once."""

    skus: Annotated[list[Text], Field(min_length=1, max_length=10_000)]
    states: Annotated[list[StateName], Field(max_length=20)] | None = None


class OtherBound(Body):
    """What there would be of a limit that products share, in the first of its periods."""

    limit: Text
    bound: Units


class WhatIf(Body):
    """A product that would be otherwise; what is left out is as it was planned."""

    sku: Text
    location: Text = "main"
    plan: Text | None = None
    on_hand: Annotated[float | None, Field(ge=-1e12, le=1e12)] = None
    lead_time_days: Annotated[float | None, Field(ge=0, le=1095)] = None
    unit_cost: Annotated[float | None, Field(gt=0, le=1e12)] = None
    budget: Units | None = None
    limits: Annotated[list[OtherBound], Field(max_length=20)] = []


class Acknowledgement(Body):
    """What the ERP says of a released line."""

    id: Text
    action: Literal["acknowledge", "confirm", "receive", "close", "fail", "withdraw"] = (
        "acknowledge"
    )
    erp_order_id: Text | None = None
    quantity: Units | None = None
    due_on: Day | None = None
    reason: Words = ""


class Acknowledgements(Body):
    """What the ERP says of many lines."""

    items: Annotated[list[Acknowledgement], Field(min_length=1, max_length=10_000)]


class Problem(BaseModel):
    """RFC 9457, with what was wrong where, and how to mend it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    where: str
    mend: str
    request_id: str
    errors: list[Answer] = []


class Items(BaseModel):
    """A page; `next` is the cursor of the one after it."""

    items: list[Answer]
    next: str | None


class Recommended(BaseModel):
    """A line of a plan and what became of it; `change` is its entity tag."""

    id: str
    plan: str
    change: int
    state: str
    sku: str
    location: str
    supplier: str
    quantity: float
    due_on: str
    order_value: float
    quantity_received: float
    erp_order_id: str | None
    reason: str
    changed_at: str
    tombstone: bool
    line: Answer


class RecommendedPage(BaseModel):
    """Recommendations in the order of change; `next` goes on after them, now or later."""

    items: list[Recommended]
    next: str | None


class HeldPrice(BaseModel):
    """What a unit of a shared limit is worth, and the bounds for which that was looked at."""

    limit: str
    period: str
    unit: str
    bound: float
    marginal_value: float
    holds_from: float
    holds_to: float
    beyond: bool


class WhatIfAnswer(BaseModel):
    """What would be ordered; money in the plan's currency. `limits`: that charge the order."""

    plan: str
    as_of: str | None
    sku: str
    location: str
    quantity: float
    wanted: float
    order_up_to_level: float
    order_value: float
    order_on: str
    due_on: str
    orders_today: bool
    expected_cost: float
    expected_cost_without: float
    limits: list[HeldPrice]


class OutcomeAnswer(BaseModel):
    """What became of one line: as it stands now, or the problem."""

    id: str
    status: int
    changed: bool
    recommendation: Recommended | None = None
    problem: Answer | None = None


class OutcomesAnswer(BaseModel):
    """What became of each line, in the order of the request."""

    items: list[OutcomeAnswer]
    failed: int


class PlanAnswer(BaseModel):
    """A request for a plan, and the plan once it is published."""

    id: str
    job: str
    state: str
    as_of: str | None
    version: int | None
    plan_id: str | None
    created_at: str
    created_by: str
    published_at: str | None
    progress: float | None = None
    step: str | None = None
    summary: Answer
    files: list[str]
    error: Answer | None


class JobAnswer(BaseModel):
    """A job and how far it is."""

    id: str
    kind: str
    state: str
    progress: float
    step: str
    attempt: int
    cancel_requested: bool
    created_at: str
    created_by: str
    started_at: str | None
    finished_at: str | None
    result: Answer | None
    error: Answer | None


class WrittenAnswer(BaseModel):
    """What became of rows: the version of the tables, rows put, taken away and refused."""

    version: int
    rows: int
    removed: int = 0
    refused: int = 0
    dry_run: bool = False
    errors: list[Answer] = []


class RowAnswer(BaseModel):
    """One row of a table; its tag is in the ETag header."""

    key: list[str | float | None]
    row: Answer
