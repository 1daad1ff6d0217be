"""The sentence of an order line says what a planner needs to check it."""

from types import SimpleNamespace

from planning.report.reasons import order_reason


def reason(**changes: object) -> str:
    """The reason of a line that orders 20, with some of its numbers changed."""
    line = {
        "sold_last_28_days": 28.0, "forecast_next_28_days": 28.0, "on_hand": 5.0,
        "on_order": 0.0, "cover_before": 5.0, "protection_days": 21.0,
        "lead_time_demand": 21.0, "kept_to_be_safe": 4.0, "lost_before_arrival": 0.0,
        "planned": "stock",
        "binding": "", "wanted": 20.0, "quantity": 20.0, "minimum": 0.0, "multiple": 1.0,
    }  # fmt: skip
    return order_reason(SimpleNamespace(**{**line, **changes}))


def test_what_is_lost_before_the_arrival_explains_why_less_is_ordered() -> None:
    assert "missed" not in reason(lost_before_arrival=0.4)
    assert "21 are asked for, 9 of them missed before it can arrive, and 4 are kept" in reason(
        lost_before_arrival=9.0
    )


def test_stock_for_less_than_a_day_is_not_said_to_last_0_days() -> None:
    assert "5 on hand last less than a day." in reason(cover_before=0.3)


def test_a_minimum_that_is_no_number_of_packs_names_both() -> None:
    told = reason(
        binding="minimum order quantity", wanted=8.0, minimum=10.0, multiple=7.0, quantity=14.0
    )
    assert "8 would do, the smallest order is 10, and packs of 7 make it 14." in told
