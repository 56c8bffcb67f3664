"""EDGE: the tables of one dossier in DuckDB, embedded: in memory, or in a file that is only read."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

import duckdb
import pyarrow as pa
from events import queries
from events.columns import Columns
from events.engines.errors import EngineError, Timeout
from events.queries import Query

FREEZE: Final = ("SET enable_external_access = false", "SET lock_configuration = true")
"""Statements after which the engine opens no further file and no setting can be changed."""
MEMORY_LIMIT: Final = "1GB"
"""Of the file's pages and of answers in the making; what does not fit is read again."""
VERSION: Final = Query("SELECT value FROM meta WHERE key = 'version'")


class DuckDB:
    """An `Engine`. It reads no other file and its settings are locked. Open it after a process has been forked."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, version: str, has_records: bool) -> None:
        self.version, self.has_records = version, has_records
        self._connection = connection
        self._local = threading.local()
        for statement in FREEZE:
            connection.execute(statement)

    @classmethod
    def in_memory(cls, columns: Columns) -> Self:
        """The tables of a dossier that is small enough to be held as records."""
        connection = duckdb.connect(":memory:")
        tables = {"event": columns.event, "statement": columns.statement, "dictionary": columns.dictionary}
        tables |= columns.links
        for name, table in tables.items():
            connection.register(f"incoming_{name}", table)
        for statement in queries.BUILD:
            connection.execute(statement)
        for name in tables:
            connection.unregister(f"incoming_{name}")
        return cls(connection, _digest(tables), has_records=False)

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """The tables of a collection. Raises `EngineError` for a file that holds none."""
        try:
            connection = duckdb.connect(str(path), read_only=True, config={"memory_limit": MEMORY_LIMIT})
            [(version,)] = connection.execute(*VERSION).fetchall()
        except (duckdb.Error, ValueError) as error:
            raise EngineError(f"{path.name} cannot be opened as a collection of events. Import it again.") from error
        return cls(connection, version, has_records=True)

    def rows(self, query: Query, seconds: float | None = None) -> list[tuple[Any, ...]]:
        """See `Engine`."""
        with self._limited(seconds) as cursor:
            return cursor.execute(*query).fetchall()

    def arrays(self, query: Query) -> Mapping[str, Any]:
        """See `Engine`."""
        return self._cursor.execute(*query).fetchnumpy()

    @contextmanager
    def _limited(self, seconds: float | None) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self._cursor
        timer = threading.Timer(seconds, cursor.interrupt) if seconds else None
        try:
            if timer:
                timer.start()
            yield cursor
        except duckdb.InterruptException as error:
            raise Timeout(f"The question was stopped after {seconds:g} s.") from error
        finally:
            if timer:
                timer.cancel()

    @property
    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """This thread's cursor: one shared by several threads mixes up their answers."""
        if not hasattr(self._local, "cursor"):
            self._local.cursor = self._connection.cursor()
        cursor: duckdb.DuckDBPyConnection = self._local.cursor
        return cursor


def _digest(tables: Mapping[str, Any]) -> str:
    """The same name for the same contents in every process."""
    digest = hashlib.sha256()
    for name, table in sorted(tables.items()):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        digest.update(name.encode() + sink.getvalue().to_pybytes())
    return digest.hexdigest()[:16]
