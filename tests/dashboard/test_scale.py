"""The time axis: every day has its place, and the ticks under it are few, round and inside."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.scale import TimeScale, even_ticks, ticks
from events.dates import day

days = st.integers(-(2**31), 2**31 - 1)
windows = st.tuples(days, days).map(sorted).map(tuple) | st.tuples(days, st.integers(1, 4000)).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)
scales = st.lists(st.integers(-800_000, 800_000), unique=True, max_size=30).map(
    lambda knots: TimeScale(tuple(sorted(knots)))
)


def labels(first: str, last: str) -> list[str]:
    return [tick.label for tick in ticks((day(first), day(last)))]


@given(scales, st.lists(st.integers(-900_000, 900_000), min_size=2, max_size=9, unique=True))
def test_a_later_day_lies_further_right_under_either_spacing(scale: TimeScale, some: list[int]) -> None:
    places = [scale.place(one) for one in sorted(some)]
    assert all(left < right for left, right in pairwise(places))


@given(st.lists(days, min_size=2, max_size=30, unique=True))
def test_even_spacing_puts_neighbouring_event_days_one_apart(knots: list[int]) -> None:
    scale = TimeScale(tuple(sorted(knots)))
    assert [scale.place(knot) for knot in scale.knots] == list(range(len(knots)))


@given(windows)
def test_ticks_are_inside_the_window_in_order_and_few(window: tuple[int, int]) -> None:
    found = [tick.day for tick in ticks(window)]
    assert all(window[0] <= one <= window[1] for one in found)
    assert found == sorted(set(found))
    assert len(found) <= 11
    assert len(found) >= 2 or window[1] - window[0] < 2


@given(windows)
def test_every_tick_has_words_of_its_own(window: tuple[int, int]) -> None:
    assert all(tick.label for tick in ticks(window))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2019-04-28", "2019-05-03", ["28 Apr 2019", "29 Apr", "30 Apr", "1 May", "2 May", "3 May"]),
        ("2018-12-01", "2019-06-30", ["Dec 2018", "Jan 2019", "Feb", "Mar", "Apr", "May", "Jun"]),
        ("2018-12-02", "2019-04-30", ["Jan 2019", "Feb", "Mar", "Apr"]),
        ("2016-01-01", "2019-06-30", ["Jan 2016", "Jul", "Jan 2017", "Jul", "Jan 2018", "Jul", "Jan 2019"]),
        ("2001-05-01", "2007-01-01", ["2002", "2003", "2004", "2005", "2006", "2007"]),
        ("-0099-01-01", "0101-01-01", ["100 BCE", "50 BCE", "1 CE", "50 CE", "100 CE"]),
        ("-0002-01-01", "0003-12-31", ["3 BCE", "2 BCE", "1 BCE", "1 CE", "2 CE", "3 CE"]),
        ("Y-11999-01-01", "Y-10000-12-31", ["12000 BCE", "11800 BCE", "11600 BCE", "11400 BCE"]),
        ("Y120019-01-01", "Y120019-03-01", ["7 Jan 120019", "14 Jan", "21 Jan", "28 Jan"]),
    ],
)
def test_ticks_are_round_dates_in_words(first: str, last: str, expected: list[str]) -> None:
    assert labels(first, last)[: len(expected)] == expected


def test_ticks_a_week_apart_are_mondays() -> None:
    found = [tick.day for tick in ticks((day("2019-03-01"), day("2019-04-30")))]
    assert {right - left for left, right in pairwise(found)} == {7}
    assert found[0] == day("2019-03-04")


def test_even_ticks_name_event_days_with_their_year() -> None:
    knots = [day("-0043-03-15"), day("2018-05-20"), day("2019-04-30")]
    found = even_ticks(knots, (day("-0100-01-01"), day("2019-01-01")))
    assert [(tick.day, tick.label) for tick in found] == [(knots[0], "15 Mar 44 BCE"), (knots[1], "20 May 2018")]


@given(st.lists(days, unique=True, max_size=60).map(sorted), windows)
def test_even_ticks_are_few_event_days_inside_the_window(knots: list[int], window: tuple[int, int]) -> None:
    found = even_ticks(knots, window)
    assert len(found) <= 12
    assert all(tick.day in knots and window[0] <= tick.day <= window[1] for tick in found)
