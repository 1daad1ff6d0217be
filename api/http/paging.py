"""Parameters that pages share, and pages of frames that never change."""

from __future__ import annotations

import base64
import binascii
from collections import OrderedDict
from collections.abc import Iterable
from typing import Annotated, Any

import pandas as pd
from fastapi import Path, Query
from pydantic import Field

from api.http.principals import Principal
from api.http.problems import Refusal
from planning.store.service.interface import Plans
from planning.what_if.ground import Ground, read_ground

Limit = Annotated[int, Query(ge=1, le=5000, description="Rows of the page.")]
Cursor = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=2000,
        pattern=r"^[A-Za-z0-9_=:.-]+$",
        description="Opaque, out of the page before.",
    ),
]
ID = r"^[A-Za-z0-9_.:-]+$"
NAME = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$"
Id = Annotated[str, Path(max_length=200, pattern=ID)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=NAME)]
Names = Annotated[list[Name] | None, Query(max_length=500)]
OneName = Annotated[Name | None, Query()]
DEFAULT_LIMIT = 500
KEPT_FRAMES = 8
KEPT_GROUNDS = 2


class Frames:
    """Tables of published plans, which never change: pages of one are read one after another."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], pd.DataFrame] = OrderedDict()

    def frame(self, store: Plans, plan: str, name: str) -> pd.DataFrame:
        """A table of a plan, read once while it is in use."""
        found = self._kept.get((plan, name))
        if found is None:
            found = self._kept[(plan, name)] = store.plan_frame(plan, name)
            while len(self._kept) > KEPT_FRAMES:
                self._kept.popitem(last=False)
        return found


class Grounds:
    """What published plans left behind to be asked again, opened once while it is in use."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Ground] = OrderedDict()

    def ground(self, store: Plans, plan: str) -> Ground:
        """What one plan left behind."""
        found = self._kept.get(plan)
        if found is None:
            found = self._kept[plan] = read_ground(store.plan_folder(plan))
            while len(self._kept) > KEPT_GROUNDS:
                self._kept.popitem(last=False)
        return found


def bad_cursor() -> Refusal:
    """The refusal of a cursor that no page of this list has given."""
    return Refusal(
        "bad-cursor", "the cursor is none of this list", "cursor", "Begin again without a cursor."
    )


def frame_page(
    frame: pd.DataFrame, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Rows of a frame that never changes, and the cursor of the next page."""
    begin = 0
    if cursor is not None:
        try:
            begin = int(base64.urlsafe_b64decode(cursor.encode()).decode("ascii"))
        except (binascii.Error, ValueError) as error:
            raise bad_cursor() from error
        if not 0 < begin <= len(frame):
            raise bad_cursor()
    end = begin + limit
    following = base64.urlsafe_b64encode(str(end).encode()).decode() if end < len(frame) else None
    return records(frame.iloc[begin:end]), following


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as objects of JSON: days as ISO text, what is missing as null."""
    columns = {}
    for name in frame.columns:
        values = frame[name]
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            values = values.dt.strftime("%Y-%m-%d")
        plain = values.astype(object).where(values.notna(), None).tolist()
        columns[str(name)] = [
            v if v is None or isinstance(v, (str, bool, int, float)) else _plain(v) for v in plain
        ]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(value: Any) -> Any:
    """A NumPy value as Python's; anything else as text."""
    return value.item() if hasattr(value, "item") else str(value)


def seen_locations(principal: Principal, asked: Iterable[str] | None) -> frozenset[str] | None:
    """The locations to tell of: those asked for, within those the key may see; None: all."""
    wanted = None if asked is None else frozenset(asked)
    if principal.locations is None:
        return wanted
    return principal.locations if wanted is None else wanted & principal.locations


def refuse_partly_seen(principal: Principal) -> None:
    """Raise for a key of some locations where the answer tells of all of them together."""
    if principal.locations is not None:
        raise Refusal(
            "not-allowed",
            "this tells of all locations, and the key is for some",
            "Authorization",
            "Ask with a key for all locations.",
        )
