"""JSON as the standard has it: finite numbers, whole text, no name twice."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from api.http.problems import Refusal

LONGEST_NUMBER = 40
"""Digits of a number; longer ones cost time and hold nothing."""


def parse(body: bytes) -> Any:
    """The value of a body; raises Refusal for what is no JSON, and for what JSON cannot mean."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _broken(f"the body is not UTF-8 from byte {error.start}") from error
    if text.startswith("\ufeff"):
        raise _broken("the body begins with a byte order mark")
    try:
        value = json.loads(
            text,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_whole,
            object_pairs_hook=_once,
        )
        # Only an escape makes a surrogate or a NUL: raw ones do not get this far.
        if "\\u" in text:
            refuse_text(value, "body")
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _broken(f"the body is no JSON: {error.msg}", where) from error
    except RecursionError as error:
        raise _broken("the body nests too deep") from error
    return value


def without_points(value: Any) -> str:
    """A value as JSON in which 7.0 is written 7, as JSON means it.

    >>> without_points({"days": 7.0, "share": 0.5})
    '{"days": 7, "share": 0.5}'
    """

    def whole(inner: Any) -> Any:
        if isinstance(inner, float) and inner.is_integer():
            return int(inner)
        if isinstance(inner, Mapping):
            return {name: whole(one) for name, one in inner.items()}
        return [whole(one) for one in inner] if isinstance(inner, list) else inner

    return json.dumps(whole(value))


def refuse_text(value: Any, where: str) -> None:
    """Raise for a NUL or half a character anywhere in a value; `where` is its place."""
    if isinstance(value, str):
        if "\0" in value:
            raise Refusal("invalid-text", "text holds a NUL character", where, "Leave it out.")
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            what = "text holds half a character (a lone surrogate)"
            raise Refusal("invalid-text", what, where, "Send whole Unicode characters.")
    elif isinstance(value, dict):
        for name, inner in value.items():
            refuse_text(name, where)
            refuse_text(inner, f"{where}.{name}"[:200])
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            refuse_text(inner, f"{where}[{place}]"[:200])


def _broken(what: str, where: str = "body") -> Refusal:
    return Refusal("broken-json", what, where, "Send one JSON value, written in UTF-8.")


def _no_number(digits: str) -> Refusal:
    return Refusal(
        "invalid-number",
        f"{digits[:LONGEST_NUMBER]} is no number that can be kept",
        "body",
        "Send finite numbers of a usual length; leave out what is not known.",
    )


def _no_constant(name: str) -> float:
    raise _no_number(name)


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value) or len(digits) > LONGEST_NUMBER:
        raise _no_number(digits)
    return value


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise _no_number(digits)
    return int(digits)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _broken(f"the name {twice[:80]!r} stands twice in one object")
    return found
