"""A trial in words: what came of it, and what it would take."""

from __future__ import annotations

from experiments.trials.difference import relative
from experiments.trials.judge import Judged
from experiments.trials.replayed import Sized
from experiments.trials.size import POWER, smallest
from planning.report.page_words import counted, percent

CHEAPER, DEARER = "cheaper", "dearer"
NOT_YET, NOT_SHOWN = "not_enough_yet", "no_difference_shown"


def verdict(made: Judged) -> str:
    """One of the four words above."""
    if made.cost.shown(made.over):
        return CHEAPER if made.cost.value < 0 else DEARER
    return NOT_YET if made.over < 1.0 else NOT_SHOWN


def headline(made: Judged) -> str:
    """What a reader should know first."""
    policy, found = made.setting.policy, relative(made.cost)
    if found is None:
        return f"{policy}: the items that go on as ever cost nothing, so nothing can be compared."
    low, high = (percent(each) for each in found.interval(made.over))
    said = {
        CHEAPER: f"{policy} costs {percent(abs(found.value))} less.",
        DEARER: f"{policy} costs {percent(abs(found.value))} more.",
        NOT_YET: "Not enough yet to tell the policies apart.",
        NOT_SHOWN: f"No difference was shown: it lies between {low} and {high} of cost.",
    }
    return said[verdict(made)]


def interim(made: Judged) -> str:
    """What to make of a look before the end; blank after it."""
    if made.over >= 1.0:
        return ""
    return (
        f"This is a look before the planned end, {made.setting.ends_on}: {percent(made.over)} of"
        " the days are over. Intervals are as wide as looking at any time asks for, so a"
        " difference that shows may be believed, and the trial may end there."
    )


def advice(made: Sized) -> str:
    """How long it takes, first."""
    best = smallest(list(made.sizes), made.detect)
    if best is None:
        return (
            f"A difference of {percent(made.detect)} of cost cannot be seen within what this past"
            " can tell of."
        )
    return (
        f"{counted(best.weeks, 'week')} with {percent(best.share)} of the items show a difference"
        f" of {percent(made.detect)} of cost, {POWER * 100:.0f} times in 100."
    )


def sentences(made: Sized) -> list[str]:
    """What else there is to say, in order of weight."""
    said = []
    own = [one for one in made.sizes if one.share == made.setting.share]
    found = smallest(own, made.detect)
    if found is not None:
        said.append(
            f"With the settings' share of {percent(made.setting.share)} it takes"
            f" {counted(found.weeks, 'week')}; its seed draws {made.assigned:,} of"
            f" {made.items:,} items."
        )
    elif own:
        longest = max(own, key=lambda one: one.weeks)
        said.append(
            f"With the settings' share of {percent(made.setting.share)} even"
            f" {counted(longest.weeks, 'week')}, the longest that this past holds twice, show"
            f" {percent(longest.detectable)} at the least."
        )
    else:
        said.append(
            "The scored past holds no trial twice, once to judge and once to adjust by: begin"
            " the replay earlier."
        )
    gain, error = made.costs.expected, made.costs.paired_error()
    low, high = gain - 1.96 * error, gain + 1.96 * error
    said.append(
        f"On the past, with both policies on every item, {made.setting.policy} would have cost"
        f" {percent(abs(gain))} {'less' if gain < 0 else 'more'} than {made.incumbent}"
        f" ({percent(low)} to {percent(high)})."
    )
    hopeful = smallest(list(made.sizes), abs(gain))
    if hopeful is not None and hopeful != smallest(list(made.sizes), made.detect):
        said.append(
            f"To see that much, {counted(hopeful.weeks, 'week')} with {percent(hopeful.share)} of"
            " the items would do."
        )
    lead = float(made.ground.terms.frame["lead_time_days"].max())
    said.append(
        "Weeks are those that are judged: an item counts from the first day on which an order of"
        f" the trial can be on its shelf, so add its lead time (up to {lead:,.0f} days)."
    )
    return said
