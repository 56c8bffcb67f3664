"""The store gives what a plain loop over the records gives, and no event is ever hidden from the totals."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import compress, product
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import events
from events.cube import overlap
from events.dates import DateSpan, Precision, Qualifier, day
from events.dossier import Dossier, read
from events.model import Actor, Confidence, DossierFile, Event, Movement, Place
from events.queries import Dimension, Query
from events.selection import VALUE_FIELDS, Clause, OneOf, Selection, ValueField, Within, Words
from events.store import Store, Totals

BUNDLED = Path(events.__file__).parent / "dossiers" / "russia-in-venezuela"

# --- the plain loop: what the words of the contract mean, one event at a time


def countries(dossier: Dossier, event: Event) -> set[str]:
    legs = [leg for leg in dossier.movements.values() if leg.event == event.id]
    places = [event.place, *(leg.origin for leg in legs), *(leg.destination for leg in legs)]
    states = [dossier.actors[part.actor].state for part in event.actors]
    states += [dossier.places[place].state for place in places if place]
    return {state for state in states if state}


def values(dossier: Dossier, event: Event, field: str) -> set[str]:
    if field == "country":
        return countries(dossier, event)
    if field == "actor":
        return {part.actor for part in event.actors}
    return {event.kind} if field == "kind" else {event.confidence.value}


def plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")


def has_words(dossier: Dossier, event: Event, text: str) -> bool:
    texts = [event.title, event.summary]
    for part in event.actors:
        texts += [dossier.actors[part.actor].name, *dossier.actors[part.actor].aliases]
    if event.place:
        texts.append(dossier.places[event.place].name)
    return all(any(word in plain(one) for one in texts) for word in plain(text).split())


def in_period(span: DateSpan, period: Within) -> bool:
    if period.certain:
        begins_inside = period.first is None or (span.earliest is not None and span.earliest >= period.first)
        ends_inside = period.last is None or (span.latest is not None and span.latest <= period.last)
        return begins_inside and ends_inside
    too_late = period.last is not None and span.earliest is not None and span.earliest > period.last
    too_early = period.first is not None and span.latest is not None and span.latest < period.first
    return not too_late and not too_early


def fits(dossier: Dossier, event: Event, clause: Clause) -> bool:
    if isinstance(clause, OneOf):
        return bool(values(dossier, event, clause.field) & clause.values)
    if isinstance(clause, Words):
        return has_words(dossier, event, clause.text)
    return event.when is not None and in_period(event.when, clause)


def passing(dossier: Dossier, selection: Selection) -> list[Event]:
    return [one for one in dossier.events.values() if all(fits(dossier, one, clause) for clause in selection.clauses)]


def looped_totals(dossier: Dossier, selection: Selection) -> Totals:
    tally: Counter[str] = Counter()
    for event in dossier.events.values():
        judged = [c for c in selection.clauses if event.when is not None or not isinstance(c, Within)]
        if not all(fits(dossier, event, clause) for clause in judged):
            tally["filtered"] += 1
        elif event.when is None:
            tally["undated"] += 1
        else:
            tally["shown" if event.place else "unplaced"] += 1
    return Totals(len(dossier.events), *(tally[name] for name in ("shown", "undated", "unplaced", "filtered")))


def looped_facet(dossier: Dossier, selection: Selection, field: ValueField) -> list[tuple[str, int]]:
    states = [one.state for one in dossier.actors.values()] + [one.state for one in dossier.places.values()]
    offered = {
        "country": [state for state in states if state],
        "actor": dossier.actors,
        "kind": [kind.id for kind in dossier.meta.kinds],
        "confidence": list(Confidence),
    }
    found = [values(dossier, event, field) for event in passing(dossier, selection.without(field))]
    counts = {str(value): sum(value in one for one in found) for value in offered[field]}
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def looped_ids(dossier: Dossier, selection: Selection) -> list[str]:
    def order(event: Event) -> tuple[bool, float, float, str]:
        if event.when is None:
            return True, 0, 0, event.id
        first, last = event.when.earliest, event.when.latest
        return False, float("-inf") if first is None else first, float("inf") if last is None else last, event.id

    return [event.id for event in sorted(passing(dossier, selection), key=order)]


def looped_counts(dossier: Dossier, selection: Selection, dimension: str, brush: Within) -> dict[str, int]:
    tally: Counter[str] = Counter()
    for event in passing(dossier, selection):
        if event.when is not None and in_period(event.when, brush):
            tally.update(keys_of(dossier, event, dimension))
    return dict(tally)


def side_of(dossier: Dossier, event: Event) -> str:
    sides = [side.id for side in dossier.meta.sides]
    own = [dossier.actors[part.actor].side for part in event.actors][:1]
    if own and own[0]:
        return own[0]
    return sides[-1] if sides and "others" not in sides else "others"


def keys_of(dossier: Dossier, event: Event, dimension: str) -> set[str]:
    return {
        "side": {side_of(dossier, event)},
        "country": countries(dossier, event),
        "place": {event.place} if event.place else set(),
        "all": {"all"},
        "kind": {event.kind},
    }[dimension]


# --- small random dossiers

STATES = ("VEN", "RUS", "USA")
NAMES = ("Óscar Pérez", "Guaidó", "Misión Rusa", "caracas", "Łódź")
KINDS = ("flight", "vote")
ENDS = (("origin",), ("destination",), ("origin", "destination"))
DAYS = st.integers(-3, 6)
DIMENSIONS: tuple[Dimension, ...] = ("country", "place", "all", "side", "kind")


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


def an_event(identifier: str, actors: Sequence[str], places: Sequence[str]) -> st.SearchStrategy[Event]:
    return st.builds(
        event,
        st.just(identifier),
        st.none() | spans(),
        title=st.sampled_from(NAMES),
        summary=st.just("flew to Maiquetía"),
        kind=st.sampled_from(KINDS),
        confidence=st.sampled_from(Confidence),
        place=maybe(places),
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
    return dossier_of(
        sides,
        KINDS,
        actors=[draw(an_actor(one, sides)) for one in actors],
        places=[draw(a_place(one)) for one in places],
        events=[draw(an_event(one, actors, places)) for one in made],
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


@st.composite
def periods(draw: st.DrawFn) -> Within:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    return Within(draw(st.none() | st.just(first)), draw(st.none() | st.just(last)), draw(st.booleans()))


OFFERED = {
    "country": (*STATES, "ZZZ"),
    "actor": ("a0", "a1", "a2"),
    "kind": KINDS,
    "confidence": tuple(Confidence),
}
one_ofs = st.sampled_from(VALUE_FIELDS).flatmap(
    lambda field: st.builds(OneOf, st.just(field), st.frozensets(st.sampled_from(OFFERED[field]), max_size=2))
)
searches = st.builds(Words, st.sampled_from(["guaido", "ÓSCAR perez", "maiquetía", "rus ", "caracas flew", "no such"]))
selections = st.lists(st.one_of(one_ofs, searches, periods()), max_size=4).map(lambda made: Selection.of(*made))


def agree(store: Store, dossier: Dossier, selection: Selection, brush: Within) -> None:
    """Every answer of the store is the loop's."""
    totals = store.totals(selection)
    assert totals == looped_totals(dossier, selection)
    assert totals.shown + totals.undated + totals.unplaced + totals.filtered == totals.total == len(dossier.events)
    assert store.event_ids(selection) == looped_ids(dossier, selection)
    for field in VALUE_FIELDS:
        assert store.facet(selection, field) == looped_facet(dossier, selection, field)
    agree_on_certainty(store, dossier, selection)
    for dimension in DIMENSIONS:
        cube = store.cube(selection, dimension)
        counts = dict(zip(cube.keys, overlap(cube, brush.first, brush.last).tolist(), strict=True))
        assert {key: count for key, count in counts.items() if count} == looped_counts(
            dossier, selection, dimension, Within(brush.first, brush.last)
        )


def agree_on_certainty(store: Store, dossier: Dossier, selection: Selection) -> None:
    period = selection.period or Within(None, None)
    rest = [one for one in passing(dossier, selection.without("period")) if one.when is not None]
    could, certain = (
        sum(in_period(one.when, Within(period.first, period.last, sure)) for one in rest if one.when)
        for sure in (False, True)
    )
    assert store.certainty(selection) == (could, certain)


# --- promises


@settings(max_examples=60, deadline=None)
@given(dossiers(), st.lists(selections, min_size=1, max_size=3), periods())
def test_every_answer_is_what_a_loop_over_the_records_gives(
    dossier: Dossier, asked: list[Selection], brush: Within
) -> None:
    store = Store.of(dossier)
    for selection in asked:
        agree(store, dossier, selection, brush)


@settings(max_examples=30, deadline=None)
@given(dossiers(), selections)
def test_a_count_beside_a_filter_is_what_choosing_it_lists(dossier: Dossier, selection: Selection) -> None:
    store = Store.of(dossier)
    for field in VALUE_FIELDS:
        for value, count in store.facet(selection, field):
            assert len(store.event_ids(selection.with_(OneOf(field, frozenset([value]))))) == count


@settings(max_examples=30, deadline=None)
@given(dossiers(), selections, st.integers(0, 8), st.integers(0, 8))
def test_pages_are_slices_of_the_whole_list(dossier: Dossier, selection: Selection, offset: int, limit: int) -> None:
    store = Store.of(dossier)
    listed = store.event_ids(selection)
    assert store.event_ids(selection, offset, limit) == listed[offset : offset + limit]
    assert store.event_ids(selection, offset) == listed[offset:]


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
    assert store.totals(Selection()) == Totals(total=1, shown=1, undated=0, unplaced=0, filtered=0)


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
    assert store.totals(Selection()) == Totals(0, 0, 0, 0, 0)
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
    for clause in CHOICES:
        assert 0 < len(passing(dossier, Selection.of(clause))) < len(dossier.events)
