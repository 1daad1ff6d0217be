"""The report page: one HTML file that needs nothing else, for a planner to read or mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planning.report.charts import demand_chart, projection_chart, stock_chart
from planning.report.page_attention import OPEN_ORDER_KINDS, attention_of, stock_of
from planning.report.page_data import KpiLine, PageData
from planning.report.page_orders import orders_of
from planning.report.page_words import UNNAMED
from planning.report.templating import environment

if TYPE_CHECKING:
    from markupsafe import Markup

SAME = 1e-9


def render_page(page: PageData) -> str:
    """The page as HTML: no request to anywhere, no script, every text escaped."""
    return (
        environment(change_word=change_word)
        .get_template("page.html")
        .render(
            page=page,
            currency=page.currency or UNNAMED,
            orders=orders_of(page.orders),
            attention=attention_of(page.exceptions),
            stock=stock_of(page.inventory),
            charts=_charts(page),
            courses=_courses(page),
            everything=_everything(page),
            actions=OPEN_ORDER_KINDS,
            seconds=sum(step.seconds for step in page.steps),
        )
    )


def change_word(line: KpiLine) -> str:
    """Whether the plan makes a measure better, worse, or leaves it; blank where nobody can say."""
    if line.now is None or line.projected is None or not line.better:
        return ""
    change = line.projected - line.now
    if abs(change) <= SAME * max(1.0, abs(line.now)):
        return "same"
    return "better" if (change > 0) == (line.better == "more") else "worse"


def _charts(page: PageData) -> list[tuple[Markup, Markup]]:
    """The two charts of each line drawn; `charts.py` has escaped what is in them."""
    from markupsafe import Markup

    return [
        (
            Markup(demand_chart(chart, page.as_of, page.bucket, f"demand-{place}")),
            Markup(stock_chart(chart, f"stock-{place}")),
        )
        for place, chart in enumerate(page.series_charts)
    ]


def _everything(page: PageData) -> Markup | None:
    """The chart of all series as one; None where it was not asked for."""
    from markupsafe import Markup

    if page.aggregates is None:
        return None
    return Markup(demand_chart(page.aggregates.chart, page.as_of, page.bucket, "everything"))


def _courses(page: PageData) -> list[tuple[str, Markup]]:
    """The simulated courses drawn, each with its title."""
    from markupsafe import Markup

    if page.projection is None:
        return []
    found = {"course-stock": page.projection.stock, "course-spent": page.projection.spent}
    return [
        (chart.title, Markup(projection_chart(chart, page.as_of, name)))
        for name, chart in found.items()
    ]
