"""Trees of a model bundle: LightGBM's own text, and beside it what it takes to ask them."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.metadata import version
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from domain.errors import DataError
from domain.periods import Bucket
from domain.settings import Settings
from domain.terms import Panel
from forecasting.events.columns import EventSource
from forecasting.global_model.mode import FULL
from forecasting.global_model.trained import GlobalModel, Trained
from forecasting.models.boosted_trees import available, trees_of
from forecasting.result import Forecast
from forecasting.run import fit_all
from forecasting.succession import joined
from planning.bundle import MEND, Bundle
from planning.calibration import Used
from planning.item_terms import Terms
from planning.lineage import successions

FILE = "trees.json"


class _Model(BaseModel):
    """Trees of one day, and the names of what they are asked, in order."""

    model_config = ConfigDict(extra="forbid", strict=True)

    until: str
    file: str | None  # None: there was too little to learn from by then
    names: tuple[str, ...]


class _Kept(BaseModel):
    """`trees.json`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    code: str  # version of Restock: another may ask otherwise
    bucket: Literal["day", "week", "month"]
    ahead: Annotated[int, Field(ge=1)]
    events: tuple[str, ...]
    country: str
    categories: tuple[str, ...]  # by code
    models: Annotated[tuple[_Model, ...], Field(min_length=1)]


def trained_on(terms: Terms, panel: Panel, settings: Settings) -> Trained | None:
    """Trees fitted on a panel as a plan would; None where there is too little to learn from."""
    past = joined(panel, successions(terms.frame, panel))
    full = settings.model_copy(update={"forecast_mode": "full"})
    standing = fit_all(past, full, 1).standing
    return None if standing is None else standing.trained


def files_of_trees(trained: Trained, terms: Terms, panel: Panel) -> dict[str, bytes]:
    """Names and content of the files that hold trees."""
    last = trained.models[-1]
    assert last is not None
    files: dict[str, bytes] = {}
    models = []
    for place, (model, day) in enumerate(zip(trained.models, trained.until, strict=True)):
        file = None if model is None else f"trees-{place}.txt"
        if model is not None and file is not None:
            files[file] = model.trees.text().encode()
        names = () if model is None else model.names
        models.append(_Model(until=str(day), file=file, names=names))
    kept = _Kept(
        code=version("restock"),
        bucket=panel.calendar.bucket.value,
        ahead=last.ahead,
        events=last.events.names,
        country=last.events.country,
        categories=_categories(terms.frame),
        models=tuple(models),
    )
    text = json.dumps(kept.model_dump(mode="json"), indent=2, ensure_ascii=False)
    return {**files, FILE: (text + "\n").encode()}


def trees_for(used: Used, terms: Terms, panel: Panel) -> tuple[Trained | None, str]:
    """The champion's trees for a panel, or why they are not asked about it ("": it has none).

    Raises DataError where they cannot be read.
    """
    bundle = used.champion
    if bundle is None or FILE not in bundle.manifest.files or not available():
        return None, ""
    try:
        kept = _Kept.model_validate_json((bundle.folder / FILE).read_bytes())
        if kept.code != version("restock"):
            return None, "another version of Restock trained them"
        if Bucket(kept.bucket) is not panel.calendar.bucket:
            return None, f"they have learned from {kept.bucket}s"
        if kept.categories != _categories(terms.frame):
            return None, "the categories are others"
        source = EventSource(kept.events, kept.country)
        models = tuple(_model(bundle, one, kept.ahead, source) for one in kept.models)
        until = np.array([one.until for one in kept.models], dtype="datetime64[D]")
    except (OSError, ValueError, RecursionError) as error:
        raise DataError("the bundle's trees cannot be read", str(bundle.folder), MEND) from error
    return Trained(models, until), ""


def told_of_trees(used: Used, made: Forecast) -> Used:
    """What a plan uses, and whether the champion's trees are part of it."""
    bundle = used.champion
    if bundle is None or FILE not in bundle.manifest.files or made.mode != FULL:
        return used
    said = "Its trees are asked."
    if made.mode_reason:
        said = f"Its trees are not asked, and new ones were trained: {made.mode_reason}."
    return replace(used, sentence=f"{used.sentence} {said}")


def _model(bundle: Bundle, one: _Model, ahead: int, source: EventSource) -> GlobalModel | None:
    if one.file is None:
        return None
    if one.file not in bundle.manifest.files:
        raise ValueError(f"{one.file!r} is no file of the bundle")
    text = (bundle.folder / one.file).read_text(encoding="utf-8")
    return GlobalModel(trees_of(text), ahead, source, one.names)


def _categories(terms: pd.DataFrame) -> tuple[str, ...]:
    """Names by the code that a panel has for them: by first appearance."""
    return tuple(str(name) for name in pd.factorize(terms["category"])[1])
