"""What every format builds with: records that are valid and named once, and the count of what became of each row."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from math import isfinite
from types import MappingProxyType
from typing import Any, Generic, TypeAlias, TypeVar
from urllib.parse import urlsplit
from zlib import crc32

from pydantic import ValidationError

from events.dates import DateError
from events.formats.files import Entry, Refused
from events.model import (
    STATE_PATTERN,
    Actor,
    ActorKind,
    Event,
    Named,
    Participation,
    Place,
    PlacePrecision,
    Record,
    Role,
    Source,
    SourceKind,
)
from events.problems import reason_and_fix

Resolve: TypeAlias = Callable[[Sequence[str], str], Sequence[str | None]]
"""State codes (ISO 3166-1 alpha-3) of codes or names, None where there is no answer. The second argument names the
family: `auto`, `iso3`, `iso2`, `numeric`, `fips`, `gw`, `cow`, `cameo` or `name`."""

Item = TypeVar("Item", Actor, Place, Source, Named)
AnyRecord = TypeVar("AnyRecord", bound=Record)
LONGEST_TITLE, LONGEST_TEXT = 200, 100_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


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

    `left_out` counts rows that a format leaves out on purpose, by reason; `unresolved` names of countries without an
    answer; `unplaced` and `undated` are of the kept.
    """

    read: int = 0
    kept: int = 0
    merged: int = 0
    unplaced: int = 0
    undated: int = 0
    rejected: tuple[Rejection, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    unresolved: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def by_reason(self) -> dict[str, list[Rejection]]:
        """The rejected rows by reason, the most frequent reason first."""
        groups: dict[str, list[Rejection]] = {}
        for one in self.rejected:
            groups.setdefault(one.reason, []).append(one)
        return dict(sorted(groups.items(), key=lambda item: -len(item[1])))


@dataclass(frozen=True, slots=True)
class Terms:
    """What a file says about itself, for dossier.yaml."""

    title: str
    summary: str
    licence: str
    compiled_by: str
    licence_url: str | None = None


def nowhere(values: Sequence[str], family: str) -> Sequence[str | None]:
    """Resolve nothing: for reading without a map."""
    return [None] * len(values)


class Builder:
    """Collects the records of one or more files. Nothing that it keeps is invalid."""

    def __init__(self, resolve: Resolve = nowhere, mapping: Mapping[str, str] = MappingProxyType({})) -> None:
        self.mapping = mapping
        self._resolve = resolve
        self._states: dict[tuple[str, str], str | None] = {}
        self._events: dict[str, Event] = {}
        self._kinds = _Register[Named]()
        self._actors = _Register[Actor]()
        self._places = _Register[Place]()
        self._sources = _Register[Source]()
        self._rejected: list[Rejection] = []
        self._left_out: Counter[str] = Counter()
        self._unresolved: Counter[str] = Counter()
        self._notes: list[str] = []
        self._read = self._merged = 0
        self._order: dict[str, str] = {}
        self.terms: list[Terms] = []

    # --- rows

    @contextmanager
    def row(self, file: str, entry: Entry) -> Iterator[None]:
        """Count a row; whatever is wrong with it inside the block becomes its rejection."""
        self._read += 1
        try:
            yield
        except Refused as error:
            self._rejected.append(Rejection(file, entry.line, error.reason, error.value))
        except DateError as error:
            self._rejected.append(Rejection(file, entry.line, "the date cannot be read", str(error)))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = ".".join(str(part) for part in first["loc"] if isinstance(part, str)) or "row"
            self._rejected.append(Rejection(file, entry.line, f"the {name} is not valid", reason_and_fix(first, [])[0]))

    def keep(self, event: Event, order: str = "") -> None:
        """Keep an event. Of rows with one id, equal ones are merged. Where `order` is given (a time of editing) the
        later stands for both, and of the same time the first; without it, twins that differ are refused."""
        known = self._events.get(event.id)
        if known is None or (order and order > self._order[event.id]):
            self._events[event.id] = event
            self._order[event.id] = order
        elif known != event and not order:
            raise Refused("the id is used twice, with different contents", event.id)
        self._merged += known is not None

    def new_id(self, file: str, line: int) -> str:
        """An id for a row that has none: the name of its file and its line."""
        wanted = identifier(f"{file.rsplit('/', 1)[-1].split('.')[0]}-{line}")
        taken = (f"{wanted}-{at}" if at > 1 else wanted for at in count(1))
        return next(one for one in taken if one not in self._events)

    def leave_out(self, reason: str) -> None:
        """Count a row that is left out on purpose."""
        self._left_out[reason] += 1

    def note(self, text: str) -> None:
        """Say something once in the report."""
        if text not in self._notes:
            self._notes.append(text)

    # --- what rows name

    def states(self, values: Sequence[str], family: str) -> list[str | None]:
        """State codes of a whole column, so that `auto` can judge which family it is of."""
        self._look_up(list(dict.fromkeys(filter(None, values))), family)
        return [self.state((value, family)) for value in values]

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
        self._unresolved.update(value for value, _ in given[-1:])
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
        text = one_line(label)
        return self._kinds.name(text, text.casefold(), lambda one: made(Named, id=one, label=text))

    def actor(self, name: str, kind: ActorKind, state: str | None = None, description: str = "") -> str:
        """The id of an actor."""
        text = one_line(name)
        return self._actors.name(
            text,
            (text, kind, state),
            lambda one: made(Actor, id=one, name=text, kind=kind, state=state, description=description),
        )

    def place(
        self,
        name: str,
        state: str | None,
        point: tuple[float, float] | None,
        precision: PlacePrecision,
        note: str = "",
    ) -> str | None:
        """The id of a place; `point` is (lat, lon) in degrees. Without a point and a state there is no place."""
        if point is None and state is None:
            return None
        text = one_line(name) or (f"{point[0]:g}, {point[1]:g}" if point else state or "")
        lat, lon = point or (None, None)
        return self._places.name(
            text,
            (text, state, lat, lon, precision),
            lambda one: made(Place, id=one, name=text, state=state, lat=lat, lon=lon, precision=precision, note=note),
        )

    def source(self, url: str, publisher: str = "", title: str = "", kind: SourceKind = SourceKind.REFERENCE) -> str:
        """The id of a publication; without a publisher it is the host of the link."""
        host = urlsplit(url).hostname or ""
        by, called = one_line(publisher) or host.removeprefix("www."), one_line(title) or url[:LONGEST_TITLE]
        return self._sources.name(
            by, (url,), lambda one: made(Source, id=one, publisher=by, title=called, url=url, kind=kind)
        )

    # --- the end

    @property
    def events(self) -> tuple[Event, ...]:
        """The kept events in the order of their rows."""
        return tuple(self._events.values())

    @property
    def kinds(self) -> tuple[Named, ...]:
        """The kinds that the kept events are of."""
        return self._kinds.used({event.kind for event in self.events})

    @property
    def actors(self) -> tuple[Actor, ...]:
        """The actors that the kept events name."""
        return self._actors.used({part.actor for event in self.events for part in event.actors})

    @property
    def places(self) -> tuple[Place, ...]:
        """The places that the kept events name."""
        return self._places.used({event.place for event in self.events if event.place})

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources that the kept events name."""
        return self._sources.used({source for event in self.events for source in event.sources})

    def report(self) -> Report:
        """What became of the rows so far."""
        return Report(
            read=self._read,
            kept=len(self._events),
            merged=self._merged,
            unplaced=sum(event.place is None for event in self.events),
            undated=sum(event.when is None for event in self.events),
            rejected=tuple(self._rejected),
            left_out=dict(self._left_out),
            unresolved={name: number for name, number in self._unresolved.items() if number},
            notes=tuple(self._notes),
        )


class _Register(Generic[Item]):
    """Records by what they stand for, each under an id made from its name."""

    def __init__(self) -> None:
        self._ids: dict[Hashable, str] = {}
        self._taken: Counter[str] = Counter()
        self._records: dict[str, Item] = {}

    def name(self, name: str, meaning: Hashable, make: Callable[[str], Item]) -> str:
        """The id of what is meant; a new record is made once. Names that look alike get a number."""
        if meaning not in self._ids:
            one = self._free(identifier(name).lower()[:100] or "x")
            self._records[one] = make(one)
            self._ids[meaning] = one
        return self._ids[meaning]

    def _free(self, wanted: str) -> str:
        self._taken[wanted] += 1
        number = self._taken[wanted]
        one = wanted if number == 1 else f"{wanted}-{number}"
        return one if one not in self._records else self._free(one)

    def used(self, ids: Collection[str]) -> tuple[Item, ...]:
        """The records with these ids, in the order in which they were made."""
        return tuple(record for one, record in self._records.items() if one in ids)


# --- cells


def identifier(text: str) -> str:
    """An id from any text: unaccented letters, digits, `-`, `_` and `.`; empty where nothing of that is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", plain).strip("-_.")[:120]


def event_id(text: str) -> str:
    """The id of an event; `15960.0` is 15960. One that has to be spelled anew gets a checksum, so that two stay two.
    Raises `Refused` where there is none."""
    given = re.sub(r"\.0+$", "", text.strip())
    if not given:
        raise Refused("the row has no id")
    found = identifier(given)
    return found if found == given else f"{found or 'id'}"[:110] + f"-{crc32(given.encode(errors='replace')):08x}"


def clean(text: str) -> str:
    """A text without control characters. Raises `Refused` for one of more than 100,000 characters."""
    if len(text) > LONGEST_TEXT:
        raise Refused(f"a cell has more than {LONGEST_TEXT:,} characters", text)
    return _CONTROL.sub("", text).strip()


def one_line(text: str) -> str:
    """A short text in one line, cut after two hundred characters."""
    words = " ".join(_CONTROL.sub(" ", text[: 4 * LONGEST_TITLE]).split())
    return words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1].rstrip() + "…"


def word(text: str) -> str:
    """A text as one member of a list: without the semicolons that separate members in a file."""
    return one_line(text.replace(";", ","))


def number(text: str, what: str) -> float | None:
    """A number; None for an empty cell. Raises `Refused` for anything else."""
    try:
        value = float(text) if text else None
    except ValueError:
        value = float("nan")
    if value is not None and not isfinite(value):
        raise Refused(f"the {what} is not a number", text)
    return value


def point(lat: str, lon: str) -> tuple[float, float] | None:
    """(lat, lon) in degrees; None unless both are there. Raises `Refused` for numbers that are no place on Earth."""
    north, east = number(lat, "latitude"), number(lon, "longitude")
    if north is None or east is None:
        return None
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise Refused("the coordinates are out of range", f"{lat}, {lon}")
    return north, east


def link(text: str) -> str:
    """The text if it is a web link that a source may have, else nothing."""
    return text if re.fullmatch(r"https?://[^\s\x00-\x1f\x7f\"<>\\/?#]+[^\s\x00-\x1f\x7f\"<>\\]*", text) else ""


def made(model: type[AnyRecord], **fields: Any) -> AnyRecord:
    """A valid record. Raises pydantic's ValidationError."""
    return model.model_validate(fields)


def taking_part(role: Role, *actors: str) -> tuple[Participation, ...]:
    """The participations of several actors in one role, each actor once."""
    return tuple(made(Participation, actor=actor, role=role) for actor in dict.fromkeys(actors) if actor)
