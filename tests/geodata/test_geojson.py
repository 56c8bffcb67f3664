"""What the browser draws: right way round, one ring across the antimeridian, small enough to send."""

import gzip
import itertools
import json

import pytest
from shapely.geometry import LinearRing

from geodata.boundaries import countries, disputed, small_states
from geodata.geojson import FeatureCollection, Ring, feature_collection


@pytest.fixture(scope="module")
def world() -> FeatureCollection:
    return feature_collection(countries())


def rings(collection: FeatureCollection, place: str) -> list[Ring]:
    found = {feature["id"]: feature["geometry"]["coordinates"] for feature in collection["features"]}
    return [ring for polygon in found[place] for ring in polygon]


def unrolled(ring: Ring) -> list[tuple[float, float]]:
    """The ring with longitudes that run on past ±180°."""
    points = [(float(ring[0][0]), float(ring[0][1]))]
    for x, y in ring[1:]:
        points.append((round(points[-1][0] + (x - points[-1][0] + 180) % 360 - 180, 3), float(y)))
    return points


def test_every_place_is_drawn_or_is_a_dot(world: FeatureCollection) -> None:
    drawn = {feature["id"] for feature in world["features"]}
    assert set(countries()["id"]) - drawn <= set(small_states()["id"])
    assert len(world["features"]) > 245


@pytest.mark.parametrize("tolerance", [0.0, 0.12, 0.3])
def test_exterior_rings_run_clockwise_so_that_no_country_fills_the_sphere(tolerance: float) -> None:
    for feature in feature_collection(countries(), tolerance)["features"]:
        for exterior, *holes in feature["geometry"]["coordinates"]:
            assert exterior[0] == exterior[-1]
            assert len(exterior) >= 4
            path = unrolled(exterior)
            if abs(path[-1][0] - path[0][0]) < 1:
                assert not LinearRing(path).is_ccw, feature["id"]
            assert all(LinearRing(hole).is_ccw for hole in holes), feature["id"]


def test_antarctica_is_one_ring_eastwards_round_the_pole(world: FeatureCollection) -> None:
    coast = max(rings(world, "ATA"), key=len)
    path = unrolled(coast)
    assert path[-1][0] - path[0][0] == pytest.approx(360)
    assert coast[0][0] == coast[-1][0] == -180
    assert min(y for _, y in path) > -86


@pytest.mark.parametrize("place", ["RUS", "FJI"])
def test_no_seam_is_drawn_along_the_antimeridian(world: FeatureCollection, place: str) -> None:
    for ring in rings(world, place):
        assert not any(abs(a[0]) == abs(b[0]) == 180 for a, b in itertools.pairwise(ring))
    assert any(abs(a[0] - b[0]) > 180 for ring in rings(world, place) for a, b in itertools.pairwise(ring))


def test_neighbours_keep_one_border(world: FeatureCollection) -> None:
    edges = [
        {frozenset(map(tuple, pair)) for ring in rings(world, place) for pair in itertools.pairwise(ring)}
        for place in ("COL", "VEN")
    ]
    assert len(edges[0] & edges[1]) > 10


def test_every_feature_has_an_id_a_name_and_coordinates_on_the_earth(world: FeatureCollection) -> None:
    for feature in world["features"]:
        assert feature["properties"].keys() == {"name"}
        assert feature["geometry"]["coordinates"]
        assert all(-180 <= x <= 180 and -90 <= y <= 90 for ring in rings(world, feature["id"]) for x, y in ring)


def test_the_default_is_small_enough_to_send(world: FeatureCollection) -> None:
    text = json.dumps(world, separators=(",", ":")).encode()
    assert len(text) < 350_000
    assert len(gzip.compress(text)) < 115_000


def test_disputed_areas_carry_what_a_tooltip_says() -> None:
    columns = ("name", "administered_by", "claimed_by", "note")
    features = feature_collection(disputed(), properties=columns)["features"]
    crimea = next(feature for feature in features if feature["id"] == "x-crimea")
    assert crimea["properties"]["administered_by"] == "RUS"
    assert "68/262" in crimea["properties"]["note"]
