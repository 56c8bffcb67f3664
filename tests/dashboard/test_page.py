"""The page for any address: nothing is hidden, nothing breaks, and no dossier writes into it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import elements as html
from dashboard.labels import BASIS_LABELS
from dashboard.markup import markup
from dashboard.page import OUTPUTS, PANELS, Request, as_json, sent
from dashboard.panels import about, atlas
from dashboard.panels.records import offices
from dashboard.view import Lanes, Lens, Table, View
from dashboard.view_model.appearance import Appearance
from dashboard.view_model.maps import MapView
from dashboard.workspace import Workspace, open_dossier
from events.dates import day, describe_days, parse
from events.dossier import Dossier, read
from events.importing import import_files
from events.model import Actor, Claim, Place, Position, Source, Statement

Render = Callable[..., dict[str, Any]]
Words = Callable[[Any], str]
Walk = Callable[[Any], Iterator[Any]]
EVIL = "<script>alert(1)</script> %{x} $x$ &lt;b"


def links(part: Any, walk: Walk) -> dict[str, str]:
    """Text of every link in a part of the page, and its address."""
    found = [one for one in walk(part) if isinstance(one, html.A)]
    return {"".join(text for text in walk(link) if isinstance(text, str)): link.href for link in found}


# --- every view


@pytest.mark.parametrize("table", Table)
@pytest.mark.parametrize("lens", Lens)
def test_every_view_can_be_drawn_and_sent(render: Render, lens: Lens, table: Table) -> None:
    for lanes in Lanes if table is Table.TIMELINE else [Lanes.SIDE]:
        rendered = render(f"?lens={lens}&table={table}&lanes={lanes}")
        assert len(sent(rendered)) == len(OUTPUTS)
        json.loads(as_json(rendered))


@pytest.mark.parametrize("lens", Lens)
@pytest.mark.parametrize("surroundings", [{"appearance": "dark"}, {"narrow": True}])
def test_a_view_can_be_drawn_dark_and_narrow(render: Render, lens: Lens, surroundings: dict[str, Any]) -> None:
    rendered = render(f"?lens={lens}", **surroundings)
    assert rendered["scene.data"]["appearance"] == surroundings.get("appearance", "light")


@settings(max_examples=10)
@given(st.data())
def test_any_record_and_any_filter_can_be_drawn(render: Render, space: Workspace, data: st.DataObject) -> None:
    record = data.draw(st.sampled_from(sorted(space.vocabulary.records)))
    country = data.draw(st.sampled_from(sorted(space.vocabulary.countries)))
    lens = data.draw(st.sampled_from(Lens))
    rendered = render(f"?lens={lens}&open={record}&country={country}")
    assert rendered["notices.children"] is not None
    json.loads(as_json(rendered))


@pytest.mark.parametrize("whens", [(), (None,), ("2019-04-30",), ("-0043-03-15", "Y12019"), ("../1969-12-31",)])
@pytest.mark.parametrize("lens", Lens)
def test_the_smallest_and_the_oddest_dossiers_can_be_drawn(
    made: Callable[..., Dossier], render: Render, lens: Lens, whens: tuple[str | None, ...]
) -> None:
    space = open_dossier(made([{"when": when} for when in whens]))
    json.loads(as_json(render(f"?lens={lens}&spacing=even", of=space)))
    json.loads(as_json(render(f"?lens={lens}", of=space)))


@pytest.mark.parametrize("data", [None, [], "x", {"search": 3, "appearance": [], "narrow": "yes"}])
def test_a_request_that_makes_no_sense_is_a_plain_view(data: object) -> None:
    assert Request.of(data) == Request("", Appearance.LIGHT, False)


# --- totals and tables


@pytest.mark.parametrize(
    "search", ["", "?country=RUS", "?from=2019-04-30&to=2019-04-30", "?q=zzz", "?kind=flight&certain=1&from=2019-03-01"]
)
def test_every_event_is_counted_once_on_screen(render: Render, words: Words, space: Workspace, search: str) -> None:
    text = words(render(f"{search}{'&' if search else '?'}lens=happened")["totals.children"]).replace(",", "")
    *parts, total = map(int, re.findall(r"\d+", re.sub(r"\(.*?\)", "", text)))
    assert sum(parts) == total == len(space.dossier.events)


def test_the_table_of_the_map_lists_every_position(render: Render, words: Words, walk: Walk, space: Workspace) -> None:
    table = render("?lens=stands&table=map&on=2030-01-01")["map-table.children"]
    rows = [words(row) for row in walk(table) if isinstance(row, html.Tr)]
    for state, [*_, held] in space.public(View()).history.items():
        [row] = [
            row for row in rows if row.startswith(space.vocabulary.countries[state] + space.answers[held.answer].label)
        ]
        assert BASIS_LABELS[held.basis] in row


def test_the_table_of_the_map_lists_the_events_of_the_period_and_no_others(
    render: Render, walk: Walk, space: Workspace
) -> None:
    table = render("?lens=happened&table=map&from=2019-04-30&to=2019-04-30")["map-table.children"]
    opened = {href.partition("open=")[2].partition("&")[0] for href in links(table, walk).values() if "open=" in href}
    placed = {key for key in _ids(space, "2019-04-30") if space.dossier.events[key].place}
    assert opened == placed


def _ids(space: Workspace, on: str) -> list[str]:
    view = View(first=day(on), last=day(on))
    return space.store.event_ids(view.selection)


def test_a_territory_is_no_row_of_the_table(render: Render, words: Words) -> None:
    assert "French Guiana" not in words(render("?lens=happened&table=map")["map-table.children"])


def test_the_table_of_the_timeline_has_a_row_for_every_mark(render: Render, walk: Walk, space: Workspace) -> None:
    table = render("?lens=happened&table=timeline")["timeline-table.children"]
    rows = [row for row in walk(table) if isinstance(row, html.Tr)]
    assert len(rows) == 1 + sum(event.when is not None for event in space.dossier.events.values())


def test_the_legend_keeps_its_entries_while_states_change(map_of: Callable[..., MapView], walk: Walk) -> None:
    def entries(on: str) -> list[str]:
        legend = atlas.legend(map_of(f"?lens=stands&on={on}"))
        return [getattr(one, "data-id") for one in walk(legend) if isinstance(one, html.Li)]

    assert entries("2018-01-01") == entries("2019-04-30") == entries("2020-01-01")


# --- notices


def test_nothing_left_offers_each_filter_that_brings_events_back_with_how_many(
    render: Render, walk: Walk, space: Workspace, view_of: Callable[[str], View]
) -> None:
    found = links(render("?lens=happened&kind=flight&q=zzzz")["notices.children"], walk)
    flights = sum(event.kind == "flight" for event in space.dossier.events.values())
    assert {text: view_of(href).words for text, href in found.items()} == {f"Drop “zzzz” ({flights})": ""}


def test_a_way_back_to_thousands_can_be_read(render: Render, walk: Walk, made: Callable[..., Dossier]) -> None:
    rendered = render("?q=zzzz", of=open_dossier(made([{}] * 1200)))
    assert list(links(rendered["notices.children"], walk)) == ["Drop “zzzz” (1,200)"]


def test_a_page_beyond_the_end_of_the_list_is_named(render: Render, words: Words) -> None:
    told = words(render("?lens=happened&page=99")["notices.children"])
    assert told == "“page=99” in the address was ignored: the list has 1 page, and the last is shown."


def test_nothing_left_by_two_filters_that_both_exclude_all_offers_a_fresh_start(render: Render, walk: Walk) -> None:
    found = links(render("?lens=happened&q=zzzz&country=ATA")["notices.children"], walk)
    assert list(found) == ["Reset all filters"]
    assert "q=" not in found["Reset all filters"]


def test_a_view_with_events_needs_no_way_back(render: Render) -> None:
    assert render("?lens=happened&country=RUS")["notices.children"] == []


def test_an_ignored_parameter_is_named_on_the_page(render: Render, words: Words) -> None:
    assert "Did you mean “stands”?" in words(render("?lens=stand")["notices.children"])


def test_a_broken_dossier_says_how_many_records_are_left_out_and_why(
    tmp_path: Path, dossier_folder: Path, render: Render, words: Words
) -> None:
    folder = shutil.copytree(dossier_folder, tmp_path / "broken")
    text = (folder / "events.yaml").read_text("utf-8")
    kind = next(line for line in text.splitlines() if line.strip().startswith("kind:"))
    (folder / "events.yaml").write_text(text.replace(kind, kind.split(":")[0] + ": no-such-kind", 1), "utf-8")
    dossier = read(folder)
    said = words(render("", of=open_dossier(dossier))["notices.children"])
    assert dossier.left_out > 0
    assert said.startswith(f"{dossier.left_out} record")
    assert all(str(problem) in said for problem in dossier.problems[:50])


# --- words of the page


def test_a_chip_takes_its_own_filter_away_and_no_other(
    render: Render, walk: Walk, view_of: Callable[[str], View]
) -> None:
    search = "?country=RUS&kind=flight&q=caracas&from=2019-03-01"
    found = links(render(search)["chips.children"], walk)
    kept = {text.rstrip("×"): view_of(href) for text, href in found.items()}
    assert kept["Russia"] == view_of("?kind=flight&q=caracas&from=2019-03-01")
    assert kept["Flight"] == view_of("?country=RUS&q=caracas&from=2019-03-01")
    assert kept["“caracas”"] == view_of("?country=RUS&kind=flight&from=2019-03-01")
    assert kept[f"since {describe_days(day('2019-03-01'), day('2019-03-01'))}"] == view_of(
        "?country=RUS&kind=flight&q=caracas"
    )
    assert kept["Reset"] == view_of("")


def test_what_a_search_finds_stands_before_what_it_does_not(render: Render, walk: Walk) -> None:
    def listed(search: str) -> list[tuple[str, bool]]:
        [actors] = [one for one in render(search)["filters.children"] if getattr(one, "aria-label") == "Actors"]
        options = [one for one in walk(actors) if getattr(one, "role", "") == "checkbox"]
        return [(getattr(one, "data-value"), "none" in one.className.split()) for one in options]

    whole, found = listed("?lens=happened"), listed("?lens=happened&q=Lavrov")
    assert "sergey-lavrov" in [value for value, _ in found[:6]]
    assert [is_none for _, is_none in found] == sorted(is_none for _, is_none in found)
    for part in (False, True):
        values = [value for value, is_none in found if is_none is part]
        assert values == [value for value, _ in whole if value in values], "among equals by size, as ever"


def test_a_filter_option_leads_to_as_many_events_as_it_says(
    render: Render, walk: Walk, space: Workspace, view_of: Callable[[str], View]
) -> None:
    rail = render("?lens=happened&kind=flight")["filters.children"]
    options = [one for one in walk(rail) if isinstance(one, html.A)]
    assert options
    for option in options[:40]:
        view, count = view_of(option.href), int(option.children[-1].children.replace(",", ""))
        is_alone = getattr(option, "data-value") in {*view.countries, *view.actors, *view.confidences}
        if is_alone:
            assert len(space.store.event_ids(view.selection)) == count


def test_picture_page_and_alt_text_say_the_same_sentence(render: Render) -> None:
    rendered = render("?lens=stands&on=2019-04-30")
    caption = rendered["scene.data"]["caption"]
    assert caption["sentence"] == rendered["sentence.children"]
    assert caption["sentence"] in caption["alt"]
    assert "Recognise Guaidó 54" in caption["alt"]


def test_every_link_out_opens_apart_and_tells_the_other_site_nothing(render: Render, walk: Walk) -> None:
    found = [one for one in walk(render("?open=")["records.children"]) if isinstance(one, html.A)]
    assert found
    for link in found:
        if not link.href.startswith("?"):
            assert (link.target, link.rel) == ("_blank", "noopener noreferrer")


# --- a dossier that means harm


@pytest.fixture(scope="module")
def evil(made: Callable[..., Dossier]) -> Workspace:
    answers = [{"id": "yes", "label": EVIL, "verb": EVIL, "light": "#000000", "dark": "#FFFFFF"}]
    question = {"id": "q", "label": EVIL, "subject": "VEN", "subject_note": EVIL, "answers": answers}
    named = [{"id": "act", "label": EVIL}]
    actor = {"id": "cuba", "name": EVIL, "kind": "state", "state": "CUB", "side": "act"}
    place = {"id": "p", "name": EVIL, "label": EVIL, "lat": 1, "lon": 1, "precision": "settlement"}
    source = {"id": "s", "publisher": EVIL, "title": EVIL, "url": "https://example.org/", "kind": "news"}
    held = {"id": "h", "question": "q", "state": "CUB", "answer": "yes", "since": "2019", "sources": ["s"]}
    claim = {"id": "c", "text": EVIL, "short": EVIL, "about": ["e0"], "status": "contested"}
    said = {"id": "t", "claim": "c", "actor": "cuba", "stance": "asserts", "said_on": "2019-04-30", "source": "s"}
    event = {
        "title": EVIL,
        "summary": EVIL,
        "note": EVIL,
        "when": "2019-04-30",
        "place": "p",
        "actors": ["cuba"],
        "sources": ["s"],
    }
    return open_dossier(
        made(
            [event],
            meta={"title": EVIL, "kinds": named, "sides": named, "questions": [question], "view": "on=2019-04-30"},
            actors={"cuba": Actor.model_validate(actor)},
            places={"p": Place.model_validate(place)},
            sources={"s": Source.model_validate(source)},
            claims={"c": Claim.model_validate({**claim, "confidence": "corroborated"})},
            statements={"t": Statement.model_validate({**said, "quote": EVIL, "channel": EVIL})},
            positions={
                "h": Position.model_validate({**held, "basis": "un_vote", "confidence": "corroborated"}),
            },
        )
    )


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def without_meta(value: dict[str, Any]) -> dict[str, Any]:
    """A part of a figure without what Plotly does not draw: names of places, which the browser escapes."""
    return {key: inner for key, inner in value.items() if key != "meta"}


@pytest.mark.parametrize("lens", Lens)
@pytest.mark.parametrize("lanes", Lanes)
def test_no_word_of_a_dossier_is_markup_in_a_figure(evil: Workspace, render: Render, lens: Lens, lanes: Lanes) -> None:
    claim = "&claim=c" if lens is Lens.SAID else ""
    rendered = render(f"?lens={lens}&lanes={lanes}&camera=1,1,9&country=CUB{claim}", of=evil)
    painted = rendered["scene.data"]["paint"]["map"]
    tooltips = list(painted["hovers"].values())
    for drawn in (tooltips, rendered["map.figure"], rendered["timeline.figure"]):
        found = list(texts(json.loads(json.dumps(drawn), object_hook=without_meta)))
        assert not [text for text in found if "<script" in text or "%{x}" in text or "$" in text]
    assert any("alert(1)" in text for text in texts(rendered["timeline.figure"]))


def test_no_word_of_a_dossier_is_an_element_of_the_page(evil: Workspace, render: Render, walk: Walk) -> None:
    rendered = render("?lens=happened&open=e0&table=map", of=evil)
    parts = [rendered[f"{name}.children"] for name in PANELS]
    components = [one for part in parts for one in walk(part) if not isinstance(one, str | int | float)]
    assert all(isinstance(one, html.Element) for one in components)
    written = " ".join(markup(part) for part in parts)
    assert "alert(1)" in written
    assert "<script" not in written


# --- what a dossier says of itself


def test_the_page_tells_what_the_data_are_and_what_share_of_the_rows_an_import_left_out(tmp_path: Path) -> None:
    rows = [f"{code},Protests,Riot,VEN{n},Crowd,2019-03-20,,Venezuela,10,-66" for n, code in enumerate("1234")]
    head = "time_precision,event_type,sub_event_type,event_id_cnty,actor1,event_date,notes,country,latitude,longitude"
    (tmp_path / "rows.csv").write_text("\n".join([head, *rows]) + "\n", "utf-8")
    import_files([tmp_path / "rows.csv"], tmp_path / "out")
    told = markup(about.menu(open_dossier(read(tmp_path / "out"))))
    assert "Of 4 rows, 3 are here. Not here: 1 (25 %): time_precision is not 1, 2 or 3." in told
    assert "Armed Conflict Location" in told


def test_a_picture_says_where_its_shades_leave_a_choice_of_countries_aside(render: Any) -> None:
    for search, is_said in (("?lens=happened&country=RUS", True), ("?lens=happened", False), ("?country=RUS", False)):
        note = "Shades count the events of every state, chosen or not."
        assert (note in render(search)["scene.data"]["caption"]["map"]) == is_said


def test_an_actor_of_an_event_has_the_office_of_that_day(space: Workspace, render: Any, words: Any) -> None:
    putin = space.dossier.actors["vladimir-putin"]
    assert offices(putin, parse("2008-09-10")) == ["Prime Minister of Russia"]
    assert offices(putin, parse("2019-04-30")) == ["President of Russia"]
    assert offices(putin, parse("2012-05")) == ["Prime Minister of Russia", "President of Russia"]
    acting = [one for one in space.dossier.events.values() if putin.id in {part.actor for part in one.actors}]
    shown = {one.id: words(render(f"?open={one.id}")["records.children"]) for one in acting[:4]}
    assert all(title in shown[one.id] for one in acting[:4] for title in offices(putin, one.when))


def test_a_journey_tells_its_clock_times_and_an_event_its_time_zone(space: Workspace, render: Any, words: Any) -> None:
    leg = next(leg for leg in space.dossier.movements.values() if leg.departs)
    event = space.dossier.events[leg.event]
    shown = words(render(f"?open={event.id}")["records.children"])
    assert f"departs {leg.departs}" in shown
    assert not event.time_zone or event.time_zone[1:] in shown.replace(leg.departs, "")
