"""What was learned from replaying the past: by how much shortage costs are to be multiplied.

A calibration is kept in the workspace as `calibration.json`, made by `restock calibrate` and
read by `restock plan`. It holds only with the rules it was chosen with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.errors import DataError, NotFoundError
from domain.periods import Day
from domain.terms import Floats
from forecasting.censoring import CENSORING
from optimization.lost_sales import POSITION
from planning.bundle import Bundle
from planning.item_terms import Terms
from planning.whole_files import write_json, write_whole, writing

FILE = "calibration.json"
RULES = {"position": POSITION, "censoring": CENSORING}
"""How coming losses and censored sales are treated; a factor chosen with others is of no use."""
PRICE, LEVEL, FILL_RATE = "price", "cycle_service_level", "fill_rate"
KINDS = (PRICE, LEVEL, FILL_RATE)
"""What is promised: least cost where a shortage has a price, else the level or rate itself."""
KIND_OF_TARGET = {
    "shortage_cost": PRICE,
    "margin": PRICE,
    "cycle_service_level": LEVEL,
    "settings": LEVEL,
    "fill_rate": FILL_RATE,
}
ALL = ""
LEAST, MOST = 1e-3, 1e3
"""Factors beyond these are no calibration's."""
Kind = Literal["price", "cycle_service_level", "fill_rate"]


@dataclass(frozen=True)
class Calibration:
    """Factors on the shortage cost p, by what is promised, and where they come from."""

    dataset: str  # what the dataset is called
    as_of: str  # the last day that had a say
    unmet_demand: str  # lost, backordered
    split_by: str  # the column of terms that prices are split by; "" where one factor is for all
    factors: Mapping[str, Mapping[str, float]]  # kind: group: factor; the group "" is all others
    rules: Mapping[str, str]
    evidence: Mapping[str, object]  # windows, costs and levels that it was chosen by

    @property
    def hash(self) -> str:
        """Sixteen hexadecimal digits of all that decides a plan."""
        deciding = {**asdict(self), "evidence": None}
        text = json.dumps(deciding, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def factor_of(self, terms: pd.DataFrame) -> Floats:
        """The factor of each series, S. `terms`: `target_kind`, and the column of `split_by`."""
        kind = terms["target_kind"].map(KIND_OF_TARGET)
        group = terms[self.split_by].astype(object) if self.split_by else None
        out = np.ones(len(terms))
        for name, factors in self.factors.items():
            mine = (kind == name).to_numpy()
            out[mine] = factors[ALL]
            if group is not None:
                found = group[mine].map({key: f for key, f in factors.items() if key != ALL})
                out[mine] = found.fillna(factors[ALL]).to_numpy(np.float64)
        return out

    def sentence(self) -> str:
        """The calibration in words."""
        said = [f"{self.factors[kind][ALL]:.2f}{_OF[kind]}" for kind in KINDS
                if kind in self.factors]  # fmt: skip
        finer = f", finer by {self.split_by.replace('_', ' ')}" if self.split_by else ""
        return (
            f"Calibrated on the past up to {self.as_of}: the plan weighs a shortage"
            f" {' and '.join(said)}{finer}; expected costs and savings weigh it so, too."
        )


_OF = {
    PRICE: " times its cost",
    LEVEL: " times what a promised cycle service level makes it cost",
    FILL_RATE: " times what a promised fill rate makes it cost",
}


def write_calibration(calibration: Calibration, workspace: Path) -> Path:
    """Keep a calibration in the workspace, in place of an earlier one."""
    path = workspace / FILE
    with writing(path):
        write_whole(path, lambda draft: write_json(asdict(calibration), draft))
    return path


def read_calibration(workspace: Path) -> Calibration | None:
    """The workspace's calibration; None where it holds none.

    Raises NotFoundError where there is no such folder, DataError where the calibration is broken.
    """
    path = workspace / FILE
    if not workspace.is_dir():
        raise NotFoundError(
            "there is no such workspace",
            str(workspace),
            f"Make it first (mkdir {workspace}), or name the one that holds what was kept.",
        )
    if not path.exists():
        return None
    try:
        return parsed(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(
            "the calibration cannot be read",
            str(path),
            "Make it anew with restock calibrate, or remove it.",
        ) from error


class _Kept(BaseModel):
    """A calibration as it lies in its file: every field checked."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    dataset: str
    as_of: Annotated[date, Field(strict=False)]
    unmet_demand: Literal["lost", "backordered"]
    split_by: Literal["", "supplier", "demand_class"]
    factors: dict[Kind, dict[str, Annotated[float, Field(ge=LEAST, le=MOST)]]] = Field(min_length=1)
    rules: dict[str, str]
    evidence: dict[str, Any]

    @model_validator(mode="after")
    def _for_all(self) -> _Kept:
        if not all(ALL in of for of in self.factors.values()):
            raise ValueError("a kind has no factor for all")
        return self

    def calibration(self) -> Calibration:
        """What it holds."""
        return Calibration(**{**self.model_dump(), "as_of": str(self.as_of)})


def parsed(text: bytes) -> Calibration:
    """A calibration from its JSON; raises ValueError for one that is none."""
    return _Kept.model_validate_json(text).calibration()


def calibration_for(workspace: Path | None, as_of: Day, unmet: str) -> Used:
    """The calibration that a plan at `as_of` may use.

    One that was learned after `as_of`, or with other rules, is left aside, and why is said.
    """
    if workspace is None:
        return Used(None, "")
    found = read_calibration(workspace)
    if found is None:
        return Used(None, "The workspace holds no calibration: restock calibrate makes one.")
    if np.datetime64(found.as_of, "D") > as_of:
        return Used(None, f"The calibration is not used: it knows of days up to {found.as_of}.")
    if dict(found.rules) != RULES or found.unmet_demand != unmet:
        return Used(None, "The calibration is not used: it was made with other rules."
                          " Run restock calibrate again.")  # fmt: skip
    return Used(found, found.sentence())


@dataclass(frozen=True)
class Used:
    """The calibration a plan uses, or why it uses none."""

    calibration: Calibration | None
    sentence: str  # "" where the workspace holds none
    champion: Bundle | None = None  # the bundle it comes from; None: it comes from none

    @property
    def hash(self) -> str:
        """What of it goes into a plan's id."""
        parts = ("" if self.champion is None else self.champion.name,
                 "" if self.calibration is None else self.calibration.hash)  # fmt: skip
        return "".join(parts)


NOT_CALIBRATED = Used(None, "")


def told(used: Used) -> dict[str, object] | None:
    """What a plan's summary holds of its calibration: all that decides it."""
    if used.calibration is None:
        return None
    return {**asdict(used.calibration), "evidence": {}}


def calibrated(terms: Terms, used: Used, demand_class: pd.Series) -> Terms:
    """The terms with a column `shortage_factor`: what p of each series is multiplied by."""
    if used.calibration is None:
        return terms
    known = terms.frame.assign(demand_class=demand_class.to_numpy())
    factor = used.calibration.factor_of(known)
    return replace(terms, frame=terms.frame.assign(shortage_factor=factor))
