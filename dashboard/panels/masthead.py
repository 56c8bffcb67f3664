"""The top of the page: dossier, lenses, search, theme, share and export."""

from __future__ import annotations

from dashboard import elements as html
from dashboard.links import WHOLE, Links, choice, choices
from dashboard.view import Lens, Table, Theme, View
from dashboard.view_model.text import count_noun
from dashboard.workspace import Workspace

LENS_LABELS = {Lens.HAPPENED: "Happened", Lens.SAID: "Said", Lens.STANDS: "Stands"}
THEME_LABELS = {Theme.SYSTEM: "System", Theme.LIGHT: "Light", Theme.DARK: "Dark"}


def layout() -> html.Header:
    """The frame of the masthead; dossier and lenses come with a view."""
    return html.Header(
        [
            html.A("Skip to the map", href="#map-panel", className="skip"),
            html.Div(id="brand", className="brand"),
            html.Div(id="lenses"),
            html.Div(_search(), className="search", role="search"),
            html.Div(
                [
                    html.Button("Share", id="share-button", type="button", **{"aria-haspopup": "dialog"}),
                    html.Button("Export", id="export-button", type="button", **{"aria-haspopup": "dialog"}),
                ],
                className="actions",
            ),
        ],
        className="masthead",
    )


def _search() -> list[object]:
    field = html.Input(
        id="search", type="search", maxLength=200, placeholder="Search events, actors, places   /", autoComplete="off"
    )
    return [html.Label("Search", htmlFor="search", className="hidden"), html.Div(field, className="field")]


def brand(space: Workspace) -> list[object]:
    """The dossier's name and its size in figures."""
    dossier = space.dossier
    sizes = [
        count_noun(len(dossier.events), "event"),
        count_noun(len(space.vocabulary.claims), "claim") if space.vocabulary.claims else "",
        count_noun(len(space.holders), "state") if space.holders else "",
        dossier.meta.period_label,
    ]
    return [
        html.A(dossier.meta.title, href="?", className="title", **WHOLE),
        html.Span(" · ".join(filter(None, sizes)), className="sizes"),
    ]


def lenses(view: View, links: Links, space: Workspace) -> html.Nav:
    """The lenses that the dossier has records for."""
    offered = space.vocabulary.lenses
    picture = {"table": Table.NONE} if view.table is Table.MATRIX else {}  # which only *Said* has
    entries = [choice(LENS_LABELS[Lens(lens)], links.to(lens=lens, **picture), lens == view.lens) for lens in offered]
    return choices("Lens", entries)


def themes(view: View, links: Links) -> html.Nav:
    """Light, dark, or as the device has it."""
    return choices("Theme", [choice(label, links.to(theme=t), t is view.theme) for t, label in THEME_LABELS.items()])
