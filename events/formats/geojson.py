"""GeoJSON (RFC 7946): a feature is a row, its properties are the columns of a plain table.

A point is exact. A line or an area stands at the middle of its bounds and is called a region; one that is cut at the
antimeridian, as the format asks, stands in the middle of the smallest arc that holds its parts. A feature without a
geometry takes its place from properties such as LATITUDE and LONGITUDE, if it has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any, Final

from events.formats.batches import in_batches
from events.formats.building import Builder
from events.formats.files import Entry, File, as_text, refuse
from events.formats.table import columns_of, read_batches
from events.model import PlacePrecision

LABEL: Final = "GeoJSON"
LAT, LON, PRECISION, NAME = "_lat", "_lon", "_precision", "_id"


def sniff(file: File) -> bool:
    """Whether this is a feature, or a collection of them."""
    return isinstance(file.document, dict) and file.document.get("type") in ("FeatureCollection", "Feature")


def read(file: File, builder: Builder) -> None:
    """Add every feature. Raises `ReadError` if there is none, or no property can be a title."""
    if not any(isinstance(item, dict) and item.get("type") == "Feature" for item in file.items):
        refuse(file.name, LABEL, "it holds no feature")
    columns = columns_of(file, builder.mapping, is_placed=True)
    own = {LAT: columns.get("lat", ""), LON: columns.get("lon", ""), NAME: columns.get("id", "")}
    entries = [_located(entry, item, own) for entry, item in zip(file.entries(), file.items, strict=True)]
    records = [(entry.line, entry.cells, entry.fault) for entry in entries]
    placed = {**columns, "lat": LAT, "lon": LON, "precision": PRECISION, "id": NAME}
    read_batches(file, in_batches(records), lambda _: in_batches(records), builder, placed, told=columns)


def _located(entry: Entry, feature: Any, own: Mapping[str, str]) -> Entry:
    """The row with the place of its geometry, and without one that of its properties."""
    if not isinstance(feature, dict):
        return entry
    extra = {name: entry.cells.get(column, "") for name, column in own.items()}
    extra[NAME] = extra[NAME] or as_text(feature.get("id"))
    geometry = feature.get("geometry")
    if (middle := _middle(geometry)) is not None:
        is_point = isinstance(geometry, dict) and geometry.get("type") == "Point"
        extra |= {LON: str(middle[0]), LAT: str(middle[1])}
        extra |= {} if is_point else {PRECISION: PlacePrecision.REGION.value}
    return Entry(entry.line, entry.cells | extra, entry.fault)


def _middle(geometry: Any) -> tuple[float, float] | None:
    """(lon, lat) in the middle of a geometry's bounds; None where it has no coordinates."""
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
    middle = (west + east) / 2
    return middle - 360 if middle > 180 and east > ends[-1] else middle


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
