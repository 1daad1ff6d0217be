"""The files of a trial that was sized, or judged, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from experiments.trials.difference import Difference, relative
from experiments.trials.judge import Judged
from experiments.trials.page import judged_page, sized_page
from experiments.trials.replayed import Sized
from experiments.trials.size import POWER, Size, smallest
from experiments.trials.words import advice, headline, interim, sentences, verdict
from planning.report.write import write_csv
from planning.steps import Steps
from planning.whole_files import ResultFolder, write_json

SIZED_FILES = ("trial_size.html", "sizes.csv", "summary.json")
JUDGED_FILES = ("trial.html", "measures.csv", "items.csv", "trial.json")
SIZED_FOLDER = ResultFolder("trial's size", SIZED_FILES)
JUDGED_FOLDER = ResultFolder("trial", JUDGED_FILES)


def write_sized(made: Sized, out: Path, steps: Steps) -> dict[str, Any]:
    """Write what a trial would need; gives the summary."""
    summary: dict[str, Any] = {}

    def fill(draft: Path) -> None:
        with steps.step("write"):
            write_csv(size_frame(made), draft / "sizes.csv")
            (draft / "trial_size.html").write_text(sized_page(made), encoding="utf-8")
        summary.update(_sized(made, steps))
        write_json(summary, draft / "summary.json")

    SIZED_FOLDER.write(out, fill)
    return summary


def size_frame(made: Sized) -> pd.DataFrame:
    """A row per length and share: what is detectable, and the power at the difference asked for."""
    return pd.DataFrame(
        [
            {
                "weeks": one.weeks,
                "share": one.share,
                "items_on_trial": one.items,
                "error": one.error,
                "detectable": one.detectable,
                "power": one.power(made.detect),
                "windows": one.windows,
            }
            for one in made.sizes
        ],
        columns=["weeks", "share", "items_on_trial", "error", "detectable", "power", "windows"],
    )


def _sized(made: Sized, steps: Steps) -> dict[str, Any]:
    ground, best = made.ground, smallest(list(made.sizes), made.detect)
    return {
        "dataset": ground.name,
        "from": str(ground.start),
        "until": str(ground.calendar.as_of),
        "trial": made.setting.model_dump(mode="json"),
        "incumbent": made.incumbent,
        "items": made.items,
        "assigned": made.assigned,
        "classes": list(made.classes),
        "detect": made.detect,
        "power": POWER,
        "needed": None if best is None else _told(best),
        "expected_difference": made.costs.expected,
        "expected_error": made.costs.paired_error(),
        "headline": advice(made),
        "sentences": sentences(made),
        "assumed": list(made.assumed),
        "steps": steps.taken,
        "files": list(SIZED_FILES),
    }


def _told(one: Size) -> dict[str, Any]:
    return {
        "weeks": one.weeks,
        "share": one.share,
        "items_on_trial": one.items,
        "detectable": one.detectable,
    }


def write_judged(made: Judged, out: Path, steps: Steps) -> dict[str, Any]:
    """Write what came of a trial; gives the summary."""
    summary: dict[str, Any] = {}

    def fill(draft: Path) -> None:
        with steps.step("write"):
            write_csv(measure_frame(made), draft / "measures.csv")
            write_csv(made.items, draft / "items.csv")
            (draft / "trial.html").write_text(judged_page(made), encoding="utf-8")
        summary.update(_judged(made, steps))
        write_json(summary, draft / "trial.json")

    JUDGED_FOLDER.write(out, fill)
    return summary


def measure_frame(made: Judged) -> pd.DataFrame:
    """A row per measure of all items, and cost of each class: both arms, difference, interval."""
    rows = [("all", name, one) for name, one in made.measures.items()]
    rows += [(name, "cost", one) for name, one in made.by_class.items()]
    return pd.DataFrame(
        [{"class": of, "measure": name, **_numbers(one, made.over)} for of, name, one in rows]
    )


def _numbers(one: Difference, over: float) -> dict[str, float]:
    low, high = one.interval(over)
    return {
        "challenger": one.challenger,
        "control": one.control,
        "difference": one.value,
        "low": low,
        "high": high,
        "error": one.error,
    }


def _judged(made: Judged, steps: Steps) -> dict[str, Any]:
    share = relative(made.cost)
    return {
        "dataset": made.seen.name,
        "as_of": str(made.seen.calendar.as_of),
        "trial": made.setting.model_dump(mode="json"),
        "until": str(made.until),
        "currency": made.seen.currency,
        "verdict": verdict(made),
        "headline": headline(made),
        "over": made.over,
        "interim": interim(made),
        "items": {
            "challenger": int(made.sample.challenged.sum()),
            "control": int((~made.sample.challenged).sum()),
            "left_out": made.left_out,
        },
        "cost_difference": None if share is None else share.value,
        "cost_interval": None if share is None else list(share.interval(made.over)),
        "measures": {name: _numbers(one, made.over) for name, one in made.measures.items()},
        "adjusted": made.adjusted,
        "assumed": list(made.assumed),
        "steps": steps.taken,
        "files": list(JUDGED_FILES),
    }
