"""The world map: states shaded by category, events as bubbles, journeys as arcs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import view as views
from dashboard.figures import parts, theme
from dashboard.figures.parts import Part, layout, trace
from dashboard.figures.theme import SANS, Theme, hover_label, key_of
from dashboard.view import Camera, Projection
from dashboard.view_model.appearance import Appearance
from dashboard.view_model.maps import MapView
from dashboard.view_model.marks import Leg, Spot

PROJECTIONS = {
    Projection.EQUAL_EARTH: "equal earth",
    Projection.NATURAL_EARTH: "natural earth",
    Projection.GLOBE: "orthographic",
}
LATITUDES = (-58, 84)
MIDDLES = {Projection.EQUAL_EARTH: 6.07, Projection.NATURAL_EARTH: 10.52}
"""The latitude that is drawn half-way between `LATITUDES`; Plotly would take their mean, and cut off the south."""
HIT_SIZE = 24
"""Diameter in pixels within which a click finds a small state: WCAG 2.2, target size."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A state too small to be seen as a shape."""

    country: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class BaseMap:
    """Addresses of the boundary files, and the dots of the smallest states."""

    countries_url: str
    disputed_url: str
    disputed: tuple[tuple[str, str], ...]
    dots: tuple[Dot, ...]


NOTHING: dict[str, object] = {"data": [], "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}}}
"""What stands in a graph that nobody looks at."""


def figure(view: MapView, base: BaseMap, projection: Projection, camera: Camera | None, appearance: Appearance) -> Part:
    """Draw the map. What filters, period and cursor change, the browser paints, by `painted` and the categories."""
    colours = theme.of(appearance)
    traces = [
        _states(view, base, colours),
        _disputed(base, colours),
        *_dots(view, base, colours),
        *(_leg(leg, colours) for leg in view.journeys),
        _bubbles(view.spots, colours),
    ]
    return parts.figure(traces, _layout(projection, camera, colours))


def _scale(view: MapView) -> list[tuple[float, str]]:
    n = len(view.categories)
    return [(edge / n, category.colour) for i, category in enumerate(view.categories) for edge in (i, i + 1)]


def _states(view: MapView, base: BaseMap, colours: Theme) -> Part:
    return trace(
        "choropleth",
        name="states",
        geojson=base.countries_url,
        featureidkey="id",
        locations=[shade.country for shade in view.shades],
        z=[shade.category for shade in view.shades],
        zmin=-0.5,
        zmax=len(view.categories) - 0.5,
        colorscale=_scale(view),
        showscale=False,
        marker={"line": {"color": colours.border, "width": 0.5}},
        text=[shade.hover for shade in view.shades],
        hovertemplate="%{text}<extra></extra>",
    )


def _disputed(base: BaseMap, colours: Theme) -> Part:
    return trace(
        "choropleth",
        name="disputed",
        geojson=base.disputed_url,
        featureidkey="id",
        locations=[key for key, _ in base.disputed],
        z=[0] * len(base.disputed),
        colorscale=[(0, "rgba(0,0,0,0)"), (1, "rgba(0,0,0,0)")],
        showscale=False,
        marker={"line": {"color": colours.soft_ink, "width": 0.8}},
        text=[hover for _, hover in base.disputed],
        hovertemplate="%{text}<extra></extra>",
    )


def _dots(view: MapView, base: BaseMap, colours: Theme) -> list[Part]:
    shades = {shade.country: shade for shade in view.shades}
    dots = [dot for dot in base.dots if dot.country in shades and shades[dot.country].is_state]
    found = [shades[dot.country] for dot in dots]
    points = {
        "lon": [dot.lon for dot in dots],
        "lat": [dot.lat for dot in dots],
        "customdata": [dot.country for dot in dots],
        "mode": "markers",
        "text": [shade.hover for shade in found],
        "hovertemplate": "%{text}<extra></extra>",
    }
    fill = [view.categories[shade.category].colour for shade in found]
    return [
        trace(
            "scattergeo", name="dot targets", marker={"size": HIT_SIZE, "color": colours.paper, "opacity": 0}, **points
        ),
        trace(
            "scattergeo",
            name="dots",
            marker={"size": 6, "color": fill, "opacity": 1, "line": {"color": colours.soft_ink, "width": 0.6}},
            **points,
        ),
    ]


def _leg(leg: Leg, colours: Theme) -> Part:
    lon = [x for part in leg.parts for x, _ in (*part, (None, None))]
    lat = [y for part in leg.parts for _, y in (*part, (None, None))]
    return trace(
        "scattergeo",
        name=f"leg {leg.id}",
        lon=lon,
        lat=lat,
        mode="lines+text",
        opacity=1 if leg.in_period else 0,
        line={"color": colours.ink, "width": 1.6, "dash": "solid" if leg.is_solid else "dot"},
        customdata=[leg.event] * len(lon),
        text=_status(leg, len(lon)),
        textposition="top center",
        textfont={"family": SANS, "size": 12, "color": colours.ink, "style": "italic"},
        hovertext=[leg.hover] * len(lon),
        **({"hovertemplate": "%{hovertext}<extra></extra>"} if leg.in_period else {"hoverinfo": "skip"}),
    )


def _status(leg: Leg, points: int) -> list[str]:
    """A journey that was not flown, or may not have been, says so in its middle."""
    middle = points // 2
    return [leg.status if i == middle and not leg.is_solid else "" for i in range(points)]


def _bubbles(spots: Sequence[Spot], colours: Theme) -> Part:
    """A mark for every spot, without size or words: the browser, which counts the events, gives both."""
    return trace(
        "scattergeo",
        name="bubbles",
        lon=[spot.lon for spot in spots],
        lat=[spot.lat for spot in spots],
        ids=[spot.place for spot in spots],
        meta={
            "labels": [spot.label for spot in spots],
            "settlements": [spot.is_settlement for spot in spots],
        },
        mode="markers",
        marker={
            "size": 0,
            "symbol": ["square" if spot.is_area else "circle" for spot in spots],
            "color": colours.panel,
            "opacity": 1,
            "line": {"color": colours.ink, "width": 1.4},
        },
        customdata=[""] * len(spots),
        hovertext=[""] * len(spots),
        hovertemplate="%{hovertext}<extra></extra>",
    )


def painted(view: MapView) -> dict[str, object]:
    """What the browser writes into the drawn map beside colours and bubbles: tooltips by country, which countries are
    outlined and which places marked."""
    return {
        "hovers": {shade.country: shade.hover for shade in view.shades},
        "selected": view.selected,
        "changed": view.changed,
        "marked": view.marked,
    }


def key(view: MapView, base: BaseMap, projection: Projection, camera: Camera | None, appearance: Appearance) -> str:
    """A name for what is drawn, which is the same while only what is painted differs; after `~` the camera."""
    countries = [(shade.country, shade.is_state) for shade in view.shades]
    legs = [(leg.id, leg.status) for leg in view.journeys]
    drawn = (base.countries_url, base.disputed_url, projection, appearance, countries, view.spots, legs)
    return f"{key_of(*drawn)}~{views.render_camera(camera)}"


def _layout(projection: Projection, camera: Camera | None, colours: Theme) -> Part:
    grid = {"showgrid": True, "gridcolor": colours.hairline, "gridwidth": 0.5}
    return layout(
        geo={
            "projection": {"type": PROJECTIONS[projection], **_aim(projection, camera)},
            **_centre(projection, camera),
            "visible": False,
            "fitbounds": False,
            "bgcolor": "rgba(0,0,0,0)",
            "lonaxis": {**grid, "dtick": 30},
            "lataxis": {**grid, "dtick": 15, **({} if projection is Projection.GLOBE else {"range": LATITUDES})},
        },
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        font={"family": SANS, "size": 12, "color": colours.ink},
        hoverlabel=hover_label(colours),
        showlegend=False,
        dragmode="pan",
    )


def _aim(projection: Projection, camera: Camera | None) -> dict[str, object]:
    if projection is Projection.GLOBE:
        lon, lat = (camera.lon, camera.lat) if camera else (-45, 25)
        return {"rotation": {"lon": lon, "lat": lat}, "scale": camera.zoom if camera else 1}
    return {"rotation": {"lon": camera.lon}, "scale": camera.zoom} if camera else {"rotation": {"lon": 0}, "scale": 1}


def _centre(projection: Projection, camera: Camera | None) -> dict[str, object]:
    if projection is Projection.GLOBE:
        return {}
    return {"center": {"lon": camera.lon, "lat": camera.lat} if camera else {"lon": 0, "lat": MIDDLES[projection]}}
