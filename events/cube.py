"""Counts over time by key, stored as prefix sums, so that any range of days costs two look-ups a key.

The twin of `assets/explorer/cube.mjs`; both are held to `tests/cube_cases.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np
import orjson
from numpy.typing import ArrayLike, NDArray

Days: TypeAlias = NDArray[np.int32]
Counts: TypeAlias = NDArray[np.int64]

OPEN_START: Final = -(2**31)
"""Stands for an open or unknown earliest day in arrays; sorts before every day."""
OPEN_END: Final = 2**31 - 1
"""Stands for an open or unknown latest day in arrays; sorts after every day."""
FARTHEST_DAY: Final = 2**30
"""Days are kept within ± this (2.9 million years), so that int32 holds every edge."""
EDGE_LIMIT: Final = 512
OUTSIDE_EDGES: Final = 64
"""Edges that the days before a window get, and the days after it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days cut into bins of `width` days: the first begins the day after `after`, the last ends on `end`."""

    after: int
    end: int
    width: int

    @property
    def bins(self) -> int:
        """Number of bins; the last may be narrower."""
        return -(-(self.end - self.after) // self.width)

    @property
    def edges(self) -> NDArray[np.int64]:
        """int64[bins]: the last day of each bin."""
        return np.minimum(self.after + self.width * np.arange(1, self.bins + 1, dtype=np.int64), self.end)


@dataclass(frozen=True)
class Layout:
    """Bins of days, in stretches that follow each other without a gap."""

    stretches: tuple[Stretch, ...]

    @cached_property
    def edges(self) -> Days:
        """int32[n]: the day before the first bin, then the last day of every bin."""
        parts = [np.array([self.stretches[0].after], dtype=np.int64), *(one.edges for one in self.stretches)]
        return np.concatenate(parts).astype(np.int32)

    @property
    def resolution(self) -> int:
        """Days of the widest bin; 1: every day has its own."""
        return max(one.width for one in self.stretches)


def layout(first: int, last: int, window: tuple[int, int] | None = None, limit_edges: int = EDGE_LIMIT) -> Layout:
    """At most `limit_edges` edges over the days from `first` to `last`, with the finest bins in the window, if given.

    Raises ValueError if there is room for less than two edges.
    """
    if limit_edges < 2:
        raise ValueError(f"a cube needs at least 2 edges, not {limit_edges}")
    low, high = (first, last) if window is None else (max(first, window[0]), min(last, window[1]))
    is_whole = (low <= first and high >= last) or low > high
    if is_whole or limit_edges < 4 * OUTSIDE_EDGES:
        return Layout((_stretch(first - 1, last, limit_edges - 1),))
    before, inside = (first - 1, low - 1), limit_edges - 1 - 2 * OUTSIDE_EDGES
    cut = [(*before, OUTSIDE_EDGES), (low - 1, high, inside), (high, last, OUTSIDE_EDGES)]
    return Layout(tuple(_clipped(after, end, room) for after, end, room in cut if end > after))


def layout_of_all(extent: tuple[int, int] | None) -> Layout:
    """The layout that the tallies of a collection are counted in, from the first to the last day of all its events."""
    return layout(*(extent or (0, 0)))


def _stretch(after: int, end: int, room: int) -> Stretch:
    """Bins of equal width; the last may reach beyond `end`."""
    width = max(1, -(-(end - after) // room))
    return Stretch(after, after + width * -(-(end - after) // width), width)


def _clipped(after: int, end: int, room: int) -> Stretch:
    return Stretch(after, end, _stretch(after, end, room).width)


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """Prefix sums of k keys over n edges. What is counted are events, or a measure of them.

    edges: int32[n], rising days since 1970-01-01; the first lies before every known start and end.
    starts: int64[k, n], events of a key with earliest <= edge; those with an open start count from edge 0.
    ends: int64[k, n], events of a key with latest <= edge; those with an open end never count.
    resolution: days of the widest bin; 1 means that every start and end is an edge and all counts are exact.
    wide: int64[m, 4], the events that reach over a whole bin or more: index of the first edge on or after their
    earliest day, index of the first edge on or after their latest day (n: open), index of the key, number of events.
    """

    edges: Days
    keys: tuple[str, ...]
    starts: Counts
    ends: Counts
    resolution: int = 1
    wide: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 4), dtype=np.int64))

    def __post_init__(self) -> None:
        shape = (len(self.keys), len(self.edges))
        if len(self.edges) == 0 or self.starts.shape != shape or self.ends.shape != shape:
            raise ValueError(f"a cube of {shape[0]} keys and {shape[1]} edges needs starts and ends of that shape")


def build(
    starts: ArrayLike,
    ends: ArrayLike,
    codes: ArrayLike,
    keys: Sequence[str],
    counts: ArrayLike | None = None,
    limit_edges: int = EDGE_LIMIT,
) -> Cube:
    """A cube of rows (earliest day, latest day, index into `keys`), each standing for one or for `counts` events.

    Open ends are `OPEN_START` and `OPEN_END`. If the boundary days need more than `limit_edges` edges, the span is cut
    into bins of equal width whose edges are their last days. Raises ValueError if `limit_edges` is under 2.
    """
    first, last = (np.asarray(column, dtype=np.int64) for column in (starts, ends))
    edges, resolution = _edges(np.concatenate([first[first > OPEN_START], last[last < OPEN_END]]), limit_edges)
    positions = [np.searchsorted(edges, days) for days in (first, last)]
    weights = np.ones(first.size) if counts is None else counts
    return of_positions(edges, resolution, positions[0], positions[1], codes, keys, weights)


def of_positions(
    edges: Days,
    resolution: int,
    starts: ArrayLike,
    ends: ArrayLike,
    codes: ArrayLike,
    keys: Sequence[str],
    counts: ArrayLike,
) -> Cube:
    """A cube of rows (start, end, index into `keys`, events), where start and end are the indices of the first edge on
    or after the earliest and the latest day; an open start is 0, an open end the number of edges."""
    start, end, code = (np.asarray(column, dtype=np.int64) for column in (starts, ends, codes))
    weights = np.asarray(counts, dtype=np.float64)
    sums = [_prefix_sums(at, code, weights, len(keys), edges.size) for at in (start, end)]
    return Cube(edges, tuple(keys), sums[0], sums[1], resolution, _wide(start, end, code, weights))


def _wide(
    start: NDArray[np.int64], end: NDArray[np.int64], code: NDArray[np.int64], weights: NDArray[np.number[Any]]
) -> NDArray[np.int64]:
    """Equal rows over a whole bin, each once with its count."""
    is_wide = end - start > 1
    rows = np.column_stack([start, end, code])[is_wide]
    distinct, index = np.unique(rows, axis=0, return_inverse=True)
    counts = np.bincount(index.ravel(), weights[is_wide], minlength=len(distinct)).astype(np.int64)
    return np.column_stack([distinct, counts])


def total(parted: Cube, key: str) -> Cube:
    """The cube of all events under one key, where `parted` has each event under one of its keys."""
    starts, ends = (sums.sum(axis=0, keepdims=True) for sums in (parted.starts, parted.ends))
    first, last, codes, counts = parted.wide.T
    wide = _wide(first, last, np.zeros_like(codes), counts)
    return Cube(parted.edges, (key,), starts, ends, parted.resolution, wide)


def _edges(days: NDArray[np.int64], limit: int) -> tuple[Days, int]:
    distinct = np.unique(days)
    if distinct.size == 0:
        return np.zeros(1, dtype=np.int32), 1
    bins = layout(int(distinct[0]), int(distinct[-1]), limit_edges=limit)
    if distinct.size < limit:
        return np.concatenate([bins.edges[:1], distinct]).astype(np.int32), 1
    return bins.edges, bins.resolution


def _prefix_sums(
    positions: NDArray[np.int64], codes: NDArray[np.int64], weights: NDArray[np.float64], keys: int, edges: int
) -> Counts:
    """int64[keys, edges]; a position past the last edge (an open end) is counted nowhere."""
    columns = edges + 1
    sums = np.bincount(codes * columns + positions, weights, minlength=keys * columns).reshape(keys, columns)
    return sums[:, :edges].cumsum(axis=1).astype(np.int64)


def edge_at(edges: Days, day: int) -> int:
    """The index of the last edge on or before `day`; 0 if there is none."""
    return max(0, int(np.searchsorted(edges, day, side="right")) - 1)


def _bounds(cube: Cube, first: int | None, last: int | None) -> tuple[int | None, int]:
    """Indices of the last edge before a period and of its own last edge; of a binned cube that of the whole bin."""
    to = cube.edges.size - 1 if last is None else edge_at(cube.edges, last)
    if last is not None and cube.resolution > 1 and cube.edges[0] < last and cube.edges[to] < last:
        to = min(to + 1, cube.edges.size - 1)
    return None if first is None else edge_at(cube.edges, first - 1), to


def overlap(cube: Cube, first: int | None, last: int | None) -> Counts:
    """int64[k]: the events of each key that could fall between two days, both inside; None leaves a side unbounded.

    Exact if `cube.resolution` is 1; otherwise the answer for the whole bins that hold the two days.
    A range that ends before it begins holds nothing.
    """
    if first is not None and last is not None and last < first:
        return np.zeros(len(cube.keys), dtype=np.int64)
    before, to = _bounds(cube, first, last)
    started = cube.starts[:, to]
    return started.copy() if before is None else started - cube.ends[:, before]


def certain(cube: Cube, first: int | None, last: int | None) -> Counts:
    """int64[k]: the events of each key that certainly fall between two days: both their bounds lie inside.

    An open end is never certain on a side that the period closes. As exact as `overlap`.
    """
    before, to = _bounds(cube, first, last)
    if first is not None and last is not None and (last < first or before == to):
        return np.zeros(len(cube.keys), dtype=np.int64)
    ended = cube.starts[:, -1] if last is None else cube.ends[:, to]
    if before is None:
        return ended.copy()
    inside: Counts = ended - cube.starts[:, before]
    return inside if last is None else inside + _around(cube, before, to)


def _around(cube: Cube, before: int, to: int) -> Counts:
    """The events of each key that begin before a period and end after it."""
    starts, ends, codes, numbers = cube.wide.T
    is_around = (starts <= before) & (ends > to)
    return np.bincount(codes[is_around], numbers[is_around], minlength=len(cube.keys)).astype(np.int64)


# --- on the wire

_WORDS: Final = ("u1", "u2", "u4", "f8")
_SIGNED: Final = ("i1", "i2", "i4", "f8")


def packed(cube: Cube) -> bytes:
    """The cube as bytes, little-endian, every part padded to eight: uint32 length of the header, header as JSON, edges
    int32[n], bins [k, n] of the starts, bins of the ends less those of the starts, wide int32[m, 4].

    The bins are differences of the prefix sums, in the smallest of the types that the header names; most are zeros,
    which compresses well. `unpacked` in `assets/explorer/cube.mjs` reads it.
    """
    starts = np.diff(cube.starts, axis=1, prepend=0)
    ends = np.diff(cube.ends, axis=1, prepend=0) - starts
    types = [_smallest(starts, _WORDS), _smallest(ends, _SIGNED)]
    header = {
        "keys": cube.keys,
        "edges": cube.edges.size,
        "resolution": cube.resolution,
        "wide": len(cube.wide),
        "types": types,
    }
    arrays = [
        cube.edges.astype("<i4"),
        starts.astype(f"<{types[0]}"),
        ends.astype(f"<{types[1]}"),
        cube.wide.astype("<i4"),
    ]
    head = orjson.dumps(header)
    head += b" " * (-(len(head) + 4) % 8)
    return b"".join([len(head).to_bytes(4, "little"), head, *(_padded(array.tobytes()) for array in arrays)])


def _smallest(values: NDArray[np.int64], types: Iterable[str]) -> str:
    low, high = (int(values.min()), int(values.max())) if values.size else (0, 0)
    limits = ((name, np.iinfo(name)) for name in types if not name.startswith("f"))
    return next((name for name, limit in limits if limit.min <= low and high <= limit.max), "f8")


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 8)
