"""Counts and changes of positions are those of a replay of the records, day by day."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.dates import DateSpan, Precision, Qualifier
from events.model import Position, Source
from events.positions import History, changes, count_on, held_on, known_on, of_states, step_counts

STATES = ("COL", "RUS", "USA")
ANSWERS = ("one", "other", "silence")
DAYS = st.integers(-4, 8)


def moment(earliest: int | None) -> DateSpan:
    return DateSpan(earliest, None if earliest is None else earliest + 2, Precision.DAY, Qualifier.NONE, "", False)


def source(name: str, date: DateSpan | None) -> Source:
    given = {"id": name, "publisher": name, "title": "A page", "url": "https://example.org/", "kind": "news"}
    return Source.model_validate(given | {"date": date})


def position(number: int, state: str, answer: str, since: DateSpan, sources: list[str]) -> Position:
    given = {"id": f"p{number}", "state": state, "answer": answer, "since": since, "sources": sources}
    return Position.model_validate(given | {"question": "q", "basis": "un_vote", "confidence": "corroborated"})


spans = st.builds(moment, st.none() | DAYS)
sources = st.fixed_dictionaries({name: st.builds(source, st.just(name), st.none() | spans) for name in "st"})
rows = st.tuples(st.sampled_from(STATES), st.sampled_from(ANSWERS), spans, st.lists(st.sampled_from("st"), max_size=2))
tables = st.lists(rows, max_size=8).map(lambda given: [position(at, *row) for at, row in enumerate(given)])


def replayed(positions: list[Position], day: int) -> dict[str, Position]:
    """Each state's record on a day, by going through all records in the order in which they begin."""
    began = [(-99 if one.since.earliest is None else one.since.earliest, at, one) for at, one in enumerate(positions)]
    return {one.state or "": one for start, _, one in sorted(began, key=lambda row: row[:2]) if start <= day}


@given(tables, DAYS, DAYS)
def test_the_count_of_every_day_is_that_of_a_replay(positions: list[Position], one: int, other: int) -> None:
    first, last = sorted((one, other))
    days, counts = step_counts(of_states(positions, "q"), ANSWERS, first, last)
    for day in range(first, last + 1):
        expected = Counter(record.answer for record in replayed(positions, day).values())
        step = bisect_right(days, day) - 1
        assert {answer: int(counts[answer][step]) for answer in ANSWERS} == {
            answer: expected[answer] for answer in ANSWERS
        }
        assert expected == count_on(of_states(positions, "q"), day)


@given(tables, DAYS, DAYS)
def test_between_two_steps_something_changes(positions: list[Position], one: int, other: int) -> None:
    first, last = sorted((one, other))
    days, counts = step_counts(of_states(positions, "q"), ANSWERS, first, last)
    columns = [*zip(*(counts[answer].tolist() for answer in ANSWERS), strict=True)]
    assert days[0] == first
    assert all(before != after for before, after in pairwise(columns))


def test_counts_over_all_days_that_can_be_written_cost_no_more_than_over_a_week() -> None:
    history = of_states([position(0, "USA", "one", moment(2), []), position(1, "RUS", "one", moment(5), [])], "q")
    days, counts = step_counts(history, ["one"], -(2**31), 2**31 - 1)
    assert (days, counts["one"].tolist()) == ((-(2**31), 2, 5), [0, 1, 2])


@given(tables, DAYS, DAYS)
def test_the_changes_between_two_days_lead_from_the_one_to_the_other(
    positions: list[Position], one: int, other: int
) -> None:
    first, last = sorted((one, other))
    before, after = (
        {state: record.answer for state, record in replayed(positions, day).items()} for day in (first, last)
    )
    changed = changes(of_states(positions, "q"), first, last)
    assert before | {state: later.answer for state, _, later in changed} == after
    assert [(state, record and record.answer) for state, record, _ in changed] == [
        (state, before.get(state)) for state, _, later in changed if before.get(state) != later.answer
    ]


def test_changes_are_listed_in_the_order_in_which_they_came() -> None:
    given = [("USA", "one", 1), ("RUS", "other", 3), ("COL", "one", 3), ("USA", "other", 2)]
    positions = [position(at, state, answer, moment(day), []) for at, (state, answer, day) in enumerate(given)]
    history = of_states(positions, "q")
    assert [(state, before and before.id, after.id) for state, before, after in changes(history, 1, 3)] == [
        ("USA", "p0", "p3"),
        ("COL", None, "p2"),
        ("RUS", None, "p1"),
    ]


def test_an_answer_nobody_holds_is_counted_as_nought_and_one_not_asked_for_is_left_out() -> None:
    history = of_states([position(0, "USA", "one", moment(2), []), position(1, "RUS", "other", moment(2), [])], "q")
    days, counts = step_counts(history, ["one", "silence"], 1, 3)
    assert days == (1, 2)
    assert {answer: column.tolist() for answer, column in counts.items()} == {"one": [0, 1], "silence": [0, 0]}
    assert counts["one"].dtype == np.int32


def test_days_in_the_wrong_order_are_refused() -> None:
    history: History = {}
    with pytest.raises(ValueError, match=r"last day \(1\) comes before the first \(2\)"):
        changes(history, 2, 1)
    with pytest.raises(ValueError, match="comes before"):
        step_counts(history, [], 2, 1)


@given(tables, sources, DAYS, DAYS)
def test_as_known_on_a_later_day_no_record_is_missing(
    positions: list[Position], known: dict[str, Source], one: int, other: int
) -> None:
    before, after = (known_on(positions, known, day) for day in sorted((one, other)))
    assert set(before) <= set(after) <= set(positions)
    assert [record for record in positions if record in after] == list(after)


@given(tables, DAYS)
def test_what_is_in_force_on_a_day_was_in_force_as_known_then_unless_its_sources_came_later(
    positions: list[Position], day: int
) -> None:
    history, known = (
        of_states(positions, "q"),
        of_states(known_on(positions, dict.fromkeys("st", source("s", None)), day), "q"),
    )
    for state, records in history.items():
        assert held_on(records, day) == held_on(known.get(state, ()), day)


def test_a_record_whose_only_source_came_later_was_not_known() -> None:
    late = position(0, "USA", "one", moment(1), ["s"])
    given = {"s": source("s", moment(5))}
    assert (known_on([late], given, 4), known_on([late], given, 5)) == ((), (late,))
