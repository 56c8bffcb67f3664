"""A route is the shortest way over the sphere, and can be drawn on a flat map."""

import itertools
import math

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from geodata.routes import Point, great_circle

lons = st.floats(-180, 180)
lats = st.floats(-90, 90)
MOSCOW, CARACAS = (37.4, 55.97), (-66.99, 10.6)


def vector(point: Point) -> tuple[float, float, float]:
    x, y = map(math.radians, point)
    return math.cos(y) * math.cos(x), math.cos(y) * math.sin(x), math.sin(y)


def arc(a: Point, b: Point) -> float:
    """Degrees between two points."""
    return 2 * math.degrees(math.asin(min(1.0, math.dist(vector(a), vector(b)) / 2)))


def route(start: Point, end: Point, step: float = 1.0) -> list[list[Point]]:
    return great_circle(*start, *end, step_deg=step)


@given(lons, lats, lons, lats)
def test_a_route_begins_and_ends_where_it_should(x1: float, y1: float, x2: float, y2: float) -> None:
    parts = route((x1, y1), (x2, y2))
    assert arc(parts[0][0], (x1, y1)) < 1e-6
    assert arc(parts[-1][-1], (x2, y2)) < 1e-6


@given(lons, lats, lons, lats, st.floats(0.5, 20))
def test_every_point_lies_on_the_great_circle_and_the_way_is_the_shortest(
    x1: float, y1: float, x2: float, y2: float, step: float
) -> None:
    start, end = (x1, y1), (x2, y2)
    points = [point for part in route(start, end, step) for point in part]
    assert sum(map(arc, points, points[1:])) == pytest.approx(arc(start, end), abs=1e-4)
    assert all(arc(start, p) + arc(p, end) == pytest.approx(arc(start, end), abs=1e-4) for p in points)
    assert all(gap <= step + 1e-6 for gap in map(arc, points, points[1:]))


@given(lons, lats, lons, lats)
def test_no_part_jumps_across_a_flat_map(x1: float, y1: float, x2: float, y2: float) -> None:
    parts = route((x1, y1), (x2, y2))
    assert parts
    assert all(len(part) > 1 for part in parts)
    for part in parts:
        assert all(abs(a[0] - b[0]) <= 180 for a, b in itertools.pairwise(part))
        assert all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in part)


@example(0.0, 0.0, 179.99999999999997, 0.0)
@given(lons, lats, lons, lats)
def test_the_parts_of_a_route_join_at_the_antimeridian_or_a_pole(x1: float, y1: float, x2: float, y2: float) -> None:
    parts = route((x1, y1), (x2, y2))
    for a, b in itertools.pairwise(parts):
        assert arc(a[-1], b[0]) < 1e-4
        assert abs(a[-1][0]) == 180 or abs(a[-1][1]) == 90


@given(lons, st.floats(-89, 89))
def test_between_antipodes_the_route_goes_over_the_north_pole(lon: float, lat: float) -> None:
    assume(abs(lon) > 1e-3)
    other = lon - math.copysign(180, lon)
    points = [point for part in route((lon, lat), (other, -lat)) for point in part]
    assert max(y for _, y in points) > 89
    assert sum(map(arc, points, points[1:])) == pytest.approx(180, abs=1e-3)


def test_from_pole_to_pole_the_route_is_the_prime_meridian() -> None:
    (part,) = route((0, 90), (0, -90))
    assert part[0] == (0, 90)
    assert part[-1] == (0, -90)
    assert all(x == pytest.approx(0, abs=1e-9) for x, _ in part)


def test_identical_points_give_a_part_that_can_still_be_drawn() -> None:
    assert route(CARACAS, CARACAS) == [[CARACAS, CARACAS]]
    assert route((180, 10), (-180, 10)) == [[(180, 10), (180, 10)]]


def test_moscow_to_caracas_is_one_part_and_runs_north_of_both() -> None:
    (part,) = route(MOSCOW, CARACAS)
    assert part[0] == MOSCOW
    assert part[-1] == CARACAS
    assert max(y for _, y in part) > MOSCOW[1] + 1


def test_tokyo_to_san_francisco_is_cut_at_the_antimeridian() -> None:
    west, east = route((139.7, 35.6), (-122.4, 37.6))
    assert west[-1][0] == 180
    assert east[0][0] == -180
    assert west[-1][1] == pytest.approx(east[0][1])


def test_over_the_pole_the_route_is_cut_at_the_pole() -> None:
    up, down = route((0, 60), (180, 60))
    assert up[-1] == pytest.approx((0, 90))
    assert down[0] == pytest.approx((180, 90))


def test_longitudes_beyond_180_are_brought_back() -> None:
    assert route((190, 0), (200, 0))[0][0][0] == -170


@pytest.mark.parametrize("bad", [(0, 91), (math.nan, 0), (math.inf, 0)])
def test_a_point_that_is_not_on_the_earth_is_refused(bad: Point) -> None:
    with pytest.raises(ValueError, match="latitude"):
        route(bad, CARACAS)


@pytest.mark.parametrize("step", [0.0, -1.0, math.nan])
def test_a_step_must_be_positive(step: float) -> None:
    with pytest.raises(ValueError, match="step_deg"):
        route(MOSCOW, CARACAS, step)
