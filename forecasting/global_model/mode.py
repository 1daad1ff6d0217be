"""Whether a forecast uses the global model, and why not where it does not."""

from __future__ import annotations

from domain.settings import Settings
from domain.terms import Known, Panel
from forecasting.global_model.ratios import YEAR
from forecasting.global_model.trained import buckets_learned
from forecasting.models import boosted_trees

MOST_CELLS, MOST_AHEAD = 20_000_000, 375_000
"""Series × buckets of history, and series × buckets ahead that trees learn, up to which `auto`
trains: about ten seconds on two cores. Fixed, so that the same data has the same mode."""

FEWEST_SERIES, FEWEST_BUCKETS = 50, 24
"""Below these there is little that series could share, or nothing to learn it from."""
YEARS = 2
"""Years of history without which `auto` does not train: of one year it learns the trend, and
takes it for the rule."""
MOST_HIDDEN = 0.1
"""Share of the buckets of life that were sold out, wholly or in part, above which `auto` does not
train: what sells while there is stock is then no fair sample of demand."""
MOST_EMPTY = 0.9
"""Share of the buckets seen that brought nothing, above which `auto` does not train: sums became
better in the middle, and worse at the levels that rare sales are stocked for."""
LOCAL, FULL = "local", "full"
TOO_LITTLE = "there is too little history to learn from"


def choose(panel: Panel, settings: Settings) -> tuple[str, str]:
    """`local` or `full`, and why it is local where it could be full ("": it was asked for)."""
    asked = settings.forecast_mode
    if asked == LOCAL:
        return LOCAL, ""
    if not boosted_trees.available():
        return LOCAL, "LightGBM is not installed, or libgomp is missing"
    if panel.series < FEWEST_SERIES or panel.buckets < FEWEST_BUCKETS:
        return LOCAL, TOO_LITTLE
    cells, ahead = panel.series * panel.buckets, panel.series * buckets_learned(panel)
    if asked == "auto" and (cells > MOST_CELLS or ahead > MOST_AHEAD):
        return LOCAL, f"{panel.series:,} series × {panel.buckets:,} buckets take too long to learn"
    why = _unfit(panel) if asked == "auto" else ""
    return (LOCAL, why) if why else (FULL, "")


def _unfit(panel: Panel) -> str:
    """Why a panel of this kind is not trained on unasked; "": it is."""
    if panel.buckets < YEARS * YEAR[panel.calendar.bucket]:
        return f"less than {YEARS} years of history"
    lived = int((panel.known != Known.OUTSIDE).sum())
    seen = panel.known == Known.OBSERVED
    number = int(seen.sum())
    if number < (1.0 - MOST_HIDDEN) * lived:
        return f"demand is hidden in more than {MOST_HIDDEN:.0%} of history"
    if int((seen & (panel.demand == 0)).sum()) > MOST_EMPTY * number:
        return f"more than {MOST_EMPTY:.0%} of history brought no demand"
    return ""
