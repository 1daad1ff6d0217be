"""A setting that cannot hold its value, refused in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from domain.errors import SettingsError


def refusal(
    error: ValidationError, model: type[BaseModel], origin: Mapping[str, str]
) -> SettingsError:
    """What is wrong with the first value that `model` refuses: its key, the value, the mend.

    `origin`: where each key was set, by its dotted name.
    """
    first = error.errors()[0]
    place, value = first["loc"], first["input"]
    key = key_of(place)
    wrong = str(first["msg"]).removeprefix("Value error, ")
    wrong = f"{wrong[:1].lower()}{wrong[1:]}".replace("valid tuple", "list")
    fields = list(_fields(model, place))
    what = f"setting {key!r} cannot be {value!r}: {wrong}"
    if first["type"] == "missing":
        what = f"setting {key!r} is missing"
    elif isinstance(value, Mapping):  # what is wrong are its keys together
        given = ", ".join(f"{name} = {each}" for name, each in value.items())
        what = f"setting {key!r} ({given or 'empty'}): {wrong}"
    mend = f"Meaning: {fields[-1] if fields else key}."
    return SettingsError(what, _where(place, origin), mend)


def one_of(*names: str) -> dict[str, Any]:
    """JSON Schema of a section in which exactly one of these settings is given."""
    return {
        "oneOf": [
            {
                "required": [given],
                "properties": {
                    name: {"not": {"type": "null"}} if name == given else {"type": "null"}
                    for name in names
                },
            }
            for given in names
        ]
    }


def key_of(place: Sequence[int | str]) -> str:
    """The name of a setting, its sections before dots and numbers of lists in brackets.

    >>> key_of(("budget", 0, "amount")), key_of(("solver", "seed"))
    ('budget[0].amount', 'solver.seed')
    """
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return "".join(parts).removeprefix(".")


def section_of(annotation: Any) -> type[BaseModel] | None:
    """The model of a section or of a list of sections; None where a setting is a plain value."""
    for found in (annotation, *get_args(annotation)):
        if isinstance(found, type) and issubclass(found, BaseModel):
            return found
    return None


def _where(place: Sequence[int | str], origin: Mapping[str, str]) -> str:
    """Where the nearest setting around a place was set."""
    for length in range(len(place), 0, -1):
        key = ".".join(str(part) for part in place[:length])
        if key in origin:
            return origin[key]
    return "settings"


def _fields(model: type[BaseModel], place: Sequence[int | str]) -> Iterator[str]:
    """The descriptions of the settings on the way to a place."""
    inner: type[BaseModel] | None = model
    for part in place:
        if isinstance(part, int):
            continue
        field = None if inner is None else inner.model_fields.get(part)
        if field is None:
            return
        yield field.description or part
        inner = section_of(field.annotation)
