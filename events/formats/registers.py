"""EDGE. What rows name, each once: kinds, actors, places and publications, under ids made from their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from events.formats.cells import identifier, made
from events.model import Actor, ActorKind, Named, Place, PlacePrecision, Source, SourceKind
from events.selection import fold

ROWS_OF_SOURCES: Final = 50_000
SOURCES: Final = pa.schema(
    [("position", pa.int32()), *((name, pa.string()) for name in ("id", "publisher", "title", "url", "kind"))]
)


class Register:
    """Records by what they stand for, each under an id made from its name and at a position."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.records: list[tuple[Any, ...]] = []
        self.names: list[str] = []
        self.folded: list[str] = []
        self.states: list[str | None] = []
        self._known: dict[Hashable, int] = {}
        self._positions: dict[str, int] = {}
        self._taken: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, meaning: Hashable) -> bool:
        return meaning in self._known

    def find(self, meaning: Hashable) -> int | None:
        """Where the record of what is meant stands, if there is one."""
        return self._known.get(meaning)

    def name(
        self, name: str, meaning: Hashable, record: tuple[Any, ...], shown: str = "", state: str | None = None
    ) -> str:
        """The id of what is meant; a new record is kept once. Names that look alike get a number."""
        at = self._known.get(meaning)
        if at is None:
            at = self._known[meaning] = len(self.ids)
            one = self._free(_short(name, 100))
            self._positions[one] = at
            self.ids.append(one)
            self.records.append(record)
            self.names.append(shown)
            self.folded.append(fold(shown))
            self.states.append(state)
        return self.ids[at]

    def _free(self, wanted: str) -> str:
        self._taken[wanted] += 1
        number = self._taken[wanted]
        one = wanted if number == 1 else f"{wanted}-{number}"
        return one if one not in self._positions else self._free(one)

    def position(self, one: str) -> int:
        """Where a record stands."""
        return self._positions[one]

    def record(self, at: int) -> tuple[Any, ...]:
        """The id and the fields of a record."""
        return self.ids[at], *self.records[at]

    def state(self, one: str | None) -> str | None:
        """The state of a record, if there is one."""
        return self.states[self._positions[one]] if one else None

    def name_of(self, one: str) -> str:
        """The name of a record as it is shown."""
        return self.names[self._positions[one]]


class Sources:
    """Publications by their links. The first `most` are held and told apart; of later ones only the last, and all of
    these wait in a file."""

    def __init__(self, path: Path, most: int) -> None:
        self._held = Register()
        self._path, self._most = path, most
        self._recent: dict[str, tuple[int, str]] = {}
        self._positions: dict[str, int] = {}
        self._waiting: list[tuple[Any, ...]] = []
        self._writer: Any = None
        self._size = 0

    def find(self, url: str) -> int | None:
        """The position of a link that is known."""
        return self._recent[url][0] if url in self._recent else self._held.find(url)

    def name(self, name: str, url: str, record: tuple[Any, ...]) -> str:
        """The id of a publication; a new one is kept once."""
        if url in self._held or self._size < self._most:
            one = self._held.name(name, url, record)
            self._size = max(self._size, len(self._held))
            return one
        if url not in self._recent:
            self._add(name, url, record)
        return self._recent[url][1]

    def _add(self, name: str, url: str, record: tuple[Any, ...]) -> None:
        if len(self._recent) >= self._most:
            self._recent.clear()
            self._positions.clear()
        at, self._size = self._size, self._size + 1
        one = f"{_short(name, 80)}-at-{at}"
        self._recent[url] = at, one
        self._positions[one] = at
        self._waiting.append((at, one, *record))
        if len(self._waiting) >= ROWS_OF_SOURCES:
            self._write()

    def position(self, one: str) -> int:
        """Where a publication stands."""
        at = self._positions.get(one)
        return self._held.position(one) if at is None else at

    def close(self) -> None:
        """Write what waits."""
        if self._waiting:
            self._write()
        if self._writer is not None:
            self._writer.close()

    def tables(self) -> Iterator[Any]:
        """All publications, in tables with the columns of `SOURCES`, in order. For after the end."""
        yield _source_table([(at, *self._held.record(at)) for at in range(len(self._held))])
        if self._writer is not None:
            with pq.ParquetFile(self._path, pre_buffer=False) as file:
                for batch in file.iter_batches(ROWS_OF_SOURCES, use_threads=False):
                    yield pa.Table.from_batches([batch])

    def records(self, positions: Collection[int]) -> dict[int, tuple[Any, ...]]:
        """(id, publisher, title, url, kind) of some publications, by position. For after the end."""
        found = {at: self._held.record(at) for at in positions if at < len(self._held)}
        if len(found) < len(positions):
            wanted = pa.array(sorted(positions), pa.int32())
            for table in self.tables():
                rows = table.filter(pc.is_in(table["position"], wanted)).to_pylist()
                found |= {row["position"]: tuple(row[name] for name in SOURCES.names[1:]) for row in rows}
        return found

    def _write(self) -> None:
        table = _source_table(self._waiting)
        self._waiting.clear()
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, SOURCES, compression="lz4")
        self._writer.write_table(table)


@lru_cache(maxsize=65_536)
def _short(name: str, most: int) -> str:
    """The beginning of an id, of so many letters; few names stand for many sources."""
    return identifier(name).lower()[:most] or "x"


def _source_table(records: Sequence[tuple[Any, ...]]) -> Any:
    arrays = [pa.array([record[at] for record in records], field.type) for at, field in enumerate(SOURCES)]
    return pa.Table.from_arrays(arrays, schema=SOURCES)


# --- as records of the dossier


def made_kind(one: str, label: str) -> Named:
    """A kind of event."""
    return made(Named, id=one, label=label)


def made_actor(one: str, name: str, kind: str, state: str | None) -> Actor:
    """An actor."""
    return made(Actor, id=one, name=name, kind=ActorKind(kind), state=state)


def made_place(one: str, name: str, state: str | None, lat: float | None, lon: float | None, precision: str) -> Place:
    """A place."""
    return made(Place, id=one, name=name, state=state, lat=lat, lon=lon, precision=PlacePrecision(precision))


def made_source(one: str, publisher: str, title: str, url: str, kind: str) -> Source:
    """A source."""
    return made(Source, id=one, publisher=publisher, title=title, url=url, kind=SourceKind(kind))
