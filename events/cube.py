"""Counts over time by key, stored as prefix sums, so that any range of days costs two look-ups a key.

The twin of `assets/explorer/cube.mjs`; both are held to `tests/cube_cases.json`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Days: TypeAlias = NDArray[np.int32]
Counts: TypeAlias = NDArray[np.uint32]

OPEN_START: Final = -(2**31)
"""Stands for an open or unknown earliest day in arrays; sorts before every day."""
OPEN_END: Final = 2**31 - 1
"""Stands for an open or unknown latest day in arrays; sorts after every day."""
FARTHEST_DAY: Final = 2**30
"""Days are kept within ± this (2.9 million years), so that int32 holds every edge."""
EDGE_LIMIT: Final = 512


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """Prefix sums of k keys over n edges.

    edges: int32[n], rising days since 1970-01-01; the first lies before every known start and end.
    starts: uint32[k, n], events of a key with earliest <= edge; those with an open start count from edge 0.
    ends: uint32[k, n], events of a key with latest <= edge; those with an open end never count.
    resolution: days a bin; 1 means that every start and end is an edge and all counts are exact.
    wide: int64[m, 4], the events not known to one day: earliest, latest, index of key, number of such events.
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
    first, last, code = (np.asarray(column, dtype=np.int64) for column in (starts, ends, codes))
    edges, resolution = _edges(np.concatenate([first[first > OPEN_START], last[last < OPEN_END]]), limit_edges)
    weights = np.ones(first.size) if counts is None else np.asarray(counts, dtype=np.float64)
    sums = [_prefix_sums(np.searchsorted(edges, days), code, weights, len(keys), edges.size) for days in (first, last)]
    return Cube(edges.astype(np.int32), tuple(keys), sums[0], sums[1], resolution, _wide(first, last, code, weights))


def _wide(
    first: NDArray[np.int64], last: NDArray[np.int64], code: NDArray[np.int64], weights: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Equal rows of more than a day, each once with its count."""
    is_wide = first != last
    rows = np.column_stack([first, last, code])[is_wide]
    distinct, index = np.unique(rows, axis=0, return_inverse=True)
    counts = np.bincount(index.ravel(), weights[is_wide], minlength=len(distinct)).astype(np.int64)
    return np.column_stack([distinct, counts])


def _edges(days: NDArray[np.int64], limit: int) -> tuple[NDArray[np.int64], int]:
    if limit < 2:
        raise ValueError(f"a cube needs at least 2 edges, not {limit}")
    distinct = np.unique(days)
    if distinct.size == 0:
        return np.zeros(1, dtype=np.int64), 1
    before = distinct[0] - 1
    if distinct.size < limit:
        return np.concatenate([[before], distinct]), 1
    span = int(distinct[-1] - before)
    width = -(-span // (limit - 1))
    return before + width * np.arange(-(-span // width) + 1, dtype=np.int64), width


def _prefix_sums(
    positions: NDArray[np.intp], codes: NDArray[np.int64], weights: NDArray[np.float64], keys: int, edges: int
) -> Counts:
    """uint32[keys, edges]; a position past the last edge (an open end) is counted nowhere."""
    columns = edges + 1
    sums = np.bincount(codes * columns + positions, weights, minlength=keys * columns).reshape(keys, columns)
    return sums[:, :edges].cumsum(axis=1).astype(np.uint32)


def edge_at(edges: Days, day: int) -> int:
    """The index of the last edge on or before `day`; 0 if there is none."""
    return max(0, int(np.searchsorted(edges, day, side="right")) - 1)


def overlap(cube: Cube, first: int | None, last: int | None) -> Counts:
    """uint32[k]: the events of each key that could fall between two days, both inside; None leaves a side unbounded.

    Exact if `cube.resolution` is 1; otherwise the answer for the whole bins that hold the two days.
    A range that ends before it begins holds nothing.
    """
    if first is not None and last is not None and last < first:
        return np.zeros(len(cube.keys), dtype=np.uint32)
    started = cube.starts[:, -1 if last is None else edge_at(cube.edges, last + cube.resolution - 1)]
    return started.copy() if first is None else started - cube.ends[:, edge_at(cube.edges, first - 1)]


def certain(cube: Cube, first: int | None, last: int | None) -> Counts:
    """uint32[k]: the events of each key that certainly fall between two days: both their bounds lie inside.

    An open end is never certain on a side that the period closes. As exact as `overlap`.
    """
    counts = overlap(cube, first, last)
    low, high = OPEN_START if first is None else first, OPEN_END if last is None else last
    starts, ends, codes, numbers = cube.wide.T
    is_doubtful = (low <= high) & (starts <= high) & (ends >= low) & ~((starts >= low) & (ends <= high))
    doubtful = np.bincount(codes[is_doubtful], numbers[is_doubtful], minlength=len(cube.keys))
    return counts - doubtful.astype(np.uint32)


def payload(cube: Cube) -> dict[str, Any]:
    """The cube as JSON-able lists: `edges` [n], `keys` [k], `starts` and `ends` [k][n], `resolution`, `wide` [m][4]."""
    return {
        "edges": cube.edges.tolist(),
        "keys": list(cube.keys),
        "starts": cube.starts.tolist(),
        "ends": cube.ends.tolist(),
        "resolution": cube.resolution,
        "wide": cube.wide.tolist(),
    }
