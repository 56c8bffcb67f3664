"""GeoJSON (RFC 7946): a feature is a row, its properties are the columns of a plain table.

A point is exact. A line or an area stands at the middle of its bounds and is called a region; one that is cut at the
antimeridian, as the format asks, stands in the middle of the smallest arc that holds its parts. A feature without a
geometry takes its place from properties such as LATITUDE and LONGITUDE, if it has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from events.formats.batches import in_batches
from events.formats.building import Builder
from events.formats.files import Entry, File, as_text, refuse
from events.formats.geometry import is_point, middle
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
    if (found := middle(geometry)) is not None:
        extra |= {LON: str(found[0]), LAT: str(found[1])}
        extra |= {} if is_point(geometry) else {PRECISION: PlacePrecision.REGION.value}
    return Entry(entry.line, entry.cells | extra, entry.fault)
