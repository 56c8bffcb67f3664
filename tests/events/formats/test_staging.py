"""The flat table of an import is parted by time, and nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.formats.staging import FLAT, Staging, Volume, by_day, cuts, parts

TABLES = st.lists(st.lists(st.integers(0, 50)), max_size=5)


@given(TABLES, st.integers(1, 20))
def test_parts_hold_every_row_once_and_each_part_the_days_after_the_one_before(
    tables: list[list[int]], rows: int
) -> None:
    given = [pa.table({"day": pa.array(days, pa.int32()), "row": pa.array(days, pa.int64())}) for days in tables]
    ordered = [by_day(table) for table in given]
    found = [part["day"].to_pylist() for part in parts(ordered, cuts(ordered, rows))]
    assert sorted(day for part in found for day in part) == sorted(day for days in tables for day in days)
    assert all(max(one) < min(other) for one, other in pairwise(found) if one and other)


@given(st.lists(st.integers(0, 9)))
def test_rows_of_one_day_keep_their_order(days: list[int]) -> None:
    table = pa.table({"day": pa.array(days, pa.int32()), "row": range(len(days))})
    assert by_day(table).to_pylist() == sorted(table.to_pylist(), key=lambda row: row["day"])


def staged(folder: Path, tables: Sequence[Sequence[int]], at_once: int, part: int) -> list[Volume]:
    """The files of rows that say nothing but their numbers and days."""
    staging = Staging(folder, at_once, part)
    numbers = iter(range(sum(map(len, tables))))
    for days in tables:
        rows = [{"line": next(numbers), "dated": True, "earliest": day} for day in days]
        staging.add(partial(pa.Table.from_pylist, rows, FLAT))
    staging.close()
    return staging.volumes


@settings(max_examples=30)
@given(TABLES, st.integers(1, 20), st.integers(1, 4))
def test_files_hold_every_row_once_and_tell_their_days(
    tmp_path_factory: pytest.TempPathFactory, tables: list[list[int]], at_once: int, part: int
) -> None:
    volumes = staged(tmp_path_factory.mktemp("staged"), tables, at_once, part)
    found = [pq.read_table(volume.path, columns=["line", "day"]).to_pydict() for volume in volumes]
    assert sorted((line, day) for one in found for line, day in zip(one["line"], one["day"], strict=True)) == list(
        enumerate(day for days in tables for day in days)
    )
    assert [(min(one["day"]), max(one["day"])) for one in found if one["day"]] == [
        (volume.first, volume.last) for volume in volumes if volume.rows
    ]


def test_rows_that_lie_on_other_days_than_those_before_share_files_with_their_neighbours_too(tmp_path: Path) -> None:
    tables = [[0] * 4] * 20 + [[at, at + 25, at + 50, at + 75] for _ in range(4) for at in range(25)]
    volumes = staged(tmp_path, tables, 4, 1)
    late = [volume for volume in volumes if volume.last > 0][8:]
    assert late
    assert all(volume.last - volume.first < 50 for volume in late)


def test_of_rows_in_the_order_of_time_no_file_grows_large_and_each_holds_a_few_days(tmp_path: Path) -> None:
    volumes = staged(tmp_path, [[day] * 4 for day in range(40)], 8, 4)
    assert all(volume.rows <= 16 and volume.last - volume.first <= 4 for volume in volumes)
