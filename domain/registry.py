"""Variants found by name: one variant, one file, put in place by a decorator."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from domain.errors import NotFoundError

T = TypeVar("T")


class Registry(Generic[T]):
    """Named variants of one kind, discovered in the package that holds their files."""

    def __init__(self, kind: str, package: str) -> None:
        self.kind = kind
        self.package = package
        self._known: dict[str, T] = {}
        self._discovered = False

    def register(self, name: str) -> Callable[[T], T]:
        """Decorator that files a variant under `name`; a name is given once."""

        def file(variant: T) -> T:
            if name in self._known:
                raise ValueError(f"{self.kind} {name!r} is registered twice")
            self._known[name] = variant
            return variant

        return file

    def _discover(self) -> None:
        if self._discovered:
            return
        folder = importlib.import_module(self.package)
        for module in pkgutil.iter_modules(folder.__path__):
            importlib.import_module(f"{self.package}.{module.name}")
        self._discovered = True

    def names(self) -> tuple[str, ...]:
        """Every known name, sorted."""
        self._discover()
        return tuple(sorted(self._known))

    def get(self, name: str, where: str = "") -> T:
        """The variant called `name`; an unknown name is refused with the nearest known one.

        `where`: what the name was given in, as the refusal says it.
        """
        self._discover()
        if name in self._known:
            return self._known[name]
        near = difflib.get_close_matches(name, self._known, n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise NotFoundError(
            f"there is no {self.kind} called {name!r}",
            where or f"name of a {self.kind}",
            f"{hint}Known: {', '.join(self.names())}.",
        )

    def items(self) -> Iterator[tuple[str, T]]:
        """Names and variants, by name."""
        for name in self.names():
            yield name, self._known[name]
