"""What every route declares in OpenAPI: the statuses it can give, its tags and its examples."""

from __future__ import annotations

from typing import Any

from api.http.problems import KINDS, MEDIA_TYPE

ALWAYS = (400, 401, 403, 414, 422, 429, 500, 503)
"""Any route can answer with these."""
PROBLEM = {"$ref": "#/components/schemas/Problem"}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems a route can give, those of every route among them."""
    return {
        status: {
            "description": "; ".join(k.title for k in KINDS.values() if k.status == status),
            "content": {MEDIA_TYPE: {"schema": PROBLEM}},
        }
        for status in sorted({*ALWAYS, *statuses})
    }


def also(status: int, description: str) -> dict[int | str, dict[str, Any]]:
    """A status without a body."""
    return {status: {"description": description}}


TAGGED = also(304, "What the reader has (If-None-Match) is what there is")
READ = {**problems(404), **TAGGED}
LISTED = {
    **problems(404, 406),
    **TAGGED,
    200: {
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
                "schema": {"type": "string", "format": "binary"}
            },
        }
    },
}
POSTED = problems(409, 413, 415, 507)
IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent again with the same key, the request is not done again: its answer comes"
    " back for 72 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
ONCE = {"parameters": [IDEMPOTENCY]}
