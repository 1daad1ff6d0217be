"""Days are hidden as stock-outs would hide them, and the ways to fill them are compared."""

import numpy as np

from domain.terms import Known, Panel
from experiments.benchmarks.hidden_demand import AS_DEMAND, LEFT_OUT, by_weekday, hide, rows_of
from tests.contract.forecasting.situations import BUCKETS, panel_of

WEEK = np.array([3.0, 5.0, 5.0, 6.0, 8.0, 12.0, 9.0])


def shop() -> Panel:
    week = np.resize(WEEK, BUCKETS)
    return panel_of({f"s{i}": (i + 1) * week for i in range(12)})


def test_a_fifth_of_the_days_in_stock_is_hidden_and_nothing_more_is_sold_than_was() -> None:
    panel = shop()
    for part, told in ((False, Known.UNKNOWN), (True, Known.LOWER_BOUND)):
        shown, hidden = hide(panel, part, 1)
        assert 0.15 < hidden.mean() < 0.25
        assert (shown.known[hidden] == told).all()
        assert (shown.demand <= panel.demand).all()
        assert np.array_equal(shown.demand[~hidden], panel.demand[~hidden])
        assert (shown.stockout_share[hidden] > 0).all()
        assert (shown.stockout_share <= 1).all()


def test_leaving_out_takes_the_mean_of_the_same_weekday() -> None:
    panel = shop()
    shown, hidden = hide(panel, False, 1)
    np.testing.assert_allclose(by_weekday(shown, hidden)[hidden], panel.demand[hidden])


def test_a_row_says_how_each_way_did() -> None:
    draw = np.random.default_rng(4)
    trend = np.linspace(1.0, 4.0, BUCKETS)
    panel = panel_of(
        {f"s{i}": trend * np.resize(WEEK, BUCKETS) * draw.gamma(50, 0.02) for i in range(12)}
    )
    whole, part = (rows_of(panel, part) for part in (False, True))
    assert whole.peers[AS_DEMAND] == 1.0
    assert whole.value < 0.2 < whole.peers[LEFT_OUT]
    assert part.value < part.peers[AS_DEMAND]
    assert set(whole.against) == {LEFT_OUT, AS_DEMAND}
