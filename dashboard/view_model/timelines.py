"""What the timeline shows: one mark per event on its lane, and how densely events lie."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dashboard.scale import Tick, TimeScale, even_ticks, ticks
from dashboard.view import Colouring, Lanes, Lens, Spacing, View
from dashboard.view_model import statements
from dashboard.view_model.appearance import KIND_COLOURS, Appearance
from dashboard.view_model.items import REST, Drawn, Item, Rule, Tie
from dashboard.view_model.questions import Question, noun_of
from dashboard.view_model.results import Results
from dashboard.view_model.stacks import Stack, stack
from dashboard.view_model.text import RECORD, Noun, escape, wrapped
from dashboard.workspace import Workspace
from events import cube as cubes
from events import dates
from events.cube import Cube
from events.dates import DateSpan, Qualifier
from events.model import Event
from events.sourcing import sourcing

MOST_LANES = 7
"""Lanes of events whose names can still be read; the rarer ones share the last."""
MARK_WIDTH = 1 / 130
"""Width of a mark as a share of the axis, so that neighbours stack before they touch."""


class Glyph(StrEnum):
    """How precisely a date is known: one day; one moment between two days; lasting from day to day."""

    DAY = "day"
    BETWEEN = "between"
    LASTING = "lasting"


@dataclass(frozen=True, slots=True)
class Mark:
    """One record on the timeline, from `left` to `right` in days; None on either side is an open end.

    `sign` is empty for an event, and the stance of a statement.
    """

    record: str
    sign: str
    lane: int
    row: int
    glyph: Glyph
    left: int | None
    right: int | None
    is_approximate: bool
    hover: str

    def ends(self, window: tuple[int, int]) -> tuple[int, int]:
        """First and last day to draw; an open end reaches the edge of the window, or the other end beyond it."""
        left = self.left if self.left is not None else min(window[0], window[0] if self.right is None else self.right)
        return left, self.right if self.right is not None else max(window[1], left)


@dataclass(frozen=True, slots=True)
class KindDensity:
    """What is counted of a kind, or of all the rarer ones together, in each bin of the density; `colour` is #RRGGBB."""

    kind: str
    label: str
    colour: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TimelineView:
    """Everything on the timeline.

    `lanes` are (id, label) from above; `rows` is the height of the tallest stack; `density` holds (first day, last
    day, number of `noun`) of each bin; `earlier` and `later` count the records outside the window; `marked` are those
    to ring.
    `kinds` stand for the marks where these are too many: the density of each kind, the most frequent first. `together`
    counts the records of the window that have no mark of their own. `bin_days` are the days of the widest bin in which
    the period can be counted; 1: every day for itself.
    """

    lanes: tuple[tuple[str, str], ...]
    marks: tuple[Mark, ...]
    rows: int
    window: tuple[int, int]
    scale: TimeScale
    ticks: tuple[Tick, ...]
    density: tuple[tuple[int, int, int], ...]
    earlier: int
    later: int
    marked: tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    ties: tuple[Tie, ...] = ()
    stack: Stack | None = None
    kinds: tuple[KindDensity, ...] = ()
    together: int = 0
    bin_days: int = 1
    noun: Noun = RECORD

    @property
    def bar_days(self) -> int:
        """Days of the widest bar of the density."""
        return max((last - first + 1 for first, last, _ in self.density), default=1)


def timeline_view(
    space: Workspace, view: View, results: Results, look: Appearance, most_ticks: int = 10
) -> TimelineView:
    """What the timeline shows: every dated record of the lens under all clauses but the period."""
    drawn = statements.drawn(space, view, results) if view.lens is Lens.SAID else _events(space, view, results)
    window, scale = space.window(view), _scale(view, drawn.items)
    marks = _stacked([_mark(item, drawn.lanes) for item in drawn.items], window, scale)
    bins, question = _bins(results.overall, window), Question.of(space, view)
    counts = _counts(results.by_kind or results.overall, bins).sum(axis=0)
    density = tuple((first, last, int(n)) for (first, last), n in zip(bins, counts, strict=True))
    is_stacked = not marks and view.lens is Lens.HAPPENED
    return TimelineView(
        lanes=drawn.lanes,
        marks=tuple(marks),
        rows=max((mark.row for mark in marks), default=0) + 1,
        window=window,
        scale=scale,
        ticks=even_ticks(scale.knots, window) if scale.knots else ticks(window, most_ticks),
        density=density,
        earlier=_all(results.overall) - _all(results.overall, first=window[0]),
        later=_all(results.overall) - _all(results.overall, last=window[1]),
        marked=space.highlighted(view),
        rules=drawn.rules,
        ties=drawn.ties,
        stack=stack(space, view, look) if view.lens is Lens.STANDS else None,
        kinds=tuple(_kinds(space, results.by_kind, bins, look)) if results.by_kind and is_stacked else (),
        together=0 if marks else _all(results.overall, *window),
        bin_days=_widest(results.overall, window),
        noun=noun_of(space, question) if question.measure else RECORD,
    )


def _events(space: Workspace, view: View, results: Results) -> Drawn:
    """Events on lanes by side or kind, dated by the clock of the view."""
    items = [
        Item(event.id, _lane_of(space, event, view.lanes), when, _sign(space, event, view), _event_hover(space, event))
        for event in map(space.dossier.events.__getitem__, results.drawn)
        if (when := space.day_of(event, view))
    ]
    return Drawn(_lanes(space, {item.lane for item in items}, view.lanes), tuple(items)).folded(MOST_LANES)


def _sign(space: Workspace, event: Event, view: View) -> str:
    """What the colour of an event stands for, where the reader asked for colour."""
    if view.colour is Colouring.CONFIDENCE:
        return event.confidence
    return sourcing(space.sources_of(event.sources)) if view.colour is Colouring.SOURCING else ""


def _scale(view: View, items: Iterable[Item]) -> TimeScale:
    if view.spacing is Spacing.PROPORTIONAL:
        return TimeScale()
    ends = (day for item in items for day in (item.when.earliest, item.when.latest) if day is not None)
    return TimeScale(tuple(sorted(set(ends))))


def _lanes(space: Workspace, present: Collection[str], lanes: Lanes) -> tuple[tuple[str, str], ...]:
    meta = space.dossier.meta
    named = {Lanes.SIDE: meta.sides, Lanes.KIND: meta.kinds, Lanes.NONE: ()}[lanes]
    found = tuple((entry.id, entry.label) for entry in named if entry.id in present or lanes is Lanes.SIDE)
    return found or (("all", "Events"),)


def _lane_of(space: Workspace, event: Event, lanes: Lanes) -> str:
    if lanes is Lanes.KIND:
        return event.kind
    return space.side_of(event) if lanes is Lanes.SIDE and space.dossier.meta.sides else "all"


def _mark(item: Item, lanes: Sequence[tuple[str, str]]) -> Mark:
    """The mark of a record, not yet stacked."""
    lane = [key for key, _ in lanes].index(item.lane)
    span = item.when
    is_approximate = span.qualifier is not Qualifier.NONE
    return Mark(item.record, item.sign, lane, 0, _glyph(span), span.earliest, span.latest, is_approximate, item.hover)


def _glyph(span: DateSpan) -> Glyph:
    if span.earliest is not None and span.earliest == span.latest:
        return Glyph.DAY
    return Glyph.LASTING if span.lasting else Glyph.BETWEEN


def _event_hover(space: Workspace, event: Event) -> str:
    place = space.dossier.places.get(event.place or "")
    where = f"<br>{escape(place.name)}" if place else ""
    when = dates.describe(event.when) if event.when else "no date"
    return f"<b>{wrapped(event.title)}</b><br>{when}{where}"


def _stacked(marks: Sequence[Mark], window: tuple[int, int], scale: TimeScale) -> list[Mark]:
    first, last = map(scale.place, window)
    ends = [tuple(map(scale.place, mark.ends(window))) for mark in marks]
    spans = [(mark.lane, left, right) for mark, (left, right) in zip(marks, ends, strict=True)]
    rows = packed(spans, (last - first) * MARK_WIDTH)
    return [replace(mark, row=row) for mark, row in zip(marks, rows, strict=True)]


def packed(intervals: Sequence[tuple[int, float, float]], gap: float) -> list[int]:
    """First free row for each (lane, left, right), in order of left edge, so that nothing overlaps."""
    ends: dict[tuple[int, int], float] = {}
    rows = [0] * len(intervals)
    for i in sorted(range(len(intervals)), key=lambda i: intervals[i][:2]):
        lane, left, right = intervals[i]
        row = 0
        while ends.get((lane, row), float("-inf")) > left - gap:
            row += 1
        ends[lane, row] = right
        rows[i] = row
    return rows


def _all(cube: Cube, first: int | None = None, last: int | None = None) -> int:
    return int(cubes.overlap(cube, first, last).sum())


MOST_BARS = 120
MOST_KINDS = 6


def _bins(cube: Cube, window: tuple[int, int]) -> list[tuple[int, int]]:
    """First and last day of each bar of the density: of equal width, or where the cube has bins, whole numbers of
    those."""
    first, last = window
    width = max(1, -(-(last - first + 1) // MOST_BARS))
    if cube.resolution == 1:
        return [(day, day + width - 1) for day in range(first, last + 1, width)]
    bars: list[tuple[int, int]] = []
    for before, end in pairwise(map(int, _edges_of(cube, window))):
        if bars and end - bars[-1][0] < width:
            bars[-1] = bars[-1][0], end
        else:
            bars.append((before + 1, end))
    return bars or [window]


def _edges_of(cube: Cube, window: tuple[int, int]) -> NDArray[np.int32]:
    """The edges of the bins that hold the days of a window."""
    low = max(0, int(np.searchsorted(cube.edges, window[0] - 1, side="right")) - 1)
    return cube.edges[low : int(np.searchsorted(cube.edges, window[1])) + 1]


def _counts(cube: Cube, bins: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """int64[k, bins]: what is counted of each key that could fall in each bin."""
    return np.stack([cubes.overlap(cube, first, last) for first, last in bins], axis=1)


def _kinds(space: Workspace, cube: Cube, bins: Sequence[tuple[int, int]], look: Appearance) -> Iterator[KindDensity]:
    """The most frequent kinds of all time, so that zooming changes no colour, and the rest as one."""
    counts, totals = _counts(cube, bins), cubes.overlap(cube, None, None)
    order = [int(at) for at in np.argsort(-totals, kind="stable") if totals[at]]
    named = order if len(order) <= MOST_KINDS + 1 else order[:MOST_KINDS]
    colours = kind_colours([cube.keys[at] for at in named], space.kinds_by_size, KIND_COLOURS[look])
    for at, (key, colour) in zip(named, colours.items(), strict=True):
        yield KindDensity(key, space.vocabulary.kinds[key], colour, tuple(map(int, counts[at])))
    rest = order[len(named) :]
    if rest:
        together = tuple(map(int, counts[rest].sum(axis=0)))
        yield KindDensity(REST, f"{len(rest)} other kinds", KIND_COLOURS[look][-1], together)


def kind_colours(named: Sequence[str], ranked: Sequence[str], palette: Sequence[str]) -> dict[str, str]:
    """A colour for each kind: the most frequent of the dossier keep theirs under all filters, others take the rest."""
    own = dict(zip(ranked, palette[:MOST_KINDS], strict=False))
    free = iter([colour for colour in palette if colour not in {own.get(kind) for kind in named}])
    return {kind: own.get(kind) or next(free) for kind in named}


def _widest(cube: Cube, window: tuple[int, int]) -> int:
    """Days of the widest bin within a window."""
    if cube.resolution == 1:
        return 1
    widths = np.diff(_edges_of(cube, window))
    return int(widths.max()) if widths.size else cube.resolution
