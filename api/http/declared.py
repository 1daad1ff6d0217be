"""What tables and settings take, as the JSON Schema of the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from api.http.rows import LONGEST_IDENTIFIER
from api.http.strict_json import without_points
from domain.cells.numbers import LARGEST
from domain.cells.texts import LONGEST_TEXT
from domain.columns import Column, Kind, Table
from domain.settings import Settings
from domain.settings_refusal import refusal
from domain.tables import TABLES

Schema = dict[str, Any]
REFERENCE = "#/components/schemas/"
TEXT = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
WRITTEN = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*[^\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000][^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"  # noqa: E501
"""Text that is not blank."""
WITHOUT_NUL = r"^[^\x00]*$"
DAY = r"^(19|[2-9][0-9])[0-9]{2}-"
"""Days from 1900 on; `format` says the rest."""


def schemas() -> dict[str, Schema]:
    """The schemas of settings and of a row of each table, by the name of their component."""
    made = Settings.model_json_schema(ref_template=REFERENCE + "{model}")
    found = {name: _told(schema) for name, schema in made.pop("$defs").items()}
    found["Settings"] = _told(made)
    return found | {row_name(table): row_schema(table) for table in TABLES.values()}


def row_name(table: Table) -> str:
    """What the schema of a table's rows is called.

    >>> row_name(TABLES["open_orders"])
    'OpenOrdersRow'
    """
    return "".join(part.title() for part in table.name.split("_")) + "Row"


def row_schema(table: Table) -> Schema:
    """A row of a table; a column left out, null or empty is blank."""
    return {
        "type": "object",
        "title": row_name(table),
        "description": table.meaning,
        "properties": {c.name: column_schema(c, c.name in table.key) for c in table.columns},
        "required": list(table.required_names),
        "additionalProperties": False,
    }


def column_schema(column: Column, is_key: bool) -> Schema:
    """The values of a column."""
    found = _KINDS[column.kind](column)
    if column.kind is Kind.TEXT:
        found["maxLength"] = LONGEST_IDENTIFIER if is_key else LONGEST_TEXT
        found["pattern"] = WRITTEN if column.required else TEXT
    blank = [{"type": "null"}]
    if column.kind in (Kind.CHOICE, Kind.DATE):
        blank.append({"const": ""})
    told = found if column.required else {"anyOf": [found, *blank]}
    return {**told, "description": f"{column.meaning} ({column.unit})" if column.unit else
            column.meaning}  # fmt: skip


def _number(column: Column) -> Schema:
    """Bounds as they were declared, and the largest that can be meant."""
    whole = column.kind is Kind.INTEGER
    found: Schema = {"type": "integer" if whole else "number", "minimum": -LARGEST,
                     "maximum": LARGEST}  # fmt: skip
    if column.minimum is not None:
        found["minimum"] = column.minimum
    if column.exclusive_minimum:
        found["exclusiveMinimum"] = found.pop("minimum")
    if column.maximum is not None:
        found["maximum"] = column.maximum
    return found


_KINDS: dict[Kind, Callable[[Column], Schema]] = {
    Kind.TEXT: lambda column: {"type": "string"},
    Kind.NUMBER: _number,
    Kind.INTEGER: _number,
    Kind.BOOLEAN: lambda column: {"type": "boolean"},
    Kind.DATE: lambda column: {"type": "string", "format": "date", "pattern": DAY},
    Kind.CHOICE: lambda column: {"type": "string", "enum": list(column.choices)},
}


def _told(schema: Any) -> Any:
    """A schema of settings, its texts without NUL, as everywhere; without defaults, which makers of
    clients take for values that are always there."""
    if isinstance(schema, Mapping):
        told = {name: _told(inner) for name, inner in schema.items() if name != "default"}
        free = told.get("type") == "string" and not {"enum", "format", "pattern", "const"} & {*told}
        return {**told, "pattern": WITHOUT_NUL} if free else told
    return [_told(inner) for inner in schema] if isinstance(schema, list) else schema


def refuse_loose(settings: Mapping[str, Any]) -> None:
    """Raise SettingsError for JSON settings of another kind than the document says: "7" is no 7.

    Files and the environment, where all is text, are read more kindly.
    """
    try:
        Settings.model_validate_json(without_points(settings), strict=True)
    except ValidationError as error:
        raise refusal(error, Settings, {}) from error
