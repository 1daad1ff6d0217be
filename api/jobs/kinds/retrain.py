"""The job `retrain`: challengers judged on the store's history, the best stands where it won."""

from __future__ import annotations

import tempfile
from pathlib import Path

from api.jobs.kind import KINDS, Work
from experiments.retraining.run import retrain_dataset
from planning.steps import Steps
from planning.store.service.records import Json
from planning.store.service.transfer import export_dataset

STEPS = 12
"""Steps of a retraining, for its progress."""


@KINDS.register("retrain")
def run(work: Work) -> Json:
    """Retrain on the tables as they are now; data that was judged before is not judged again."""
    seen: list[str] = []

    def listen(step: str, share: float | None) -> None:
        if step not in seen:
            seen.append(step)
        work.advance(min((len(seen) - 1 + (share or 0.0)) / STEPS, 1.0), step)

    with tempfile.TemporaryDirectory(prefix="restock-retrain-") as scratch:
        dataset = Path(scratch) / "dataset"
        export_dataset(work.store, dataset)
        made = retrain_dataset(dataset, work.workspace, None, None, {}, Steps(listen))
    if made is None:
        return {"outcome": "nothing new"}
    return {"outcome": made.outcome, "champion": made.champion, "best": made.best}
