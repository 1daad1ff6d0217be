"""A policy sees what it sold itself: stock-outs hide demand from it, unless customers wait."""

import dataclasses
import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from domain.terms import Floats
from experiments.replay.ground import Ground, lay
from experiments.replay.walk import walk
from optimization.policies import Review
from planning.store.read import read_dataset
from tests.e2e.shop import small_shop

START, END = dt.date(2024, 4, 28), dt.date(2024, 5, 26)


@dataclasses.dataclass(frozen=True)
class Watcher:
    """Orders the same at every review and remembers what it was shown last."""

    units: float
    shown: list[Review] = dataclasses.field(default_factory=list)

    def order(self, review: Review) -> Floats:
        self.shown[:] = [review]
        return np.full(review.on_hand.size, self.units)


@pytest.fixture(params=["lost", "backordered"])
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Ground:
    made = small_shop(seed=2, skus=6)
    del made.tables["stock"]
    made.tables["suppliers"]["review_period_days"] = 7
    made.settings += f'unmet_demand = "{request.param}"\n'
    return lay("shop", read_dataset(made.write(tmp_path), None, {}), START, END)


def test_own_stock_outs_hide_demand(ground: Ground) -> None:
    lost = ground.settings.unmet_demand == "lost"
    never, plenty = Watcher(0.0), Watcher(500.0)
    walked = walk(ground, {"never": never, "plenty": plenty}, False, lambda share: None)
    days = int(never.shown[-1].history.shape[1])
    seen = days - ground.first - 1  # buckets of the replay before the last review
    came = walked.demand[:, :seen]
    watched = {
        name: watcher.shown[-1].history[:, -seen:]
        for name, watcher in (("never", never), ("plenty", plenty))
    }
    short = walked.states["never"].ledger.unserved.sum() > 0
    assert short
    if lost:
        assert watched["never"].sum() < came.sum()
        assert (watched["never"] <= came).all()
        # Where nothing was left by the evening, it is known to be a lower bound.
        hidden = watched["never"] < came
        assert never.shown[-1].censored[:, -seen:][hidden].all()
    else:
        np.testing.assert_allclose(watched["never"], came)
        assert not never.shown[-1].censored[:, -seen:].any()
    late = slice(seen - 5, seen)  # by then goods have come
    np.testing.assert_allclose(watched["plenty"][:, late], came[:, late])


def test_what_one_policy_does_changes_nothing_for_another(ground: Ground) -> None:
    def nobody(share: float) -> None:
        return None

    alone = walk(ground, {"plenty": Watcher(40.0)}, False, nobody)
    together = walk(ground, {"never": Watcher(0.0), "plenty": Watcher(40.0)}, False, nobody)
    np.testing.assert_array_equal(
        alone.states["plenty"].ledger.unserved, together.states["plenty"].ledger.unserved
    )
