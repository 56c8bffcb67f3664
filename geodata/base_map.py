"""EDGE: the base map as it is drawn, prepared from `geodata.boundaries`, so that showing it needs no geometry.

    python -m geodata.base_map

rewrites the files after a change of the boundaries; a test compares them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).with_name("natural_earth") / "drawn"

BOUNDARY_NOTE = (
    "Boundaries: Natural Earth 4.1; Crimea in Ukraine, Western Sahara whole, disputes hatched; no endorsement."
)
NOT_DRAWN = (
    "Abkhazia and South Ossetia",
    "Transnistria",
    "Donetsk, Kherson, Luhansk and Zaporizhzhia",
    "Golan Heights",
    "Jammu and Kashmir, Aksai Chin and Arunachal Pradesh",
    "Guayana Esequiba",
    "Abyei, the Halaib Triangle and the Ilemi Triangle",
    "Paracel Islands",
    "Senkaku (Diaoyu) Islands",
    "Liancourt Rocks (Dokdo, Takeshima)",
    "Bajo Nuevo and Serranilla Banks",
    "Ceuta and Melilla",
)
"""Disputes whose areas have no shape of their own in the data, so they cannot be hatched."""


@dataclass(frozen=True, slots=True)
class Area:
    """A place on the map: a point well inside its largest part (degrees), the id of the state it belongs to (its own
    for a state, empty where that is disputed or nobody's), and whether it is too small to be seen as a shape."""

    id: str
    name: str
    lon: float
    lat: float
    sovereign: str
    is_small: bool


@dataclass(frozen=True, slots=True)
class Dispute:
    """A disputed area that is drawn: place ids of who administers and who claims it, and one sentence about it."""

    id: str
    name: str
    administered_by: tuple[str, ...]
    claimed_by: tuple[str, ...]
    note: str


def shapes(name: str) -> bytes:
    """GeoJSON of `countries` or of `disputed` areas, as `geodata.geojson.feature_collection` makes it."""
    return (FOLDER / f"{name}.json").read_bytes()


@lru_cache
def areas() -> tuple[Area, ...]:
    """Every place on the map, in the order of `geodata.places.COUNTRY_IDS`."""
    return tuple(Area(**area) for area in _about()["areas"])


@lru_cache
def disputes() -> tuple[Dispute, ...]:
    """The disputed areas that are drawn."""
    return tuple(
        Dispute(area["id"], area["name"], tuple(area["administered_by"]), tuple(area["claimed_by"]), area["note"])
        for area in _about()["disputes"]
    )


def _about() -> dict[str, list[dict[str, Any]]]:
    about: dict[str, list[dict[str, Any]]] = json.loads((FOLDER / "about.json").read_text("utf-8"))
    return about


def prepared() -> dict[str, bytes]:
    """The files by name, made anew from the boundaries."""
    from geodata import boundaries, geojson

    countries, disputed = boundaries.countries(), boundaries.disputed()
    collections = {"countries": geojson.feature_collection(countries), "disputed": geojson.feature_collection(disputed)}
    drawn = {feature["id"] for feature in collections["disputed"]["features"]}
    small = set(boundaries.small_states()["id"])
    about = {
        "areas": [
            {
                "id": row.id,
                "name": row.name,
                "lon": row.label_lon,
                "lat": row.label_lat,
                "sovereign": row.sovereign,
                "is_small": row.id in small,
            }
            for row in countries.itertuples(index=False)
        ],
        "disputes": [
            {
                "id": row.id,
                "name": row.name,
                "administered_by": _ids(row.administered_by),
                "claimed_by": _ids(row.claimed_by),
                "note": row.note,
            }
            for row in disputed.itertuples(index=False)
            if row.id in drawn
        ],
    }
    return {f"{name}.json": _compact(value) for name, value in {**collections, "about": about}.items()}


def _ids(text: str) -> list[str]:
    return [part for part in text.split("|") if part]


def _compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, content in prepared().items():
        (FOLDER / name).write_bytes(content)
