"""Whole columns become what their cells would become one by one."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from events.formats.cells import LONGEST_TITLE, MISSING, clean, is_missing, one_line
from events.formats.vectors import cleaned, folded, lines, missing
from events.selection import fold

TEXTS = st.lists(
    st.one_of(
        st.text(),
        st.text("aZ \t\u00a0\u200bé\u0301", max_size=8),
        st.integers(LONGEST_TITLE - 1, LONGEST_TITLE + 1).map("ü".__mul__),
    )
)


@given(st.lists(st.one_of(st.sampled_from(sorted(MISSING)), st.text(max_size=9), st.just("Nan"))))
def test_words_for_nothing_known_are_found_in_a_column_as_in_each_cell(texts: list[str]) -> None:
    found = missing(pa.array(texts, pa.string()))
    assert ([False] * len(texts) if found is None else found.to_pylist()) == list(map(is_missing, texts))


@given(TEXTS)
def test_a_column_of_texts_is_put_into_lines_cleaned_and_folded_as_each_text_is(texts: list[str]) -> None:
    column = pa.array(texts, pa.string())
    trimmed = pa.array([text.strip() for text in texts], pa.string())
    assert lines(column).to_pylist() == [one_line(text) for text in texts]
    assert cleaned(trimmed).to_pylist() == [clean(text.strip()) for text in texts]
    assert folded(column).to_pylist() == [fold(text) for text in texts]
