"""The life of a recommendation: what may be done to it, in which state, and what that makes it.

proposed → approved → released → acknowledged → confirmed → partly received → closed; or it is
rejected, fails, is withdrawn, or expires.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from planning.store.service.records import Action, State

ON_ORDER = frozenset((State.RELEASED, State.ACKNOWLEDGED, State.CONFIRMED, State.PARTLY_RECEIVED))
"""States that count as on order until an open order names the recommendation."""
OPEN = frozenset((State.PROPOSED, State.APPROVED))
"""States that a newer plan's lines take the place of."""
OVER = frozenset((State.REJECTED, State.CLOSED, State.FAILED, State.WITHDRAWN, State.EXPIRED))
"""States that nothing follows."""


@dataclass(frozen=True)
class Transition:
    """An action: the states it may be done in, the one it leads to, what it needs to be told.

    `already`: states in which it was done before, and is answered without doing anything.
    """

    source: frozenset[State]
    target: State
    already: frozenset[State] = frozenset()
    needs: tuple[str, ...] = ()  # fields of Change


def _of(*states: State) -> frozenset[State]:
    return frozenset(states)


_AFTER_RELEASE = ON_ORDER | _of(State.CLOSED, State.FAILED, State.WITHDRAWN)
_AFTER_ACKNOWLEDGEMENT = _of(State.CONFIRMED, State.PARTLY_RECEIVED, State.CLOSED)
_AT_SUPPLIER = _of(State.ACKNOWLEDGED, State.CONFIRMED, State.PARTLY_RECEIVED)

TRANSITIONS: Mapping[Action, Transition] = MappingProxyType(
    {
        Action.APPROVE: Transition(
            _of(State.PROPOSED), State.APPROVED, _of(State.APPROVED) | _AFTER_RELEASE
        ),
        # A changed line is to be approved anew.
        Action.CHANGE: Transition(OPEN, State.PROPOSED, needs=("reason",)),
        Action.REJECT: Transition(OPEN, State.REJECTED, _of(State.REJECTED)),
        Action.RELEASE: Transition(_of(State.APPROVED), State.RELEASED, _AFTER_RELEASE),
        Action.ACKNOWLEDGE: Transition(
            _of(State.RELEASED),
            State.ACKNOWLEDGED,
            _of(State.ACKNOWLEDGED) | _AFTER_ACKNOWLEDGEMENT,
            ("erp_order_id",),
        ),
        Action.CONFIRM: Transition(
            _of(State.ACKNOWLEDGED, State.CONFIRMED),
            State.CONFIRMED,
            needs=("quantity", "due_on"),
        ),
        Action.RECEIVE: Transition(_AT_SUPPLIER, State.PARTLY_RECEIVED, needs=("quantity",)),
        Action.CLOSE: Transition(_AT_SUPPLIER, State.CLOSED, _of(State.CLOSED)),
        Action.FAIL: Transition(ON_ORDER, State.FAILED, _of(State.FAILED), ("reason",)),
        Action.WITHDRAW: Transition(ON_ORDER, State.WITHDRAWN, _of(State.WITHDRAWN), ("reason",)),
        Action.EXPIRE: Transition(OPEN | _of(State.RELEASED), State.EXPIRED, _of(State.EXPIRED)),
    }
)
"""Everything that may happen to a recommendation; what is not here is refused."""
