"""Selection → query: plain, parameterised SQL over the tables below, and all the SQL there is. Nothing here runs it.

event(n, id, title, earliest, latest, dated, lasting, kind, confidence, side, place, placed, words): `n` counts from 0
    in the order of earliest, latest, id, the undated last. Days count from 1970-01-01; NULL is an open or unknown end.
    `words` is the folded text that a search looks through.
event_actor(n, actor), event_country(n, country): each pair once.
dictionary(field, position, value): every value that the dossier names for a field, in its order.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple, TypeAlias

from events.cube import OPEN_END, OPEN_START
from events.selection import Clause, OneOf, Selection, ValueField, Within, Words

Dimension: TypeAlias = Literal["country", "place", "all", "side", "kind"]


class Query(NamedTuple):
    """SQL and the values of its question marks, in order."""

    sql: str
    params: tuple[object, ...] = ()


EVERYWHERE: Final = Query("TRUE")
LINKED: Final[dict[str, str]] = {"actor": "event_actor", "country": "event_country"}
"""The fields of which an event may have several values, and the tables that hold them."""

BUILD: Final[tuple[str, ...]] = (
    f"""
    CREATE TABLE event AS
    SELECT CAST(row_number() OVER (
        ORDER BY NOT dated, coalesce(earliest, {OPEN_START}), coalesce(latest, {OPEN_END}), id
    ) - 1 AS INTEGER) AS n, *
    FROM incoming_event ORDER BY n
    """,
    """
    CREATE TABLE event_actor AS
    SELECT DISTINCT event.n, actor FROM incoming_actor JOIN event ON event.id = incoming_actor.id ORDER BY n, actor
    """,
    """
    CREATE TABLE event_country AS
    SELECT DISTINCT event.n, country FROM incoming_country JOIN event ON event.id = incoming_country.id
    ORDER BY n, country
    """,
    "CREATE TABLE dictionary AS SELECT * FROM incoming_dictionary ORDER BY field, position",
)
"""Statements that make the tables from the frames `incoming_event`, `incoming_actor`, `incoming_country` (by event id)
and `incoming_dictionary`."""
FREEZE: Final[tuple[str, ...]] = ("SET enable_external_access = false", "SET lock_configuration = true")
"""Statements after which the engine opens no file and no setting can be changed."""


def totals(selection: Selection) -> Query:
    """One row: total, shown, undated, unplaced. The events that are none of the last three are filtered out."""
    period = selection.period
    judged = _all([_rest(selection), _any([Query("NOT dated"), within(period)]) if period else EVERYWHERE])
    return Query(
        f"""
        SELECT (SELECT count(*) FROM event) AS total,
               count(CASE WHEN dated AND placed THEN 1 END) AS shown,
               count(CASE WHEN NOT dated THEN 1 END) AS undated,
               count(CASE WHEN dated AND NOT placed THEN 1 END) AS unplaced
        FROM event WHERE {judged.sql}
        """,
        judged.params,
    )


def facet(selection: Selection, field: ValueField) -> Query:
    """Rows (value, events) for every value of the dossier under the clauses of the other fields, most events first."""
    chosen = where(selection.without(field))
    table = f"event JOIN {LINKED[field]} ON {LINKED[field]}.n = event.n" if field in LINKED else "event"
    return Query(
        f"""
        SELECT dictionary.value, coalesce(counted.events, 0) AS events
        FROM dictionary LEFT JOIN (
            SELECT {field} AS value, count(*) AS events FROM {table} WHERE {chosen.sql} GROUP BY {field}
        ) AS counted ON counted.value = dictionary.value
        WHERE dictionary.field = ? ORDER BY events DESC, dictionary.value
        """,
        (*chosen.params, field),
    )


def event_ids(selection: Selection, offset: int = 0, limit: int | None = None) -> Query:
    """Rows (id) by earliest day, latest day and id, the undated last; a page of them if `limit` is given."""
    chosen = where(selection)
    page = Query("OFFSET ?", (offset,)) if limit is None else Query("LIMIT ? OFFSET ?", (limit, offset))
    return Query(f"SELECT id FROM event WHERE {chosen.sql} ORDER BY n {page.sql}", (*chosen.params, *page.params))


def certainty(selection: Selection) -> Query:
    """One row: the events that could fall in the period, and those that certainly do."""
    period = selection.period or Within(None, None)
    could, certain = (within(Within(period.first, period.last, sure)) for sure in (False, True))
    rest = _rest(selection)
    return Query(
        f"""
        SELECT count(CASE WHEN {could.sql} THEN 1 END) AS could, count(CASE WHEN {certain.sql} THEN 1 END) AS certain
        FROM event WHERE {rest.sql}
        """,
        (*could.params, *certain.params, *rest.params),
    )


def keys(dimension: Dimension) -> Query:
    """Rows (value): the keys of a cube, in the order of the dossier."""
    return Query("SELECT value FROM dictionary WHERE field = ? ORDER BY position", (dimension,))


def spans(selection: Selection, dimension: Dimension) -> Query:
    """Rows (earliest, latest, code, events): how many dated events share these days and this key.

    `code` is the place of the key in `keys(dimension)`; open ends are `OPEN_START` and `OPEN_END`. An event counts once
    for each of its countries, and not at all where it has no key.
    """
    chosen = where(selection)
    joins = {
        "all": "event JOIN dictionary ON TRUE",
        "country": "event JOIN event_country ON event_country.n = event.n JOIN dictionary ON value = country",
    }
    table = joins.get(dimension, f"event JOIN dictionary ON value = {dimension}")
    return Query(
        f"""
        SELECT coalesce(earliest, {OPEN_START}) AS earliest, coalesce(latest, {OPEN_END}) AS latest,
               position AS code, count(*) AS events
        FROM {table} WHERE dictionary.field = ? AND dated AND {chosen.sql} GROUP BY 1, 2, 3
        """,
        (dimension, *chosen.params),
    )


def where(selection: Selection) -> Query:
    """The condition, on table event, that every clause of a selection sets."""
    return _all(map(condition, selection.clauses))


def condition(clause: Clause) -> Query:
    """The condition, on table event, that one clause sets."""
    match clause:
        case OneOf():
            return one_of(clause)
        case Words():
            return _all(Query("position(? IN words) > 0", (word,)) for word in clause.folded)
        case Within():
            return within(clause)


def one_of(clause: OneOf) -> Query:
    """The event has one of the clause's values; never true of a clause without values."""
    values = tuple(sorted(clause.values))
    listed = f"{clause.field} IN ({', '.join('?' * len(values))})"
    link = LINKED.get(clause.field)
    return Query(f"event.n IN (SELECT n FROM {link} WHERE {listed})" if link else listed, values)


def within(clause: Within) -> Query:
    """The event is dated and could fall, or certainly falls, in a period."""
    first, last = clause.first, clause.last
    could = (("(latest IS NULL OR latest >= ?)", first), ("(earliest IS NULL OR earliest <= ?)", last))
    certain = (("(earliest IS NOT NULL AND earliest >= ?)", first), ("(latest IS NOT NULL AND latest <= ?)", last))
    bounds = certain if clause.certain else could
    return _all([Query("dated"), *(Query(sql, (day,)) for sql, day in bounds if day is not None)])


def _rest(selection: Selection) -> Query:
    return where(selection.without("period"))


def _all(parts: Iterable[Query]) -> Query:
    return _joined(" AND ", list(parts))


def _any(parts: Iterable[Query]) -> Query:
    return _joined(" OR ", list(parts))


def _joined(word: str, parts: list[Query]) -> Query:
    if not parts:
        return EVERYWHERE
    return Query(f"({word.join(part.sql for part in parts)})", tuple(value for part in parts for value in part.params))
