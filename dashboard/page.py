"""One request in, the whole page out: the pure heart of the only server callback."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashboard import scene as scenes
from dashboard import view as views
from dashboard.figures import map as map_figure
from dashboard.figures import matrix as matrix_figure
from dashboard.figures import timeline as timeline_figure
from dashboard.figures.map import BaseMap
from dashboard.links import Links
from dashboard.panels import atlas, filters, headline, masthead, records, story, timeline
from dashboard.view import Lens, Table, View
from dashboard.view_model.appearance import Appearance
from dashboard.view_model.maps import map_view
from dashboard.view_model.matrix import matrix_view
from dashboard.view_model.results import Results, fetch
from dashboard.view_model.timelines import timeline_view
from dashboard.workspace import Workspace
from events import dates

OUTPUTS: tuple[tuple[str, str], ...] = (
    ("brand", "children"),
    ("lenses", "children"),
    ("filters", "children"),
    ("sentence", "children"),
    ("chips", "children"),
    ("totals", "children"),
    ("notices", "children"),
    ("map", "figure"),
    ("map-against", "figure"),
    ("matrix", "figure"),
    ("map-table", "children"),
    ("legend", "children"),
    ("signs", "children"),
    ("map-choices", "children"),
    ("map-note", "children"),
    ("records", "children"),
    ("timeline", "figure"),
    ("timeline-table", "children"),
    ("timeline-choices", "children"),
    ("timeline-options", "children"),
    ("certainty", "children"),
    ("known", "value"),
    ("against", "value"),
    ("from", "value"),
    ("to", "value"),
    ("on", "value"),
    ("foot", "children"),
    ("scene", "data"),
)
"""Every part of the page that a view determines: component id and property."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the browser asks: the query string, the colours it shows, and whether it is narrow."""

    search: str
    appearance: Appearance
    is_narrow: bool

    @classmethod
    def of(cls, data: object) -> Request:
        """Read the browser's request; anything else than expected falls back to a light, wide, plain view."""
        sent = data if isinstance(data, Mapping) else {}
        search = sent.get("search")
        return cls(
            search[:4096] if isinstance(search, str) else "",
            Appearance.DARK if sent.get("appearance") == Appearance.DARK else Appearance.LIGHT,
            sent.get("narrow") is True,
        )


def render(space: Workspace, base: BaseMap, request: Request, data_url: str) -> dict[str, Any]:
    """Every output of the page, by “id.property”. Pure but for the store that `space` holds."""
    base_view = space.base(request.search)
    parsed = views.parse(request.search, space.vocabulary, base_view)
    view, look = parsed.view, request.appearance
    links = Links(view, base_view)
    results = fetch(space, view)
    shown, line = (
        map_view(space, view, results, look),
        timeline_view(space, view, results, look, 5 if request.is_narrow else 10),
    )
    return {
        "brand.children": [*masthead.brand(space), *story.menu(links, space)],
        "lenses.children": masthead.lenses(view, links, space),
        "filters.children": filters.render(view, links, space, results),
        "sentence.children": headline.sentence(view, space, results),
        "chips.children": headline.chips(view, links, space),
        "totals.children": headline.totals(view, links, space, results),
        "notices.children": headline.notices(parsed.notes, view, links, space, results),
        "map.figure": map_figure.figure(shown, base, view.projection, view.camera, look),
        "map-against.figure": _against(space, base, view, results, look),
        "matrix.figure": _matrix(space, view, results, look),
        "map-table.children": atlas.table(view, shown, links, space, results),
        "legend.children": atlas.legend(shown),
        "signs.children": atlas.signs(shown, results),
        "map-choices.children": atlas.map_choices(view, links),
        "map-note.children": atlas.note(view, shown, space),
        "records.children": records.render(view, links, space, results),
        "timeline.figure": timeline_figure.figure(line, look, request.is_narrow),
        "timeline-table.children": timeline.table(view, line, links, space),
        "timeline-choices.children": timeline.timeline_choices(view, links),
        "timeline-options.children": timeline.timeline_options(view, links),
        "certainty.children": timeline.certainty(view, links, results),
        "known.value": _iso(view.known),
        "against.value": _iso(view.against),
        "from.value": _iso(view.first),
        "to.value": _iso(view.last),
        "on.value": _iso(view.on),
        "foot.children": _foot(space, masthead.themes(view, links)),
        "scene.data": scenes.scene(space, view, base_view, results, shown, line, look, data_url),
    }


def _matrix(space: Workspace, view: View, results: Results, look: Appearance) -> Any:
    """Drawn only where it is looked at."""
    is_shown = view.lens is Lens.SAID and view.table is Table.MATRIX
    return matrix_figure.figure(matrix_view(space, results), look) if is_shown else map_figure.NOTHING


def _against(space: Workspace, base: BaseMap, view: View, results: Results, look: Appearance) -> Any:
    """The map of the day to compare with; drawn only where there is one."""
    if view.lens is not Lens.STANDS or view.against is None:
        return map_figure.NOTHING
    other = map_view(space, replace(view, on=view.against), results, look)
    return map_figure.figure(other, base, view.projection, view.camera, look)


def _iso(day: int | None) -> str:
    return "" if day is None else dates.isoday(day)


def _foot(space: Workspace, themes: Any) -> list[Any]:
    meta = space.dossier.meta
    return [f"{meta.title}: {meta.compiled_by}, {meta.licence}. ", themes]


def as_json(value: Any) -> str:
    """For tests and tools: a rendered output as the browser gets it."""
    return json.dumps(value, default=lambda item: item.to_plotly_json())
