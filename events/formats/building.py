"""What every format builds with: records that are valid and named once, and the count of what became of each row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlsplit

from pydantic import ValidationError

from events.dates import DateError
from events.formats.files import Entry
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
from events.problems import reason_and_fix, shown

Resolve: TypeAlias = Callable[[Sequence[str], str], Sequence[str | None]]
"""State codes (ISO 3166-1 alpha-3) of codes or names, None where there is no answer. The second argument names the
family: `auto`, `iso3`, `iso2`, `numeric`, `fips`, `gw`, `cow`, `cameo` or `name`."""

LONGEST_TITLE, LONGEST_TEXT = 200, 100_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Refused(ValueError):
    """A row that cannot become an event: a reason that many rows may share, and the value at fault."""

    def __init__(self, reason: str, value: object = "") -> None:
        self.reason, self.value = reason, shown(value)
        super().__init__(reason)


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

    def __init__(self, resolve: Resolve = nowhere) -> None:
        self._resolve = resolve
        self._states: dict[tuple[str, str], str | None] = {}
        self._events: dict[str, Event] = {}
        self._kinds: dict[str, Named] = {}
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
            if entry.fault:
                raise Refused(entry.fault)
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
        """Keep an event. Of rows with one id, equal ones are merged, and where `order` is given (a time of editing)
        the later replaces the earlier; other twins are refused."""
        known = self._events.get(event.id)
        if known is None or (order and order > self._order[event.id]):
            self._events[event.id] = event
            self._order[event.id] = order
        elif known != event and not order:
            raise Refused("the id is used twice, with different contents", event.id)
        self._merged += known is not None

    def leave_out(self, reason: str) -> None:
        """Count a row that is left out on purpose."""
        self._left_out[reason] += 1

    def not_a_row(self) -> None:
        """Take back the count of a row that stands for no event, such as a title."""
        self._read -= 1

    def note(self, text: str) -> None:
        """Say something once in the report."""
        if text not in self._notes:
            self._notes.append(text)

    # --- what rows name

    def states(self, values: Sequence[str], family: str) -> list[str | None]:
        """State codes of a whole column, so that `auto` can judge which family it is of."""
        distinct = list(dict.fromkeys(filter(None, values)))
        for value, state in zip(distinct, self._resolve(distinct, family), strict=True):
            self._states[value, family] = state if state and re.fullmatch(STATE_PATTERN, state) else None
        return [self._known_state(value, family) for value in values]

    def state(self, value: str, family: str) -> str | None:
        """The state code of one code or name; None where it is missing, unresolved, or of an area without a code."""
        if value and (value, family) not in self._states:
            return self.states([value], family)[0]
        return self._known_state(value, family)

    def _known_state(self, value: str, family: str) -> str | None:
        state = self._states.get((value, family)) if value else None
        self._unresolved[value] += bool(value) and state is None
        return state

    def kind(self, label: str) -> str:
        """The id of a kind of event; spellings that differ in case are one."""
        name = identifier(label).lower() or "event"
        self._kinds.setdefault(name, Named(id=name, label=one_line(label) or "Event"))
        return name

    def actor(self, name: str, kind: ActorKind, state: str | None = None, description: str = "") -> str:
        """The id of an actor."""
        text = one_line(name)
        return self._actors.name(
            text, (text, kind, state), lambda one: Actor(id=one, name=text, kind=kind, state=state, description=description)
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
            lambda one: Place(id=one, name=text, state=state, lat=lat, lon=lon, precision=precision, note=note),
        )

    def source(self, url: str, publisher: str = "", title: str = "", kind: SourceKind = SourceKind.REFERENCE) -> str:
        """The id of a publication; without a publisher it is the host of the link."""
        host = urlsplit(url).hostname or ""
        by, called = one_line(publisher) or host.removeprefix("www."), one_line(title) or url[:LONGEST_TITLE]
        return self._sources.name(
            by, (url,), lambda one: Source(id=one, publisher=by, title=called, url=url, kind=kind)
        )

    # --- the end

    @property
    def events(self) -> tuple[Event, ...]:
        """The kept events in the order of their rows."""
        return tuple(self._events.values())

    @property
    def kinds(self) -> tuple[Named, ...]:
        """The kinds that the kept events are of."""
        used = {event.kind for event in self.events}
        return tuple(kind for kind in self._kinds.values() if kind.id in used)

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


class _Register[T]:
    """Records by what they stand for, each under an id made from its name."""
