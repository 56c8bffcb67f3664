"""Places → the groups of places that the map draws as one."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_CELLS: Final = 250
"""Cells of a dossier; while it has no more places than that, each place is a cell."""
FEWEST_GROUPS: Final = 125
"""Groups of points that there may be even where whole countries take more than the rest."""


@dataclass(frozen=True, slots=True)
class Located:
    """A place and the number of its events; degrees, or None for a whole country."""

    id: str
    name: str
    state: str | None
    lat: float | None
    lon: float | None
    precision: str
    events: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Places that are drawn as one, at their middle weighted by events (degrees); a whole country has no middle."""

    id: str
    name: str
    lat: float | None
    lon: float | None
    places: tuple[str, ...]


def grouped(places: Sequence[Located], most: int = MOST_CELLS, fewest: int = FEWEST_GROUPS) -> list[Cell]:
    """Every place in one cell, the cells with the most events first.

    Beyond `most` places the points are split, again and again where their events lie farthest apart, into as many
    groups as whole countries leave, yet into `fewest` at least. Each group has the id and the name of its place
    with the most events.
    """
    if len(places) <= most:
        return [Cell(one.id, one.name, one.lat, one.lon, (one.id,)) for one in places]
    areas: dict[str, list[Located]] = {}
    for one in places:
        if one.lat is None:
            areas.setdefault(f"state-{(one.state or '').lower()}", []).append(one)
    points = [one for one in places if one.lat is not None]
    groups = [*_split(points, max(fewest, most - len(areas)) if points else 0)]
    cells = [(sum(one.events for one in members), _area(name, members)) for name, members in areas.items()]
    cells += [(sum(one.events for one in members), _group(members)) for members in groups]
    return [cell for _, cell in sorted(cells, key=lambda one: (-one[0], one[1].id))]


def _area(name: str, members: Sequence[Located]) -> Cell:
    return Cell(name, _largest(members).name, None, None, tuple(one.id for one in members))


def _group(members: Sequence[Located]) -> Cell:
    first = _largest(members)
    x, y, z = np.average(_on_sphere(members), axis=0, weights=[one.events for one in members])
    lat, lon = np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))
    return Cell(first.id, first.name, round(float(lat), 4), round(float(lon), 4), tuple(one.id for one in members))


def _largest(members: Sequence[Located]) -> Located:
    return min(members, key=lambda one: (-one.events, one.id))


def _on_sphere(members: Sequence[Located]) -> NDArray[np.float64]:
    """Points on the unit sphere, shape (n, 3), so that distance is the same at the antimeridian and near the poles."""
    lat = np.radians([one.lat or 0.0 for one in members])
    lon = np.radians([one.lon or 0.0 for one in members])
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def _split(members: Sequence[Located], most: int) -> list[list[Located]]:
    """Up to `most` groups: the one with the largest weighted variance is cut in two across its widest axis."""
    points = _on_sphere(members)
    weights = np.array([one.events for one in members], np.float64)
    waiting = [(-_variance(points, weights), 0, np.arange(len(members)))] if members else []
    made = 1
    while waiting and len(waiting) < most and waiting[0][0] < 0:
        _, _, inside = heapq.heappop(waiting)
        for part in _halves(inside, points, weights):
            heapq.heappush(waiting, (-_variance(points[part], weights[part]), made, part))
            made += 1
    return [[members[at] for at in inside.tolist()] for _, _, inside in waiting]


def _halves(
    inside: NDArray[np.int64], points: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The two sides of the weighted mean on the axis of the largest variance."""
    own, weight = points[inside], weights[inside]
    middle = np.average(own, axis=0, weights=weight)
    axis = int(np.argmax(np.average((own - middle) ** 2, axis=0, weights=weight)))
    is_low = own[:, axis] <= middle[axis]
    return inside[is_low], inside[~is_low]


def _variance(points: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The weighted sum of squared distances from the middle; 0 where all points are one."""
    spread = np.ptp(points, axis=0).max() if len(points) else 0.0
    if spread < 1e-9:
        return 0.0
    middle = np.average(points, axis=0, weights=weights)
    return float((weights[:, None] * (points - middle) ** 2).sum())
