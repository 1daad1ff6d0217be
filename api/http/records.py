"""What the store hands out, as the answers of `schemas`."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from json.encoder import encode_basestring as _text
from typing import Any

from api.http.answers import finite
from api.http.problems import Refusal, record, refusal_of
from domain.errors import RestockError
from planning.store.service.records import Job, KeptLine, Outcome, Recommendation, StoredPlan

RECOMMENDED = (
    "id",
    "plan",
    "change",
    "state",
    "sku",
    "location",
    "supplier",
    "quantity",
    "due_on",
    "order_value",
    "quantity_received",
    "erp_order_id",
    "reason",
    "changed_at",
    "tombstone",
)
"""Columns of recommendations in CSV and XLSX; JSON has `line` too, the row as it was planned."""


@lru_cache(4096)  # all lines of a plan were made at one
def moment(seconds: float | None) -> str | None:
    """Seconds since 1970 as UTC in ISO 8601."""
    if seconds is None:
        return None
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="milliseconds")


def recommended(one: Recommendation) -> dict[str, Any]:
    """A recommendation."""
    return {
        "id": one.id,
        "plan": one.plan,
        "change": one.change,
        "state": one.state.value,
        "sku": one.sku,
        "location": one.location,
        "supplier": one.supplier,
        "quantity": one.quantity,
        "due_on": one.due_on,
        "order_value": one.order_value,
        "quantity_received": one.quantity_received,
        "erp_order_id": one.erp_order_id,
        "reason": one.reason,
        "changed_at": moment(one.changed_at),
        "tombstone": one.tombstone,
        "line": dict(one.line),  # finite: it was kept as JSON
    }


def recommended_text(one: KeptLine, tombstone: bool = False) -> str:
    """The same as JSON, written at once: building it up and dumping it costs several times this.

    The line goes on as it lies in the database: finite, for it was kept as JSON.
    """
    order = "null" if one.erp_order_id is None else _text(one.erp_order_id)
    return (
        f'{{"id":{_text(one.id)},"plan":{_text(one.plan)},"change":{one.change},'
        f'"state":"{one.state}","sku":{_text(one.sku)},"location":{_text(one.location)},'
        f'"supplier":{_text(one.supplier)},"quantity":{one.quantity!r},"due_on":"{one.due_on}",'
        f'"order_value":{one.order_value!r},"quantity_received":{one.quantity_received!r},'
        f'"erp_order_id":{order},"reason":{_text(one.reason)},'
        f'"changed_at":"{moment(one.changed_at)}","tombstone":{"true" if tombstone else "false"},'
        f'"line":{one.line}}}'
    )


def told(outcome: Outcome, instance: str, request_id: str) -> dict[str, Any]:
    """What became of one change."""
    if outcome.error is None:
        now = outcome.recommendation
        return {
            "id": outcome.id,
            "status": 200,
            "changed": outcome.changed,
            "recommendation": None if now is None else recommended(now),
            "problem": None,
        }
    refusal = as_refusal(outcome.error)
    return {
        "id": outcome.id,
        "status": refusal.status_code,
        "changed": False,
        "recommendation": None,
        "problem": record(refusal, instance, request_id),
    }


def as_refusal(error: Exception) -> Refusal:
    """A refusal out of an outcome; anything else is a fault of ours, and raised."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, RestockError):
        return refusal_of(error)
    raise error


def plan_record(plan: StoredPlan, job: Job | None = None) -> dict[str, Any]:
    """A plan, with the progress of its job where that is asked for."""
    return {
        "id": plan.id,
        "job": plan.job,
        "state": plan.state.value,
        "as_of": plan.as_of or plan.request.as_of,
        "version": plan.version,
        "plan_id": plan.plan_id,
        "created_at": moment(plan.created_at),
        "created_by": plan.created_by,
        "published_at": moment(plan.published_at),
        "progress": None if job is None else job.progress,
        "step": None if job is None else job.step,
        "summary": finite(plan.summary),
        "files": list(plan.files),
        "error": None if plan.error is None else finite(plan.error),
    }


def job_record(job: Job) -> dict[str, Any]:
    """A job, without what is only between workers."""
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state.value,
        "progress": job.progress,
        "step": job.step,
        "attempt": job.attempt,
        "cancel_requested": job.cancel_requested,
        "created_at": moment(job.created_at),
        "created_by": job.created_by,
        "started_at": moment(job.started_at),
        "finished_at": moment(job.finished_at),
        "result": None if job.result is None else finite(job.result),
        "error": None if job.error is None else finite(job.error),
    }
