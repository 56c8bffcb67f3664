"""One request in, the whole page out: the pure heart of the only server callback."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from dashboard import scene as scenes
from dashboard import view as views
from dashboard.figures import map as map_figure
from dashboard.figures import matrix as matrix_figure
from dashboard.figures import timeline as timeline_figure
from dashboard.figures.map import BaseMap
from dashboard.figures.theme import key_of
from dashboard.links import Links
from dashboard.markup import markup
from dashboard.panels import about, atlas, filters, headline, masthead, records, story, timeline
from dashboard.view import Lens, Table, View
from dashboard.view_model.appearance import Appearance
from dashboard.view_model.maps import MapView, map_view
from dashboard.view_model.matrix import matrix_view
from dashboard.view_model.results import Results, fetch
from dashboard.view_model.timelines import timeline_view
from dashboard.workspace import Workspace
from events import dates

OUTPUTS: tuple[tuple[str, str], ...] = (
    ("figures", "data"),
    ("panels", "data"),
    ("scene", "data"),
)
"""What a view determines, by component and property: figures, the words of the panels, and the scene."""
FIGURES: tuple[str, ...] = ("map", "map-against", "matrix", "timeline")
"""The graphs of the page, which the browser draws; None where it has drawn the figure already."""
PANELS: tuple[str, ...] = (
    *("brand", "lenses", "filters", "sentence", "chips", "totals", "notices", "map-table", "legend", "signs"),
    *("map-choices", "map-note", "records", "timeline-table", "timeline-choices", "timeline-options"),
    *("certainty", "timeline-legend", "foot"),
)
"""The parts of the page whose contents the browser writes as HTML."""


JSON = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY
"""How Dash writes an answer."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure that is made only where the browser has not drawn it: its name, how to make it, and what the browser
    paints into it."""

    key: str
    make: Callable[[], Any]
    paint: Mapping[str, object] = field(default_factory=dict)


NOTHING = Drawn("nothing", lambda: deepcopy(map_figure.NOTHING))


@dataclass(frozen=True, slots=True)
class Request:
    """What the browser asks: the query string, the colours it shows, whether it is narrow, and the figures that it
    has drawn, by the keys that a scene gave them."""

    search: str
    appearance: Appearance
    is_narrow: bool
    drawn: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: object) -> Request:
        """Read the browser's request; anything else than expected falls back to a light, wide, plain view."""
        sent = data if isinstance(data, Mapping) else {}
        search, drawn = sent.get("search"), sent.get("drawn")
        return cls(
            search if isinstance(search, str) else "",
            Appearance.DARK if sent.get("appearance") == Appearance.DARK else Appearance.LIGHT,
            sent.get("narrow") is True,
            _drawn_keys(drawn) if isinstance(drawn, Mapping) else {},
        )


LONGEST_KEY = 200
"""Characters of a figure's key that are heeded; ours have fewer."""


def _drawn_keys(sent: Mapping[Any, Any]) -> dict[str, str]:
    """The keys of our figures among what was sent: answers are kept by them, and should not keep what anybody sends."""
    return {name: sent[name] for name in FIGURES if isinstance(sent.get(name), str) and len(sent[name]) <= LONGEST_KEY}


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
    figures = {
        "map": _drawn_map(base, view, shown, look),
        "map-against": _drawn_against(space, base, view, results, look),
        "matrix": _drawn_matrix(space, view, results, look),
        "timeline": Drawn(
            timeline_figure.key(line, look, request.is_narrow),
            lambda: timeline_figure.figure(line, look, request.is_narrow),
        ),
    }
    return {
        "brand.children": [*masthead.brand(space), *story.menu(links, space), about.menu(space)],
        "lenses.children": masthead.lenses(view, links, space),
        "filters.children": filters.render(view, links, space, results),
        "sentence.children": headline.heading(view, space, results),
        "chips.children": headline.chips(view, links, space),
        "totals.children": headline.totals(view, links, space, results),
        "notices.children": headline.notices(parsed.notes, view, links, space, results),
        **{f"{name}.figure": _unless_drawn(request, name, figure) for name, figure in figures.items()},
        "map-table.children": atlas.table(view, shown, links, space, results),
        "legend.children": atlas.legend(shown),
        "signs.children": atlas.signs(shown, results),
        "map-choices.children": atlas.map_choices(view, links, space),
        "map-note.children": atlas.note(view, shown, space),
        "records.children": records.render(view, links, space, results),
        "timeline-table.children": timeline.table(view, line, links, space),
        "timeline-choices.children": timeline.timeline_choices(view, line, links, space),
        "timeline-options.children": timeline.timeline_options(view, links),
        "certainty.children": timeline.certainty(view, line, links, results),
        "timeline-legend.children": timeline.legend(line),
        "foot.children": _foot(space, masthead.themes(view, links)),
        "scene.data": {
            **scenes.scene(space, view, base_view, results, shown, line, look, data_url),
            "asked": request.search,
            "figures": {name: figure.key for name, figure in figures.items()},
            "paint": {name: figure.paint for name, figure in figures.items()},
            "fields": {key: _iso(day) for key, day in _days(view)},
        },
    }


def _unless_drawn(request: Request, name: str, figure: Drawn) -> Any:
    if request.drawn.get(name, NOTHING.key) == figure.key:
        return None
    made = figure.make()
    made["layout"]["meta"] = {"key": figure.key}
    return made


def _drawn_map(base: BaseMap, view: View, shown: MapView, look: Appearance) -> Drawn:
    aim = base, view.projection, view.camera, look
    paint = map_figure.painted(shown)
    return Drawn(map_figure.key(shown, *aim), lambda: map_figure.figure(shown, *aim), paint)


def _drawn_matrix(space: Workspace, view: View, results: Results, look: Appearance) -> Drawn:
    """Drawn only where it is looked at."""
    if view.lens is not Lens.SAID or view.table is not Table.MATRIX:
        return NOTHING
    shown = matrix_view(space, view, results)
    return Drawn(key_of(shown, look), lambda: matrix_figure.figure(shown, look))


def _drawn_against(space: Workspace, base: BaseMap, view: View, results: Results, look: Appearance) -> Drawn:
    """The map of the day to compare with; drawn only where there is one."""
    if view.lens is not Lens.STANDS or view.against is None:
        return NOTHING
    other = replace(view, on=view.against)
    return _drawn_map(base, other, map_view(space, other, results, look), look)


def _days(view: View) -> list[tuple[str, int | None]]:
    """The fields in which days are typed, and what stands in them."""
    period = [("from", view.first), ("to", view.last), ("on", view.on)]
    return [*period, ("against", view.against), ("known", view.known)]


def _iso(day: int | None) -> str:
    return "" if day is None else dates.isoday(day)


def _foot(space: Workspace, themes: Any) -> list[Any]:
    meta = space.dossier.meta
    return [f"{meta.title}: {meta.compiled_by}, {meta.licence.rstrip('.')}. ", themes]


def sent(rendered: Mapping[str, Any]) -> list[Any]:
    """What goes to the browser, in the order of `OUTPUTS`: figures, the words of the panels as HTML, the scene."""
    figures = {name: rendered[f"{name}.figure"] for name in FIGURES}
    panels = {name: markup(rendered[f"{name}.children"]) for name in PANELS}
    return [figures, panels, rendered["scene.data"]]


def answered(space: Workspace, base: BaseMap, request: Request, data_url: str) -> list[Any]:
    """What `sent` gives, each part as JSON that is made once for all who ask the same."""

    def made() -> tuple[Any, ...]:
        parts = sent(render(space, base, request, data_url))
        return tuple(to_keep(orjson.dumps(part, option=JSON)) for part in parts)

    key = (request.search, request.appearance, request.is_narrow, *sorted(request.drawn.items()))
    parts = space.kept_answers.get(key, made) if is_lasting(space, request.search) else made()
    return [orjson.Fragment(part) for part in parts]


def is_lasting(space: Workspace, search: str) -> bool:
    """Whether an address always leads to the same view: what a search has found may grow."""
    return not views.parse(search, space.vocabulary, space.base(search)).view.words


def as_bytes(rendered: Mapping[str, Any]) -> bytes:
    """What goes to the browser, as JSON: values by property by component, as Dash answers a callback."""
    values = zip(OUTPUTS, sent(rendered), strict=True)
    return to_keep(orjson.dumps({key: {prop: value} for (key, prop), value in values}, option=JSON))


def to_keep(body: bytes) -> bytes:
    """The same bytes in no more room than they take: orjson leaves them several times as much."""
    return bytes(memoryview(body))


def as_json(value: Any) -> str:
    """For tests and tools: a rendered output as the browser gets it."""
    return json.dumps(value, default=lambda item: item.to_plotly_json())
