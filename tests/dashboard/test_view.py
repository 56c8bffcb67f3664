"""The view is one value, and its address, its sentence and its file name say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from enum import StrEnum
from typing import Any, get_type_hints
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.view import (
    FIELDS,
    Camera,
    Clock,
    Lens,
    Parsed,
    Table,
    View,
    Vocabulary,
    any_of,
    events_phrase,
    file_stem,
    parse,
    period_text,
    query,
    sentence,
)
from dashboard.workspace import Workspace
from events.dates import day
from events.model import Stance

IDS = {"RUS": "Russia", "USA": "United States", "CUB": "Cuba", "maduro": "Nicolás Maduro", "flight": "Flight"}
NAMED = Vocabulary(**{entry.name: IDS for entry in fields(Vocabulary)})
VOCABULARY = replace(NAMED, lenses=tuple(Lens), stances={stance.value: stance.value for stance in Stance})
PLAIN = View()

days = st.none() | st.integers(-800_000, 3_000_000) | st.integers(-(2**31) + 400, 2**31 - 400)
degrees = st.integers(-9_000, 9_000).map(lambda hundredths: hundredths / 100)
cameras = st.builds(Camera, degrees, degrees, st.integers(50, 10_000).map(lambda hundredths: hundredths / 100))
windows = st.tuples(st.integers(-(2**31) + 400, 0), st.integers(1, 2**31 - 400))
texts = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=12)
SPECIAL: dict[str, st.SearchStrategy[Any]] = {
    "camera": st.none() | cameras,
    "window": st.none() | windows,
    "words": st.lists(texts, max_size=3).map(" ".join).map(str.split).map(" ".join),
    "stances": st.sets(st.sampled_from([stance.value for stance in Stance])).map(sorted).map(tuple),
    "record": st.sampled_from(["", *IDS]),
    "story": st.sampled_from(["", *IDS]),
    "step": st.integers(1, 999),
    "page": st.integers(1, 9_999),
    "measure": st.sampled_from(["", *IDS]),
    "patience": st.integers(1, 60),
}


def values(attr: str) -> st.SearchStrategy[Any]:
    """Values that a field of the view can hold, from its type."""
    kind = get_type_hints(View)[attr]
    if attr in SPECIAL:
        return SPECIAL[attr]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return st.sampled_from(list(kind))
    if kind is bool:
        return st.booleans()
    return days if kind == int | None else st.sets(st.sampled_from([*IDS])).map(lambda ids: tuple(sorted(ids)))


def in_order(changes: dict[str, Any]) -> View:
    view = View(**changes)
    if view.lens is not Lens.SAID and view.table is Table.MATRIX:  # which only *Said* has
        view = replace(view, table=Table.NONE)
    if view.lens is Lens.STANDS and view.on is None:  # which is always on a day
        view = replace(view, on=18016)
    is_reversed = view.first is not None and view.last is not None and view.first > view.last
    return replace(view, first=view.last, last=view.first) if is_reversed else view


views = st.fixed_dictionaries({}, optional={spec.attr: values(spec.attr) for spec in FIELDS}).map(in_order)
defaults = st.sampled_from([PLAIN, View(lens=Lens.STANDS, on=18016, countries=("CUB",), window=(17000, 18000))])


def read(search: str, default: View = PLAIN) -> Parsed:
    return parse(search, VOCABULARY, default)


@given(views, defaults)
def test_a_view_survives_its_own_address(view: View, default: View) -> None:
    assert read(query(view, default), default) == Parsed(view)


@given(views, defaults)
def test_an_address_holds_what_differs_from_the_default_and_nothing_else(view: View, default: View) -> None:
    keys = [key for key, _ in parse_qsl(query(view, default).lstrip("?"), keep_blank_values=True)]
    assert keys == [spec.key for spec in FIELDS if getattr(view, spec.attr) != getattr(default, spec.attr)]


@given(st.text(max_size=60) | st.lists(st.sampled_from([spec.key for spec in FIELDS])).map("=&".join), defaults)
def test_any_address_leads_to_a_view_that_has_an_address(search: str, default: View) -> None:
    view = read(search, default).view
    assert read(query(view, default), default).view == view
    assert view.selection.without("period") is not None


def test_no_two_fields_share_a_key_or_an_attribute() -> None:
    assert len({spec.key for spec in FIELDS}) == len({spec.attr for spec in FIELDS}) == len(FIELDS)


@pytest.mark.parametrize(
    ("parameter", "hint"),
    [
        ("lens=happend", "Did you mean “happened”?"),
        ("country=RSU", "Did you mean “RUS”?"),
        ("country=RUS,ATLANTIS", "the dossier has no “ATLANTIS”"),
        ("contry=RUS", "Did you mean “country”?"),
        ("open=madura", "Did you mean “maduro”?"),
        ("on=2019-13-01", "a day is written like 2019-04-30"),
        ("on=2019-04", "a day is written like 2019-04-30"),
        ("zoom=2019-06-30..2019-01-01", "2019-01-01..2019-06-30"),
        ("zoom=2019-01-01..2019-02-01..2019-03-01", "a day is written like"),
        ("zoom=2019-01-01", "2019-01-01..2019-06-30"),
        ("camera=1,2", "longitude, latitude, zoom"),
        ("camera=0,91,1", "latitude −90 to 90"),
        ("certain=yes", "it can be 0 or 1"),
        ("q=" + "x" * 201, "at most 200 characters"),
        ("patience=61", "a number from 1 to 60"),
        ("page=0", "a number from 1 to 9,999,999"),
    ],
)
def test_a_wrong_parameter_is_ignored_and_named_with_what_is_right(parameter: str, hint: str) -> None:
    parsed = read(f"?{parameter}&to=2019-04-30")
    [note] = parsed.notes
    assert parsed.view == View(last=day("2019-04-30"))
    assert parameter[:20] in note
    assert hint in note


def test_what_stands_twice_in_an_address_holds_once_and_is_named() -> None:
    parsed = read("country=RUS&country=CUB&q=oil&q=gas")
    assert parsed.view == View(countries=("RUS",), words="oil")
    several, once = parsed.notes
    assert several.startswith("“country=CUB” in the address was ignored")
    assert "country=A,B" in several
    assert once.startswith("“q=gas” in the address was ignored")
    assert "A,B" not in once
    assert read("country=XXX&country=CUB").view.countries == ("CUB",), "what was ignored does not stand there"


@pytest.mark.parametrize("parameter", [f"{'x' * 300}=1", f"country={'x' * 300}", f"open={'x' * 300}"])
def test_a_note_repeats_no_more_than_a_line_of_the_address(parameter: str) -> None:
    [note] = read(parameter).notes
    assert "x" * 60 + "…" in note
    assert len(note) < 250


def test_of_very_many_wrong_parameters_the_first_are_named_and_the_others_counted() -> None:
    notes = read("&".join(f"country=RUS{at}" for at in range(50))).notes
    assert len(notes) == 11
    assert ["Did you mean" in note for note in notes] == [True] * 3 + [False] * 8
    assert notes[-1] == "Also ignored in the address: 40 more."


class Leafed(dict[str, str]):
    """Names that count how often somebody goes through all of them."""

    times = 0

    def __iter__(self) -> Iterator[str]:
        self.times += 1
        return super().__iter__()


@pytest.mark.parametrize(("names", "times"), [(5_000, 3), (5_001, 0)])
def test_an_address_of_wrong_names_is_compared_with_those_of_the_dossier_three_times_at_most(
    names: int, times: int
) -> None:
    """Only where a reader is told of them, and never where the dossier has so many that it would take long."""
    actors = Leafed({f"name-{at}": "A" for at in range(names)})
    parsed = parse("&".join(f"actor=actor-{at}" for at in range(300)), replace(VOCABULARY, actors=actors), PLAIN)
    assert (len(parsed.ignored) > 200, actors.times) == (True, 0)
    assert len(parsed.notes) == 11
    assert actors.times == times


def test_a_period_that_ends_before_it_begins_is_ignored_and_said_so() -> None:
    parsed = read("from=2019-04-30&to=2019-01-01&q=oil")
    assert parsed.view == View(words="oil")
    assert parsed.notes == ("The period in the address was ignored: 2019-04-30 is after 2019-01-01.",)


def test_every_field_has_words_that_cannot_break_a_line_or_a_terminal() -> None:
    assert read("q=oil%0A%1B[31m%20%20tanker").view.words == "oil [31m tanker"


@pytest.mark.parametrize(
    ("search", "shown", "said"),
    [
        ("", 70, "70 events."),
        ("", 1, "1 event."),
        ("", 0, "No events."),
        ("", 1234567, "1,234,567 events."),
        ("country=RUS", 23, "23 events involving Russia."),
        ("country=USA,CUB,RUS", 23, "23 events involving Cuba, Russia or the United States."),
        ("actor=maduro", 2, "2 events with Nicolás Maduro."),
        ("country=RUS&actor=maduro", 2, "2 events involving Russia and Nicolás Maduro."),
        ("kind=flight", 1, "1 event of the kind flight."),
        ("q=oil", 0, "No events mentioning “oil”."),
        ("from=2019-03-20&to=2019-04-30", 9, "9 events, 20 March – 30 April 2019."),
        ("from=2019-03-20", 9, "9 events, since 20 March 2019."),
        ("to=2019-04-30", 9, "9 events, until 30 April 2019."),
        ("from=2019-03-20&to=2019-03-20&certain=1", 9, "9 events, certainly within 20 March 2019."),
        ("certain=1", 9, "9 events."),
        ("to=-0043-03-15", 9, "9 events, until 15 March 44 BCE."),
    ],
)
def test_the_sentence_says_the_view(search: str, shown: int, said: str) -> None:
    assert sentence(read(search).view, shown, 1, "", VOCABULARY) == said


def test_where_states_stand_opens_the_sentence() -> None:
    said = sentence(read("country=RUS").view, 0, 1, "On 30 April 2019, 54 states recognise Guaidó", VOCABULARY)
    assert said == "On 30 April 2019, 54 states recognise Guaidó; no events involving Russia."


@pytest.mark.parametrize(
    ("shown", "searched", "said"),
    [
        (1200, 0.4, "At least 1,200 events mentioning “oil” (in 40% of the dossier, the earliest first, where the"),
        (1, 0.9999, "At least 1 event mentioning “oil” (in 99% of the dossier, "),
        (1, 0.0001, "At least 1 event mentioning “oil” (in less than 1% of the dossier, "),
        (0, 0.4, "No events mentioning “oil” (in 40% of the dossier, "),
    ],
)
def test_a_search_that_stopped_early_never_passes_for_a_whole_one(shown: int, searched: float, said: str) -> None:
    assert sentence(read("q=oil").view, shown, searched, "", VOCABULARY).startswith(said)


@given(views)
def test_every_view_has_a_sentence_and_a_period(view: View) -> None:
    noun = "statements" if view.lens is Lens.SAID else "events"
    assert events_phrase(view, 3, 1, VOCABULARY).startswith(f"3 {noun}")
    assert bool(period_text(view)) == view.has_period


@given(views, st.sampled_from(["Ünïcode & Co.", "russia-in-venezuela", "_/../x"]))
def test_a_file_name_is_short_plain_ascii(view: View, name: str) -> None:
    stem = file_stem(view, name, "events map", VOCABULARY)
    assert stem.isascii()
    assert stem.replace("_", "").replace("-", "").isalnum()
    assert len(stem) < 200


def test_a_file_name_tells_dossier_subject_filters_and_days() -> None:
    view = read("lens=stands&on=2019-04-30&country=RUS,CUB&q=Guaidó&from=2019-01-01").view
    stem = file_stem(view, "russia-in-venezuela", "positions map", VOCABULARY)
    assert stem == "russia-in-venezuela_positions-map_cuba-russia-guaido_2019-04-30_2019-01-01"


@pytest.mark.parametrize(("names", "said"), [("A", "A"), ("AB", "A or B"), ("ABC", "A, B or C")])
def test_names_are_listed_as_english_does(names: str, said: str) -> None:
    assert any_of(names) == said


@given(views, st.sampled_from(["countries", "actors", "kinds"]), st.sampled_from([*IDS]))
def test_choosing_twice_is_choosing_never(view: View, attr: str, value: str) -> None:
    once = view.toggled(attr, value)
    assert (value in getattr(once, attr)) != (value in getattr(view, attr))
    assert once.toggled(attr, value) == view


def test_the_bundled_view_a_reader_meets_first_is_read_without_a_note(view_of: Callable[[str], View]) -> None:
    assert (view_of("").lens, view_of("").on) == (Lens.STANDS, day("2019-04-30"))


@pytest.mark.parametrize(
    ("lens", "count", "stances", "words"),
    [
        (Lens.SAID, 30, ("denies",), "30 statements that deny"),
        (Lens.SAID, 1, ("asserts", "retracts"), "1 statement that asserts or retracts"),
        (Lens.HAPPENED, 23, ("denies",), "23 events about which a claim is denied"),
    ],
)
def test_a_sentence_says_who_asserts_and_denies_as_people_do(
    lens: Lens, count: int, stances: tuple[str, ...], words: str
) -> None:
    assert events_phrase(View(lens=lens, stances=stances), count, 1.0, VOCABULARY) == words


def test_what_was_said_has_one_day_and_is_not_first_reported() -> None:
    view = View(lens=Lens.SAID, clock=Clock.REPORTED, first=day("2019-03-20"), last=day("2019-04-05"))
    assert "reported" not in events_phrase(view, 12, 1.0, VOCABULARY)
    assert "first reported" in events_phrase(replace(view, lens=Lens.HAPPENED), 12, 1.0, VOCABULARY)


def test_several_chosen_claims_are_named(space: Workspace) -> None:
    claims = tuple(list(space.dossier.claims)[:2])
    words = events_phrase(View(lens=Lens.SAID, claims=claims), 11, 1.0, space.vocabulary)
    assert all(space.vocabulary.claims[claim] in words for claim in claims)


def test_a_lens_without_a_matrix_shows_its_map() -> None:
    for lens in (Lens.HAPPENED, Lens.STANDS):
        assert read(f"lens={lens.value}&table=matrix").view.table is Table.NONE
    assert read("lens=said&table=matrix").view.table is Table.MATRIX


def test_where_states_stand_is_always_asked_of_a_day() -> None:
    default = View(lens=Lens.STANDS, on=day("2019-04-30"))
    assert read("?on=", default).view.on == day("2019-04-30")
    assert read("?lens=happened&on=", default).view.on is None
