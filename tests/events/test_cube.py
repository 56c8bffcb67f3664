"""Any range of days counts the same as going through the events one by one, on the server and in the browser."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.cube import (
    FARTHEST_DAY,
    OPEN_END,
    OPEN_START,
    Cube,
    build,
    certain,
    edge_at,
    layout,
    of_positions,
    overlap,
    packed,
    total,
)

SHARED: dict[str, Any] = json.loads((Path(__file__).parents[1] / "cube_cases.json").read_text(encoding="utf-8"))
KEYS = ("a", "b", "never")

Row = tuple[int | None, int | None, int]

days = st.integers(-40, 40) | st.integers(-FARTHEST_DAY, FARTHEST_DAY)
bounds = st.none() | days


@st.composite
def rows(draw: st.DrawFn) -> Row:
    first, last = sorted((draw(days), draw(days)))
    return draw(st.none() | st.just(first)), draw(st.none() | st.just(last)), draw(st.integers(0, 1))


def cube_of(rows: list[Row], keys: tuple[str, ...] = KEYS, limit_edges: int = 512) -> Cube:
    return build(
        [OPEN_START if first is None else first for first, _, _ in rows],
        [OPEN_END if last is None else last for _, last, _ in rows],
        [code for _, _, code in rows],
        keys,
        limit_edges=limit_edges,
    )


def counted(rows: list[Row], first: int | None, last: int | None, keys: int = len(KEYS)) -> list[int]:
    if first is not None and last is not None and last < first:
        return [0] * keys
    starts_in_time = [row for row in rows if last is None or row[0] is None or row[0] <= last]
    overlapping = [row for row in starts_in_time if first is None or row[1] is None or row[1] >= first]
    return [sum(code == key for _, _, code in overlapping) for key in range(keys)]


def shared_cube(name: str) -> Cube:
    shared = SHARED["cubes"][name]
    return cube_of(shared["rows"], tuple(shared["keys"]), shared["limit_edges"])


@pytest.mark.parametrize("name", SHARED["cubes"])
def test_a_shared_cube_is_built_as_it_is_written_down(name: str) -> None:
    cube = shared_cube(name)
    held = {field: getattr(cube, field).tolist() for field in ("edges", "starts", "ends", "wide")}
    assert held | {"resolution": cube.resolution} == SHARED["cubes"][name]["cube"]


@pytest.mark.parametrize("name", SHARED["cubes"])
def test_a_shared_cube_is_sent_as_the_browser_reads_it(name: str) -> None:
    assert base64.b64encode(packed(shared_cube(name))).decode() == SHARED["cubes"][name]["packed"]


@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: f"{case['cube']}, {case['name']}")
def test_the_server_counts_what_the_browser_counts(case: dict[str, Any]) -> None:
    cube = shared_cube(case["cube"])
    assert overlap(cube, case["first"], case["last"]).tolist() == case["counts"]


@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: f"{case['cube']}, {case['name']}")
def test_the_server_is_as_certain_as_the_browser(case: dict[str, Any]) -> None:
    cube = shared_cube(case["cube"])
    assert certain(cube, case["first"], case["last"]).tolist() == case["certainly"]


def inside(rows: list[Row], first: int | None, last: int | None) -> list[Row]:
    return [
        (earliest, latest, code)
        for earliest, latest, code in rows
        if (first is None or (earliest is not None and earliest >= first))
        and (last is None or (latest is not None and latest <= last))
    ]


@given(st.lists(rows(), max_size=12), bounds, bounds)
def test_certain_are_the_events_with_both_bounds_inside(rows: list[Row], first: int | None, last: int | None) -> None:
    assert certain(cube_of(rows), first, last).tolist() == counted(inside(rows, first, last), first, last)


@given(st.lists(rows(), max_size=12), bounds, bounds)
def test_a_range_counts_what_a_loop_over_the_events_counts(
    rows: list[Row], first: int | None, last: int | None
) -> None:
    cube = cube_of(rows)
    assert cube.resolution == 1
    assert overlap(cube, first, last).tolist() == counted(rows, first, last)


@given(st.lists(rows(), max_size=12), st.integers(2, 512))
def test_the_total_of_a_cube_is_the_cube_of_all_its_events_under_one_key(rows: list[Row], limit: int) -> None:
    found = total(cube_of(rows, limit_edges=limit), "all")
    right = cube_of([(first, last, 0) for first, last, _ in rows], ("all",), limit)
    for field in ("edges", "keys", "starts", "ends", "resolution", "wide"):
        assert np.array_equal(getattr(found, field), getattr(right, field))


@given(st.lists(rows(), max_size=12), st.integers(2, 8), st.data())
def test_bins_are_exact_for_ranges_of_whole_bins(rows: list[Row], limit: int, data: st.DataObject) -> None:
    cube = cube_of(rows, limit_edges=limit)
    low, high = sorted(data.draw(st.integers(0, cube.edges.size - 1)) for _ in range(2))
    first, last = int(cube.edges[low]) + 1, int(cube.edges[high])
    assert overlap(cube, first, last).tolist() == counted(rows, first, last)
    assert certain(cube, first, last).tolist() == counted(inside(rows, first, last), first, last)


near = st.integers(-400, 400)


@given(st.lists(st.tuples(near, st.integers(0, 90), st.integers(0, 1)), min_size=1, max_size=12), near, near, st.data())
def test_bins_finer_in_a_window_count_like_a_loop_over_the_events(
    spans: list[tuple[int, int, int]], one: int, other: int, data: st.DataObject
) -> None:
    rows: list[Row] = [(day, day + length, code) for day, length, code in spans]
    window = (min(one, other), max(one, other))
    bins = layout(min(day for day, _, _ in spans), max(day + length for day, length, _ in spans), window, 256)
    starts = np.searchsorted(bins.edges, [day for day, _, _ in spans])
    ends = np.searchsorted(bins.edges, [day + length for day, length, _ in spans])
    cube = of_positions(
        bins.edges, bins.resolution, starts, ends, [code for _, _, code in rows], KEYS, np.ones(len(rows))
    )
    low, high = sorted(data.draw(st.integers(0, cube.edges.size - 1)) for _ in range(2))
    first, last = int(cube.edges[low]) + 1, int(cube.edges[high])
    assert cube.edges.size <= 256
    assert overlap(cube, first, last).tolist() == counted(rows, first, last)
    assert certain(cube, first, last).tolist() == counted(inside(rows, first, last), first, last)


@given(near, st.integers(0, 2000), near, st.integers(0, 300))
def test_a_layout_covers_every_day_once_and_is_finest_in_its_window(
    first: int, days: int, low: int, length: int
) -> None:
    last = first + days
    bins = layout(first, last, (low, low + length), 512)
    steps = np.diff(bins.edges)
    assert bins.edges[0] == first - 1
    assert bins.edges[-1] >= last
    assert (steps > 0).all()
    seen = (bins.edges[1:] >= low) & (bins.edges[:-1] < low + length)
    assert not seen.any() or steps[seen].min() == steps.min()


@given(st.lists(rows(), max_size=12), st.integers(2, 8), days, days)
def test_bins_never_lose_an_event_of_the_range(rows: list[Row], limit: int, one: int, other: int) -> None:
    first, last = sorted((one, other))
    cube = cube_of(rows, limit_edges=limit)
    assert cube.edges.size <= limit
    assert (overlap(cube, first, last) >= counted(rows, first, last)).all()


@given(st.lists(rows(), max_size=12), st.integers(2, 8))
def test_edges_rise_evenly_when_binned_and_no_known_day_lies_outside(rows: list[Row], limit: int) -> None:
    cube = cube_of(rows, limit_edges=limit)
    known = [day for row in rows for day in row[:2] if day is not None]
    steps = np.diff(cube.edges.astype(np.int64))
    assert (steps > 0).all()
    assert cube.resolution == 1 or (steps == cube.resolution).all()
    assert all(cube.edges[0] < day <= cube.edges[-1] for day in known)


def test_rows_that_stand_for_several_events_count_that_often() -> None:
    assert overlap(build([3, 3], [3, 9], [0, 0], ["a"], counts=[5, 2]), 4, 9).tolist() == [2]


def test_an_edge_is_the_last_on_or_before_the_day_and_the_first_of_all_before_any() -> None:
    edges = np.array([-4, -3, 5, 9], dtype=np.int32)
    assert [edge_at(edges, day) for day in (-99, -4, -3, 4, 5, 8, 9, 99)] == [0, 0, 1, 1, 2, 2, 3, 3]


def test_an_answer_can_be_changed_without_changing_the_cube() -> None:
    cube = cube_of([(1, 2, 0)])
    overlap(cube, None, None)[:] = 99
    assert overlap(cube, None, None).tolist() == [1, 0, 0]


def test_counts_beyond_the_small_types_are_sent_whole() -> None:
    small, large = (len(packed(build([3], [3], [0], ["a"], counts=[number]))) for number in (5, 3_000_000_000_000))
    assert small < large


def test_one_edge_is_too_few_and_the_error_says_so() -> None:
    with pytest.raises(ValueError, match="at least 2 edges, not 1"):
        build([1], [1], [0], ["a"], limit_edges=1)


def test_arrays_of_the_wrong_shape_are_refused() -> None:
    column = np.zeros((1, 1), dtype=np.int64)
    with pytest.raises(ValueError, match="2 keys and 1 edges"):
        Cube(np.zeros(1, dtype=np.int32), ("a", "b"), column, column)
