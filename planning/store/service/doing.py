"""One action done to one recommendation: the record after it, or why not. No database here."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

from domain.errors import ChangedError, ConflictError, DataError
from planning.store.service.lifecycle import TRANSITIONS
from planning.store.service.records import Action, Change, Recommendation

MONEY_DIGITS = 4


def refuse_stale(now: Recommendation, change: Change) -> None:
    """Raise where the recommendation is not as the one who asks has read it."""
    if change.if_change is not None and change.if_change != now.change:
        raise ChangedError(
            f"recommendation {now.id} was changed since it was read",
            f"change {now.change}, not {change.if_change}",
            "Read it again, and ask again if it is still to be done.",
        )


def as_done(now: Recommendation, change: Change) -> Recommendation:
    """The recommendation after the action; the very same one where it had been done before.

    Raises ConflictError where its state does not allow it, DataError for what it needs to be
    told.
    """
    rule = TRANSITIONS[change.action]
    _refuse_incomplete(change, rule.needs)
    if now.state in rule.already and _says_the_same(now, change):
        return now
    if now.state not in rule.source:
        wanted = ", ".join(sorted(state.value for state in rule.source))
        raise ConflictError(
            f"{change.action.value} cannot be done: recommendation {now.id} is {now.state.value}",
            now.id if now.erp_order_id is None else f"{now.id}, order {now.erp_order_id}",
            f"It can be done where one is {wanted}.",
        )
    return _with_values(replace(now, state=rule.target), change)


def _says_the_same(now: Recommendation, change: Change) -> bool:
    """Whether an action told again tells what was told before: an order has one number."""
    return change.action is not Action.ACKNOWLEDGE or change.erp_order_id == now.erp_order_id


def _refuse_incomplete(change: Change, needs: tuple[str, ...]) -> None:
    """Raise for what the action needs and was not told, and for values that cannot be."""
    for name in needs:
        if getattr(change, name) in (None, ""):
            raise DataError(
                f"{change.action.value} needs {name}", change.id, f"Give {name} with it."
            )
    units = change.quantity
    if units is not None and not (math.isfinite(units) and units >= 0):
        raise DataError(f"quantity {units!r} is no number of units", change.id, "Give 0 or more.")
    try:
        if change.due_on is not None:
            dt.date.fromisoformat(change.due_on)
    except ValueError as error:
        raise DataError(
            f"due_on {change.due_on!r} is no day", change.id, "Write it as 2024-06-30."
        ) from error


def _with_values(done: Recommendation, change: Change) -> Recommendation:
    """The recommendation with what the change tells of it."""
    if change.erp_order_id is not None and change.action is Action.ACKNOWLEDGE:
        done = replace(done, erp_order_id=change.erp_order_id)
    if change.action is Action.RECEIVE and change.quantity is not None:
        return replace(done, quantity_received=change.quantity)
    if change.action not in (Action.CHANGE, Action.CONFIRM):
        return done
    if change.due_on is not None:
        done = replace(done, due_on=change.due_on)
    if change.quantity is not None:
        value = round(change.quantity * float(done.line.get("unit_cost") or 0.0), MONEY_DIGITS)
        done = replace(done, quantity=change.quantity, order_value=value)
    return done
