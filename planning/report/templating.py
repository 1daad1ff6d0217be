"""How pages are filled in: the templates of a page's own package, then those of the report."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from planning.report import page_words

if TYPE_CHECKING:
    from jinja2 import Environment

WORDS = ("amount", "counted", "cover", "day", "measure", "money", "number", "percent", "short")
"""Functions of `page_words` that every template may use as filters."""


def environment(*packages: str, **filters: Callable[..., Any]) -> Environment:
    """Templates of `packages`, in their order, and of the report; `filters` of a page's own.

    Every text is escaped, and a name that a template does not know is an error.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in (*packages, "planning.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update({word: getattr(page_words, word) for word in WORDS})
    made.filters.update(filters)
    return made
