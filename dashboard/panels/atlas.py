"""The map: its frame, its legend, its table."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard import elements as html
from dashboard.labels import BASIS_LABELS
from dashboard.links import Links, choice, choices, outside
from dashboard.panels import timeline
from dashboard.view import Lens, Projection, Table, View
from dashboard.view_model.maps import MapView
from dashboard.view_model.results import Results, counts_by_key
from dashboard.view_model.shades import Category
from dashboard.workspace import Workspace
from events import dates, positions
from events.model import Position, Stance
from geodata import base_map

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
                    timeline.graph("map", GRAPH_CONFIG),
                    timeline.graph("map-against", GRAPH_CONFIG),
                    html.Span(id="map-day", className="map-day"),
                    html.Span(id="map-against-day", className="map-day"),
                    html.Div(_buttons(), className="zoom"),
                ],
                className="map-frame",
                id="map-frame",
            ),
            html.Div(
                timeline.graph("matrix", timeline.GRAPH_CONFIG),
                className="matrix-frame",
                role="region",
                tabIndex=0,
                **{"aria-label": "Matrix of claims and speakers"},
            ),
            html.Div(id="map-table", className="table"),
            html.Div(id="map-choices", className="bar map-choices"),
            html.Div([html.Div(id="legend"), html.Div(id="signs")], className="map-legend"),
            html.Div(id="map-note", className="note"),
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


def signs(shown: MapView, results: Results) -> html.Ul:
    """What circles, squares, arcs and the signs of statements mean: those that the map may show, whatever the filters,
    so that a filter moves nothing."""
    stances = dict(results.facets["stance"]) if shown.lens is Lens.SAID else {}
    known = [
        ("circle", f"{shown.noun.many} at a place", any(not spot.is_area for spot in shown.spots)),
        ("square", "country-wide", any(spot.is_area for spot in shown.spots)),
        ("arc", "flight", any(leg.is_solid for leg in shown.journeys)),
        ("arc dashed", "alleged or refused", any(not leg.is_solid for leg in shown.journeys)),
        ("changed", "changed between the two days", bool(shown.changed)),
        *((stance, f"a speaker {stance}", stances.get(stance)) for stance in Stance),
    ]
    used = [
        html.Li([html.Span(className=f"sign {name}", **{"aria-hidden": "true"}), label])
        for name, label, is_used in known
        if is_used
    ]
    return html.Ul(used, className="legend keys")


def map_choices(view: View, links: Links, space: Workspace) -> list[html.Nav]:
    """What is counted, projection, and map or table."""
    projections = [
        choice(label, links.to(projection=p, camera=None), p is view.projection)
        for p, label in PROJECTION_LABELS.items()
    ]
    forms = [(Table.NONE, "Map"), *([(Table.MATRIX, "Matrix")] if view.lens is Lens.SAID else []), (Table.MAP, "Table")]
    is_map = view.table in {Table.NONE, Table.TIMELINE}
    shown = [choice(label, links.to(table=t), t is view.table or (t is Table.NONE and is_map)) for t, label in forms]
    return [
        *_counted(view, links, space),
        choices("Projection", projections if is_map else []),
        choices("Map as", shown),
    ]


def _counted(view: View, links: Links, space: Workspace) -> list[html.Nav]:
    """Events or what they are measured by, where the dossier has measures; statements have none."""
    if not space.measures or view.lens is Lens.SAID:
        return []
    offered = {"": "Events", **space.vocabulary.measures}
    return [
        choices("Count", [choice(name, links.to(measure=one), one == view.measure) for one, name in offered.items()])
    ]


def note(view: View, shown: MapView, space: Workspace) -> list[object]:
    """Whose boundaries these are, what they leave out, and which countries of the data have no place on the map."""
    unmapped = f" In the data but not on this map: {', '.join(shown.unmapped)}." if shown.unmapped else ""
    hidden = html.Details(
        [
            html.Summary("What is not hatched"),
            f"Not hatched, for want of a shape: {'; '.join(base_map.NOT_DRAWN)}.",
        ]
    )
    return [html.Span(base_map.BOUNDARY_NOTE + unmapped), hidden, *_other_counts(view, space)]


def _other_counts(view: View, space: Workspace) -> list[html.Details]:
    """Why other lists give other numbers of states."""
    question = space.question
    if view.lens is not Lens.STANDS or not question or not question.note:
        return []
    return [html.Details([html.Summary("Why other counts differ"), question.note])]


def table(view: View, shown: MapView, links: Links, space: Workspace, results: Results) -> list[object]:
    """The numbers of the map, as links and words; empty while the map itself is shown."""
    if view.table is not Table.MAP:
        return []
    if view.lens is Lens.STANDS:
        return [_standing_table(view, links, space), _organisation_table(view, space)]
    return [_count_table(view, shown, links, space, results)]


def _head(*names: str) -> html.Thead:
    return html.Thead(html.Tr([html.Th(name, scope="col") for name in names]))


def _count_table(view: View, shown: MapView, links: Links, space: Workspace, results: Results) -> html.Table:
    counts = counts_by_key(results.by_country, view)
    involved = sorted((key for key in counts if counts[key]), key=space.vocabulary.countries.__getitem__)
    states = [_count_row(view, key, shown.noun.counted(counts[key]), links, space) for key in involved]
    rows = [*states, *_place_rows(view, shown, links, space, results)]
    head = _head("State or place", shown.noun.many.capitalize())
    return html.Table([html.Caption(f"{shown.noun.many.capitalize()} by state and by place"), head, html.Tbody(rows)])


def _count_row(view: View, country: str, count: str, links: Links, space: Workspace) -> html.Tr:
    name = space.vocabulary.countries[country]
    pressed = "true" if country in view.countries else "false"
    link = html.A(name, href=links.toggle("countries", country), role="button", **{"aria-pressed": pressed})
    return html.Tr([html.Th(link, scope="row"), html.Td(count)])


def _place_rows(view: View, shown: MapView, links: Links, space: Workspace, results: Results) -> Iterable[html.Tr]:
    """The places of the map with those of their events that the period and its clock let through, as far as these are
    few enough to be named."""
    inside = set(results.ids)
    for bubble in shown.bubbles:
        events = [space.dossier.events[key] for key in bubble.events if key in inside]
        dated = [event for event in events if space.day_of(event, view)]
        if bubble.count:
            named = [html.Li(html.A(event.title, href=links.to(record=event.id))) for event in dated]
            cell = html.Td([shown.noun.counted(bubble.count), *([html.Ul(named)] if named else [])])
            yield html.Tr([html.Th(bubble.label, scope="row"), cell])


def _standing_table(view: View, links: Links, space: Workspace) -> html.Table:
    day = view.on if view.on is not None else space.extent[1]
    history = space.public(view).history
    rows = [
        _standing_row(key, positions.held_on(history[key], day), links, space)
        for key in sorted(history, key=space.vocabulary.countries.__getitem__)
    ]
    return html.Table(
        [html.Caption("Positions of states"), _head("State", "Position", "Since", "Basis", "Source"), html.Tbody(rows)]
    )


def _standing_row(country: str, held: Position | None, links: Links, space: Workspace) -> html.Tr:
    name = html.A(space.vocabulary.countries[country], href=links.toggle("countries", country))
    if held is None:
        return html.Tr([html.Th(name, scope="row"), html.Td("None recorded yet"), html.Td(), html.Td(), html.Td()])
    labels = {answer.id: answer.label for question in space.dossier.meta.questions for answer in question.answers}
    sources = [space.dossier.sources[key] for key in held.sources if key in space.dossier.sources]
    cited = [outside(source.publisher, source.url) for source in sources[:1]]
    cells = [labels.get(held.answer, held.answer), dates.describe(held.since), BASIS_LABELS[held.basis], cited]
    return html.Tr([html.Th(name, scope="row"), *(html.Td(cell) for cell in cells)])


def _organisation_table(view: View, space: Workspace) -> html.Table:
    """Organisations stand apart and never count for their members."""
    day = view.on if view.on is not None else space.extent[1]
    rows = [
        html.Tr(
            [
                html.Th(space.vocabulary.actors[key], scope="row"),
                html.Td(space.answers[held.answer].label),
                html.Td(dates.describe(held.since)),
            ]
        )
        for key, records in space.public(view).organisations.items()
        if (held := positions.held_on(records, day))
    ]
    return html.Table(
        [html.Caption("Positions of organisations"), _head("Organisation", "Position", "Since"), html.Tbody(rows)]
    )
