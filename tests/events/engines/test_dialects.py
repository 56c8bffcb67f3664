"""What a query means in DuckDB, its translation means in ClickHouse, where the two read the same words differently."""

from __future__ import annotations

import pytest

from events.engines.dialects import Statement, translate
from events.queries import Query

CASES = {
    "a column of the answer hides no column of the table": (
        Query("SELECT coalesce(earliest, 0) AS earliest FROM event AS record WHERE earliest IS NULL ORDER BY earliest"),
        "SELECT COALESCE(earliest, 0) AS answer_0 FROM db.event WHERE earliest IS NULL ORDER BY answer_0",
    ),
    "numbers in GROUP BY are columns of the answer": (
        Query("SELECT kind AS value, count(*) AS records FROM event GROUP BY 1"),
        "SELECT kind AS answer_0, COUNT(*) AS answer_1 FROM db.event GROUP BY answer_0",
    ),
    "the table is read, not a subquery whose rows a cluster would send around": (
        Query(
            "SELECT value, sum(weight) AS records FROM (SELECT record.place AS value, deaths AS weight"
            " FROM event AS record WHERE dated AND kind = ?) AS valued WHERE value IS NOT NULL GROUP BY value",
            ("vote",),
        ),
        "SELECT place AS answer_0, SUM(deaths) AS answer_1 FROM db.event"
        " WHERE (dated AND kind = 'vote') AND NOT (place IS NULL) GROUP BY answer_0",
    ),
    "lists are taken apart after the rows are chosen": (
        Query(
            "SELECT value, count(*) AS records FROM (SELECT unnest(actor) AS value FROM event WHERE dated) AS valued"
            " WHERE value IS NOT NULL GROUP BY value"
        ),
        "SELECT arrayJoin(actor) AS answer_0, COUNT(*) AS answer_1 FROM db.event WHERE dated GROUP BY answer_0",
    ),
    "values keep their places when words change theirs": (
        Query("SELECT id FROM event WHERE position(? IN words) > 0 AND list_contains(actor, ?)", ("first", "second")),
        "SELECT id AS answer_0 FROM db.event WHERE position(words, 'first') > 0 AND has(actor, 'second')",
    ),
    "whole numbers are divided as whole numbers": (
        Query("SELECT (earliest - 3) // 7 FROM event"),
        "SELECT intDiv((earliest - 3), 7) AS answer_0 FROM db.event",
    ),
    "truths are numbers, also as values": (
        Query("SELECT id FROM event WHERE TRUE AND NOT FALSE AND dated = ?", (True,)),
        "SELECT id AS answer_0 FROM db.event WHERE 1 AND NOT 0 AND dated = 1",
    ),
    "the rest of a list has a limit that it never reaches": (
        Query("SELECT id FROM event ORDER BY n OFFSET ?", (20,)),
        "SELECT id AS answer_0 FROM db.event ORDER BY n LIMIT 1000000000000 OFFSET 20",
    ),
    "tables are joined by the column that they share": (
        Query(
            "SELECT link.value FROM event AS record JOIN event_claim AS link ON link.n = record.n WHERE record.dated"
        ),
        "SELECT value AS answer_0 FROM db.event JOIN db.event_claim USING (n) WHERE dated",
    ),
    "names that need quotes have them": (
        Query('SELECT "when" FROM event'),
        'SELECT "when" AS answer_0 FROM db.event',
    ),
    "values are escaped": (
        Query("SELECT id FROM event WHERE id IN (?, ?) AND title = '?'", ("it's", "\\'; DROP TABLE event --")),
        "SELECT id AS answer_0 FROM db.event WHERE id IN ('it''s', '\\\\''; DROP TABLE event --') AND title = '?'",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_in_clickhouse(case: str) -> None:
    query, expected = CASES[case]
    assert translate(query, "db.{}".format).sql == expected


def test_the_answer_has_the_names_that_the_query_gave() -> None:
    query = Query("SELECT id, count(*) AS records FROM event GROUP BY id")
    assert translate(query, "db.{}".format) == Statement(
        "SELECT id AS answer_0, COUNT(*) AS answer_1 FROM db.event GROUP BY answer_0", ("id", "records")
    )


def test_a_query_can_be_asked_again_with_other_values() -> None:
    asked = [Query("SELECT id FROM event WHERE n = ?", (number,)) for number in (1, 2)]
    assert [translate(query, "db.{}".format).sql[-5:] for query in asked] == ["n = 1", "n = 2"]


@pytest.mark.parametrize("inner", ["SELECT n FROM event UNION ALL SELECT n FROM event", "SELECT n FROM event LIMIT 3"])
def test_a_subquery_that_cannot_be_left_out_is_refused(inner: str) -> None:
    with pytest.raises(NotImplementedError):
        translate(Query(f"SELECT count(*) FROM ({inner}) AS some"), "db.{}".format)
