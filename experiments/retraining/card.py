"""The model card: what a bundle is, what it was judged by and where it is not to be trusted."""

from __future__ import annotations

from experiments.retraining.contest import Contender, Judged, Verdict
from experiments.retraining.known import Known
from planning.report.page_words import amount

CARD = "card.md"


def card(
    contender: Contender, known: Known, judged: tuple[Judged, ...], found: tuple[Verdict, ...]
) -> str:
    """The card as Markdown (Mitchell et al., *Model Cards for Model Reporting*, 2019)."""
    window, calendar = known.window, known.calendar
    lines = [
        f"# Replenishment model of {known.name}",
        "",
        f"Recipe {contender.name}: {contender.recipe.meaning}."
        f" Learned on {known.series:,} sku-locations and {calendar.count:,}"
        f" {calendar.bucket.value}s up to {calendar.as_of}.",
        "",
        "## What it is for",
        "",
        "Demand forecasts and reorder quantities of these items at these places. It knows nothing"
        " of items sold elsewhere, and nothing of what happened after its last day.",
        "",
        "## What it was judged by",
        "",
        f"Replayed cost from {window.begin} to {window.until}, the warm-up unscored, on"
        f" {len(judged[0].keys):,} sku-locations; lead times vary, the same for all.",
        "",
        "| contender | cost | holding | shortage | orders | fill rate |",
        "|---|---|---|---|---|---|",
        *(_row(one) for one in judged),
        "",
        *(sentence(one, judged[0].name) for one in found),
        "",
        "## How a shortage is weighed",
        "",
        "As typed."
        if contender.calibration is None
        else contender.calibration.sentence(),
        "",
        "## Where not to trust it",
        "",
        "- On kinds of days that history does not hold.",
        "- Where the data has doubts: restock check lists them.",
        f"- Judged on {len(judged[0].by_bucket):,} {calendar.bucket.value}s: a rare event may not"
        " be among them.",
        "",
    ]  # fmt: skip
    return "\n".join(lines)


def sentence(verdict: Verdict, against: str) -> str:
    """A verdict in words."""
    change = "" if verdict.ratio is None else f" ({verdict.ratio:+.1%})"
    low, high = verdict.over_series
    early, late = verdict.over_time
    word = "less beyond chance" if verdict.better else "no less beyond chance"
    return (
        f"- {verdict.challenger} costs {amount(verdict.difference)}{change} against {against}:"
        f" {word}. Drawn anew over series [{amount(low)}, {amount(high)}],"
        f" over time [{amount(early)}, {amount(late)}]."
    )


def _row(one: Judged) -> str:
    money = " | ".join(
        amount(one.measures[name]) for name in ("cost", "holding", "shortage", "order")
    )
    rate = one.measures["fill_rate"]
    return f"| {one.name} | {money} | {'' if rate is None else f'{rate:.1%}'} |"
