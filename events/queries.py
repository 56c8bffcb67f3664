"""Selection → query: plain, parameterised SQL over the tables below. Nothing here runs it; `tallies` adds to it.

event and statement: n, id, earliest, latest, dated, reported_earliest, reported_latest, reported, known_from,
    confidence, sourcing, side, place, cell, placed, country, actor, words; event also kind, and for each measure of
    the dossier the columns `<measure>_best`, `<measure>_low`, `<measure>_high`; statement also claim, stance, status,
    agreement. `n` counts from 0 in the order of earliest, latest, id, the undated last. Days count from 1970-01-01;
    NULL is an open or unknown end. From `known_from` the record is public; NULL: always. `country` and `actor` are
    lists of distinct values. `cell` is the group of places that the map draws as one. `words` is the folded text that
    a search looks through. A statement has no place; it is `placed` if its speaker has a state.
{table}_{field}(n, value, since), for each of `LINKED`: a value of which a record may have several, each once, public
    from the day `since`; NULL: always.
The file of a collection also has, to save time:
tally: how many events (`records`) are alike in dated, placed, `TALLIED`, and `first_bin` and `last_bin`, the positions
    of the earliest and the latest day in the layout of all its days; and the sums of their measures. Several rows may
    be alike. tally_actor: the same for each actor of an event, with `actor`, one value.
dictionary(field, position, value): every value that the dossier names for a field, in its order.

Each query reads one table, so that it runs as it is on the parts of a distributed one. The SQL is DuckDB's;
`events.engines.dialects` has it in others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias

from events.cube import OPEN_END, OPEN_START, Layout
from events.selection import Clause, Clock, Found, Known, OneOf, Selection, ValueField, Within, Words
from events.sourcing import Sourcing

Table: TypeAlias = Literal["event", "statement"]
Counted: TypeAlias = Literal["event", "statement", "tally", "tally_actor"]
"""A table whose rows can be counted; those of a tally stand for several events each."""
Dimension: TypeAlias = Literal[ValueField, "all", "side"]
Sort: TypeAlias = Literal["oldest", "newest", "most", "least"]
"""oldest, newest: by time. most, least: by a measure."""
Lack: TypeAlias = Literal["date", "place"]


class Query(NamedTuple):
    """SQL and the values of its question marks, in order."""

    sql: str
    params: tuple[object, ...] = ()

    def of_part(self, part: str, table: str = "event") -> Query:
        """The same question about the records that stand in another table."""
        return Query(self.sql.replace(f"FROM {table} AS record", f"FROM {part} AS record"), self.params)

    def of_rows(self, table: str, rows: Query) -> Query:
        """The same question, which has no values of its own, about rows that another query gives."""
        return Query(self.sql.replace(f"FROM {table} AS record", f"FROM ({rows.sql}) AS record"), rows.params)

    def coded(self) -> Query:
        """The same question to the file of a collection, where a `value` has a number: its place in the dictionary."""
        return Query(f"SELECT * REPLACE (enum_code(value) AS value) FROM ({self.sql})", self.params)


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
NOWHERE: Final = Query("FALSE")
LISTED: Final[tuple[ValueField, ...]] = ("actor", "country")
"""The columns that hold lists of values; those that part the events most come first."""
TALLIED: Final[tuple[Dimension, ...]] = ("country", "place", "kind", "confidence", "sourcing", "side")
"""What the events that a tally counts together have in common, beside their time."""
TALLIES: Final[tuple[Counted, ...]] = ("tally", "tally_actor")
COLUMNS: Final[Mapping[str, str]] = MappingProxyType({"place": "cell"})
"""The columns of fields that have another name: what a map draws as one place is a cell."""
ALIKE: Final = ", ".join(["dated", "placed", *(COLUMNS.get(one, one) for one in TALLIED)])
"""The columns in which the events that a tally counts together are alike, beside their bins."""
LINKED: Final[dict[Table, tuple[ValueField, ...]]] = {
    "event": ("claim", "stance", "status", "agreement"),
    "statement": ("kind",),
}
"""The fields whose values become public on days of their own, and stand in tables of their own."""
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
DICTIONARY: Final = Query("SELECT field, value FROM dictionary ORDER BY field, position")


def size(table: Table = "event") -> Query:
    """One row: how many records there are, and how many of them have no date."""
    return Query(f"SELECT count(*), count(CASE WHEN NOT dated THEN 1 END) FROM {table}")


def extent(clock: Clock = "happened", table: Table = "event") -> Query:
    """One row: the first and the last day that any record names, NULL if none does."""
    earliest, latest, _ = DAYS[clock]
    lows, highs = (f"{name}(coalesce({{0}}, {{1}}))" for name in ("min", "max"))
    return Query(f"SELECT {lows.format(earliest, latest)}, {highs.format(latest, earliest)} FROM {table}")


def totals(
    selection: Selection, table: Counted = "event", clock: Clock | None = None, measure: str | None = None
) -> Query:
    """One row: shown, undated, unplaced, of the shown those of each `Sourcing`, best first, and of the shown the sum of
    a measure, of its lowest and of its highest estimate.

    The records that are not shown, undated or unplaced are filtered out. `clock` says which date a record may lack
    where there is no period; a period brings its own clock.
    """
    period = selection.period
    dated = DAYS[_clock(selection, None if period else clock)].dated
    judged = all_of(
        [_rest(selection, table), any_of([Query(f"NOT {dated}"), within(period)]) if period else EVERYWHERE]
    )
    shown = f"{dated} AND placed"
    sourced = [f"{shown} AND sourcing = '{level.value}'" for level in Sourcing]
    counts = [_number(table, one) for one in (shown, f"NOT {dated}", f"{dated} AND NOT placed", *sourced)]
    sums = [f"sum(CASE WHEN {shown} THEN {column} END)" for column in estimates(measure)]
    return Query(f"SELECT {', '.join([*counts, *sums])} FROM {table} AS record WHERE {judged.sql}", judged.params)


def _number(table: Counted, condition: str) -> str:
    """How many records meet a condition."""
    if table in TALLIES:
        return f"CAST(coalesce(sum(CASE WHEN {condition} THEN records END), 0) AS BIGINT)"
    return f"count(CASE WHEN {condition} THEN 1 END)"


def estimates(measure: str | None) -> tuple[str, ...]:
    """The columns of a measure: best, low, high; none without a measure."""
    return (best(measure), f"{measure}_low", f"{measure}_high") if measure else ()


def best(measure: str) -> str:
    """The column of the best estimates of a measure, whose name is no other column's and no word of SQL."""
    return f"{measure}_best"


def facet(selection: Selection, field: ValueField, table: Counted = "event") -> Query:
    """Rows (value, records) under the clauses of the other fields; values that no record has are not among them."""
    chosen = where(selection.without(field), table)
    if field in linked(table):
        public = public_by("since", selection.known)
        records = f"SELECT n FROM {table} AS record WHERE {chosen.sql}"
        return Query(
            f"SELECT value, count(*) AS records FROM {table}_{field} WHERE {public.sql} AND n IN ({records})"
            " GROUP BY value",
            (*public.params, *chosen.params),
        )
    weight, total = _weighed(table, None)
    valued = _valued([f"{weight} AS weight"], field, table, chosen)
    return Query(
        f"SELECT value, {total} AS records FROM ({valued.sql}) AS valued WHERE value IS NOT NULL GROUP BY value",
        valued.params,
    )


def _weighed(table: Counted, measure: str | None) -> tuple[str, str]:
    """What a row counts for, and how to add up what is called `weight`."""
    if measure:
        return best(measure), "coalesce(sum(weight), 0)"
    return ("records", "CAST(sum(weight) AS BIGINT)") if table in TALLIES else ("1", "count(*)")


def ids(
    selection: Selection,
    table: Table = "event",
    offset: int = 0,
    limit: int | None = None,
    clock: Clock | None = None,
    sort: Sort = "oldest",
    measure: str | None = None,
    lacking: Lack | None = None,
    after: int | None = None,
    has_undated: bool = True,
) -> Query:
    """Rows (id, n) by earliest day, latest day and id, the undated last; a page of them if `limit` is given.

    `clock` says which days put them in order; without it the clock of the period does. `sort` turns the order round, or
    puts the largest or smallest `measure` first and the records without one last. `lacking` asks for the records of a
    tray instead: those that lack a date, which no period can judge, or are dated and lack a place. `after` leaves out
    the records up to an `n`, so that a list without end is read page by page. Where no record of the table is undated,
    an engine finds the newest without reading all.
    """
    dated = DAYS[_clock(selection, clock)].dated
    tray = {"date": Query(f"NOT {dated}"), "place": Query(f"({dated} AND NOT placed)"), None: EVERYWHERE}[lacking]
    rest = EVERYWHERE if after is None else Query("n > ?", (after,))
    chosen = all_of([where(selection.without("period") if lacking == "date" else selection, table), tray, rest])
    page = Query("OFFSET ?", (offset,)) if limit is None else Query("LIMIT ? OFFSET ?", (limit, offset))
    order = _order(_clock(selection, clock), sort, measure, has_undated)
    return Query(
        f"SELECT id, n FROM {table} AS record WHERE {chosen.sql} ORDER BY {order} {page.sql}",
        (*chosen.params, *page.params),
    )


def numbers(identifiers: Sequence[str], table: Table = "event") -> Query:
    """Rows (id, n) of the records with these ids."""
    marks = ", ".join("?" * len(identifiers))
    return Query(f"SELECT id, n FROM {table} WHERE id IN ({marks})", tuple(identifiers))


def identifier(n: int, table: Table = "event") -> Query:
    """One row: the id of the record at `n`."""
    return Query(f"SELECT id FROM {table} WHERE n = ?", (n,))


def around(selection: Selection, n: int, table: Table = "event") -> Query:
    """One row: of the records that pass, the number before the one at `n`, the `n` of the last of these, whether it
    passes itself (1 or 0), and the `n` of the first after it; NULL where there is none."""
    chosen = where(selection, table)
    return Query(
        f"""
        SELECT count(CASE WHEN n < ? THEN 1 END), max(CASE WHEN n < ? THEN n END), count(CASE WHEN n = ? THEN 1 END),
               min(CASE WHEN n > ? THEN n END)
        FROM {table} AS record WHERE {chosen.sql}
        """,
        (n, n, n, n, *chosen.params),
    )


def amount_at(n: int, measure: str) -> Query:
    """One row: the best estimate of a measure of the event at an `n`, NULL where it has none."""
    return Query(f"SELECT {best(measure)} FROM event WHERE n = ?", (n,))


def before(selection: Selection, n: int, measure: str, amount: int | None, *, is_most: bool) -> Query:
    """One row: of the events that pass, the number before the one at `n`, which has this amount, where `ids` lists
    those with the most, or the least, of a measure first; and whether it passes itself (1 or 0)."""
    sign = ">" if is_most else "<"
    unknown = Query(f"({best(measure)} IS NOT NULL OR n < ?)", (n,))
    known = Query(f"({best(measure)} {sign} ? OR ({best(measure)} = ? AND n < ?))", (amount, amount, n))
    ahead, chosen = unknown if amount is None else known, where(selection)
    return Query(
        f"SELECT count(CASE WHEN {ahead.sql} THEN 1 END), count(CASE WHEN n = ? THEN 1 END) "
        f"FROM event AS record WHERE {chosen.sql}",
        (*ahead.params, n, *chosen.params),
    )


TOLD: Final = (
    *("id", "earliest", "latest", "dated", '"when"', "title", "summary", "kind", "tags", "actor", "role", "place"),
    *("confidence", "source", "note"),
)
"""The columns of an event in a collection that make its record."""


def told(numbers: Sequence[int], measures: Sequence[str] = ()) -> Query:
    """Rows of `TOLD`, and three estimates for each measure, of the events of a collection at these `n`."""
    columns = ", ".join([*TOLD, *(column for measure in measures for column in estimates(measure))])
    inside = Query("n BETWEEN ? AND ?", (min(numbers), max(numbers)))
    marks = ", ".join("?" * len(numbers))
    return Query(f"SELECT {columns} FROM event WHERE {inside.sql} AND n IN ({marks})", (*inside.params, *numbers))


def listed(table: str, columns: Sequence[str], positions: Sequence[int] | None = None) -> Query:
    """Rows of the actors, places, cells or sources of a collection, in order; all, or those at some positions."""
    chosen = "" if positions is None else f" WHERE position IN ({', '.join('?' * len(positions))})"
    return Query(f"SELECT {', '.join(columns)} FROM {table}{chosen} ORDER BY position", tuple(positions or ()))


def with_ids(table: str, columns: Sequence[str], identifiers: Sequence[str]) -> Query:
    """Rows of the actors or places of a collection with these ids."""
    marks = ", ".join("?" * len(identifiers))
    return Query(f"SELECT {', '.join(columns)} FROM {table} WHERE id IN ({marks})", tuple(identifiers))


def count(table: str, condition: Query = EVERYWHERE) -> Query:
    """One row: the number of rows of a table, or of those that a condition lets through."""
    return Query(f"SELECT count(*) FROM {table} AS record WHERE {condition.sql}", condition.params)


def _order(clock: Clock, sort: Sort, measure: str | None, has_undated: bool) -> str:
    if sort in {"most", "least"} and measure:
        return f"{best(measure)} IS NULL, {best(measure)}{' DESC' if sort == 'most' else ''}, n"
    if clock == "happened":
        newest = "NOT dated, n DESC" if has_undated else "n DESC"
        return newest if sort == "newest" else "n"
    terms = DAYS[clock].order.split(", ", 1)
    return DAYS[clock].order if sort != "newest" else f"{terms[0]}, {DAYS[clock].earliest} DESC, n DESC"


def certainty(selection: Selection, table: Counted = "event", clock: Clock | None = None) -> Query:
    """One row: the records that could fall in the period, and those that certainly do; without one, all the dated."""
    period = selection.period or Within(None, None, clock=_clock(selection, clock))
    could, certain = (within(Within(period.first, period.last, sure, period.clock)) for sure in (False, True))
    rest = _rest(selection, table)
    counts = f"{_number(table, could.sql)} AS could, {_number(table, certain.sql)} AS certain"
    return Query(
        f"SELECT {counts} FROM {table} AS record WHERE {rest.sql}", (*could.params, *certain.params, *rest.params)
    )


def spans(
    selection: Selection,
    dimension: Dimension,
    table: Table = "event",
    clock: Clock | None = None,
    measure: str | None = None,
) -> Query:
    """Rows (earliest, latest, value, records): how many dated records share these days, by a clock, and this value of a
    dimension, or the sum of their best estimates of a measure, to which a record without one adds nothing.

    Open ends are `OPEN_START` and `OPEN_END`. A record counts once for each of its values, and not at all where it has
    none.
    """
    days = DAYS[_clock(selection, clock)]
    low, high = f"coalesce({days.earliest}, {OPEN_START})", f"coalesce({days.latest}, {OPEN_END})"
    return _cells((low, high), ("earliest", "latest"), selection, dimension, table, days, measure)


def bins(
    selection: Selection,
    dimension: Dimension,
    layout: Layout,
    table: Counted = "event",
    clock: Clock | None = None,
    measure: str | None = None,
) -> Query:
    """Rows (first, last, value, records): like `spans`, but with the indices of the first edges of a layout on or after
    the earliest and the latest day; an open start is 0, an open end the number of edges. A tally knows one layout."""
    days = DAYS[_clock(selection, clock)]
    bounds = ("first_bin", "last_bin") if table in TALLIES else positions(days, layout)
    return _cells(bounds, ("first", "last"), selection, dimension, table, days, measure)


def positions(days: Days, layout: Layout) -> tuple[str, str]:
    """The indices of the first edges of a layout on or after the earliest and the latest day."""
    low, high = (_position(day, layout) for day in (days.earliest, days.latest))
    return f"coalesce({low}, 0)", f"coalesce({high}, {layout.edges.size})"


def _position(day: str, layout: Layout) -> str:
    """The index of the first edge on or after a day; NULL for NULL."""
    cases, before = [], 0
    for one in layout.stretches:
        cases.append(f"WHEN {day} <= {one.end} THEN ({day} - {one.after + 1}) // {one.width} + {before + 1}")
        before += one.bins
    return f"CASE {' '.join(cases)} END"


def _cells(
    bounds: tuple[str, str],
    names: tuple[str, str],
    selection: Selection,
    dimension: Dimension,
    table: Counted,
    days: Days,
    measure: str | None,
) -> Query:
    chosen = all_of([Query(days.dated), where(selection, table)])
    columns = [f"{expression} AS {name}" for expression, name in zip(bounds, names, strict=True)]
    if dimension in linked(table):
        return _linked_cells(columns, names, selection, dimension, table, days)
    weight, total = _weighed(table, measure)
    valued = _valued([*columns, f"{weight} AS weight"], dimension, table, chosen)
    return Query(
        f"SELECT {names[0]}, {names[1]}, value, {total} AS records FROM ({valued.sql}) AS valued"
        " WHERE value IS NOT NULL GROUP BY 1, 2, 3",
        valued.params,
    )


def _valued(columns: Sequence[str], dimension: str, table: Counted, chosen: Query) -> Query:
    """The chosen records once for each of their values of a dimension, with these columns and `value`."""
    given = "".join(f"{one}, " for one in columns)
    return Query(
        f"SELECT {given}{_value(dimension, table)} AS value FROM {table} AS record WHERE {chosen.sql}", chosen.params
    )


def _linked_cells(
    columns: list[str], names: tuple[str, str], selection: Selection, dimension: Dimension, table: Counted, days: Days
) -> Query:
    chosen, public = where(selection, table), public_by("link.since", selection.known)
    return Query(
        f"SELECT {', '.join(columns)}, link.value AS value, count(*) AS records FROM {table} AS record"
        f" JOIN {table}_{dimension} AS link ON link.n = record.n"
        f" WHERE {days.dated} AND {public.sql} AND {chosen.sql} GROUP BY 1, 2, 3",
        (*public.params, *chosen.params),
    )


def where(selection: Selection, table: Counted = "event") -> Query:
    """The condition, on a table called `record`, that every clause of a selection sets."""
    return all_of(condition(clause, table, selection.known) for clause in selection.clauses)


def condition(clause: Clause, table: Counted, known: int | None) -> Query:
    """The condition that one clause sets; a value counts if it was public on the day `known`."""
    match clause:
        case OneOf():
            return one_of(clause, table, known)
        case Words():
            return all_of(Query("position(? IN words) > 0", (word,)) for word in clause.folded)
        case Found():
            return Query(f"record.n IN (SELECT n FROM {clause.table} WHERE n < ?)", (clause.searched,))
        case Within():
            return within(clause)
        case Known():
            return public_by("known_from", clause.day)


def one_of(clause: OneOf, table: Counted, known: int | None) -> Query:
    """The record has one of the clause's values; never true of a clause without values."""
    values, marks = tuple(sorted(clause.values)), ", ".join("?" * len(clause.values))
    if clause.field in linked(table):
        public = public_by("since", known)
        chosen = f"SELECT n FROM {table}_{clause.field} WHERE value IN ({marks}) AND {public.sql}"
        return Query(f"record.n IN ({chosen})", (*values, *public.params))
    if clause.field in lists(table):
        return any_of(Query(f"list_contains({clause.field}, ?)", (value,)) for value in values)
    return Query(f"{COLUMNS.get(clause.field, clause.field)} IN ({marks})", values)


NOT_COUNTED: Final = ("words", '"when"', "title", "summary", "note", "tags", "role", "source")
"""The columns of an event in a collection by which none is found or counted."""


def part(condition: Query) -> Query:
    """The events of a collection that a condition lets through, without what is only told."""
    columns = f"* EXCLUDE ({', '.join(NOT_COUNTED)})"
    return Query(f"SELECT {columns} FROM event AS record WHERE {condition.sql}", condition.params)


def matches(words: Sequence[str], first: int, last: int) -> Query:
    """Rows (n) of the events from one `n` to before another in whose words all of these stand."""
    found = all_of(Query("position(? IN words) > 0", (word,)) for word in words)
    return Query(f"SELECT n FROM event WHERE n >= ? AND n < ? AND {found.sql}", (first, last, *found.params))


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
    return all_of([Query(dated), *(Query(sql, (day,)) for sql, day in bounds if day is not None)])


def _value(dimension: str, table: Counted) -> str:
    if dimension == "all":
        return "'all'"
    column = COLUMNS.get(dimension, dimension)
    return f"unnest({column})" if column in lists(table) else f"record.{column}"


def linked(table: Counted) -> tuple[ValueField, ...]:
    """The fields whose values stand in tables of their own beside this one."""
    return LINKED[table] if table == "event" or table == "statement" else ()


def lists(table: Counted) -> tuple[ValueField, ...]:
    """The fields of which a row of this table holds a list of values."""
    return ("country",) if table in TALLIES else LISTED


def _clock(selection: Selection, clock: Clock | None) -> Clock:
    return clock or selection.clock


def _rest(selection: Selection, table: Counted) -> Query:
    return where(selection.without("period"), table)


def all_of(parts: Iterable[Query]) -> Query:
    """The condition that all conditions hold; of none it is always true."""
    return _joined(" AND ", list(parts), EVERYWHERE)


def any_of(parts: Iterable[Query]) -> Query:
    """The condition that one of the conditions holds; of none it is never true."""
    return _joined(" OR ", list(parts), NOWHERE)


def _joined(word: str, parts: list[Query], none: Query) -> Query:
    if not parts:
        return none
    return Query(f"({word.join(part.sql for part in parts)})", tuple(value for part in parts for value in part.params))
