"""The file of a collection: what was imported, each id once, in the order of time, on cells that a map can draw."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import formats, queries
from events.engines.cells import MOST_CELLS, Located, grouped
from events.engines.collection import Flat, stretches
from events.engines.duckdb import FORMAT
from events.formats import Imported
from events.formats.building import Answers
from events.formats.staging import FLAT, Staging

ROWS = 150_000
COLUMNS = {
    *("n", "id", "earliest", "latest", "reported_earliest", "reported_latest", "known_from", "dated", "reported"),
    *("placed", "kind", "confidence", "sourcing", "side", "place", "cell", "country", "actor"),
    *("words", "when", "title", "summary", "note", "tags", "role", "source"),
    *("deaths_best", "deaths_low", "deaths_high"),
}


def answers(values: Sequence[str], family: str) -> Answers:
    return Answers([value if len(value) == 3 and value.isupper() else None for value in values], frozenset(values))


def table() -> pd.DataFrame:
    """Rows in no order of time, at more places than a map has cells, some without a date or a place."""
    n = pd.Series(range(ROWS))
    days = pd.to_datetime("1990-01-01") + pd.to_timedelta(n * 7_919 % 12_000, unit="D")
    return pd.DataFrame(
        {
            "id": "e" + n.astype(str),
            "title": "Event " + n.astype(str),
            "date": days.dt.strftime("%Y-%m-%d").where(n % 100 != 7, ""),
            "end": (days + pd.Timedelta(days=3)).dt.strftime("%Y-%m-%d").where((n % 10 == 3) & (n % 100 != 7), ""),
            "kind": ("K" + (n % 5).astype(str)),
            "country": n.map(lambda at: ("FRA", "DEU", "ESP")[at % 3]),
            "place": "P" + (n % 400).astype(str),
            "lat": (n % 400 % 60 - 30).astype(str).where(n % 50 != 9, ""),
            "lon": (n % 400 - 180).clip(-180, 180).astype(str).where(n % 50 != 9, ""),
            "actor1": "A" + (n % 7).astype(str),
            "actor2": "A" + (n % 11).astype(str),
            "deaths": (n % 13).astype(str).where(n % 17 != 0, ""),
        }
    )


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    table().to_csv(path, index=False)
    return formats.read(path, resolve=answers)


@pytest.fixture(scope="module")
def collection(imported: Imported, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    path = tmp_path_factory.mktemp("collection") / "events.duckdb"
    imported.write(path)
    return duckdb.connect(str(path), read_only=True)


def one(collection: duckdb.DuckDBPyConnection, sql: str) -> object:
    [(value,)] = collection.execute(sql).fetchall()
    return value


def test_it_has_the_columns_that_the_queries_read(collection: duckdb.DuckDBPyConnection) -> None:
    names = [name for name, *_ in collection.execute("DESCRIBE event").fetchall()]
    assert (set(names), len(names)) == (COLUMNS, len(COLUMNS))
    assert {f'"{name}"' if name == "when" else name for name in names} >= set(queries.TOLD)


def test_events_stand_in_the_order_of_time_and_are_numbered_in_it(collection: duckdb.DuckDBPyConnection) -> None:
    stored = collection.execute("SELECT n, id FROM event").fetchall()
    ordered = collection.execute(f"SELECT id FROM event ORDER BY {queries.DAYS['happened'].order}").fetchall()
    assert [n for n, _ in stored] == list(range(ROWS))
    assert [name for _, name in stored] == [name for (name,) in ordered]


def test_what_was_imported_is_there(collection: duckdb.DuckDBPyConnection) -> None:
    rows = table()
    undated = int((rows["date"] == "").sum())
    lasting = int((rows["end"] != "").sum())
    deaths = int(pd.to_numeric(rows["deaths"]).sum())
    assert one(collection, "SELECT count(*) FROM event WHERE NOT dated") == undated
    assert one(collection, 'SELECT count("when") FROM event') == lasting
    assert one(collection, "SELECT sum(deaths_best) FROM event") == deaths
    assert one(collection, "SELECT count(*) FROM event WHERE len(actor) = 1") == sum(
        n % 7 == n % 11 for n in range(ROWS)
    )
    deaths_told = "deaths_best, deaths_low, deaths_high"
    told = f'title, "when", actor, role, country, place, words, {deaths_told}, summary, tags, source'
    assert collection.execute(f"SELECT {told} FROM event WHERE id = 'e13'").fetchall() == [
        (
            *("Event 13", "2009-01-08/2009-01-11", ["a6", "a2"], ["counterpart", "counterpart"], ["DEU"], "p13"),
            *("event 13\na6\na2\np13", 0, 0, 0, None, [], []),
        )
    ]


def test_the_dictionary_names_every_value_actors_by_their_events(collection: duckdb.DuckDBPyConnection) -> None:
    for field in ("actor", "country", "kind", "place", "cell", "confidence", "sourcing", "side"):
        value = f"unnest({field})" if field in queries.LISTED else field
        used = {name for (name,) in collection.execute(f"SELECT DISTINCT {value} FROM event").fetchall() if name}
        named = collection.execute(*queries.DICTIONARY).fetchall()
        assert used <= {name for at, name in named if at == field}
    counts = "SELECT count(*) FROM event WHERE list_contains(actor, value::VARCHAR)"
    found = collection.execute(f"SELECT ({counts}) FROM dictionary WHERE field = 'actor' ORDER BY position").fetchall()
    assert found == sorted(found, reverse=True)


def test_every_place_is_in_a_cell_and_the_cells_are_few(collection: duckdb.DuckDBPyConnection) -> None:
    assert one(collection, "SELECT count(*) FROM place") == 1_200
    assert one(collection, "SELECT count(*) FROM cell") == MOST_CELLS
    assert one(collection, "SELECT sum(places) FROM cell") == 1_200
    assert (
        one(
            collection, "SELECT count(*) FROM event JOIN place ON place.id = event.place WHERE event.cell <> place.cell"
        )
        == 0
    )
    assert one(collection, "SELECT count(*) FROM event WHERE (cell IS NULL) <> (place IS NULL)") == 0
    areas = collection.execute("SELECT id, lat FROM cell WHERE id LIKE 'state-%' ORDER BY id").fetchall()
    assert areas == [("state-deu", None), ("state-esp", None), ("state-fra", None)]


def test_two_builds_have_two_versions(
    collection: duckdb.DuckDBPyConnection, imported: Imported, tmp_path: Path
) -> None:
    imported.write(tmp_path / "again.duckdb")
    told = dict(collection.execute("SELECT key, value FROM meta").fetchall())
    with duckdb.connect(str(tmp_path / "again.duckdb")) as again:
        assert told["version"] != one(again, "SELECT value FROM meta WHERE key = 'version'")
    assert (told["first_day"], told["last_day"], told["format"]) == ("7305", "19305", FORMAT)


def test_no_more_places_than_cells_are_cells_themselves() -> None:
    places = [Located(f"p{at}", f"P{at}", None, float(at % 90), float(at), "exact", 1) for at in range(MOST_CELLS)]
    assert [(cell.id, cell.places) for cell in grouped(places)] == [(place.id, (place.id,)) for place in places]


points = st.tuples(st.floats(-90, 90), st.floats(-180, 180), st.integers(1, 1_000))


@given(st.lists(points, min_size=20, max_size=60), st.sets(st.sampled_from(["AAA", "BBB", "CCC"])), st.integers(5, 15))
def test_cells_part_the_places_and_stand_where_their_events_are(
    found: list[tuple[float, float, int]], areas: set[str], most: int
) -> None:
    places = [Located(f"p{at}", f"P{at}", None, lat, lon, "exact", n) for at, (lat, lon, n) in enumerate(found)]
    places += [Located(f"area-{at}", at, at, None, None, "country", 3) for at in sorted(areas)]
    cells = grouped(places, most, fewest=2)
    assert sorted(name for cell in cells for name in cell.places) == sorted(place.id for place in places)
    assert len(cells) <= max(most, len(areas) + 2)
    assert len({cell.id for cell in cells}) == len(cells)
    assert {cell.id for cell in cells if cell.lat is None} == {f"state-{state.lower()}" for state in areas}


def test_a_cell_across_the_antimeridian_lies_there_and_not_on_the_other_side_of_the_earth() -> None:
    places = [Located(f"p{at}", "P", None, 0.0, 179.0 if at % 2 else -179.0, "exact", 1) for at in range(4)]
    places += [Located(f"q{at}", "Q", None, 0.0, 0.0 + at / 100, "exact", 1) for at in range(4)]
    cells = grouped(places, 2, fewest=2)
    assert {round(abs(cell.lon or 0)) for cell in cells} == {180, 0}
    assert math.isclose(sum(len(cell.places) for cell in cells), 8)


# --- more than fits into memory

ACTORS = ["a", "b"]
WHEN = st.tuples(st.booleans(), st.none() | st.integers(0, 9), st.none() | st.integers(10, 12))


def write_flat(
    folder: Path, days: Sequence[tuple[bool, int | None, int | None]], at_once: int
) -> duckdb.DuckDBPyConnection:
    """The file of a collection that is put in order so many rows at a time."""
    folder.mkdir()
    staging = Staging(folder, at_once, 3)
    for start in range(0, len(days), 4):
        rows = [row_of(at, *when) for at, when in enumerate(days[start : start + 4], start)]
        staging.add(lambda rows=rows: pa.Table.from_pylist(rows, FLAT))  # type: ignore[misc]
    staging.close()
    actors = dict.fromkeys(ACTORS, ("A", "group", None))
    Flat(staging.volumes, at_once=at_once).write(folder / "events.duckdb", ["deaths"], ["k"], actors, {}, [])
    return duckdb.connect(str(folder / "events.duckdb"), read_only=True)


def row_of(at: int, dated: bool, earliest: int | None, latest: int | None) -> dict[str, object]:
    lists: dict[str, object] = {name: [] for name in ("country", "role", "source", "tags")}
    lists |= {"actor": ACTORS[: at % 3], "deaths_best": at % 5 or None}
    when = {"dated": dated, "earliest": earliest, "latest": latest} if dated else {"dated": False}
    shared = {"kind": "k", "confidence": "unverified", "sourcing": "unsourced"}
    return {**lists, **when, **shared, "file": 0, "line": at, "edited": "", "id": f"e{at * 7 % 100}", "title": f"T{at}"}


@settings(max_examples=15)
@given(st.lists(WHEN, min_size=1, max_size=40))
def test_events_put_in_order_a_stretch_of_time_at_once_stand_as_if_all_were_at_once(
    tmp_path_factory: pytest.TempPathFactory, days: list[tuple[bool, int | None, int | None]]
) -> None:
    folder = tmp_path_factory.mktemp("flat")
    with write_flat(folder / "some", days, 5) as one, write_flat(folder / "all", days, 1_000) as other:
        found, right = (collection.execute("SELECT * FROM event").fetchall() for collection in (one, other))
        assert found == right
        assert [n for n, *_ in found] == list(range(len(days)))
        assert_tallied(one)


def assert_tallied(collection: duckdb.DuckDBPyConnection) -> None:
    """The tallies count every event once, and once for each of its actors."""
    alike = "dated, placed, kind, cell"
    each = {"tally": "event", "tally_actor": "(SELECT * REPLACE (unnest(actor) AS actor) FROM event)"}
    for table, events in each.items():
        grouped = f"{alike}, actor" if table == "tally_actor" else alike
        tallied = f"SELECT {grouped}, sum(records), sum(deaths_best) FROM {table} GROUP BY ALL ORDER BY ALL"
        counted = f"SELECT {grouped}, count(*), sum(deaths_best) FROM {events} GROUP BY ALL ORDER BY ALL"
        assert collection.execute(tallied).fetchall() == collection.execute(counted).fetchall()


@given(st.lists(st.integers(1, 9), min_size=1), st.integers(1, 20))
def test_stretches_follow_each_other_and_only_a_single_day_is_more_than_fits(events: list[int], most: int) -> None:
    found = stretches(list(enumerate(events)), most)
    assert [day for one in found for day in range(one.first, one.last + 1)] == list(range(len(events)))
    assert [one.before for one in found] == [sum(events[: one.first]) for one in found]
    assert all(sum(events[one.first : one.last + 1]) <= most or one.first == one.last for one in found)


# --- twins


def rows(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


EVENT = st.tuples(st.sampled_from("abc"), st.sampled_from(["One", "Two"]), st.sampled_from(["2019-01-01", "2020-02"]))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(EVENT, min_size=1, max_size=12))
def test_the_first_of_some_twins_stays_equal_ones_are_merged_and_others_refused(
    tmp_path: Path, events: list[tuple[str, str, str]]
) -> None:
    text = "id,title,date\n" + "".join(",".join(event) + "\n" for event in events)
    imported = formats.read(rows(tmp_path, "t.csv", text))
    first = {event[0]: event for event in reversed(events)}
    refused = [at for at, event in enumerate(events, 2) if event != first[event[0]]]
    assert [(event.id, event.title, event.when and event.when.text) for event in imported.events] == [
        event for at, event in enumerate(events) if first[event[0]] == event and event not in events[:at]
    ]
    assert [one.line for one in imported.report.examples] == refused
    assert imported.report.merged == len(events) - len(first) - len(refused)


def test_twins_are_told_apart_by_file_too(tmp_path: Path) -> None:
    paths = [rows(tmp_path, f"{at}.csv", f"id,title,date\nx,{at},2019\n") for at in "ab"]
    imported = formats.read(paths)
    assert [event.title for event in imported.events] == ["a"]
    assert [(one.file, one.line) for one in imported.report.examples] == [("b.csv", 2)]


def test_an_import_without_rows_settles(tmp_path: Path) -> None:
    imported = formats.read(rows(tmp_path, "t.csv", "id,title,date\nx,,2019\n"))
    assert (imported.report.kept, imported.days, imported.events) == (0, (None, None), ())
