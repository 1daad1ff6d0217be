"""What the report page shows of a plan."""

from __future__ import annotations

import numpy as np

from planning.measures import measures
from planning.plan import Plan
from planning.report.adjustments import adjustment_sentences
from planning.report.aggregates import aggregate_section
from planning.report.explanation import in_short, why
from planning.report.how_forecast import fallback_counts, mode_sentence
from planning.report.limits import binding_limits
from planning.report.page_data import Certificate, KpiLine, PageData, SeriesChart, Step
from planning.report.page_words import money
from planning.report.projected import projection_section
from planning.report.summary import relative_gap
from planning.steps import Steps
from planning.trial import sentence

CHARTS = 10
FAN_LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
HISTORY_DAYS = 182
AHEAD_DAYS = 120


def page_data(plan: Plan, steps: Steps) -> PageData:
    """The page's content: tables, measures, charts, and what was assumed."""
    situation, solution = plan.situation, plan.decision.solution
    return PageData(
        plan_id=plan.plan_id,
        as_of=situation.as_of,
        dataset=situation.name,
        currency=str(situation.terms.frame["currency"].iloc[0]),
        bucket=situation.calendar.bucket.value,
        orders=plan.orders,
        exceptions=plan.exceptions,
        inventory=plan.inventory,
        certificate=Certificate(
            solution.objective, solution.bound, relative_gap(solution), solution.status
        ),
        kpis=tuple(
            KpiLine(m.title, m.now, m.projected, m.unit, m.meaning, m.better)  # type: ignore[arg-type]
            for m in measures(situation, plan.decision, plan.projection)
        ),
        projection=projection_section(plan.projection, len(plan.limits) > 0),
        limits=binding_limits(plan.limits),
        limits_unbound=int((plan.limits["marginal_value"] <= 0).sum()),
        note=note(plan),
        assumptions=assumptions(plan),
        forecast_mode=mode_sentence(situation.forecast, situation.dataset.settings),
        fallbacks=fallback_counts(situation.forecast),
        steps=tuple(
            Step(str(taken["step"]), float(taken["seconds"]), float(taken["peak_memory_mb"]))
            for taken in steps.taken
        ),
        aggregates=aggregate_section(
            plan.aggregates, situation.dataset.settings.aggregate_forecasts
        ),
        slow_stock=_what_to_do(plan),
        series_charts=tuple(chart(plan, line) for line in range(min(CHARTS, len(plan.orders)))),
    )


def note(plan: Plan) -> str:
    """What must be said first."""
    said = [plan.situation.dataset.settings.note, plan.calibration.sentence]
    said.append(sentence(plan.situation))
    if not plan.situation.stock.there:
        said.append("No stock is known at this day: stock on hand is taken to be 0 everywhere.")
    return " ".join(sentence for sentence in said if sentence)


def assumptions(plan: Plan) -> tuple[str, ...]:
    """Every default that stood in and everything noted while reading."""
    situation = plan.situation
    filled = [entry.sentence() for entry in situation.terms.filled]
    notes = [f"{n.table}: {n.sentence}" for n in situation.dataset.notes]
    history = situation.history
    told = []
    for column, words in (
        ("gaps_filled", "buckets without a row were taken as zero sales"),
        (
            "lower_bounds",
            "buckets were sold out for a part: their sales are a lower bound on demand",
        ),
        ("unknown", "buckets tell nothing of demand and were left out"),
        ("units_returned", "units came back; they are not taken from demand"),
    ):
        count = float(history[column].sum())
        if count > 0:
            told.append(f"{count:,.0f} {words}.")
    said = adjustment_sentences(situation.adjustments)
    reconciled = situation.forecast.reconciled
    return (*said, *filled, *([reconciled] if reconciled else []), *told, *notes)


def chart(plan: Plan, line: int) -> SeriesChart:
    """History, forecast fan and expected stock of one order line."""
    situation, order = plan.situation, plan.orders.iloc[line]
    frame = situation.terms.frame
    row = int(
        np.flatnonzero((frame["sku"] == order["sku"]) & (frame["location"] == order["location"]))[0]
    )
    calendar, panel = situation.calendar, situation.panel
    shown = max(0, panel.buckets - max(8, calendar.buckets_to_cover(HISTORY_DAYS)))
    begin = max(shown, int(panel.first[row])) if panel.first[row] < panel.buckets else shown
    reach = situation.forecast.mean.shape[1]
    ends = calendar.ends_ahead(min(reach, max(4, calendar.buckets_to_cover(AHEAD_DAYS))))
    one = situation.forecast.take(np.array([row]))
    mean, fan = one.windows(np.r_[0, ends[:-1]][None, :], ends[None, :], FAN_LEVELS)
    stock_days, with_order, without = _stock(plan, row, int(ends[-1]))
    return SeriesChart(
        sku=str(order["sku"]),
        location=str(order["location"]),
        description=str(order["description"]),
        reason=str(order["reason"]),
        why=_why(plan, row, ends.size),
        adds_up=str(plan.waterfall["sentence"].iloc[line]),
        unit=str(order["unit"]),
        quantity=float(order["quantity"]),
        arrives_on=order["due_on"].to_datetime64().astype("datetime64[D]"),
        history_dates=calendar.starts(begin),
        history_units=panel.demand[row, begin:].astype(np.float64),
        history_censored=panel.known[row, begin:] >= 2,
        forecast_dates=calendar.starts(calendar.count, calendar.count + ends.size),
        forecast_mean=mean[0],
        forecast_quantiles={float(q): fan[0, :, k] for k, q in enumerate(FAN_LEVELS)},
        stock_dates=situation.date(stock_days),
        stock_with_order=with_order,
        stock_without_order=without,
    )


def _what_to_do(plan: Plan) -> dict[tuple[str, str], str]:
    """The way with slow stock that recovers most, in words, by sku and location."""
    currency = str(plan.situation.terms.frame["currency"].iloc[0])
    return {
        (str(line.sku), str(line.location)): (
            f"{line.sentence} Recovers {money(line.recovery, currency)}."
        )
        for line in plan.slow_stock[plan.slow_stock["best"].astype(bool)].itertuples(index=False)
    }


def _why(plan: Plan, row: int, buckets: int) -> str:
    """Why the forecast of a series is what it is."""
    situation = plan.situation
    number = situation.rows[row : row + 1]
    found = why(situation.forecast, situation.panel, plan.corrected, number, buckets)
    return in_short(found[0])


def _stock(plan: Plan, row: int, until: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Stock if demand comes as its mean: days, with today's order, without any.

    With the order only until the next planned delivery, which would lift it again; without any
    until it runs out, if that is later.
    """
    situation = plan.situation
    ends = situation.calendar.ends_ahead(situation.forecast.mean.shape[1])
    arrival = int(plan.situation.cycles.arrival_day[row, 0])
    lines = situation.open_orders.counted
    theirs = lines[lines["series"] == row]
    days = np.arange(until + 1)
    through = np.r_[0.0, np.cumsum(situation.forecast.expected[row])]
    demand = np.interp(days, np.r_[0, ends], through)
    start = float(situation.stock.usable[row] - situation.stock.backordered[row])
    lost = situation.dataset.settings.unmet_demand == "lost"
    today = float(plan.decision.solution.quantity[row, 0])
    stocks = []
    for ordered in (today, 0.0):
        level, path = start, []
        for i, day in enumerate(days):
            level += float(theirs["remaining"][theirs["usable_from"] == day].sum())
            level += ordered if day == arrival else 0.0
            level -= demand[i] - demand[i - 1] if i else 0.0
            level = max(level, 0.0) if lost else level
            path.append(level)
        stocks.append(np.array(path))
    delivery = _next_delivery(plan, row)
    empty = np.flatnonzero(stocks[1] <= 0)
    last = days.size if delivery is None or not empty.size else max(delivery, int(empty[0]) + 1)
    return days[:last], stocks[0][:delivery], stocks[1][:last]


def _next_delivery(plan: Plan, row: int) -> int | None:
    """Days to the delivery of the first order planned after today's; None where none is."""
    later = np.flatnonzero(plan.decision.solution.quantity[row, 1:] > 0)
    if not later.size:
        return None
    return int(plan.situation.cycles.arrival_day[row, 1 + later[0]])
