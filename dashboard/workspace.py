"""EDGE: a dossier opened for reading — its store, its vocabulary and the map it is drawn on."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from dashboard.answers import Answers
from dashboard.labels import AGREEMENT_LABELS, CONFIDENCE_LABELS, SOURCING_LABELS, STANCE_LABELS, STATUS_LABELS
from dashboard.view import CLAUSES, Clock, Lens, View, Vocabulary, parse, query
from events import collection, sourcing
from events.collection import Shelf
from events.columns import NO_SIDE
from events.cube import Cube
from events.dates import DateSpan
from events.dossier import Dossier
from events.model import Answer, Event, Measure, Movement, Place, Question, Source
from events.public import Public
from events.selection import Known, OneOf, Selection
from events.store import Store
from geodata import base_map
from geodata.places import UN_STATES


@dataclass(frozen=True, slots=True)
class Country:
    """A state or territory of the base map; the point stands inside its largest part.

    `holder` is the state whose colour it takes: itself, or the sovereign of a territory.
    """

    id: str
    name: str
    lon: float
    lat: float
    holder: str

    @property
    def is_state(self) -> bool:
        """Whether it takes no other's colour."""
        return self.holder == self.id


def _base_map() -> dict[str, Country]:
    return {
        area.id: Country(area.id, area.name, area.lon, area.lat, area.sovereign or area.id) for area in base_map.areas()
    }


BATCH = 2_000
NO_DAYS = (0, 1)
"""What the timeline of a dossier without dates shows."""


def _bounds(span: DateSpan | None, extent: tuple[int, int]) -> tuple[int, int]:
    if span is None:
        return extent
    return (
        extent[0] if span.earliest is None else span.earliest,
        extent[1] if span.latest is None else span.latest,
    )


MOST_MARKS = 2
MOST_DAYS = 16
"""Days of knowledge whose cuts are kept."""
VIEWS_ROOM = 16 * 1024 * 1024
"""Bytes of first views that are kept for readers to share."""
CUBES_ROOM = 8 * 1024 * 1024
"""Bytes of cubes that are kept, for the view that is asked for after them and for the next filters: one of 250 places
and 512 bins takes two megabytes."""


@dataclass(frozen=True)
class Workspace:
    """Everything that rendering a view of one dossier needs; nothing in it changes.

    `cells` are the places, or where these are many their groups, that the map draws as one.
    """

    dossier: Dossier
    store: Store
    cells: Mapping[str, Place]
    countries: Mapping[str, Country]
    vocabulary: Vocabulary
    default: View

    @property
    def is_crowded(self) -> bool:
        """Whether there are too many events to hold their ids, so that lists come page by page."""
        return self.store.is_crowded

    def hold(self, events: Iterable[str]) -> None:
        """Read these events, and what they name, at once, where they are not held anyway."""
        shelves = (self.dossier.events, self.dossier.places, self.dossier.sources)
        held, places, sources = (shelf if isinstance(shelf, Shelf) else None for shelf in shelves)
        if held is None or places is None or sources is None:
            return
        wanted = [*events]
        held.hold(wanted)
        records = [held[key] for key in wanted]
        places.hold(event.place for event in records if event.place)
        sources.hold(key for event in records for key in event.sources)

    def each_event(self, view: View) -> Iterator[str]:
        """Ids of all events of a view in time order; the records are read in batches as they are asked for."""
        if not self.is_crowded:
            yield from self.store.ids(view.selection, clock=view.clock_name)
            return
        for batch in self.store.each(view.selection, BATCH):
            self.hold(batch)
            yield from batch

    @property
    def question(self) -> Question | None:
        """What the positions answer; a dossier without one has no *Stands*."""
        return self.dossier.meta.questions[0] if self.dossier.meta.questions else None

    @cached_property
    def kept_views(self) -> Answers[Hashable, bytes]:
        """The first views that were asked for last, as they are sent."""
        return Answers(VIEWS_ROOM, len)

    @cached_property
    def kept_answers(self) -> Answers[Hashable, tuple[Any, ...]]:
        """The parts of views that were asked for last, as they are sent."""
        return Answers(VIEWS_ROOM, lambda parts: sum(len(part) for part in parts if isinstance(part, bytes)))

    @cached_property
    def kept_marks(self) -> Answers[Hashable, tuple[Any, ...]]:
        """What is drawn over the countries whatever the view."""
        return Answers(MOST_MARKS)

    @cached_property
    def kept_cubes(self) -> Answers[Hashable, Cube]:
        """The cubes that were asked for last, by what they depend on."""
        return Answers(CUBES_ROOM, lambda cube: cube.starts.nbytes + cube.ends.nbytes)

    @cached_property
    def extent(self) -> tuple[int, int]:
        """First and last day of any dated event."""
        return self.store.extent() or NO_DAYS

    @cached_property
    def kinds_by_size(self) -> tuple[str, ...]:
        """The kinds of events, the most frequent of the dossier first."""
        counted = self.store.facet(Selection.of(), "kind")
        return tuple(kind for kind, _ in sorted(counted, key=lambda one: -one[1]))

    @cached_property
    def opening(self) -> tuple[int, int]:
        """First and last day that the timeline opens on."""
        return _bounds(self.dossier.meta.focus, self.extent)

    @cached_property
    def answers(self) -> Mapping[str, Answer]:
        """The answers to the question, by id."""
        return {answer.id: answer for answer in self.question.answers} if self.question else {}

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """What events are counted by beside their number, by id, in the dossier's order."""
        return {measure.id: measure for measure in self.dossier.meta.measures}

    @cached_property
    def states(self) -> frozenset[str]:
        """The countries that are counted (alpha-3): members and observers of the UN, and those that hold a position."""
        return UN_STATES | self.holders

    @cached_property
    def sizes(self) -> Mapping[str, Mapping[str, int]]:
        """Events per value of each filter in the whole dossier, by field of the view."""
        return {attr: dict(self.store.facet(Selection.of(), name)) for name, attr in CLAUSES}

    @cached_property
    def holders(self) -> frozenset[str]:
        """The states whose position is recorded, from whatever day."""
        return frozenset(self._public_on(None).history)

    def base(self, search: str) -> View:
        """The view that an address departs from: the default, or in a story that of its step."""
        asked = parse(search, self.vocabulary, self.default).view
        steps = self.dossier.stories[asked.story].steps if asked.story else ()
        if not steps:
            return self.default
        return parse(steps[min(asked.step, len(steps)) - 1].view, self.vocabulary, self.default).view

    def step_link(self, story: str, step: int) -> str:
        """Address of a step of a story; the step itself holds the view."""
        base = self.base(f"story={story}&step={step}")
        return query(replace(base, story=story, step=step), base)

    def leave_link(self, view: View) -> str:
        """Address of the same view outside its story."""
        return query(replace(view, story="", step=1), self.default) or "?"

    def highlighted(self, view: View) -> tuple[str, ...]:
        """Ids of the records to mark: the open one, and those of the story's step."""
        steps = self.dossier.stories[view.story].steps if view.story else ()
        marks = steps[min(view.step, len(steps)) - 1].mark if steps else ()
        return tuple(dict.fromkeys(filter(None, (view.record, *marks))))

    def public(self, view: View) -> Public:
        """What was public on the view's “as known on” day. Panels take claims, statements and positions from here, and
        events that no query has found."""
        return self._public_on(view.known)

    def _public_on(self, day: int | None) -> Public:
        return self._kept_public.get(day, lambda: Public(self.dossier, day))

    @cached_property
    def _kept_public(self) -> Answers[int | None, Public]:
        return Answers(MOST_DAYS)

    @cached_property
    def sides(self) -> Mapping[str, str]:
        """Labels of the sides by id, in the dossier's order; at least one."""
        return {side.id: side.label for side in self.dossier.meta.sides} or {NO_SIDE: "Speakers"}

    def side_of_actor(self, actor: str) -> str:
        """The side of an actor, or the dossier's side for all others."""
        side = self.dossier.actors[actor].side
        return side if side and side in self.sides else self.other_side

    @property
    def other_side(self) -> str:
        """The side of those that have none: `others`, or else the last."""
        return NO_SIDE if NO_SIDE in self.sides else list(self.sides)[-1]

    def title_of(self, record: str) -> str:
        """The title of an event, or a statement as “speaker: claim”."""
        if record in self.dossier.events:
            return self.dossier.events[record].title
        statement = self.dossier.statements[record]
        return f"{self.vocabulary.actors[statement.actor]}: {self.vocabulary.claims[statement.claim]}"

    def sources_of(self, keys: Iterable[str]) -> list[Source]:
        """The sources with these ids, in order."""
        return [self.dossier.sources[key] for key in keys if key in self.dossier.sources]

    def day_of(self, event: Event, view: View) -> DateSpan | None:
        """When an event happened, or when it was first reported, by the clock of the view."""
        return event.when if view.clock is Clock.HAPPENED else sourcing.first_report(self.sources_of(event.sources))

    def events_of(self, state: str, view: View) -> list[str]:
        """Ids of the events that involve a state, as far as they were public, in time order."""
        return self.store.event_ids(Selection.of(OneOf("country", frozenset({state})), Known(view.known)))

    @cached_property
    def legs(self) -> Mapping[str, tuple[Movement, ...]]:
        """Movement legs per event id."""
        found: dict[str, tuple[Movement, ...]] = {}
        for leg in self.dossier.movements.values():
            found[leg.event] = (*found.get(leg.event, ()), leg)
        return found

    def side_of(self, event: Event) -> str:
        """The side of an event: that of its first actor."""
        return self.side_of_actor(event.actors[0].actor) if event.actors else self.other_side

    def window(self, view: View) -> tuple[int, int]:
        """Days between which the timeline is drawn; the second is always later."""
        first, last = view.window or self.opening
        return (first, last) if first < last else (min(first, self.extent[0]) - 1, max(last, self.extent[1]) + 1)


def _unmapped(dossier: Dossier, store: Store) -> Mapping[str, str]:
    """Countries of the data by their code, for those that the map does not name."""
    holders = {position.state: position.state for position in dossier.positions.values() if position.state}
    return {state: state for state in store.dictionary.get("country", ())} | holders


def _lenses(dossier: Dossier) -> tuple[Lens, ...]:
    """The lenses that the dossier has records for."""
    has_records = {Lens.HAPPENED: True, Lens.SAID: bool(dossier.statements), Lens.STANDS: bool(dossier.meta.questions)}
    return tuple(lens for lens in Lens if has_records[lens])


def _vocabulary(
    dossier: Dossier, store: Store, cells: Mapping[str, Place], countries: Mapping[str, Country]
) -> Vocabulary:
    return Vocabulary(
        countries={**_unmapped(dossier, store), **{key: country.name for key, country in countries.items()}},
        places={key: place.label or place.name for key, place in cells.items()},
        actors={key: actor.name for key, actor in dossier.actors.items()},
        kinds={kind.id: kind.label for kind in dossier.meta.kinds},
        confidences={level.value: label for level, label in CONFIDENCE_LABELS.items()},
        claims={key: claim.short or claim.text for key, claim in dossier.claims.items()},
        stances={stance.value: label for stance, label in STANCE_LABELS.items()},
        statuses={status.value: label for status, label in STATUS_LABELS.items()},
        agreements=AGREEMENT_LABELS,
        sourcings=SOURCING_LABELS,
        measures={measure.id: measure.label for measure in dossier.meta.measures},
        records=Records((dossier.events, dossier.claims, dossier.statements, countries)),
        stories=dossier.stories.keys(),
        lenses=_lenses(dossier),
    )


@dataclass(frozen=True, slots=True)
class Records:
    """The ids that a page can open, in several tables; of a collection only those of the records held are named."""

    tables: tuple[Mapping[str, object], ...]

    def __contains__(self, key: object) -> bool:
        return any(key in table for table in self.tables)

    def __iter__(self) -> Iterator[str]:
        return (key for table in self.tables for key in (table.held if isinstance(table, Shelf) else table))

    def __len__(self) -> int:
        return sum(map(len, self.tables))


def open_dossier(dossier: Dossier) -> Workspace:
    """Load a dossier into its store. A faulty default view falls back to the plain one.

    Raises `events.engines.errors.EngineError` for a collection that cannot be opened.
    """
    return opened(dossier, Store.of(dossier))


def opened(dossier: Dossier, store: Store) -> Workspace:
    """A dossier over a store that holds its events."""
    held = collection.with_records(dossier, store) if store.has_records else dossier
    countries = _base_map()
    cells = collection.cells(store) if store.has_records else dossier.places
    vocabulary = _vocabulary(held, store, cells, countries)
    plain = View(on=_bounds(held.meta.focus, store.extent() or NO_DAYS)[1])
    default = parse(held.meta.view, vocabulary, plain).view
    return Workspace(held, store, cells, countries, vocabulary, replace(default, record=""))
