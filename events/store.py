"""EDGE: the only module that talks to the database engine, DuckDB, embedded and in memory."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Self

import duckdb

from events import cube, queries
from events.columns import Columns
from events.cube import Cube
from events.dossier import Dossier
from events.queries import Dimension, Query, Table
from events.selection import Clock, Selection, ValueField


@dataclass(frozen=True, slots=True)
class Totals:
    """Every record of a table counted once: shown + undated + unplaced + filtered = total.

    filtered: fails a clause that it can be judged by. undated: passes the others, but has no date by the clock asked
    for, which only a period needs. unplaced: passes, is dated, but has no place; of statements: the speaker acts for no
    state. shown: passes and has both. And every shown record once more by the origins of its sources, two or more, one,
    or none: independent + single_sourced + unsourced = shown.
    """

    total: int
    shown: int
    undated: int
    unplaced: int
    filtered: int
    independent: int
    single_sourced: int
    unsourced: int


class Store:
    """The events and statements of one dossier, ready for questions from any thread. It reads no file and its settings
    are locked.

    Every question is put to one table. `clock` says by which days records are dated and put in order; without it the
    clock of the selection's period does, and without a period the day on which things happened.
    """

    def __init__(self, columns: Columns) -> None:
        self._connection = duckdb.connect(":memory:")
        self._local = threading.local()
        _build(self._connection, columns)

    @classmethod
    def of(cls, dossier: Dossier) -> Self:
        """A store of a dossier's events and statements."""
        return cls(Columns.of(dossier))

    def rows(self, query: Query) -> list[tuple[Any, ...]]:
        """The answer to a query of `events.queries`."""
        return self._cursor.execute(*query).fetchall()

    def totals(self, selection: Selection, table: Table = "event", clock: Clock | None = None) -> Totals:
        """How many records are shown, in each tray, and filtered out. A period is judged by its own clock alone."""
        [(total, shown, undated, unplaced, *sourced)] = self.rows(queries.totals(selection, table, clock))
        return Totals(total, shown, undated, unplaced, total - shown - undated - unplaced, *sourced)

    def facet(self, selection: Selection, field: ValueField, table: Table = "event") -> list[tuple[str, int]]:
        """(value, records) for every value that the dossier names, zero included, under the clauses of the other
        fields; most records first, then by value. A record counts once for each of its values.

        Of stance, status, agreement and sourcing only the values that occur in the dossier are given.
        """
        return [(value, records) for value, records in self.rows(queries.facet(selection, field, table))]

    def event_ids(self, selection: Selection, offset: int = 0, limit: int | None = None) -> list[str]:
        """The events that pass, as `ids` gives them."""
        return self.ids(selection, "event", offset, limit)

    def ids(
        self,
        selection: Selection,
        table: Table = "event",
        offset: int = 0,
        limit: int | None = None,
        clock: Clock | None = None,
    ) -> list[str]:
        """The records that pass, by earliest day, latest day and id; undated ones last, and only without a period."""
        return [identifier for (identifier,) in self.rows(queries.ids(selection, table, offset, limit, clock))]

    def certainty(self, selection: Selection, table: Table = "event", clock: Clock | None = None) -> tuple[int, int]:
        """(could, certain): records that could fall in the period, and that certainly do; without one, all the dated.
        A period is judged by its own clock alone."""
        [(could, certain)] = self.rows(queries.certainty(selection, table, clock))
        return could, certain

    def cube(
        self,
        selection: Selection,
        dimension: Dimension,
        limit_edges: int = cube.EDGE_LIMIT,
        table: Table = "event",
        clock: Clock | None = None,
    ) -> Cube:
        """The dated records that pass, over time by key; for a brush, give `selection.without("period")`.

        Keys are all the values of a dimension that the dossier names, in its order, or the one key `all`.
        """
        keys = [value for (value,) in self.rows(queries.keys(dimension))]
        spans = self._cursor.execute(*queries.spans(selection, dimension, table, clock)).fetchnumpy()
        return cube.build(spans["earliest"], spans["latest"], spans["code"], keys, spans["records"], limit_edges)

    @property
    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """This thread's cursor: one shared by several threads mixes up their answers."""
        if not hasattr(self._local, "cursor"):
            self._local.cursor = self._connection.cursor()
        cursor: duckdb.DuckDBPyConnection = self._local.cursor
        return cursor


def _build(connection: duckdb.DuckDBPyConnection, columns: Columns) -> None:
    tables = {"event": columns.event, "statement": columns.statement, "dictionary": columns.dictionary}
    frames = {**tables, **columns.links}
    for name, frame in frames.items():
        connection.register(f"incoming_{name}", frame)
    for statement in queries.BUILD:
        connection.execute(statement)
    for name in frames:
        connection.unregister(f"incoming_{name}")
    for statement in queries.FREEZE:
        connection.execute(statement)
