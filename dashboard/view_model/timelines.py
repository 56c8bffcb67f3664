"""What the timeline shows: one mark per event on its lane, and how densely events lie."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from dashboard.scale import Tick, TimeScale, even_ticks, ticks
from dashboard.view import Colouring, Lanes, Lens, Spacing, View
from dashboard.view_model import statements
from dashboard.view_model.appearance import Appearance
from dashboard.view_model.items import Drawn, Item, Rule, Tie
from dashboard.view_model.results import Results
from dashboard.view_model.stacks import Stack, stack
from dashboard.view_model.text import escape, wrapped
from dashboard.workspace import Workspace
from events import cube as cubes
from events import dates
from events.cube import Cube
from events.dates import DateSpan, Qualifier
from events.model import Event
from events.sourcing import sourcing

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
class TimelineView:
    """Everything on the timeline.

    `lanes` are (id, label) from above; `rows` is the height of the tallest stack; `density` holds (first day, last
    day, events) of each bin; `earlier` and `later` count the records outside the window; `marked` are those to ring.
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


def timeline_view(
    space: Workspace, view: View, results: Results, look: Appearance, most_ticks: int = 10
) -> TimelineView:
    """What the timeline shows: every dated record of the lens under all clauses but the period."""
    drawn = statements.drawn(space, view, results) if view.lens is Lens.SAID else _events(space, view, results)
    window, scale = space.window(view), _scale(view, drawn.items)
    marks = _stacked([_mark(item, drawn.lanes) for item in drawn.items], window, scale)
    return TimelineView(
        lanes=drawn.lanes,
        marks=tuple(marks),
        rows=max((mark.row for mark in marks), default=0) + 1,
        window=window,
        scale=scale,
        ticks=even_ticks(scale.knots, window) if scale.knots else ticks(window, most_ticks),
        density=_density(results.overall, window),
        earlier=_all(results.overall) - _all(results.overall, first=window[0]),
        later=_all(results.overall) - _all(results.overall, last=window[1]),
        marked=space.highlighted(view),
        rules=drawn.rules,
        ties=drawn.ties,
        stack=stack(space, view, look) if view.lens is Lens.STANDS else None,
    )


def _events(space: Workspace, view: View, results: Results) -> Drawn:
    """Events on lanes by side or kind, dated by the clock of the view."""
    items = [
        Item(event.id, _lane_of(space, event, view.lanes), when, _sign(space, event, view), _event_hover(space, event))
        for event in map(space.dossier.events.__getitem__, results.drawn)
        if (when := space.day_of(event, view))
    ]
    return Drawn(_lanes(space, {item.lane for item in items}, view.lanes), tuple(items))


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


def _density(cube: Cube, window: tuple[int, int], bins: int = 120) -> tuple[tuple[int, int, int], ...]:
    width = max(1, -(-(window[1] - window[0] + 1) // bins))
    starts = range(window[0], window[1] + 1, width)
    return tuple((day, day + width - 1, int(sum(cubes.overlap(cube, day, day + width - 1)))) for day in starts)
