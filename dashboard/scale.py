"""From days to places on the time axis, and the ticks under it.

Proportional spacing draws a day as wide as a day. Even spacing gives every pair of neighbouring
event days the same width, so that dense weeks open up and empty years close; inside a pair it is
linear, so any day still has one place. The browser's twin is assets/explorer/scale.mjs.
"""

from __future__ import annotations

import calendar
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
    day: int
    label: str
    is_major: bool


STEPS = (1, 2, 7, 14, 30.4, 61, 91.3, 182.6, 365.25, 730.5, 1826.25, 3652.5, 18262.5, 36525, 365250)
"""Distances between ticks, in days: day … fortnight, month, two, quarter, half-year, year … millennium."""

MONTHS = [calendar.month_abbr[i] for i in range(1, 13)]


def _step(window: tuple[int, int], most: int) -> float:
    span = window[1] - window[0]
    return next((step for step in STEPS if span / step <= most), STEPS[-1])


def _month_ticks(window: tuple[int, int], months: int) -> list[Tick]:
    year, month = _year_month(window[0])
    index = -(-(year * 12 + month - 1) // months) * months
    ticks = []
    while (day := _month_start(index)) <= window[1]:
        if day >= window[0]:
            ticks.append(Tick(day, _month_label(index, months, not ticks), index % 12 == 0))
        index += months
    return ticks


def _year_month(day: int) -> tuple[int, int]:
    year, month, _ = dates.isoday(day).rsplit("-", 2)
    return int(year.removeprefix("Y")), int(month)


def _month_start(index: int) -> int:
    year, month = divmod(index, 12)
    sign = "-" if year < 0 else ""
    prefix = "Y" if abs(year) > 9999 else ""
    return dates.day(f"{prefix}{sign}{abs(year):04d}-{month + 1:02d}-01") if not prefix else _far_year(year)


def _far_year(year: int) -> int:
    days = dates.parse(f"Y{year}").earliest
    return days if days is not None else 0


def _month_label(index: int, months: int, is_first: bool) -> str:
    year, month = divmod(index, 12)
    name = f"{-year + 1} BCE" if year <= 0 else str(year)
    if months >= 12:
        return name
    return f"{MONTHS[month]} {name}" if is_first or month == 0 else MONTHS[month]


def _day_ticks(window: tuple[int, int], step: int) -> list[Tick]:
    first = window[0] + (-(window[0] + 3) % step if step >= 7 else 0)
    days = range(first, window[1] + 1, step)
    return [Tick(day, _day_label(day, i == 0), False) for i, day in enumerate(days)]


def _day_label(day: int, is_first: bool) -> str:
    year, month, number = dates.isoday(day).rsplit("-", 2)
    return f"{int(number)} {MONTHS[int(month) - 1]}" + (f" {year}" if is_first else "")


def ticks(window: tuple[int, int], most: int = 10) -> tuple[Tick, ...]:
    """At most about `most` ticks at round dates: Mondays, firsts of months, round years."""
    step = _step(window, most)
    if step < 30:
        return tuple(_day_ticks(window, int(step)))
    return tuple(_month_ticks(window, round(step / 30.4375)))


def even_ticks(knots: Sequence[int], window: tuple[int, int], most: int = 12) -> tuple[Tick, ...]:
    """Every n-th event day, labelled with its date."""
    inside = [day for day in knots if window[0] <= day <= window[1]]
    every = max(1, -(-len(inside) // most))
    return tuple(Tick(day, _day_label(day, True), False) for day in inside[::every])
