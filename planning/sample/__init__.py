"""The sample: a year of a real web shop's sales, with stock and suppliers that are assumed."""

from __future__ import annotations

from pathlib import Path


def dataset_path() -> Path:
    """The folder of the dataset the project carries; its ATTRIBUTION.md says what is real."""
    return Path(__file__).parent / "online-retail"
