"""EDGE: puts the tables of a dossier on a ClickHouse server, or spreads its events over the nodes of a cluster.

`TABLE` on the server says which versions there are, one row a load; the tables of a version are called
`TABLE_VERSION_event`, and so on. A load fills tables of its own and names its version last, so a reader sees the old
version or the new one, never half. The version before it stays for the pages that still read it; older ones go.

On a cluster every node holds a share of the events in `TABLE_VERSION_event_share` and a copy of all the other tables;
`TABLE_VERSION_event` on each node is the whole, a Distributed table. Every node is told directly: no ZooKeeper needed.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from events.engines.clickhouse import DESCRIBED, Address, Http, Names, Server, answer
from events.engines.errors import EngineError
from events.queries import TALLIES

SPREAD: Final = "event"
"""The table that is spread over a cluster; all others are small, and each node has a copy."""
SHARE: Final = "_share"
POINTER: Final = "version String, loaded UInt64"
CODED_FROM: Final = 20
"""The first year of ClickHouse whose LowCardinality columns are used."""
BATCH_ROWS: Final = 50_000
LOAD_SECONDS: Final = 600.0

_NUMBERS: Final = {
    "BOOLEAN": "UInt8",
    "TINYINT": "Int8",
    "SMALLINT": "Int16",
    "INTEGER": "Int32",
    "BIGINT": "Int64",
    "UINTEGER": "UInt32",
    "DOUBLE": "Float64",
    "FLOAT": "Float32",
}


class Column(NamedTuple):
    """A column on ClickHouse."""

    name: str
    type: str


def load_file(path: Path, address: Address, described: str, progress: Callable[[int, int], None]) -> str:
    """Fill an address with the collection in a file; like `load`. Raises EngineError, also for a file that is none."""
    try:
        source = duckdb.connect(str(path), read_only=True)
    except duckdb.Error:
        raise EngineError(f"{path} cannot be opened as a collection of events. Import it again.") from None
    with source:
        return load(source, address, described, progress)


def load(
    source: duckdb.DuckDBPyConnection,
    address: Address,
    described: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> str:
    """Fill an address with the tables of a database; gives the version. Raises EngineError.

    `described` is what the servers keep beside the tables: what dossier.yaml says, as JSON. `progress` is told after
    each batch how many events are there, of how many.
    """
    nodes = [Http(replace(address, hosts=(host,))) for host in address.hosts]
    if len(nodes) > 1 and not address.cluster:
        raise EngineError(f"{address} names several servers. Say what they call their cluster: ?cluster=NAME.")
    with ExitStack() as stack:
        for node in nodes:
            stack.callback(node.close)
        return fill(source, nodes, address, described, progress)


def fill(
    source: duckdb.DuckDBPyConnection,
    nodes: Sequence[Server],
    address: Address,
    described: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> str:
    """Do the same on servers that are already known."""
    names = Names(address, uuid.uuid4().hex[:12])
    for node in nodes:
        _tell(node, f"CREATE DATABASE IF NOT EXISTS {address.database}")
        _tell(node, f"CREATE TABLE IF NOT EXISTS {names.pointer} ({POINTER}) ENGINE = MergeTree ORDER BY loaded")
    for table in tables(source):
        _fill_table(source, table, nodes, names, progress)
    for node in nodes:
        _tell(node, f"CREATE TABLE {names.table(DESCRIBED)} (content String) ENGINE = MergeTree ORDER BY content")
        _tell(node, f"INSERT INTO {names.table(DESCRIBED)} FORMAT JSONEachRow\n{json.dumps({'content': described})}")
        _tell(node, f"INSERT INTO {names.pointer} VALUES ('{names.version}', {time.time_ns()})")
    for node in nodes:
        _clear(node, names)
    return names.version


def _fill_table(
    source: duckdb.DuckDBPyConnection,
    table: str,
    nodes: Sequence[Server],
    names: Names,
    progress: Callable[[int, int], None],
) -> None:
    spread = table == SPREAD and bool(names.address.cluster)
    for node in nodes:
        _create(node, source, table, names, spread)
    [(total,)] = source.execute(f'SELECT count(*) FROM "{table}"').fetchall()
    insert, done = f"INSERT INTO {names.table(f'{table}{SHARE}' if spread else table)} FORMAT JSONEachRow", 0
    with ThreadPoolExecutor(len(nodes)) as pool:
        for lines in _batches(source, table):
            shares = [lines[at :: len(nodes)] if spread else lines for at in range(len(nodes))]
            list(pool.map(_tell, nodes, ("\n".join([insert, *share]) for share in shares)))
            done += len(lines)
            if table == SPREAD:
                progress(done, total)
    for node in nodes:
        [(found,)] = zip(*answer(node, f"SELECT count(*) FROM {names.table(table)}").values(), strict=True)
        if found != total:
            raise EngineError(f"{table}: {found:,} of {total:,} rows arrived. Load again; nothing was replaced.")


def _batches(source: duckdb.DuckDBPyConnection, table: str) -> Iterator[list[str]]:
    """The rows of a table as lines of JSON."""
    told = ", ".join(
        f'coalesce("{name}", []) AS "{name}"'
        if kind.endswith("[]")
        else f'"{name}"'  # ClickHouse has no NULL for a list
        for name, kind in _described(source, table)
    )
    rows = f'SELECT {told} FROM "{table}"{" ORDER BY n" if table == SPREAD else ""}'
    found = source.execute(f"SELECT CAST(to_json(record) AS VARCHAR) FROM ({rows}) AS record")
    while batch := found.fetchmany(BATCH_ROWS):
        yield [line for (line,) in batch]


def _clear(node: Server, names: Names) -> None:
    """Drop the tables of all versions but this and the one before it, also what a load that failed left behind."""
    address = names.address
    kept = answer(node, f"SELECT version FROM {names.pointer} ORDER BY loaded DESC LIMIT 2")["version"].tolist()
    listed = answer(node, f"SELECT name FROM system.tables WHERE database = '{address.database}'")["name"].tolist()
    version = re.compile(rf"{address.table}_([0-9a-f]{{12}})_\w+")
    for table in listed:
        found = version.fullmatch(table)
        if found and found[1] not in kept:
            _tell(node, f"DROP TABLE {address.database}.{table}")


def _tell(node: Server, sql: str) -> None:
    node.ask(sql.encode(), {}, LOAD_SECONDS)


def tables(source: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables of a database, by name, without those that only save DuckDB time."""
    found = source.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal ORDER BY table_name").fetchall()
    return [name for (name,) in found if name not in TALLIES]


def _described(source: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    """(name, type) of the columns of a table."""
    return [(name, kind) for name, kind, *_ in source.execute(f'DESCRIBE "{table}"').fetchall()]


def columns(source: duckdb.DuckDBPyConnection, table: str, coded: bool = True) -> list[Column]:
    """The columns of a table as ClickHouse has them: Nullable where one is NULL, `coded` LowCardinality where texts
    repeat.

    Raises EngineError for a type that has no counterpart.
    """
    described = _described(source, table)
    nulls = ", ".join(f'count(*) - count("{name}")' for name, _ in described)
    [missing] = source.execute(f'SELECT {nulls} FROM "{table}"').fetchall()
    return [
        Column(name, _type(table, name, kind, bool(holes), coded))
        for (name, kind), holes in zip(described, missing, strict=True)
    ]


def _type(table: str, name: str, kind: str, has_nulls: bool, coded: bool) -> str:
    if kind.endswith("[]"):
        return f"Array({_type(table, name, kind.removesuffix('[]'), False, coded)})"
    if kind in _NUMBERS:
        return f"Nullable({_NUMBERS[kind]})" if has_nulls else _NUMBERS[kind]
    if kind != "VARCHAR" and not kind.startswith("ENUM"):
        raise EngineError(f"{table}.{name}: ClickHouse has no column for the type {kind}.")
    text = "Nullable(String)" if has_nulls else "String"
    return f"LowCardinality({text})" if coded and kind != "VARCHAR" else text


def _create(node: Server, source: duckdb.DuckDBPyConnection, table: str, names: Names, spread: bool) -> None:
    found = columns(source, table, _codes_well(node))
    listed = ", ".join(f"`{column.name}` {column.type}" for column in found)
    order = "n" if any(column == Column("n", "Int32") for column in found) else "tuple()"
    whole = names.table(table)
    own = f"{whole}{SHARE}" if spread else whole
    _tell(node, f"CREATE TABLE {own} ({listed}) ENGINE = MergeTree ORDER BY {order}")
    if spread:
        place = ", ".join([names.address.cluster, *own.split(".")])
        _tell(node, f"CREATE TABLE {whole} ({listed}) ENGINE = Distributed({place})")


def _codes_well(node: Server) -> bool:
    """Whether LowCardinality can be trusted; 18.16 counts NULLs in it and garbles it between nodes."""
    [version] = answer(node, "SELECT version() AS version")["version"]
    return int(version.split(".")[0]) >= CODED_FROM
