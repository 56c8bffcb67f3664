"""EDGE. The committed boundaries: countries, disputed areas and states too small to see. EPSG:4326 throughout."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import geopandas as gpd
import shapely

from geodata.places import require_known, states

Scale = Literal["50m", "10m"]
Worldview = Literal["un", "de_facto"]

FOLDER = Path(__file__).with_name("natural_earth")
SCALES: tuple[Scale, ...] = ("50m", "10m")
WORLDVIEWS: Mapping[Worldview, str] = MappingProxyType(
    {
        "un": "Crimea is drawn in Ukraine and the whole of Western Sahara as one territory",
        "de_facto": "Crimea is drawn in Russia and the west of Western Sahara in Morocco, which administer them",
    }
)
"""Worldview → what it draws differently. Everything else is the same in both."""

SMALL_PART_KM2 = 3000.0
"""A place whose largest part is smaller than this (about 2 pixels of a 1,440-pixel world) is also a dot."""


@lru_cache
def _read(name: str, scale: Scale) -> gpd.GeoDataFrame:
    require_known(scale, SCALES, "scale")
    return gpd.read_parquet(FOLDER / f"{name}_{scale}.parquet")


@lru_cache
def _countries(scale: Scale, worldview: Worldview) -> gpd.GeoDataFrame:
    """The areas of a scale put together as the worldview assigns them; the label is that of the largest area."""
    require_known(worldview, WORLDVIEWS, "worldview")
    areas = _read("areas", scale).sort_values("area_km2", ascending=False, kind="stable")
    groups = areas.groupby(worldview, sort=False)
    frame = groups[["label_lon", "label_lat"]].first().assign(area_km2=groups["area_km2"].sum())
    frame["geometry"] = groups["geometry"].agg(lambda shapes: shapely.union_all(list(shapes)))
    places = states().set_index("id")
    frame = places[["name", "un_status", "sovereign"]].join(frame).rename(columns={"un_status": "status"})
    columns = ["id", "name", "status", "sovereign", "label_lon", "label_lat", "area_km2", "geometry"]
    return gpd.GeoDataFrame(frame.reset_index()[columns], geometry="geometry", crs="EPSG:4326")


def countries(scale: Scale = "50m", worldview: Worldview = "un") -> gpd.GeoDataFrame:
    """Every place on the map, one row each, in the order of `geodata.places.COUNTRY_IDS`.

    Columns: id; name; status (un_member, observer, other); sovereign (id of the state a territory belongs
    to, own id for a state, empty if disputed or nobody's); label_lon, label_lat (a point well inside the
    largest part, degrees); area_km2 (geodesic, WGS 84); geometry (polygons cut at the antimeridian).
    Raises ValueError for an unknown scale or worldview.
    """
    return _countries(scale, worldview).copy()


def disputed(scale: Scale = "50m") -> gpd.GeoDataFrame:
    """The disputed areas that the data can draw.

    Columns: id; name; administered_by and claimed_by (place ids separated by |; the administrator is among
    the claimants if it claims the area); note (one sentence); geometry. Raises ValueError for an unknown scale.
    """
    return _read("disputed", scale).copy()


def _largest_part_km2(geometry: shapely.Geometry) -> float:
    parts = gpd.GeoSeries(shapely.get_parts(geometry), crs="EPSG:4326").to_crs("ESRI:54034")
    return float(parts.area.max()) / 1e6


@lru_cache
def _small_states() -> gpd.GeoDataFrame:
    frame = _countries("50m", "un")
    small = frame[[_largest_part_km2(shape) < SMALL_PART_KM2 for shape in frame.geometry]]
    points = gpd.points_from_xy(small["label_lon"], small["label_lat"])
    return gpd.GeoDataFrame(small[["id", "name", "status"]], geometry=points, crs="EPSG:4326").reset_index(drop=True)


def small_states() -> gpd.GeoDataFrame:
    """The places too small to see or hit as a shape, to be drawn as dots: id, name, status, geometry (point)."""
    return _small_states().copy()
