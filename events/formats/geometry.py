"""Geometries of GeoJSON (RFC 7946) → the point in their middle."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import Any


def is_point(geometry: Any) -> bool:
    """Whether a geometry is one point."""
    return isinstance(geometry, dict) and geometry.get("type") == "Point"


def middle(geometry: Any) -> tuple[float, float] | None:
    """(lon, lat) in the middle of the bounds of a GeoJSON geometry; None where it has no coordinates."""
    parts = [list(zip(*part, strict=True)) for part in _parts(geometry) if part]
    if not parts:
        return None
    north = [lat for _, lats in parts for lat in lats]
    return _middle_of_arc([(min(lons), max(lons)) for lons, _ in parts]), (min(north) + max(north)) / 2


def _middle_of_arc(spans: list[tuple[float, float]]) -> float:
    """The middle of the smallest arc of longitudes that holds all spans, the plain one first."""
    spans = sorted(spans)
    begins, ends = [first for first, _ in spans], list(accumulate((last for _, last in spans), max))
    around = [(first, last + 360) for first, last in zip(begins[1:], ends, strict=False)]
    west, east = min([(begins[0], ends[-1]), *around], key=lambda arc: arc[1] - arc[0])
    half = (west + east) / 2
    return half - 360 if half > 180 and east > ends[-1] else half


def _parts(value: Any) -> Iterator[list[tuple[float, float]]]:
    """The positions (lon, lat) of each point, line and ring, none of which crosses the antimeridian."""
    match value:
        case {"geometries": list(members)} | {"type": "MultiPoint", "coordinates": list(members)}:
            yield from (part for member in members for part in _parts(member))
        case {"coordinates": members}:
            yield from _parts(members)
        case [int() | float() as lon, int() | float() as lat, *_]:
            yield [(lon, lat)]
        case [[int() | float(), *_], *_]:
            yield [position for member in value for part in _parts(member) for position in part]
        case list():
            yield from (part for member in value for part in _parts(member))
