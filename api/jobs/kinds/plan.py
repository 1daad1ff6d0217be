"""The job `plan`: the store as it is now, planned and published once."""

from __future__ import annotations

import shutil

from api.jobs.kind import KINDS, Cancelled, Work
from domain.errors import LeaseLostError
from planning.from_store import plan_store, remove_drafts, write_result
from planning.steps import Steps
from planning.store.service.part import PLANS_FOLDER
from planning.store.service.records import Json, PlanState, StoredPlan

STEPS = 14
"""Steps of a plan, for its progress."""


@KINDS.register("plan")
def run(work: Work) -> Json:
    """Compute and publish; one that is published already is left as it is."""
    id = str(work.job.arguments["plan"])
    asked = work.store.plan(id)
    if asked.state is PlanState.PUBLISHED:
        return _told(asked)
    seen: list[str] = []

    def listen(step: str, share: float | None) -> None:
        if step not in seen:
            seen.append(step)
        work.advance((len(seen) - 1 + (share or 0.0)) / STEPS, step)

    steps = Steps(listen)
    planned = plan_store(work.store, asked.request, work.workspace, steps)
    folders = work.workspace / PLANS_FOLDER
    name = f"{id}.{work.fence.attempt}"
    result = write_result(planned, folders, name, steps)
    try:
        work.look()
        published = work.store.publish(id, result, work.fence)
    except (Cancelled, LeaseLostError):
        shutil.rmtree(folders / name, ignore_errors=True)  # nobody else's, and nobody's plan
        raise
    remove_drafts(folders, id, name)
    return _told(published)


def _told(plan: StoredPlan) -> Json:
    return {"plan": plan.id, "plan_id": plan.plan_id, "version": plan.version}
