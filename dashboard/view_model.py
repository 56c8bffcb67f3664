"""Query results → what a panel shows: numbers, labels and colours, and nothing of Plotly."""

from __future__ import annotations

import html
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from dashboard import view as views
from dashboard.scale import Tick, TimeScale, even_ticks, ticks
from dashboard.view import Lanes, Lens, Spacing, View
from dashboard.workspace import Country, Workspace
from events import cube as cubes
from events import dates, positions
from events.cube import Cube
from events.dates import DateSpan, Qualifier
from events.model import Answer, Event, Movement, Pattern, Place, PlacePrecision, Position
from events.store import Totals
from geodata import routes


class Appearance(StrEnum):
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Results:
    """What the store says about one view. Cubes leave out the clause of the panel that draws them."""

    totals: Totals
    could: int
    certain: int
    ids: Sequence[str]
    on_timeline: Sequence[str]
    facets: Mapping[str, Sequence[tuple[str, int]]]
    by_country: Cube
    by_place: Cube
    overall: Cube


def fetch(space: Workspace, view: View) -> Results:
    """Ask the store everything that one view needs."""
    selection, store = view.selection, space.store
    timeless = selection.without("period")
    could, certain = store.certainty(selection)
    return Results(
        totals=store.totals(selection),
        could=could,
        certain=certain,
        ids=store.event_ids(selection),
        on_timeline=store.event_ids(timeless),
        facets={name: store.facet(selection, name) for name, _ in views.CLAUSES},
        by_country=store.cube(timeless.without("country"), "country"),
        by_place=store.cube(timeless, "place"),
        overall=store.cube(timeless, "all"),
    )


# ── Map ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Category:
    """One entry of the legend. `least` is the smallest count that it stands for, in *Happened*."""

    id: str
    label: str
    colour: str
    pattern: str = Pattern.SOLID
    count: int = 0
    least: int = 0


@dataclass(frozen=True, slots=True)
class Shade:
    """The category of a state, or of a territory that takes its sovereign's and is not counted itself."""

    country: str
    is_state: bool
    category: int
    hover: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """Events at one place, or at places too close to tell apart at this zoom.

    `is_area` marks a place known only as a country: it stands in the country's middle as a square.
    """

    places: tuple[str, ...]
    label: str
    lon: float
    lat: float
    count: int
    is_area: bool
    is_settlement: bool
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of a journey as great-circle parts of (longitude, latitude)."""

    id: str
    event: str
    parts: tuple[tuple[tuple[float, float], ...], ...]
    is_solid: bool
    hover: str
    in_period: bool


@dataclass(frozen=True, slots=True)
class MapView:
    lens: Lens
    categories: tuple[Category, ...]
    shades: tuple[Shade, ...]
    bubbles: tuple[Bubble, ...]
    legs: tuple[Leg, ...]
    selected: tuple[str, ...]
    marked: tuple[str, ...]
    unmapped: tuple[str, ...]


GREENS = {
    Appearance.LIGHT: ("#CFE0DB", "#98C0B6", "#5A978A", "#2A675B"),
    Appearance.DARK: ("#25403A", "#376359", "#4F8C7F", "#7CC0B2"),
}
EMPTY = {Appearance.LIGHT: "#E9E5DC", Appearance.DARK: "#2B2926"}
UNRESEARCHED = {Appearance.LIGHT: "#E3DED4", Appearance.DARK: "#33302B"}
NOT_YET = {Appearance.LIGHT: "#EFEBE3", Appearance.DARK: "#262420"}
SUBJECT = {Appearance.LIGHT: "#FFFFFF", Appearance.DARK: "#0F0E0D"}


def escape(text: str) -> str:
    """Text that Plotly shows as it is: no tags, no entities, no templates, no LaTeX."""
    return html.escape(text, quote=False).replace("%{", "%&#123;").replace("$", "&#36;")


def thresholds(most: int, classes: int = 4) -> tuple[int, ...]:
    """Smallest count of each class, growing geometrically up to the largest count."""
    return tuple(sorted({max(1, round(most ** (k / classes) + 0.499)) for k in range(classes)})) if most else (1,)


def _count_labels(least: Sequence[int]) -> list[str]:
    ends = [*(n - 1 for n in least[1:]), None]
    return [str(a) if a == b else f"{a}+" if b is None else f"{a}–{b}" for a, b in zip(least, ends, strict=True)]


def counts_by_key(cube: Cube, view: View) -> dict[str, int]:
    """Events per key that could fall in the period of the view, or certainly do where it asks for that."""
    count = cubes.certain if view.certain else cubes.overlap
    return dict(zip(cube.keys, map(int, count(cube, view.first, view.last)), strict=True))


def _happened_categories(cube: Cube, appearance: Appearance) -> tuple[Category, ...]:
    most = max((int(n) for n in cubes.overlap(cube, None, None)), default=0)
    least = thresholds(most)
    palette = GREENS[appearance][-len(least) :]
    shades = [
        Category(f"n{n}", f"{label} {'event' if label == '1' else 'events'}", colour, least=n)
        for n, label, colour in zip(least, _count_labels(least), palette, strict=True)
    ]
    return (Category("n0", "No events", EMPTY[appearance]), *shades)


def _happened(space: Workspace, view: View, results: Results, appearance: Appearance) -> MapView:
    categories = _happened_categories(results.by_country, appearance)
    counts = counts_by_key(results.by_country, view)
    shades = tuple(
        _count_shade(country, counts.get(country.holder, 0), categories) for country in space.countries.values()
    )
    return _with_marks(
        space, view, results, MapView(view.lens, _counted(categories, shades), shades, (), (), (), (), ())
    )


def _count_shade(country: Country, count: int, categories: Sequence[Category]) -> Shade:
    return Shade(country.id, country.is_state, _class_of(count, categories), _count_hover(country.name, count))


def _class_of(count: int, categories: Sequence[Category]) -> int:
    return max(i for i, category in enumerate(categories) if category.least <= count)


def _count_hover(name: str, count: int) -> str:
    return f"<b>{escape(name)}</b><br>{count_noun(count, 'event')}"


def count_noun(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}" if count else f"no {noun}s"


def _counted(categories: Sequence[Category], shades: Iterable[Shade]) -> tuple[Category, ...]:
    counts = Counter(shade.category for shade in shades if shade.is_state)
    return tuple(replace(category, count=counts[i]) for i, category in enumerate(categories))


def answer_colour(answer: Answer, appearance: Appearance) -> str:
    return answer.dark if appearance is Appearance.DARK else answer.light


def _stands_categories(space: Workspace, appearance: Appearance) -> tuple[Category, ...]:
    question = space.question
    answers = question.answers if question else ()
    named = [Category(a.id, a.label, answer_colour(a, appearance), a.pattern) for a in answers]
    subject = (
        [Category("subject", "Two claimants", SUBJECT[appearance], "outline")] if question and question.subject else []
    )
    return (
        *named,
        Category("not_yet", "None recorded yet", NOT_YET[appearance], "dots"),
        Category("not_researched", "Not researched", UNRESEARCHED[appearance]),
        *subject,
    )


def _stands(space: Workspace, view: View, results: Results, appearance: Appearance) -> MapView:
    categories = _stands_categories(space, appearance)
    index = {category.id: i for i, category in enumerate(categories)}
    day = view.on if view.on is not None else space.extent[1]
    shades = tuple(
        _standing(space, country, day, index) for country in space.countries.values() if _can_stand(country, space)
    )
    return _with_marks(
        space, view, results, MapView(view.lens, _counted(categories, shades), shades, (), (), (), (), ())
    )


def _can_stand(country: Country, space: Workspace) -> bool:
    """States hold positions, and territories show their sovereign's; Antarctica and disputed areas do neither."""
    return country.holder in space.history or country.holder in space.states


def _standing(space: Workspace, country: Country, day: int, index: Mapping[str, int]) -> Shade:
    category, words = _position_on(space, country.holder, day)
    name = country.name if country.is_state else f"{country.name} ({space.countries[country.holder].name})"
    return Shade(country.id, country.is_state, index[category], f"<b>{escape(name)}</b><br>{words}")


def _position_on(space: Workspace, state: str, day: int) -> tuple[str, str]:
    """Category of a state on a day, and its tooltip."""
    question = space.question
    if question and state == question.subject:
        return "subject", wrapped(question.subject_note)
    records = space.history.get(state)
    if not records:
        return "not_researched", "Not researched in this dossier"
    held = positions.held_on(records, day)
    if held is None:
        return "not_yet", f"No position recorded yet; first {dates.describe(records[0].since)}"
    return held.answer, _held_text(space, held)


def _held_text(space: Workspace, held: Position) -> str:
    label = (
        next((a.label for a in space.question.answers if a.id == held.answer), held.answer) if space.question else ""
    )
    named = [space.dossier.sources[key] for key in held.sources if key in space.dossier.sources]
    source = (
        f"<br>Source: {escape(named[0].publisher)}" + (f" and {len(named) - 1} more" if named[1:] else "")
        if named
        else ""
    )
    return f"{escape(label)} since {dates.describe(held.since)}<br>{basis_label(held)}{source}"


def basis_label(held: Position) -> str:
    return (
        held.basis.replace("_", " ")
        .replace("oas", "OAS")
        .replace("un ", "UN ")
        .capitalize()
        .replace("Oas", "OAS")
        .replace("Un ", "UN ")
    )


def wrapped(text: str, width: int = 48) -> str:
    """Escaped text, broken into lines for a tooltip."""
    lines: list[str] = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(map(escape, lines))


def _with_marks(space: Workspace, view: View, results: Results, base: MapView) -> MapView:
    at = _events_by_place(space, view, results)
    legs = tuple(_legs(space, view, results))
    marked = space.dossier.events.get(view.record)
    return replace(
        base,
        bubbles=tuple(_bubbles(space, view, results, at)),
        legs=legs,
        selected=view.countries,
        marked=(marked.place,) if marked and marked.place else (),
        unmapped=tuple(sorted(set(results.by_country.keys) - set(space.countries))),
    )


def in_period(when: DateSpan | None, view: View) -> bool:
    """Whether an event could fall in the period of the view, or certainly does where that is asked."""
    if not view.has_period:
        return True
    if when is None:
        return False
    low = float("-inf") if when.earliest is None else when.earliest
    high = float("inf") if when.latest is None else when.latest
    first = float("-inf") if view.first is None else view.first
    last = float("inf") if view.last is None else view.last
    return first <= low and high <= last if view.certain else low <= last and first <= high


def _events_by_place(space: Workspace, view: View, results: Results) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for key in results.on_timeline:
        event = space.dossier.events[key]
        if event.place:
            found.setdefault(event.place, []).append(key)
    return {place: tuple(keys) for place, keys in found.items()}


def _bubbles(space: Workspace, view: View, results: Results, at: Mapping[str, tuple[str, ...]]) -> list[Bubble]:
    counts = counts_by_key(results.by_place, view)
    single = []
    for key, events in at.items():
        place = space.dossier.places[key]
        point = _anchor(place, space)
        if point:
            is_area, is_settlement = (
                place.precision is kind for kind in (PlacePrecision.COUNTRY, PlacePrecision.SETTLEMENT)
            )
            label, count = place.label or place.name, counts.get(key, 0)
            single.append(Bubble((key,), label, *point, count, is_area, is_settlement, events))
    return clustered(single, MERGE_DEGREES / (view.camera.zoom if view.camera else 1))


MERGE_DEGREES = 6.0
"""Bubbles nearer than this at zoom 1 would hide each other and are drawn as one."""


def clustered(bubbles: Iterable[Bubble], reach: float) -> list[Bubble]:
    """Merge bubbles within `reach` degrees of a larger one, whose place they take, and whose name unless one of them is a town. Areas stay apart."""
    merged: list[Bubble] = []
    for bubble in sorted(bubbles, key=lambda b: (-len(b.events), b.places)):
        near = next((i for i, other in enumerate(merged) if _is_near(bubble, other, reach)), None)
        if near is None:
            merged.append(bubble)
        else:
            merged[near] = _joined(merged[near], bubble)
    return merged


def _is_near(a: Bubble, b: Bubble, reach: float) -> bool:
    return not (a.is_area or b.is_area) and math.hypot(a.lon - b.lon, a.lat - b.lat) < reach


def _joined(large: Bubble, small: Bubble) -> Bubble:
    is_named = not large.is_settlement and small.is_settlement
    return replace(
        large,
        label=small.label if is_named else large.label,
        is_settlement=large.is_settlement or small.is_settlement,
        places=large.places + small.places,
        count=large.count + small.count,
        events=large.events + small.events,
    )


def _anchor(place: Place, space: Workspace) -> tuple[float, float] | None:
    if place.precision is PlacePrecision.COUNTRY and place.state in space.countries:
        country = space.countries[place.state]
        return country.lon, country.lat
    return (place.lon, place.lat) if place.lon is not None and place.lat is not None else None


def _legs(space: Workspace, view: View, results: Results) -> Iterable[Leg]:
    for key in results.on_timeline:
        event = space.dossier.events[key]
        for leg in space.legs.get(key, ()):
            parts = _leg_parts(leg, space)
            if parts:
                yield Leg(leg.id, key, parts, leg.status.is_solid, _leg_hover(leg, space), in_period(event.when, view))


def _leg_parts(leg: Movement, space: Workspace) -> tuple[tuple[tuple[float, float], ...], ...]:
    stops = [leg.origin, *(stop.place for stop in leg.via), leg.destination]
    points = [_anchor(space.dossier.places[stop], space) for stop in stops if stop]
    known = [point for point in points if point]
    arcs = [routes.great_circle(*a, *b) for a, b in zip(known, known[1:], strict=False)]
    return tuple(tuple(part) for arc in arcs for part in arc)


def leg_text(leg: Movement, space: Workspace) -> str:
    """“Moscow → Latakia (tracked)”."""
    names = space.dossier.places
    ends = [names[end].label or names[end].name if end else "unknown" for end in (leg.origin, leg.destination)]
    via = [names[stop.place].label or names[stop.place].name for stop in leg.via]
    through = f" via {', '.join(via)}" if via else ""
    return f"{ends[0]} → {ends[1]}{through} ({leg.status})"


def _leg_hover(leg: Movement, space: Workspace) -> str:
    when = f"<br>{dates.describe(leg.when)}" if leg.when else ""
    carrier = f"<br>{escape(leg.carrier)}" if leg.carrier else ""
    return f"<b>{escape(leg_text(leg, space))}</b>{when}{carrier}"


def map_view(space: Workspace, view: View, results: Results, appearance: Appearance) -> MapView:
    """What the map shows, for either lens."""
    return (_stands if view.lens is Lens.STANDS else _happened)(space, view, results, appearance)


def standing_phrase(space: Workspace, view: View) -> str:
    """“On 30 April 2019, 54 states recognise Guaidó and 33 recognise Maduro”; empty outside *Stands*."""
    if view.lens is not Lens.STANDS or not space.question or view.on is None:
        return ""
    counts = positions.count_on(space.history, view.on)
    spoken = [answer for answer in space.question.answers if not answer.is_silence and counts[answer.id]]
    two = sorted(spoken, key=lambda answer: -counts[answer.id])[:2]
    if not two:
        return f"On {views.day_text(view.on)}, no position is recorded"
    named = " and ".join(f"{counts[a.id]} {'states ' if i == 0 else ''}{a.verb}" for i, a in enumerate(two))
    return f"On {views.day_text(view.on)}, {named}"


# ── Timeline ───────────────────────────────────────────────────────────────────────────────


class Glyph(StrEnum):
    """How precisely a date is known: one day; one moment between two days; lasting from day to day."""

    DAY = "day"
    BETWEEN = "between"
    LASTING = "lasting"


@dataclass(frozen=True, slots=True)
class Mark:
    """One event on the timeline, from `left` to `right` in days; None on either side is an open end."""

    event: str
    lane: int
    row: int
    glyph: Glyph
    left: int | None
    right: int | None
    is_approximate: bool
    hover: str


@dataclass(frozen=True, slots=True)
class TimelineView:
    lanes: tuple[tuple[str, str], ...]
    marks: tuple[Mark, ...]
    rows: int
    window: tuple[int, int]
    scale: TimeScale
    ticks: tuple[Tick, ...]
    density: tuple[tuple[int, int, int], ...]
    earlier: int
    later: int
    marked: str


def _lane_of(space: Workspace, event: Event, lanes: Lanes) -> str:
    if lanes is Lanes.NONE:
        return "all"
    if lanes is Lanes.KIND:
        return event.kind
    lead = space.dossier.actors.get(event.actors[0].actor) if event.actors else None
    known = [side.id for side in space.dossier.meta.sides]
    return lead.side if lead and lead.side else (known[-1] if known else "all")


def _lanes(space: Workspace, events: Iterable[Event], lanes: Lanes) -> tuple[tuple[str, str], ...]:
    meta = space.dossier.meta
    named = {Lanes.SIDE: meta.sides, Lanes.KIND: meta.kinds, Lanes.NONE: ()}[lanes]
    present = {_lane_of(space, event, lanes) for event in events}
    found = tuple((entry.id, entry.label) for entry in named if entry.id in present or lanes is Lanes.SIDE)
    return found or (("all", "Events"),)


def _glyph(span: DateSpan) -> Glyph:
    if span.earliest is not None and span.earliest == span.latest:
        return Glyph.DAY
    return Glyph.LASTING if span.lasting else Glyph.BETWEEN


def _event_hover(space: Workspace, event: Event) -> str:
    place = space.dossier.places.get(event.place or "")
    where = f"<br>{escape(place.name)}" if place else ""
    when = dates.describe(event.when) if event.when else "no date"
    return f"<b>{wrapped(event.title)}</b><br>{when}{where}"


def packed(intervals: Sequence[tuple[int, float, float]], gap: float) -> list[int]:
    """First free row for each (lane, left, right), in order of left edge, so that nothing overlaps."""
    ends: dict[tuple[int, int], float] = {}
    rows = [0] * len(intervals)
    for i in sorted(range(len(intervals)), key=lambda i: (intervals[i][0], intervals[i][1])):
        lane, left, right = intervals[i]
        row = 0
        while ends.get((lane, row), float("-inf")) > left - gap:
            row += 1
        ends[lane, row] = right
        rows[i] = row
    return rows


def _marks(
    space: Workspace, view: View, results: Results, lanes: Sequence[tuple[str, str]], scale: TimeScale
) -> list[Mark]:
    index = {lane: i for i, (lane, _) in enumerate(lanes)}
    events = [event for key in results.on_timeline if (event := space.dossier.events[key]).when]
    window = space.window(view)
    ends = [_ends(event.when, window) for event in events if event.when]
    lane = [index.get(_lane_of(space, event, view.lanes), 0) for event in events]
    gap = (scale.place(window[1]) - scale.place(window[0])) * MARK_WIDTH
    rows = packed([(n, scale.place(a), scale.place(b)) for n, (a, b) in zip(lane, ends, strict=True)], gap)
    return [_mark(space, event, n, row) for event, n, row in zip(events, lane, rows, strict=True)]


MARK_WIDTH = 1 / 130
"""Width of a mark as a share of the axis, so that neighbours stack before they touch."""


def _ends(span: DateSpan, window: tuple[int, int]) -> tuple[int, int]:
    left = span.earliest if span.earliest is not None else min(window[0], span.latest or window[0])
    return left, span.latest if span.latest is not None else max(window[1], left)


def _mark(space: Workspace, event: Event, lane: int, row: int) -> Mark:
    span = event.when
    assert span is not None
    is_approximate = span.qualifier is not Qualifier.NONE
    hover = _event_hover(space, event)
    return Mark(event.id, lane, row, _glyph(span), span.earliest, span.latest, is_approximate, hover)


def _density(cube: Cube, window: tuple[int, int], bins: int = 120) -> tuple[tuple[int, int, int], ...]:
    width = max(1, -(-(window[1] - window[0] + 1) // bins))
    starts = range(window[0], window[1] + 1, width)
    return tuple((day, day + width - 1, int(sum(cubes.overlap(cube, day, day + width - 1)))) for day in starts)


def _scale(view: View, marks: Iterable[Event]) -> TimeScale:
    if view.spacing is Spacing.PROPORTIONAL:
        return TimeScale()
    spans = [event.when for event in marks if event.when]
    return TimeScale(tuple(sorted({d for span in spans for d in (span.earliest, span.latest) if d is not None})))


def timeline_view(space: Workspace, view: View, results: Results) -> TimelineView:
    """What the timeline shows: every event under all clauses but the period."""
    events = [space.dossier.events[key] for key in results.on_timeline]
    window, scale = space.window(view), _scale(view, events)
    lanes = _lanes(space, events, view.lanes)
    marks = _marks(space, view, results, lanes, scale)
    return TimelineView(
        lanes=lanes,
        marks=tuple(marks),
        rows=max((mark.row for mark in marks), default=0) + 1,
        window=window,
        scale=scale,
        ticks=even_ticks(scale.knots, window) if scale.knots else ticks(window),
        density=_density(results.overall, window),
        earlier=sum(mark.right is not None and mark.right < window[0] for mark in marks),
        later=sum(mark.left is not None and mark.left > window[1] for mark in marks),
        marked=view.record,
    )
