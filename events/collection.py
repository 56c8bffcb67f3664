"""The records of a collection, which are too many to be held: read from its store when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final, Generic, TypeVar

from events import queries
from events.dates import DateSpan, parse, uncertain
from events.dossier import Dossier
from events.model import Actor, Event, Place, PlacePrecision, Record, Source
from events.selection import Selection
from events.store import Store

AnyRecord = TypeVar("AnyRecord", bound=Record)
MOST_HELD: Final = 5_000
ACTOR: Final = ("id", "name", "kind", "state", "description")
PLACE: Final = ("id", "name", "state", "lat", "lon", "precision", "note")
CELL: Final = ("id", "name", "lat", "lon", "places")
SOURCE: Final = ("id", "publisher", "title", "url", "kind")


class Shelf(Mapping[str, AnyRecord], Generic[AnyRecord]):
    """Records by id, of which the last few thousand are held. `fetch` reads those with some ids, as far as they exist;
    `ids` gives every id in order."""

    def __init__(
        self, fetch: Callable[[Sequence[str]], Mapping[str, AnyRecord]], ids: Callable[[], Iterable[str]], size: int
    ) -> None:
        self._fetch, self._ids, self._size = fetch, ids, size
        self._held: dict[str, AnyRecord] = {}

    def hold(self, keys: Iterable[str]) -> None:
        """Read several records at once, before they are asked for one by one."""
        absent = [key for key in dict.fromkeys(keys) if key not in self._held]
        if len(self._held) + len(absent) > MOST_HELD:
            self._held = {}
        if absent:
            self._held |= self._fetch(absent)

    @property
    def held(self) -> Iterable[str]:
        """The ids of the records that are held."""
        return self._held.keys()

    def __getitem__(self, key: str) -> AnyRecord:
        held = self._held.get(key)
        if held is None:
            held = dict(self._fetch([key]))[key]
            self._held[key] = held
        return held

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and (key in self._held or bool(self._fetch([key])))

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids())

    def __len__(self) -> int:
        return self._size


def with_records(dossier: Dossier, store: Store) -> Dossier:
    """A dossier whose events, actors, places and sources are read from the store of its collection."""
    [(sources,)] = store.rows(queries.count("source"))
    [(places,)] = store.rows(queries.count("place"))
    measures = tuple(measure.id for measure in dossier.meta.measures)
    return replace(
        dossier,
        events=Shelf(partial(_events, store, measures), partial(store.ids, Selection()), store.size()),
        actors=_all(store, "actor", ACTOR, Actor),
        places=Shelf(partial(_by_id, store, "place", PLACE, Place), partial(_ids, store, "place"), places),
        sources=Shelf(partial(_sources, store), partial(_ids, store, "source"), sources),
    )


def cells(store: Store) -> dict[str, Place]:
    """The groups of places that the map draws as one, as places of their own; a whole country has no point."""
    states = {f"state-{state.lower()}": state for state in store.dictionary.get("country", ())}
    return {
        key: Place.model_validate(
            {
                "id": key,
                "name": name if places < 2 else f"{name} and {places - 1:,} more places",
                "label": name,
                "state": states.get(key),
                "lat": lat,
                "lon": lon,
                "precision": PlacePrecision.COUNTRY if lat is None else PlacePrecision.REGION,
            }
        )
        for key, name, lat, lon, places in store.rows(queries.listed("cell", CELL))
    }


def _made(model: type[AnyRecord], names: Sequence[str], row: Sequence[Any]) -> AnyRecord:
    return model.model_validate({name: value for name, value in zip(names, row, strict=True) if value is not None})


def _all(store: Store, table: str, names: Sequence[str], model: type[AnyRecord]) -> dict[str, AnyRecord]:
    return {row[0]: _made(model, names, row) for row in store.rows(queries.listed(table, names))}


def _ids(store: Store, table: str) -> Iterator[str]:
    return (key for (key,) in store.rows(queries.listed(table, ["id"])))


def _by_id(
    store: Store, table: str, names: Sequence[str], model: type[AnyRecord], keys: Sequence[str]
) -> dict[str, AnyRecord]:
    return {row[0]: _made(model, names, row) for row in store.rows(queries.with_ids(table, names, keys))}


def _sources(store: Store, keys: Sequence[str]) -> dict[str, Source]:
    """Sources go by the text of their position, which is what an event of a collection names."""
    at = [int(key) for key in keys if key.isdecimal()]
    rows = store.rows(queries.listed("source", ["position", *SOURCE], at)) if at else []
    return {str(row[0]): _made(Source, SOURCE, row[1:]) for row in rows}


def _events(store: Store, measures: Sequence[str], keys: Sequence[str]) -> dict[str, Event]:
    numbers = store.numbers(keys)
    rows = store.rows(queries.told(numbers, measures)) if numbers else []
    return {row[0]: _event(dict(zip((*queries.TOLD, "amounts"), _folded(row), strict=True)), measures) for row in rows}


def _folded(row: Sequence[Any]) -> tuple[Any, ...]:
    """A row with the estimates of its measures as one last value."""
    width = len(queries.TOLD)
    return (*row[:width], row[width:])


def _event(row: Mapping[str, Any], measures: Sequence[str]) -> Event:
    parts = zip(row["actor"] or (), row["role"] or (), strict=False)
    return Event.model_validate(
        {
            "id": row["id"],
            "title": row["title"],
            "when": _when(row),
            "summary": row["summary"] or row["title"],
            "kind": row["kind"],
            "tags": row["tags"] or (),
            "actors": [{"actor": actor, "role": role} for actor, role in parts],
            "place": row["place"],
            "measures": _amounts(measures, row["amounts"]),
            "confidence": row["confidence"],
            "sources": [str(position) for position in row["source"] or ()],
            "note": row["note"] or "",
        }
    )


def _when(row: Mapping[str, Any]) -> DateSpan | None:
    if not row["dated"]:
        return None
    return parse(row['"when"']) if row['"when"'] else uncertain(row["earliest"], row["latest"])


def _amounts(measures: Sequence[str], estimates: Sequence[int | None]) -> list[dict[str, Any]]:
    triples = [estimates[at : at + 3] for at in range(0, len(estimates), 3)]
    return [
        {"measure": measure, "best": best, "low": low, "high": high}
        for measure, (best, low, high) in zip(measures, triples, strict=True)
        if best is not None
    ]
