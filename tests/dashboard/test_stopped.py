"""A search that stopped early says so wherever its view is told: on the page, in a picture, and in a file."""

from __future__ import annotations

import csv
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from events.dossier import read
from events.engines import duckdb
from events.importing import import_files

ROWS, SEEN = 25_000, 10_000
HOW_FAR = "in 40% of the dossier, the earliest first"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A collection in which every event matches, open where a second is over when two fifths of it are searched."""
    folder = tmp_path_factory.mktemp("many")
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file)
        written.writerow(("id", "title", "date"))
        written.writerows((f"e{i}", f"alpha event {i}", f"2019-{1 + i % 12:02}-{1 + i % 28:02}") for i in range(ROWS))
    import_files([folder / "rows.csv"], folder / "many")
    found: FlaskClient = create_app({"many": read(folder / "many")}).server.test_client()
    return found


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a machine takes for a part of a search, it is half a second."""
    looks = count()
    monkeypatch.setattr(duckdb, "time", SimpleNamespace(monotonic=lambda: next(looks) / 2))
    monkeypatch.setattr(duckdb, "SEARCHED_AT_ONCE", SEEN // 2)


def test_page_picture_alt_text_and_file_say_that_a_search_stopped_and_where(client: FlaskClient) -> None:
    page: dict[str, Any] = client.get("/data/many/view/light/wide?q=alpha").get_json()
    panels, caption = page["panels"]["data"], page["scene"]["data"]["caption"]
    assert f"at least {SEEN:,} events, {HOW_FAR}" in panels["notices"]
    for told in (panels["sentence"], caption["sentence"], caption["alt"]):
        assert f"mentioning “alpha” ({HOW_FAR}, where the search stopped)" in told
        assert "at least" in told.lower() or "No events" in told
    head, *_ = [line for line in client.get("/data/many/records.csv?q=alpha").text.split("\r\n") if "alpha" in line]
    assert head == f"# At least {SEEN:,} events mentioning “alpha” ({HOW_FAR}, where the search stopped)."


def test_a_search_that_went_to_the_end_says_nothing_of_it(client: FlaskClient) -> None:
    page = client.get("/data/many/view/light/wide?q=alpha&patience=60").get_json()
    told = [page["panels"]["data"]["notices"], page["scene"]["data"]["caption"]["alt"]]
    told.append(client.get("/data/many/records.csv?q=alpha&patience=60").text[:500])
    assert [text for text in told if "stopped" in text or "at least" in text.lower()] == []
    assert f"{ROWS:,} events mentioning “alpha”." in told[-1]
