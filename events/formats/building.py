"""What every format builds with: records that are valid and named once, and the count of what became of each row."""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeAlias

import pyarrow as pa
from pydantic import ValidationError

from events.cube import FARTHEST_DAY
from events.dates import DateError, uncertain
from events.formats.cells import LONGEST_TITLE, host_of, identifier, one_line
from events.formats.days import remarks
from events.formats.files import Entry, Refused, fail
from events.formats.flattening import Cited
from events.formats.members import Link
from events.formats.registers import Register, Sources, made_source
from events.formats.report import Rejection
from events.formats.staging import FLAT, MEASURES, Staging
from events.model import STATE_PATTERN, ActorKind, Event, PlacePrecision, SourceKind
from events.problems import reason_and_fix
from events.queries import estimates
from events.selection import fold
from events.sourcing import Sourcing, sourcing

FAMILIES: Final = ("iso3", "iso2", "numeric", "fips", "gw", "cow", "cameo", "name")
"""What codes of countries may be of; `auto` leaves that to be judged from all of a column."""


class Judgement(Protocol):
    """How codes were read that have several readings."""

    @property
    def words(self) -> str:
        """What the report says of it."""

    @property
    def choices(self) -> Sequence[str]:
        """The families to choose from, where that stays open."""


class Resolution(Protocol):
    """What codes or names mean."""

    @property
    def ids(self) -> Sequence[str | None]:
        """State codes (ISO 3166-1 alpha-3) in the order of the values, None where there is no answer."""

    @property
    def unresolved(self) -> Collection[str]:
        """The values without an answer. Those are not among them that mean that nothing is known."""

    @property
    def judgements(self) -> Sequence[Judgement]:
        """How they were read."""


Resolve: TypeAlias = Callable[[Sequence[str], str], Resolution]
"""What codes or names of a family mean: one of `FAMILIES`, or `auto`."""
Progress: TypeAlias = Callable[[int, float], None]
"""Is told how many rows have been read, and what share of the bytes."""

MOST_EXAMPLES: Final = 10_000
"""Rejected rows that are named; all are counted."""
ROWS_OF_RECORDS: Final = 5_000


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


@dataclass(frozen=True, slots=True)
class Answers:
    """The plainest `Resolution`."""

    ids: Sequence[str | None]
    unresolved: Collection[str] = ()
    judgements: Sequence[Judgement] = ()


def nowhere(values: Sequence[str], family: str) -> Answers:
    """Resolve nothing: for reading without a map."""
    return Answers([None] * len(values), frozenset(values))


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
        self.counted: Counter[tuple[str, str]] = Counter()
        self.read = 0
        self.noticed: list[tuple[Counter[Any], Any]] = []
        """What the row or the cells that are being read add one to, and under which key."""
        self.progress: Callable[[], None] = lambda: None
        self._resolve = resolve
        self._states: dict[tuple[str, str], str | None] = {}
        self._missing: set[tuple[str, str]] = set()
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
        for counter, name in self.noticed:
            counter[name] += 1

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

    def count(self, file: str, what: str, rows: int) -> None:
        """Count rows of which something is said in the report, once for each file."""
        if rows:
            self.counted[file, what] += rows

    def remark(self, what: str) -> None:
        """Count the row that is being read, or every row with these cells, among those of which something is said."""
        self.noticed.append((self.counted, (self.files[-1], what)))

    def date(self, text: str, edtf: str) -> str:
        """The EDTF as which a text was read; where it may be read otherwise, the report tells of it."""
        for what in remarks(text, edtf):
            self.remark(what)
        return edtf

    @property
    def told(self) -> tuple[str, ...]:
        """Every note, with the numbers of rows that are counted so far."""
        return *self.notes, *(
            f"{file}: of {_rows(number)} {what}" for (file, what), number in sorted(self.counted.items())
        )

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

    def states(self, values: Iterable[str], family: str) -> Sequence[Judgement]:
        """Look a whole column up, so that `auto` can judge which family it is of: how it did."""
        return self._look_up(list(dict.fromkeys(filter(None, values))), family)

    def state(self, *asked: tuple[str, str]) -> str | None:
        """The first answer to (code or name, family); None where all are missing, unresolved, or areas without a code.

        Of a row without an answer the last value asked for is reported, unless it means that nothing is known.
        """
        given = [one for one in asked if one[0]]
        for value, family in given:
            if (value, family) not in self._states:
                self._look_up([value], family)
            if state := self._states[value, family]:
                return state
        self.noticed += [(self.unresolved, one[0]) for one in given[-1:] if one not in self._missing]
        return None

    def is_state(self, name: str, state: str | None) -> bool:
        """Whether a name is that of this state; one that is not is not reported."""
        if (name, "name") not in self._states:
            self._look_up([name], "name")
        return state is not None and self._states[name, "name"] == state

    def _look_up(self, values: list[str], family: str) -> Sequence[Judgement]:
        found = self._resolve(values, family)
        for value, state in zip(values, found.ids, strict=True):
            self._states[value, family] = state if state and re.fullmatch(STATE_PATTERN, state) else None
            if state is None and value not in found.unresolved:
                self._missing.add((value, family))
        return found.judgements

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
        by = one_line(publisher) or _host(url)
        called = one_line(title) or url[:LONGEST_TITLE]
        return self.sources.name(by, url, (by, called, url, kind.value))

    def source_at(self, url: str, kind: SourceKind = SourceKind.REFERENCE) -> int:
        """The position of a publication that is known by its link alone."""
        at = self.sources.find(url)
        return self.sources.position(self.source(url, kind=kind)) if at is None else at

    def cites(self, links: Sequence[Link], words: str, kind: SourceKind) -> Cited:
        """What a cell says of sources. Publishers whose names differ only in case and accents are one witness."""
        positions = [self.sources.position(self.source(*one, kind)) for one in links]
        witnesses = {fold(one.publisher or _host(one.url)) for one in links}
        many = Sourcing.INDEPENDENT if len(witnesses) > 1 else Sourcing.SINGLE_SOURCED
        return Cited(tuple(dict.fromkeys(positions)), many if links else Sourcing.UNSOURCED, words)


def _host(url: str) -> str:
    return host_of(url).removeprefix("www.")


def _rows(number: int) -> str:
    return f"{number:,} {'row' if number == 1 else 'rows'}"


def _named(text: str, what: str) -> str:
    """A name in one line. Raises `Refused` where nothing of it can be read."""
    name = one_line(text)
    if not name:
        raise Refused(f"the name of the {what} is not readable", repr(text))
    return name


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
