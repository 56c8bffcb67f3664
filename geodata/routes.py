"""Great-circle routes, cut where they cross the antimeridian so that they can be drawn in any projection."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
"""Longitude and latitude in degrees."""
Vector = NDArray[np.float64]

TINY = 1e-9


def _vector(lon: float, lat: float) -> Vector:
    x, y = math.radians(lon), math.radians(lat)
    return np.array([math.cos(y) * math.cos(x), math.cos(y) * math.sin(x), math.sin(y)])


def _point(vector: Vector) -> Point:
    x, y, z = map(float, vector)
    return math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))


def _checked(lon: float, lat: float) -> Point:
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lat) <= 90):
        raise ValueError(f"({lon}, {lat}) is not a longitude and a latitude between -90 and 90 degrees")
    return (lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180), lat


def _towards(start: Vector, end: Vector) -> Vector:
    """The unit vector 90° from the start on the way to the end; over the North Pole between antipodes."""
    way = end - start * float(start @ end)
    if float(np.linalg.norm(way)) < TINY:
        north = np.array([0.0, 0.0, 1.0]) if math.hypot(start[0], start[1]) > TINY else np.array([1.0, 0.0, 0.0])
        way = north - start * float(start @ north)
    return way / float(np.linalg.norm(way))


def _crossing(a: Point, b: Point) -> float:
    """The latitude at which the great circle through a and b meets the antimeridian."""
    x, _, z = np.cross(_vector(*a), _vector(*b))
    return math.degrees(math.atan(float(x) / float(z)))


def _over_pole(a: Point, b: Point) -> bool:
    """Whether a step passes over a pole, so nearly that the longitude turns half round at once."""
    return abs(abs(b[0] - a[0]) - 180) < 1e-6 and min(abs(a[1]), abs(b[1])) > TINY


def _cut(points: list[Point]) -> list[list[Point]]:
    parts = [[points[0]]]
    for a, b in pairwise(points):
        if _over_pole(a, b):
            pole = math.copysign(90.0, a[1])
            parts[-1].append((a[0], pole))
            parts.append([(b[0], pole)])
        elif abs(b[0] - a[0]) > 180:
            edge, lat = math.copysign(180.0, a[0]), _crossing(a, b)
            parts[-1].append((edge, lat))
            parts.append([(-edge, lat)])
        parts[-1].append(b)
    return [part for part in map(_distinct, parts) if len(part) > 1]


def _distinct(points: list[Point]) -> list[Point]:
    """The points without those that repeat the one before; the first and the last, where parts join, stay."""
    found = [p for i, p in enumerate(points) if i == 0 or math.dist(p, points[i - 1]) > TINY]
    return [*found[:-1], points[-1]] if len(found) > 1 else found


def _aligned(point: Point, neighbour: Point) -> Point:
    """A pole, whose longitude means nothing, takes the longitude of its neighbour on the route."""
    return (neighbour[0], point[1]) if abs(point[1]) > 90 - TINY else point


def great_circle(lon1: float, lat1: float, lon2: float, lat2: float, step_deg: float = 1.0) -> list[list[Point]]:
    """The shortest route between two points as line parts of (longitude, latitude) in degrees.

    Points are at most `step_deg` of arc apart. A part ends where the route meets the antimeridian or passes
    over a pole, and the next begins on the other side. Between antipodes, where every great circle is
    shortest, the route goes over the North Pole (along the prime meridian between the poles). Two
    identical points give one part that repeats the point.
    Raises ValueError for a latitude beyond ±90, a number that is not finite, or a step that is not positive.
    """
    if not step_deg > 0:
        raise ValueError(f"step_deg is {step_deg}; it must be a positive number of degrees")
    first, last = _checked(lon1, lat1), _checked(lon2, lat2)
    start, end = _vector(*first), _vector(*last)
    angle = math.atan2(float(np.linalg.norm(np.cross(start, end))), float(start @ end))
    if angle < TINY:
        return [[first, first]]
    steps = max(1, math.ceil(math.degrees(angle) / step_deg))
    way = _towards(start, end)
    turns = [angle * i / steps for i in range(1, steps)]
    inner = [_point(start * math.cos(t) + way * math.sin(t)) for t in turns]
    route = [_aligned(first, inner[0] if inner else last), *inner, _aligned(last, inner[-1] if inner else first)]
    return _cut(route)
