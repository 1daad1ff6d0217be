"""What planners' words on the forecast saved or cost, over the last year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np

from domain.errors import DataError
from experiments.adjustments.review import Review, review_dataset
from experiments.monitoring.known import Seen
from planning.steps import Steps

LONGEST_DAYS = 365


def override_value(
    path: Path,
    seen: Seen,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
) -> Review | None:
    """Adjustments of the last year judged by the demand that came; None where none can be."""
    table = seen.dataset.table("adjustments")
    if table is None or table.empty:
        return None
    calendar = seen.calendar
    back = int(calendar.index_of(calendar.as_of - np.timedelta64(LONGEST_DAYS, "D")))
    begin = calendar.end_of(np.array([max(0, back)]))[0]
    days = (date.fromisoformat(str(begin)), date.fromisoformat(str(calendar.as_of)))
    try:
        return review_dataset(path, *days, settings_file, overrides, steps)
    except DataError:
        return None
