"""Variants are found by name; an unknown name is answered with the known ones."""

import pytest

from domain.errors import NotFoundError, RestockError
from domain.registry import Registry


def test_an_unknown_name_lists_the_known_and_the_nearest() -> None:
    registry: Registry[int] = Registry("number", "domain.kpis")
    registry.register("seven")(7)
    assert registry.get("seven") == 7
    with pytest.raises(NotFoundError, match="Did you mean 'seven'"):
        registry.get("sven")


def test_a_name_is_given_once() -> None:
    registry: Registry[int] = Registry("number", "domain.kpis")
    registry.register("one")(1)
    with pytest.raises(ValueError, match="twice"):
        registry.register("one")(2)


def test_every_refusal_says_what_where_and_how_to_mend_it() -> None:
    error = RestockError("it is wet", "the floor", "Mop it.")
    assert str(error) == "it is wet (the floor). Mop it."
