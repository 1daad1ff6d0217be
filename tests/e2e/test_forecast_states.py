"""States kept in a workspace change nothing but the time; a damaged file is passed by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasting import states
from planning.forecast_states import FILE
from tests.e2e.shop import restock, small_shop

pytestmark = pytest.mark.thorough

BEFORE, AS_OF = "2024-05-26", "2024-06-02"
TABLES = ("orders.csv", "exceptions.csv", "inventory.csv", "schedule.parquet", "forecast.parquet")


def planned(shop: Path, out: Path, workspace: Path, as_of: str = AS_OF) -> dict[str, bytes]:
    assert restock("plan", shop, "--out", out, "--workspace", workspace, "--as-of", as_of) == 0
    return {name: (out / name).read_bytes() for name in TABLES}


def test_a_plan_is_the_same_with_states_and_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = small_shop().write(tmp_path / "shop")
    kept, empty, gone_on = tmp_path / "kept", tmp_path / "empty", []
    kept.mkdir(), empty.mkdir()
    inner = states._gone_on

    def counted(earlier, *others):  # type: ignore[no-untyped-def]
        gone_on.append(int(earlier["buckets"]))
        return inner(earlier, *others)

    monkeypatch.setattr(states, "_gone_on", counted)
    planned(shop, tmp_path / "one", kept, BEFORE)
    with_states = planned(shop, tmp_path / "two", kept)
    assert len(gone_on) == 1
    without = planned(shop, tmp_path / "three", empty)
    assert with_states == without
    file = kept / FILE
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    capsys.readouterr()
    assert planned(shop, tmp_path / "four", kept) == without
    assert FILE in capsys.readouterr().err
    assert len(gone_on) == 1


def test_a_forecast_is_the_same_with_states_and_without(tmp_path: Path) -> None:
    shop = small_shop().write(tmp_path / "shop")
    frames = []
    for workspace, as_of in (("kept", BEFORE), ("kept", AS_OF), ("empty", AS_OF)):
        out, folder = tmp_path / f"{workspace}-{as_of}.parquet", tmp_path / workspace
        options = ("--horizon", "9", "--workspace", folder, "--as-of", as_of)
        assert restock("forecast", shop, "--out", out, *options) == 0
        frames.append(pd.read_parquet(out))
    pd.testing.assert_frame_equal(frames[1], frames[2], check_exact=True)
    with np.load(tmp_path / "kept" / FILE, allow_pickle=False) as found:
        assert int(found["buckets"]) == 154


PAST: dict[str, dict[str, list[object]]] = {
    "promotions": {
        "sku": ["sku-001", "sku-001"],
        "starts_on": ["2024-05-06", "2024-06-05"],
        "ends_on": ["2024-05-08", "2024-06-06"],
        "announced_on": ["2024-05-01", "2024-05-01"],
    },
    "events": {
        "event": ["fair", "fair"],
        "starts_on": ["2024-05-06", "2024-06-05"],
        "ends_on": ["2024-05-12", "2024-06-06"],
    },
    "receipts": {
        "order_id": [f"r{number}" for number in range(6)],
        "sku": [f"sku-00{number}" for number in range(6)],
        "ordered_on": ["2024-04-01"] * 6,
        "received_on": [f"2024-04-{12 + number}" for number in range(6)],
        "quantity": [5] * 6,
    },
    "bundles": {"sku": ["sku-002"], "component": ["sku-001"], "units": [3]},
    "customer_orders": {
        "order_id": ["c"],
        "sku": ["sku-001"],
        "ordered_on": ["2024-05-06"],
        "ship_on": ["2024-06-09"],
        "quantity": [90],
    },
    "adjustments": {
        "sku": ["sku-001"],
        "starts_on": ["2024-05-06"],
        "ends_on": ["2024-06-09"],
        "how": ["multiply"],
        "value": [2],
    },
}


def test_what_is_told_of_the_past_afterwards_is_planned_as_if_nothing_was_kept(
    tmp_path: Path,
) -> None:
    shop = small_shop(skus=8)
    shop.settings += 'forecast_mode = "local"\n'
    shop.tables["stock"] = shop.tables["stock"].query("sku != 'sku-002'")
    before = shop.write(tmp_path / "before")
    # One table at a time where it decides which buckets are passed over; then all of them.
    for number, names in enumerate((["promotions"], list(PAST))):
        kept, empty = tmp_path / f"kept-{number}", tmp_path / f"empty-{number}"
        kept.mkdir(), empty.mkdir()
        planned(before, tmp_path / f"one-{number}", kept, BEFORE)
        silent = planned(before, tmp_path / f"two-{number}", kept)
        shop.tables |= {name: pd.DataFrame(PAST[name]) for name in names}
        after = shop.write(tmp_path / f"after-{number}")
        for name in names:
            del shop.tables[name]
        found = planned(after, tmp_path / f"three-{number}", kept)
        assert found == planned(after, tmp_path / f"four-{number}", empty)
        assert found["forecast.parquet"] != silent["forecast.parquet"]
