"""What all features that are ratios share: the year they look back to, floors and bounds."""

from __future__ import annotations

from domain.periods import Bucket

YEAR = {Bucket.DAY: 364, Bucket.WEEK: 52, Bucket.MONTH: 12}
"""Buckets after which weekdays and seasons are alike again."""
SEASON_BEFORE = {Bucket.DAY: 28, Bucket.WEEK: 8, Bucket.MONTH: 3}
"""Buckets that ended a year before the origin, against which last year's move is measured."""
FAINT = 0.05
"""Share of the year's mean added to both sides of last year's move."""
MOST = 20.0
"""Ratios are cut here."""
