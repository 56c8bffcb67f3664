"""EDGE: the tables of one dossier in DuckDB, embedded: in memory, or in a file that is only read."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import count
from pathlib import Path
from typing import Any, Final, Self

import duckdb
import orjson

from events import queries
from events.columns import Columns
from events.engines import Search
from events.engines.errors import EngineError, Timeout
from events.queries import Query

FREEZE: Final = ("SET enable_external_access = false", "SET lock_configuration = true")
"""Statements after which the engine opens no further file and no setting can be changed."""
ALONE: Final = "SET threads = 1"
"""Few records are read sooner by one thread than handed to several."""
FORMAT: Final = "4"
"""Of the file of a collection; another one has other columns."""
MEMORY_LIMIT: Final = "1GB"
"""Of the file's pages and of answers in the making; what does not fit is read again."""
ABOUT: Final = "SELECT key, value FROM meta WHERE key IN ('version', 'format')"


TABLES_OF_FILE: Final = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'collection'"
MOST_PARSED: Final = 512
"""Texts of queries; those that differ in their parameters alone are one."""
MOST_SEARCHES: Final = 128
"""What was searched for last is kept."""
ASKED_BEFORE: Final = 3
"""Queries of a filter that are answered without its part: to draw it takes as long as some of them."""
LARGEST_PART: Final = 16
ALL_PARTS: Final = 4
"""A part of a collection is kept if it is no larger than one in so many of all records, and all together so many."""
MOST_PARTS: Final = 256
MOST_ASKED: Final = 4_096
"""Filters of which is known whether their part was asked for, or is too large."""
LEAVING: Final = 60.0
"""Seconds after which nobody can be about to read a table that has been let go."""
SEARCHED_AT_ONCE: Final = 245_760
"""Records between two looks at the clock: two of DuckDB's row groups, one a core of a small machine."""


@dataclass(slots=True)
class _Hits:
    """What a search has found so far, and the seconds spent on it."""

    table: str
    searched: int = 0
    spent: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class _Part:
    """Events that pass a condition: how many, once they have been drawn; None where they are too many to be kept."""

    table: str
    asked: int = 0
    is_drawn: bool = False
    records: int | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class DuckDB:
    """An `Engine`. It reads no other file and its settings are locked. Open it after a process has been forked."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, version: str, has_records: bool) -> None:
        self.version, self.has_records = version, has_records
        self.has_tallies = has_records
        self._connection = connection
        self._local, self._lock = threading.local(), threading.Lock()
        self._hits: dict[tuple[str, ...], _Hits] = {}
        self._parts: dict[Query, _Part] = {}
        self._leaving: deque[tuple[float, str]] = deque()
        self._names = count()
        self._parsed = lru_cache(maxsize=MOST_PARSED)(self._parse)
        for statement in FREEZE:
            connection.execute(statement)

    @classmethod
    def in_memory(cls, columns: Columns) -> Self:
        """The tables of a dossier that is small enough to be held as records."""
        connection = duckdb.connect(":memory:")
        build(connection, columns)
        connection.execute(ALONE)
        return cls(connection, _digest(columns), has_records=False)

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """The tables of a collection. Raises `EngineError` for a file that holds none."""
        connection, version = _attached(path)
        return cls(connection, version, has_records=True)

    def search(self, words: tuple[str, ...], seconds: float) -> Search | None:
        """See `Engine`; what is found is kept for all readers."""
        if not self.has_records:
            return None
        with self._lock:
            hits = self._hits.pop(words, None) or _Hits(f"hits_{next(self._names)}")
            self._hits[words] = hits
            self._forget_oldest()
        self._drop_left()
        with hits.lock:
            self._search_on(hits, words, seconds)
            return Search(hits.table, hits.searched)

    def _forget_oldest(self) -> None:
        """Let the longest unused searches go, but for those that are under way."""
        idle = [words for words, hits in self._hits.items() if not hits.lock.locked()]
        for words in idle[: max(0, len(self._hits) - MOST_SEARCHES)]:
            self._leaving.append((time.monotonic(), self._hits.pop(words).table))

    def _drop_left(self) -> None:
        """Drop the tables that have been let go, once nobody can be about to read them."""
        past = time.monotonic() - LEAVING
        with self._lock:
            gone = [self._leaving.popleft()[1] for left, _ in list(self._leaving) if left < past]
        for table in gone:
            self._cursor.execute(f"DROP TABLE IF EXISTS {table}")

    def _search_on(self, hits: _Hits, words: tuple[str, ...], seconds: float) -> None:
        if not hits.searched:
            self._cursor.execute(f"CREATE TABLE IF NOT EXISTS {hits.table} (n INTEGER)")
        while hits.searched < self._size and hits.spent < seconds:
            began, last = time.monotonic(), hits.searched + SEARCHED_AT_ONCE
            found = queries.matches(words, hits.searched, last)
            self._cursor.execute(f"INSERT INTO {hits.table} {found.sql}", found.params)
            hits.searched, hits.spent = min(last, self._size), hits.spent + time.monotonic() - began

    def part(self, condition: Query, *, at_once: bool = False) -> str | None:
        """See `Engine`. Conditions on lists take most of the time of a query."""
        if not self.has_records:
            return None
        with self._lock:
            part = self._parts.pop(condition, None) or _Part(f"part_{next(self._names)}")
            self._parts[condition] = part
            if len(self._parts) > MOST_ASKED:
                self._let_go(next(iter(self._parts)))
        with part.lock:
            part.asked += 1
            if not part.is_drawn and (at_once or part.asked > ASKED_BEFORE):
                part.records = self._draw(part.table, condition)
                part.is_drawn = True
        return None if part.records is None else part.table

    def _draw(self, table: str, condition: Query) -> int | None:
        """Make a part, unless it would be large; give the number of its records."""
        [(records,)] = self.rows(queries.count("event", condition))
        if records > self._size // LARGEST_PART:
            return None
        self._make_room(records)
        found = queries.part(condition)
        self._cursor.execute(f"CREATE TABLE {table} AS {found.sql}", found.params)
        return int(records)

    def _make_room(self, records: int) -> None:
        """Let the longest unused parts go."""
        with self._lock:
            drawn = {condition: part.records for condition, part in self._parts.items() if part.records is not None}
            while drawn and (sum(drawn.values()) + records > self._size // ALL_PARTS or len(drawn) >= MOST_PARTS):
                self._let_go(oldest := next(iter(drawn)))
                del drawn[oldest]
        self._drop_left()

    def _let_go(self, condition: Query) -> None:
        part = self._parts.pop(condition)
        if part.records is not None:
            self._leaving.append((time.monotonic(), part.table))

    @cached_property
    def _size(self) -> int:
        """The number of all records."""
        [(records,)] = self.rows(queries.count("event"))
        return int(records)

    def rows(self, query: Query, seconds: float | None = None) -> list[tuple[Any, ...]]:
        """See `Engine`."""
        with self._limited(seconds) as cursor:
            return cursor.execute(self._parsed(query.sql), query.params).fetchall()

    def arrays(self, query: Query) -> Mapping[str, Any]:
        """See `Engine`."""
        return self._cursor.execute(self._parsed(query.sql), query.params).fetchnumpy()

    def _parse(self, sql: str) -> duckdb.Statement:
        """A query taken apart, which is half of the time that it takes on few records; any cursor can run it."""
        [statement] = self._cursor.extract_statements(sql)
        return statement

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


def build(connection: duckdb.DuckDBPyConnection, columns: Columns) -> None:
    """Make the tables of a dossier. Its values come as lists: Arrow and pandas would stay in memory for good."""
    for name, frame in columns.frames.items():
        values = ", ".join(f'unnest(?::{kind}[]) AS "{column}"' for column, kind in frame.types.items())
        connection.execute(f"CREATE TEMP TABLE incoming_{name} AS SELECT {values}", [*frame.values.values()])
    for statement in queries.BUILD:
        connection.execute(statement)
    for name in columns.frames:
        connection.execute(f"DROP TABLE incoming_{name}")


def events_in(path: Path) -> int:
    """How many events the collection in a file holds; the file is closed again. Raises what `DuckDB.of_file` raises."""
    with closing(_attached(path)[0]) as connection:
        [(events,)] = connection.execute("SELECT count(*) FROM event").fetchall()
        return int(events)


def _attached(path: Path) -> tuple[duckdb.DuckDBPyConnection, str]:
    """A connection to the tables of a collection, and the version of these. Raises `EngineError`."""
    try:
        connection = duckdb.connect(":memory:", config={"memory_limit": MEMORY_LIMIT})
        quoted = str(path).replace("'", "''")
        connection.execute(f"ATTACH '{quoted}' AS collection (READ_ONLY)")
        for (table,) in connection.execute(TABLES_OF_FILE).fetchall():
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM collection.{table}")
        about = dict(connection.execute(ABOUT).fetchall())
    except duckdb.Error as error:
        raise EngineError(f"{path.name} cannot be opened as a collection of events. Import it again.") from error
    if about.get("format") != FORMAT:
        raise EngineError(f"{path.name} was written by another version of Standoff. Import it again.")
    return connection, about["version"]


def _digest(columns: Columns) -> str:
    """The same name for the same contents in every process."""
    tables = {name: [frame.types, frame.values] for name, frame in columns.frames.items()}
    return hashlib.sha256(orjson.dumps(tables)).hexdigest()[:16]
