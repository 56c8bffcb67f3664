"""The store gives what a plain loop over the records gives, and no event is ever hidden from the totals."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from itertools import compress, product
from pathlib import Path
from typing import Any, TypeAlias, get_args

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import events
from events.agreement import Agreement, agreements
from events.cube import certain, overlap
from events.dates import DateSpan, Precision, Qualifier, day
from events.dossier import Dossier, read
from events.model import (
    Actor,
    Claim,
    ClaimStatus,
    Confidence,
    DossierFile,
    Event,
    Movement,
    Place,
    Source,
    Stance,
    Statement,
)
from events.public import Public
from events.queries import Dimension, Query, Table
from events.selection import CLOCKS, VALUE_FIELDS, Clause, Clock, Known, OneOf, Selection, ValueField, Within, Words
from events.sourcing import Sourcing, first_report, sourcing
from events.store import Store, Totals

BUNDLED = Path(events.__file__).parent / "dossiers" / "russia-in-venezuela"

# --- the plain loop: what the words of the contract mean, one record at a time

Recorded: TypeAlias = Event | Statement
TABLES: tuple[Table, ...] = ("event", "statement")
DAYS = st.integers(-3, 6)


def records(dossier: Dossier, table: Table) -> list[Recorded]:
    return list(dossier.events.values() if table == "event" else dossier.statements.values())


def countries(dossier: Dossier, event: Event) -> set[str]:
    legs = [leg for leg in dossier.movements.values() if leg.event == event.id]
    places = [event.place, *(leg.origin for leg in legs), *(leg.destination for leg in legs)]
    states = [dossier.actors[part.actor].state for part in event.actors]
    states += [dossier.places[place].state for place in places if place]
    return {state for state in states if state}


def sources_of(dossier: Dossier, record: Recorded | Claim) -> list[Source]:
    names = [record.source] if isinstance(record, Statement) else record.sources
    return [dossier.sources[name] for name in names]


def span_of(dossier: Dossier, record: Recorded, clock: Clock) -> DateSpan | None:
    if isinstance(record, Statement):
        return record.said_on
    return record.when if clock == "happened" else first_report(sources_of(dossier, record))


def is_public(dossier: Dossier, record: Recorded | Claim, known: int | None) -> bool:
    """Whether it was public by the day `known`."""
    said = [one for one in dossier.statements.values() if one.claim == record.id]
    if isinstance(record, Claim) and said:
        return any(is_public(dossier, one, known) for one in said)
    span = record.said_on if isinstance(record, Statement) else first_report(sources_of(dossier, record))
    if span is None and isinstance(record, Event):
        span = record.when
    return known is None or span is None or span.earliest is None or span.earliest <= known


def values(dossier: Dossier, record: Recorded, field: str, known: int | None) -> set[str]:
    if field == "sourcing":
        return {sourcing(sources_of(dossier, record))}
    if field == "place":
        return {record.place} if isinstance(record, Event) and record.place else set()
    if isinstance(record, Event):
        return values_of_event(dossier, record, field, known)
    return values_of_statement(dossier, record, field, known)


def values_of_event(dossier: Dossier, event: Event, field: str, known: int | None) -> set[str]:
    if field in {"country", "actor"}:
        return countries(dossier, event) if field == "country" else {part.actor for part in event.actors}
    if field in {"kind", "confidence"}:
        return {getattr(event, field)}
    about = [claim for claim in dossier.claims.values() if event.id in claim.about]
    if field == "stance":
        said = [one for one in dossier.statements.values() if any(one.claim == claim.id for claim in about)]
        return {one.stance for one in said if is_public(dossier, one, known)}
    return {value_of_claim(dossier, claim, field) for claim in about if is_public(dossier, claim, known)}


def values_of_statement(dossier: Dossier, said: Statement, field: str, known: int | None) -> set[str]:
    claim, state = dossier.claims[said.claim], dossier.actors[said.actor].state
    if field == "country":
        return {state} if state else set()
    if field == "kind":
        about = [dossier.events[name] for name in claim.about]
        return {event.kind for event in about if is_public(dossier, event, known)}
    return {getattr(said, field)} if field in {"actor", "stance"} else {value_of_claim(dossier, claim, field)}


def value_of_claim(dossier: Dossier, claim: Claim, field: str) -> str:
    if field == "agreement":
        return agreements(dossier.claims, dossier.statements.values(), dossier.actors)[claim.id]
    return str(getattr(claim, {"claim": "id"}.get(field, field)))


def plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")


def texts(dossier: Dossier, record: Recorded) -> list[str]:
    names = [record.actor] if isinstance(record, Statement) else [part.actor for part in record.actors]
    actors = [dossier.actors[name] for name in names]
    of_actors = [text for actor in actors for text in (actor.name, *actor.aliases)]
    if isinstance(record, Statement):
        claim = dossier.claims[record.claim]
        return [claim.text, claim.short, record.quote, record.translation, record.channel, *of_actors]
    place = [dossier.places[record.place].name] if record.place else []
    return [record.title, record.summary, *of_actors, *place]


def has_words(dossier: Dossier, record: Recorded, text: str) -> bool:
    found = [plain(one) for one in texts(dossier, record)]
    return all(any(word in one for one in found) for word in plain(text).split())


def in_period(span: DateSpan, period: Within) -> bool:
    if period.certain:
        begins_inside = period.first is None or (span.earliest is not None and span.earliest >= period.first)
        ends_inside = period.last is None or (span.latest is not None and span.latest <= period.last)
        return begins_inside and ends_inside
    too_late = period.last is not None and span.earliest is not None and span.earliest > period.last
    too_early = period.first is not None and span.latest is not None and span.latest < period.first
    return not too_late and not too_early


def fits(dossier: Dossier, record: Recorded, clause: Clause, known: int | None) -> bool:
    if isinstance(clause, OneOf):
        return bool(values(dossier, record, clause.field, known) & clause.values)
    if isinstance(clause, Words):
        return has_words(dossier, record, clause.text)
    if isinstance(clause, Known):
        return is_public(dossier, record, clause.day)
    assert isinstance(clause, Within)
    span = span_of(dossier, record, clause.clock)
    return span is not None and in_period(span, clause)


def passing(dossier: Dossier, selection: Selection, table: Table = "event") -> list[Recorded]:
    return [
        record
        for record in records(dossier, table)
        if all(fits(dossier, record, clause, selection.known) for clause in selection.clauses)
    ]


def looped_totals(dossier: Dossier, selection: Selection, table: Table, clock: Clock) -> Totals:
    tally: Counter[str] = Counter()
    for record in passing(dossier, selection.without("period"), table):
        span = span_of(dossier, record, selection.clock if selection.period else clock)
        if span is None:
            tally["undated"] += 1
        elif not selection.period or in_period(span, selection.period):
            tally.update(trays(dossier, record))
    total = len(records(dossier, table))
    shown, undated, unplaced = (tally[name] for name in ("shown", "undated", "unplaced"))
    return Totals(
        total, shown, undated, unplaced, total - shown - undated - unplaced, *(tally[one] for one in Sourcing)
    )


def trays(dossier: Dossier, record: Recorded) -> list[str]:
    place = record.place if isinstance(record, Event) else dossier.actors[record.actor].state
    return ["shown", sourcing(sources_of(dossier, record))] if place else ["unplaced"]


def offered(dossier: Dossier, field: str) -> set[str]:
    states = [one.state for one in dossier.actors.values()] + [one.state for one in dossier.places.values()]
    every: list[Recorded] = [*dossier.events.values(), *dossier.statements.values()]
    claims = dossier.claims.values()
    found: dict[str, Iterable[str | None]] = {
        "country": states,
        "actor": dossier.actors,
        "kind": [kind.id for kind in dossier.meta.kinds],
        "place": dossier.places,
        "confidence": Confidence,
        "claim": dossier.claims,
        "stance": [said.stance for said in dossier.statements.values()],
        "status": [claim.status for claim in claims],
        "agreement": [value_of_claim(dossier, claim, "agreement") for claim in claims],
        "sourcing": [sourcing(sources_of(dossier, record)) for record in every],
    }
    return {str(value) for value in found[field] if value}


def looped_facet(dossier: Dossier, selection: Selection, field: ValueField, table: Table) -> list[tuple[str, int]]:
    rest = passing(dossier, selection.without(field), table)
    found = Counter(str(value) for one in rest for value in values(dossier, one, field, selection.known))
    counts = {value: found[value] for value in offered(dossier, field)}
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def looped_ids(dossier: Dossier, selection: Selection, table: Table, clock: Clock) -> list[str]:
    def order(record: Recorded) -> tuple[bool, float, float, str]:
        span = span_of(dossier, record, clock)
        if span is None:
            return True, 0, 0, record.id
        first, last = span.earliest, span.latest
        return False, float("-inf") if first is None else first, float("inf") if last is None else last, record.id

    return [record.id for record in sorted(passing(dossier, selection, table), key=order)]


def looped_counts(
    dossier: Dossier, selection: Selection, dimension: str, brush: Within, table: Table = "event"
) -> dict[str, int]:
    tally: Counter[str] = Counter()
    for record in passing(dossier, selection, table):
        span = span_of(dossier, record, brush.clock)
        if span is not None and in_period(span, brush):
            tally.update(map(str, keys_of(dossier, record, dimension, selection.known)))
    return dict(tally)


def side_of(dossier: Dossier, record: Recorded) -> str:
    sides = [side.id for side in dossier.meta.sides]
    names = [record.actor] if isinstance(record, Statement) else [part.actor for part in record.actors][:1]
    own = [dossier.actors[name].side for name in names]
    if own and own[0]:
        return own[0]
    return sides[-1] if sides and "others" not in sides else "others"


def keys_of(dossier: Dossier, record: Recorded, dimension: str, known: int | None) -> set[str]:
    if dimension in {"all", "side"}:
        return {"all" if dimension == "all" else side_of(dossier, record)}
    return values(dossier, record, dimension, known)


# --- small random dossiers

STATES = ("VEN", "RUS", "USA")
NAMES = ("Óscar Pérez", "Guaidó", "Misión Rusa", "caracas", "Łódź")
KINDS = ("flight", "vote")
ENDS = (("origin",), ("destination",), ("origin", "destination"))
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
PUBLISHERS = ("Agency", "agency", "Daily", "Weekly")


def record_ids(letter: str, most: int = 3) -> st.SearchStrategy[list[str]]:
    return st.integers(0, most).map(lambda size: [f"{letter}{number}" for number in range(size)])


@st.composite
def spans(draw: st.DrawFn) -> DateSpan:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    earliest, latest = draw(st.none() | st.just(first)), draw(st.none() | st.just(last))
    return DateSpan(earliest, latest, Precision.INTERVAL, Qualifier.NONE, "", draw(st.booleans()))


def maybe(values: Sequence[str]) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, *values])


def listed(values: Sequence[str], most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=most) if values else st.just([])


def an_actor(identifier: str, sides: Sequence[str]) -> st.SearchStrategy[Actor]:
    names, aliases = st.sampled_from(NAMES), listed(NAMES, 1)
    return st.builds(actor, st.just(identifier), name=names, aliases=aliases, state=maybe(STATES), side=maybe(sides))


def a_place(identifier: str) -> st.SearchStrategy[Place]:
    return st.builds(place, st.just(identifier), name=st.sampled_from(NAMES), state=maybe(STATES))


def a_source(identifier: str) -> st.SearchStrategy[Source]:
    return st.builds(
        source,
        st.just(identifier),
        publisher=st.sampled_from(PUBLISHERS),
        origin=st.sampled_from(["", *PUBLISHERS]),
        date=st.none() | spans(),
        kind=st.sampled_from(["news", "copy"]),
    )


def a_claim(identifier: str, events: Sequence[str], sources: Sequence[str]) -> st.SearchStrategy[Claim]:
    return st.builds(
        claim,
        st.just(identifier),
        text=st.sampled_from(NAMES),
        about=listed(events, 2),
        status=st.sampled_from(ClaimStatus),
        confidence=st.sampled_from(Confidence),
        sources=listed(sources, 2),
    )


def a_statement(
    identifier: str, claims: Sequence[str], actors: Sequence[str], sources: Sequence[str]
) -> st.SearchStrategy[Statement]:
    return st.builds(
        statement,
        st.just(identifier),
        claim=st.sampled_from(claims),
        actor=st.sampled_from(actors),
        source=st.sampled_from(sources),
        said_on=spans(),
        stance=st.sampled_from(Stance),
        quote=st.sampled_from(["", *NAMES]),
    )


def an_event(
    identifier: str, actors: Sequence[str], places: Sequence[str], sources: Sequence[str]
) -> st.SearchStrategy[Event]:
    return st.builds(
        event,
        st.just(identifier),
        st.none() | spans(),
        title=st.sampled_from(NAMES),
        summary=st.just("flew to Maiquetía"),
        kind=st.sampled_from(KINDS),
        confidence=st.sampled_from(Confidence),
        place=maybe(places),
        sources=listed(sources, 3),
        actors=listed(actors, 3).map(lambda chosen: [{"actor": one} for one in chosen]),
    )


@st.composite
def a_leg(draw: st.DrawFn, identifier: str, events: Sequence[str], places: Sequence[str]) -> Movement:
    ends = {end: draw(st.sampled_from(places)) for end in draw(st.sampled_from(ENDS))}
    of_event = draw(st.sampled_from(events))
    return Movement.model_validate({"id": identifier, "event": of_event, "status": "reported"} | ends)


@st.composite
def dossiers(draw: st.DrawFn) -> Dossier:
    sides = draw(st.sampled_from([(), ("east",), ("others", "west"), ("east", "west")]))
    actors, places, made = draw(record_ids("a")), draw(record_ids("p")), draw(record_ids("e", 6))
    legs = draw(record_ids("m", 2)) if made and places else []
    published, claims = draw(record_ids("s")), draw(record_ids("c"))
    said = draw(record_ids("t", 6)) if published and claims and actors else []
    return dossier_of(
        sides,
        KINDS,
        actors=[draw(an_actor(one, sides)) for one in actors],
        places=[draw(a_place(one)) for one in places],
        sources=[draw(a_source(one)) for one in published],
        events=[draw(an_event(one, actors, places, published)) for one in made],
        claims=[draw(a_claim(one, made, published)) for one in claims],
        statements=[draw(a_statement(one, claims, actors, published)) for one in said],
        movements=[draw(a_leg(one, made, places)) for one in legs],
    )


def dossier_of(sides: tuple[str, ...] = (), kinds: tuple[str, ...] = ("flight",), **tables: list[Any]) -> Dossier:
    names = {field: [{"id": one, "label": one} for one in ids] for field, ids in (("sides", sides), ("kinds", kinds))}
    given = {"id": "small", "title": "Small", "summary": "Small", "licence": "CC0-1.0", "compiled_by": "nobody"}
    records: dict[str, Any] = {name: {record.id: record for record in listed} for name, listed in tables.items()}
    return Dossier(meta=DossierFile.model_validate(given | names), **records)


def event(identifier: str, when: str | DateSpan | None = None, **fields: Any) -> Event:
    given = {"title": "A flight", "summary": "Seen.", "kind": "flight", "confidence": "corroborated"} | fields
    return Event.model_validate({"id": identifier, "when": when} | given)


def actor(identifier: str, **fields: Any) -> Actor:
    return Actor.model_validate({"id": identifier, "name": identifier, "kind": "person"} | fields)


def place(identifier: str, **fields: Any) -> Place:
    return Place.model_validate({"id": identifier, "name": identifier, "precision": "country"} | fields)


def source(identifier: str, **fields: Any) -> Source:
    given = {"publisher": identifier, "title": "A page", "url": "https://example.org/", "kind": "news"} | fields
    return Source.model_validate({"id": identifier} | given)


def claim(identifier: str, **fields: Any) -> Claim:
    given = {"text": "It flew.", "status": "contested", "confidence": "corroborated"} | fields
    return Claim.model_validate({"id": identifier} | given)


def statement(identifier: str, **fields: Any) -> Statement:
    given = {"claim": "c", "actor": "a", "stance": "asserts", "said_on": "2019-04-30", "source": "s"} | fields
    return Statement.model_validate({"id": identifier} | given)


@st.composite
def periods(draw: st.DrawFn) -> Within:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    bounds = draw(st.none() | st.just(first)), draw(st.none() | st.just(last))
    return Within(*bounds, draw(st.booleans()), draw(st.sampled_from(CLOCKS)))


OFFERED = {
    "country": (*STATES, "ZZZ"),
    "actor": ("a0", "a1", "a2"),
    "kind": KINDS,
    "place": ("p0", "p1"),
    "confidence": tuple(Confidence),
    "claim": ("c0", "c1", "c2"),
    "stance": tuple(Stance),
    "status": tuple(ClaimStatus),
    "agreement": tuple(Agreement),
    "sourcing": tuple(Sourcing),
}
one_ofs = st.sampled_from(VALUE_FIELDS).flatmap(
    lambda field: st.builds(OneOf, st.just(field), st.frozensets(st.sampled_from(OFFERED[field]), max_size=2))
)
searches = st.builds(Words, st.sampled_from(["guaido", "ÓSCAR perez", "maiquetía", "rus ", "caracas flew", "no such"]))
selections = st.lists(st.one_of(one_ofs, searches, periods(), st.builds(Known, DAYS)), max_size=4).map(
    lambda made: Selection.of(*made)
)


def agree(store: Store, dossier: Dossier, selection: Selection, brush: Within) -> None:
    """Every answer of the store is the loop's, for both tables, by the clock of the brush."""
    for table in TABLES:
        agree_on_totals(store, dossier, selection, table, brush.clock)
        assert store.ids(selection, table, clock=brush.clock) == looped_ids(dossier, selection, table, brush.clock)
        for field in VALUE_FIELDS:
            assert store.facet(selection, field, table) == looped_facet(dossier, selection, field, table)
        agree_on_certainty(store, dossier, selection, table)
        agree_on_cubes(store, dossier, selection, brush, table)
    assert store.event_ids(selection) == looped_ids(dossier, selection, "event", selection.clock)


def agree_on_totals(store: Store, dossier: Dossier, selection: Selection, table: Table, clock: Clock) -> None:
    totals = store.totals(selection, table, clock)
    assert totals == looped_totals(dossier, selection, table, clock)
    assert totals.total == totals.shown + totals.undated + totals.unplaced + totals.filtered
    assert totals.total == len(records(dossier, table))
    assert totals.shown == totals.independent + totals.single_sourced + totals.unsourced


def agree_on_cubes(store: Store, dossier: Dossier, selection: Selection, brush: Within, table: Table) -> None:
    for dimension in DIMENSIONS:
        cube = store.cube(selection, dimension, table=table, clock=brush.clock)
        for counts, is_certain in ((overlap, False), (certain, True)):
            found = dict(zip(cube.keys, counts(cube, brush.first, brush.last).tolist(), strict=True))
            period = replace(brush, certain=is_certain)
            looped = looped_counts(dossier, selection, dimension, period, table)
            assert {key: count for key, count in found.items() if count} == looped


@settings(max_examples=30)
@given(dossiers(), selections, st.tuples(DAYS, DAYS), st.integers(2, 300), st.data())
def test_a_cube_in_bins_counts_like_a_loop_over_the_records_between_any_two_edges(
    dossier: Dossier, selection: Selection, window: tuple[int, int], edges: int, data: st.DataObject
) -> None:
    """What a reader of a large collection drags over is exact for the whole bins that the page names."""
    store = Store.of(dossier, most_exact=-1)
    clock = data.draw(st.sampled_from(CLOCKS))
    for table, dimension in product(TABLES, DIMENSIONS):
        cube = store.cube(selection, dimension, edges, table, clock, (min(window), max(window)))
        low, high = sorted(data.draw(st.integers(0, cube.edges.size - 1)) for _ in range(2))
        if low == high:
            continue
        brush = Within(int(cube.edges[low]) + 1, int(cube.edges[high]), clock=clock)
        for counts, is_certain in ((overlap, False), (certain, True)):
            found = dict(zip(cube.keys, counts(cube, brush.first, brush.last).tolist(), strict=True))
            looped = looped_counts(dossier, selection, dimension, replace(brush, certain=is_certain), table)
            assert {key: count for key, count in found.items() if count} == looped


def agree_on_certainty(store: Store, dossier: Dossier, selection: Selection, table: Table) -> None:
    period = selection.period or Within(None, None)
    rest = passing(dossier, selection.without("period"), table)
    days = [span for record in rest if (span := span_of(dossier, record, selection.clock))]
    sure = replace(period, certain=True)
    assert store.certainty(selection, table) == (
        sum(in_period(span, replace(period, certain=False)) for span in days),
        sum(in_period(span, sure) for span in days),
    )


# --- promises


@settings(max_examples=40)
@given(dossiers(), st.lists(selections, min_size=1, max_size=3), periods())
def test_every_answer_is_what_a_loop_over_the_records_gives(
    dossier: Dossier, asked: list[Selection], brush: Within
) -> None:
    store = Store.of(dossier)
    for selection in asked:
        agree(store, dossier, selection, brush)


@settings(max_examples=30)
@given(dossiers(), selections)
def test_a_count_beside_a_filter_is_what_choosing_it_lists(dossier: Dossier, selection: Selection) -> None:
    store = Store.of(dossier)
    for table, field in product(TABLES, VALUE_FIELDS):
        for value, count in store.facet(selection, field, table):
            assert len(store.ids(selection.with_(OneOf(field, frozenset([value]))), table)) == count


@settings(max_examples=30)
@given(dossiers(), selections, st.integers(0, 8), st.integers(0, 8))
def test_pages_are_slices_of_the_whole_list(dossier: Dossier, selection: Selection, offset: int, limit: int) -> None:
    store = Store.of(dossier)
    listed = store.event_ids(selection)
    assert store.event_ids(selection, offset, limit) == listed[offset : offset + limit]
    assert store.event_ids(selection, offset) == listed[offset:]


@settings(max_examples=40)
@given(dossiers(), selections, periods(), st.sampled_from(TABLES))
def test_what_certainly_falls_in_a_period_could_fall_in_it(
    dossier: Dossier, selection: Selection, period: Within, table: Table
) -> None:
    store = Store.of(dossier)
    could, sure = (store.ids(selection.with_(replace(period, certain=certain)), table) for certain in (False, True))
    assert set(sure) <= set(could)


@settings(max_examples=40)
@given(dossiers(), selections, DAYS, DAYS, st.sampled_from(TABLES))
def test_as_known_on_a_later_day_nothing_is_missing_that_was_known_before(
    dossier: Dossier, selection: Selection, one: int, other: int, table: Table
) -> None:
    store = Store.of(dossier)
    before, after = (store.ids(selection.with_(Known(day)), table) for day in sorted((one, other)))
    assert set(before) <= set(after) <= set(store.ids(selection.without("known"), table))


@settings(max_examples=40)
@given(dossiers(), DAYS)
def test_what_is_shown_as_public_is_what_is_counted_as_public(dossier: Dossier, known: int) -> None:
    store, public, cut = Store.of(dossier), Public(dossier, known), Selection.of(Known(known))
    assert {one.id for one in public.events(dossier.events)} == set(store.ids(cut, "event"))
    assert set(public.statements) == set(store.ids(cut, "statement"))
    about = {name for event in store.ids(cut) for name, one in dossier.claims.items() if event in one.about}
    assert about & set(public.claims) == {name for name, events in store.facet(cut, "claim") if events}


def test_an_event_is_not_found_by_a_denial_that_was_yet_to_come() -> None:
    said = [
        statement("assertion", said_on="2019-04-30"),
        statement("denial", stance="denies", actor="b", said_on="2019-05-02"),
    ]
    store = Store.of(
        dossier_of(
            actors=[actor("a"), actor("b")],
            sources=[source("s", date="2019-04-30")],
            events=[event("e", "2019-04-30", sources=["s"])],
            claims=[claim("c", about=["e"])],
            statements=said,
        )
    )
    denied = Selection.of(OneOf("stance", frozenset(["denies"])))
    assert store.event_ids(denied.with_(Known(day("2019-05-02")))) == ["e"]
    eve = Known(day("2019-05-01"))
    assert store.event_ids(denied.with_(eve)) == []
    assert store.facet(Selection.of(eve), "stance") == [("asserts", 1), ("denies", 0)]
    assert store.ids(Selection.of(eve), "statement") == ["assertion"]


def test_an_event_is_dated_by_its_first_dated_source_on_the_clock_of_reports() -> None:
    published = {"undated": None, "month": "2001-06", "day": "2001-07-04"}
    store = Store.of(
        dossier_of(
            sources=[source(name, date=date) for name, date in published.items()],
            events=[event("treaty", "2001-05-05", sources=[*published]), event("rumour", "2001-01-01")],
        )
    )
    june = Within(day("2001-06-01"), day("2001-06-30"), certain=True, clock="reported")
    assert store.event_ids(Selection.of(june)) == ["treaty"]
    assert store.totals(Selection.of(june), "event").undated == store.totals(Selection(), clock="reported").undated == 1
    assert store.ids(Selection(), clock="reported") == ["treaty", "rumour"]
    assert store.ids(Selection()) == ["rumour", "treaty"]
    assert store.event_ids(Selection.of(Known(day("2001-05-31")))) == ["rumour"]


def test_a_statement_without_a_state_behind_its_speaker_waits_in_the_tray_of_the_unplaced() -> None:
    store = Store.of(
        dossier_of(
            actors=[actor("a"), actor("b", state="RUS")],
            sources=[source("s")],
            claims=[claim("c")],
            statements=[statement("1"), statement("2", actor="b")],
        )
    )
    assert store.totals(Selection(), "statement") == Totals(2, 1, 0, 1, 0, independent=0, single_sourced=1, unsourced=0)
    assert store.facet(Selection(), "country", "statement") == [("RUS", 1)]


def test_an_undated_event_waits_in_its_tray_whatever_the_period_but_obeys_other_filters() -> None:
    store = Store.of(dossier_of(actors=[actor("a", state="VEN")], events=[event("e", actors=[{"actor": "a"}])]))
    period = Within(0, 1)
    assert store.totals(Selection.of(period)).undated == store.totals(Selection()).undated == 1
    assert store.totals(Selection.of(period, OneOf("country", frozenset(["RUS"])))).filtered == 1
    assert store.event_ids(Selection()) == ["e"]
    assert store.event_ids(Selection.of(period)) == []


def test_an_event_on_either_bound_of_a_period_is_in_it() -> None:
    store = Store.of(dossier_of(events=[event("e", "2019-04-30")]))
    tuesday = day("2019-04-30")
    for period in (Within(tuesday, tuesday + 9), Within(tuesday - 9, tuesday), Within(tuesday, tuesday, certain=True)):
        assert store.event_ids(Selection.of(period)) == ["e"]


def test_an_open_end_could_reach_anywhere_and_is_certainly_nowhere() -> None:
    store = Store.of(dossier_of(events=[event("e", "../2018-05-20")]))
    assert store.certainty(Selection.of(Within(day("1700-01-01"), day("1700-12-31")))) == (1, 0)
    assert store.certainty(Selection.of(Within(None, day("2018-05-20")))) == (1, 1)
    assert store.certainty(Selection.of(Within(day("2018-05-21"), None))) == (0, 0)


def test_a_whole_country_is_a_place() -> None:
    nation = place("ven", state="VEN", precision="country")
    store = Store.of(dossier_of(places=[nation], events=[event("e", "2019", place="ven")]))
    assert store.totals(Selection()) == Totals(1, 1, 0, 0, 0, independent=0, single_sourced=0, unsourced=1)


def test_an_actor_with_two_roles_in_an_event_counts_once() -> None:
    twice = [{"actor": "a", "role": "agent"}, {"actor": "a", "role": "reporter"}]
    store = Store.of(dossier_of(actors=[actor("a", state="VEN")], events=[event("e", "2019", actors=twice)]))
    assert store.facet(Selection(), "actor") == [("a", 1)]
    assert store.facet(Selection(), "country") == [("VEN", 1)]


def test_an_event_belongs_to_the_side_of_its_first_actor_or_to_the_others() -> None:
    east, nobody = actor("e", side="east"), actor("n")
    taken = [event("1", "2019", actors=[{"actor": "e"}]), event("2", "2019", actors=[{"actor": "n"}, {"actor": "e"}])]
    for sides, rest in ((("east", "others", "west"), "others"), (("west", "east", "rest"), "rest"), ((), "others")):
        kept = [east if sides else actor("e"), nobody]
        cube = Store.of(dossier_of(sides, actors=kept, events=taken)).cube(Selection(), "side")
        assert cube.keys == (sides or ("others",))
        counts = dict(zip(cube.keys, overlap(cube, None, None).tolist(), strict=True))
        assert counts[rest] == (1 if sides else 2)


def test_days_before_our_era_and_far_futures_are_ordered() -> None:
    dates = {"future": "Y12019-03-20", "ides": "-0043-03-15", "fossil": "Y-5000000"}
    store = Store.of(dossier_of(events=[event(name, when) for name, when in dates.items()]))
    assert store.event_ids(Selection()) == ["fossil", "ides", "future"]
    assert overlap(store.cube(Selection(), "all"), day("-0043-03-15"), day("-0043-03-15")).tolist() == [1]


def test_a_dossier_without_events_answers_with_zeros() -> None:
    store = Store.of(dossier_of())
    for table in TABLES:
        assert store.totals(Selection(), table) == Totals(*[0] * 8)
        assert store.ids(Selection(), table) == []
    assert store.facet(Selection(), "kind") == [("flight", 0)]
    assert store.facet(Selection(), "country") == []
    assert store.event_ids(Selection()) == []
    assert overlap(store.cube(Selection(), "country"), None, None).tolist() == []


@pytest.mark.parametrize("value", ["x' OR '1'='1", "?", "%", "_", "\x00", "é\u0301;--", "DROP TABLE event"])
def test_a_filter_is_only_ever_a_value(value: str) -> None:
    store = Store.of(dossier_of(actors=[actor("a")], events=[event("e", actors=[{"actor": "a"}])]))
    clauses: list[Clause] = [Words(value), *(OneOf(field, frozenset([value])) for field in VALUE_FIELDS)]
    for clause in clauses:
        assert store.totals(Selection.of(clause)).shown == len(store.event_ids(Selection.of(clause))) == 0
    assert store.totals(Selection()).total == 1


def test_the_store_reads_no_file_and_its_settings_are_locked() -> None:
    store = Store.of(dossier_of())
    with pytest.raises(duckdb.PermissionException):
        store.rows(Query("SELECT * FROM read_csv('/etc/hostname')"))
    with pytest.raises(duckdb.InvalidInputException, match="locked"):
        store.rows(Query("SET enable_external_access = true"))


def test_many_threads_get_their_own_answers() -> None:
    made = [event(f"e{number:03}", f"2019-01-{number % 28 + 1:02}") for number in range(200)]
    store = Store.of(dossier_of(events=made))
    first = day("2019-01-01")

    def asked(number: int) -> bool:
        chosen = Selection.of(Within(first + number % 28, first + number % 28))
        return store.event_ids(chosen) == [one.id for at, one in enumerate(made) if at % 28 == number % 28]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(asked, range(160)))


# --- the bundled dossier


@cache
def bundled() -> tuple[Dossier, Store]:
    if not (BUNDLED / "events.yaml").exists():
        pytest.skip("the bundled dossier is not in this tree")
    dossier = read(BUNDLED)
    return dossier, Store.of(dossier)


CHOICES: tuple[Clause, ...] = (
    OneOf("country", frozenset(["RUS", "COL"])),
    OneOf("actor", frozenset(["juan-guaido", "nicolas-maduro"])),
    OneOf("kind", frozenset(["flight", "statement"])),
    Within(day("2019-03-01"), day("2019-04-30")),
)


@pytest.mark.parametrize("taken", list(product([False, True], repeat=4)))
def test_the_bundled_dossier_under_every_mix_of_country_actor_kind_and_period(taken: tuple[bool, ...]) -> None:
    dossier, store = bundled()
    clauses = compress(CHOICES, taken)
    agree(store, dossier, Selection.of(*clauses), Within(day("2018-12-01"), day("2019-03-31")))


def test_the_bundled_choices_mean_something() -> None:
    """Each filter of the test above keeps some events and drops some."""
    dossier, _ = bundled()
    for clause, table in product(CHOICES, TABLES):
        assert 0 < len(passing(dossier, Selection.of(clause), table)) < len(records(dossier, table))
