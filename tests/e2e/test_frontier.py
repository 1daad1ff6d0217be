"""Cost and service against cash."""

from pathlib import Path

import numpy as np
import pandas as pd

from planning.decision import decide
from planning.forecasts import known_at
from planning.frontier import frontier, with_budget
from planning.pipeline import look
from planning.steps import Steps
from tests.e2e.shop import restock, small_shop


def test_less_money_serves_less_and_costs_more(tmp_path: Path) -> None:
    data = small_shop(skus=12).write(tmp_path / "data")
    assert restock("frontier", data, "--out", tmp_path / "out") == 0
    table = pd.read_csv(tmp_path / "out" / "frontier.csv")
    everything = table[table["group"] == "all"]
    assert everything["budget_share"].tolist() == [1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5]
    assert (everything["order_value"] <= everything["budget"] + 1e-6).all()
    cost, served = everything["expected_cost"].to_numpy(), everything["fill_rate"].to_numpy()
    assert (np.diff(cost) > -0.01 * cost[:-1]).all()  # each within the solver's gap in whole packs
    assert cost[-1] > cost[0]
    assert served[-1] < served[0]
    classes = table[table["group"] != "all"].groupby("budget_share")["expected_cost"].sum()
    np.testing.assert_allclose(
        classes.to_numpy(), everything.set_index("budget_share")["expected_cost"].sort_index()
    )
    page = (tmp_path / "out" / "frontier.html").read_text(encoding="utf-8")
    for group in ["all", *sorted(set(table["group"]) - {"all"})]:
        assert f'id="cost-{group}-t"' in page
    assert "<script" not in page
    assert "http" not in page


def test_a_sweep_from_known_prices_costs_what_a_fresh_one_costs(tmp_path: Path) -> None:
    data = small_shop(skus=8).write(tmp_path / "data")
    swept = frontier(data, None, None, {}, Steps())
    dataset, calendar = known_at(data, None, None, {}, Steps())
    situation = look("data", dataset, calendar, Steps())
    row = swept.table[(swept.table["group"] == "all") & (swept.table["budget_share"] == 0.8)]
    fresh = decide(with_budget(situation, float(row["budget"].iloc[0])), lambda _: None)
    solution = fresh.solution
    slack = (solution.objective - solution.bound) + 1e-5 * solution.objective
    assert abs(float(row["expected_cost"].iloc[0]) - float(solution.cost.sum())) <= slack
