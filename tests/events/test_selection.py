"""A selection is a value: however it was made, equal filters are equal, and a panel can leave its own out."""

from __future__ import annotations

import unicodedata
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.selection import (
    CLOCKS,
    FIELDS,
    VALUE_FIELDS,
    Clause,
    Clock,
    Field,
    Known,
    OneOf,
    Selection,
    ValueField,
    Within,
    Words,
    fold,
)

values = st.builds(OneOf, st.sampled_from(VALUE_FIELDS), st.frozensets(st.sampled_from("xyz"), max_size=2))


def in_order(period: tuple[int | None, int | None, bool, Clock]) -> Within:
    first, last, certain, clock = period
    is_reversed = first is not None and last is not None and last < first
    return Within(last, first, certain, clock) if is_reversed else Within(first, last, certain, clock)


days = st.none() | st.integers(-5, 5)
periods = st.tuples(days, days, st.booleans(), st.sampled_from(CLOCKS)).map(in_order)
clauses: st.SearchStrategy[Clause] = st.one_of(
    values, periods, st.builds(Known, days), st.builds(Words, st.sampled_from(["", " ", "Óscar", "a b"]))
)
selections = st.lists(clauses, max_size=8).map(lambda made: Selection.of(*made))


@given(selections)
def test_the_order_of_clicks_leaves_no_trace(selection: Selection) -> None:
    shuffled = sorted(selection.clauses, key=hash)
    assert Selection.of(*shuffled) == Selection(tuple(reversed(selection.clauses))) == selection
    assert hash(Selection.of(*shuffled)) == hash(selection)


@given(selections, clauses)
def test_a_new_clause_takes_the_place_of_its_field(selection: Selection, clause: Clause) -> None:
    changed = selection.with_(clause)
    assert changed.get(clause.field) == (None if clause.is_empty else clause)
    assert changed.without(clause.field) == selection.without(clause.field)


@given(selections, st.sampled_from(FIELDS))
def test_a_panel_leaves_out_its_own_field_and_no_other(selection: Selection, field: Field) -> None:
    others = selection.without(field)
    assert others.get(field) is None
    assert all(others.get(other) == selection.get(other) for other in FIELDS if other != field)


@given(selections)
def test_without_all_fields_nothing_is_left(selection: Selection) -> None:
    assert selection.without(*FIELDS) == Selection()
    assert selection.is_empty == (selection == Selection())


def test_clauses_that_ask_for_nothing_are_dropped() -> None:
    empty = (
        OneOf("kind", frozenset()),
        Words(" \u0301 "),
        Within(None, None, certain=True, clock="reported"),
        Known(None),
    )
    assert Selection.of(*empty).is_empty


def test_the_period_is_found() -> None:
    assert Selection.of(Words("x"), Within(1, None)).period == Within(1, None)
    assert Selection.of(Words("x")).period is None


def test_the_clock_is_that_of_the_period_and_otherwise_the_day_on_which_things_happened() -> None:
    assert Selection.of(Within(1, None, clock="reported")).clock == "reported"
    assert Selection.of(Within(1, None)).clock == Selection().clock == "happened"
    with pytest.raises(ValueError, match=r"valid: happened, reported\. Did you mean 'reported'"):
        Within(1, None, clock="report")  # type: ignore[arg-type]


def test_the_day_by_which_everything_was_public_is_found() -> None:
    assert Selection.of(Words("x"), Known(0)).known == 0
    assert Selection.of(Words("x")).known is None


def test_an_unknown_field_names_the_valid_ones_and_the_nearest() -> None:
    with pytest.raises(
        ValueError, match=r"'contry'.*valid: country, actor, .*, agreement, sourcing\. Did you mean 'country'\?"
    ):
        OneOf("contry", frozenset("x"))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"valid: country, actor, .*, sourcing, words, period, known"):
        Selection().without("zzz")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Did you mean 'words'"):
        Selection().get("word")  # type: ignore[arg-type]


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match=r"end \(day 1\) before it begins \(day 2\)"):
        Within(2, 1)
    assert Within(2, 2).first == 2


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("Guaidó", "guaido"),
        ("CARÚPANO", "carupano"),
        ("Løkke", "lokke"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
    ],
)
def test_words_are_found_without_accents_and_in_any_case(written: str, searched: str) -> None:
    assert fold(written) == fold(searched)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.text())
def test_a_part_of_a_text_is_found_in_it_once_both_are_folded(before: str, after: str) -> None:
    assert "caracas" in fold(f"{before} Carácas {after}")


@given(st.text())
def test_composed_and_decomposed_accents_are_one(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


def test_fields_are_the_ones_of_the_type() -> None:
    assert get_args(Field) == FIELDS
    assert get_args(ValueField) == VALUE_FIELDS
    assert set(VALUE_FIELDS) < set(FIELDS)
