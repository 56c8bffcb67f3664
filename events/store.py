"""The events and statements of one dossier, ready for questions, whatever engine holds them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from events import cube, queries, tallies
from events.columns import Columns
from events.cube import Cube
from events.dossier import Dossier
from events.engines import Engine
from events.engines.duckdb import DuckDB
from events.engines.opening import open_collection
from events.queries import Counted, Dimension, Lack, Query, Sort, Table
from events.selection import Clock, Found, OneOf, Selection, ValueField, Words

MOST_EXACT: Final = 20_000
"""Up to this many records a cube has an edge for every day on which something begins or ends, while these are few."""
CACHED_ANSWERS: Final = 1_024
MOST_REMEMBERED: Final = 100_000


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


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of a measure: of the best estimates, of the lowest, and of the highest."""

    best: int
    low: int
    high: int


class Store:
    """The events and statements of one dossier, ready for questions from any thread. Nothing in it changes.

    Every question is put to one table. `clock` says by which days records are dated and put in order; without it the
    clock of the selection's period does, and without a period the day on which things happened.
    """

    def __init__(self, engine: Engine, most_exact: int = MOST_EXACT) -> None:
        self._engine = engine
        self._most_exact = most_exact
        self._numbers: dict[str, int] = {}
        self.rows = lru_cache(maxsize=CACHED_ANSWERS)(engine.rows)

    @classmethod
    def of(cls, dossier: Dossier, most_exact: int = MOST_EXACT) -> Self:
        """A store of a dossier's events and statements. Raises `events.engines.errors.EngineError` for a collection
        that cannot be opened."""
        engine = open_collection(dossier.collection) if dossier.collection else DuckDB.in_memory(Columns.of(dossier))
        return cls(engine, most_exact)

    @property
    def version(self) -> str:
        """Names the contents: another version may give other answers."""
        return self._engine.version

    @property
    def is_crowded(self) -> bool:
        """Whether there are so many events that cubes have bins, and that nobody lists them all."""
        return self.size() > self._most_exact

    @property
    def has_records(self) -> bool:
        """Whether the engine holds what events say, and not only what they are counted by."""
        return self._engine.has_records

    @cached_property
    def dictionary(self) -> Mapping[str, tuple[str, ...]]:
        """Every value that the dossier names, by field, in its order; of `place` the groups that a map draws as one."""
        found: dict[str, list[str]] = {}
        for field, value in self.rows(queries.DICTIONARY):
            found.setdefault(field, []).append(value)
        found |= {field: found.get(column, []) for field, column in queries.COLUMNS.items()}
        return {field: tuple(values) for field, values in found.items()}

    def size(self, table: Table = "event") -> int:
        """The number of all records."""
        [(records, _)] = self.rows(queries.size(table))
        return int(records)

    def _undated(self, table: Table) -> int:
        [(_, undated)] = self.rows(queries.size(table))
        return int(undated)

    def extent(self, table: Table = "event", clock: Clock = "happened") -> tuple[int, int] | None:
        """The first and the last day that any record names, or None if none does."""
        [(first, last)] = self.rows(queries.extent(clock, table))
        return None if first is None else (first, last)

    def totals(self, selection: Selection, table: Table = "event", clock: Clock | None = None) -> Totals:
        """How many records are shown, in each tray, and filtered out. A period is judged by its own clock alone."""
        [(shown, undated, unplaced, *sourced)] = self.rows(
            self._count(
                selection, table, lambda one, rows: queries.totals(one, rows, clock), clock=clock, with_undated=True
            )
        )
        total = self.size(table)
        return Totals(total, shown, undated, unplaced, total - shown - undated - unplaced, *sourced)

    def sum(self, selection: Selection, measure: str, clock: Clock | None = None) -> Sum:
        """The sum of a measure of the shown events."""
        [row] = self.rows(
            self._count(
                selection, "event", lambda one, rows: queries.totals(one, rows, clock, measure), "all", clock, measure
            )
        )
        return Sum(*(int(number or 0) for number in row[-3:]))

    def facet(self, selection: Selection, field: ValueField, table: Table = "event") -> list[tuple[str, int]]:
        """(value, records) for every value that the dossier names, zero included, under the clauses of the other
        fields; most records first, then by value. A record counts once for each of its values.

        Of stance, status, agreement and sourcing only the values that occur in the dossier are given.
        """
        offered = self.dictionary.get(field, ())
        if not offered:
            return []
        asked = self._count(selection.without(field), table, lambda one, rows: queries.facet(one, field, rows), field)
        counts = dict(self.rows(asked))
        return sorted(((value, counts.get(value, 0)) for value in offered), key=lambda pair: (-pair[1], pair[0]))

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
        sort: Sort = "oldest",
        measure: str | None = None,
        lacking: Lack | None = None,
    ) -> list[str]:
        """The records that pass, by earliest day, latest day and id; undated ones last, and only without a period.
        `sort` may ask for another order, `lacking` for the records of a tray instead."""
        page = (table, offset, limit, clock, sort, measure, lacking, None, self._undated(table) > 0)
        found = self.rows(self._query(selection, table, lambda one: queries.ids(one, *page)))
        if table == "event":
            self._remember(found)
        return [identifier for identifier, _ in found]

    def each(self, selection: Selection, batch: int) -> Iterator[list[str]]:
        """All events that pass, by the day on which they happened, in batches, however many they are and however long a
        reader takes over each. Of a search those that it had found when the first batch was asked for."""
        after, named = -1, self._named(selection)
        while found := self._engine.rows(queries.ids(named, limit=batch, clock="happened", after=after)):
            after = found[-1][1]
            self._remember(found)
            yield [identifier for identifier, _ in found]
            named = self._found_again(selection, named)

    def _found_again(self, selection: Selection, named: Selection) -> Selection:
        """What a search had found when the selection was named; the engine keeps that for as long as it is asked for,
        and where it has let it go, searches as far again."""
        words, before = selection.get("words"), named.get("words")
        if not (isinstance(words, Words) and isinstance(before, Found)):
            return named
        for patience in (words.patience, math.inf):
            search = self._engine.search(words.folded, patience)
            if search and search.searched >= before.searched:
                return named.with_(Found(search.table, before.searched))
        return named

    def searched(self, words: Words) -> float:
        """The share of all events that a search has seen; 1 when it is over."""
        search = self._engine.search(words.folded, words.patience)
        return search.searched / max(1, self.size()) if search else 1.0

    def numbers(self, identifiers: Sequence[str]) -> list[int]:
        """The places of events in the order of the whole, in the order asked for; those that do not exist are left
        out."""
        unknown = [one for one in identifiers if one not in self._numbers]
        if unknown:
            self._remember(self.rows(queries.numbers(unknown)))
        return [self._numbers[one] for one in identifiers if one in self._numbers]

    def _remember(self, found: Sequence[tuple[Any, ...]]) -> None:
        if len(self._numbers) > MOST_REMEMBERED:
            self._numbers.clear()
        self._numbers.update(found)

    def around(
        self, selection: Selection, identifier: str, table: Table = "event"
    ) -> tuple[int | None, str | None, str | None]:
        """(place in the list that `ids` gives, the record before, the record after) of a record; the place counts from
        0 and is None if the record does not pass."""
        [(_, n)] = self.rows(queries.numbers([identifier], table))
        [(before, previous, passes, following)] = self.rows(
            self._query(selection, table, lambda one: queries.around(one, n, table))
        )
        beside = [None if at is None else self._id_at(at, table) for at in (previous, following)]
        return before if passes else None, beside[0], beside[1]

    def around_by(
        self, selection: Selection, identifier: str, measure: str, *, is_most: bool
    ) -> tuple[int | None, str | None, str | None]:
        """What `around` gives, for an event in a list by a measure."""
        sort: Sort = "most" if is_most else "least"
        [(_, n)] = self.rows(queries.numbers([identifier]))
        [(amount,)] = self.rows(queries.amount_at(n, measure))
        [(place, passes)] = self.rows(
            self._query(selection, "event", lambda one: queries.before(one, n, measure, amount, is_most=is_most))
        )
        if not passes:
            return None, None, None
        page = [None, *self.ids(selection, "event", max(place - 1, 0), 3, sort=sort, measure=measure), None]
        at = page.index(identifier)
        return place, page[at - 1], page[at + 1]

    def _id_at(self, n: int, table: Table) -> str:
        [(identifier,)] = self.rows(queries.identifier(n, table))
        return str(identifier)

    def certainty(self, selection: Selection, table: Table = "event", clock: Clock | None = None) -> tuple[int, int]:
        """(could, certain): records that could fall in the period, and that certainly do; without one, all the dated.
        A period is judged by its own clock alone."""
        period = selection.period

        def count(certain: bool) -> int:
            judged = selection.with_(replace(period, certain=certain)) if period else selection
            [counts] = self.rows(
                self._count(judged, table, lambda one, rows: queries.certainty(one, rows, clock), clock=clock)
            )
            return int(counts[certain])

        return count(False), count(True)

    def cube(
        self,
        selection: Selection,
        dimension: Dimension,
        limit_edges: int = cube.EDGE_LIMIT,
        table: Table = "event",
        clock: Clock | None = None,
        window: tuple[int, int] | None = None,
        measure: str | None = None,
    ) -> Cube:
        """The dated records that pass, or the sum of their best estimates of a measure, over time by key; for a brush,
        give `selection.without("period")`.

        Keys are all the values of a dimension that the dossier names, in its order, or the one key `all`. Of many
        records the cube has bins, finest in the `window` of days, if given.
        """
        keys = self.dictionary.get(dimension, ())
        if self.size(table) <= self._most_exact:
            found = self._engine.arrays(
                self._query(selection, table, lambda one: queries.spans(one, dimension, table, clock, measure))
            )
            codes = self._codes(dimension, found["value"])
            return cube.build(found["earliest"], found["latest"], codes, keys, found["records"], limit_edges)
        chosen = clock or selection.clock
        extent = self.extent(table, chosen)
        layout = cube.layout(*(extent or (0, 0)), window, limit_edges)

        def ask(one: Selection, rows: Counted = table) -> Query:
            return queries.bins(one, dimension, layout, rows, clock, measure)

        is_whole = layout == cube.layout_of_all(extent)
        asked = (
            self._count(selection, table, ask, dimension, chosen, measure)
            if is_whole
            else self._query(selection, table, ask)
        )
        found = self._engine.arrays(asked.coded() if self._engine.has_tallies and dimension != "all" else asked)
        codes = self._codes(dimension, found["value"])
        return cube.of_positions(
            layout.edges, layout.resolution, found["first"], found["last"], codes, keys, found["records"]
        )

    def _codes(self, dimension: str, values: NDArray[Any]) -> NDArray[np.int64]:
        """The place of each value in the dictionary, which may be all that is known of it."""
        if values.dtype != object:
            return values.astype(np.int64)
        places = {value: at for at, value in enumerate(self.dictionary.get(dimension, ()))}
        return np.fromiter((places[str(value)] for value in values), dtype=np.int64, count=len(values))

    def _count(
        self,
        selection: Selection,
        table: Table,
        build: Callable[[Selection, Counted], Query],
        dimension: Dimension = "all",
        clock: Clock | None = None,
        measure: str | None = None,
        with_undated: bool = False,
    ) -> Query:
        """A question about the number of records of a selection; put to a tally where there is one that knows."""
        named = self._named(selection)
        has_tally = table == "event" and self._engine.has_tallies
        tally = tallies.tally(named, dimension, clock or named.clock) if has_tally else None
        if tally and tallies.is_whole(named):
            return build(named, tally)
        rows = self._tallied(named, tally, measure, with_undated) if tally else None
        if tally is None or rows is None:
            return self._query(selection, table, lambda one: build(one, table))
        return build(Selection.of(), tally).of_rows(tally, rows)

    def _tallied(self, selection: Selection, tally: Counted, measure: str | None, with_undated: bool) -> Query | None:
        """What a tally and few events say of a selection; None where these would be many."""
        repeated = tallies.repeated(selection)
        repeats = self._engine.part(repeated, at_once=True) if repeated else None
        if repeated and not repeats:
            return None
        layout = cube.layout_of_all(self.extent())
        return tallies.rows(selection, tally, layout, repeats, measure, with_undated=with_undated)

    def _query(self, selection: Selection, table: Table, build: Callable[[Selection], Query]) -> Query:
        """A question about the records of a selection; where those that one of its lists lets through are few, put to
        these."""
        named = self._named(selection)
        for field in queries.LISTED if table == "event" else ():
            part = self._engine.part(queries.where(Selection.of(clause))) if (clause := named.get(field)) else None
            if part:
                return build(named.without(field)).of_part(part)
        return build(named)

    def _named(self, selection: Selection) -> Selection:
        """A selection that asks for no value which the dossier does not name, unless it asks for nothing else, and in
        place of words for what has been found of them."""
        words = selection.get("words")
        search = self._engine.search(words.folded, words.patience) if isinstance(words, Words) else None
        if search:
            selection = selection.with_(Found(search.table, search.searched))
        clauses = [clause for clause in selection.clauses if isinstance(clause, OneOf)]
        for clause in clauses:
            known = clause.values & frozenset(self.dictionary.get(clause.field, ()))
            if known and known != clause.values:
                selection = selection.with_(OneOf(clause.field, known))
        return selection
