"""Where events are too many to be listed at once, a reader misses nothing: pages, trays, bubbles and steps add up."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dashboard.app import create_app
from dashboard.view import Sort, View, parse
from dashboard.view_model import results
from dashboard.view_model.marks import bubbles
from dashboard.view_model.results import Results, fetch
from dashboard.workspace import Workspace, opened
from events.dossier import Dossier
from events.store import Store

Walk = Callable[[Any], Any]
SEARCHES = ("", "?country=RUS", "?from=2019-03-01&to=2019-04-30", "?q=plane", "?clock=reported", "?place=caracas")


@pytest.fixture(scope="module")
def crowd(space: Workspace) -> Workspace:
    """The bundled dossier, opened as one that has too many events to hold their ids."""
    return opened(space.dossier, Store.of(space.dossier, most_exact=10))


def asked(space: Workspace, search: str) -> tuple[View, Results]:
    view = parse(search, space.vocabulary, space.default).view
    return view, fetch(space, view)


@pytest.mark.parametrize("search", SEARCHES)
def test_a_crowd_is_counted_like_a_few(space: Workspace, crowd: Workspace, search: str) -> None:
    _, few = asked(space, search)
    _, many = asked(crowd, search)
    assert (many.totals, many.passing, many.facets) == (few.totals, few.passing, few.facets)
    assert (many.could, many.certain, many.at_all_times) == (few.could, few.certain, few.at_all_times)
    assert (many.undated, many.unplaced, many.page) == (few.undated, few.unplaced, few.page)
    assert (many.ids, many.on_timeline) == ([], [])


@pytest.mark.parametrize("search", SEARCHES)
def test_bubbles_of_a_crowd_stand_for_every_placed_event(space: Workspace, crowd: Workspace, search: str) -> None:
    few, many = ({b.places: b.total for b in bubbles(of, *asked(of, search))} for of in (space, crowd))
    assert many == few


def test_the_pages_of_a_list_are_the_whole_list(
    space: Workspace, crowd: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "PAGE", 9)
    whole = space.store.ids(View().selection)
    pages = [asked(crowd, f"?page={at}")[1].page for at in range(1, 9)]
    assert [one for page in pages for one in page] == whole
    assert list(asked(crowd, "?page=99")[1].page) == list(pages[-1]), "a page beyond the end is the last"
    backwards = [one for at in range(1, 9) for one in asked(crowd, f"?sort=newest&page={at}")[1].page]
    assert backwards == whole[::-1]


def test_previous_and_next_walk_through_a_crowd_as_through_a_list(
    space: Workspace, crowd: Workspace, render: Any, walk: Walk
) -> None:
    listed = space.store.ids(parse("?country=USA", space.vocabulary, space.default).view.selection)
    assert len(listed) > 3
    for at, key in enumerate(listed):
        rail = list(walk(render(f"?country=USA&open={key}", of=crowd)["records.children"]))
        linked = {getattr(one, "id", ""): one.href for one in rail if hasattr(one, "href")}
        assert linked.get("next-record", "").endswith(f"open={listed[at + 1]}" if at + 1 < len(listed) else "")
        assert f"{at + 1} of {len(listed)}" in [one for one in rail if isinstance(one, str)]


def test_choosing_another_filter_goes_back_to_the_first_page(crowd: Workspace, render: Any, walk: Walk) -> None:
    parts = list(walk(render("?page=2", of=crowd)["filters.children"]))
    assert not any("page=2" in one.href for one in parts if hasattr(one, "href"))


def test_opening_a_record_stays_on_its_page(
    crowd: Workspace, render: Any, walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "PAGE", 9)
    rows = [one.href for one in walk(render("?page=2", of=crowd)["records.children"]) if hasattr(one, "data-record")]
    assert rows
    assert all("page=2" in href for href in rows)


# --- statements, in a dossier of any size


@pytest.fixture(scope="module")
def talkative(dossier: Dossier) -> Dossier:
    """The bundled dossier with 230 more statements."""
    one = next(iter(dossier.statements.values()))
    more = {f"more-{i:03}": one.model_copy(update={"id": f"more-{i:03}", "answers": None}) for i in range(230)}
    return replace(dossier, statements={**dossier.statements, **more})


@pytest.mark.parametrize("most_exact", [10, 20_000])
@pytest.mark.parametrize("sort", [Sort.OLDEST, Sort.NEWEST])
def test_the_pages_of_the_statements_are_all_of_them(
    talkative: Dossier, render: Any, walk: Walk, words: Any, sort: Sort, most_exact: int
) -> None:
    space = opened(talkative, Store.of(talkative, most_exact))
    whole, listed = space.store.ids(View().selection, "statement"), []
    last = -(-len(whole) // results.PAGE)
    for at in range(1, last + 1):
        rail = render(f"?lens=said&sort={sort}&page={at}", of=space)["records.children"]
        found = [getattr(one, "data-record") for one in walk(rail) if hasattr(one, "data-record")]
        listed += [key for key in found if key in talkative.statements]
        shown = f"{(at - 1) * results.PAGE + 1}–{min(at * results.PAGE, len(whole))} of {len(whole)}"
        assert shown in words(rail), "the reader is told which of how many"
        assert f"{len(talkative.claims)} claims" in words(rail)
    assert last > 2
    assert listed == (whole if sort is Sort.OLDEST else whole[::-1])


# --- records that have the names of parts of the page


def test_no_record_of_a_dossier_takes_the_name_of_a_part_of_the_page(talkative: Dossier) -> None:
    """A script that looks for “popover” finds the page's own, whatever the statements of a dossier are called."""
    one = next(iter(talkative.statements.values()))
    names = ("popover", "play", "share", "known", "records")
    named = {name: one.model_copy(update={"id": name, "answers": None}) for name in names}
    client = create_app({"x": replace(talkative, statements={**talkative.statements, **named})}).server.test_client()
    shell = re.findall(r'\bid="([^"]+)"', client.get("/").text)
    for opened_record in (one.claim, *talkative.claims[one.claim].about, "popover", "RUS", ""):
        panels = client.get(f"/data/x/view/light/wide?lens=said&open={opened_record}").get_json()["panels"]["data"]
        ids = [*shell, *(key for panel in panels.values() for key in re.findall(r'\bid="([^"]+)"', panel))]
        assert len(ids) == len(set(ids)), opened_record
        assert set(ids) & {*talkative.statements, *talkative.claims, *talkative.events} == set()
