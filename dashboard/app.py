"""EDGE. The Dash application: one page per dossier, one callback from address to page."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import dash
from dash import Input, Output, State
from flask import Response, request, stream_with_context
from werkzeug.exceptions import NotFound

from dashboard import cubes, page
from dashboard import elements as html
from dashboard import view as views
from dashboard.answers import Answers
from dashboard.bundle import bundled, compiled_early
from dashboard.document import FONTS, Page, module_preload, preload, urgent_script
from dashboard.figures.map import BaseMap, Dot
from dashboard.library import Library
from dashboard.markup import markup
from dashboard.page import OUTPUTS, Request
from dashboard.panels import atlas, filters, headline, masthead, records, share, timeline
from dashboard.server import YEAR, cached_bytes, compressed, harden, in_chunks, known_by_tag
from dashboard.settings import Settings, assets_folder
from dashboard.values import Value
from dashboard.view_model.questions import Question
from dashboard.view_model.results import MOST_DRAWN, passing, searched
from dashboard.view_model.standings import standing_phrase, standings
from dashboard.view_model.text import escape, wrapped
from dashboard.workspace import Workspace
from events.dossier import Dossier
from events.engines.errors import EngineError
from events.exports.csv import events_csv, positions_csv, statements_csv
from events.exports.story import story_yaml
from geodata import base_map
from geodata.base_map import Dispute
from geodata.places import country_name

log = logging.getLogger("standoff")
FIRST = ("vendor/geo-assets.js", "app.js")
"""The scripts that stand in the document itself."""
DRAWING = "vendor/plotly-geo.min.js"
"""The script that draws."""
CUBES_ROOM = 16 * 1024 * 1024
"""Bytes of cubes, as they are sent, that are kept for readers to share."""


def create_app(dossiers: Mapping[str, Dossier] | Library, settings: Settings | None = None) -> dash.Dash:
    """A page for each dossier: the first at the root, every one at `d/<name>`. Nothing happens at import."""
    chosen = settings or Settings()
    spaces = dossiers if isinstance(dossiers, Library) else Library(dossiers)
    explorer = bundled(_modules()).encode()
    modules = f"{chosen.base_path}assets/explorer-{sha256(explorer).hexdigest()[:12]}/all.mjs"
    app = Page(
        "standoff",
        facts=lambda path: _facts(_dossier_name({"path": path}, spaces), spaces, chosen.base_path, modules),
        shell=lambda path: markup(shell(spaces[_dossier_name({"path": path}, spaces)], request.args.get("lens", ""))),
        first="".join((assets_folder() / name).read_text("utf-8") for name in FIRST),
        titled=lambda path: spaces[_dossier_name({"path": path}, spaces)].dossier.meta.title,
        update_title="",
        assets_folder=str(assets_folder()),
        assets_path_ignore=[r"^explorer$"],
        assets_ignore=r"^(app|geo-assets|plotly-geo\.min)\.js$",
        url_base_pathname=chosen.base_path,
        serve_locally=True,
        compress=False,
        on_error=_failed,
    )
    app.layout = _layout()
    harden(app, chosen, pages=[f"d/{name}" for name in spaces], ready=lambda: list(spaces))
    base = _serve_boundaries(app)
    _serve_explorer(app, modules, explorer)
    _serve_first_view(app, spaces, base)
    _serve_csv(app, spaces)
    _serve_cubes(app, spaces)
    _serve_story(app, spaces)
    _register(app, spaces, base)
    app.early = (urgent_script(_serve_drawing(app)), module_preload(modules), *_early(app, base))
    return app


def _facts(name: str, spaces: Mapping[str, Workspace], prefix: str, modules: str) -> dict[str, str]:
    """What the first script must know."""
    space = spaces[name]
    binned = {"binned": ""} if space.is_crowded else {}
    return {"prefix": prefix, "dossier": name, "version": space.store.version, "modules": modules, **binned}


def _early(app: dash.Dash, base: BaseMap) -> Iterator[str]:
    """Links to what will be asked for as soon as scripts run."""
    yield from (preload(address, "fetch") for address in (base.countries_url, base.disputed_url))
    yield from (preload(app.get_asset_url(f"fonts/{name}.woff2").partition("?")[0], "font") for name in FONTS)


def _modules() -> dict[str, str]:
    """The modules of the browser's half, by name."""
    return {path.stem: path.read_text("utf-8") for path in sorted((assets_folder() / "explorer").glob("*.mjs"))}


def _serve_drawing(app: dash.Dash) -> str:
    """The script that draws, in place of its file."""
    script = (assets_folder() / DRAWING).read_text("utf-8")
    return cached_bytes(app, f"assets/{DRAWING}", compiled_early(script).encode(), "text/javascript")


def _serve_explorer(app: dash.Dash, address: str, body: bytes) -> None:
    """The browser's half at an address that changes with it, so that browsers may keep it, and that is as deep as the
    modules are, which look for fonts from where they stand."""

    def send() -> Response:
        response = Response(body, mimetype="text/javascript")
        response.cache_control.max_age = YEAR
        return response

    app.server.add_url_rule(address, "explorer", send)


def _serve_first_view(app: dash.Dash, spaces: Mapping[str, Workspace], base: BaseMap) -> None:
    """The view of an address, which the first script asks for before Dash is there to ask."""
    prefix = app.config.requests_pathname_prefix

    def send(name: str, appearance: str, width: str) -> Response:
        space = _named(name, spaces)
        search = request.query_string.decode()
        asked = Request.of({"search": f"?{search}", "appearance": appearance, "narrow": width == "narrow"})

        def made() -> bytes:
            return page.as_bytes(page.render(space, base, asked, f"{prefix}data/{name}/"))

        key = (appearance, width, search)
        return Response(
            space.kept_views.get(key, made) if page.is_lasting(space, search) else made(), mimetype="application/json"
        )

    route = "data/<name>/view/<any(light, dark):appearance>/<any(wide, narrow):width>"
    app.server.add_url_rule(f"{app.config.routes_pathname_prefix}{route}", "first-view", send)
    looks = [(look, width) for look in ("light", "dark") for width in ("wide", "narrow")]
    views_of = [f"view/{look}/{width}" for look, width in looks]
    app.server.config["WARM"] = [f"{prefix}data/{name}/{one}" for name in spaces for one in ["cubes", *views_of]]


def _layout() -> list[Value]:
    """What Dash keeps for the page: where it is, what is asked, and what comes for an answer."""
    names = ("surroundings", "request", "figures", "panels", "scene", "settled", "trouble")
    return [Value(name) for name in names]


def shell(space: Workspace, lens: str) -> html.Div:
    """The empty page, with the room that its first view will need, which depends on the lens of the address."""
    return html.Div(
        [
            html.Div(className="progress", role="progressbar", **{"aria-label": "Drawing the view"}),
            html.P(NO_ANSWER, className="no-answer", role="alert"),
            masthead.layout(),
            html.Main(
                [
                    filters.layout(),
                    html.Div([headline.layout(), atlas.layout()], className="centre"),
                    records.layout(),
                    timeline.layout(),
                ],
                className="page",
            ),
            html.Div(id="foot", className="foot", role="contentinfo"),
            html.Div(
                id="popover",
                className="popover",
                hidden=True,
                role="dialog",
                tabIndex=-1,
                **{"aria-label": "Events here"},
            ),
            *share.layout(),
        ],
        id="standoff",
        **{"data-lens": lens or space.default.lens, "data-crowded": str(space.store.size() > MOST_DRAWN).lower()},
    )


def _serve_boundaries(app: dash.Dash) -> BaseMap:
    return BaseMap(
        countries_url=cached_bytes(app, "data/countries.json", base_map.shapes("countries"), "application/geo+json"),
        disputed_url=cached_bytes(app, "data/disputed.json", base_map.shapes("disputed"), "application/geo+json"),
        disputed=tuple((area.id, _disputed_hover(area)) for area in base_map.disputes()),
        dots=tuple(Dot(area.id, area.lon, area.lat) for area in base_map.areas() if area.is_small),
    )


def _disputed_hover(area: Dispute) -> str:
    def names(ids: Sequence[str]) -> str:
        return escape(" and ".join(map(country_name, ids)) or "nobody")

    held = f"Administered by {names(area.administered_by)}<br>Claimed by {names(area.claimed_by)}"
    return f"<b>{escape(area.name)}</b> (disputed)<br>{held}<br>{wrapped(area.note)}"


def _serve_csv(app: dash.Dash, spaces: Mapping[str, Workspace]) -> None:
    def send(name: str, table: str) -> Response:
        space = _named(name, spaces)
        page_url = f"{request.host_url.rstrip('/')}{app.config.requests_pathname_prefix}d/{name}"
        return _csv(space, request.query_string.decode(), page_url, table)

    route = "data/<name>/<any(records, positions):table>.csv"
    app.server.add_url_rule(f"{app.config.routes_pathname_prefix}{route}", "records-csv", send)


def _serve_cubes(app: dash.Dash, spaces: Mapping[str, Workspace]) -> None:
    """What the browser counts with: the same bytes for every view that differs in its period or its looks alone."""
    kept: Answers[tuple[str, str], bytes] = Answers(CUBES_ROOM, len)

    def send(name: str) -> Response:
        space = _named(name, spaces)
        search, version = request.query_string.decode(), space.store.version
        question = Question.of(space, views.parse(search, space.vocabulary, space.base(search)).view)
        tag = cubes.tag(question, version)

        def body(encoding: str) -> bytes:
            return kept.get((tag, encoding), lambda: compressed(cubes.body(space, question), encoding))

        is_partial = space.is_crowded and question.timeless.get("words") is not None
        is_lasting = bool(version) and request.args.get("v") == version and not is_partial
        return known_by_tag(tag, "application/octet-stream", body, is_lasting=is_lasting)

    app.server.add_url_rule(f"{app.config.routes_pathname_prefix}data/<name>/cubes", "cubes", send)


def _serve_story(app: dash.Dash, spaces: Mapping[str, Workspace]) -> None:
    """“Make a story of this”: the current view as a file to go on writing."""

    def send(name: str) -> Response:
        space = _named(name, spaces)
        view = views.parse(request.query_string.decode(), space.vocabulary, space.default).view
        text = story_yaml(space.dossier.meta.title, views.query(view, space.default))
        headers = {"Content-Disposition": 'attachment; filename="story.yaml"'}
        return Response(text, mimetype="application/yaml", headers=headers)

    app.server.add_url_rule(f"{app.config.routes_pathname_prefix}data/<name>/story.yaml", "story-yaml", send)


def _csv(space: Workspace, search: str, page_url: str, table: str) -> Response:
    view = views.parse(search, space.vocabulary, space.default).view
    meta = space.dossier.meta
    if not meta.may_share_rows:
        return Response(f"{share.NOT_SHARED} {meta.licence}\n", 403, mimetype="text/plain")
    about = (f"{meta.compiled_by}, {meta.licence}", page_url + views.query(view, space.default))
    subject, said, written = (_positions if table == "positions" else _records)(space, view)
    lines = written([meta.title, said, *about])
    stem = views.file_stem(view, meta.id, subject, space.vocabulary)
    named = {"Content-Disposition": f'attachment; filename="{stem}.csv"'}
    return Response(stream_with_context(in_chunks(lines)), mimetype="text/csv", headers=named)


Written = Callable[[Sequence[str]], Iterator[str]]
"""The lines of a CSV under the lines that describe it."""


def _records(space: Workspace, view: views.View) -> tuple[str, str, Written]:
    """What is listed, the words for it, and the file: events, or statements where these are listed."""
    count = passing(space, view)
    said = (views.events_phrase(view, count, searched(space, view), space.vocabulary), _amount(space, view))
    is_said = view.lens is views.Lens.SAID
    ids = space.store.ids(view.selection, "statement") if is_said else space.each_event(view)
    write = statements_csv if is_said else events_csv
    subject = "statements" if is_said else "events"
    return subject, f"{'; '.join(filter(None, said))}.", lambda header: write(space.dossier, ids, header)


def _positions(space: Workspace, view: views.View) -> tuple[str, str, Written]:
    """The same of the positions of states on the days of the view; of the filters, those by country and by what was
    known hold for them."""
    named = [views.in_sentence(one, space.vocabulary) for one in view.countries]
    said = [
        standing_phrase(space, view),
        f"as known on {views.day_text(view.known)}" if view.known is not None else "",
        f"here {views.any_of(named, 'and')} alone" if named else "",
    ]
    return (
        "positions",
        f"{'; '.join(filter(None, said))}.",
        lambda header: positions_csv(space.dossier, standings(space, view), header),
    )


def _amount(space: Workspace, view: views.View) -> str:
    """What the events on the map add up to, by the chosen measure; a list also holds those without a place."""
    measure = Question.of(space, view).measure
    amount = space.store.sum(view.selection, measure, view.clock_name) if measure else None
    return f"{headline.amount_phrase(view, space, amount, searched(space, view))} on the map" if amount else ""


def _register(app: dash.Dash, spaces: Mapping[str, Workspace], base: BaseMap) -> None:
    _register_browser(app)
    prefix = app.config.requests_pathname_prefix

    @app.callback([Output(*pair) for pair in OUTPUTS], Input("request", "data"), prevent_initial_call=True)
    def settle(data: object) -> list[Any]:
        name = _dossier_name(data, spaces)
        return page.answered(spaces[name], base, Request.of(data), f"{prefix}data/{name}/")


def _register_browser(app: dash.Dash) -> None:
    """Callbacks that run in the browser, from assets/app.js."""
    browser = dash.ClientsideFunction
    app.clientside_callback(
        browser("standoff", "request"),
        Output("request", "data"),
        Input("surroundings", "data"),
    )
    app.clientside_callback(
        browser("standoff", "settle"),
        Output("settled", "data"),
        Input("scene", "data"),
        State("panels", "data"),
        State("figures", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(browser("standoff", "told"), Input("trouble", "data"), prevent_initial_call=True)


def _named(name: str, spaces: Mapping[str, Workspace]) -> Workspace:
    """The dossier that an address of data names. Raises NotFound, for which the server has words."""
    space = spaces.get(name)
    if space is None:
        raise NotFound
    return space


def _dossier_name(data: object, spaces: Mapping[str, Workspace]) -> str:
    path = data.get("path") if isinstance(data, dict) else None
    name = str(path or "").rstrip("/").rpartition("/d/")[2]
    return name if name in spaces else next(iter(spaces))


def _failed(error: Exception) -> None:
    """The one place where a failure in a callback becomes words; the reader's page stays as it was."""
    log.exception("a view could not be rendered", exc_info=error)
    words = f"{error} {LAST_VIEW}" if isinstance(error, EngineError) else FAILED
    dash.set_props("trouble", {"data": words})


NO_ANSWER = "The server does not answer. Is it still running? Reload the page to try again."
LAST_VIEW = "The page shows the last view that could be drawn."
FAILED = f"Something went wrong here, and this view could not be drawn. {LAST_VIEW} Go back, or reset the filters."
