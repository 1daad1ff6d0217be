"""`restock check`: what was understood of a dataset, a score per table, and every doubt."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from domain.periods import Bucket, Day
from planning.as_of import Asked, settle
from planning.cut import DATED_BY, cut
from planning.dataset import Dataset, Note
from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted
from planning.quality.evidence import NOTHING, Evidence
from planning.series import find_series

SCORE_FORMULA = (
    "score = 100 × the product, over a table's doubts, of (1 − weight × rows in doubt / rows); "
    "weights: slight 0.1, plain 0.5, grave 1"
)


@dataclass(frozen=True)
class TableSummary:
    """A table as it was understood; `score` is 0 to 100 by `SCORE_FORMULA`."""

    name: str
    rows: int
    skus: int | None
    first_day: str | None
    last_day: str | None
    score: float


@dataclass(frozen=True)
class QualityReport:
    """What was understood of a dataset, and what is in doubt, the worst first."""

    as_of: Day
    bucket: Bucket
    series: int
    skus: int
    locations: int
    buckets: int
    currency: str
    tables: tuple[TableSummary, ...]
    doubts: tuple[Doubt, ...]
    notes: tuple[Note, ...]

    @property
    def grave(self) -> int:
        """Number of grave doubts."""
        return sum(doubt.gravity is Gravity.GRAVE for doubt in self.doubts)

    def to_dict(self) -> dict[str, object]:
        """The report for machines."""
        return {
            "as_of": str(self.as_of),
            "bucket": self.bucket.value,
            "series": self.series,
            "skus": self.skus,
            "locations": self.locations,
            "buckets": self.buckets,
            "currency": self.currency,
            "score_formula": SCORE_FORMULA,
            "tables": [asdict(table) for table in self.tables],
            "grave_doubts": self.grave,
            "doubts": [doubt.to_dict() for doubt in self.doubts],
            "notes": [asdict(note) for note in self.notes],
        }


def check_dataset(dataset: Dataset, as_of: Asked | None = None) -> QualityReport:
    """Judge a dataset as it was known at `as_of` (by default the end of its sales).

    Raises DataError for an `as_of` that cannot be (see `planning.as_of`).
    """
    bucket, day = settle(dataset, as_of)
    known = cut(dataset, day)
    evidence = Evidence(known, day, bucket)
    found = [doubt for _, finder in DOUBTS.items() for doubt in finder(evidence)]
    found += _dropped(dataset, known, day, asked=as_of is not None)
    series = find_series(known)
    return QualityReport(
        as_of=day,
        bucket=bucket,
        series=len(series),
        skus=series["sku"].nunique(),
        locations=series["location"].nunique(),
        buckets=evidence.history.calendar.count,
        currency=dataset.settings.currency,
        tables=tuple(_summary(name, frame, found) for name, frame in known.tables.items()),
        doubts=tuple(sorted(found, key=_worst_first)),
        notes=dataset.notes,
    )


def _worst_first(doubt: Doubt) -> tuple[float, bool, float, str]:
    """Order of doubts: by gravity, then money before units, then the amount."""
    amount = doubt.amount
    return (-doubt.gravity.value, not amount.is_money, -amount.value, doubt.kind)


def _summary(name: str, frame: pd.DataFrame, doubts: list[Doubt]) -> TableSummary:
    """One table's line of the report."""
    score = 100.0
    for doubt in doubts:
        if doubt.table == name and len(frame):
            score *= 1.0 - doubt.gravity.value * min(1.0, doubt.rows / len(frame))
    days = frame["date"] if "date" in frame else pd.Series(dtype="datetime64[s]")
    known = days.dropna()
    return TableSummary(
        name,
        len(frame),
        frame["sku"].nunique() if "sku" in frame else None,
        str(np.datetime64(known.min(), "D")) if len(known) else None,
        str(np.datetime64(known.max(), "D")) if len(known) else None,
        round(score, 1),
    )


def _dropped(whole: Dataset, known: Dataset, as_of: Day, asked: bool) -> list[Doubt]:
    """Rows later than `as_of`, which no plan may see; expected where the user chose the day."""
    found = []
    for name, column in DATED_BY.items():
        late = len(whole.tables.get(name, ())) - len(known.tables.get(name, ()))
        if late <= 0:
            continue
        nothing_left = len(known.tables[name]) == 0
        grave = Gravity.GRAVE if nothing_left else Gravity.PLAIN
        found.append(
            Doubt(
                "later_rows",
                name,
                Gravity.SLIGHT if asked and not nothing_left else grave,
                f"{counted(late, 'row')} of {name} with {column} after {as_of} "
                f"{'is' if late == 1 else 'are'} left out",
                "Bring sales up to the same day, or date the rows by the day they belong to.",
                late,
                late,
                NOTHING,
            )
        )
    return found
