"""A table of events opens anywhere, says what it is, and runs nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import formats
from events.dossier import Dossier, read
from events.exports import csv as exports
from events.exports.csv import COLUMNS, FORMULA
from events.formats.building import Answers
from events.model import Actor, DossierFile, Event, Place, Source

texts = st.text(max_size=20).filter(str.strip) | st.builds(
    str.__add__, st.sampled_from(["=", "+", "-", "@", '"=', ",-", ";@", "\uff1d", "'", "#"]), st.text(max_size=9)
)
numbers = st.floats(-90, 90)


def events_csv(dossier: Dossier, ids: Iterable[str], header: Sequence[str]) -> str:
    return "".join(exports.events_csv(dossier, ids, header))


def statements_csv(dossier: Dossier, ids: Iterable[str], header: Sequence[str]) -> str:
    return "".join(exports.statements_csv(dossier, ids, header))


META = {
    "id": "d",
    "title": "D",
    "summary": "D",
    "licence": "CC0-1.0",
    "compiled_by": "D",
    "kinds": [{"id": "flight", "label": "Flight"}],
}
EVENT = {
    "id": "e",
    "title": "Two aircraft",
    "when": "2019-03-23",
    "summary": "They land.",
    "kind": "flight",
    "confidence": "corroborated",
}
PLACE = {"id": "p", "name": "Maiquetía", "state": "VEN", "lat": 10.6, "lon": -67.5, "precision": "exact"}
SOURCE = {"title": "T", "kind": "news"}
ACTORS = {"a": "Juan Guaidó", "b": "=Bot"}


def dossier(place: dict[str, Any] | None = None, **event: Any) -> Dossier:
    record = Event.model_validate(EVENT | {"place": "p" if place else None} | event)
    fields = PLACE | (place or {})
    sources = [
        Source.model_validate(SOURCE | {"id": one, "publisher": one, "url": f"https://{one}.org/#x"}) for one in "rs"
    ]
    actors = [Actor.model_validate({"id": one, "name": name, "kind": "person"}) for one, name in ACTORS.items()]
    return Dossier(
        meta=DossierFile.model_validate(META),
        actors={one.id: one for one in actors},
        places={"p": Place.model_validate(fields)},
        sources={one.id: one for one in sources},
        events={record.id: record},
    )


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def row(dossier: Dossier) -> dict[str, str]:
    names, values = cells(events_csv(dossier, dossier.events, []))
    return dict(zip(names, values, strict=True))


def test_a_line_holds_the_whole_event() -> None:
    parts = [{"actor": "a"}, {"actor": "b"}]
    whole = dossier({"name": "Maiquetía"}, actors=parts, sources=["r", "s"], tags=["raid", "night"])
    assert row(whole) == {
        "id": "e",
        "title": "Two aircraft",
        "date": "2019-03-23",
        "earliest": "2019-03-23",
        "latest": "2019-03-23",
        "place": "Maiquetía",
        "country": "VEN",
        "lat": "10.6",
        "lon": "-67.5",
        "precision": "exact",
        "kind": "Flight",
        "actors": "Juan Guaidó; =Bot",
        "confidence": "corroborated",
        "summary": "They land.",
        "sources": "r https://r.org/#x; s https://s.org/#x",
        "tags": "raid; night",
    }


def test_what_is_not_known_is_empty() -> None:
    unknown = row(dossier(when=None))
    assert [name for name in COLUMNS if not unknown[name]] == [
        *("date", "earliest", "latest", "place", "country", "lat", "lon", "precision", "actors", "sources", "tags")
    ]
    open_start = row(dossier(when="../2018-05-20"))
    assert (open_start["date"], open_start["earliest"], open_start["latest"]) == ("../2018-05-20", "", "2018-05-20")


def test_a_whole_country_gets_no_coordinates_of_a_point() -> None:
    assert row(dossier(place={"precision": "region"}))["lat"] == "10.6"
    assert row(dossier(place={"precision": "country"}))["lat"] == ""


def test_a_coordinate_stays_a_number_and_a_year_before_ours_is_not_a_sum() -> None:
    text = events_csv(dossier(place={"name": "Rome"}, when="-0043-03-15"), ["e"], [])
    assert ",-67.5," in text
    assert '"\'-0043-03-15"' in text


def test_the_file_begins_with_its_comments_and_ends_every_line_with_crlf() -> None:
    text = events_csv(dossier(), ["e"], ["Events of 2019, in Venezuela", "CC BY 4.0"])
    assert text.startswith('# Events of 2019, in Venezuela\r\n# CC BY 4.0\r\n"id",')
    assert text.count("\r\n") == text.count("\n") == 4
    assert text.endswith("\r\n")


def test_events_come_in_the_order_asked_for_and_an_unknown_one_is_an_error() -> None:
    two = dossier()
    both = Dossier(meta=two.meta, events=dict(two.events) | {"f": two.events["e"].model_copy(update={"id": "f"})})
    assert [line[0] for line in cells(events_csv(both, ["f", "e"], []))] == ["id", "f", "e"]
    with pytest.raises(KeyError, match="g"):
        events_csv(both, ["g"], [])


def test_a_table_library_can_skip_the_comments() -> None:
    text = events_csv(dossier(place={"name": "P"}, sources=["r"]), ["e"], ['The words "a, b", #1', "second"])
    frame = pd.read_csv(io.StringIO(text), comment="#")
    assert tuple(frame.columns) == COLUMNS
    assert frame.loc[0, "lon"] == -67.5
    assert frame.loc[0, "sources"] == "r https://r.org/#x"


@pytest.mark.parametrize("words", ['a,"=1+1"', 'a,"b', "a,=1", "a;\t-1", "a\r\n=1", "=1"])
def test_a_comment_stays_one_line_and_hides_no_formula(words: str) -> None:
    comment, *table = cells(events_csv(dossier(), ["e"], [words]))
    assert len(table) == 2
    assert comment[0].startswith("# ")
    assert not [cell for cell in comment if cell.strip().startswith(FORMULA)]


@given(texts, texts, texts, numbers, numbers)
def test_every_cell_comes_back_as_it_was(title: str, summary: str, name: str, lat: float, lon: float) -> None:
    made = dossier(place={"name": name, "lat": lat, "lon": lon}, title=title, summary=summary)
    back = row(made)
    record, place = made.events["e"], made.places["p"]
    for cell, original in (
        (back["title"], record.title),
        (back["summary"], record.summary),
        (back["place"], place.name),
    ):
        assert cell in {original, f"'{original}"}
        assert (cell == original) != original.startswith(FORMULA)
    assert (float(back["lat"]), float(back["lon"])) == (place.lat, place.lon)


@given(texts, texts, st.lists(st.text(max_size=30) | texts, max_size=4))
def test_no_cell_begins_like_a_formula(title: str, summary: str, header: list[str]) -> None:
    made = dossier(place={"lon": -67.5}, title=title, summary=summary, when="-0043-03-15")
    lines = cells(events_csv(made, ["e"], header))
    comments, table = lines[: len(header)], lines[len(header) :]
    assert len(table) == 2
    assert table[0] == list(COLUMNS)
    assert all(line[0].startswith("#") for line in comments)
    numeric = {COLUMNS.index("lat"), COLUMNS.index("lon")}
    suspects = [cell for line in lines for place, cell in enumerate(line) if line in comments or place not in numeric]
    assert not [cell for cell in suspects if cell.startswith(FORMULA)]


@pytest.mark.parametrize("when", ["-0043-03-15", "-0043-03/-0042", "2019-03~", "../2018-05-20", None])
@pytest.mark.parametrize(
    "place",
    [
        {"name": "=Maiquetía"},
        {"precision": "region"},
        {"precision": "region", "lat": None, "lon": None},
        {"precision": "country", "lat": None, "lon": None},
        None,
    ],
)
def test_an_export_is_imported_as_it_was(place: dict[str, Any] | None, when: str | None, tmp_path: Path) -> None:
    """Who shares a part of a dossier as CSV passes on its dates, its sources and how sure and how precise it is."""
    parts = [{"actor": "a"}, {"actor": "b"}]
    given = dossier(place, title="-5 °C", when=when, actors=parts, sources=["r", "s"], tags=["night", "+1"])
    path = written(tmp_path / "t.csv", events_csv(given, ["e"], ["A view"]))
    found = formats.read(
        path, resolve=lambda values, _: Answers([value if value == "VEN" else None for value in values])
    )
    [event] = found.events
    told = event.model_dump(include={"id", "title", "when", "summary", "confidence", "tags"})
    assert told == given.events["e"].model_dump(include=set(told))
    assert {(one.publisher, one.url) for one in found.sources} == {(one, f"https://{one}.org/#x") for one in "rs"}
    assert len(event.sources) == 2
    assert [actor.name for actor in found.actors] == list(ACTORS.values())
    kept = [one.model_dump(exclude={"id"}) for one in found.places]
    assert kept == ([given.places["p"].model_dump(exclude={"id"})] if place else [])


def test_words_that_are_no_precision_cost_their_row_alone(tmp_path: Path) -> None:
    text = events_csv(dossier({"name": "P"}), ["e"], []).replace('"exact"', '"close"')
    found = formats.read(written(tmp_path / "t.csv", text))
    assert list(found.report.refused) == ["the precision is not exact, settlement, region, country"]


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8", newline="")
    return path


def test_statements_come_with_their_claim_speaker_day_words_and_source() -> None:
    """For a reader who saves the list of the Said lens."""
    bundled = read(Path(__file__).parents[2] / "events" / "dossiers" / "russia-in-venezuela")
    said = [key for key, statement in bundled.statements.items() if statement.claim == "cl-plane-to-cuba"]
    names, *rows = cells(statements_csv(bundled, said, []))
    found = [dict(zip(names, row, strict=True)) for row in rows]
    assert {row["actor"] for row in found if row["stance"] == "asserts"} == {"Mike Pompeo", "US officials (unnamed)"}
    assert all(row["source"] and row["earliest"].startswith("2019-0") for row in found)
