"""`standoff load` puts a collection on a cluster, and says what to do where it cannot."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from dashboard.cli import BUNDLED, main
from events import queries
from events.engines.clickhouse import Address, ClickHouse
from events.engines.errors import EngineError
from events.engines.loading import load
from events.engines.opening import dossier_at
from events.selection import Selection
from events.store import Store
from tests.clickhouse.cluster import Cluster

YAML = """\
id: made-up
title: Made up
summary: Events that never happened.
licence: CC0-1.0
compiled_by: nobody
kinds: [{id: battle, label: Battle}]
measures: [{id: deaths, label: Deaths, unit: deaths}]
"""


@pytest.fixture
def folder(source: duckdb.DuckDBPyConnection, tmp_path: Path) -> Path:
    """A collection as an import leaves it."""
    (tmp_path / "dossier.yaml").write_text(YAML)
    with duckdb.connect(str(tmp_path / "events.duckdb")) as file:
        for (kind,) in source.execute("SELECT type_name FROM duckdb_types() WHERE NOT internal").fetchall():
            values = source.execute(f"SELECT enum_range(NULL::{kind})").fetchall()[0][0]
            listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
            file.execute(f"CREATE TYPE {kind} AS ENUM ({listed})")
        for table in ("event", "dictionary", "place", "meta"):
            file.execute(
                source.execute(f"SELECT sql FROM duckdb_tables() WHERE table_name = '{table}'").fetchall()[0][0]
            )
            rows = source.execute(f"SELECT * FROM {table}").fetchall()
            file.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    return tmp_path


def test_a_collection_is_loaded_with_what_its_dossier_says(folder: Path, cluster: Cluster) -> None:
    address = cluster.address("by_command")
    done = CliRunner().invoke(main, ["load", str(folder), address])
    assert done.exit_code == 0, done.output
    assert f"standoff serve '{address}'" in done.output
    found = dossier_at(address)
    assert (found.meta.title, found.meta.measures[0].id, found.folder) == ("Made up", "deaths", "by_command")
    with closing(ClickHouse.open(address)) as engine:
        assert engine.rows(queries.size())[0][0] == 400
        assert engine.has_records
        assert Store(engine).totals(Selection()).total == 400


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["load", str(BUNDLED), "clickhouse://127.0.0.1:1/db/events"], 1, "standoff serve"),
        (["load", str(BUNDLED), "http://127.0.0.1:1/db/events"], 2, "form clickhouse://"),
        (["serve", "clickhouse://127.0.0.1:1/db/events"], 1, "cannot be reached on 127.0.0.1:1"),
        (["serve", "clickhouse://127.0.0.1:1/db"], 2, "form clickhouse://"),
    ],
)
def test_what_cannot_be_loaded_or_served_is_explained(arguments: list[str], code: int, said: str) -> None:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == code
    assert said in done.output


def test_a_dossier_that_another_version_described_asks_to_be_loaded_again(
    source: duckdb.DuckDBPyConnection, cluster: Cluster
) -> None:
    address = cluster.address("of_another")
    load(source, Address.of(address), '{"title": 3}')
    with pytest.raises(EngineError, match="Load it again"):
        dossier_at(address)
