"""The page of a return on investment: one HTML file in the look of the plan's report."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.settings_monitoring import RoiSetting
from domain.terms import Floats
from experiments.investment.cash import Moved, Saved, curve, monthly, payback, table
from experiments.investment.run import Return
from experiments.replay.charts import Line, over_time
from experiments.replay.page import plain_name
from planning.report import page_words
from planning.report.templating import environment


def render_page(made: Return) -> str:
    """The page as HTML: no request to anywhere, no script, every text escaped."""
    from markupsafe import Markup

    ground = made.replay.ground
    currency = str(ground.terms.frame["currency"].iloc[0]) or page_words.UNNAMED
    cash = curve(made.saved, made.costs)
    return (
        environment("experiments.investment", "experiments.replay")
        .get_template("roi.html")
        .render(
            made=made,
            ground=ground,
            currency=currency,
            rule=made.rule_score,
            rule_name=plain_name(made.rule.policy),
            plan=made.plan_score,
            name=plain_name(made.plan),
            sentence=sentence(made, currency),
            bought=for_service(
                made.saved.released, made.rule_score.fill_rate, made.plan_score.fill_rate
            ),
            lines=table(made.saved, made.costs),
            gain=monthly(made.saved, made.costs),
            year=float(cash[min(12, cash.size - 1)]),
            stock_words=stock_words(made.saved.released),
            with_stock=payback(made.saved, made.costs, with_stock=True),
            back=came_back(made.saved, made.costs, made.moved),
            months=months,
            cash_chart=Markup(_cash(made, cash)),
            stock_chart=Markup(_stock(made)),
            costless=not any(
                (made.costs.software_per_month, made.costs.people_per_month,
                 made.costs.integration_per_month, made.costs.one_off)
            ),
        )
    )  # fmt: skip


def sentence(made: Return, currency: str) -> str:
    """What a reader should know first."""
    gain = monthly(made.saved, made.costs)
    if gain <= 0:
        return (
            f"Planning would cost {page_words.money(-gain, currency)} a month more than it saves."
        )
    into_stock = page_words.money(max(0.0, -made.saved.released), currency)
    more = f", but puts {into_stock} more into stock" if made.saved.released < 0 else ""
    if made.costs.one_off == 0:
        return f"Planning would bring {page_words.money(gain, currency)} a month{more}."
    assert made.payback is not None
    return f"Planning pays back in {months(made.payback)}{more}."


def came_back(
    saved: Saved, costs: RoiSetting, moved: Sequence[Moved]
) -> tuple[str, list[tuple[float | None, float | None]]]:
    """What comes back, and after how many months with each assumption lower and higher.

    What goes into stock counts where anything does; no rows where nothing is put in.
    """
    if saved.released < 0:
        both = [(one.payback_with_stock_low, one.payback_with_stock_high) for one in moved]
        return "Months until all is back, stock too", both
    if costs.one_off == 0:
        return "", []
    return "Payback, months", [(one.payback_low, one.payback_high) for one in moved]


def for_service(released: float, now: float | None, then: float | None) -> str:
    """What more stock is for; "" where there is no more of it, or it serves nobody.

    `released`: money out of stock; `now`, `then`: shares of demand served, by the rule and planned.
    """
    if released >= 0 or now is None or then is None or then <= now:
        return ""
    return (
        f"The stock buys service: {page_words.percent(then)} of demand is met from the shelf, "
        f"where the rule meets {page_words.percent(now)}; lower service levels or shortage costs "
        "ask for less stock."
    )


def stock_words(released: float) -> str:
    """What the cash curve with stock is called."""
    return f"with money {'released from' if released >= 0 else 'put into'} stock"


def months(count: float) -> str:
    """A number of months for people.

    >>> months(0.3), months(1.0), months(2.54)
    ('less than a month', '1 month', '2.54 months')
    """
    if count < 1:
        return "less than a month"
    return f"{page_words.number(count)} {'month' if count == 1 else 'months'}"


def _cash(made: Return, cash: Floats) -> str:
    """Cash over the months ahead, and with what comes free from stock."""
    first = (made.replay.ground.calendar.as_of + 1).astype("datetime64[M]")
    days = (first + np.arange(cash.size)).astype("datetime64[D]")
    freed = np.where(np.arange(cash.size) > 0, made.saved.released * made.costs.followed_share, 0.0)
    lines = [
        Line("cash", 4, days, cash),
        Line(stock_words(made.saved.released), 1, days, cash + freed),
    ]
    return over_time("cash", "Cash since the start", lines)


def _stock(made: Return) -> str:
    """Stock at cost under the rule and under the plan."""
    calendar, lines = made.replay.ground.calendar, []
    for name, place in ((made.rule.policy, 0), (made.plan, 4)):
        part = made.replay.trajectory[made.replay.trajectory["policy"] == name]
        index = calendar.index_of(part["date"].to_numpy().astype("datetime64[D]"))
        value = part["stock_value"].to_numpy(np.float64)
        lines.append(Line(plain_name(name), place, calendar.start_of(index + 1), value))
    return over_time("stock", "Stock at cost", lines)
