"""EDGE: the flat table of an import → the events that stay, and the file of a collection.

A collection is one DuckDB file with the tables that `events.queries` describes and those of actors, places, cells,
sources and `meta`. It is written in one pass, in the order of time, with a bound on memory: what does not fit waits
beside the file.
"""

from __future__ import annotations

import errno
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from events.columns import NO_SIDE
from events.cube import layout_of_all
from events.engines.cells import Cell, Located, grouped
from events.engines.duckdb import FORMAT
from events.model import Confidence, Role
from events.queries import ALIKE, DAYS, best, estimates, positions
from events.sourcing import Sourcing

if TYPE_CHECKING:
    from events.formats.staging import Volume

MEMORY: Final = "576MB"
"""Of the engine, which writes on one core only if it has less; the rest of the program needs a quarter of a gigabyte
beside it."""
EVENTS_AT_ONCE: Final = 2**20
"""Events that are put in order at once; they fit into this memory."""
SHARED: Final = ("kind", "confidence", "sourcing", "side", "place", "cell", "country", "actor", "role")
"""Columns of which many rows have the same value."""
_FIXED: Final = {
    "confidence": [one.value for one in Confidence],
    "sourcing": [one.value for one in Sourcing],
    "side": [NO_SIDE],
    "all": ["all"],
}


@dataclass(frozen=True, slots=True)
class Twin:
    """A row whose id is that of an earlier one with other contents: its file by number, its line, and the id."""

    file: int
    line: int
    id: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What is left of the rows of an import when every id is there once. `twins` names some of the `refused`.

    Days are the first and the last that any event names, None if none does.
    """

    kept: int
    merged: int
    refused: int
    twins: tuple[Twin, ...]
    unplaced: int
    undated: int
    first_day: int | None
    last_day: int | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from the first to the last, and the number of events before them."""

    first: int
    last: int
    before: int


class Flat:
    """The flat table of an import (`events.formats.staging.FLAT`) in Parquet files, each id once.

    Of rows with one id, equal ones are merged. Where they say when they were edited, the latest stands for all, and of
    the same time the first; else those that differ from the first are refused.
    """

    def __init__(self, volumes: Sequence[Volume], most_named: int = 10_000, at_once: int = EVENTS_AT_ONCE) -> None:
        self._volumes, self._at_once = volumes, at_once
        self._connection = duckdb.connect(":memory:")
        with _worded():
            self._bound()
            self._gone, refused, twins = _gone(self._connection, _read(volumes), most_named)
            self._connection.register("gone", self._gone)
            self.settled = self._settled(refused, twins)

    @property
    def _rows(self) -> str:
        """The rows that stay, as SQL."""
        return self._staying(self._volumes)

    def _staying(self, volumes: Sequence[Volume]) -> str:
        """The rows of some files that stay, as SQL; `gone` is the table of the others."""
        away = " ANTI JOIN gone USING (file, line)" if len(self._gone) else ""
        return f"(SELECT * FROM {_read(volumes)}{away})"

    def _bound(self) -> None:
        self._connection.execute(f"SET memory_limit = '{MEMORY}'")
        self._connection.execute(f"SET temp_directory = '{_quoted(self._volumes[0].path.parent / 'waiting')}'")

    def _settled(self, refused: int, twins: tuple[Twin, ...]) -> Settled:
        [(kept, unplaced, undated, first, last)] = self._connection.execute(
            f"""
            SELECT count(*), count(*) - count(place), count(*) - count(CASE WHEN dated THEN 1 END),
                   min(coalesce(earliest, latest)), max(coalesce(latest, earliest))
            FROM {self._rows}
            """
        ).fetchall()
        return Settled(kept, len(self._gone) - refused, refused, twins, unplaced, undated, first, last)

    def rows(self) -> list[dict[str, Any]]:
        """The rows that stay, in the order in which they were read. For small imports."""
        found = _arrow(self._connection, f"SELECT * FROM {self._rows} ORDER BY file, line")
        rows: list[dict[str, Any]] = found.to_pylist()
        return rows

    def used(self, column: str) -> list[tuple[Any, int]]:
        """(value, events) of a column that may hold lists, the most events first."""
        value = f"unnest({column})" if column in {"country", "actor", "source"} else column
        return self._connection.execute(
            f"SELECT value, count(*) AS events FROM (SELECT {value} AS value FROM {self._rows})"
            " WHERE value IS NOT NULL GROUP BY value ORDER BY events DESC, value"
        ).fetchall()

    def has(self, measure: str) -> bool:
        """Whether any event has an amount of a measure."""
        found = self._connection.execute(f"SELECT 1 FROM {self._rows} WHERE {best(measure)} IS NOT NULL LIMIT 1")
        return bool(found.fetchall())

    def write(
        self,
        target: Path,
        measures: Sequence[str],
        kinds: Sequence[str],
        actors: Mapping[str, tuple[str, str, str | None]],
        places: Mapping[str, tuple[str, str | None, float | None, float | None, str]],
        sources: Iterable[Any],
    ) -> None:
        """Write the file of a collection.

        actors: (name, kind, state) by id. places: (name, state, lat, lon, precision) by id. sources: tables with the
        columns position, id, publisher, title, url, kind, in order. What no event uses is left out, but sources.
        Raises OSError if it cannot be written.
        """
        with _worded():
            by_actor = [one for one, _ in self.used("actor")]
            located = [Located(one, *places[one], events) for one, events in self.used("place")]
            cells = grouped(located)
            offered = {
                "actor": by_actor,
                "country": sorted(one for one, _ in self.used("country")),
                "kind": list(kinds),
                **_FIXED,
                "place": [one.id for one in located],
                "cell": [cell.id for cell in cells],
            }
            with self._attached(target):
                self._make_types({**offered, "role": [role.value for role in Role]})
                self._fill("dictionary", _dictionary(offered))
                self._fill("actor", _actors(by_actor, actors))
                self._fill("place", _places(located, cells))
                self._fill("cell", _cells(cells))
                for at, table in enumerate(sources):
                    self._fill("source", table, is_more=at > 0)
                self._fill_events(measures, len(cells) < len(located))
                self._fill("meta", self._about())

    @contextmanager
    def _attached(self, target: Path) -> Iterator[None]:
        """Have new tables made in a file."""
        self._connection.execute(f"ATTACH '{_quoted(target)}' AS made")
        self._connection.execute("USE made")
        try:
            yield
            self._connection.execute("CHECKPOINT made")
        finally:
            self._connection.execute("USE memory")
            self._connection.execute("DETACH made")

    def _make_types(self, offered: Mapping[str, Sequence[str]]) -> None:
        for name in SHARED:
            values = offered[name] or [""]
            self._connection.execute(f"CREATE TYPE {name}_value AS ENUM (SELECT unnest(?::VARCHAR[]))", [values])

    def _fill(self, name: str, table: Any, *, is_more: bool = False) -> None:
        self._connection.register("incoming", table)
        begin = f"INSERT INTO {name}" if is_more else f"CREATE TABLE {name} AS"
        self._connection.execute(f"{begin} SELECT * FROM incoming")
        self._connection.unregister("incoming")

    def _about(self) -> Any:
        first, last = (None if day is None else str(day) for day in (self.settled.first_day, self.settled.last_day))
        told = {"version": uuid.uuid4().hex, "first_day": first, "last_day": last, "format": FORMAT}
        return pa.table({"key": list(told), "value": pa.array(told.values(), pa.string())})

    def _fill_events(self, measures: Sequence[str], are_grouped: bool) -> None:
        """Write the events in the order of time, one stretch of it after the other."""
        for stretch in self._stretches():
            self._connection.execute(f"CREATE TEMP TABLE stretch AS {self._in_order(measures, stretch)}")
            tables = {
                "event": self._event(measures, are_grouped, stretch.before),
                **self._tallies(measures, stretch.before),
            }
            for name, rows in tables.items():
                begin = f"INSERT INTO {name}" if stretch.before else f"CREATE TABLE {name} AS"
                self._connection.execute(f"{begin} {rows}")
            self._connection.execute("DROP TABLE stretch")

    def _stretches(self) -> list[Stretch]:
        """The time of all events, in stretches whose events fit into memory, as far as days can be told apart."""
        days = self._connection.execute(f"SELECT day, count(*) FROM {self._rows} GROUP BY day ORDER BY day").fetchall()
        return stretches(days, self._at_once)

    def _in_order(self, measures: Sequence[str], stretch: Stretch) -> str:
        """The rows of a stretch in the order of time."""
        numbers = "".join(f", {column}" for measure in measures for column in estimates(measure))
        volumes = [one for one in self._volumes if one.first <= stretch.last and one.last >= stretch.first]
        return f"""
        SELECT id, earliest, latest, dated, CAST(kind AS kind_value) AS kind,
               CAST(confidence AS confidence_value) AS confidence, CAST(sourcing AS sourcing_value) AS sourcing,
               CAST(place AS place_value) AS place, CAST(country AS country_value[]) AS country,
               CAST(actor AS actor_value[]) AS actor, words{numbers}, "when", title, summary, note, tags,
               CAST(role AS role_value[]) AS role, source
        FROM {self._staying(volumes)} WHERE day BETWEEN {stretch.first} AND {stretch.last}
        ORDER BY {DAYS["happened"].order}
        """

    def _event(self, measures: Sequence[str], are_grouped: bool, before: int) -> str:
        """The events of the stretch that is in order, behind so many others."""
        cell = "cell_of.cells[enum_code(place) + 1]" if are_grouped else "CAST(place AS cell_value)"
        cell_of = ", (SELECT list(CAST(cell AS cell_value) ORDER BY position) AS cells FROM place) AS cell_of"
        numbers = "".join(f", {column}" for measure in measures for column in estimates(measure))
        return f"""
        SELECT CAST(stretch.rowid + {before} AS INTEGER) AS n, id, earliest, latest, dated,
               CAST(NULL AS INTEGER) AS reported_earliest, CAST(NULL AS INTEGER) AS reported_latest, FALSE AS reported,
               earliest AS known_from, kind, confidence, sourcing, CAST('{NO_SIDE}' AS side_value) AS side, place,
               place IS NOT NULL AS placed, {cell} AS cell, country, actor, words{numbers},
               "when", title, summary, note, tags, role, source
        FROM stretch{cell_of if are_grouped else ""}
        """

    def _tallies(self, measures: Sequence[str], begin: int) -> dict[str, str]:
        """The rows of the tallies for the events from the one at `begin` on."""
        first_day, last_day = self.settled.first_day, self.settled.last_day
        days = layout_of_all(None if first_day is None or last_day is None else (first_day, last_day))
        first, last = positions(DAYS["happened"], days)
        bins = f"CAST({first} AS USMALLINT) AS first_bin, CAST({last} AS USMALLINT) AS last_bin"
        sums = [f"CAST(sum({column}) AS BIGINT) AS {column}" for one in measures for column in estimates(one)]
        counts = ", ".join(["CAST(count(*) AS INTEGER) AS records", *sums])
        events = f"FROM event WHERE n >= {begin}"
        each = f"FROM (SELECT * REPLACE (unnest(actor) AS actor) {events})"
        return {
            "tally": f"SELECT {ALIKE}, {bins}, {counts} {events} GROUP BY ALL",
            "tally_actor": f"SELECT actor, {ALIKE}, {bins}, {counts} {each} GROUP BY ALL ORDER BY actor",
        }


def stretches(days: Sequence[tuple[int, int]], most: int) -> list[Stretch]:
    """Days in order with their events → stretches of up to `most` events; a day that has more is one of its own."""
    found: list[Stretch] = []
    size = before = 0
    for day, events in days:
        if found and size + events <= most:
            found[-1], size = replace(found[-1], last=day), size + events
        else:
            found.append(Stretch(day, day, before))
            size = events
        before += events
    return found


def _gone(connection: duckdb.DuckDBPyConnection, source: str, most: int) -> tuple[Any, int, tuple[Twin, ...]]:
    """The rows (file, line) that go because of their twins; how many of them are refused, and some of these.

    Ids of the same hash are found first: they take less room than the ids, and few ids remain to be compared.
    """
    alike = f"SELECT hash(id) FROM {source} GROUP BY ALL HAVING count(*) > 1"
    connection.execute(
        f"CREATE TABLE twice AS SELECT id FROM {source} WHERE hash(id) IN ({alike}) GROUP BY id HAVING count(*) > 1"
    )
    [(twice,)] = connection.execute("SELECT count(*) FROM twice").fetchall()
    if not twice:
        return pa.table({"file": pa.array([], pa.int32()), "line": pa.array([], pa.int64())}), 0, ()
    told = [
        name
        for name, *_ in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        if name not in {"file", "line", "edited", "id"}
    ]
    contents = ", ".join(f'"{name}"' for name in told)
    connection.execute(
        f"""
        CREATE TABLE judged AS
        SELECT file, line, id, place_in_group > 1 AS is_gone, NOT has_edits AND contents <> first_contents AS is_refused
        FROM (
            SELECT file, line, id, contents,
                   row_number() OVER (PARTITION BY id ORDER BY edited DESC, file, line) AS place_in_group,
                   max(edited) OVER (PARTITION BY id) <> '' AS has_edits,
                   first_value(contents) OVER (PARTITION BY id ORDER BY edited DESC, file, line) AS first_contents
            FROM (SELECT file, line, id, edited, hash({contents}) AS contents FROM {source} SEMI JOIN twice USING (id))
        )
        """
    )
    gone = _arrow(connection, "SELECT file, line FROM judged WHERE is_gone ORDER BY file, line")
    [(refused,)] = connection.execute("SELECT count(*) FROM judged WHERE is_gone AND is_refused").fetchall()
    named = connection.execute(
        "SELECT file, line, id FROM judged WHERE is_gone AND is_refused ORDER BY file, line LIMIT ?", [most]
    ).fetchall()
    return gone, refused, tuple(Twin(*one) for one in named)


def _read(volumes: Sequence[Volume]) -> str:
    paths = ", ".join(f"'{_quoted(one.path)}'" for one in volumes)
    return f"read_parquet([{paths}])"


def _arrow(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    return connection.sql(sql).to_arrow_table()


@contextmanager
def _worded() -> Iterator[None]:
    """Raise what the engine cannot do, for want of space say, as OSError."""
    try:
        yield
    except duckdb.Error as error:
        raise OSError(errno.EIO, str(error).splitlines()[0]) from error


def _dictionary(offered: Mapping[str, Sequence[str]]) -> Any:
    rows = [(field, at, value) for field, values in offered.items() for at, value in enumerate(values)]
    columns = list(zip(*rows, strict=True))
    return pa.table(
        {"field": pa.array(columns[0]), "position": pa.array(columns[1], pa.int32()), "value": pa.array(columns[2])}
    )


def _numbered(names: str, rows: Iterable[Sequence[Any]]) -> Any:
    """A table of rows with their positions."""
    types = {"lat": pa.float64(), "lon": pa.float64(), "places": pa.int32()}
    given = list(rows)
    columns = {
        name: pa.array([row[at] for row in given], types.get(name, pa.string()))
        for at, name in enumerate(names.split())
    }
    return pa.table({"position": pa.array(np.arange(len(given), dtype=np.int32)), **columns})


def _actors(ids: Sequence[str], actors: Mapping[str, tuple[str, str, str | None]]) -> Any:
    return _numbered("id name kind state description", ((one, *actors[one], "") for one in ids))


def _places(located: Sequence[Located], cells: Sequence[Cell]) -> Any:
    cell_of = {one: cell.id for cell in cells for one in cell.places}
    return _numbered(
        "id name state lat lon precision note cell",
        ((one.id, one.name, one.state, one.lat, one.lon, one.precision, "", cell_of[one.id]) for one in located),
    )


def _cells(cells: Sequence[Cell]) -> Any:
    rows = ((cell.id, cell.name, cell.lat, cell.lon, len(cell.places)) for cell in cells)
    return _numbered("id name lat lon places", rows)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
