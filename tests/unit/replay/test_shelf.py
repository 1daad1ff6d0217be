import numpy as np

from experiments.replay.shelf import serve


def one_week(stock: float, arriving: dict[int, float], demand: float, lost: bool, end: int) -> dict:
    on_hand, waiting = np.array([stock]), np.zeros(1)
    coming, ends = np.zeros((1, 7)), np.zeros((1, 7), dtype=bool)
    for day, units in arriving.items():
        coming[0, day] = units
    ends[0, end] = True
    unserved, short, emptied = np.zeros(1), np.zeros(1), np.zeros(1, bool)
    whole = np.ones(1, bool)
    missed, cycles, short_cycles = np.zeros(1, bool), np.zeros(1, int), np.zeros(1, int)
    serve(
        on_hand, waiting, coming, np.array([demand]), whole, ends, lost, unserved, short, emptied,
        missed, cycles, short_cycles,
    )  # fmt: skip
    assert cycles[0] == 1
    return {
        "left": on_hand[0], "waiting": waiting[0], "unserved": unserved[0], "short": short[0],
        "emptied": bool(emptied[0]), "short_cycles": int(short_cycles[0]),
    }  # fmt: skip


def test_what_is_not_there_before_goods_arrive_within_the_week_is_lost() -> None:
    # Two a day: 6 wanted before Thursday, 4 there; 8 wanted from then on of 10 that came.
    week = one_week(4, {3: 10}, 14, lost=True, end=6)
    assert week == {
        "left": 2,
        "waiting": 0,
        "unserved": 2,
        "short": 2,
        "emptied": True,
        "short_cycles": 1,
    }


def test_who_waits_is_served_first_and_charged_where_the_cycle_ends() -> None:
    week = one_week(4, {3: 10}, 14, lost=False, end=2)
    assert week == {
        "left": 0,
        "waiting": 0,
        "unserved": 2,
        "short": 2,
        "emptied": True,
        "short_cycles": 1,
    }
    week = one_week(4, {3: 10}, 14, lost=False, end=6)
    assert week["short"] == 0
    assert week["short_cycles"] == 1


def test_a_cycle_before_which_all_was_missed_is_not_short() -> None:
    assert one_week(8, {}, 7, lost=True, end=6)["short_cycles"] == 0
    assert one_week(4, {3: 10}, 14, lost=True, end=1)["short_cycles"] == 0


def test_whole_units_stay_whole() -> None:
    week = one_week(1, {2: 1, 5: 1}, 3, lost=True, end=6)
    assert all(float(value).is_integer() for value in week.values())


def test_a_shelf_that_never_was_empty_at_the_end_of_a_day_is_not_called_so() -> None:
    assert not one_week(8, {}, 7, lost=True, end=6)["emptied"]
    assert one_week(7, {}, 7, lost=True, end=6)["emptied"]
    assert one_week(3, {3: 9}, 7, lost=True, end=6)["emptied"]
    assert not one_week(3, {2: 9}, 7, lost=True, end=6)["emptied"]


def test_nothing_appears_or_vanishes() -> None:
    draw = np.random.default_rng(3)
    on_hand, waiting = draw.integers(0, 9, 50).astype(float), np.zeros(50)
    before = on_hand.sum()
    coming = draw.integers(0, 2, (50, 7)).astype(float)
    demand = draw.integers(0, 15, 50).astype(float)
    unserved, short, emptied = np.zeros(50), np.zeros(50), np.zeros(50, bool)
    ends, whole = np.zeros((50, 7), bool), np.ones(50, bool)
    missed, cycles, short_cycles = np.zeros(50, bool), np.zeros(50, int), np.zeros(50, int)
    serve(
        on_hand, waiting, coming, demand, whole, ends, True, unserved, short, emptied,
        missed, cycles, short_cycles,
    )  # fmt: skip
    np.testing.assert_array_equal(missed, unserved > 0)
    assert before + coming.sum() == on_hand.sum() + demand.sum() - unserved.sum()
