"""“As known on” a day: nothing that became public later stands anywhere, on the page, in a picture or in a file."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

import dashboard
from dashboard.app import create_app
from dashboard.labels import NOT_RESEARCHED, SILENCE_LABELS, SUBJECT
from dashboard.markup import markup
from dashboard.page import PANELS
from dashboard.view import Lens, Table
from dashboard.workspace import Workspace
from events.dates import isoday
from events.dossier import Dossier
from events.model import Actor, Claim, Movement, Place, Position, Source, Statement
from events.public import Public

Render = Callable[..., dict[str, Any]]
KNOWN = "known=2019-06-01"
WINDOW = "zoom=2019-01-01..2019-12-31&on=2031-01-01"
"""A cursor that stands after all there is, over a stretch of time whose ticks name no later year."""
LATER = ("Morrow event", "Morrow secret", "Morrow claim", "Morrow words", "Morrow note", "Morrow Press", "2021")
"""What the records of later days alone say; their ids begin with `morrow`."""
CUT = ("claims", "statements", "positions")
UNTOLD = (SILENCE_LABELS[NOT_RESEARCHED], SILENCE_LABELS[SUBJECT])
"""What the map says of states that the table leaves out."""
OPENED = ("", "early", "c-early", "t-early", "CUB", "RUS", "VEN")
MORE = ("", "&against=2019-01-02", "&q=claim", "&claim=c-early", "&country=CUB,RUS", "&lanes=kind", "&clock=reported")


@pytest.fixture(scope="module")
def later(made: Callable[..., Dossier]) -> Dossier:
    """What was public by June 2019, and beside each record another that came out in 2021."""
    by_cuba = {"actors": ["cuba"], "place": "havana"}
    told = [
        {"id": "early", "when": "2019-02-01", "sources": ["s"], **by_cuba},
        {"id": "morrow-event", "title": "Morrow event", "when": "2021-02-01", "sources": ["morrow-s"], **by_cuba},
        {"id": "morrow-secret", "title": "Morrow secret", "when": "2019-02-03", "sources": ["morrow-s"], **by_cuba},
    ]
    answers = [
        {"id": key, "label": key, "verb": key, "light": "#000000", "dark": "#FFFFFF"} for key in ("first", "second")
    ]
    question = {"id": "q", "label": "Q?", "subject": "VEN", "subject_note": "Itself.", "answers": answers}
    page = {"url": "https://example.org/", "kind": "news"}
    claim = {"status": "contested", "confidence": "corroborated", "sources": ["s"]}
    said = {"actor": "cuba", "source": "s", "claim": "c-early", "stance": "asserts", "said_on": "2019-03-01"}
    new = {**said, "source": "morrow-s", "quote": "Morrow words", "said_on": "2021-03-01"}
    held = {"question": "q", "answer": "first", "since": "2019-01-01", "basis": "un_vote", "sources": ["s"]}
    turned = {**held, "answer": "second", "since": "2021-04-01", "sources": ["morrow-s"], "note": "Morrow note"}
    club = {"id": "club", "name": "Club", "kind": "organisation"}
    return made(
        told,
        meta={"questions": [question], "view": "on=2019-05-01"},
        actors=_by_id(Actor, {"id": "cuba", "name": "Cuba", "kind": "state", "state": "CUB"}, club),
        places=_by_id(
            Place,
            {"id": "havana", "name": "Havana", "state": "CUB", "lat": 23.1, "lon": -82.4, "precision": "settlement"},
            {"id": "moscow", "name": "Moscow", "state": "RUS", "lat": 55.7, "lon": 37.6, "precision": "settlement"},
        ),
        sources=_by_id(
            Source,
            {"id": "s", "publisher": "Press", "title": "Report", "date": "2019-01-01", **page},
            {"id": "morrow-s", "publisher": "Morrow Press", "title": "Morrow report", "date": "2021-01-01", **page},
        ),
        movements=_by_id(
            Movement,
            {
                "id": "morrow-leg",
                "event": "morrow-event",
                "origin": "moscow",
                "destination": "havana",
                "status": "observed",
            },
        ),
        claims=_by_id(
            Claim,
            {"id": "c-early", "text": "A claim", "about": ["morrow-event", "early"], "rivals": ["morrow-c"], **claim},
            {"id": "morrow-c", "text": "Morrow claim", "about": ["early"], **claim},
        ),
        statements=_by_id(
            Statement,
            {**said, "id": "t-early"},
            {**new, "id": "morrow-t", "stance": "denies", "answers": "t-early"},
            {**new, "id": "morrow-new", "claim": "morrow-c"},
        ),
        positions=_by_id(
            Position,
            *({**held, "id": f"h-{key}", who: key, "confidence": "corroborated"} for who, key in HOLDERS),
            *({**turned, "id": f"morrow-{key}", who: key, "confidence": "corroborated"} for who, key in HOLDERS),
            {**turned, "id": "morrow-RUS", "state": "RUS", "confidence": "corroborated"},
            {**turned, "id": "morrow-cuba", "organisation": "cuba", "confidence": "corroborated"},
        ),
    )


HOLDERS = (("state", "CUB"), ("organisation", "club"))


def _by_id(kind: Any, *records: dict[str, Any]) -> dict[str, Any]:
    return {record["id"]: kind.model_validate(record) for record in records}


@pytest.fixture(scope="module")
def client(later: Dossier) -> FlaskClient:
    found: FlaskClient = create_app({"x": later}).server.test_client()
    return found


def rendered(client: FlaskClient, search: str) -> str:
    """All that a reader can see or take away of a view: its page, its pictures, the words at these, and its files.

    A journey that no filter lets through is drawn unseen, so that no filter draws the map anew."""
    page = client.get(f"/data/x/view/light/wide?{search}").get_json()
    for figure in filter(None, page["figures"]["data"].values()):
        figure["data"] = [trace for trace in figure["data"] if trace.get("opacity") != 0]
    del page["scene"]["data"]["legs"]
    files = [client.get(f"/data/x/{name}.csv?{search}").text for name in ("records", "positions")]
    return "\n".join([json.dumps(page, ensure_ascii=False), *files])


def searches() -> Iterator[str]:
    for lens, table, opened in product(Lens, Table, OPENED):
        yield f"lens={lens}&table={table}&open={opened}&{WINDOW}"
    for lens, more in product(Lens, MORE):
        yield f"lens={lens}&{WINDOW}{more}"


def test_nothing_later_than_the_day_stands_in_any_rendering_of_a_view(client: FlaskClient) -> None:
    found = {search: rendered(client, f"{search}&{KNOWN}") for search in searches()}
    told = {search: [word for word in (*LATER, "morrow") if word in text] for search, text in found.items()}
    assert {search: words for search, words in told.items() if words} == {}


def test_without_a_day_all_that_came_later_stands_somewhere(client: FlaskClient) -> None:
    everything = "".join(rendered(client, search) for search in searches())
    assert [word for word in LATER if word not in everything] == []


@pytest.mark.parametrize("record", ["morrow-event", "morrow-secret", "morrow-c", "morrow-t", "morrow-new"])
@pytest.mark.parametrize("lens", Lens)
def test_a_later_record_that_an_address_opens_is_not_told_and_the_day_can_be_dropped(
    client: FlaskClient, lens: Lens, record: str
) -> None:
    text = rendered(client, f"lens={lens}&open={record}&{WINDOW}&{KNOWN}")
    assert [word for word in LATER if word in text] == []
    assert "became public after 1 June 2019" in text
    way_back = re.search(r'href=\\"\?([^"]*)\\" class=\\"way-back', text)
    assert way_back is not None
    assert "known=" not in way_back[1]
    assert f"open={record}" in way_back[1]


# --- the bundled dossier, on any day


@pytest.fixture(scope="module")
def days(dossier: Dossier) -> tuple[int, int]:
    """The days on which the first and the last statement were made."""
    said = [one.said_on.earliest for one in dossier.statements.values() if one.said_on.earliest is not None]
    return min(said), max(said)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_no_page_leads_to_a_record_that_was_not_public(
    render: Render, space: Workspace, days: tuple[int, int], data: st.DataObject
) -> None:
    known = data.draw(st.integers(*days))
    lens, table = data.draw(st.sampled_from(Lens)), data.draw(st.sampled_from(Table))
    opened = data.draw(st.sampled_from(["", *space.vocabulary.records]))
    page = render(f"?lens={lens}&table={table}&open={opened}&known={isoday(known)}&on=2030-01-01")
    written = "".join(markup(page[f"{name}.children"]) for name in PANELS)
    public = Public(space.dossier, known)
    led = set(re.findall(r'(?:data-record="|\bopen=)([^"&]+)', written)) - {opened}
    may = {*public.claims, *public.statements, *(one.id for one in public.events(space.dossier.events))}
    assert led <= may | space.countries.keys()


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_the_table_of_positions_says_of_every_state_what_the_map_says(
    render: Render, space: Workspace, data: st.DataObject
) -> None:
    turns = [one.since.earliest for one in space.dossier.positions.values() if one.since.earliest is not None]
    known, on = (isoday(data.draw(st.sampled_from(sorted(turns))) + late) for late in (0, 90))
    page = render(f"?lens=stands&table=map&on={on}&known={known}")
    table = markup(page["map-table.children"])
    rows = re.findall(r'<tr><th scope="row"><a [^>]*>(.*?)</a></th><td>(.*?)</td>', table)
    labels = [category["label"] for category in page["scene.data"]["categories"]]
    [states] = [trace for trace in page["map.figure"]["data"] if trace["name"] == "states"]
    on_map = {key: labels[at] for key, at in zip(states["locations"], states["z"], strict=True)}
    is_told = page["scene.data"]["states"]
    told = {space.vocabulary.countries[key]: on_map[key] for key in is_told if on_map[key] not in UNTOLD}
    assert {unescape(name): label for name, label in rows} == told


# --- the house rule that keeps it so


def test_no_panel_reads_claims_statements_or_positions_past_the_day() -> None:
    """They come from `Workspace.public`, which has cut them to the view."""
    house = Path(dashboard.__file__).parent
    files = [*(house / "panels").glob("*.py"), *(house / "view_model").glob("*.py"), *house.glob("[aps]*.py")]
    assert {"claims.py", "matrix.py", "app.py", "page.py", "scene.py"} <= {path.name for path in files}
    assert {path.name: names for path in files if (names := uncut(path))} == {}


def uncut(path: Path) -> list[str]:
    """What a module reads of a dossier itself that a day of knowledge cuts."""
    read = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Attribute))
    return [ast.unparse(node) for node in read if node.attr in CUT and ast.unparse(node.value).endswith("dossier")]
