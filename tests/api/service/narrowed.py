"""The OpenAPI document with a path for each table, so that rows are tied to the table they are of.

The service's own document has one path for all, and says beside it what a row of each holds
(`SalesRow`): OpenAPI cannot tie a body to a parameter of the path. Here that is done. Left out
is what no schema can tell: that two rows of one body have different keys, and that a snapshot is of
some tables, whole, and says when it was taken.
"""

from copy import deepcopy
from typing import Any

from api.http.declared import REFERENCE, column_schema, row_name
from domain.columns import Table
from domain.tables import TABLES

OF_SNAPSHOTS = ("mode", "taken_at")
Json = dict[str, Any]


def a_path_each(document: Json) -> Json:
    """The document of tables alone, a path for each."""
    paths: Json = {}
    for table in TABLES.values():
        for path, operations in document["paths"].items():
            if not path.startswith("/v1/tables/{table}"):
                continue
            for method, operation in operations.items():
                told = _of(operation, table)
                paths.setdefault(path.replace("{table}", table.name), {})[method] = told
    return {**document, "paths": paths}


def _of(operation: Json, table: Table) -> Json:
    told: Json = deepcopy(operation)
    name = told["operationId"]
    told["operationId"] = f"{name}_{table.name}"
    left_out = ("table", *OF_SNAPSHOTS)
    told["parameters"] = [one for one in told["parameters"] if one["name"] not in left_out]
    if name in ("get_row", "delete_row"):
        told["parameters"] += [_parameter(table, column) for column in table.key]
    row = {"$ref": REFERENCE + row_name(table)}
    bodies = {"post_rows": ("rows", {"type": "array", "items": row, "maxItems": 1}),
              "put_row": ("row", row)}  # fmt: skip
    if name in bodies:
        member, schema = bodies[name]
        content = told["requestBody"]["content"]["application/json"]
        content.pop("example", None)
        content["schema"] = {
            "type": "object",
            "properties": {member: schema},
            "required": [member],
            "additionalProperties": False,
        }
    for answer in told["responses"].values():
        answer.pop("links", None)
    return told


def _parameter(table: Table, name: str) -> Json:
    column = table.column(name)
    schema = column_schema(column, is_key=True)
    schema = schema["anyOf"][0] if "anyOf" in schema else schema
    if schema["type"] == "string" and "format" not in schema:
        schema = {**schema, "minLength": 1}
    return {"name": name, "in": "query", "required": column.required, "schema": schema}
