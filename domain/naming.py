"""Variants as they are named on the command line: `days_of_cover:cover_days=24`."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from domain.errors import NotFoundError, SettingsError
from domain.registry import Registry

T = TypeVar("T")
Reader = Callable[[Any, str], float]
"""A setting's value from its default and what was written; ValueError says how to write it."""


def variant_named(registry: Registry[Callable[..., T]], text: str, option: str, read: Reader) -> T:
    """The variant that a text names, made with the settings in it.

    Raises SettingsError, at `option`, for an unknown variant or setting (with the nearest known
    one) and for a value that `read` refuses.
    """
    name, _, rest = text.partition(":")
    try:
        kind: Any = registry.get(name)
    except NotFoundError as error:
        raise SettingsError(error.what, option, error.mend) from error
    known = {field.name: field.default for field in dataclasses.fields(kind)}
    settings = {}
    for pair in rest.split(",") if rest else []:
        key, _, value = (part.strip() for part in pair.partition("="))
        if key not in known:
            raise SettingsError(f"{name} has no setting {key!r}", option, _nearest(key, [*known]))
        try:
            settings[key] = read(known[key], value)
        except ValueError as error:
            raise SettingsError(f"{name}: {key} cannot be {value!r}", option, str(error)) from error
    made: T = kind(**settings)
    return made


def _nearest(key: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)
    return f"The nearest known one is {near[0]!r}." if near else "It has no settings."


def positive_number(most: float) -> Reader:
    """Reads a number above 0 and below `most`, whatever the default."""

    def read(_: Any, text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if not 0.0 < number < most:
            raise ValueError(f"Write a number above 0 and below {most:,.0f}.")
        return number

    return read
