"""What cannot keep the limits that items share says which are given."""

import numpy as np
import pandas as pd

from domain.settings_layers import load_settings
from optimization.constraints import LIMITS
from planning.dataset import Dataset
from planning.limits import SHARED, limits_given, limits_left_out

BLANK = np.nan


def dataset(settings: dict[str, object], **tables: dict[str, list[object]]) -> Dataset:
    frames = {name: pd.DataFrame(columns) for name, columns in tables.items()}
    return Dataset(frames, load_settings([("test", settings)], environ={}))


def test_tables_without_a_limit_in_them_give_none() -> None:
    made = dataset(
        {},
        locations={"location": ["a"], "capacity_m3": [BLANK]},
        suppliers={"supplier": ["s"], "capacity_units": [BLANK], "minimum_order_value": [0.0]},
    )
    assert limits_given(made) == ()
    assert limits_left_out(made) == ()


def test_every_kind_is_named() -> None:
    made = dataset(
        {
            "budget": [{"amount": 5, "period_days": 7}],
            "order_lines_per_day": 3,
            "container": [{"supplier": "s", "volume_m3": 30.0}],
            "group_service": [{"fill_rate": 0.95}],
        },
        locations={"location": ["a", "b"], "capacity_m3": [BLANK, 4.0]},
        suppliers={"supplier": ["s"], "capacity_units": [9.0], "minimum_order_value": [1.0]},
        linear_limits={"limit": ["crates"], "bound": [1.0]},
    )
    said = (
        "Limits that items share are left out: budget, containers to be filled, service of groups,"
        " linear limits, order lines a day, storage, supplier capacity, smallest order of a"
        " supplier."
    )
    assert limits_left_out(made) == (said,)


def test_a_kind_of_limit_is_filed_as_the_optimizer_calls_it() -> None:
    assert SHARED.names()
    assert set(SHARED.names()) <= set(LIMITS.names())
