"""What is told of the forecast: what was hidden from it, of which parts it is made, and totals."""

from __future__ import annotations

from domain.columns import Table, date, integer, number, text

CORRECTED = Table(
    "corrected",
    "Buckets of history whose demand was hidden; written where there are any.",
    ("sku", "location", "date"),
    (
        text("sku", "the product"),
        text("location", "the place"),
        date("date", "first day of the bucket"),
        number("recorded", "what was recorded", "units"),
        number("stockout_share", "share of it without stock; blank: not known", "share"),
        number("corrected", "what would have been sold, never less than was recorded", "units"),
        text("how", "sold_out_in_part, sold_out_unknown_time, sold_out or not_recorded"),
    ),
)

AGGREGATES = Table(
    "aggregates",
    "Total, categories and locations as one series each, in parts; written where it is asked for "
    "(setting aggregate_forecasts). Trend, season and events add up to the mean.",
    ("level", "category", "location", "date"),
    (
        text("level", "total, category or location"),
        text("category", "the category; blank at other levels, and for items without one"),
        text("location", "the place; blank at other levels"),
        date("date", "first day of the bucket"),
        integer("horizon", "buckets ahead; 0: history", "buckets", minimum=0),
        number("demand", "what was sold, hidden demand at its usual size", "units"),
        number("mean", "what the model expects, or would have", "units"),
        number("trend", "of it, without season and events", "units", minimum=None),
        number("season", "what the time of week and year adds", "units", minimum=None),
        number("events", "what events add", "units", minimum=None),
        number("bottom_up", "the forecasts of the plan's series, added up", "units"),
        text("why_not", "why the model could not be fitted; blank: it was"),
    ),
)

EXPLANATION = Table(
    "explanation",
    "Why the forecast expects what it does: parts that add up to the mean of every bucket.",
    ("sku", "location", "date"),
    (
        text("sku", "the product"),
        text("location", "the place"),
        date("date", "first day of the bucket"),
        integer("horizon", "buckets ahead", "buckets", minimum=1),
        number("mean", "units expected", "units"),
        number("level", "what it sells in an ordinary bucket", "units"),
        number("like_items", "what like items sell, where it said little", "units", minimum=None),
        number("trend", "its trend, which dies out", "units", minimum=None),
        number("season", "the season", "units", minimum=None),
        number(
            "similar_items",
            "what the global model learned from similar items: events, promotions, prices, sales",
            "units",
            minimum=None,
        ),
        number("reconciled", "what the total of all items says", "units", minimum=None),
        number("own_model", "the model named for the series", "units", minimum=None),
        number("on_sale", "days on which it is not on sale", "units", minimum=None),
        number(
            "promotions",
            "promotions that are announced, and events that come again",
            "units",
            minimum=None,
        ),
        number("events", "events, by what they brought before", "units", minimum=None),
        number("other_items", "items it replaces, or is part of", "units", minimum=None),
        number("adjustments", "planners' adjustments", "units", minimum=None),
        number("customer_orders", "customers' orders for days ahead", "units"),
    ),
)
