import itertools

import numpy as np
import pytest

from domain.errors import DataError
from domain.periods import Bucket, Calendar
from experiments.calibration.windows import windows

MONDAY = np.datetime64("2020-01-06")


@pytest.mark.parametrize("count", [60, 104, 171, 400])
def test_scored_weeks_never_overlap_and_end_with_history(count: int) -> None:
    calendar = Calendar(Bucket.WEEK, MONDAY, count)
    laid = windows(calendar, 21)
    assert len(laid) == 3
    assert laid[-1].until == calendar.as_of
    scored = [(window.begin + 21, window.until) for window in laid]
    for (_, end), (begin, _) in itertools.pairwise(scored):
        assert begin == end
    lengths = {int((end - begin).astype(int)) // 7 for begin, end in scored}
    assert len(lengths) == 1
    assert 4 <= lengths.pop() <= 26
    # A third of history lies before the first replay begins.
    assert int((laid[0].begin - MONDAY).astype(int)) + 1 >= 7 * (count // 3)


def test_too_short_a_history_is_refused_with_how_much_is_missing() -> None:
    with pytest.raises(DataError, match="20 weeks of history are too few") as refused:
        windows(Calendar(Bucket.WEEK, MONDAY, 20), 21)
    needed = int(refused.value.mend.split()[3])
    assert len(windows(Calendar(Bucket.WEEK, MONDAY, needed), 21)) == 3
