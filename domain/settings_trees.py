"""How the trees of the global model learn: what a search over settings may change.

The defaults were found once, on earlier days of several data sets.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class TreesSetting(BaseModel):
    """The trees of the global model, and how far their quantiles are followed."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    count: int = Field(150, ge=10, le=2000, description="trees of the mean")
    leaves: int = Field(31, ge=2, le=255, description="leaves of each of these, at most")
    learning_rate: float = Field(
        0.08, gt=0, le=1, description="share of what is left that each tree explains"
    )
    least_rows: int = Field(100, ge=1, le=100_000, description="rows in a leaf, at least")
    feature_share: float = Field(
        0.7, gt=0, le=1, description="share of the features that each tree of the mean may use"
    )
    lead: float = Field(
        0.5, ge=0, le=1, description="share of the trees in quantiles; the rest is the heads'"
    )
