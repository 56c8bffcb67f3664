"""What is loaded is there whole, or not at all, and those who read the version before it are not disturbed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace

import duckdb
import pytest

from events import queries
from events.engines.clickhouse import SECONDS, Address, ClickHouse, Http, answer
from events.engines.errors import EngineError
from events.engines.loading import Column, columns, fill, load
from tests.clickhouse.cluster import Cluster
from tests.clickhouse.collection import database, frame


@pytest.fixture
def address(cluster: Cluster) -> Address:
    """A place of the test's own on the cluster."""
    return Address.of(cluster.address(f"made_{uuid.uuid4().hex}"))


@pytest.fixture
def nodes(address: Address) -> Iterator[list[Http]]:
    made = [Http(replace(address, hosts=(host,))) for host in address.hosts]
    yield made
    for node in made:
        node.close()


def tables(node: Http, address: Address) -> list[str]:
    """The tables of all versions, the one that names them left out."""
    found = answer(node, "SELECT name FROM system.tables WHERE database = 'standoff'")["name"].tolist()
    return [name for name in found if name.startswith(f"{address.table}_")]


def opened(address: Address) -> ClickHouse:
    return ClickHouse(Http(address), address)


class Full(Http):
    """A node that takes no rows."""

    def ask(self, sql: bytes, settings: Mapping[str, str], seconds: float = SECONDS) -> bytes:
        if b"FORMAT JSONEachRow" in sql:
            raise EngineError("no room")
        return super().ask(sql, settings, seconds)


def test_each_node_holds_a_share_of_the_events_and_answers_for_all(
    source: duckdb.DuckDBPyConnection, address: Address, nodes: list[Http]
) -> None:
    version = load(source, address)
    name = f"standoff.{address.table}_{version}_event"
    shares = [int(answer(node, f"SELECT count(*) AS c FROM {name}_share")["c"][0]) for node in nodes]
    wholes = [int(answer(node, f"SELECT count(*) AS c FROM {name}")["c"][0]) for node in nodes]
    assert wholes == [400, 400]
    assert sum(shares) == 400
    assert all(shares)


def test_a_new_load_replaces_the_old_one_which_its_readers_keep(address: Address, nodes: list[Http]) -> None:
    load(database(frame(30)), address)
    with closing(opened(address)) as before:
        load(database(frame(20)), address)
        with closing(opened(address)) as after:
            assert (before.rows(queries.size())[0][0], after.rows(queries.size())[0][0]) == (30, 20)
            load(database(frame(10)), address)
            assert after.rows(queries.size())[0][0] == 20
            with pytest.raises(EngineError):
                before.rows(queries.size())
    assert len({name.split("_")[2] for name in tables(nodes[0], address)}) == 2


def test_a_load_that_fails_leaves_the_old_version_and_the_next_clears_up(address: Address, nodes: list[Http]) -> None:
    load(database(frame(30)), address)

    complete = len(tables(nodes[0], address))
    with closing(Full(replace(address, hosts=address.hosts[1:]))) as full, pytest.raises(EngineError, match="no room"):
        fill(database(frame(20)), [nodes[0], full], address)
    with closing(opened(address)) as engine:
        assert engine.rows(queries.size())[0][0] == 30
    load(database(frame(20)), address)
    assert len(tables(nodes[0], address)) == 2 * complete


def test_what_dossier_yaml_says_is_kept_beside_the_tables(address: Address) -> None:
    said = '{"title": "It\'s “new”\\n日本"}'
    load(database(frame(1)), address, said)
    with closing(opened(address)) as engine:
        assert engine.described() == said


def test_the_data_have_one_version_wherever_and_however_often_they_are_loaded(address: Address) -> None:
    loads = []
    for _ in range(2):
        loads.append(load(database(frame(3)), address))
        with closing(opened(address)) as engine:
            assert engine.version == "made-up"
    assert len(set(loads)) == 2


def test_several_servers_without_a_cluster_are_refused(source: duckdb.DuckDBPyConnection, address: Address) -> None:
    with pytest.raises(EngineError, match=r"\?cluster=NAME"):
        load(source, replace(address, cluster=""))


def test_how_far_a_load_is_can_be_told(source: duckdb.DuckDBPyConnection, address: Address) -> None:
    told: list[tuple[int, int]] = []
    load(source, address, progress=lambda done, total: told.append((done, total)))
    assert told == [(400, 400)]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("INTEGER", "1", "Int32"),
        ("INTEGER", "NULL", "Nullable(Int32)"),
        ("BOOLEAN", "true", "UInt8"),
        ("VARCHAR", "'a'", "String"),
        ("ENUM ('a')", "'a'", "LowCardinality(String)"),
        ("ENUM ('a')", "NULL", "LowCardinality(Nullable(String))"),
        ("ENUM ('a')[]", "['a']", "Array(LowCardinality(String))"),
        ("INTEGER[]", "NULL", "Array(Int32)"),
    ],
)
def test_a_column_has_its_counterpart(kind: str, value: str, expected: str) -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"CREATE TABLE one (it {kind})")
        connection.execute(f"INSERT INTO one VALUES ({value})")
        assert columns(connection, "one") == [Column("it", expected)]


def test_an_old_server_gets_plain_texts() -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            "CREATE TABLE one AS SELECT CAST(NULL AS ENUM ('a')) AS it, CAST(['a'] AS ENUM ('a')[]) AS few"
        )
        found = columns(connection, "one", coded=False)
        assert found == [Column("it", "Nullable(String)"), Column("few", "Array(String)")]


def test_a_column_without_a_counterpart_is_named() -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE TABLE one (it STRUCT(a INTEGER))")
        with pytest.raises(EngineError, match=r"one\.it: .*STRUCT"):
            columns(connection, "one")
