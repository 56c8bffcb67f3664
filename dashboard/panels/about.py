"""What a dossier says of itself: what it holds, what an import left out of it, who answers for it, and its terms."""

from __future__ import annotations

from typing import Any

from dashboard import elements as html
from dashboard.links import outside
from dashboard.workspace import Workspace
from events.model import DossierFile


def menu(space: Workspace) -> html.Details:
    """The words of dossier.yaml, to unfold."""
    meta = space.dossier.meta
    rows = [("Compiled by", meta.compiled_by), ("Terms", _terms(meta))]
    sheet = [
        html.P(meta.summary),
        html.Dl([html.Div([html.Dt(name), html.Dd(words)]) for name, words in rows]),
    ]
    return html.Details([html.Summary("About"), html.Div(sheet, className="sheet below")], className="menu", id="about")


def _terms(meta: DossierFile) -> Any:
    return outside(meta.licence, meta.licence_url) if meta.licence_url else meta.licence
