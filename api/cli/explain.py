"""Why a forecast expects what it does, in words and a small table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planning.report.explanation import Why


def show_why(why: Why) -> None:
    """Print one series' parts, its models and what was corrected."""
    from rich.console import Console

    from planning.report.page_words import counted, number

    console = Console(highlight=False)

    def say(text: str = "") -> None:
        console.print(text, soft_wrap=True, markup=False)

    ahead = f"{why.buckets:,} {why.bucket}s" if why.buckets > 1 else f"1 {why.bucket}"
    say(
        f"\n{why.sku} at {why.location}: {counted_units(why.total)} expected in the next {ahead}."
        f" Its demand is {why.demand_class}."
    )
    rows = [("", f"next {why.bucket}", f"in {ahead}")]
    rows += [(part.words, number(part.first), number(part.total)) for part in why.parts]
    rows.append(("expected", number(why.first), number(why.total)))
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    for words, first, total in rows:
        say(f"  {words.ljust(widths[0])}  {first.rjust(widths[1])}  {total.rjust(widths[2])}")
    if why.stands_in:
        say(f"A note on how: {why.stands_in}.")
    for sentence in sentences(why):
        say(sentence)
    if why.corrected_count:
        some = ", ".join(
            f"{day} ({number(was)} recorded, {number(now)} taken for demand)"
            for day, was, now in why.corrected
        )
        last = "the last: " if why.corrected_count > len(why.corrected) else ""
        what = counted(why.corrected_count, why.bucket)
        say(f"Demand was hidden, by stock-outs or gaps, in {what}; {last}{some}.")


def sentences(why: Why) -> list[str]:
    """What was blended, and how each did."""
    from planning.report.page_words import percent

    told = []
    for model in why.models:
        error = "" if model.error is None else f" (off by {percent(model.error)})"
        told.append(f"{model.name.replace('_', ' ')} {percent(model.weight)}{error}")
    found = [f"Blended: {', '.join(told)}."] if told else []
    if why.blend_error is not None:
        sums = f"sums of {why.summed} {why.bucket}s" if why.summed > 1 else f"one {why.bucket}"
        found.append(
            f"The blend was off by {percent(why.blend_error)} of demand, over {sums} at"
            f" {why.origins} past {why.bucket}s' ends; in brackets, each model alone."
        )
    return found


def counted_units(units: float) -> str:
    """Units in words."""
    from planning.report.page_words import number

    text = number(units)
    return f"{text} unit" if text == "1" else f"{text} units"
