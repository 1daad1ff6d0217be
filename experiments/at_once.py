"""Independent work on the same dataset, several jobs at once, each with its share of the cores.

A replay is a long row of short steps, of which few keep several threads busy; two replays side by
side keep two cores. Neither their number nor that of the threads changes a byte of a result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from forecasting.threads import side_by_side
from optimization.threads import available
from planning.dataset import Dataset

A = TypeVar("A")


def at_once(jobs: Sequence[Callable[[Dataset], A]], dataset: Dataset) -> list[A]:
    """What every job makes of the dataset, in their order; they are begun in it too.

    The threads of the setting `solver.threads` are shared out among the jobs.
    """
    solver = dataset.settings.solver
    threads = solver.threads or available()
    workers = max(1, min(threads, len(jobs)))
    own = solver.model_copy(update={"threads": threads // workers})
    settings = dataset.settings.model_copy(update={"solver": own})
    shared = replace(dataset, settings=settings)
    return side_by_side(lambda job: job(shared), list(jobs), workers)
