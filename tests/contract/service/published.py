"""Plans published without computing any: lines by hand."""

from __future__ import annotations

from typing import Any

from planning.store.service.interface import ServiceStore
from planning.store.service.records import Fence, PlanRequest, PlanResult, StoredPlan


def line(number: int, sku: str, location: str = "main", quantity: float = 10.0) -> dict[str, Any]:
    return {
        "line_id": number,
        "sku": sku,
        "location": location,
        "supplier": "near",
        "quantity": quantity,
        "order_on": "2024-06-02",
        "due_on": "2024-06-06",
        "unit_cost": 2.0,
        "order_value": 2.0 * quantity,
    }


def result(lines: list[dict[str, Any]], change: int = 0) -> PlanResult:
    return PlanResult("abc", "2024-06-02", 1, change, {}, "nowhere", (), tuple(lines))


def claimed(store: ServiceStore, worker: str = "w", lease: float = 60.0) -> Fence:
    """The fence of the next job."""
    job = store.claim(worker, lease)
    assert job is not None
    assert job.worker is not None
    return Fence(job.id, job.worker, job.attempt)


def publish(store: ServiceStore, lines: list[dict[str, Any]], change: int = 0) -> StoredPlan:
    """A published plan with these lines, its job done."""
    asked = store.request_plan(PlanRequest(), "planner")
    fence = claimed(store)
    published = store.publish(asked.id, result(lines, change), fence)
    store.finish(fence, {})
    return published
