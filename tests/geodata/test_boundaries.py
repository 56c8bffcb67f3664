"""Every state can be found on the map, borders fit, and disputes are named."""

import os
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from shapely.geometry import Point

from geodata import base_map
from geodata.base_map import BOUNDARY_NOTE, NOT_DRAWN
from geodata.boundaries import (
    SCALES,
    WORLDVIEWS,
    Scale,
    Worldview,
    countries,
    disputed,
    small_states,
)
from geodata.natural_earth.rebuild import rebuild
from geodata.places import COUNTRY_IDS

FOLDER = Path(__file__).parents[2] / "geodata" / "natural_earth"
SIMFEROPOL, LAAYOUNE = Point(34.2, 45.2), Point(-12.5, 26.5)


def place_at(frame: gpd.GeoDataFrame, point: Point) -> list[str]:
    return list(frame.loc[frame.contains(point), "id"])


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("worldview", WORLDVIEWS)
def test_every_place_has_one_valid_shape_and_neighbours_share_their_border(scale: Scale, worldview: Worldview) -> None:
    frame = countries(scale, worldview)
    assert tuple(frame["id"]) == COUNTRY_IDS
    assert frame.is_valid.all()
    assert not frame.is_empty.any()
    assert frame.crs == "EPSG:4326"
    assert shapely.coverage_is_valid(frame.geometry.to_numpy())


@pytest.mark.parametrize("scale", SCALES)
def test_labels_stand_inside_their_country(scale: Scale) -> None:
    frame = countries(scale)
    points = gpd.points_from_xy(frame["label_lon"], frame["label_lat"], crs=frame.crs)
    big = frame["area_km2"] > 10
    assert frame[big].contains(gpd.GeoSeries(points)[big]).all()


def test_areas_are_those_of_the_encyclopaedia() -> None:
    area = countries("10m").set_index("id")["area_km2"]
    known = {"VEN": 912_050, "RUS": 17_098_000, "FRA": 551_500, "UKR": 603_500, "ESH": 266_000, "ATA": 14_200_000}
    assert {key: area[key] / value for key, value in known.items()} == pytest.approx(dict.fromkeys(known, 1), abs=0.15)


@pytest.mark.parametrize(("worldview", "crimea", "sahara"), [("un", "UKR", "ESH"), ("de_facto", "RUS", "MAR")])
@pytest.mark.parametrize("scale", SCALES)
def test_worldviews_differ_on_crimea_and_western_sahara(
    scale: Scale, worldview: Worldview, crimea: str, sahara: str
) -> None:
    frame = countries(scale, worldview)
    assert place_at(frame, SIMFEROPOL) == [crimea]
    assert place_at(frame, LAAYOUNE) == [sahara]


@pytest.mark.parametrize("scale", SCALES)
def test_disputed_areas_name_who_administers_and_who_claims(scale: Scale) -> None:
    frame = disputed(scale)
    ids = {place for column in ("administered_by", "claimed_by") for cell in frame[column] for place in cell.split("|")}
    assert ids <= set(COUNTRY_IDS)
    assert frame.is_valid.all()
    assert not frame.is_empty.any()
    assert frame["note"].str.len().min() > 20
    assert {"x-crimea", "ESH", "XKX", "x-northern-cyprus", "x-somaliland", "TWN", "PSE"} <= set(frame["id"])
    assert set(place_at(frame, SIMFEROPOL) + place_at(frame, LAAYOUNE)) == {"x-crimea", "ESH"}


def test_states_too_small_to_see_are_dots_and_the_others_are_not() -> None:
    dots = small_states().set_index("id")
    assert {"TUV", "VAT", "MCO", "SGP", "MLT", "KNA", "NRU", "MDV", "BHR"} <= set(dots.index)
    assert not {"VEN", "JAM", "CYP", "TTO", "XKX", "PSE"} & set(dots.index)
    assert (dots.geom_type == "Point").all()


def test_the_policy_names_source_and_exceptions() -> None:
    assert all(word in BOUNDARY_NOTE for word in ("Natural Earth", "Crimea", "Western Sahara", "endorsement"))
    assert any("Abkhazia" in name for name in NOT_DRAWN)


def test_a_caller_may_change_what_it_was_given() -> None:
    countries()["name"] = "changed"
    assert "changed" not in set(countries()["name"])


def test_an_unknown_scale_or_worldview_is_refused_with_the_valid_ones() -> None:
    with pytest.raises(ValueError, match="valid: 50m, 10m"):
        countries("110m")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Did you mean 'de_facto'"):
        countries("50m", "defacto")  # type: ignore[arg-type]


@pytest.mark.skipif("WORLD_ATLAS_MODULES" not in os.environ, reason="needs a node_modules folder with the two atlases")
def test_the_committed_files_are_what_rebuild_makes(tmp_path: Path) -> None:
    rebuild(Path(os.environ["WORLD_ATLAS_MODULES"]), tmp_path)
    for path in sorted(tmp_path.glob("*.parquet")):
        made, committed = gpd.read_parquet(path), gpd.read_parquet(FOLDER / path.name)
        assert made.equals(committed), path.name


def test_the_prepared_map_is_what_the_boundaries_give() -> None:
    for name, content in base_map.prepared().items():
        assert (base_map.FOLDER / name).read_bytes() == content, f"run python -m geodata.base_map: {name} is of old"


def test_the_prepared_map_knows_every_place_and_the_smallest() -> None:
    assert tuple(area.id for area in base_map.areas()) == COUNTRY_IDS
    assert {area.id for area in base_map.areas() if area.is_small} == set(small_states()["id"])
    assert {area.id for area in base_map.disputes()} <= set(disputed()["id"])
