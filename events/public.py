"""What of a dossier was public by a day: the “as known on” cut for those who show records one by one.

It is the cut that `events.selection.Known` makes where records are counted: both go by the days that are told here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from events import positions
from events.agreement import by_claim
from events.dossier import Dossier
from events.model import Claim, Event, Position, Source, Statement
from events.sourcing import published


def event_known_from(event: Event, sources: Iterable[Source]) -> int | None:
    """The day of the first of its dated sources, or else its own first day; None: always public."""
    first = published(sources)
    return event.when.earliest if first is None and event.when else first


def claim_known_from(said: Iterable[Statement], sources: Iterable[Source]) -> int | None:
    """The first day on which a claim can have been stated; that of its first dated source if nobody states it; None:
    always public."""
    days = [statement.said_on.earliest for statement in said]
    if not days:
        return published(sources)
    known = [day for day in days if day is not None]
    return min(known) if len(known) == len(days) else None


@dataclass(frozen=True)
class Public:
    """What of a dossier was public by a day (since 1970-01-01), or all of it without one.

    What panels show of events, claims, statements and positions they take from here, so that none shows more than was
    known. The words of a record, and the status of a claim, are today's whatever the day.
    """

    _dossier: Dossier
    day: int | None = None

    def event(self, key: str) -> Event | None:
        """The event with this id; None where there is none, or it was not public."""
        event = self._dossier.events.get(key)
        return event if event and self._is_out(event_known_from(event, self._sources(event.sources))) else None

    def events(self, keys: Iterable[str]) -> list[Event]:
        """Those of the events with these ids that were public, in order."""
        return [event for key in keys if (event := self.event(key))]

    @cached_property
    def statements(self) -> Mapping[str, Statement]:
        """Statements by id, in time order; what was said on one day stays in the order of the dossier."""
        public = (one for one in self._dossier.statements.values() if self._is_out(one.said_on.earliest))
        return {one.id: one for one in sorted(public, key=_said_first)}

    @cached_property
    def claims(self) -> Mapping[str, Claim]:
        """Claims by id, in the order of the dossier: those that somebody had made."""
        said = by_claim(self._dossier.statements.values())
        return {
            key: claim
            for key, claim in self._dossier.claims.items()
            if self._is_out(claim_known_from(said.get(key, ()), self._sources(claim.sources)))
        }

    @cached_property
    def said(self) -> Mapping[str, tuple[Statement, ...]]:
        """Statements per claim id, in time order; empty for a claim that nobody states."""
        found = by_claim(self.statements.values())
        return {key: tuple(found.get(key, ())) for key in self.claims}

    @cached_property
    def history(self) -> positions.History:
        """Positions of states on the dossier's first question."""
        return positions.of_states(self._positions, self._question)

    @cached_property
    def organisations(self) -> positions.History:
        """Positions of organisations on the dossier's first question."""
        return positions.of_organisations(self._positions, self._question)

    def claim_of(self, record: str) -> Claim | None:
        """The claim with this id, or the one that a statement with this id is about; None for other records."""
        statement = self.statements.get(record)
        return self.claims.get(statement.claim if statement else record)

    @property
    def _question(self) -> str:
        return next((question.id for question in self._dossier.meta.questions), "")

    @cached_property
    def _positions(self) -> tuple[Position, ...]:
        given = self._dossier.positions.values()
        return tuple(given) if self.day is None else positions.known_on(given, self._dossier.sources, self.day)

    def _is_out(self, known_from: int | None) -> bool:
        return self.day is None or known_from is None or known_from <= self.day

    def _sources(self, keys: Iterable[str]) -> list[Source]:
        return [self._dossier.sources[key] for key in keys] if self.day is not None else []


def _said_first(statement: Statement) -> tuple[float, float]:
    span = statement.said_on
    low = float("-inf") if span.earliest is None else span.earliest
    high = float("inf") if span.latest is None else span.latest
    return low, high
