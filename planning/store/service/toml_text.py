"""Settings written as TOML, so that reading them back gives the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def toml_text(settings: Mapping[str, Any]) -> str:
    """Scalars first, then sections, then lists of sections; null is silence.

    >>> print(toml_text({"bucket": "day", "budget": [{"amount": 5.0}]}), end="")
    bucket = "day"
    <BLANKLINE>
    [[budget]]
    amount = 5.0
    """
    settings = _spoken(settings)
    lines = [f"{name} = {_value(v)}" for name, v in settings.items() if not _is_section(v)]
    for name, value in settings.items():
        if isinstance(value, Mapping):
            lines += ["", f"[{name}]", *(f"{key} = {_value(v)}" for key, v in value.items())]
        elif _is_section(value):
            for entry in value:
                lines += ["", f"[[{name}]]", *(f"{key} = {_value(v)}" for key, v in entry.items())]
    return "".join(f"{line}\n" for line in lines)


def _spoken(value: Any) -> Any:
    """The value without what is null: TOML is silent there."""
    if isinstance(value, Mapping):
        return {name: _spoken(inner) for name, inner in value.items() if inner is not None}
    return [_spoken(inner) for inner in value] if isinstance(value, list) else value


def _is_section(value: Any) -> bool:
    """Whether a value is a table, or a list of tables."""
    listed = isinstance(value, list) and value and all(isinstance(v, Mapping) for v in value)
    return isinstance(value, Mapping) or bool(listed)


def _value(value: Any) -> str:
    """One value: JSON's text, numbers and lists are TOML's too, but for one control character."""
    if isinstance(value, list):
        return f"[{', '.join(_value(entry) for entry in value)}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
