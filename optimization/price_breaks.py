"""All-units discounts: an order of `break_from` or more pays `break_saving` less for every unit."""

from __future__ import annotations

import numpy as np

from domain.terms import Flags, Floats
from optimization.offers import Offers
from optimization.problem import Problem


def has_breaks(problem: Problem) -> Flags:
    """Which series have a price break, S."""
    if problem.break_from is None:
        return np.zeros(problem.series, dtype=np.bool_)
    return np.asarray(np.isfinite(problem.break_from).any(axis=1))


def unit_savings(problem: Problem, quantity: Floats) -> Floats:
    """What each unit of each order costs less than the first price, S × U, money per unit."""
    if problem.break_from is None or problem.break_saving is None:
        return np.zeros(quantity.shape)
    reached = quantity[:, :, None] >= problem.break_from[:, None, :] * (1.0 - 1e-9)
    saving = np.where(reached, problem.break_saving[:, None, :], 0.0)
    return np.asarray(saving.max(axis=2, initial=0.0) * (quantity > 0))


def savings(problem: Problem, quantity: Floats) -> Floats:
    """What the orders (S × U, units) cost less than at the first price, S, money."""
    return np.asarray((unit_savings(problem, quantity) * quantity).sum(axis=1))


def own_offers(problem: Problem, smallest: Floats, fixed: Floats) -> Offers:
    """The offers of each series' own supplier, the same at every decision.

    `smallest` S, units; `fixed` S × U, money per order.
    """
    shape = problem.floor.shape
    starts, saving = problem.break_from, problem.break_saving
    if starts is None or saving is None:
        starts, saving = np.zeros((problem.series, 0)), np.zeros((problem.series, 0))
    first = np.zeros((problem.series, 1))
    starts = np.concatenate([first, starts], axis=1)
    price = np.concatenate([first, np.where(np.isfinite(starts[:, 1:]), -saving, 0.0)], axis=1)

    def at_every(values: Floats) -> Floats:
        return np.repeat(values[:, None], shape[1], axis=1)

    return Offers(
        at_every(problem.multiple), at_every(smallest), fixed, at_every(starts), at_every(price)
    )
