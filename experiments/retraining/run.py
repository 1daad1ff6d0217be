"""`restock retrain`, top to bottom: data, contenders, contest, bundle, champion, record."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from experiments import outbox
from experiments.retraining.backtested import Accuracy
from experiments.retraining.contest import Judged, Verdict, verdicts
from experiments.retraining.drift import Drift, drifts, new_grave_doubts
from experiments.retraining.entrants import Entrants, entrants, weighed_all
from experiments.retraining.job import BEGUN, DONE, FOLDER, VERDICT, Job, alone, job_name, sweep
from experiments.retraining.known import Known, look
from experiments.retraining.made import files_of, manifest_of
from experiments.retraining.recipes import RECIPES
from experiments.retraining.records import artifacts_of, record_of
from experiments.retraining.search import NOTHING, Limits
from experiments.retraining.write import write_pages
from experiments.tracking import Sent, drain
from planning.bundle import Bundle, champion_of, crown, keep_bundle, read_bundle
from planning.steps import Steps

PROMOTED, KEPT, FIRST, HELD = "promoted", "kept", "first", "held"
OUTCOMES = {
    PROMOTED: "A challenger costs less than the champion beyond chance, and stands now.",
    KEPT: "No challenger costs less beyond chance: the champion stands.",
    FIRST: "There was no champion: this one stands now.",
    HELD: "The data gives grave doubts that it did not give before: the champion stands.",
}


@dataclass(frozen=True)
class How:
    """How a retraining goes about it."""

    dry: bool = False  # judge, and change nothing
    search: Limits = NOTHING  # for settings of the trees


USUAL = How()


@dataclass(frozen=True)
class Retrained:
    """What a retraining came to."""

    job: str
    outcome: str  # see `OUTCOMES`
    dry: bool  # nothing was changed
    known: Known
    entrants: Entrants
    judged: tuple[Judged, ...]  # the one to beat first
    verdicts: tuple[Verdict, ...]  # of the others
    accuracy: Mapping[str, Accuracy]  # of everybody's forecasts, by name
    drifts: tuple[Drift, ...]
    doubts: tuple[str, ...]  # grave and new
    best: str  # the contender whose bundle was made
    bundle: str  # its name; "" in a dry run
    champion: str  # the bundle that stands now; "" where none does
    tracked: Sent


def retrain_dataset(
    path: Path,
    workspace: Path,
    as_of: date | None,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
    how: How = USUAL,
) -> Retrained | None:
    """Retrain on the dataset at `path`; None where the same data was judged before.

    A dry run judges, and changes nothing in the workspace. Data that was judged is judged again
    where more settings are to be searched than then.
    """
    known = look(path, as_of, settings_file, overrides, steps)
    asked = (how.search.trials,) if how.search.trials else ()
    name = job_name(known.data, RECIPES.names(), *asked)
    if how.dry:
        with tempfile.TemporaryDirectory() as scratch:
            champion = champion_of(workspace) if workspace.is_dir() else None
            return _contest(known, workspace, Job(name, Path(scratch)), champion, steps, how)
    with alone(workspace):
        sweep(workspace)
        job = Job(name, workspace / FOLDER / name)
        if job.find(DONE) is not None:
            drain(workspace)
            return None
        champion = _stood(workspace, job)
        return _contest(known, workspace, job, champion, steps, how)


def _stood(workspace: Path, job: Job) -> Bundle | None:
    """The champion that a job has to beat: of a job that was cut short, the one it began with."""
    now, begun = champion_of(workspace), job.find(BEGUN)
    name = "" if now is None else now.name
    if begun is not None and name == begun["champion"]:
        return now
    decided = job.find(VERDICT)
    if begun is not None and decided is not None and name == decided["bundle"]:
        # Crowned, and cut short before the end: the one to beat is still the one before.
        earlier = str(begun["champion"])
        return read_bundle(workspace, earlier) if earlier else None
    job.clear()
    job.keep(BEGUN, {"champion": name})
    return now


def _contest(
    known: Known, workspace: Path, job: Job, champion: Bundle | None, steps: Steps, how: How
) -> Retrained:
    """Judge, make the best challenger's bundle, and let it stand where it won."""
    moved, doubts = _changes(known, champion)
    entered = entrants(known, job, champion, how.search, steps)
    judged, accuracy = weighed_all(entered, known, job, steps)
    found = tuple(verdicts(judged[0], judged[1:], known.seed))
    best, outcome = _decided(judged, found, champion is None, bool(doubts))
    with steps.step("bundle"):
        contender = next(one for one in entered.contenders if one.name == best)
        files = files_of(contender, known, judged, found)
        described = manifest_of(contender, known, judged, found)
        bundle = "" if how.dry else keep_bundle(workspace, described, files).name
    if not how.dry:
        job.step(VERDICT, lambda: {"outcome": outcome, "best": best, "bundle": bundle})
        decided = job.find(VERDICT) or {}
        outcome, bundle = str(decided["outcome"]), str(decided["bundle"])
        if outcome in (PROMOTED, FIRST):
            crown(workspace, bundle)
    stands = champion_of(workspace) if workspace.is_dir() else None
    made = Retrained(
        job=job.name,
        outcome=outcome,
        dry=how.dry,
        known=known,
        entrants=entered,
        judged=judged,
        verdicts=found,
        accuracy=accuracy,
        drifts=moved,
        doubts=doubts,
        best=best,
        bundle=bundle,
        champion="" if stands is None else stands.name,
        tracked=Sent(0, 0, ""),
    )
    return made if how.dry else _recorded(made, workspace, job, steps)


def _recorded(made: Retrained, workspace: Path, job: Job, steps: Steps) -> Retrained:
    """Leave the record for the tracking server, call the job done, and send what waits."""
    with steps.step("record"):
        outbox.put(workspace, record_of(made), artifacts_of(made))
        write_pages(made, job.folder)
        job.keep(DONE, {"outcome": made.outcome, "bundle": made.bundle})
    with steps.step("track"):
        return replace(made, tracked=drain(workspace))


def _changes(known: Known, champion: Bundle | None) -> tuple[tuple[Drift, ...], tuple[str, ...]]:
    """What moved since the champion was made, and grave doubts that are new."""
    before = None if champion is None else champion.manifest.evidence.get("profile")
    if not isinstance(before, dict):
        return (), ()
    moved = tuple(drifts(before, known.panel, known.health))
    return moved, tuple(new_grave_doubts(before, known.health))


def _decided(
    judged: tuple[Judged, ...], found: tuple[Verdict, ...], first: bool, doubted: bool
) -> tuple[str, str]:
    """The contender whose bundle is made, and the outcome.

    Without a champion the untaught plan stands in for one, and the best of all is the first.
    """
    winners = [one for one in found if one.better]
    cost = {one.name: one.cost for one in judged}
    if winners and not doubted:
        best = min(winners, key=lambda one: cost[one.challenger]).challenger
        return best, FIRST if first else PROMOTED
    if first:
        return judged[0].name, FIRST
    cheapest = min(found, key=lambda one: cost[one.challenger]).challenger
    return cheapest, HELD if doubted and winners else KEPT
