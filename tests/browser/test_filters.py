"""Choosing what: states, actors, kinds and words, one by one and together."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

import pytest

from dashboard.cli import BUNDLED
from events import dates
from events.dossier import Dossier, read
from events.model import Event
from tests.browser.page import StandoffPage

pytestmark = pytest.mark.browser

SIBERIA = (100.0, 62.0)
PERIOD = ("2019-04-10", "2019-05-01")
Test = Callable[[Event], bool]


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return read(BUNDLED)


def involved(dossier: Dossier, event: Event) -> set[str | None]:
    """The states of an event: of its actors, of its place, and of the ends of its journeys."""
    legs = [leg for leg in dossier.movements.values() if leg.event == event.id]
    places = [event.place, *(end for leg in legs for end in (leg.origin, leg.destination))]
    actors = {dossier.actors[part.actor].state for part in event.actors}
    return actors | {dossier.places[place].state for place in places if place}


def overlaps(event: Event, first: str, last: str) -> bool:
    assert event.when
    low, high = event.when.earliest, event.when.latest
    return (low is None or low <= dates.day(last)) and (high is None or high >= dates.day(first))


def plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


def mentions(dossier: Dossier, event: Event, word: str) -> bool:
    actors = [dossier.actors[part.actor] for part in event.actors]
    place = [dossier.places[event.place].name] if event.place else []
    texts = [event.title, event.summary, *place, *(name for a in actors for name in (a.name, *a.aliases))]
    return any(plain(word) in plain(text) for text in texts)


def totals(dossier: Dossier, tests: Mapping[str, Test]) -> dict[str, int]:
    """What a plain loop over the records counts; every event of this dossier has a date."""
    kept = [event for event in dossier.events.values() if all(test(event) for test in tests.values())]
    unplaced = sum(event.place is None for event in kept)
    total = len(dossier.events)
    shown = len(kept) - unplaced
    return {"shown": shown, "undated": 0, "unplaced": unplaced, "filtered out": total - len(kept), "total": total}


def test_every_combination_of_filters_counts_what_a_plain_loop_counts(reader: StandoffPage, dossier: Dossier) -> None:
    """Country, actor, kind and period are switched so that all 16 combinations are met, one switch at a time."""
    tests: dict[str, Test] = {
        "country": lambda event: "RUS" in involved(dossier, event),
        "actor": lambda event: any(part.actor == "nicolas-maduro" for part in event.actors),
        "kind": lambda event: event.kind == "statement",
        "period": lambda event: overlaps(event, *PERIOD),
    }
    chip = {"country": "Russia", "actor": "Nicolás Maduro", "kind": "Statement", "period": "10 April – 1 May 2019"}
    reader.open("lens=happened")
    active: set[str] = set()
    met: dict[frozenset[str], int] = {frozenset(): reader.read_totals()["shown"]}
    for step in range(1, 16):
        name = list(tests)[(step & -step).bit_length() - 1]
        _switch(reader, name, name in active)
        active ^= {name}
        assert set(reader.chips()) == {chip[one] for one in active}
        expected = totals(dossier, {one: tests[one] for one in active})
        assert reader.read_totals() == expected, sorted(active)
        assert len(reader.listed()) == expected["shown"] + expected["unplaced"], sorted(active)
        met[frozenset(active)] = expected["shown"]
    assert len(met) == 16
    assert met[frozenset(tests)] > 0, "the narrowest of them must not be empty by accident"


def _switch(reader: StandoffPage, name: str, is_on: bool) -> None:
    if name == "period" and is_on:
        reader.remove_chip("1 May 2019")
    elif name == "period":
        reader.brush(*PERIOD)
    else:
        toggle = {"country": reader.toggle_country, "actor": reader.toggle_actor, "kind": reader.toggle_kind}[name]
        toggle({"country": "RUS", "actor": "nicolas-maduro", "kind": "statement"}[name])


def test_a_click_on_a_state_filters_by_it_and_a_second_click_lets_go(reader: StandoffPage, dossier: Dossier) -> None:
    reader.open("lens=happened")
    reader.click_state(*SIBERIA)
    assert reader.address == "?lens=happened&country=RUS"
    assert reader.option("Countries", "RUS").get_attribute("aria-checked") == "true"
    assert reader.read_totals() == totals(dossier, {"country": lambda event: "RUS" in involved(dossier, event)})
    reader.click_state(*SIBERIA)
    assert reader.address == "?lens=happened"
    assert reader.chips() == []


def test_several_states_are_joined_by_or(reader: StandoffPage, dossier: Dossier) -> None:
    reader.open("lens=happened")
    reader.toggle_country("CUB")
    reader.toggle_country("SYR")
    assert "events involving Cuba or Syria" in reader.sentence()
    assert reader.read_totals() == totals(dossier, {"": lambda event: bool({"CUB", "SYR"} & involved(dossier, event))})
    with reader.committing():
        reader.page.click(".reset")
    assert reader.address == "?lens=happened"


def test_each_option_says_how_many_events_it_would_leave(reader: StandoffPage, dossier: Dossier) -> None:
    """A filter's own choice does not change its other counts."""
    reader.open("lens=happened&kind=meeting")
    count = reader.option("Countries", "RUS").locator(".count").inner_text()
    reader.toggle_country("RUS")
    assert len(reader.listed()) == int(count)
    calls = sum("RUS" in involved(dossier, event) and event.kind == "call" for event in dossier.events.values())
    assert reader.option("Kind", "call").locator(".count").text_content() == str(calls) != "0"


def test_search_finds_actors_by_their_other_names(reader: StandoffPage, dossier: Dossier) -> None:
    reader.open("lens=happened")
    for name in ("Kremlin", "Foreign Ministry of Russia", "Pompeo"):
        reader.search(name)
        expected = {
            event.id
            for event in dossier.events.values()
            if all(mentions(dossier, event, word) for word in name.split())
        }
        assert set(reader.listed()) & dossier.events.keys() == expected != set()
        assert f"mentioning “{name}”" in reader.sentence()


def test_search_takes_no_notice_of_accents_and_case(reader: StandoffPage, dossier: Dossier) -> None:
    reader.open("lens=happened")
    reader.search("guaido")
    found = reader.listed()
    assert set(found) & dossier.events.keys() == {
        event.id for event in dossier.events.values() if mentions(dossier, event, "Guaidó")
    }
    reader.search("GUAIDÓ")
    assert reader.listed() == found
    assert reader.page.evaluate("document.activeElement.id") == "search", "the reader can go on typing"
    reader.search("")
    assert reader.address == "?lens=happened"


def test_an_actor_of_an_open_record_filters(reader: StandoffPage, dossier: Dossier) -> None:
    reader.open("lens=happened&open=ev-2019-05-14-sochi")
    with reader.committing():
        reader.page.locator("#records").get_by_role("button", name="Sergey Lavrov").click()
    assert "actor=sergey-lavrov" in reader.address
    assert reader.read_totals() == totals(
        dossier, {"": lambda event: any(part.actor == "sergey-lavrov" for part in event.actors)}
    )


def test_filters_that_leave_nothing_say_which_to_drop(reader: StandoffPage) -> None:
    reader.open("lens=happened&country=CUB&kind=call")
    assert reader.sentence() == "No events of the kind telephone call involving Cuba."
    assert reader.read_totals()["filtered out"] == 70
    assert "Nothing is left under these filters." in reader.notices()
    way = reader.page.get_by_role("link", name="Drop Cuba")
    promised = int(way.inner_text().rpartition("(")[2].rstrip(")"))
    with reader.committing():
        way.click()
    assert reader.address == "?lens=happened&kind=call"
    assert len(reader.listed()) == promised > 0
    assert reader.notices() == ""


CUT = """() => [...document.querySelectorAll(".chip .words")]
  .filter((words) => words.scrollWidth > words.clientWidth).map((words) => words.textContent)"""
FIVE = "country=RUS,CUB&kind=flight&q=flight&from=2019-01-15&to=2019-04-30&confidence=corroborated"


def test_the_map_hardly_moves_for_four_filters_that_can_be_read(reader: StandoffPage) -> None:
    reader.open("lens=happened&country=RUS")
    top = reader.box("#map-frame")["y"]
    reader.open("lens=happened&country=RUS,CUB&kind=flight&q=Caracas&from=2019-01-15&to=2019-04-30")
    assert len(reader.chips()) == 4
    assert reader.page.evaluate(CUT) == []
    assert reader.box("#map-frame")["y"] - top <= 24


@pytest.mark.parametrize("page", [{}, {"viewport": {"width": 1200, "height": 800}}], indirect=True)
def test_five_filters_can_be_read(reader: StandoffPage) -> None:
    reader.open(f"lens=happened&{FIVE}")
    assert len(reader.chips()) == 5
    assert reader.page.evaluate(CUT) == []


def test_words_that_are_being_typed_stay_when_a_view_arrives(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    reader.option("Countries", "RUS").click()
    reader.page.focus("#search")
    reader.page.keyboard.type("Maduro", delay=200)
    reader.until("() => new URLSearchParams(location.search).has('q')", what="the words to be searched for")
    assert reader.page.input_value("#search") == "Maduro"
    reader.wait_settled()
    assert reader.chips() == ["Russia", "“Maduro”"]


def test_words_typed_one_after_the_other_are_one_step_back(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    field = reader.page.locator("#search")
    for words in ("fli", "flight"):
        with reader.committing():
            field.fill(words)
    with reader.committing():
        reader.page.go_back()
    assert "q=" not in reader.page.url


def test_an_answer_that_comes_late_does_not_undo_what_has_been_typed_since(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    reader.page.focus("#search")
    with reader.committing():
        reader.page.keyboard.type("Pomp")
        reader.page.wait_for_timeout(320)  # as long as the page waits for more
        reader.page.keyboard.type("eo", delay=250)
    reader.until("() => document.documentElement.dataset.settled === '?lens=happened&q=Pompeo'")
    assert reader.page.input_value("#search") == "Pompeo"
    reader.back()
    assert (reader.page.input_value("#search"), reader.address) == ("", "?lens=happened")


def test_filters_chosen_faster_than_the_server_answers_all_hold_with_what_was_typed(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    reader.page.fill("#search", "Maduro")
    reader.option("Countries", "RUS").click()  # which leaves the search without Enter
    for state in ("USA", "CUB"):
        reader.option("Countries", state).dispatch_event("click")
    wanted = "?lens=happened&country=CUB,RUS,USA&q=Maduro"
    reader.until(f"() => document.documentElement.dataset.settled === '{wanted}'")
    with reader.committing():
        reader.page.click("#chips .reset")
    assert reader.address == "?lens=happened"
