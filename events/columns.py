"""The records of a dossier as columns: one table for each that `events.queries` builds its own from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self, TypeAlias

from events.agreement import Agreement, agreements, by_claim
from events.cube import FARTHEST_DAY
from events.dates import DateSpan
from events.dossier import Dossier
from events.model import Actor, Claim, ClaimStatus, Confidence, Event, Source, Stance, Statement
from events.public import claim_known_from, event_known_from
from events.queries import estimates
from events.selection import fold
from events.sourcing import Sourcing, first_report, sourcing

NO_SIDE: Final = "others"
"""The side of actors who have none, if the dossier names a side with this id; otherwise its last side."""

_COMMON: Final = {
    "id": "VARCHAR",
    "earliest": "INTEGER",
    "latest": "INTEGER",
    "dated": "BOOLEAN",
    "reported_earliest": "INTEGER",
    "reported_latest": "INTEGER",
    "reported": "BOOLEAN",
    "known_from": "INTEGER",
    "confidence": "VARCHAR",
    "sourcing": "VARCHAR",
    "side": "VARCHAR",
    "place": "VARCHAR",
    "cell": "VARCHAR",
    "placed": "BOOLEAN",
    "country": "VARCHAR[]",
    "actor": "VARCHAR[]",
    "words": "VARCHAR",
}
STATEMENT_COLUMNS: Final = {
    **_COMMON,
    **dict.fromkeys(("claim", "stance", "status", "agreement"), "VARCHAR"),
}
LINK_COLUMNS: Final = {"id": "VARCHAR", "value": "VARCHAR", "since": "INTEGER"}
DICTIONARY_COLUMNS: Final = {"field": "VARCHAR", "position": "INTEGER", "value": "VARCHAR"}

Link: TypeAlias = tuple[str, str, int | None]
"""Id of a record, a value that it has, and the day from which that is public; None: from the start."""


def event_columns(measures: Iterable[str]) -> dict[str, str]:
    """The columns of events that carry these measures, with their types."""
    numbers = {column: "INTEGER" for measure in measures for column in estimates(measure)}
    return {**_COMMON, "kind": "VARCHAR", **numbers}


@dataclass(frozen=True, slots=True)
class Frame:
    """A table: the type of each column in SQL, by name, and its values; None where there is none."""

    types: Mapping[str, str]
    values: Mapping[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Columns:
    """The tables of a dossier; the columns are those that `events.queries` describes."""

    event: Frame
    statement: Frame
    links: Mapping[str, Frame]
    dictionary: Frame

    @property
    def frames(self) -> dict[str, Frame]:
        """All of them, by name."""
        return {"event": self.event, "statement": self.statement, "dictionary": self.dictionary, **self.links}

    @classmethod
    def of(cls, dossier: Dossier) -> Self:
        """The columns of a dossier's events and statements; whatever they refer to is looked up."""
        agreed = agreements(dossier.claims, dossier.statements.values(), dossier.actors)
        countries = _countries(dossier)
        types = event_columns(measure.id for measure in dossier.meta.measures)
        event = _frame((_event(dossier, one, countries) for one in dossier.events.values()), types)
        said = (_statement(dossier, one, agreed) for one in dossier.statements.values())
        statement = _frame(said, STATEMENT_COLUMNS)
        sourced = {*event.values["sourcing"], *statement.values["sourcing"]}
        return cls(
            event,
            statement,
            {name: _rows(rows, LINK_COLUMNS) for name, rows in _links(dossier, agreed).items()},
            _rows(_positioned(_offered(dossier, agreed, sourced)), DICTIONARY_COLUMNS),
        )


def _frame(records: Iterable[Mapping[str, object]], types: Mapping[str, str]) -> Frame:
    rows = list(records)
    return Frame(types, {name: [row.get(name) for row in rows] for name in types})


def _rows(rows: Iterable[tuple[object, ...]], types: Mapping[str, str]) -> Frame:
    return _frame((dict(zip(types, row, strict=True)) for row in rows), types)


# --- one record, one row


def _event(dossier: Dossier, event: Event, countries: Mapping[str, Iterable[str]]) -> dict[str, object]:
    sources = _sources(dossier, event.sources)
    amounts = {one.measure: (one.best, one.low, one.high) for one in event.measures}
    return {
        **{name: at for one, numbers in amounts.items() for name, at in zip(estimates(one), numbers, strict=True)},
        "id": event.id,
        **_days(event.when, first_report(sources)),
        "known_from": _near(event_known_from(event, sources)),
        "kind": event.kind,
        "confidence": event.confidence.value,
        "sourcing": sourcing(sources).value,
        "side": _side(dossier, dossier.actors[event.actors[0].actor] if event.actors else None),
        "place": event.place,
        "cell": event.place,
        "placed": event.place is not None,
        "country": sorted(countries[event.id]),
        "actor": list(dict.fromkeys(part.actor for part in event.actors)),
        "words": _event_words(dossier, event),
    }


def _statement(dossier: Dossier, said: Statement, agreed: Mapping[str, Agreement]) -> dict[str, object]:
    claim, speaker = dossier.claims[said.claim], dossier.actors[said.actor]
    return {
        "id": said.id,
        **_days(said.said_on, said.said_on),
        "known_from": _near(said.said_on.earliest),
        "country": [speaker.state] if speaker.state else [],
        "actor": [speaker.id],
        "claim": claim.id,
        "stance": said.stance.value,
        "status": claim.status.value,
        "agreement": agreed[claim.id].value,
        "confidence": claim.confidence.value,
        "sourcing": sourcing([dossier.sources[said.source]]).value,
        "side": _side(dossier, speaker),
        "place": None,
        "cell": None,
        "placed": speaker.state is not None,
        "words": _statement_words(claim, speaker, said),
    }


def _days(happened: DateSpan | None, reported: DateSpan | None) -> dict[str, object]:
    return {
        "earliest": _near(happened.earliest) if happened else None,
        "latest": _near(happened.latest) if happened else None,
        "dated": happened is not None,
        "reported_earliest": _near(reported.earliest) if reported else None,
        "reported_latest": _near(reported.latest) if reported else None,
        "reported": reported is not None,
    }


def _near(day: int | None) -> int | None:
    return None if day is None else max(-FARTHEST_DAY, min(day, FARTHEST_DAY))


def _sources(dossier: Dossier, ids: Iterable[str]) -> list[Source]:
    return [dossier.sources[name] for name in ids]


def _sides(dossier: Dossier) -> tuple[str, ...]:
    return tuple(side.id for side in dossier.meta.sides) or (NO_SIDE,)


def _side(dossier: Dossier, actor: Actor | None) -> str:
    sides = _sides(dossier)
    own = actor.side if actor else None
    return own or (NO_SIDE if NO_SIDE in sides else sides[-1])


def _event_words(dossier: Dossier, event: Event) -> str:
    actors = [dossier.actors[part.actor] for part in event.actors]
    names = [name for actor in actors for name in (actor.name, *actor.aliases)]
    place = [dossier.places[event.place].name] if event.place else []
    return fold("\n".join([event.title, event.summary, *names, *place]))


def _statement_words(claim: Claim, speaker: Actor, said: Statement) -> str:
    own = [said.quote, said.translation, said.channel]
    return fold("\n".join([claim.text, claim.short, *own, speaker.name, *speaker.aliases]))


def _countries(dossier: Dossier) -> dict[str, set[str]]:
    """By event: the states of its actors, of its place, and of where its movements begin and end."""
    places = {event.id: {event.place} for event in dossier.events.values()}
    for leg in dossier.movements.values():
        places[leg.event] |= {leg.origin, leg.destination}
    found = {}
    for event in dossier.events.values():
        states = {dossier.actors[part.actor].state for part in event.actors}
        states |= {dossier.places[place].state for place in places[event.id] if place}
        found[event.id] = {state for state in states if state}
    return found


# --- values with days of their own


def _links(dossier: Dossier, agreed: Mapping[str, Agreement]) -> dict[str, Iterator[Link]]:
    """The rows of each link table of `events.queries`."""
    said = by_claim(dossier.statements.values())
    since = {
        claim.id: _near(claim_known_from(said.get(claim.id, ()), _sources(dossier, claim.sources)))
        for claim in dossier.claims.values()
    }
    about = [(event, claim) for claim in dossier.claims.values() for event in claim.about]
    return {
        "event_claim": ((event, claim.id, since[claim.id]) for event, claim in about),
        "event_stance": (
            (event, one.stance.value, _near(one.said_on.earliest))
            for event, claim in about
            for one in said.get(claim.id, ())
        ),
        "event_status": ((event, claim.status.value, since[claim.id]) for event, claim in about),
        "event_agreement": ((event, agreed[claim.id].value, since[claim.id]) for event, claim in about),
        "statement_kind": _statement_kinds(dossier, said),
    }


def _statement_kinds(dossier: Dossier, said: Mapping[str, Iterable[Statement]]) -> Iterator[Link]:
    """The kinds of the events that a statement's claim is about, each from the day on which the event is public."""
    for claim in dossier.claims.values():
        events = [dossier.events[name] for name in claim.about]
        kinds = [(one.kind, _near(event_known_from(one, _sources(dossier, one.sources)))) for one in events]
        yield from ((one.id, kind, since) for one in said.get(claim.id, ()) for kind, since in kinds)


# --- the values that a dossier names


def _offered(dossier: Dossier, agreed: Mapping[str, Agreement], sourced: Iterable[str]) -> dict[str, Iterable[str]]:
    states = [actor.state for actor in dossier.actors.values()] + [place.state for place in dossier.places.values()]
    stances = {said.stance for said in dossier.statements.values()}
    statuses = {claim.status for claim in dossier.claims.values()}
    return {
        "actor": dossier.actors,
        "country": sorted({state for state in states if state}),
        "kind": (kind.id for kind in dossier.meta.kinds),
        "confidence": Confidence,
        "claim": dossier.claims,
        "stance": (stance for stance in Stance if stance in stances),
        "status": (status for status in ClaimStatus if status in statuses),
        "agreement": (level for level in Agreement if level in agreed.values()),
        "sourcing": (level for level in Sourcing if level in sourced),
        "place": dossier.places,
        "cell": dossier.places,
        "side": _sides(dossier),
        "all": ("all",),
    }


def _positioned(offered: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, int, str]]:
    """(field, position, value) for every value, in the order of the dossier or of its enumeration."""
    return ((field, at, str(value)) for field, values in offered.items() for at, value in enumerate(values))
