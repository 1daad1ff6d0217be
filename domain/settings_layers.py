"""Settings read and laid over each other (DESIGN §3).

Values come from the command line, else the environment (`RESTOCK_…`), else the settings
files, else the defaults of `settings`. An unknown key is refused with the nearest known one.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from domain.errors import SettingsError
from domain.settings import PREFIX, Settings
from domain.settings_refusal import refusal, section_of

OTHER_VARIABLES = (
    "RESTOCK_WORKSPACE",
    "RESTOCK_DATABASE_URL",
    "RESTOCK_HISTORY_URL",
    "RESTOCK_SOURCE_URL",
    "RESTOCK_DOOR",
    "RESTOCK_BENCHMARK_DATA",
    "RESTOCK_BENCHMARK_CACHE",
)
"""Variables with our prefix that are not settings of a plan."""


def read_settings_file(path: Path) -> dict[str, Any]:
    """The keys of a TOML file; one that is broken is refused with the parser's own words."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"the settings file is not valid TOML: {error}", str(path), "Mend the line it names."
        ) from error
    except OSError as error:
        raise SettingsError(
            f"the settings file cannot be read: {error.strerror}", str(path), "Check the path."
        ) from error


def _environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """The settings in the environment, nested by a double underscore."""
    found: dict[str, Any] = {}
    for name, value in sorted(environ.items()):
        if not name.startswith(PREFIX) or name in OTHER_VARIABLES:
            continue
        place = found
        *sections, key = name.removeprefix(PREFIX).lower().split("__")
        for section in sections:
            place = place.setdefault(section, {})
        place[key] = value
    return found


def parse_overrides(pairs: Sequence[str]) -> dict[str, Any]:
    """Command-line settings `key=value`, nested by a dot; values are read as TOML, else text."""
    found: dict[str, Any] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            raise SettingsError(f"{pair!r} is no setting", "command line", "Write it as key=value.")
        place = found
        *sections, key = name.strip().split(".")
        for section in sections:
            place = place.setdefault(section, {})
        try:
            place[key] = tomllib.loads(f"v = {value}")["v"]
        except tomllib.TOMLDecodeError:
            place[key] = value
    return found


def _refuse_unknown(
    values: Mapping[str, Any], model: type[BaseModel], where: str, path: str = ""
) -> None:
    """Raise for a key that `model` does not have, naming the nearest one it has."""
    for key, value in values.items():
        if key not in model.model_fields:
            near = difflib.get_close_matches(key, model.model_fields, n=1, cutoff=0.0)
            raise SettingsError(
                f"unknown setting '{path}{key}'", where, f"The nearest known one is {near[0]!r}."
            )
        inner = section_of(model.model_fields[key].annotation)
        if inner is None:
            continue
        if isinstance(value, Mapping):
            _refuse_unknown(value, inner, where, f"{path}{key}.")
        elif isinstance(value, Sequence):
            for place, entry in enumerate(value):
                if isinstance(entry, Mapping):
                    _refuse_unknown(entry, inner, where, f"{path}{key}[{place}].")


def _merge(
    into: dict[str, Any],
    values: Mapping[str, Any],
    where: str,
    origin: dict[str, str],
    path: str = "",
) -> None:
    """Lay `values` over `into`, remembering where each key came from."""
    for key, value in values.items():
        if isinstance(value, Mapping) and isinstance(into.get(key, {}), dict):
            _merge(into.setdefault(key, {}), value, where, origin, f"{path}{key}.")
        else:
            into[key] = value
            origin[f"{path}{key}"] = where


def load_settings(
    files: Sequence[tuple[str, Mapping[str, Any]]] = (),
    overrides: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """The settings of a plan, later files over earlier ones, then environment, then overrides.

    `files` holds (name, keys) pairs; `overrides` come from the command line. Raises
    SettingsError naming file and key.
    """
    layers = [
        *files,
        ("environment", _environment(os.environ if environ is None else environ)),
        ("command line", overrides or {}),
    ]
    merged: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for where, values in layers:
        _refuse_unknown(values, Settings, where)
        _merge(merged, values, where, origin)
    try:
        return Settings(**merged)
    except ValidationError as error:
        raise refusal(error, Settings, origin) from error
