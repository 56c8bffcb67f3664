"""The flat table of an import is parted by time, and nothing is lost or doubled."""

from __future__ import annotations

from itertools import pairwise

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from events.formats.staging import by_day, parts

TABLES = st.lists(st.lists(st.integers(0, 50)), max_size=5)


@given(TABLES, st.integers(1, 20))
def test_parts_hold_every_row_once_and_each_part_the_days_after_the_one_before(
    tables: list[list[int]], rows: int
) -> None:
    given = [pa.table({"day": pa.array(days, pa.int32()), "row": pa.array(days, pa.int64())}) for days in tables]
    found = [part["day"].to_pylist() for part in parts([by_day(table) for table in given], rows)]
    assert sorted(day for part in found for day in part) == sorted(day for days in tables for day in days)
    assert all(max(one) < min(other) for one, other in pairwise(found) if one and other)


@given(st.lists(st.integers(0, 9)))
def test_rows_of_one_day_keep_their_order(days: list[int]) -> None:
    table = pa.table({"day": pa.array(days, pa.int32()), "row": range(len(days))})
    assert by_day(table).to_pylist() == sorted(table.to_pylist(), key=lambda row: row["day"])
