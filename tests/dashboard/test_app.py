"""The application over several dossiers: addresses, the one callback, and the rows of a view as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from html import escape, unescape
from typing import Any

import dash
import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app, shell
from dashboard.page import FIGURES, OUTPUTS, PANELS
from dashboard.settings import Settings
from dashboard.workspace import open_dossier
from events.dossier import Dossier

Walk = Callable[[Any], Any]


@pytest.fixture(scope="module")
def app(dossier: Dossier, made: Callable[..., Dossier]) -> dash.Dash:
    events = [{"title": "=1+1", "when": "2019-04-30", "place": "havana"}, {"when": "2018"}, {"title": "Undated"}]
    return create_app({"russia-in-venezuela": dossier, "small": made(events)})


@pytest.fixture(scope="module")
def client(app: dash.Dash) -> FlaskClient:
    found: FlaskClient = app.server.test_client()
    return found


def settle(app: dash.Dash, client: FlaskClient, path: str, search: str = "") -> dict[str, Any]:
    """What the browser gets when it asks for a view."""
    output = next(key for key in app.callback_map if "scene.data" in key)
    body = {
        "output": output,
        "outputs": [{"id": key, "property": prop} for key, prop in OUTPUTS],
        "inputs": [{"id": "request", "property": "data", "value": {"search": search, "path": path}}],
        "changedPropIds": ["request.data"],
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()["response"]
    return found


def rows(text: str) -> tuple[list[str], list[dict[str, str]]]:
    """Comment lines and records of a CSV."""
    lines = text.splitlines(keepends=True)
    notes = [line[2:].strip() for line in lines if line.startswith("# ")]
    return notes, list(csv.DictReader(io.StringIO("".join(lines[len(notes) :]))))


@pytest.mark.parametrize("path", ["/", "/d/russia-in-venezuela", "/d/small", "/?lens=stands"])
def test_the_root_and_every_dossier_have_a_page(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert '<html lang="en" data-prefix="/" data-dossier=' in answer.text


@pytest.mark.parametrize("path", ["/d/other", "/d/", "/d", "/small", "/data/other/records.csv"])
def test_there_is_no_page_at_an_address_that_names_no_dossier(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["view/light/wide", "records.csv", "positions.csv", "cubes", "story.yaml"])
def test_data_of_an_unknown_dossier_are_refused_like_any_unknown_address(client: FlaskClient, path: str) -> None:
    """As a page to a reader, and in JSON to a program."""
    for accept in ("text/html", "application/json"):
        headers = {"Accept": accept}
        refused, unknown = client.get(f"/data/other/{path}", headers=headers), client.get("/nowhere", headers=headers)
        assert (refused.status_code, refused.mimetype) == (404, accept)
        assert refused.text == unknown.text


@pytest.mark.parametrize(("path", "title"), [("/", "Russia in Venezuela"), ("/d/small", "Small")])
def test_a_page_is_called_what_the_dossier_at_its_address_is_called(client: FlaskClient, path: str, title: str) -> None:
    assert f"<title>{title}</title>" in client.get(path).text


EVIL_TITLES = [
    "</title><meta http-equiv=refresh content='0;url=https://evil.example'>",
    "</title><script src=//evil.example></script>",
    "{%scripts%} {%config%}",
    "{{shell}}",
]


@pytest.mark.parametrize("title", EVIL_TITLES)
def test_no_title_of_a_dossier_is_markup_in_the_document(made: Callable[..., Dossier], title: str) -> None:
    """Neither as HTML nor as a place in the template: the document is that of a plain title, but for the words."""

    def document(title: str) -> str:
        client: FlaskClient = create_app({"small": made([], meta={"title": title})}).server.test_client()
        return client.get("/").text

    plain, evil = document("Plain"), document(title)
    assert evil.count("<") == plain.count("<")
    assert unescape(re.findall("<title>(.*?)</title>", evil)[0]) == title
    assert evil.count("data-lens") == plain.count("data-lens") == 1


def test_the_page_reads_its_address_in_one_place_only(app: dash.Dash, walk: Walk) -> None:
    told = [one for callback in app.callback_map.values() for one in callback["inputs"]]
    assert [one["id"] for one in told if one["id"] in {"surroundings", "request"}] == ["surroundings", "request"]


def test_every_part_that_a_view_determines_is_on_the_page_once(app: dash.Dash, dossier: Dossier, walk: Walk) -> None:
    kept, shown = app.layout, shell(open_dossier(dossier), "")
    ids = [one.id for one in walk([kept, shown]) if hasattr(one, "id")]
    assert len(ids) == len(set(ids))
    assert {*(key for key, _ in OUTPUTS), *FIGURES, *PANELS} <= set(ids)


@pytest.mark.parametrize("lens", ["said", "", '"><script>'])
def test_the_empty_page_keeps_room_for_the_lens_of_the_address(client: FlaskClient, lens: str) -> None:
    text = client.get("/", query_string={"lens": lens}).text
    assert f'data-lens="{escape(lens or "stands")}"' in text


@pytest.mark.parametrize(
    ("path", "title"),
    [("/", "Russia in Venezuela"), ("/d/russia-in-venezuela", "Russia in Venezuela"), ("/d/small", "Small")],
)
def test_an_address_settles_the_dossier_it_names(app: dash.Dash, client: FlaskClient, path: str, title: str) -> None:
    found = settle(app, client, path)
    assert set(found) == {key for key, _ in OUTPUTS}
    assert found["scene"]["data"]["caption"]["title"].startswith(title)


def test_two_pages_in_one_process_know_nothing_of_each_other(
    app: dash.Dash, client: FlaskClient, made: Callable[..., Dossier]
) -> None:
    other = create_app({"other": made(name="other")}, Settings(base_path="/x/"))
    assert other.server.test_client().get("/x/d/other").status_code == 200
    assert client.get("/d/other").status_code == 404
    assert app.callback_map is not other.callback_map


def test_boundaries_are_named_by_their_content_and_kept_for_a_year(app: dash.Dash, client: FlaskClient) -> None:
    figure = settle(app, client, "/")["figures"]["data"]["map"]
    [address] = {trace["geojson"] for trace in figure["data"] if trace.get("name") == "states"}
    answer = client.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.get_json()["type"] == "FeatureCollection"


# --- CSV


def test_the_csv_holds_the_events_of_the_view_and_says_which(client: FlaskClient, dossier: Dossier) -> None:
    answer = client.get("/data/russia-in-venezuela/records.csv?country=RUS&q=flight")
    notes, found = rows(answer.text)
    assert answer.mimetype == "text/csv"
    assert 0 < len(found) < len(dossier.events)
    assert notes[1].startswith(f"{len(found)} event")
    assert "involving Russia mentioning “flight”" in notes[1]


def test_the_csv_of_everything_holds_everything(client: FlaskClient, dossier: Dossier) -> None:
    _, found = rows(client.get("/data/russia-in-venezuela/records.csv").text)
    assert sorted(row["id"] for row in found) == sorted(dossier.events)


def test_the_csv_says_the_address_of_its_own_view(client: FlaskClient) -> None:
    notes, _ = rows(client.get("/data/small/records.csv?country=CUB").text)
    assert notes[-1] == "http://localhost/d/small?country=CUB"


def test_a_spreadsheet_runs_no_formula_from_the_csv(client: FlaskClient) -> None:
    _, found = rows(client.get("/data/small/records.csv").text)
    assert [row["title"] for row in found] == ["Something", "'=1+1", "Undated"]


def test_the_csv_has_a_plain_file_name(client: FlaskClient) -> None:
    header = client.get("/data/russia-in-venezuela/records.csv?q=Guaid%C3%B3%22%0D%0AX").headers["Content-Disposition"]
    assert header == 'attachment; filename="russia-in-venezuela_events_guaido-x_2019-04-30.csv"'


def test_the_page_offers_the_csv_of_its_view(app: dash.Dash, client: FlaskClient) -> None:
    address = settle(app, client, "/d/small", "?country=CUB")["scene"]["data"]["csv"]
    assert client.get(address).status_code == 200
    assert address == "/data/small/records.csv?country=CUB"


POSITIONS = "/data/russia-in-venezuela/positions.csv?lens=stands&on=2019-04-30"


def test_the_positions_of_every_state_on_the_cursor_day_can_be_taken_away(client: FlaskClient) -> None:
    answer = client.get(POSITIONS)
    notes, found = rows(answer.text)
    assert notes[1] == "On 30 April 2019, 54 states recognise Guaidó and 33 recognise Maduro."
    counts = Counter(row["position"] for row in found)
    assert (counts["Recognise Guaidó"], counts["Not researched"], counts["Two claimants"]) == (54, 82, 1)
    assert len({row["state"] for row in found}) == len(found) == sum(counts.values())
    [brazil] = [row for row in found if row["state"] == "BRA"]
    assert (brazil["day"], brazil["since"], brazil["changed"]) == ("2019-04-30", "2019-01-23", "")
    assert all(brazil[name] for name in ("source_titles", "publishers", "links", "basis", "confidence"))
    assert brazil["links"].startswith("https://")
    assert answer.headers["Content-Disposition"].endswith('"russia-in-venezuela_positions_2019-04-30.csv"')


def test_a_comparison_gives_both_days_and_says_what_changed(client: FlaskClient) -> None:
    notes, found = rows(client.get(f"{POSITIONS}&against=2019-01-28").text)
    assert "against 21 and 16 on 28 January 2019" in notes[1]
    germany = [row for row in found if row["state"] == "DEU"]
    assert [(row["day"], row["position"], row["changed"]) for row in germany] == [
        ("2019-01-28", "Support the Assembly", "yes"),
        ("2019-04-30", "Recognise Guaidó", "yes"),
    ]
    assert {row["changed"] for row in found if row["position"] == "Not researched"} == {"no"}
    assert "None recorded yet" in {row["position"] for row in found if row["day"] == "2019-01-28" and not row["id"]}


def test_positions_follow_the_filters_that_hold_for_them(client: FlaskClient) -> None:
    notes, found = rows(client.get(f"{POSITIONS}&country=BRA,DEU&known=2019-01-28&kind=flight").text)
    assert [row["state"] for row in found] == ["BRA", "DEU"]
    assert "as known on 28 January 2019; here Brazil and Germany alone" in notes[1]
    assert [row["position"] for row in found] == ["Recognise Guaidó", "Not researched"], "as on the map"


def test_positions_are_offered_where_they_are_shown(app: dash.Dash, client: FlaskClient) -> None:
    address = settle(app, client, "/", "?lens=stands&on=2019-04-30")["scene"]["data"]["positionsCsv"]
    assert client.get(address).status_code == 200
    assert settle(app, client, "/", "?lens=happened")["scene"]["data"]["positionsCsv"] == ""
    assert settle(app, client, "/d/small", "")["scene"]["data"]["positionsCsv"] == ""


@pytest.mark.parametrize("search", ["?lens=happened&country=RUS", "?lens=stands&q=flight", "?lens=said"])
def test_whoever_asks_again_gets_the_same_view(app: dash.Dash, client: FlaskClient, search: str) -> None:
    first, again = (settle(app, client, "/", search) for _ in range(2))
    assert first == again
    assert settle(app, client, "/", f"{search}&kind=flight") != first
