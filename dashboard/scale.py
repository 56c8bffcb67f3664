"""From days to places on the time axis, and the ticks under it.

Proportional spacing draws a day as wide as a day. Even spacing gives every pair of neighbouring
event days the same width, so that dense weeks open up and empty years close; inside a pair it is
linear, so any day still has one place. The browser's twin is assets/explorer/scale.mjs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from events import dates


@dataclass(frozen=True, slots=True)
class TimeScale:
    """`knots` are sorted distinct days; without knots the scale is proportional."""

    knots: tuple[int, ...] = ()

    def place(self, day: float) -> float:
        """Axis coordinate of a day."""
        if len(self.knots) < 2:
            return day
        i = min(max(bisect_right(self.knots, day) - 1, 0), len(self.knots) - 2)
        left, right = self.knots[i], self.knots[i + 1]
        return i + (day - left) / (right - left)


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled day on the axis."""

    day: int
    label: str


DAY_STEPS = (1, 2, 7, 14)
MONTH_STEPS = (1, 2, 3, 6, *(12 * n * 10**k for k in range(8) for n in (1, 2, 5)))
"""Distances between ticks, in months: month … half-year, year, two, five, ten … fifty million years."""
DAYS_A_MONTH = 30.436875


def ticks(window: tuple[int, int], most: int = 10) -> tuple[Tick, ...]:
    """About `most` ticks or fewer at round dates: days, Mondays, firsts of months, round years."""
    span = window[1] - window[0]
    days = next((step for step in DAY_STEPS if span <= step * most), None)
    if days:
        return _day_ticks(window, days)
    return _month_ticks(window, next(step for step in MONTH_STEPS if span <= step * DAYS_A_MONTH * most))


def even_ticks(knots: Sequence[int], window: tuple[int, int], most: int = 12) -> tuple[Tick, ...]:
    """Every n-th event day, labelled with its date."""
    inside = [day for day in knots if window[0] <= day <= window[1]]
    every = max(1, -(-len(inside) // most))
    return tuple(Tick(day, _day_label(day, True)) for day in inside[::every])


def _day_ticks(window: tuple[int, int], step: int) -> tuple[Tick, ...]:
    first = window[0] + (-(window[0] + DAYS_AFTER_MONDAY) % step if step % 7 == 0 else 0)
    days = range(first, window[1] + 1, step)
    return tuple(Tick(day, _day_label(day, day == first)) for day in days)


DAYS_AFTER_MONDAY = 3
"""Day 0, 1970-01-01, was a Thursday."""


def _month_ticks(window: tuple[int, int], step: int) -> tuple[Tick, ...]:
    first, last = (_month_index(day) // step for day in window)
    months = [_round_month(n * step, step) for n in range(first, last + 1)]
    inside = [month for month in months if window[0] <= dates.month_start(*month) <= window[1]]
    return tuple(_month_tick(*month, step, month == inside[0]) for month in inside)


def _month_index(day: int) -> int:
    """Months since January of the year 0000 (1 BCE)."""
    year, month, _ = dates.civil(day)
    return year * 12 + month - 1


def _round_month(index: int, step: int) -> tuple[int, int]:
    """Year and month; from five years up, round as people count: 50 BCE is the year -49, and 1 CE comes after 5 BCE."""
    year, month = divmod(index, 12)
    return year + (year <= 0 and step >= 60), month + 1


def _month_tick(year: int, month: int, step: int, is_first: bool) -> Tick:
    name = "" if step >= 12 else dates.MONTHS[month - 1][:3]
    words = [name, dates.year_words(year) if step >= 12 or is_first or month == 1 else ""]
    return Tick(dates.month_start(year, month), " ".join(filter(None, words)))


def _day_label(day: int, has_year: bool) -> str:
    year, month, number = dates.civil(day)
    return f"{number} {dates.MONTHS[month - 1][:3]}" + (f" {dates.year_words(year)}" if has_year else "")
