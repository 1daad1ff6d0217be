"""Settings of a policy on trial: which items it plans, and from when until when."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, model_validator


class TrialSetting(BaseModel):
    """A share of the items is planned by another policy, to be compared with the rest."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: str = Field(
        "trial", min_length=1, max_length=60, description="what it is called; another name draws"
        " other items"
    )  # fmt: skip
    policy: str = Field(
        min_length=1,
        max_length=200,
        description="what plans the items on trial, as restock replay names policies, such as"
        " optimizer:shortage_factor=0.7, base_stock or days_of_cover:cover_days=21",
    )
    share: float = Field(0.2, gt=0, lt=1, description="share of the items that are on trial")
    seed: int = Field(0, ge=0, description="of the draw of items")
    begins_on: date | None = Field(
        None, description="first day planned so; every day when silent, and then nothing is judged"
    )
    ends_on: date | None = Field(
        None, description="last day planned so, and the day it is judged after"
    )

    @model_validator(mode="after")
    def _in_order(self) -> TrialSetting:
        """It ends after it began."""
        if self.begins_on and self.ends_on and self.ends_on <= self.begins_on:
            raise ValueError("a trial ends after it begins")
        return self
