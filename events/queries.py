"""Selection → query: plain, parameterised SQL over the tables below, and all the SQL there is. Nothing here runs it.

event and statement: n, id, earliest, latest, dated, reported_earliest, reported_latest, reported, known_from,
    confidence, sourcing, side, place, placed, words; event also kind; statement also country, actor, claim, stance,
    status, agreement. `n` counts from 0 in the order of earliest, latest, id, the undated last. Days count from
    1970-01-01; NULL is an open or unknown end. From `known_from` the record is public; NULL: always. `words` is the
    folded text that a search looks through. A statement has no place; it is `placed` if its speaker has a state.
{table}_{field}(n, value, since), for each of `LINKED`: a value of which a record may have several, each once, public
    from the day `since`; NULL: always.
dictionary(field, position, value): every value that the dossier names for a field, in its order.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple, TypeAlias

from events.cube import OPEN_END, OPEN_START
from events.selection import Clause, Clock, Known, OneOf, Selection, ValueField, Within, Words
from events.sourcing import Sourcing

Table: TypeAlias = Literal["event", "statement"]
Dimension: TypeAlias = Literal["country", "place", "all", "side", "kind", "actor", "claim", "stance"]


class Query(NamedTuple):
    """SQL and the values of its question marks, in order."""

    sql: str
    params: tuple[object, ...] = ()


class Days(NamedTuple):
    """The columns of a clock: first day, last day, and whether there is a date."""

    earliest: str
    latest: str
    dated: str

    @property
    def order(self) -> str:
        """The terms that put the records of a table in order, the undated last."""
        return f"NOT {self.dated}, coalesce({self.earliest}, {OPEN_START}), coalesce({self.latest}, {OPEN_END}), id"


EVERYWHERE: Final = Query("TRUE")
LINKED: Final[dict[Table, tuple[ValueField, ...]]] = {
    "event": ("country", "actor", "claim", "stance", "status", "agreement"),
    "statement": ("kind",),
}
"""The fields of which a record of a table may have several values."""
LINKS: Final = tuple(f"{table}_{field}" for table, fields in LINKED.items() for field in fields)
DAYS: Final[dict[Clock, Days]] = {
    "happened": Days("earliest", "latest", "dated"),
    "reported": Days("reported_earliest", "reported_latest", "reported"),
}
BUILD: Final[tuple[str, ...]] = (
    *(
        f"""
        CREATE TABLE {table} AS
        SELECT CAST(row_number() OVER (ORDER BY {DAYS["happened"].order}) - 1 AS INTEGER) AS n, *
        FROM incoming_{table} ORDER BY n
        """
        for table in LINKED
    ),
    *(
        f"""
        CREATE TABLE {table}_{field} AS
        SELECT record.n, value, CASE WHEN count(since) = count(*) THEN min(since) END AS since
        FROM incoming_{table}_{field} AS link JOIN {table} AS record ON record.id = link.id
        GROUP BY record.n, value ORDER BY record.n, value
        """
        for table, fields in LINKED.items()
        for field in fields
    ),
    "CREATE TABLE dictionary AS SELECT * FROM incoming_dictionary ORDER BY field, position",
)
"""Statements that make the tables from frames of the same names, with `incoming_` before them; links hold the `id` of
a record in place of `n`."""
FREEZE: Final[tuple[str, ...]] = ("SET enable_external_access = false", "SET lock_configuration = true")
"""Statements after which the engine opens no file and no setting can be changed."""


def totals(selection: Selection, table: Table = "event", clock: Clock | None = None) -> Query:
    """One row: total, shown, undated, unplaced, and of the shown those of each `Sourcing`, best first.

    The records that are not shown, undated or unplaced are filtered out. `clock` says which date a record may lack
    where there is no period; a period brings its own clock.
    """
    period = selection.period
    dated = DAYS[_clock(selection, None if period else clock)].dated
    judged = _all([_rest(selection, table), _any([Query(f"NOT {dated}"), within(period)]) if period else EVERYWHERE])
    sourced = ", ".join(
        f"count(CASE WHEN {dated} AND placed AND sourcing = '{level.value}' THEN 1 END)" for level in Sourcing
    )
    return Query(
        f"""
        SELECT (SELECT count(*) FROM {table}),
               count(CASE WHEN {dated} AND placed THEN 1 END),
               count(CASE WHEN NOT {dated} THEN 1 END),
               count(CASE WHEN {dated} AND NOT placed THEN 1 END),
               {sourced}
        FROM {table} AS record WHERE {judged.sql}
        """,
        judged.params,
    )


def facet(selection: Selection, field: ValueField, table: Table = "event") -> Query:
    """Rows (value, records) for every value of the dossier under the clauses of the other fields, the most first."""
    chosen = where(selection.without(field), table)
    source, value, public = _valued(field, table, selection.known)
    return Query(
        f"""
        SELECT dictionary.value, coalesce(counted.records, 0) AS records
        FROM dictionary LEFT JOIN (
            SELECT {value} AS value, count(*) AS records FROM {source}
            WHERE {public.sql} AND {chosen.sql} GROUP BY {value}
        ) AS counted ON counted.value = dictionary.value
        WHERE dictionary.field = ? ORDER BY records DESC, dictionary.value
        """,
        (*public.params, *chosen.params, field),
    )


def ids(
    selection: Selection,
    table: Table = "event",
    offset: int = 0,
    limit: int | None = None,
    clock: Clock | None = None,
) -> Query:
    """Rows (id) by earliest day, latest day and id, the undated last; a page of them if `limit` is given.

    `clock` says which days put them in order; without it the clock of the period does.
    """
    chosen = where(selection, table)
    shown_by = _clock(selection, clock)
    order = "n" if shown_by == "happened" else DAYS[shown_by].order
    page = Query("OFFSET ?", (offset,)) if limit is None else Query("LIMIT ? OFFSET ?", (limit, offset))
    return Query(
        f"SELECT id FROM {table} AS record WHERE {chosen.sql} ORDER BY {order} {page.sql}",
        (*chosen.params, *page.params),
    )


def certainty(selection: Selection, table: Table = "event", clock: Clock | None = None) -> Query:
    """One row: the records that could fall in the period, and those that certainly do; without one, all the dated."""
    period = selection.period or Within(None, None, clock=_clock(selection, clock))
    could, certain = (within(Within(period.first, period.last, sure, period.clock)) for sure in (False, True))
    rest = _rest(selection, table)
    return Query(
        f"""
        SELECT count(CASE WHEN {could.sql} THEN 1 END) AS could, count(CASE WHEN {certain.sql} THEN 1 END) AS certain
        FROM {table} AS record WHERE {rest.sql}
        """,
        (*could.params, *certain.params, *rest.params),
    )


def keys(dimension: Dimension) -> Query:
    """Rows (value): the keys of a cube, in the order of the dossier."""
    return Query("SELECT value FROM dictionary WHERE field = ? ORDER BY position", (dimension,))


def spans(selection: Selection, dimension: Dimension, table: Table = "event", clock: Clock | None = None) -> Query:
    """Rows (earliest, latest, code, records): how many dated records share these days, by a clock, and this key.

    `code` is the place of the key in `keys(dimension)`; open ends are `OPEN_START` and `OPEN_END`. A record counts once
    for each of its values, and not at all where it has none.
    """
    chosen = where(selection, table)
    days = DAYS[_clock(selection, clock)]
    source, value, public = _valued(dimension, table, selection.known)
    return Query(
        f"""
        SELECT coalesce({days.earliest}, {OPEN_START}) AS earliest, coalesce({days.latest}, {OPEN_END}) AS latest,
               position AS code, count(*) AS records
        FROM {source} JOIN dictionary ON dictionary.value = {value}
        WHERE dictionary.field = ? AND {days.dated} AND {public.sql} AND {chosen.sql} GROUP BY 1, 2, 3
        """,
        (dimension, *public.params, *chosen.params),
    )


def where(selection: Selection, table: Table = "event") -> Query:
    """The condition, on a table called `record`, that every clause of a selection sets."""
    return _all(condition(clause, table, selection.known) for clause in selection.clauses)


def condition(clause: Clause, table: Table, known: int | None) -> Query:
    """The condition that one clause sets; a value counts if it was public on the day `known`."""
    match clause:
        case OneOf():
            return one_of(clause, table, known)
        case Words():
            return _all(Query("position(? IN words) > 0", (word,)) for word in clause.folded)
        case Within():
            return within(clause)
        case Known():
            return public_by("known_from", clause.day)


def one_of(clause: OneOf, table: Table, known: int | None) -> Query:
    """The record has one of the clause's values; never true of a clause without values."""
    values, marks = tuple(sorted(clause.values)), ", ".join("?" * len(clause.values))
    if clause.field not in LINKED[table]:
        return Query(f"{clause.field} IN ({marks})", values)
    public = public_by("since", known)
    linked = f"SELECT n FROM {table}_{clause.field} WHERE value IN ({marks}) AND {public.sql}"
    return Query(f"record.n IN ({linked})", (*values, *public.params))


def public_by(column: str, day: int | None) -> Query:
    """The first public day in a column is unknown, or not after a day."""
    return EVERYWHERE if day is None else Query(f"({column} IS NULL OR {column} <= ?)", (day,))


def within(clause: Within) -> Query:
    """The record is dated by the clause's clock and could fall, or certainly falls, in a period."""
    first, last = clause.first, clause.last
    earliest, latest, dated = DAYS[clause.clock]
    could = ((f"({latest} IS NULL OR {latest} >= ?)", first), (f"({earliest} IS NULL OR {earliest} <= ?)", last))
    certain = (
        (f"({earliest} IS NOT NULL AND {earliest} >= ?)", first),
        (f"({latest} IS NOT NULL AND {latest} <= ?)", last),
    )
    bounds = certain if clause.certain else could
    return _all([Query(dated), *(Query(sql, (day,)) for sql, day in bounds if day is not None)])


def _valued(dimension: ValueField | Dimension, table: Table, known: int | None) -> tuple[str, str, Query]:
    """A table joined to its values in a dimension, the values, and the condition that they were public by a day."""
    if dimension == "all":
        return f"{table} AS record", "'all'", EVERYWHERE
    if dimension not in LINKED[table]:
        return f"{table} AS record", f"record.{dimension}", EVERYWHERE
    joined = f"{table} AS record JOIN {table}_{dimension} AS link ON link.n = record.n"
    return joined, "link.value", public_by("link.since", known)


def _clock(selection: Selection, clock: Clock | None) -> Clock:
    return clock or selection.clock


def _rest(selection: Selection, table: Table) -> Query:
    return where(selection.without("period"), table)


def _all(parts: Iterable[Query]) -> Query:
    return _joined(" AND ", list(parts))


def _any(parts: Iterable[Query]) -> Query:
    return _joined(" OR ", list(parts))


def _joined(word: str, parts: list[Query]) -> Query:
    if not parts:
        return EVERYWHERE
    return Query(f"({word.join(part.sql for part in parts)})", tuple(value for part in parts for value in part.params))
