"""A situation that knows which of its locations supply which (see `planning.network`)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planning.network import Network, likeness_of
from planning.problem import starting_stock
from planning.situation import Situation
from planning.supplying_locations import is_moved, sources


def with_network(situation: Situation) -> Situation:
    """The situation of all series of a plan, in which what stores take is their source's demand.

    The same where every series is bought.
    """
    frame = situation.terms.frame
    if not is_moved(frame).any():
        return situation
    source = sources(frame)
    demand = situation.panel.demand[situation.rows]
    network = Network(
        source=source,
        passes_on=(source >= 0) & situation.planned_for_stock,
        sells=np.asarray((demand > 0).any(axis=1)),
        cycles=situation.cycles,
        review_days=frame["review_period_days"].to_numpy(),
        stock=starting_stock(situation),
        orders=situation.open_orders,
        likeness=likeness_of(demand, source),
    )
    # A new item without sales has its prior where nobody takes any of it.
    return replace(situation, network=replace(network, sells=network.sells | ~network.supplies))
