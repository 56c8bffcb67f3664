"""What every format builds with: records that are valid and named once, and the count of what became of each row."""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import ValidationError

from events.cube import FARTHEST_DAY
from events.dates import DateError, uncertain
from events.formats.cells import LONGEST_TITLE, host_of, identifier, made, one_line
from events.formats.files import Entry, Refused, fail
from events.formats.staging import FLAT, MEASURES, Staging
from events.model import (
    STATE_PATTERN,
    Actor,
    ActorKind,
    Event,
    Named,
    Place,
    PlacePrecision,
    Source,
    SourceKind,
)
from events.problems import reason_and_fix
from events.queries import estimates
from events.selection import fold
from events.sourcing import sourcing

Resolve: TypeAlias = Callable[[Sequence[str], str], Sequence[str | None]]
"""State codes (ISO 3166-1 alpha-3) of codes or names, None where there is no answer. The second argument names the
family: `auto`, `iso3`, `iso2`, `numeric`, `fips`, `gw`, `cow`, `cameo` or `name`."""
Progress: TypeAlias = Callable[[int, float], None]
"""Is told how many rows have been read, and what share of the bytes."""

MOST_EXAMPLES: Final = 10_000
"""Rejected rows that are named; all are counted."""
ROWS_OF_RECORDS: Final = 5_000
ROWS_OF_SOURCES: Final = 50_000
SOURCES: Final = pa.schema(
    [("position", pa.int32()), *((name, pa.string()) for name in ("id", "publisher", "title", "url", "kind"))]
)


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was read and is not in the dossier, because something is wrong with it."""

    file: str
    line: int
    reason: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" + (f": {self.value}" if self.value else "")


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the rows: read = kept + merged + rejected + left out.

    `refused` counts the rejected rows by reason, `examples` names up to ten thousand of them. `left_out` counts rows
    that a format leaves out on purpose, by reason; `unresolved` names of countries without an answer; `unplaced` and
    `undated` are of the kept.
    """

    read: int = 0
    kept: int = 0
    merged: int = 0
    unplaced: int = 0
    undated: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    examples: tuple[Rejection, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    unresolved: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def rejected(self) -> int:
        """How many rows are rejected."""
        return sum(self.refused.values())

    @property
    def by_reason(self) -> dict[str, list[Rejection]]:
        """Examples of the rejected rows by reason, the most frequent reason first."""
        groups: dict[str, list[Rejection]] = {reason: [] for reason in sorted(self.refused, key=self._frequency)}
        for one in self.examples:
            groups[one.reason].append(one)
        return groups

    def _frequency(self, reason: str) -> int:
        return -self.refused[reason]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of what rows name is held in memory.

    More kinds or actors are refused: a wrong column has been taken for them. Further points are joined to squares of a
    tenth of a degree. Of further sources, a link that comes back much later becomes a second source.
    """

    kinds: int = 10_000
    actors: int = 1_000_000
    places: int = 500_000
    sources: int = 100_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What a file says about itself, for dossier.yaml."""

    title: str
    summary: str
    licence: str
    compiled_by: str
    licence_url: str | None = None
    may_share_rows: bool = True


def unseen(rows: int, share: float) -> None:
    """Tell nobody of the progress."""


def nowhere(values: Sequence[str], family: str) -> Sequence[str | None]:
    """Resolve nothing: for reading without a map."""
    return [None] * len(values)


class Builder:
    """Collects the rows of one or more files in a `Staging`. Nothing that it keeps is invalid.

    `folder` is where the rows wait; without one a folder of its own, which is gone when nobody needs the rows.
    """

    def __init__(
        self,
        resolve: Resolve = nowhere,
        mapping: Mapping[str, str] = MappingProxyType({}),
        folder: Path | None = None,
        limits: Limits = Limits(),
    ) -> None:
        self.mapping = mapping
        self._limits = limits
        self.folder = folder or self._own_folder()
        self.staging = Staging(self.folder)
        self.files: list[str] = []
        self.terms: list[Terms] = []
        self.kinds = Register()
        self.actors = Register()
        self.places = Register()
        self.sources = Sources(self.folder / "sources.parquet", limits.sources)
        self.refused: Counter[str] = Counter()
        self.examples: list[Rejection] = []
        self.left_out: Counter[str] = Counter()
        self.unresolved: Counter[str] = Counter()
        self.notes: list[str] = []
        self.read = 0
        self.noticed: list[str] = []
        self.progress: Callable[[], None] = lambda: None
        self._resolve = resolve
        self._states: dict[tuple[str, str], str | None] = {}
        self._waiting: list[dict[str, Any]] = []
        self._at = 0

    def _own_folder(self) -> Path:
        """A folder that lasts as long as this object."""
        folder = tempfile.mkdtemp(prefix="standoff-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return Path(folder)

    # --- rows

    def begin(self, file: str) -> str:
        """Start with a file, and give the beginning of the ids of rows that have none: the name of the file."""
        stem = identifier(file.rsplit("/", 1)[-1].split(".")[0]) or "row"
        used = sum(one.rsplit("/", 1)[-1].split(".")[0] == file.rsplit("/", 1)[-1].split(".")[0] for one in self.files)
        self.files.append(file)
        return stem[:90] + (f".{used + 1}" if used else "")

    @contextmanager
    def row(self, file: str, entry: Entry) -> Iterator[None]:
        """Count a row; whatever is wrong with it inside the block becomes its rejection."""
        self.read += 1
        self._at = entry.line
        self.noticed.clear()
        try:
            yield
        except (Refused, DateError, ValidationError) as error:
            self.reject(file, entry.line, *why(error))
        self.unresolved.update(self.noticed)

    def reject(self, file: str, line: int, reason: str, value: str = "") -> None:
        """Count a rejected row, and keep it as an example while there are few."""
        self.refused[reason] += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(Rejection(file, line, reason, value))

    def keep(self, event: Event) -> None:
        """Keep the event of the row that is being read."""
        self._waiting.append(self._flat(event))
        if len(self._waiting) == ROWS_OF_RECORDS:
            self.flush()

    def flush(self) -> None:
        """Hand on the rows that wait."""
        if self._waiting:
            self.staging.add(partial(pa.Table.from_pylist, self._waiting, schema=FLAT))
            self._waiting = []

    def leave_out(self, reason: str, rows: int = 1) -> None:
        """Count rows that are left out on purpose."""
        self.left_out[reason] += rows

    def note(self, text: str) -> None:
        """Say something once in the report."""
        if text not in self.notes:
            self.notes.append(text)

    def _flat(self, event: Event) -> dict[str, Any]:
        actors = list(dict.fromkeys(part.actor for part in event.actors))
        states = [self.actors.state(one) for one in actors] + [self.places.state(event.place)]
        positions = [self.sources.position(one) for one in event.sources]
        publishers = [made_source(*record) for record in self.sources.records(positions).values()]
        names = [self.actors.name_of(one) for one in actors] + (
            [self.places.name_of(event.place)] if event.place else []
        )
        amounts = {one.measure: (one.best, one.low, one.high) for one in event.measures}
        when = event.when
        return {
            "file": len(self.files) - 1,
            "line": self._at,
            "edited": "",
            "id": event.id,
            "earliest": near(when.earliest) if when else None,
            "latest": near(when.latest) if when else None,
            "dated": when is not None,
            "when": when.text if when and not is_plain(when.text, when.earliest, when.latest) else None,
            "kind": event.kind,
            "confidence": event.confidence.value,
            "sourcing": sourcing(publishers).value,
            "place": event.place,
            "country": list(dict.fromkeys(state for state in states if state)),
            "actor": actors,
            "role": [next(part.role.value for part in event.actors if part.actor == one) for one in actors],
            "source": positions,
            "title": event.title,
            "summary": event.summary if event.summary != event.title else None,
            "note": event.note or None,
            "tags": list(event.tags),
            "words": fold("\n".join(dict.fromkeys([event.title, event.summary, *names]))),
            **{
                column: number
                for measure in MEASURES
                for column, number in zip(
                    estimates(measure.id), amounts.get(measure.id, (None, None, None)), strict=True
                )
            },
        }

    # --- what rows name

    def states(self, values: Sequence[str], family: str) -> None:
        """Look a whole column up, so that `auto` can judge which family it is of."""
        self._look_up(list(dict.fromkeys(filter(None, values))), family)

    def state(self, *asked: tuple[str, str]) -> str | None:
        """The first answer to (code or name, family); None where all are missing, unresolved, or areas without a code.

        Of a row without an answer the last value asked for is reported.
        """
        given = [one for one in asked if one[0]]
        for value, family in given:
            if (value, family) not in self._states:
                self._look_up([value], family)
            if state := self._states[value, family]:
                return state
        self.noticed.extend(value for value, _ in given[-1:])
        return None

    def is_state(self, name: str, state: str | None) -> bool:
        """Whether a name is that of this state; one that is not is not reported."""
        if (name, "name") not in self._states:
            self._look_up([name], "name")
        return state is not None and self._states[name, "name"] == state

    def _look_up(self, values: list[str], family: str) -> None:
        for value, state in zip(values, self._resolve(values, family), strict=True):
            self._states[value, family] = state if state and re.fullmatch(STATE_PATTERN, state) else None

    def kind(self, label: str) -> str:
        """The id of a kind of event; spellings that differ in case are one."""
        text = _named(label, "kind")
        self._refuse_more(self.kinds, self._limits.kinds, "kinds of events")
        return self.kinds.name(text, text.casefold(), (text,))

    def actor(self, name: str, kind: ActorKind, state: str | None = None) -> str:
        """The id of an actor."""
        text = _named(name, "actor")
        self._refuse_more(self.actors, self._limits.actors, "actors")
        return self.actors.name(text, (text, kind, state), (text, kind.value, state), text, state)

    def place(
        self, name: str, state: str | None, point: tuple[float, float] | None, precision: PlacePrecision
    ) -> str | None:
        """The id of a place; `point` is (lat, lon) in degrees. Without a point and a state there is no place."""
        if point is None and state is None:
            return None
        text = one_line(name) or (f"{point[0]:g}, {point[1]:g}" if point else state or "")
        lat, lon = point or (None, None)
        record = (text, state, lat, lon, precision.value)
        if (
            lat is not None
            and lon is not None
            and len(self.places) >= self._limits.places
            and record not in self.places
        ):
            record = self._square(lat, lon)
        return self.places.name(record[0], record, record, record[0], record[1])

    def _square(self, lat: float, lon: float) -> tuple[Any, ...]:
        """The square of a tenth of a degree around a point, for a file that names too many places."""
        most = self._limits.places
        self.note(f"more than {most:,} places are named: further points are joined to squares of 0.1°")
        north, east = round(lat, 1), round(lon, 1)
        return f"around {north:g}, {east:g}", None, north, east, PlacePrecision.REGION.value

    def _refuse_more(self, register: Register, most: int, what: str) -> None:
        if len(register) > most:
            fix = "A column with other contents may have been taken for them: name the right one with --map."
            fail(self.files[-1], f"this file names more than {most:,} {what}", fix)

    def source(self, url: str, publisher: str = "", title: str = "", kind: SourceKind = SourceKind.REFERENCE) -> str:
        """The id of a publication; without a publisher it is the host of the link."""
        by = one_line(publisher) or host_of(url).removeprefix("www.")
        called = one_line(title) or url[:LONGEST_TITLE]
        return self.sources.name(by, url, (by, called, url, kind.value))

    def source_at(self, url: str, kind: SourceKind = SourceKind.REFERENCE) -> int:
        """The position of a publication that is known by its link alone."""
        at = self.sources.find(url)
        return self.sources.position(self.source(url, kind=kind)) if at is None else at


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


def _named(text: str, what: str) -> str:
    """A name in one line. Raises `Refused` where nothing of it can be read."""
    name = one_line(text)
    if not name:
        raise Refused(f"the name of the {what} is not readable", repr(text))
    return name


# --- records of the registers


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


# --- rows


def why(error: Refused | DateError | ValidationError) -> tuple[str, str]:
    """The reason for which a row is rejected, and the value at fault."""
    if isinstance(error, Refused):
        return error.reason, error.value
    if isinstance(error, DateError):
        return "the date cannot be read", str(error)
    first = error.errors(include_url=False)[0]
    name = ".".join(str(part) for part in first["loc"] if isinstance(part, str)) or "row"
    return f"the {name} is not valid", reason_and_fix(first, [])[0]


def is_plain(text: str, earliest: int | None, latest: int | None) -> bool:
    """Whether a date in EDTF says no more than its first and last day."""
    if near(earliest) != earliest or near(latest) != latest or (earliest is None and latest is None):
        return False
    return uncertain(earliest, latest).text == text


def near(day: int | None) -> int | None:
    """A day, or the farthest that a column of days holds."""
    return None if day is None else max(-FARTHEST_DAY, min(day, FARTHEST_DAY))
