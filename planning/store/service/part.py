"""What every part of the SQL store stands on: the database, the audit, and cursors."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from domain.errors import DataError, NotFoundError
from planning.store.service.database import Database
from planning.store.service.history import History
from planning.store.service.plan_sums import PlanSums
from planning.store.service.records import Json
from planning.store.service.schema import AUDIT
from planning.store.service.turns import Turns

PLANS_FOLDER = "plans"
HISTORY_FOLDER = "history"
UPLOADS_FOLDER = "uploads"


@dataclass(frozen=True)
class Entry:
    """One change, as the audit is told of it."""

    by: str
    action: str
    subject: str
    subject_id: str
    before: Json | None = None
    after: Json | None = None
    reason: str = ""


class Part:
    """A part of the store; all parts of one store share database, history and folder."""

    def __init__(self, database: Database, history: History, workspace: Path) -> None:
        self.database = database
        self.history = history
        self.workspace = workspace
        self.plan_sums = PlanSums()
        self.turns = Turns(database, workspace)

    def tell(self, connection: Connection, at: float, entries: Sequence[Entry]) -> None:
        """Write to the audit, in the transaction of the change itself."""
        if entries:
            rows = [{"at": at, **vars(entry)} for entry in entries]
            connection.execute(insert(AUDIT), rows)


def encoded(*place: Any) -> str:
    """A cursor: where a page ended, as text that only we read."""
    packed = json.dumps(place, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


LARGEST = 1 << 62
"""Beyond this a database keeps no whole number."""


def decoded(cursor: str, length: int) -> list[Any]:
    """What `encoded` packed; DataError for text that is no such cursor."""
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise _no_cursor() from error
    if not isinstance(place, list) or len(place) != length:
        raise _no_cursor()
    return place


def number_of(cursor: str | None) -> float:
    """The number below which a page that runs from new to old goes on."""
    if cursor is None:
        return math.inf
    (number,) = whole_numbers(cursor, 1)
    return number


def whole_numbers(cursor: str, length: int) -> list[int]:
    """What `encoded` packed of whole numbers; DataError for anything else."""
    place = decoded(cursor, length)
    if not all(type(number) is int and abs(number) < LARGEST for number in place):
        raise _no_cursor()
    return place


def _no_cursor() -> DataError:
    return DataError(
        "that is no cursor of this list", "cursor", "Give the one a page came with, or none."
    )


def not_there(what: str, id: str) -> NotFoundError:
    """The refusal of an id that nothing has."""
    return NotFoundError(f"there is no {what} {id!r}", what, f"Ask for the list of {what}s.")
