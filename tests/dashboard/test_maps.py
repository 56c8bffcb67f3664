"""The map says what the records say: no state too many, no arc too solid, no place more exact than its source."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.labels import SILENCE_LABELS
from dashboard.view import View
from dashboard.view_model.appearance import Appearance
from dashboard.view_model.maps import MapView
from dashboard.view_model.marks import Bubble, anchor, clustered, leg_text
from dashboard.view_model.results import Results, counts_by_key, fetch
from dashboard.view_model.shades import thresholds
from dashboard.view_model.standings import standing_phrase
from dashboard.workspace import Workspace, open_dossier
from events.dates import DateSpan, day, isoday
from events.dossier import Dossier
from events.model import ID_PATTERN, Event, Movement, MovementStatus, Place, PlacePrecision

MapOf = Callable[..., MapView]
APRIL_30 = "?lens=stands&on=2019-04-30"
FIRST, LAST = day("2018-01-01"), day("2019-12-31")
SHARED: dict[str, Any] = json.loads((Path(__file__).parents[1] / "bubble_cases.json").read_text("utf-8"))


def numbers(shown: MapView) -> dict[str, int]:
    return {category.id: category.count for category in shown.categories}


# --- Stands


def test_on_30_april_2019_the_states_stand_where_the_records_put_them(map_of: MapOf) -> None:
    assert list(numbers(map_of(APRIL_30)).items())[:5] == [
        ("recognises_guaido", 54),
        ("supports_national_assembly", 6),
        ("neutral_or_calls_for_dialogue", 19),
        ("recognises_maduro", 33),
        ("no_statement", 1),
    ]


@pytest.mark.parametrize("on", ["2018-05-01", "2019-01-23", "2019-04-30", "2020-01-01", "-0043-03-15"])
def test_every_counted_state_is_in_exactly_one_category(map_of: MapOf, space: Workspace, on: str) -> None:
    shown = map_of(f"?lens=stands&on={on}")
    assert sum(numbers(shown).values()) == len(space.states) == sum(shade.is_state for shade in shown.shades)
    assert {shade.country for shade in shown.shades if shade.is_state} == space.states


def test_silence_ignorance_and_not_yet_are_three_things(map_of: MapOf) -> None:
    before, after = map_of("?lens=stands&on=2019-01-01"), map_of(APRIL_30)
    silences = ("no_statement", "-not-researched", "-not-yet")
    looks = {(c.label, c.colour, c.pattern) for c in after.categories if c.id in silences}
    assert len(looks) == 3
    assert numbers(before)["-not-yet"] > numbers(after)["-not-yet"]
    assert numbers(before)["-not-researched"] == numbers(after)["-not-researched"] > 0


def test_neutral_states_are_hatched_and_so_told_apart_without_colour(map_of: MapOf) -> None:
    patterns = {category.id: category.pattern for category in map_of(APRIL_30).categories}
    assert patterns["neutral_or_calls_for_dialogue"] == "hatch"
    assert patterns["recognises_guaido"] == patterns["recognises_maduro"] == "solid"


def test_the_state_that_the_question_is_about_holds_no_position(map_of: MapOf) -> None:
    shown = map_of(APRIL_30)
    [venezuela] = [shade for shade in shown.shades if shade.country == "VEN"]
    assert shown.categories[venezuela.category].id == "-subject"
    assert "Two claimants" in venezuela.hover


def test_a_territory_takes_the_colour_of_its_sovereign_and_is_not_counted(map_of: MapOf) -> None:
    shades = {shade.country: shade for shade in map_of(APRIL_30).shades}
    assert shades["GUF"].category == shades["FRA"].category
    assert (shades["GUF"].is_state, shades["FRA"].is_state) == (False, True)
    assert "(France)" in shades["GUF"].hover


def test_what_nobody_holds_is_neither_shaded_nor_counted(map_of: MapOf) -> None:
    assert {"ATA", "x-spratly-islands"}.isdisjoint(shade.country for shade in map_of(APRIL_30).shades)
    happened = {shade.country: shade for shade in map_of("?lens=happened").shades}
    assert not happened["ATA"].is_state


def test_a_tooltip_names_position_basis_and_source(map_of: MapOf) -> None:
    [brazil] = [shade for shade in map_of(APRIL_30).shades if shade.country == "BRA"]
    assert brazil.hover.startswith("<b>Brazil</b><br>Recognise Guaidó since 23 January 2019<br>")
    assert "<br>Source: " in brazil.hover


def test_the_sentence_counts_what_the_map_shows(space: Workspace, view_of: Callable[[str], View]) -> None:
    said = standing_phrase(space, view_of(APRIL_30))
    assert said == "On 30 April 2019, 54 states recognise Guaidó and 33 recognise Maduro"
    assert standing_phrase(space, view_of("?lens=stands&on=1999-01-01")) == (
        "On 1 January 1999, no position is recorded"
    )
    assert standing_phrase(space, view_of("?lens=happened")) == ""


def test_a_comparison_says_how_many_stood_there_on_both_days(space: Workspace, view_of: Callable[..., View]) -> None:
    said = standing_phrase(space, view_of(f"{APRIL_30}&against=2019-01-28"))
    assert said.endswith("54 states recognise Guaidó and 33 recognise Maduro, against 21 and 16 on 28 January 2019")
    before_all = standing_phrase(space, view_of("?lens=stands&on=1999-01-01&against=1998-01-01"))
    assert before_all.endswith("no position is recorded, compared with 1 January 1998")


# --- Happened


def test_classes_hold_for_every_period_and_choice_of_states_but_not_for_other_filters(map_of: MapOf) -> None:
    def classes(search: str) -> list[int]:
        return [category.least for category in map_of(f"?lens=happened&{search}").categories]

    assert classes("") == classes("from=2019-01-01&to=2019-02-01") == classes("country=RUS")
    assert classes("") != classes("kind=flight")


def countries_of(space: Workspace, event: Event) -> set[str]:
    """The plain loop: the states of actors, of the place, and of where journeys begin and end."""
    dossier = space.dossier
    legs = [leg for leg in dossier.movements.values() if leg.event == event.id]
    places = [event.place, *(end for leg in legs for end in (leg.origin, leg.destination))]
    named = [dossier.actors[part.actor].state for part in event.actors]
    return {state for state in [*named, *(dossier.places[key].state for key in places if key)] if state}


def is_inside(when: DateSpan, first: int, last: int, is_certain: bool) -> bool:
    low = -math.inf if when.earliest is None else when.earliest
    high = math.inf if when.latest is None else when.latest
    return first <= low and high <= last if is_certain else low <= last and first <= high


@settings(max_examples=20)
@given(days=st.tuples(st.integers(FIRST, LAST), st.integers(FIRST, LAST)), is_certain=st.booleans())
def test_counts_are_those_of_a_plain_loop_over_the_events(
    space: Workspace, view_of: Callable[[str], View], days: tuple[int, int], is_certain: bool
) -> None:
    first, last = sorted(days)
    period = f"from={isoday(first)}&to={isoday(last)}&certain={int(is_certain)}"
    view = view_of(f"?lens=happened&{period}")
    found = fetch(space, view)
    inside = [e for e in space.dossier.events.values() if e.when and is_inside(e.when, first, last, is_certain)]
    by_country = Counter(country for event in inside for country in countries_of(space, event))
    assert +Counter(counts_by_key(found.by_country, view)) == by_country
    assert +Counter(counts_by_key(found.by_place, view)) == Counter(event.place for event in inside if event.place)
    assert set(found.ids) == {event.id for event in inside}


def test_every_class_of_the_legend_holds_the_states_with_so_many_events(
    space: Workspace, seen: Callable[[str], tuple[View, Results]], map_of: MapOf
) -> None:
    search = "?lens=happened&from=2019-01-01"
    view, found = seen(search)
    counts, shown = counts_by_key(found.by_country, view), map_of(search)
    least = [category.least for category in shown.categories]
    for shade in shown.shades:
        count = counts.get(space.countries[shade.country].holder, 0)
        assert least[shade.category] <= count
        assert shade.category == len(least) - 1 or count < least[shade.category + 1]


@given(st.integers(0, 10_000_000))
def test_classes_rise_from_one_and_reach_no_further_than_the_most(most: int) -> None:
    found = thresholds(most)
    assert found[0] == 1
    assert list(found) == sorted(set(found))
    assert found[-1] <= max(1, most)


def test_a_country_brushed_away_by_its_own_filter_stays_countable(map_of: MapOf) -> None:
    everything, chosen = map_of("?lens=happened"), map_of("?lens=happened&country=RUS")
    assert numbers(everything) == numbers(chosen)
    assert chosen.selected == ("RUS",)


# --- places and journeys


def test_a_place_known_only_as_a_country_is_an_area_in_its_middle_and_no_dot_in_its_capital(
    map_of: MapOf, space: Workspace
) -> None:
    areas = [bubble for bubble in map_of("?lens=happened").bubbles if bubble.is_area]
    assert areas
    for bubble in areas:
        [place] = (space.dossier.places[key] for key in bubble.places)
        country = space.countries[place.state or ""]
        assert place.precision is PlacePrecision.COUNTRY
        assert (bubble.lon, bubble.lat) == (country.lon, country.lat)


def test_a_place_with_no_known_point_is_not_drawn(space: Workspace) -> None:
    nowhere = Place.model_validate({"id": "x", "name": "Somewhere", "precision": "region"})
    assert anchor(nowhere, space) is None


def test_the_march_2019_flights_go_from_moscow_by_latakia_to_caracas(map_of: MapOf) -> None:
    texts = {leg.hover.partition("</b>")[0].removeprefix("<b>") for leg in map_of("?lens=happened").legs}
    assert any("Latakia" in text and "Caracas" in text for text in texts)
    assert any("Moscow" in text and "Latakia" in text for text in texts)


def test_only_what_was_seen_tracked_or_reported_is_solid(map_of: MapOf, space: Workspace) -> None:
    status = {leg.id: leg.status for leg in space.dossier.movements.values()}
    for leg in map_of("?lens=happened").legs:
        assert leg.is_solid == (status[leg.id] not in {MovementStatus.ALLEGED, MovementStatus.REFUSED})


def test_the_alleged_flight_from_caracas_to_havana_is_dashed_and_named_so(map_of: MapOf) -> None:
    found = [leg for leg in map_of("?lens=happened").legs if "Caracas → Havana" in leg.hover]
    assert found
    assert not any(leg.is_solid for leg in found)
    assert all("(alleged)" in leg.hover for leg in found)


def test_an_arc_joins_the_ends_of_its_leg(map_of: MapOf, space: Workspace) -> None:
    for leg in map_of("?lens=happened").legs:
        record = space.dossier.movements[leg.id]
        if record.origin and record.destination:
            ends = [anchor(space.dossier.places[end], space) for end in (record.origin, record.destination)]
            drawn = (leg.parts[0][0], leg.parts[-1][-1])
            assert all(math.dist(a, b) < 0.01 for a, b in zip(drawn, ends, strict=True) if b)


def test_a_leg_out_of_the_period_is_kept_for_the_brush_but_not_shown(map_of: MapOf) -> None:
    legs = map_of("?lens=happened&from=2019-03-20&to=2019-03-31").legs
    assert {leg.in_period for leg in legs} == {True, False}


def test_a_leg_says_where_it_went_and_how_well_that_is_known(made: Callable[..., Dossier]) -> None:
    leg = {"id": "m0", "event": "e0", "destination": "havana", "status": "refused"}
    space = open_dossier(made([{}], movements={"m0": Movement.model_validate(leg)}))
    assert leg_text(space.dossier.movements["m0"], space) == "unknown → Havana (refused)"


# --- clustering

coordinates = st.tuples(st.integers(-1800, 1800), st.integers(-900, 900)).map(lambda pair: (pair[0] / 10, pair[1] / 10))


@st.composite
def crowds(draw: st.DrawFn) -> list[Bubble]:
    size = draw(st.integers(0, 12))
    return [
        Bubble(
            (f"p{i}",),
            f"P{i}",
            *draw(coordinates),
            draw(st.integers(0, 9)),
            1,
            draw(st.booleans()),
            i % 2 == 0,
            (f"e{i}",),
        )
        for i in range(size)
    ]


def total(bubbles: Iterable[Bubble]) -> tuple[int, Counter[str], Counter[str]]:
    found = list(bubbles)
    names = Counter(place for bubble in found for place in bubble.places)
    return sum(bubble.count for bubble in found), names, Counter(key for bubble in found for key in bubble.events)


@given(crowds(), st.floats(0.1, 40))
def test_merging_bubbles_loses_no_event_and_no_place(single: list[Bubble], reach: float) -> None:
    assert total(clustered(single, reach)) == total(single)


@given(crowds(), st.floats(0.1, 40))
def test_after_merging_no_two_bubbles_hide_each_other(single: list[Bubble], reach: float) -> None:
    merged = [bubble for bubble in clustered(single, reach) if not bubble.is_area]
    for i, one in enumerate(merged):
        for other in merged[:i]:
            assert math.hypot(math.remainder(one.lon - other.lon, 360), one.lat - other.lat) >= reach


@given(crowds(), st.floats(0.1, 40))
def test_an_area_is_never_merged_into_a_point(single: list[Bubble], reach: float) -> None:
    assert [b for b in clustered(single, reach) if b.is_area] == sorted(
        (b for b in single if b.is_area), key=lambda b: (-len(b.events), b.places)
    )


@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: case["name"])
def test_the_server_joins_the_places_that_the_browser_joins(case: dict[str, Any]) -> None:
    assert [as_case(bubble) for bubble in clustered(map(bubble_of, case["single"]), case["reach"])] == case["clustered"]


def bubble_of(case: dict[str, Any]) -> Bubble:
    names = {"is_area": case["isArea"], "is_settlement": case["isSettlement"], "places": tuple(case["places"])}
    same = {key: case[key] for key in ("label", "lon", "lat", "count", "total")}
    return Bubble(**same, **names, events=())


def as_case(bubble: Bubble) -> dict[str, Any]:
    found = asdict(bubble)
    del found["events"]
    found |= {"isArea": found.pop("is_area"), "isSettlement": found.pop("is_settlement")}
    return found | {"places": list(bubble.places)}


def test_zooming_in_takes_bubbles_apart(map_of: MapOf) -> None:
    far, near = map_of("?lens=happened"), map_of("?lens=happened&camera=-66.9,10.5,40")
    assert len(near.bubbles) > len(far.bubbles)
    assert total(near.bubbles) == total(far.bubbles)


@pytest.mark.parametrize("look", Appearance)
def test_the_legend_has_colours_of_the_paper_that_is_shown(map_of: MapOf, look: Appearance) -> None:
    colours = [category.colour for category in map_of(APRIL_30, look).categories]
    assert all(len(colour) == 7 and colour.startswith("#") for colour in colours)
    assert len(set(colours)) == len(colours)


def test_no_answer_of_a_dossier_is_taken_for_a_silence() -> None:
    for silence in SILENCE_LABELS:
        assert not re.match(ID_PATTERN, silence)
