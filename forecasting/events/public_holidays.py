"""Public holidays of a country, by the `holidays` library."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping

import numpy as np

from domain.errors import SettingsError
from domain.periods import Days, as_days


def public_holidays(country: str, first_year: int, last_year: int) -> Days:
    """Days off in a country (ISO 3166 code, such as CN or US), ascending.

    Raises SettingsError for a country that is not known.
    """
    return np.sort(as_days(list(_found(country, first_year, last_year))))


def named_holidays(country: str, first_year: int, last_year: int) -> dict[str, Days]:
    """The same by name, in English where the library has it; names in order of the alphabet.

    Days moved from or to a weekend count as days of the same holiday.
    """
    by_name: dict[str, list[object]] = {}
    for day, names in _found(country, first_year, last_year).items():
        for name in names.split("; "):
            by_name.setdefault(name.split(" (")[0], []).append(day)
    return {name: np.sort(as_days(days)) for name, days in sorted(by_name.items())}


def _found(country: str, first_year: int, last_year: int) -> Mapping[dt.date, str]:
    """Names of the holidays of each day off."""
    import holidays

    refuse_unknown(country)
    years = range(first_year, last_year + 1)
    english = holidays.country_holidays(country).supported_languages
    language = next((name for name in english if name.startswith("en")), None)
    found = holidays.country_holidays(country, years=years, language=language)
    return dict(found.items())


def refuse_unknown(country: str) -> None:
    """Raise SettingsError for a country of which no holidays are known."""
    import holidays

    known = holidays.list_supported_countries()
    if country not in known:
        near = difflib.get_close_matches(country.upper(), known, n=1, cutoff=0.0)
        raise SettingsError(
            f"no public holidays are known for {country!r}",
            "setting country",
            f"Write the two letters of ISO 3166; the nearest known ones are {near[0]!r}.",
        )
