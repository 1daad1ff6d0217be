"""Draws that depend on the item alone: not on row order, machine or version."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

SEED = "restock-sample-1"

Choice = TypeVar("Choice")


def chance(sku: str, purpose: str) -> float:
    """A number in [0, 1) drawn for `sku` and `purpose`, the same on every run.

    >>> chance("85123A", "cost") == chance("85123A", "cost")
    True
    """
    digest = hashlib.blake2b(f"{SEED}|{purpose}|{sku}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def between(sku: str, purpose: str, low: float, high: float) -> float:
    """A number from `low` to `high`, evenly drawn for `sku` and `purpose`."""
    return low + (high - low) * chance(sku, purpose)


def one_of(sku: str, purpose: str, weighted: Sequence[tuple[Choice, float]]) -> Choice:
    """One of the (choice, weight) pairs, drawn for `sku` and `purpose` by weight."""
    left = chance(sku, purpose) * sum(weight for _, weight in weighted)
    for choice, weight in weighted:
        left -= weight
        if left < 0:
            return choice
    return weighted[-1][0]
