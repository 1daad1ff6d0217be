"""The table in which planners have their say on the forecast."""

from __future__ import annotations

from domain.columns import Column, Kind, Table, date, number, text

ADD, MULTIPLY, REPLACE = "add", "multiply", "replace"

ADJUSTMENTS = Table(
    "adjustments",
    "A planner's word on the forecast: of an item, a category or all, on the days it names. "
    "They hold in the order they were made (a blank day first), on one day the wider before the "
    "narrower, then replace, multiply, add.",
    ("sku", "category", "location", "starts_on", "how", "made_by", "made_on"),
    (
        text("sku", "the product; blank: all of the category, or all"),
        text("category", "the group of products; blank: any"),
        text("location", "the place; blank: all"),
        date("starts_on", "first day it holds", required=True),
        date("ends_on", "last day it holds", required=True),
        Column(
            "how",
            Kind.CHOICE,
            "add: more units (below 0: fewer) of the same kind; multiply: every unit counts so "
            "often, mean and quantiles alike; replace: expected demand becomes the value, as "
            "uncertain for its size as it was",
            required=True,
            choices=(ADD, MULTIPLY, REPLACE),
        ),
        number(
            "value",
            "units from the first day to the last, of all it names together, shared by expected "
            "demand; to multiply, the factor",
            "units, or a factor",
            required=True,
            minimum=None,
        ),
        text("reason", "why, for those who read the plan"),
        text("made_by", "whose word it is"),
        date("made_on", "day it was said; no plan of an earlier day knows of it"),
    ),
)
