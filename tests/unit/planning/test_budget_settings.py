"""Budgets as they are given: each by a name of its own, amounts numbers."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from domain.settings import BudgetSetting
from planning.limits.reading import numbered


def test_budgets_of_one_name_are_numbered() -> None:
    assert numbered(["budget", "budget", "tea", "budget"]) == [
        "budget", "budget 2", "tea", "budget 3",
    ]  # fmt: skip
    assert numbered(["budget", "budget", "budget 2"]) == ["budget", "budget 3", "budget 2"]


def test_an_amount_of_true_is_refused() -> None:
    with pytest.raises(ValidationError, match="amount"):
        BudgetSetting.model_validate({"amount": True, "period_days": 7})
    assert BudgetSetting.model_validate({"amount": 500, "period_days": 7}).amount == 500.0
