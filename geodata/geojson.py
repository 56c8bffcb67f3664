"""Boundaries → the compact FeatureCollection that Plotly's d3 draws on the sphere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

Ring = list[list[float]]


class Geometry(TypedDict):
    """A MultiPolygon; positions are longitude and latitude in degrees."""

    type: str
    coordinates: list[list[Ring]]


class Feature(TypedDict):
    """One place; id is a place id."""

    type: str
    id: str
    properties: dict[str, str]
    geometry: Geometry


class FeatureCollection(TypedDict):
    """What Plotly takes as `geojson`."""

    type: str
    features: list[Feature]


TOLERANCE = 0.12
"""Degrees at the equator: half a pixel of a 1,440-pixel world, two pixels zoomed four times."""
EDGE = 1e-6


def feature_collection(
    frame: gpd.GeoDataFrame, tolerance: float = TOLERANCE, decimals: int = 2, properties: Iterable[str] = ("name",)
) -> FeatureCollection:
    """Polygons of a frame with `id` for a choropleth, simplified so that neighbours keep one border.

    tolerance: degrees at the equator, equal in area everywhere; islands smaller than its square are left
    out unless they are a place's largest. decimals: of the coordinates. properties: columns to keep.
    Exterior rings run clockwise, as d3 needs and against RFC 7946; what crosses the antimeridian is one
    ring. Places whose shape collapses are left out: draw those as dots.
    """

    shapes = _simplified([_rejoined(shape) for shape in frame.geometry], tolerance)
    columns = list(properties)
    rows = zip(frame["id"], frame[columns].to_dict("records"), shapes, strict=True)
    features = (_feature(str(key), record, _polygons(shape, tolerance, decimals)) for key, record, shape in rows)
    return {"type": "FeatureCollection", "features": [feature for feature in features if feature]}


def _feature(key: str, record: dict[str, Any], rings: list[list[Ring]]) -> Feature | None:
    if not rings:
        return None
    texts = {name: str(value) for name, value in record.items()}
    return {
        "type": "Feature",
        "id": key,
        "properties": texts,
        "geometry": {"type": "MultiPolygon", "coordinates": rings},
    }


def _rejoined(shape: Any) -> Any:
    """The shape with what was cut at the antimeridian put together again, east of 180°."""
    parts = shapely.get_parts(shape)
    bounds = shapely.bounds(parts)
    west = (bounds[:, 0] < -180 + EDGE) & (bounds[:, 2] < 180 - EDGE)
    if not west.any() or not (bounds[:, 2] > 180 - EDGE).any() or bounds[:, 1].min() < -89:
        return shape
    shifted = [shapely.transform(part, lambda xy: xy + np.array([360.0, 0.0])) for part in parts[west]]
    return shapely.union_all([*parts[~west], *shifted])


def _equal_area(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longitude and latitude → Lambert's cylindrical equal-area plane, whose unit at the equator is a degree."""
    return np.column_stack([xy[:, 0], np.degrees(np.sin(np.radians(xy[:, 1])))])


def _degrees(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inverse of `_equal_area`."""
    return np.column_stack([xy[:, 0], np.degrees(np.arcsin(np.clip(np.radians(xy[:, 1]), -1, 1)))])


def _simplified(shapes: list[Any], tolerance: float) -> list[Any]:
    """Polygons on the equal-area plane with fewer points, so that the poles are not drawn finer than the tropics."""
    plane = [shapely.transform(shape, _equal_area) for shape in shapes]
    return list(shapely.coverage_simplify(plane, tolerance)) if tolerance else plane


def _polygons(shape: Any, tolerance: float, decimals: int) -> list[list[Ring]]:
    """Ring coordinates of every polygon worth drawing."""
    parts = sorted(shapely.get_parts(shapely.orient_polygons(shape, exterior_cw=True)), key=_area, reverse=True)
    kept = [part for i, part in enumerate(parts) if i == 0 or part.area >= tolerance**2]
    rings = [_rings(shapely.transform(part, _degrees), decimals) for part in kept]
    return [polygon for polygon in rings if polygon]


def _area(polygon: Polygon) -> float:
    return float(polygon.area)


def _rings(polygon: Polygon, decimals: int) -> list[Ring]:
    """The exterior and the holes as coordinate lists; nothing where the exterior collapses."""
    exterior, *holes = [_ring(shapely.get_coordinates(r), decimals) for r in (polygon.exterior, *polygon.interiors)]
    return [exterior, *filter(None, holes)] if exterior else []


def _ring(xy: NDArray[np.float64], decimals: int) -> Ring:
    """A closed ring with rounded coordinates between -180 and 180, or [] if it has no area left."""
    xy = _without_pole(np.round(xy, decimals))
    xy = xy[np.r_[True, np.any(np.diff(xy, axis=0) != 0, axis=1)]]
    if len(xy) < 4 or Polygon(xy).area < 10.0 ** (-2 * decimals):
        return []
    xy[xy[:, 0] > 180, 0] -= 360
    return [[_short(x), _short(y)] for x, y in xy.tolist()]


def _short(value: float) -> float:
    """An integer where the number is whole, which takes fewer bytes."""
    return int(value) if value == int(value) else value


def _without_pole(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """A ring round the South Pole without the plane's edges along ±180° and -90°, begun and ended at -180°."""
    polar = xy[:, 1] < -89.5
    if not polar.any():
        return xy
    coast = np.roll(xy[:-1], -int(np.flatnonzero(polar[:-1])[-1]) - 1, axis=0)
    coast = coast[coast[:, 1] >= -89.5]
    return np.vstack([coast[:-1], [-coast[-1, 0], coast[-1, 1]]]) if len(coast) else coast
