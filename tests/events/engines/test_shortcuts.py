"""Events counted beforehand, or drawn into a part, are asked about instead of all, and the answers are the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, islice, product
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import formats, queries, tallies
from events.engines import Search
from events.engines import duckdb as duckdb_engine
from events.engines.duckdb import ASKED_BEFORE, LARGEST_PART, MOST_PARTS, MOST_SEARCHES, DuckDB
from events.formats.building import Answers
from events.queries import Dimension, Query
from events.selection import Clock, OneOf, Selection, Within, Words
from events.store import Store

ROWS = 2_400
ACTORS = [f"a{at}" for at in range(40)]
COUNTRIES = ("FRA", "DEU", "ESP")
DIMENSIONS: tuple[Dimension, ...] = ("country", "actor", "place", "kind", "all")


class Whole(DuckDB):
    """An engine that reads all events for every answer."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, version: str, has_records: bool) -> None:
        super().__init__(connection, version, has_records)
        self.has_tallies = False

    def part(self, condition: Query, *, at_once: bool = False) -> str | None:
        return None


def codes(values: Sequence[str], family: str) -> Answers:
    return Answers([value if value in COUNTRIES else None for value in values], frozenset(values))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Events of rare actors, of whom some have two, in large countries; some last, some without end, and some have no
    date or no place."""
    folder = tmp_path_factory.mktemp("shortcuts")
    n = pd.Series(range(ROWS))
    begin = pd.to_datetime("2000-01-01") + pd.to_timedelta(n * 7_919 % 900, unit="D")
    end = begin + pd.to_timedelta((950 - n * 7_919 % 900) // 7, unit="D")
    day, last = begin.dt.strftime("%Y-%m-%d"), end.dt.strftime("%Y-%m-%d")
    dates = day.where(n % 11 != 3, day + "/" + last).where(n % 41 != 5, day + "/..").where(n % 43 != 6, "../" + day)
    rows = pd.DataFrame(
        {
            "id": "e" + n.astype(str),
            "title": "Event " + n.astype(str),
            "date": dates.where(n % 47 != 8, "2001").where(n % 100 != 7, ""),
            "kind": "K" + (n % 5).astype(str),
            "country": n.map(lambda at: COUNTRIES[at % 3]),
            "place": "P" + (n % 30).astype(str),
            "lat": (n % 30 - 15).astype(str).where(n % 50 != 9, ""),
            "lon": (n % 30 * 5).astype(str).where(n % 50 != 9, ""),
            "actor1": n.map(lambda at: ACTORS[at % 40]),
            "actor2": n.map(lambda at: ACTORS[at % 37]),
            "deaths": (n % 13).astype(str).where(n % 17 != 0, ""),
        }
    )
    rows.to_csv(folder / "rows.csv", index=False)
    formats.read(folder / "rows.csv", resolve=codes).write(folder / "events.duckdb")
    return folder / "events.duckdb"


@pytest.fixture(scope="module")
def quick(path: Path) -> Store:
    return Store(DuckDB.of_file(path), most_exact=100)


@pytest.fixture(scope="module")
def whole(path: Path) -> Store:
    return Store(Whole.of_file(path), most_exact=100)


def some_of(field: str, values: Sequence[str], most: int) -> st.SearchStrategy[OneOf]:
    return st.builds(OneOf, st.just(field), st.frozensets(st.sampled_from(values), max_size=most))


SELECTIONS = st.builds(
    Selection.of,
    some_of("actor", ACTORS, 3),
    some_of("country", COUNTRIES, 2),
    some_of("kind", [f"K{at}" for at in range(5)], 2),
    st.builds(Within, st.integers(10_900, 11_400) | st.none(), st.integers(11_400, 11_950) | st.none(), st.booleans()),
)


@given(SELECTIONS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_answer_is_that_of_the_whole(quick: Store, whole: Store, selection: Selection) -> None:
    for ask in (
        lambda store: store.totals(selection),
        lambda store: store.sum(selection, "deaths"),
        lambda store: store.certainty(selection),
        lambda store: store.ids(selection),
        lambda store: store.ids(selection, limit=20, sort="newest", clock="reported"),
        lambda store: store.ids(selection, offset=3, limit=20, sort="newest"),
        lambda store: store.ids(selection, lacking="date"),
        lambda store: [store.facet(selection, field) for field in ("actor", "country", "kind", "place")],
        lambda store: store.around(selection, "e500"),
    ):
        assert ask(quick) == ask(whole)
    for dimension, measure in product(DIMENSIONS, (None, "deaths")):
        one, other = (store.cube(selection, dimension, measure=measure) for store in (quick, whole))
        assert (one.starts.tolist(), one.ends.tolist()) == (other.starts.tolist(), other.ends.tolist())
        assert sorted(one.wide[one.wide[:, 3] != 0].tolist()) == sorted(other.wide[other.wide[:, 3] != 0].tolist())


def test_an_event_of_several_chosen_actors_counts_once(path: Path, quick: Store, whole: Store) -> None:
    selection = Selection.of(OneOf("actor", frozenset({"a0", "a3", "a6"})))
    repeated = tallies.repeated(selection)
    assert repeated is not None
    part = DuckDB.of_file(path).part(repeated, at_once=True)
    assert part is not None, "few events have two of them"
    assert quick.totals(selection) == whole.totals(selection)
    assert quick.sum(selection, "deaths") == whole.sum(selection, "deaths")
    assert sum(count for _, count in quick.facet(selection, "kind")) == len(whole.ids(selection))


def test_where_all_have_dates_the_newest_are_found_by_their_number(whole: Store) -> None:
    dated = Selection.of(Within(10_900, None))
    found = [whole.rows(queries.ids(dated, limit=50, sort="newest", has_undated=has)) for has in (True, False)]
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("selection", "dimension", "clock", "tally"),
    [
        (Selection.of(), "place", "happened", "tally"),
        (Selection.of(OneOf("kind", frozenset("ab")), OneOf("country", frozenset("c"))), "kind", "happened", "tally"),
        (Selection.of(), "actor", "happened", "tally_actor"),
        (Selection.of(OneOf("actor", frozenset("a"))), "all", "happened", "tally_actor"),
        (Selection.of(OneOf("actor", frozenset("ab"))), "all", "happened", "tally_actor"),
        (Selection.of(OneOf("actor", frozenset("a"))), "actor", "happened", None),
        (Selection.of(Within(0, None)), "all", "happened", "tally"),
        (Selection.of(Words("gold")), "all", "happened", None),
        (Selection.of(), "all", "reported", None),
        (Selection.of(Within(0, None, clock="reported")), "all", "happened", None),
    ],
)
def test_a_tally_is_asked_only_where_it_knows_all_that_is_asked(
    selection: Selection, dimension: Dimension, clock: Clock, tally: str | None
) -> None:
    assert tallies.tally(selection, dimension, clock) == tally


def test_only_a_small_part_is_drawn_and_only_for_who_goes_on_asking(path: Path) -> None:
    engine = DuckDB.of_file(path)
    clauses = OneOf("actor", frozenset({"a1"})), OneOf("country", frozenset({"FRA"}))
    rare, common = (queries.where(Selection.of(clause)) for clause in clauses)
    first, part = [[engine.part(one) for _ in range(ASKED_BEFORE)] for one in (rare, common)], engine.part(rare)
    assert first == [[None] * ASKED_BEFORE] * 2
    assert part is not None
    [(records,)] = engine.rows(queries.count(part))
    assert 0 < records <= ROWS // LARGEST_PART
    assert engine.part(rare) == part, "it is drawn once"
    assert engine.part(common) is None


def test_a_part_stays_however_many_filters_were_tried_once(path: Path) -> None:
    engine = DuckDB.of_file(path)
    kept, later = (queries.where(Selection.of(OneOf("actor", frozenset({name})))) for name in ("a1", "a2"))
    part = engine.part(kept, at_once=True)
    for pair in islice(combinations(ACTORS, 2), MOST_PARTS + 1):
        engine.part(queries.where(Selection.of(OneOf("actor", frozenset(pair)))))
    engine.part(later, at_once=True)
    assert engine.part(kept) == part, "nobody had to draw it again"


def test_parts_that_had_to_go_are_drawn_again(path: Path, whole: Store) -> None:
    store = Store(DuckDB.of_file(path), most_exact=100)

    def listed(actor: str) -> list[str]:
        return store.ids(Selection.of(OneOf("actor", frozenset({actor}))))

    with ThreadPoolExecutor(4) as readers:
        found = list(readers.map(listed, asked := ACTORS * (ASKED_BEFORE + 3)))
    right = {actor: whole.ids(Selection.of(OneOf("actor", frozenset({actor})))) for actor in ACTORS}
    assert found == [right[actor] for actor in asked]


class Impatient(DuckDB):
    """An engine that stops a search after its first look at the clock, unless it is told to go on to the end."""

    def search(self, words: tuple[str, ...], seconds: float) -> Search | None:
        return super().search(words, seconds if seconds == math.inf else 1e-9)


def search_for_others(store: Store) -> None:
    """So many searches that none of those before is kept."""
    for at in range(MOST_SEARCHES + 2):
        store.totals(Selection.of(Words(f"other{at}")))


@pytest.mark.parametrize("engine", [DuckDB, Impatient])
@pytest.mark.parametrize("leaving", [0.0, 60.0])
def test_a_long_list_of_what_was_found_is_whole_whatever_others_search_for_meanwhile(
    path: Path, engine: type[DuckDB], leaving: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the search was stopped: what it had found when the list began is what is listed."""
    monkeypatch.setattr(duckdb_engine, "LEAVING", leaving)
    monkeypatch.setattr(duckdb_engine, "SEARCHED_AT_ONCE", 1_500)
    store, words = Store(engine.of_file(path), most_exact=100), Selection.of(Words("event"))
    expected = [one for batch in store.each(words, 100) for one in batch]
    assert len(expected) == (ROWS if engine is DuckDB else 1_500)
    batches = store.each(words, 100)
    listed = next(batches)
    search_for_others(store)
    monkeypatch.setattr(duckdb_engine, "SEARCHED_AT_ONCE", 500)
    listed += next(batches)
    search_for_others(store)
    assert [*listed, *(one for batch in batches for one in batch)] == expected


def test_what_is_searched_for_again_and_again_is_kept_and_what_is_forgotten_leaves_no_table(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duckdb_engine, "LEAVING", 0.0)
    engine = DuckDB.of_file(path)
    tables = []
    for at in range(2 * MOST_SEARCHES):
        engine.search((f"other{at}",), 1)
        tables.append(engine.search(("event",), 1))
    assert len(set(tables)) == 1
    [(kept,)] = engine.rows(Query("SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'hits%'"))
    assert kept <= MOST_SEARCHES + 1
