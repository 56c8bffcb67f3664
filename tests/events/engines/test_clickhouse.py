"""ClickHouse answers as DuckDB does: today's in this process, and that of 2018 on a cluster of two nodes."""

from __future__ import annotations

import inspect
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, get_args

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import cube, queries
from events.columns import Columns
from events.cube import OPEN_END, OPEN_START
from events.dossier import read
from events.engines import Engine
from events.engines.clickhouse import Address, ClickHouse, Http, Server
from events.engines.duckdb import DuckDB, build
from events.engines.errors import EngineError, Missing, Timeout, Unreachable
from events.engines.loading import fill, load
from events.queries import COLUMNS, DAYS, LINKED, Dimension, Query, Table
from events.selection import CLOCKS, VALUE_FIELDS, Clause, Found, Known, OneOf, Selection, ValueField, Within, Words
from tests.clickhouse.cluster import IDLE_SECONDS, Cluster, running
from tests.clickhouse.collection import LISTS, VALUES
from tests.clickhouse.embedded import Embedded

BUNDLED = Path(queries.__file__).parent / "dossiers" / "russia-in-venezuela"
FIELDS: tuple[ValueField, ...] = tuple(field for field in VALUE_FIELDS if field not in LINKED["event"])
DIMENSIONS: tuple[Dimension, ...] = tuple(one for one in get_args(Dimension) if one not in LINKED["event"])
FINE, WIDE = cube.layout(-40, 40), cube.layout(-40, 40, limit_edges=7)
COARSE = cube.layout(-41, 49, (-5, 5), 300)


def one_of(field: ValueField, *values: str) -> OneOf:
    return OneOf(field, frozenset(values))


SELECTIONS = {
    "everything": Selection(),
    "nothing": Selection.of(one_of("actor", "nobody")),
    "a country": Selection.of(one_of("country", "VEN")),
    "countries and actors": Selection.of(one_of("country", "VEN", "ÅLA"), one_of("actor", "guaidó", "army")),
    "awkward values": Selection.of(one_of("kind", "o'clock", "back\\slash"), one_of("confidence", "claimed")),
    "words": Selection.of(Words("it's plane")),
    "other letters": Selection.of(Words("łódź 日本")),
    "escapes": Selection.of(Words("\\n 100%")),
    "could fall in": Selection.of(Within(-10, 5)),
    "certainly falls in": Selection.of(Within(-10, 5, certain=True)),
    "from a day": Selection.of(Within(0, None), one_of("sourcing", "unsourced", "independent")),
    "certainly to a day": Selection.of(Within(None, 0, certain=True), Words("caracas")),
    "reported": Selection.of(Within(-20, 0, clock="reported"), one_of("country", "USA")),
    "known": Selection.of(Known(-5)),
    "all at once": Selection.of(
        one_of("country", "VEN", "RUS"), one_of("kind", "battle"), Words("a"), Within(-30, 30), Known(20)
    ),
}
ALWAYS: dict[str, list[Query]] = {
    "size": [queries.size()],
    "extent": [queries.extent(clock) for clock in CLOCKS],
    "numbers": [queries.numbers(["e0003", "e0001", "it's not there"])],
    "identifier": [queries.identifier(7), queries.identifier(-1)],
    "told": [queries.told([3, 9, 200]), queries.told([0], ["deaths"])],
    "amount_at": [queries.amount_at(n, "deaths") for n in (0, 7)],
    "listed": [queries.listed("place", ["id", "lat"]), queries.listed("place", ["lon"], [1])],
    "with_ids": [queries.with_ids("place", ["id", "lat"], ["place-1", "nowhere"])],
    "count": [queries.count("dictionary")],
    "matches": [queries.matches(("a", "it's"), 10, 300)],
}
"""What the functions of `events.queries` ask that know no selection."""
QUESTIONS: dict[str, Callable[[Selection], list[Query]]] = {
    "totals": lambda it: [queries.totals(it, clock=clock, measure=of) for clock in CLOCKS for of in (None, "deaths")],
    "facet": lambda it: [queries.facet(it, field) for field in FIELDS],
    "ids": lambda it: [
        *(queries.ids(it, clock=clock, sort=sort) for clock in CLOCKS for sort in ("oldest", "newest")),
        *(queries.ids(it, sort=sort, measure="deaths") for sort in ("most", "least")),
        *(queries.ids(it, lacking=lack) for lack in ("date", "place")),
        queries.ids(it, offset=5),
        *(queries.ids(it, offset=3, limit=4, sort=sort) for sort in ("oldest", "newest")),
        queries.ids(it, sort="newest", has_undated=False),
    ],
    "around": lambda it: [queries.around(it, n) for n in (0, 200, 10**6)],
    "before": lambda it: [
        queries.before(it, 7, "deaths", amount, is_most=is_most) for amount in (None, 0, 3) for is_most in (True, False)
    ],
    "certainty": lambda it: [queries.certainty(it, clock=clock) for clock in CLOCKS],
    "spans": lambda it: [
        *(queries.spans(it, dimension) for dimension in DIMENSIONS),
        queries.spans(it, "country", clock="reported", measure="deaths"),
    ],
    "bins": lambda it: [
        *(queries.bins(it, dimension, COARSE) for dimension in DIMENSIONS),
        *(queries.bins(it, "place", layout, clock="reported", measure="deaths") for layout in (FINE, WIDE)),
    ],
}
"""What those that do ask under a selection."""
TABLES: tuple[Table, ...] = get_args(Table)
CONDITIONS = {"where", "condition", "one_of", "public_by", "within", "all_of", "any_of"}
NOT_ASKED = {"part"}
"""What DuckDB alone makes tables of its own with."""


def rows(engine: Engine, query: Query) -> list[tuple[Any, ...]]:
    """The answer; in any order if the query does not name one."""
    found = [tuple(value or None if isinstance(value, list) else value for value in row) for row in engine.rows(query)]
    return found if "ORDER BY" in query.sql else sorted(found, key=repr)


def test_no_query_is_missing_from_the_table() -> None:
    made = {name for name, one in inspect.getmembers(queries, inspect.isfunction) if not name.startswith("_")}
    given = {name for name in made if inspect.signature(getattr(queries, name)).return_annotation == "Query"}
    assert given - CONDITIONS - NOT_ASKED == {*ALWAYS, *QUESTIONS}


@pytest.mark.parametrize("question", ALWAYS)
def test_what_is_asked_without_a_selection_is_answered_as_by_duckdb(
    trusted: Engine, engine: Engine, question: str
) -> None:
    for query in ALWAYS[question]:
        assert rows(engine, query) == rows(trusted, query), query


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("selection", SELECTIONS)
def test_every_query_is_answered_as_by_duckdb(trusted: Engine, engine: Engine, selection: str, question: str) -> None:
    for query in QUESTIONS[question](SELECTIONS[selection]):
        assert rows(engine, query) == rows(trusted, query), query


# --- the plain reading of a selection, over a frame


def passing(events: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """The events that pass, in order."""
    for clause in selection.clauses:
        events = events[fits(events, clause).to_numpy(bool)]
    return events


def fits(events: pd.DataFrame, clause: Clause) -> pd.Series[Any]:
    match clause:
        case OneOf() if clause.field in LISTS:
            return events[clause.field].map(lambda values: not clause.values.isdisjoint(values))
        case OneOf():
            return events[column_of(clause.field)].isin(clause.values)
        case Words():
            return events["words"].map(lambda text: all(word in text for word in clause.folded))
        case Known():
            return limit(events["known_from"], -np.inf) <= (np.inf if clause.day is None else clause.day)
        case Within():
            return in_period(events, clause)
        case Found():
            raise NotImplementedError("what DuckDB alone has found already")


def in_period(events: pd.DataFrame, period: Within) -> pd.Series[Any]:
    first, last, dated = (events[column] for column in DAYS[period.clock])
    low, high = limit(first, -np.inf), limit(last, np.inf)
    begin = -np.inf if period.first is None else period.first
    end = np.inf if period.last is None else period.last
    inside = (low >= begin) & (high <= end) if period.certain else (high >= begin) & (low <= end)
    return inside & dated.astype(bool)


def column_of(field: str) -> str:
    return COLUMNS.get(field, field)


def limit(days: pd.Series[Any], unknown: float) -> pd.Series[Any]:
    return days.astype(float).fillna(unknown)


def plain_totals(events: pd.DataFrame, selection: Selection) -> tuple[int, ...]:
    rest = passing(events, selection.without("period"))
    has_date = rest[DAYS[selection.clock].dated].astype(bool)
    judged = passing(rest[has_date], Selection.of(*filter(None, [selection.period])))
    shown = judged[judged["placed"].astype(bool)]
    levels = Counter(shown["sourcing"])
    return len(shown), int((~has_date).sum()), len(judged) - len(shown), *(levels[one] for one in VALUES["sourcing"])


def plain_facet(events: pd.DataFrame, field: str) -> Counter[str]:
    return Counter(events[column_of(field)].explode().dropna())


def plain_spans(events: pd.DataFrame, selection: Selection, dimension: str) -> Counter[tuple[Any, ...]]:
    earliest, latest, dated = DAYS[selection.clock]
    found = passing(events.assign(all="all"), selection)
    dimension = column_of(dimension)
    found = found[found[dated].astype(bool)].explode(dimension).dropna(subset=dimension)
    days = limit(found[earliest], OPEN_START).astype(int), limit(found[latest], OPEN_END).astype(int)
    return Counter(zip(*days, found[dimension], strict=True))


days = st.integers(-45, 55)
clauses: st.SearchStrategy[Clause] = st.one_of(
    *(
        st.builds(OneOf, st.just(field), st.frozensets(st.sampled_from(VALUES[column_of(field)]), max_size=2))
        for field in FIELDS
    ),
    st.builds(
        Words, st.sampled_from(["caracas", "it's", "100% plane", "\\n", "ŁÓDŹ", "日本", "a e", "none such", "?"])
    ),
    st.builds(Known, days),
    st.builds(
        lambda first, length, certain, clock: Within(first, first + length, certain, clock),
        *(days, st.integers(0, 40), st.booleans(), st.sampled_from(CLOCKS)),
    ),
    st.builds(lambda day, clock: Within(day, None, True, clock), days, st.sampled_from(CLOCKS)),
    st.builds(lambda day, certain: Within(None, day, certain), days, st.booleans()),
)
selections = st.lists(clauses, max_size=4).map(lambda made: Selection.of(*made))
at_length = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def fingerprints(asked: list[Selection]) -> Query:
    """One row: for each selection a number that tells the events which it keeps, a sum over their places."""
    parts = [queries.where(selection) for selection in asked]
    sums = ", ".join(f"sum(CASE WHEN {part.sql} THEN n * n * n + 1 ELSE 0 END)" for part in parts)
    return Query(f"SELECT {sums} FROM event AS record", tuple(value for part in parts for value in part.params))


@pytest.mark.slow
@settings(at_length, max_examples=52)
@given(st.lists(selections, min_size=20, max_size=20))
def test_a_thousand_filters_keep_the_events_that_a_loop_keeps(
    events: pd.DataFrame, trusted: Engine, in_process: Engine, on_cluster: Engine, asked: list[Selection]
) -> None:
    kept = [passing(events, selection)["n"].astype(int) for selection in asked]
    expected = [(one**3 + 1).sum() for one in kept]
    for engine in (trusted, in_process, on_cluster):
        assert list(engine.rows(fingerprints(asked))[0]) == expected


@settings(at_length, max_examples=40)
@given(selections, st.sampled_from(FIELDS), st.sampled_from(DIMENSIONS))
def test_lists_totals_facets_and_spans_are_those_of_a_loop(
    events: pd.DataFrame,
    trusted: Engine,
    in_process: Engine,
    on_cluster: Engine,
    selection: Selection,
    field: ValueField,
    dimension: Dimension,
) -> None:
    shown = plain_facet(passing(events, selection.without(field)), field)
    counted = plain_spans(events, selection, dimension)
    for engine in (trusted, in_process, on_cluster):
        assert sorted(n for _, n in engine.rows(queries.ids(selection))) == list(passing(events, selection)["n"])
        assert engine.rows(queries.totals(selection)) == [plain_totals(events, selection)]
        assert dict(engine.rows(queries.facet(selection, field))) == shown
        spans = queries.spans(selection, dimension)
        assert {row[:3]: row[3] for row in engine.rows(spans)} == counted
        columns = [np.asarray(column).tolist() for column in engine.arrays(spans).values()]
        assert sorted(zip(*columns, strict=True), key=repr) == rows(engine, spans)


# --- hand-made dossiers, whose claims stand in tables of their own

CLAIMED = (
    Selection(),
    Selection.of(one_of("stance", "denies"), one_of("country", "RUS", "VEN")),
    Selection.of(one_of("status", "contested"), one_of("agreement", "rival"), Known(18_000), Words("maduro")),
    Selection.of(one_of("claim", "it's none"), Within(17_900, 18_050, certain=True)),
)


@pytest.fixture(scope="module")
def hand_made() -> duckdb.DuckDBPyConnection:
    """The tables of the bundled dossier."""
    connection = duckdb.connect(":memory:")
    build(connection, Columns.of(read(BUNDLED)))
    connection.execute("CREATE TABLE meta AS SELECT 'version' AS key, 'hand-made' AS value")
    return connection


@pytest.fixture(scope="module")
def hand_made_trusted(hand_made: duckdb.DuckDBPyConnection) -> Engine:
    return DuckDB(hand_made, "", has_records=False)


@pytest.mark.parametrize("place", ["in process", "on the cluster"])
def test_a_dossier_with_claims_gives_the_same_answers(
    hand_made: duckdb.DuckDBPyConnection, hand_made_trusted: Engine, embedded: Embedded, cluster: Cluster, place: str
) -> None:
    address = Address.of(cluster.address("claimed"))
    nodes: list[Server] = [embedded]
    if place == "in process":
        address = replace(address, cluster="")
    else:
        nodes = [Http(replace(address, hosts=(host,))) for host in address.hosts]
    with ExitStack() as stack:
        for node in nodes:
            if isinstance(node, Http):
                stack.callback(node.close)
        fill(hand_made, nodes, address)
        engine = ClickHouse(nodes[0], address)
        for selection, table in product(CLAIMED, TABLES):
            for query in (
                queries.totals(selection, table),
                queries.certainty(selection, table),
                queries.ids(selection, table),
                *(queries.facet(selection, field, table) for field in VALUE_FIELDS),
                *(queries.spans(selection, one, table) for one in get_args(Dimension)),
            ):
                assert rows(engine, query) == rows(hand_made_trusted, query), query


# --- what goes wrong


EVERY_QUERY = [
    *(query for asked in ALWAYS.values() for query in asked),
    *(query for ask in QUESTIONS.values() for query in ask(SELECTIONS["all at once"])),
]


def test_with_one_node_down_every_query_says_so_and_none_gives_a_number(
    source: duckdb.DuckDBPyConnection, program: str, tmp_path: Path
) -> None:
    with running(program, tmp_path) as cluster:
        load(source, Address.of(cluster.address("events")))
        with closing(ClickHouse.open(cluster.address("events"))) as engine:
            assert all(engine.rows(query) is not None for query in EVERY_QUERY)
            cluster.nodes[1].stop()
            about_events = [query for query in EVERY_QUERY if "FROM event" in query.sql]
            for query in about_events:
                with pytest.raises(Unreachable, match="part of the ClickHouse cluster cannot be reached"):
                    engine.rows(query)
                with pytest.raises(Unreachable):
                    engine.arrays(query)
            cluster.nodes[0].stop()
            with pytest.raises(Unreachable, match=r"cannot be reached on .*refused"):
                engine.rows(queries.size())


def test_a_node_that_hangs_is_given_up(source: duckdb.DuckDBPyConnection, program: str, tmp_path: Path) -> None:
    with running(program, tmp_path) as cluster:
        load(source, Address.of(cluster.address("events")))
        with closing(ClickHouse.open(cluster.address("events"))) as engine:
            cluster.nodes[1].process.send_signal(signal.SIGSTOP)
            with pytest.raises((Timeout, Unreachable)):
                engine.rows(queries.size(), seconds=1)


def test_a_server_that_closes_idle_connections_is_asked_anew(cluster: Cluster, on_cluster: Engine) -> None:
    with closing(ClickHouse.open(cluster.address("events"))) as engine:
        before = engine.rows(queries.size())
        time.sleep(IDLE_SECONDS + 0.5)
        assert engine.rows(queries.size()) == before


def test_the_first_of_several_servers_may_be_down(cluster: Cluster, on_cluster: Engine) -> None:
    address = cluster.address("events").replace("://", "://127.0.0.1:1,")
    with closing(ClickHouse.open(address)) as engine:
        assert engine.rows(queries.size()) == on_cluster.rows(queries.size())


def test_a_question_is_stopped_at_its_limit(on_cluster: Engine) -> None:
    endless = Query("SELECT count(*) FROM event WHERE sleepEachRow(0.006) = 0 OR sleepEachRow(0.006) = ?", (1,))
    with pytest.raises(Timeout, match="time limit"):
        on_cluster.rows(endless, seconds=1)


def test_questions_can_change_nothing(cluster: Cluster, on_cluster: Engine) -> None:
    engine = on_cluster
    assert isinstance(engine, ClickHouse)
    with pytest.raises(EngineError, match="readonly"):
        engine.server.ask(b"DROP TABLE standoff.events", engine.settings)


def test_an_address_without_a_dossier_says_how_to_put_one_there(cluster: Cluster, on_cluster: Engine) -> None:
    for nowhere in ("standoff/nothing", "nothing/events"):
        with pytest.raises(Missing, match=f"standoff load DIR clickhouse://.*{nowhere}"):
            ClickHouse.open(cluster.address("x").replace("standoff/x", nowhere))


@pytest.mark.parametrize(
    "text",
    ["clickhouse://host", "clickhouse://host/db", "http://host/db/t", "clickhouse:///db/t", "clickhouse://h/db/a;b"],
)
def test_what_is_no_address_is_refused_with_the_form_of_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"form clickhouse://|letters, digits and _"):
        Address.of(text)


def test_an_address_shows_no_password_and_can_do_without(monkeypatch: pytest.MonkeyPatch) -> None:
    address = Address.of("clickhouse://reader:s%2Fcret@one:81,two/db/events?cluster=c&secure=1")
    assert address == Address((("one", 81), ("two", 8443)), "db", "events", "reader", "s/cret", "c", True)
    assert "cret" not in f"{address} {address!r}"
    assert str(address) == "clickhouse://reader@one:81,two:8443/db/events?cluster=c&secure=1"
    monkeypatch.setenv("CLICKHOUSE_PASSWORD", "s/cret")
    assert Address.of(str(address)) == address
    with pytest.raises(ValueError, match="form") as caught:
        Address.of("clickhouse://reader:s%2Fcret@one")
    assert "cret" not in str(caught.value)


@settings(at_length, max_examples=100)
@given(
    st.lists(st.text() | st.sampled_from(["\\", "'", "\\'; --", "{x:Int8}", "\0", "?", "$1"]), min_size=1, max_size=20)
)
def test_a_value_is_only_ever_a_value(in_process: Engine, on_cluster: Engine, texts: list[str]) -> None:
    """It comes back as it went in, whatever is in it."""
    asked = Query(f"SELECT {', '.join('?' * len(texts))} FROM meta WHERE key = ?", (*texts, "format"))
    assert in_process.rows(asked) == on_cluster.rows(asked) == [tuple(texts)]


def test_many_threads_get_their_own_answers(trusted: Engine, on_cluster: Engine) -> None:
    expected = [trusted.rows(queries.identifier(number)) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda number: on_cluster.rows(queries.identifier(number)), range(40))) == expected


def test_an_answer_without_rows_has_its_columns(engine: Engine) -> None:
    found = engine.arrays(queries.spans(SELECTIONS["nothing"], "country"))
    assert {name: len(column) for name, column in found.items()} == dict.fromkeys(
        ["earliest", "latest", "value", "records"], 0
    )
