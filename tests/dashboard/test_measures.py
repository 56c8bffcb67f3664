"""Where events carry numbers, such as deaths, the page counts by them: each number on it is a plain sum."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeAlias

import pytest
from flask import Response
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.app import create_app
from dashboard.cubes import tag
from dashboard.figures.timeline import figure
from dashboard.links import Links
from dashboard.markup import markup
from dashboard.panels import atlas
from dashboard.view import View, parse, query
from dashboard.view_model.appearance import Appearance
from dashboard.view_model.maps import MapView, map_view
from dashboard.view_model.questions import Question, cubes
from dashboard.view_model.results import fetch
from dashboard.view_model.timelines import timeline_view
from dashboard.workspace import Workspace, open_dossier, opened
from events.cube import overlap
from events.dossier import Dossier
from events.model import Measure, Place
from events.store import Store, Sum

Made: TypeAlias = Callable[..., Dossier]
Asked: TypeAlias = dict[str, Any]
META = {
    "kinds": [{"id": "act", "label": "Act"}, {"id": "raid", "label": "Raid"}],
    "measures": [
        {"id": "deaths", "label": "Deaths", "unit": "deaths", "unit_of_one": "death"},
        {"id": "hurt", "label": "People hurt", "unit": "people hurt"},
    ],
}
EVENTS: list[Asked] = [
    {"when": "2019-01-10", "place": "havana", "kind": "act", "measures": ["deaths:1200:1000:2000", "hurt:5"]},
    {"when": "2019-02-10", "place": "havana", "kind": "raid", "measures": ["deaths:4:0:9"]},
    {"when": "2019-03-10", "place": "tunis", "kind": "raid", "measures": ["hurt:1"]},
    {"when": "2019-04-10", "place": "tunis", "kind": "act"},
    {"when": "2019-05-10", "kind": "act", "measures": ["deaths:50"]},
    {"place": "havana", "kind": "act", "measures": ["deaths:7"]},
]
DEATHS = Measure(id="deaths", label="Deaths", unit="deaths", unit_of_one="death")
TUNIS = {"id": "tunis", "name": "Tunis", "state": "TUN", "lat": 36.8, "lon": 10.2, "precision": "settlement"}


def told(made: Made, entries: Iterable[Asked] = EVENTS) -> Dossier:
    """A dossier of two towns whose events have numbers."""
    plain = made(entries, meta=META)
    return replace(plain, places={**plain.places, "tunis": Place.model_validate(TUNIS)})


@pytest.fixture(scope="module")
def toll(made: Made) -> Workspace:
    return open_dossier(told(made))


def view_in(space: Workspace, search: str) -> View:
    parsed = parse(search, space.vocabulary, space.default)
    assert parsed.notes == ()
    return parsed.view


def map_in(space: Workspace, search: str) -> MapView:
    view = view_in(space, search)
    return map_view(space, view, fetch(space, view), Appearance.LIGHT)


def hover_of(shown: MapView, country: str) -> str:
    [shade] = [shade for shade in shown.shades if shade.country == country]
    return shade.hover


# --- the numbers

days = st.integers(1, 28).map(lambda day: f"2019-03-{day:02}")
amounts = st.none() | st.tuples(*[st.integers(0, 3_000)] * 3).map(sorted)


def _event(when: str, place: str | None, kind: str, amount: list[int] | None) -> Asked:
    numbers = [f"deaths:{amount[1]}:{amount[0]}:{amount[2]}"] if amount else []
    return {"when": when, "place": place, "kind": kind, "measures": numbers}


counted_events = st.lists(
    st.builds(_event, days, st.sampled_from(["havana", "tunis", None]), st.sampled_from(["act", "raid"]), amounts),
    max_size=8,
)


@settings(max_examples=25)
@given(counted_events, days, days, st.sampled_from(["", "&certain=1"]), st.sampled_from([1, 20_000]))
def test_every_number_is_a_plain_sum(
    made: Made, entries: list[Asked], one: str, other: str, surely: str, most_exact: int
) -> None:
    dossier = told(made, entries)
    space = opened(dossier, Store.of(dossier, most_exact=most_exact))
    first, last = sorted((one, other))
    view = view_in(space, f"?lens=happened&measure=deaths&from={first}&to={last}{surely}")
    results = fetch(space, view)
    numbers = {
        event.id: next(((one.best, one.low, one.high) for one in event.measures), (0, 0, 0))
        for event in dossier.events.values()
    }
    inside = [key for key, entry in zip(dossier.events, entries, strict=True) if first <= entry["when"] <= last]
    placed = [key for key in inside if dossier.events[key].place]
    shown = Sum(*(sum(numbers[key][at] for key in placed) for at in range(3)))
    assert results.amount == shown
    assert (results.could, results.certain) == (len(inside), len(inside)), "events are still counted as events"
    exact = results.by_country.resolution == 1
    for place, state in (("havana", "CUB"), ("tunis", "TUN")):
        here = sum(numbers[key][0] for key in inside if dossier.events[key].place == place)
        ever = sum(numbers[key][0] for key in dossier.events if dossier.events[key].place == place)
        for cube, name in ((results.by_country, state), (results.by_place, place)):
            found = dict(zip(cube.keys, overlap(cube, view.first, view.last).tolist(), strict=True))
            assert found.get(name, 0) == here or not exact
            assert dict(zip(cube.keys, overlap(cube, None, None).tolist(), strict=True)).get(name, 0) == ever


@settings(max_examples=25)
@given(counted_events, st.sampled_from(["most", "least"]), st.sampled_from(["", "&kind=act"]))
def test_the_place_of_an_event_and_its_neighbours_are_those_in_the_list_by_a_measure(
    made: Made, entries: list[Asked], sort: str, more: str
) -> None:
    dossier = told(made, entries)
    store = Store.of(dossier)
    selection = view_in(opened(dossier, store), f"?lens=happened{more}").selection
    listed = store.ids(selection, sort="most" if sort == "most" else "least", measure="deaths")
    for key in dossier.events:
        found = store.around_by(selection, key, "deaths", is_most=sort == "most")
        if key not in listed:
            assert found == (None, None, None)
        else:
            at = listed.index(key)
            assert found == (at, listed[at - 1] if at else None, [*listed, None][at + 1])


def test_a_list_by_a_measure_shows_it_and_is_walked_in_its_order(render: Any, toll: Workspace) -> None:
    search = "?lens=happened&sort=most&measure=deaths"
    page = markup(render(search, of=toll)["records.children"])
    assert [int(one.replace(",", "")) for one in re.findall(r"([\d,]+) deaths?", page)] == sorted(
        (one.best for event in toll.dossier.events.values() for one in event.measures if one.measure == "deaths"),
        reverse=True,
    )
    first = re.search(r'data-record="([^"]+)"', page)
    assert first
    assert "1 of 6" in markup(render(f"{search}&open={first[1]}", of=toll)["records.children"])


@pytest.mark.parametrize("most_exact", [1, 20_000])
def test_the_density_of_the_timeline_adds_up_to_the_measure(made: Made, most_exact: int) -> None:
    dossier = told(made)
    space = opened(dossier, Store.of(dossier, most_exact=most_exact))
    for search, wanted, unit in (("", 5, "record"), ("&measure=deaths", 1254, "death"), ("&measure=hurt", 6, "people")):
        view = view_in(space, f"?lens=happened{search}")
        line = timeline_view(space, view, fetch(space, view), Appearance.LIGHT)
        assert sum(count for _, _, count in line.density) == wanted
        [drawn] = [one for one in figure(line, Appearance.LIGHT)["data"] if one["name"].startswith("density")]
        assert any(unit in text for text in drawn["text"])


def test_without_a_measure_every_kind_of_cube_counts_events(toll: Workspace) -> None:
    found = cubes(toll, Question.of(toll, view_in(toll, "?lens=happened")))
    assert {name: int(overlap(cube, None, None).sum()) for name, cube in found.items()} == {
        "countries": 4,
        "places": 4,
        "overall": 5,
        "kinds": 5,
    }


def test_the_measure_makes_another_question_which_readers_of_it_share(toll: Workspace) -> None:
    asked = [Question.of(toll, view_in(toll, f"?lens=happened{more}")) for more in ("", "&measure=deaths")]
    assert len({tag(one, "v") for one in asked}) == 2
    assert Question.of(toll, view_in(toll, "?lens=happened&measure=deaths&from=2019-03-01")) == asked[1]


# --- the words


def test_the_map_speaks_of_what_it_counts(toll: Workspace, walk: Any, words: Any) -> None:
    shown = map_in(toll, "?lens=happened&measure=deaths")
    assert hover_of(shown, "CUB") == "<b>Cuba</b><br>1,204 deaths"
    assert hover_of(shown, "TUN") == "<b>Tunisia</b><br>no deaths"
    assert [one.label for one in shown.categories][:1] == ["No deaths"]
    assert all(one.label.endswith(" deaths") for one in shown.categories[1:])
    assert [(bubble.label, shown.noun.counted(bubble.count)) for bubble in shown.bubbles] == [
        ("Havana", "1,204 deaths")
    ]
    view = view_in(toll, "?lens=happened&measure=deaths&table=map")
    rows = atlas.table(view, shown, Links(view, toll.default), toll, fetch(toll, view))
    assert "Deaths by state and by place" in words(rows)
    assert "Cuba1,204 deaths" in words(rows)


def test_a_unit_may_have_a_word_for_one(toll: Workspace) -> None:
    assert hover_of(map_in(toll, "?lens=happened&measure=hurt"), "TUN").endswith("<br>1 people hurt")
    one = map_in(toll, "?lens=happened&measure=deaths")
    assert one.noun.counted(1) == "1 death"


def test_sentence_totals_and_caption_tell_the_sum_and_its_range(toll: Workspace, render: Any, words: Any) -> None:
    page = render("?lens=happened&measure=deaths", of=toll)
    assert page["sentence.children"] == "6 events; 1,204 deaths (1,000–2,009) on the map."
    assert words(page["totals.children"]).endswith("= 6 · 1,204 deaths, between 1,000 and 2,009")
    caption = page["scene.data"]["caption"]
    assert caption["sentence"] == page["sentence.children"]
    assert page["sentence.children"] in caption["alt"]


def test_a_sum_without_a_range_is_one_number(toll: Workspace, render: Any, words: Any) -> None:
    page = render("?lens=happened&measure=hurt", of=toll)
    assert page["sentence.children"] == "6 events; 6 people hurt on the map."
    assert words(page["totals.children"]).endswith(" · 6 people hurt")


def test_the_csv_says_what_the_map_adds_up_to(made: Made) -> None:
    client = FlaskClient(create_app({"small": told(made)}).server, Response)
    head = client.get("/data/small/records.csv?lens=happened&measure=deaths").text.splitlines()[:4]
    assert "# 6 events; 1,204 deaths (1,000–2,009) on the map." in head


# --- the choice


def counts_offered(page: dict[str, Any], walk: Any) -> list[tuple[str, str]]:
    navs = [one for one in walk(page["map-choices.children"]) if getattr(one, "aria-label", "") == "Count"]
    return [(link.children, link.href) for nav in navs for link in nav.children]


def test_a_reader_chooses_what_is_counted_and_stays_on_the_page_of_the_list(
    toll: Workspace, render: Any, walk: Any
) -> None:
    page = render("?lens=happened&page=2", of=toll)
    offered = counts_offered(page, walk)
    assert [name for name, _ in offered] == ["Events", "Deaths", "People hurt"]
    assert view_in(toll, offered[1][1]) == replace(view_in(toll, "?lens=happened&page=2"), measure="deaths")


def test_a_dossier_without_measures_offers_no_choice(render: Any, walk: Any) -> None:
    assert counts_offered(render("?lens=happened"), walk) == []


@pytest.mark.parametrize("measure", ["", "deaths", "hurt"])
def test_the_choice_survives_the_address(toll: Workspace, measure: str) -> None:
    view = replace(toll.default, measure=measure)
    assert parse(query(view, toll.default), toll.vocabulary, toll.default).view == view


def test_a_measure_that_a_dossier_does_not_have_is_named_with_those_it_has(toll: Workspace, space: Workspace) -> None:
    [note] = parse("?measure=death", toll.vocabulary, toll.default).notes
    assert note.endswith("it can be deaths, hurt. Did you mean “deaths”?")
    [other] = parse("?measure=deaths", space.vocabulary, space.default).notes
    assert other.endswith("the dossier counts nothing but its records.")


def test_most_and_fewest_go_by_the_chosen_measure_or_else_the_first(toll: Workspace, render: Any, words: Any) -> None:
    asked = (
        "sort=most",
        "sort=least",
        "sort=most&measure=deaths",
        "sort=least&measure=deaths",
        "sort=least&measure=hurt",
    )
    assert [fetch(toll, view_in(toll, f"?{one}")).page[0] for one in asked] == ["e0", "e1", "e0", "e1", "e2"]
    assert "fewest people hurt" in words(render("?measure=hurt", of=toll)["records.children"])
    assert "fewest deaths" in words(render("", of=toll)["records.children"])


def test_statements_are_never_counted_or_put_in_order_by_a_measure(dossier: Dossier, render: Any, walk: Any) -> None:
    meta = dossier.meta.model_copy(update={"measures": (DEATHS,)})
    space = open_dossier(replace(dossier, meta=meta))
    plain, measured = (render(f"?lens=said{more}", of=space) for more in ("", "&measure=deaths&sort=most"))
    assert plain["sentence.children"] == measured["sentence.children"]
    assert counts_offered(measured, walk) == []
