"""Public holidays of a country, by the `holidays` library."""

from __future__ import annotations

import difflib

import numpy as np

from domain.errors import SettingsError
from domain.periods import Days, as_days


def public_holidays(country: str, first_year: int, last_year: int) -> Days:
    """Days off in a country (ISO 3166 code, such as CN or US), ascending.

    Raises SettingsError for a country that is not known.
    """
    import holidays

    known = holidays.list_supported_countries()
    if country not in known:
        near = difflib.get_close_matches(country.upper(), known, n=1, cutoff=0.0)
        raise SettingsError(
            f"no public holidays are known for {country!r}",
            "setting country",
            f"Write the two letters of ISO 3166; the nearest known ones are {near[0]!r}.",
        )
    found = holidays.country_holidays(country, years=range(first_year, last_year + 1))
    return np.sort(as_days(list(found)))
