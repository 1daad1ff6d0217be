"""From a quantity that is wanted to one that can be ordered."""

from __future__ import annotations

import numpy as np

from domain.terms import Floats

NOISE = 1e-9
"""Share of a pack below which a remainder is none; units below which nothing is wanted."""


def orderable(wanted: Floats, minimum: Floats, multiple: Floats) -> Floats:
    """The least quantity ≥ `wanted` in whole packs and not below the minimum; 0 stays 0.

    All S, units; `multiple` 0: any amount.

    >>> import numpy as np
    >>> wanted, minimum = np.array([0.0, 3.0, 13.0, 2.5]), np.array([10.0, 10.0, 10.0, 0.0])
    >>> orderable(wanted, minimum, np.array([1.0, 4.0, 4.0, 0.0])).tolist()
    [0.0, 12.0, 16.0, 2.5]
    """
    least = np.maximum(wanted, minimum)
    pack = np.where(multiple > 0, multiple, 1.0)
    packed = np.where(multiple > 0, np.ceil(least / pack - NOISE) * pack, least)
    return np.asarray(np.where(wanted > NOISE, packed, 0.0))
