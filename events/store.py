"""EDGE: the only module that talks to the database engine, DuckDB, embedded and in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Self

import duckdb
import pandas as pd

from events import cube, queries
from events.cube import FARTHEST_DAY, Cube
from events.dossier import Dossier
from events.model import Confidence, Event
from events.queries import Dimension, Query
from events.selection import Selection, ValueField, fold

NO_SIDE: Final = "others"
"""The side of events whose first actor has none, if the dossier names a side with this id; otherwise its last side."""

EVENT_TYPES: Final = {
    "id": "str",
    "title": "str",
    "earliest": "Int32",
    "latest": "Int32",
    "dated": "bool",
    "lasting": "bool",
    "kind": "str",
    "confidence": "str",
    "side": "str",
    "place": "str",
    "placed": "bool",
    "words": "str",
}
ACTOR_TYPES: Final = {"id": "str", "actor": "str"}
COUNTRY_TYPES: Final = {"id": "str", "country": "str"}
DICTIONARY_TYPES: Final = {"field": "str", "position": "int32", "value": "str"}


@dataclass(frozen=True, slots=True)
class Columns:
    """The events of a dossier as columns: one frame for each table that `events.queries` builds its own from."""

    event: pd.DataFrame
    actor: pd.DataFrame
    country: pd.DataFrame
    dictionary: pd.DataFrame

    @classmethod
    def of(cls, dossier: Dossier) -> Columns:
        """The columns of a dossier's events; places, actors and states are looked up."""
        events = dossier.events.values()
        countries = _countries(dossier)
        return cls(
            _frame((_event_row(dossier, event) for event in events), EVENT_TYPES),
            _frame(((event.id, part.actor) for event in events for part in event.actors), ACTOR_TYPES),
            _frame(((event.id, state) for event in events for state in countries[event.id]), COUNTRY_TYPES),
            _frame(_dictionary(dossier), DICTIONARY_TYPES),
        )


@dataclass(frozen=True, slots=True)
class Totals:
    """Every event of a dossier counted once: shown + undated + unplaced + filtered = total.

    filtered: fails a clause that it can be judged by. undated: passes the others, but has no date, which only a period
    asks for. unplaced: passes, is dated, but has no place. shown: passes and has both.
    """

    total: int
    shown: int
    undated: int
    unplaced: int
    filtered: int


class Store:
    """The events of one dossier, ready for questions from any thread. It reads no file and its settings are locked."""

    def __init__(self, columns: Columns) -> None:
        self._connection = duckdb.connect(":memory:")
        self._local = threading.local()
        _build(self._connection, columns)

    @classmethod
    def of(cls, dossier: Dossier) -> Self:
        """A store of a dossier's events."""
        return cls(Columns.of(dossier))

    def rows(self, query: Query) -> list[tuple[Any, ...]]:
        """The answer to a query of `events.queries`."""
        return self._cursor.execute(*query).fetchall()

    def totals(self, selection: Selection) -> Totals:
        """How many events are shown, in each tray, and filtered out."""
        [(total, shown, undated, unplaced)] = self.rows(queries.totals(selection))
        return Totals(total, shown, undated, unplaced, filtered=total - shown - undated - unplaced)

    def facet(self, selection: Selection, field: ValueField) -> list[tuple[str, int]]:
        """(value, events) for every value that the dossier names, zero included, under the clauses of the other fields;
        most events first, then by value. An event counts for each of its actors and countries."""
        return [(value, events) for value, events in self.rows(queries.facet(selection, field))]

    def event_ids(self, selection: Selection, offset: int = 0, limit: int | None = None) -> list[str]:
        """The events that pass, by earliest day, latest day and id; undated ones last, and only without a period."""
        return [identifier for (identifier,) in self.rows(queries.event_ids(selection, offset, limit))]

    def certainty(self, selection: Selection) -> tuple[int, int]:
        """(could, certain): events that could fall in the period, and that certainly do; without one, all the dated."""
        [(could, certain)] = self.rows(queries.certainty(selection))
        return could, certain

    def cube(self, selection: Selection, dimension: Dimension, limit_edges: int = cube.EDGE_LIMIT) -> Cube:
        """The dated events that pass, over time by key; for a brush, give `selection.without("period")`.

        Keys are all the dossier's countries, places, sides or kinds in its order, or the one key `all`.
        """
        keys = [value for (value,) in self.rows(queries.keys(dimension))]
        spans = self._cursor.execute(*queries.spans(selection, dimension)).fetchnumpy()
        return cube.build(spans["earliest"], spans["latest"], spans["code"], keys, spans["events"], limit_edges)

    @property
    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """This thread's cursor: one shared by several threads mixes up their answers."""
        if not hasattr(self._local, "cursor"):
            self._local.cursor = self._connection.cursor()
        cursor: duckdb.DuckDBPyConnection = self._local.cursor
        return cursor


def _build(connection: duckdb.DuckDBPyConnection, columns: Columns) -> None:
    frames = {name: getattr(columns, name) for name in ("event", "actor", "country", "dictionary")}
    for name, frame in frames.items():
        connection.register(f"incoming_{name}", frame)
    for statement in queries.BUILD:
        connection.execute(statement)
    for name in frames:
        connection.unregister(f"incoming_{name}")
    for statement in queries.FREEZE:
        connection.execute(statement)


def _frame(rows: Iterable[tuple[object, ...]], types: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(types), dtype=object).astype(types)


def _event_row(dossier: Dossier, event: Event) -> tuple[object, ...]:
    span = event.when
    return (
        event.id,
        event.title,
        _near(span.earliest) if span else None,
        _near(span.latest) if span else None,
        span is not None,
        span is not None and span.lasting,
        event.kind,
        event.confidence.value,
        _side(dossier, event),
        event.place,
        event.place is not None,
        _words(dossier, event),
    )


def _near(day: int | None) -> int | None:
    return None if day is None else max(-FARTHEST_DAY, min(day, FARTHEST_DAY))


def _sides(dossier: Dossier) -> tuple[str, ...]:
    return tuple(side.id for side in dossier.meta.sides) or (NO_SIDE,)


def _side(dossier: Dossier, event: Event) -> str:
    sides = _sides(dossier)
    first = dossier.actors[event.actors[0].actor].side if event.actors else None
    return first or (NO_SIDE if NO_SIDE in sides else sides[-1])


def _words(dossier: Dossier, event: Event) -> str:
    actors = [dossier.actors[part.actor] for part in event.actors]
    names = [name for actor in actors for name in (actor.name, *actor.aliases)]
    place = [dossier.places[event.place].name] if event.place else []
    return fold("\n".join([event.title, event.summary, *names, *place]))


def _countries(dossier: Dossier) -> dict[str, set[str]]:
    """Event id → the states of its actors, of its place, and of where its movements begin and end."""
    places = {event.id: {event.place} for event in dossier.events.values()}
    for leg in dossier.movements.values():
        places[leg.event] |= {leg.origin, leg.destination}
    return {event.id: set(_states(dossier, event, places[event.id])) for event in dossier.events.values()}


def _states(dossier: Dossier, event: Event, places: set[str | None]) -> Iterator[str]:
    yield from (state for part in event.actors if (state := dossier.actors[part.actor].state))
    yield from (state for place in places if place and (state := dossier.places[place].state))


def _dictionary(dossier: Dossier) -> Iterator[tuple[object, ...]]:
    """(field, position, value) for every value that the dossier names, in its order."""
    states = [actor.state for actor in dossier.actors.values()] + [place.state for place in dossier.places.values()]
    values: dict[str, Iterable[str]] = {
        "actor": dossier.actors,
        "country": sorted({state for state in states if state}),
        "kind": (kind.id for kind in dossier.meta.kinds),
        "confidence": (level.value for level in Confidence),
        "place": dossier.places,
        "side": _sides(dossier),
        "all": ("all",),
    }
    for field, listed in values.items():
        yield from ((field, position, value) for position, value in enumerate(listed))
