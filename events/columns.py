"""The records of a dossier as columns: one frame for each table that `events.queries` builds its own from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self, TypeAlias

import pandas as pd

from events.agreement import Agreement, agreements, by_claim
from events.cube import FARTHEST_DAY
from events.dates import DateSpan
from events.dossier import Dossier
from events.model import Actor, Claim, ClaimStatus, Confidence, Event, Source, Stance, Statement
from events.selection import fold
from events.sourcing import Sourcing, first_report, published, sourcing

NO_SIDE: Final = "others"
"""The side of actors who have none, if the dossier names a side with this id; otherwise its last side."""

_COMMON: Final = {
    "id": "str",
    "earliest": "Int32",
    "latest": "Int32",
    "dated": "bool",
    "reported_earliest": "Int32",
    "reported_latest": "Int32",
    "reported": "bool",
    "known_from": "Int32",
    "confidence": "str",
    "sourcing": "str",
    "side": "str",
    "place": "str",
    "placed": "bool",
    "words": "str",
}
EVENT_TYPES: Final = _COMMON | {"kind": "str"}
STATEMENT_TYPES: Final = _COMMON | dict.fromkeys(("country", "actor", "claim", "stance", "status", "agreement"), "str")
LINK_TYPES: Final = {"id": "str", "value": "str", "since": "Int32"}
DICTIONARY_TYPES: Final = {"field": "str", "position": "int32", "value": "str"}

Link: TypeAlias = tuple[str, str, int | None]
"""Id of a record, a value that it has, and the day from which that is public; None: from the start."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The frames of a dossier; the columns are those that `events.queries` describes."""

    event: pd.DataFrame
    statement: pd.DataFrame
    links: Mapping[str, pd.DataFrame]
    dictionary: pd.DataFrame

    @classmethod
    def of(cls, dossier: Dossier) -> Self:
        """The columns of a dossier's events and statements; whatever they refer to is looked up."""
        agreed = agreements(dossier.claims, dossier.statements.values(), dossier.actors)
        event = _frame((_event(dossier, one) for one in dossier.events.values()), EVENT_TYPES)
        said = _frame((_statement(dossier, one, agreed) for one in dossier.statements.values()), STATEMENT_TYPES)
        links = _links(dossier, agreed)
        return cls(
            event,
            said,
            {name: _link_frame(rows) for name, rows in links.items()},
            _dictionary_frame(_offered(dossier, agreed, {*event["sourcing"], *said["sourcing"]})),
        )


def _frame(rows: Iterable[Mapping[str, object]], types: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame([[row[name] for name in types] for row in rows], columns=list(types), dtype=object).astype(
        types
    )


def _link_frame(rows: Iterable[Link]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(LINK_TYPES), dtype=object).astype(LINK_TYPES)


# --- one record, one row


def _event(dossier: Dossier, event: Event) -> dict[str, object]:
    sources = _sources(dossier, event.sources)
    return {
        "id": event.id,
        **_days(event.when, first_report(sources)),
        "known_from": _event_known_from(event, sources),
        "kind": event.kind,
        "confidence": event.confidence.value,
        "sourcing": sourcing(sources).value,
        "side": _side(dossier, dossier.actors[event.actors[0].actor] if event.actors else None),
        "place": event.place,
        "placed": event.place is not None,
        "words": _event_words(dossier, event),
    }


def _statement(dossier: Dossier, said: Statement, agreed: Mapping[str, Agreement]) -> dict[str, object]:
    claim, speaker = dossier.claims[said.claim], dossier.actors[said.actor]
    return {
        "id": said.id,
        **_days(said.said_on, said.said_on),
        "known_from": _near(said.said_on.earliest),
        "country": speaker.state,
        "actor": speaker.id,
        "claim": claim.id,
        "stance": said.stance.value,
        "status": claim.status.value,
        "agreement": agreed[claim.id].value,
        "confidence": claim.confidence.value,
        "sourcing": sourcing([dossier.sources[said.source]]).value,
        "side": _side(dossier, speaker),
        "place": None,
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


def _event_known_from(event: Event, sources: Iterable[Source]) -> int | None:
    first = published(sources)
    return _near(event.when.earliest if first is None and event.when else first)


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


# --- values that a record may have several of


def _links(dossier: Dossier, agreed: Mapping[str, Agreement]) -> dict[str, Iterator[Link]]:
    """The rows of each link table of `events.queries`."""
    said = by_claim(dossier.statements.values())
    since = {claim.id: _claim_known_from(dossier, claim, said.get(claim.id, ())) for claim in dossier.claims.values()}
    about = [(event, claim) for claim in dossier.claims.values() for event in claim.about]
    return {
        "event_country": _countries(dossier),
        "event_actor": ((one.id, part.actor, None) for one in dossier.events.values() for part in one.actors),
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


def _countries(dossier: Dossier) -> Iterator[Link]:
    """The states of an event's actors, of its place, and of where its movements begin and end."""
    places = {event.id: {event.place} for event in dossier.events.values()}
    for leg in dossier.movements.values():
        places[leg.event] |= {leg.origin, leg.destination}
    for event in dossier.events.values():
        states = {dossier.actors[part.actor].state for part in event.actors}
        states |= {dossier.places[place].state for place in places[event.id] if place}
        yield from ((event.id, state, None) for state in states if state)


def _claim_known_from(dossier: Dossier, claim: Claim, said: Iterable[Statement]) -> int | None:
    """The first day on which a claim can have been stated; that of its first dated source if nobody states it."""
    days = [statement.said_on.earliest for statement in said]
    if not days:
        return _near(published(_sources(dossier, claim.sources)))
    known = [day for day in days if day is not None]
    return _near(min(known)) if len(known) == len(days) else None


def _statement_kinds(dossier: Dossier, said: Mapping[str, Iterable[Statement]]) -> Iterator[Link]:
    """The kinds of the events that a statement's claim is about, each from the day on which the event is public."""
    for claim in dossier.claims.values():
        events = [dossier.events[name] for name in claim.about]
        kinds = [(one.kind, _event_known_from(one, _sources(dossier, one.sources))) for one in events]
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
        "side": _sides(dossier),
        "all": ("all",),
    }


def _dictionary_frame(offered: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """(field, position, value) for every value, in the order of the dossier or of its enumeration."""
    rows = [(field, at, str(value)) for field, values in offered.items() for at, value in enumerate(values)]
    return pd.DataFrame(rows, columns=list(DICTIONARY_TYPES), dtype=object).astype(DICTIONARY_TYPES)
