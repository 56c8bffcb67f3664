"""What is drawn over the countries: events as bubbles, journeys as arcs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from dashboard.view import View
from dashboard.view_model.questions import ALL_EVENTS, cubes
from dashboard.view_model.results import Results, counts_by_key
from dashboard.view_model.text import escape
from dashboard.workspace import Workspace
from events import dates
from events.cube import overlap
from events.model import Movement, MovementStatus, Place, PlacePrecision
from geodata import routes

Point = tuple[float, float]
"""Longitude and latitude in degrees."""

MERGE_DEGREES = 8.0
"""Bubbles nearer than this at zoom 1 would hide each other and are drawn as one."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """Events at one place, or at places too close to tell apart at this zoom.

    `is_area` marks a place known only as a country: it stands in the country's middle as a square.
    `count` is that of the period; `total` that of all time under the other filters, both of events or by a measure of
    theirs. `events` are the events of all time, unless they are too many to be named.
    """

    places: tuple[str, ...]
    label: str
    lon: float
    lat: float
    count: int
    total: int
    is_area: bool
    is_settlement: bool
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where a bubble may stand, whatever the filters."""

    place: str
    label: str
    lon: float
    lat: float
    is_area: bool
    is_settlement: bool


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of a journey as great-circle parts of (longitude, latitude).

    `passes` all clauses but the period: its event does; `in_period`: the event passes that too.
    """

    id: str
    event: str
    parts: tuple[tuple[Point, ...], ...]
    status: MovementStatus
    hover: str
    passes: bool
    in_period: bool

    @property
    def is_solid(self) -> bool:
        """Whether it is known to have been flown, and is drawn so."""
        return self.status.is_solid


def spots(space: Workspace) -> tuple[Spot, ...]:
    """Every place of the dossier that can be drawn: areas first, then those with most events, so that few lie over
    many."""
    return space.kept_marks.get("spots", lambda: _spots(space))


def _spots(space: Workspace) -> tuple[Spot, ...]:
    cube = cubes(space, ALL_EVENTS)["places"]
    events = dict(zip(cube.keys, overlap(cube, None, None).tolist(), strict=True))
    found = [spot for key in events if (spot := _spot(space, space.cells[key]))]
    return tuple(sorted(found, key=lambda spot: (not spot.is_area, -events[spot.place], spot.place)))


def _spot(space: Workspace, place: Place) -> Spot | None:
    point = anchor(place, space)
    is_area, is_settlement = (place.precision is kind for kind in (PlacePrecision.COUNTRY, PlacePrecision.SETTLEMENT))
    return Spot(place.id, place.label or place.name, *point, is_area, is_settlement) if point else None


def bubbles(space: Workspace, view: View, results: Results) -> tuple[Bubble, ...]:
    """The places that have events under all clauses but the period, with their counts in the period."""
    cube = results.by_place
    whole = zip(cube.keys, overlap(cube, None, None).tolist(), strict=True)
    totals = {key: count for key, count in whole if count}
    counts, found = counts_by_key(cube, view), _events_by_place(space, results)
    single = (_bubble(space, space.cells[key], counts[key], totals[key], found.get(key, ())) for key in totals)
    zoom = view.camera.zoom if view.camera else 1
    return tuple(clustered((bubble for bubble in single if bubble), MERGE_DEGREES / zoom))


def _events_by_place(space: Workspace, results: Results) -> Mapping[str, tuple[str, ...]]:
    """The events at each place, unless there are too many to name them."""
    found: dict[str, list[str]] = {}
    for key in results.on_timeline:
        place = space.dossier.events[key].place
        if place:
            found.setdefault(place, []).append(key)
    return {place: tuple(keys) for place, keys in found.items()}


def _bubble(space: Workspace, place: Place, count: int, total: int, events: tuple[str, ...]) -> Bubble | None:
    point = anchor(place, space)
    if point is None:
        return None
    is_area, is_settlement = (place.precision is kind for kind in (PlacePrecision.COUNTRY, PlacePrecision.SETTLEMENT))
    return Bubble((place.id,), place.label or place.name, *point, count, total, is_area, is_settlement, events)


def anchor(place: Place, space: Workspace) -> Point | None:
    """Where a place is drawn: a country in its middle, never in its capital; None where nothing is known."""
    country = space.countries.get(place.state or "")
    if place.precision is PlacePrecision.COUNTRY and country:
        return country.lon, country.lat
    return (place.lon, place.lat) if place.lon is not None and place.lat is not None else None


def clustered(single: Iterable[Bubble], reach: float) -> list[Bubble]:
    """Merge bubbles within `reach` degrees of a larger one, whose place they take. Areas stay apart, and come first.

    The larger one's name stays too, unless only the smaller one is a town.
    """
    merged: list[Bubble] = []
    for bubble in sorted(single, key=lambda b: (-b.total, b.places)):
        near = next((i for i, other in enumerate(merged) if _is_near(bubble, other, reach)), None)
        if near is None:
            merged.append(bubble)
        else:
            merged[near] = _joined(merged[near], bubble)
    return sorted(merged, key=lambda bubble: not bubble.is_area)


def _is_near(a: Bubble, b: Bubble, reach: float) -> bool:
    return not (a.is_area or b.is_area) and math.hypot(math.remainder(a.lon - b.lon, 360), a.lat - b.lat) < reach


def _joined(large: Bubble, small: Bubble) -> Bubble:
    is_named = not large.is_settlement and small.is_settlement
    return replace(
        large,
        label=small.label if is_named else large.label,
        is_settlement=large.is_settlement or small.is_settlement,
        places=large.places + small.places,
        count=large.count + small.count,
        total=large.total + small.total,
        events=large.events + small.events,
    )


def legs(space: Workspace, results: Results) -> Iterator[Leg]:
    """Every leg with two known ends, in the order of the events."""
    passing, in_period = set(results.on_timeline), set(results.ids)
    order = dict(zip(space.legs, space.store.numbers(list(space.legs)), strict=True))
    routes_of = dict(space.kept_marks.get("routes", lambda: _routes(space)))
    for leg in (leg for event in sorted(order, key=order.__getitem__) for leg in space.legs[event]):
        parts = routes_of[leg.id]
        if parts:
            hover, event = _leg_hover(leg, space), leg.event
            yield Leg(leg.id, event, parts, leg.status, hover, event in passing, event in in_period)


def _routes(space: Workspace) -> tuple[tuple[str, tuple[tuple[Point, ...], ...]], ...]:
    """The path of every leg, by its id."""
    return tuple((leg.id, _leg_parts(leg, space)) for legs in space.legs.values() for leg in legs)


def _leg_parts(leg: Movement, space: Workspace) -> tuple[tuple[Point, ...], ...]:
    stops = [leg.origin, *(stop.place for stop in leg.via), leg.destination]
    points = [anchor(space.dossier.places[stop], space) for stop in stops if stop]
    arcs = [routes.great_circle(*a, *b) for a, b in pairwise(point for point in points if point)]
    return tuple(tuple(part) for arc in arcs for part in arc)


def leg_text(leg: Movement, space: Workspace) -> str:
    """“Moscow → Caracas via Latakia (tracked)”."""
    origin, destination = (_place_name(end, space) for end in (leg.origin, leg.destination))
    via = ", ".join(_place_name(stop.place, space) for stop in leg.via)
    return f"{origin} → {destination}{f' via {via}' if via else ''} ({leg.status})"


def _place_name(key: str | None, space: Workspace) -> str:
    place = space.dossier.places.get(key or "")
    return place.label or place.name if place else "unknown"


def _leg_hover(leg: Movement, space: Workspace) -> str:
    when = f"<br>{dates.describe(leg.when)}" if leg.when else ""
    carrier = f"<br>{escape(leg.carrier)}" if leg.carrier else ""
    return f"<b>{escape(leg_text(leg, space))}</b>{when}{carrier}"
