"""How the page writes numbers, money and days for people; None and NaN are "n/a"."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from domain.kpis.days_of_cover import LONGEST_DAYS
from domain.periods import as_days, weekday

UNKNOWN = "n/a"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONGEST_TEXT = 160
MINUS = "\N{MINUS SIGN}"
TOO_MANY_DIGITS = 1e15
UNNAMED = "money"
"""What stands in headings for a currency that was not named."""


def is_known(value: Any) -> bool:
    """Whether there is a value: not None, NaN, NaT or infinite."""
    return not pd.isna(value) and not (isinstance(value, float) and math.isinf(value))


def number(value: Any) -> str:
    """A number with thousands separators and no more digits than matter.

    >>> [number(x) for x in (1234567.8, 43.21, 3.456, 12.0, 0.004, -5, None)]
    ['1,234,568', '43.2', '3.46', '12', '0.004', '−5', 'n/a']
    """
    if not is_known(value):
        return UNKNOWN
    amount = abs(float(value))
    sign = MINUS if value < 0 else ""
    if amount >= TOO_MANY_DIGITS:
        return f"{sign}{amount:.3g}"
    decimals = 0 if amount >= 100 else 1 if amount >= 10 else 2
    text = f"{amount:,.{decimals}f}"
    if amount > 0 and not text.strip("0.,"):
        return f"{sign}{amount:.1g}" if amount >= 0.0001 else f"under {sign}0.0001"
    return (sign if text.strip("0.,") else "") + (
        text.rstrip("0").rstrip(".") if decimals else text
    )


def amount(value: Any) -> str:
    """An amount of money without its currency: pence only below ten.

    >>> amount(48310.4), amount(4.5), amount(-0.2), amount(float("nan"))
    ('48,310', '4.5', '−0.2', 'n/a')
    """
    if not is_known(value) or not 10 <= abs(value) < TOO_MANY_DIGITS:
        return number(value)
    return f"{value:,.0f}".replace("-", MINUS)


def money(value: Any, currency: str) -> str:
    """An amount with its currency: a symbol stands before it, "units" after, no name nowhere.

    >>> money(48310.4, "GBP"), money(12, "£"), money(3, "units"), money(3, ""), money(None, "EUR")
    ('GBP\xa048,310', '£12', '3 units', '3', 'n/a')
    """
    text = amount(value)
    if text == UNKNOWN:
        return text
    if currency in ("", UNNAMED):
        return text
    if currency == "units":
        return f"{text} {'unit' if text == '1' else 'units'}"
    sign, digits = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
    gap = "\N{NO-BREAK SPACE}" if currency[-1].isalnum() else ""
    return f"{sign}{currency}{gap}{digits}"


def percent(value: Any) -> str:
    """A share in percent.

    >>> percent(0.1234), percent(1.0), percent(0.99996), percent(0.0002), percent(None)
    ('12.3%', '100%', '99.996%', '0.02%', 'n/a')
    """
    if not is_known(value):
        return UNKNOWN
    share = 100.0 * float(value)
    edge = min(abs(share), abs(100.0 - share))
    decimals = 1 if edge == 0 or edge >= 0.05 else min(6, 1 - math.floor(math.log10(edge)) - 1)
    text = f"{share:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text.replace('-', MINUS)}%"


def day(value: Any) -> str:
    """A calendar day with its weekday.

    >>> day("2011-12-08"), day(None)
    ('Thu 8 Dec 2011', 'n/a')
    """
    if not is_known(value):
        return UNKNOWN
    date = as_days(value)
    return f"{WEEKDAYS[int(weekday(date))]} {short_day(date)} {str(date)[:4]}"


def short_day(value: Any) -> str:
    """A calendar day without weekday and year, for axes.

    >>> short_day("2011-12-08")
    '8 Dec'
    """
    _, month, date = str(as_days(value)).rsplit("-", 2)
    return f"{int(date)} {MONTHS[int(month) - 1]}"


def cover(value: Any) -> str:
    """Days of cover: the longest that is computed stands for anything longer.

    >>> cover(12.3), cover(3650.0), cover(1.0)
    ('12 days', 'over 10 years', '1 day')
    """
    if not is_known(value):
        return UNKNOWN
    if value >= LONGEST_DAYS:
        return "over 10 years"
    return counted(round(float(value)), "day")


def counted(count: int, noun: str, plural: str = "") -> str:
    """A count and its noun.

    >>> counted(1, "line"), counted(2100, "line"), counted(2, "entry", "entries")
    ('1 line', '2,100 lines', '2 entries')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def short(text: str) -> str:
    """A text that may be very long, cut where a reader stops.

    >>> short("tea"), len(short("x" * 500))
    ('tea', 160)
    """
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1].rstrip() + "…"


def measure(value: float | None, unit: str, currency: str) -> str:
    """A KPI's value with its unit.

    >>> measure(0.952, "share", "GBP"), measure(9800.0, "money", "GBP"), measure(41.0, "days", "")
    ('95.2%', 'GBP\xa09,800', '41 days')
    """
    if not is_known(value):
        return UNKNOWN
    if unit == "share":
        return percent(value)
    if unit == "money":
        return money(value, currency)
    return f"{number(value)} {unit}".strip()
