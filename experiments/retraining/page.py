"""The page of a retraining: one HTML file in the look of the plan's report, nothing to fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.replay.charts import Line, over_time
from experiments.retraining.backtested import ORIGINS
from planning.report.page_words import UNNAMED
from planning.report.templating import environment

if TYPE_CHECKING:
    from experiments.retraining.contest import Judged
    from experiments.retraining.run import Retrained

WORST = 10


def render_page(made: Retrained) -> str:
    """The page as HTML: no request to anywhere, no script, every text escaped."""
    from markupsafe import Markup

    from experiments.retraining.records import series_frame
    from experiments.retraining.run import OUTCOMES

    known = made.known
    currency = known.dataset.settings.currency or UNNAMED
    moved = series_frame(made).to_dict("records")
    saved = [row for row in moved[:WORST] if row["saved"] > 0]
    lost = [row for row in moved[::-1][:WORST] if row["saved"] < 0]
    return (
        environment("experiments.retraining", "experiments.replay")
        .get_template("retrain.html")
        .render(
            made=made,
            known=known,
            currency=currency,
            sentence=OUTCOMES[made.outcome],
            first=made.judged[0],
            best=next(one for one in made.judged if one.name == made.best),
            verdicts={one.challenger: one for one in made.verdicts},
            chart=Markup(over_time("cost", "Cost so far", cost_lines(made))),
            accuracy={name: one.overall() for name, one in made.accuracy.items() if one.rows},
            origins=ORIGINS,
            saved=saved,
            lost=lost,
            many_places=len({key[1] for key in made.judged[0].keys}) > 1,
        )
    )


def cost_lines(made: Retrained) -> list[Line]:
    """Cost of the scored buckets so far, a line a contender."""
    import numpy as np

    calendar = made.known.calendar
    return [_line(one, place, calendar.end_of(
        np.arange(calendar.count - one.by_bucket.size - 1, calendar.count)))
        for place, one in enumerate(made.judged[:6])]  # fmt: skip


def _line(one: Judged, place: int, days: object) -> Line:
    import numpy as np

    return Line(one.name, place, days, np.append(0.0, np.cumsum(one.by_bucket)))  # type: ignore[arg-type]
