"""The queries of `events.queries` in ClickHouse's words, old and new: sqlglot parses DuckDB's, and writes ClickHouse's.

Where the two mean different things by the same words, the tree is changed before it is written:

- A query over a subquery becomes one over the table, because a cluster would send every row of the subquery around.
- Every column of an answer gets a name of its own, because ClickHouse takes a name in WHERE for that of the answer.
- Numbers in GROUP BY become those names; TRUE and FALSE become 1 and 0; `//` divides whole numbers; an OFFSET gets a
  LIMIT: ClickHouse 18.16 has no other form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import sqlglot
from sqlglot import exp

from events.queries import Query

ENDLESS: Final = 10**12
NOT_PLAIN: Final = ("distinct", "group", "having", "joins", "limit", "offset")


class Statement(NamedTuple):
    """SQL for ClickHouse, its values written into it, and the names that the query gave to the columns."""

    sql: str
    columns: tuple[str, ...]


def translate(query: Query, table: Callable[[str], str]) -> Statement:
    """A query for ClickHouse; `table` gives the name of a table there, as DATABASE.TABLE."""
    prepared, columns = _prepared(query.sql)
    tree = prepared.copy()
    for mark in list(tree.find_all(exp.Placeholder)):
        mark.replace(_literal(query.params[int(mark.name)]))
    for one in list(tree.find_all(exp.Table)):
        database, _, name = table(one.name).rpartition(".")
        one.replace(exp.table_(name, database))
    return Statement(tree.sql("clickhouse"), columns)


def _literal(value: object) -> exp.Expr:
    return exp.convert(int(value) if isinstance(value, bool) else value)


@lru_cache(1024)
def _prepared(sql: str) -> tuple[exp.Expr, tuple[str, ...]]:
    """The tree of a query with numbered marks in it, and the names of its columns."""
    tree = sqlglot.parse_one(_numbered(sql), read="duckdb", into=exp.Select)
    columns = tuple(one.alias_or_name for one in tree.expressions)
    _name_answers(tree)
    for select in list(tree.find_all(exp.Select)):
        _flatten(select)
    _unqualify(tree)
    return tree.transform(_reword), columns


def _numbered(sql: str) -> str:
    """The query with $0, $1 … for its question marks, whose order would be lost when the tree is changed."""
    marks = [one for one in sqlglot.tokenize(sql, read="duckdb") if one.token_type.name == "PLACEHOLDER"]
    ends = [0, *(one.end + 1 for one in marks)]
    starts = [*(one.start for one in marks), len(sql)]
    first, *others = [sql[end:start] for end, start in zip(ends, starts, strict=True)]
    return first + "".join(f"${number}{part}" for number, part in enumerate(others))


def _name_answers(select: exp.Select) -> None:
    """Call the columns of an answer answer_0, answer_1 …, also where GROUP BY and ORDER BY mean them."""
    asked = select.expressions
    values = [one.unalias() for one in asked]
    names = [f"answer_{number}" for number in range(len(asked))]
    named = {one.alias: name for one, name in zip(asked, names, strict=True) if one.alias}
    for term in [*_terms(select, "group")]:
        if term.is_int or term in values:
            term.replace(exp.column(names[int(term.name) - 1 if term.is_int else values.index(term)]))
    for term in [found for one in _terms(select, "order") for found in one.find_all(exp.Column)]:
        if term.name in named:
            term.replace(exp.column(named[term.name]))
    select.set("expressions", [exp.alias_(value, name) for value, name in zip(values, names, strict=True)])


def _terms(select: exp.Select, clause: str) -> list[exp.Expr]:
    found = select.args.get(clause)
    return list(found.expressions) if found else []


def _flatten(select: exp.Select) -> None:
    """Read the table of a subquery in FROM itself, with what the subquery computes in place of its names."""
    inner = select.args["from_"].this
    if not isinstance(inner, exp.Subquery):
        return
    if not isinstance(inner.this, exp.Select) or any(inner.this.args.get(one) for one in NOT_PLAIN):
        raise NotImplementedError("ClickHouse cannot be asked about a subquery that is more than chosen rows")
    meant = {one.alias_or_name: one.unalias() for one in inner.this.expressions}
    for part in (*select.expressions, *filter(None, [select.args.get("where")])):
        for column in list(part.find_all(exp.Column)):
            column.replace(meant[column.name].copy())
    own = select.args.pop("where", None)
    select.set("from_", inner.this.args["from_"])
    select.set("where", inner.this.args.get("where"))
    for condition in _conjuncts(own.this) if own else ():
        if not _says_list_is_not_null(condition):
            select.where(condition, copy=False)


def _conjuncts(condition: exp.Expr) -> Iterator[exp.Expr]:
    """The conditions that AND joins."""
    if isinstance(condition, exp.And):
        yield from _conjuncts(condition.left)
        yield from _conjuncts(condition.right)
    else:
        yield condition


def _says_list_is_not_null(condition: exp.Expr) -> bool:
    """Whether it is `unnest(…) IS NOT NULL`: no list holds a NULL, and ClickHouse would take the lists apart first."""
    test = condition.this if isinstance(condition, exp.Not) else None
    return isinstance(test, exp.Is) and isinstance(test.this, exp.Explode) and isinstance(test.expression, exp.Null)


def _unqualify(tree: exp.Select) -> None:
    """Let no table have another name, and tables be joined by the column that they share, `n`."""
    for table in tree.find_all(exp.Table):
        table.set("alias", None)
    for column in tree.find_all(exp.Column):
        column.set("table", None)
    for join in tree.find_all(exp.Join):
        join.set("on", None)
        join.set("using", [exp.to_identifier("n")])


def _reword(node: exp.Expr) -> exp.Expr:
    match node:
        case exp.Boolean():
            return exp.Literal.number(int(node.this))
        case exp.IntDiv():
            return exp.Anonymous(this="intDiv", expressions=[node.this, node.expression])
        case exp.StrPosition():
            return exp.Anonymous(this="position", expressions=[node.this, node.args["substr"]])
        case exp.Select() if node.args.get("offset") and not node.args.get("limit"):
            return node.limit(ENDLESS, copy=False)
    return node
