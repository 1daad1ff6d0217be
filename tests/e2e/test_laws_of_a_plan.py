"""Laws that a stranger can check with the command alone."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.e2e.shop import (
    DAYS,
    FIRST_DAY,
    UGLY_SKUS,
    Shop,
    plan,
    read_orders,
    restock,
    small_shop,
    summary,
)


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, Path]:
    """A shop and its plan."""
    folder = tmp_path_factory.mktemp("usual")
    shop = small_shop()
    plan(shop.write(folder / "data"), folder / "out")
    return shop, folder / "out"


def test_rows_after_as_of_change_nothing(usual: tuple[Shop, Path], tmp_path: Path) -> None:
    _shop, out = usual
    later = small_shop()
    tomorrow = str(FIRST_DAY + DAYS + 3)
    extra = pd.DataFrame({"sku": ["sku-001", "new"], "date": tomorrow, "units_sold": [999, 5]})
    later.tables["sales"] = pd.concat([later.tables["sales"], extra])
    counted = pd.DataFrame({"sku": ["sku-002"], "date": [tomorrow], "on_hand": [10_000]})
    later.tables["stock"] = pd.concat([later.tables["stock"], counted])
    data = later.write(tmp_path / "data")
    plan(data, tmp_path / "out", "--as-of", str(FIRST_DAY + DAYS - 1))
    assert (tmp_path / "out/orders.csv").read_bytes() == (out / "orders.csv").read_bytes()


def test_permuted_rows_and_columns_change_nothing(usual: tuple[Shop, Path], tmp_path: Path) -> None:
    _, out = usual
    shuffled = small_shop()
    for number, (name, frame) in enumerate(shuffled.tables.items()):
        rows = frame.sample(frac=1.0, random_state=number)
        shuffled.tables[name] = rows[rows.columns[::-1]]
    plan(shuffled.write(tmp_path / "data"), tmp_path / "out")
    for name in ("orders.csv", "inventory.csv", "exceptions.csv", "forecast.parquet"):
        assert (tmp_path / "out" / name).read_bytes() == (out / name).read_bytes(), name


def test_the_number_of_threads_changes_no_byte(usual: tuple[Shop, Path], tmp_path: Path) -> None:
    shop, out = usual
    data = shop.write(tmp_path / "data")
    plan(data, tmp_path / "out", "--set", "solver.threads=1")
    assert (tmp_path / "out/orders.csv").read_bytes() == (out / "orders.csv").read_bytes()


def test_more_stock_never_raises_an_order(usual: tuple[Shop, Path], tmp_path: Path) -> None:
    _shop, out = usual
    before = _quantities(out)
    for extra in (1, 7, 40):
        richer = small_shop()
        richer.tables["stock"]["on_hand"] += extra
        plan(richer.write(tmp_path / f"data{extra}"), tmp_path / f"out{extra}")
        after = _quantities(tmp_path / f"out{extra}")
        assert (after <= before).all()


def test_accepting_all_orders_and_planning_again_orders_nothing_more(
    usual: tuple[Shop, Path], tmp_path: Path
) -> None:
    _shop, out = usual
    orders = pd.read_csv(out / "orders.csv", dtype={"sku": str})
    assert len(orders)
    accepted = small_shop()
    accepted.tables["open_orders"] = pd.DataFrame(
        {
            "order_id": [f"PO{number}" for number in range(len(orders))],
            "sku": orders["sku"],
            "quantity": orders["quantity"],
            "due_on": orders["due_on"],
            "ordered_on": orders["order_on"],
        }
    )
    again = plan(accepted.write(tmp_path / "data"), tmp_path / "out")
    assert again.empty


def test_quantities_keep_multiples_and_minimums(usual: tuple[Shop, Path]) -> None:
    shop, out = usual
    orders = read_orders(out)
    terms = orders.merge(shop.tables["items"], on="sku")
    assert (terms["quantity"] % terms["order_multiple"] == 0).all()
    assert (terms["quantity"] >= terms["minimum_order_quantity"]).all()
    assert np.isfinite(orders.select_dtypes("number")).all(axis=None)


def test_ugly_skus_survive_unchanged(tmp_path: Path) -> None:
    shop = small_shop(ugly=True)
    shop.tables["stock"]["on_hand"] = 0
    out = tmp_path / "out"
    orders = plan(shop.write(tmp_path / "data"), out)
    inventory = pd.read_csv(out / "inventory.csv", dtype=str, keep_default_na=False)
    assert set(UGLY_SKUS) <= set(inventory["sku"])
    assert set(UGLY_SKUS) <= set(orders["sku"])
    forecast = pd.read_parquet(out / "forecast.parquet")
    assert set(UGLY_SKUS) <= set(forecast["sku"])


def test_a_cycle_service_level_is_the_quantile_of_the_protection_period(tmp_path: Path) -> None:
    shop = small_shop()
    del shop.tables["items"], shop.tables["suppliers"]
    shop.settings = 'bucket = "day"\ncycle_service_level = 0.93\nlead_time_days = 5\n'
    shop.tables["stock"]["on_hand"] = 0
    data, out = shop.write(tmp_path / "data"), tmp_path / "out"
    plan(data, out)
    file = tmp_path / "forecast.parquet"
    assert restock("forecast", data, "--horizon", 12, "--levels", "0.93", "--out", file) == 0
    forecast = pd.read_parquet(file)
    protected = forecast[forecast["horizon"] == 12].set_index("sku")["sum_q0.93"]
    inventory = pd.read_csv(out / "inventory.csv", dtype={"sku": str}).set_index("sku")
    assert (inventory["protection_days"] == 12).all()
    level = inventory["order_up_to_level"]
    np.testing.assert_allclose(level, protected[level.index], rtol=1e-6, atol=1e-6)


def test_a_repeated_plan_gives_the_same_id_and_bytes(
    usual: tuple[Shop, Path], tmp_path: Path
) -> None:
    shop, out = usual
    data = shop.write(tmp_path / "elsewhere")
    plan(data, tmp_path / "out")
    assert summary(tmp_path / "out")["plan_id"] == summary(out)["plan_id"]
    assert (tmp_path / "out/orders.csv").read_bytes() == (out / "orders.csv").read_bytes()


def test_another_setting_gives_another_id(usual: tuple[Shop, Path], tmp_path: Path) -> None:
    shop, out = usual
    plan(shop.write(tmp_path / "data"), tmp_path / "out", "--set", "cycle_service_level=0.9")
    assert summary(tmp_path / "out")["plan_id"] != summary(out)["plan_id"]


def _quantities(out: Path) -> pd.Series:
    inventory = pd.read_csv(out / "inventory.csv", dtype={"sku": str})
    return inventory.set_index("sku")["quantity"].sort_index()


def test_a_plan_that_looks_further_than_its_cycles_has_a_forecast_that_far(tmp_path: Path) -> None:
    shop = small_shop(skus=3)
    shop.tables["suppliers"]["lead_time_days"] = 100
    shop.tables["suppliers"]["review_period_days"] = 30
    shop.settings += "horizon_buckets = 200\nslow_moving_days = 1\n"
    assert restock("plan", shop.write(tmp_path / "data"), "--out", tmp_path / "out") == 0
    forecast = pd.read_parquet(tmp_path / "out" / "forecast.parquet")
    assert forecast.groupby("sku")["horizon"].max().tolist() == [200] * 3
