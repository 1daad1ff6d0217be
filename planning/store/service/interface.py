"""What the service asks of its store, whatever the database behind it.

Every method is one short transaction and may be called from any thread; a write is there for
good once its method has returned. `by` is who did it, for the audit. Raises NotFoundError for an
id that is not there, ConflictError (ChangedError, LeaseLostError) for what cannot be done as
things stand, DataError and SettingsError for values, UnavailableError where the database does
not answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pandas as pd

from planning.dataset import Dataset
from planning.store.service.interface_access import Audit, Keys, Requests
from planning.store.service.interface_jobs import Jobs, Schedules
from planning.store.service.records import (
    Change,
    Fence,
    Json,
    KeptLine,
    Outcome,
    Page,
    PlanFile,
    PlanRequest,
    PlanResult,
    Recommendation,
    RecommendationFilter,
    StoredPlan,
    TableRow,
    Written,
)

KeyValues = Sequence[str | float | None]
"""A row's key by the table's key columns; days are ISO text."""


class Tables(Protocol):
    """The declared tables (`domain.tables.TABLES`); frames are typed as `Dataset` says."""

    def upsert(self, table: str, frame: pd.DataFrame, by: str) -> Written:
        """Put rows in place by their key; the same rows again change nothing, not the version."""

    def put_row(self, table: str, frame: pd.DataFrame, by: str, was: Json | None) -> Written:
        """Put the one row of a frame in place; ChangedError unless it still is what it `was`.

        None: it is not there.
        """

    def replace_snapshot(
        self, table: str, frame: pd.DataFrame, taken_at: float, by: str
    ) -> Written:
        """Make `stock` or `open_orders` what was seen at `taken_at`: absent rows vanish.

        Of `stock` that is the newest day of the frame (blank days are that of `taken_at`): rows
        of earlier days are history and stay, pairs of that day that are absent go. Raises
        ConflictError for a snapshot older than the last one.
        """

    def replace_all(self, dataset: Dataset, settings: Json, by: str) -> Written:
        """Make the store hold this dataset and nothing else, all or nothing.

        `settings`: those the dataset gives itself, without the environment's.
        """

    def put_settings(self, settings: Json, by: str, was: Json | None = None) -> Written:
        """Replace the settings; raises SettingsError for those that cannot hold.

        ChangedError unless they still are what they `was`, where that is given.
        """

    def settings(self) -> Json:
        """The settings as they were put; what is silent is the default."""

    def page(
        self, table: str, limit: int, cursor: str | None = None, where: Json | None = None
    ) -> Page[TableRow]:
        """Rows by key; `where`: columns and the one value (or list of values) they must have."""

    def row(self, table: str, key: KeyValues) -> TableRow | None:
        """The row with a key."""

    def delete_row(self, table: str, key: KeyValues, by: str, was: Json | None = None) -> Written:
        """Take a row away; ChangedError unless it still is what it `was`, where that is given."""

    def since(self, table: str, day: str) -> pd.DataFrame:
        """Rows of a history table dated that day or later, or not dated."""

    def version(self) -> int:
        """The version of all tables and settings together; it grows by one with each write."""

    def as_dataset(self, version: int | None = None, overrides: Json | None = None) -> Dataset:
        """All tables as of a version, as a dataset that can be planned; DataError if not.

        `overrides`: settings laid over those of the store.
        The tables only: what was released and is not yet in `open_orders` the plan adds itself.
        """


class Plans(Protocol):
    """Requests for plans, and published plans."""

    def request_plan(self, request: PlanRequest, by: str, id: str | None = None) -> StoredPlan:
        """Keep a request and its job in one step; the same `id` again gives what is there."""

    def plan(self, id: str) -> StoredPlan:
        """One plan."""

    def plans(self, limit: int, cursor: str | None = None) -> Page[StoredPlan]:
        """Plans, newest first."""

    def publish(self, id: str, result: PlanResult, fence: Fence) -> StoredPlan:
        """Publish a plan and propose its lines in one update; published already: nothing is done.

        Lines proposed or approved before expire. A line of a sku and location for which an order
        was released after the plan had read them (`result.change`) is expired from the start, so
        that nothing is ordered twice. Raises LeaseLostError for a late writer.
        """

    def plan_file(self, id: str, name: str) -> PlanFile:
        """A file of a published plan: report.html, summary.json or a frame's Parquet file."""

    def newest_plan(self) -> StoredPlan | None:
        """The plan that was published last; None: none was."""

    def plan_folder(self, id: str) -> Path:
        """Where the files of a published plan lie; those that what-if reads are what was written.

        UnavailableError names one that is not.
        """

    def plan_frame(self, id: str, name: str) -> pd.DataFrame:
        """A table of a published plan: orders, exceptions, inventory, limits, schedule,
        forecast, corrected or aggregates; without rows where the plan had none."""


class Recommendations(Protocol):
    """Lines of published plans and what became of them."""

    def changes(
        self, limit: int, cursor: str | None = None, only: RecommendationFilter | None = None
    ) -> Page[Recommendation]:
        """Those changed after the cursor, in the order of change; its cursor is never None.

        No row is lost or told twice, whatever is changed meanwhile: numbers of changes are given
        out in the order they become visible. With `only.states`, what left these states since
        the first page comes as a tombstone.
        """

    def kept_changes(
        self, limit: int, cursor: str | None = None, only: RecommendationFilter | None = None
    ) -> Page[KeptLine]:
        """The same page as they lie there, for readers that pass them on."""

    def recommendation(self, id: str) -> Recommendation:
        """One recommendation."""

    def of_skus(
        self, skus: Collection[str], only: RecommendationFilter | None = None
    ) -> list[Recommendation]:
        """Those of some products, by sku, location and age; in any state unless `only` says."""

    def lines_of(self, skus: Sequence[str]) -> Mapping[str, Sequence[KeptLine]]:
        """Those of each product that has any, by location and age, by the shortest way."""

    def apply(self, changes: Sequence[Change]) -> list[Outcome]:
        """Do each or say why not, in order and in one transaction, each with an audit entry."""

    def on_order(self) -> tuple[int, list[Recommendation]]:
        """Released lines that no table of open orders has named yet, and the number of the last
        change that was seen."""


class ServiceStore(
    Tables, Plans, Recommendations, Jobs, Schedules, Keys, Requests, Audit, Protocol
):
    """All of it; `planning.store.service.open.open_store` gives one."""

    @property
    def local(self) -> bool:
        """Whether the database is a file here: a look-up of a key then waits for nobody else."""

    def ping(self) -> None:
        """Ask the database for nothing; UnavailableError where it does not answer."""

    def verify_history(self) -> int:
        """Hold the files of every history table as it is now against what was written; their
        number. UnavailableError names one that is not what it was."""

    def verify_plans(self) -> int:
        """Hold the files of every plan against what was written; their number, of those with a sum.

        UnavailableError names one that is not what it was.
        """

    def close(self) -> None:
        """Let go of connections."""
