"""Engines on the made-up collection: DuckDB, today's ClickHouse in this process, and a cluster of two old nodes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import duckdb
import pandas as pd
import pytest

from events.engines import Engine
from events.engines.clickhouse import Address, ClickHouse
from events.engines.duckdb import DuckDB
from events.engines.loading import fill, load
from tests.clickhouse import provide
from tests.clickhouse.cluster import Cluster, running
from tests.clickhouse.collection import database, frame
from tests.clickhouse.embedded import Embedded

LOCAL = Address.of("clickhouse://localhost/standoff/events")


@pytest.fixture(scope="package")
def events() -> pd.DataFrame:
    """What every engine here holds."""
    return frame()


@pytest.fixture(scope="package")
def source(events: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    return database(events)


@pytest.fixture(scope="package")
def trusted(source: duckdb.DuckDBPyConnection) -> Engine:
    return DuckDB(source, "made-up", has_records=True)


@pytest.fixture(scope="package")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """Today's ClickHouse; a process can have one."""
    pytest.importorskip("chdb", reason="today's ClickHouse comes from the package chdb, which is not installed here")
    server = Embedded(tmp_path_factory.mktemp("embedded"))
    yield server
    server.close()


@pytest.fixture(scope="package")
def program() -> str:
    """The server program of a node."""
    found = provide.find()
    if found is None:
        pytest.skip(provide.ADVICE)
    return found


@pytest.fixture(scope="package")
def cluster(program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two nodes that no test stops."""
    with running(program, tmp_path_factory.mktemp("cluster")) as nodes:
        yield nodes


@pytest.fixture(scope="package")
def in_process(source: duckdb.DuckDBPyConnection, embedded: Embedded) -> Engine:
    fill(source, [embedded], LOCAL)
    return ClickHouse(embedded, LOCAL)


@pytest.fixture(scope="package")
def on_cluster(source: duckdb.DuckDBPyConnection, cluster: Cluster) -> Iterator[Engine]:
    load(source, Address.of(cluster.address("events")))
    with closing(ClickHouse.open(cluster.address("events"))) as engine:
        yield engine


@pytest.fixture(scope="package", params=["in_process", "on_cluster"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """ClickHouse, of today in this process and of 2018 on two nodes."""
    found: Engine = request.getfixturevalue(request.param)
    return found
