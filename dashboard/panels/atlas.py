"""The map: its frame, its legend, its table."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html

from dashboard.labels import BASIS_LABELS
from dashboard.links import Links, choice, choices, outside
from dashboard.view import Lens, Projection, Table, View
from dashboard.view_model.maps import MapView
from dashboard.view_model.results import Results, counts_by_key
from dashboard.view_model.shades import Category
from dashboard.view_model.text import count_noun
from dashboard.workspace import Workspace
from events import dates, positions
from geodata import boundaries

GRAPH_CONFIG = {
    "displayModeBar": False,
    "scrollZoom": True,
    "showSendToCloud": False,
    "topojsonURL": "/none/",
    "doubleClick": False,
}
PROJECTION_LABELS = {
    Projection.EQUAL_EARTH: "Equal Earth",
    Projection.NATURAL_EARTH: "Natural Earth",
    Projection.GLOBE: "Globe",
}


def layout() -> html.Section:
    """The frame of the map, with its buttons; everything else in it comes with a view."""
    return html.Section(
        [
            html.Div(
                [
                    dcc.Graph(id="map", config=GRAPH_CONFIG, className="graph", responsive=True),
                    html.Div(_buttons(), className="zoom"),
                ],
                className="map-frame",
                id="map-frame",
            ),
            html.Div(id="map-table", className="table"),
            html.Div([html.Div(id="legend"), html.Div(id="signs")], className="map-legend"),
            html.Div(
                [html.Div(id="map-note", className="note"), html.Div(id="map-choices", className="bar")],
                className="map-foot",
            ),
        ],
        id="map-panel",
        className="map-panel",
        tabIndex=-1,
        **{"aria-label": "Map"},
    )


def _buttons() -> list[html.Button]:
    named = [("zoom-in", "+", "Zoom in"), ("zoom-out", "−", "Zoom out"), ("zoom-home", "⌂", "Whole world")]
    return [
        html.Button(sign, id=key, type="button", title=label, **{"aria-label": label}) for key, sign, label in named
    ]


def legend(shown: MapView) -> html.Ul:
    """Swatches with the number of states; the browser updates the numbers while a reader drags, those from zero too."""
    return html.Ul([_entry(i, category) for i, category in enumerate(shown.categories)], className="legend")


def _entry(i: int, category: Category) -> html.Li:
    swatch = html.Span(
        className=f"swatch {category.pattern}", style={"--swatch": category.colour}, **{"aria-hidden": "true"}
    )
    return html.Li(
        [swatch, html.Span(category.label), html.B(str(category.count), **{"data-category": str(i)})],
        **{"data-id": category.id},
    )


def signs(shown: MapView) -> html.Ul:
    """What circles, squares and arcs mean; only those that this map uses."""
    known = [
        ("circle", "events at a place", any(not b.is_area for b in shown.bubbles)),
        ("square", "country-wide", any(b.is_area for b in shown.bubbles)),
        ("arc", "flight", any(leg.is_solid for leg in shown.legs)),
        ("arc dashed", "alleged or refused", any(not leg.is_solid for leg in shown.legs)),
    ]
    used = [
        html.Li([html.Span(className=f"sign {name}", **{"aria-hidden": "true"}), label])
        for name, label, is_used in known
        if is_used
    ]
    return html.Ul(used, className="legend keys")


def map_choices(view: View, links: Links) -> list[html.Nav]:
    """Projection, and map or table."""
    projections = [
        choice(label, links.to(projection=p, camera=None), p is view.projection)
        for p, label in PROJECTION_LABELS.items()
    ]
    shown = view.table is Table.MAP
    table = choice("Map" if shown else "Table", links.to(table=Table.NONE if shown else Table.MAP), False)
    return [choices("Projection", projections), choices("Map as", [table])]


def note(shown: MapView) -> list[object]:
    """Whose boundaries these are, what they leave out, and which countries of the data have no place on the map."""
    unmapped = f" In the data but not on this map: {', '.join(shown.unmapped)}." if shown.unmapped else ""
    hidden = html.Details(
        [
            html.Summary("Disputes without a shape"),
            f"Not hatched, for want of a shape: {'; '.join(boundaries.NOT_DRAWN)}.",
        ]
    )
    return [html.Span(boundaries.BOUNDARY_NOTE + unmapped), hidden]


def table(view: View, shown: MapView, links: Links, space: Workspace, results: Results) -> list[object]:
    """The numbers of the map, as links and words; empty while the map itself is shown."""
    if view.table is not Table.MAP:
        return []
    if view.lens is Lens.STANDS:
        return [_standing_table(view, links, space)]
    return [_count_table(view, shown, links, space, results)]


def _head(*names: str) -> html.Thead:
    return html.Thead(html.Tr([html.Th(name, scope="col") for name in names]))


def _count_table(view: View, shown: MapView, links: Links, space: Workspace, results: Results) -> html.Table:
    counts = counts_by_key(results.by_country, view)
    involved = sorted((key for key in counts if counts[key]), key=space.vocabulary.countries.__getitem__)
    states = [_count_row(view, key, counts[key], links, space) for key in involved]
    dated = {key for key in results.ids if space.dossier.events[key].when}
    places = [_place_row(b.label, [key for key in b.events if key in dated], links, space) for b in shown.bubbles]
    rows = [*states, *(row for row in places if row)]
    return html.Table(
        [html.Caption("Events by state and by place"), _head("State or place", "Events"), html.Tbody(rows)]
    )


def _count_row(view: View, country: str, count: int, links: Links, space: Workspace) -> html.Tr:
    name = space.vocabulary.countries[country]
    pressed = "true" if country in view.countries else "false"
    link = html.A(name, href=links.toggle("countries", country), role="button", **{"aria-pressed": pressed})
    return html.Tr([html.Th(link, scope="row"), html.Td(count_noun(count, "event"))])


def _place_row(label: str, events: Sequence[str], links: Links, space: Workspace) -> html.Tr | None:
    if not events:
        return None
    named = [html.Li(html.A(space.dossier.events[key].title, href=links.to(record=key))) for key in events]
    return html.Tr([html.Th(label, scope="row"), html.Td([count_noun(len(events), "event"), html.Ul(named)])])


def _standing_table(view: View, links: Links, space: Workspace) -> html.Table:
    day = view.on if view.on is not None else space.extent[1]
    rows = [
        _standing_row(key, day, links, space)
        for key in sorted(space.history, key=space.vocabulary.countries.__getitem__)
    ]
    return html.Table(
        [html.Caption("Positions of states"), _head("State", "Position", "Since", "Basis", "Source"), html.Tbody(rows)]
    )


def _standing_row(country: str, day: int, links: Links, space: Workspace) -> html.Tr:
    name = html.A(space.vocabulary.countries[country], href=links.toggle("countries", country))
    held = positions.held_on(space.history[country], day)
    if held is None:
        return html.Tr([html.Th(name, scope="row"), html.Td("None recorded yet"), html.Td(), html.Td(), html.Td()])
    labels = {answer.id: answer.label for question in space.dossier.meta.questions for answer in question.answers}
    sources = [space.dossier.sources[key] for key in held.sources if key in space.dossier.sources]
    cited = [outside(source.publisher, source.url) for source in sources[:1]]
    cells = [labels.get(held.answer, held.answer), dates.describe(held.since), BASIS_LABELS[held.basis], cited]
    return html.Tr([html.Th(name, scope="row"), *(html.Td(cell) for cell in cells)])
