"""The left rail: one list of options per filter, each with its count under the other filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import elements as html
from dashboard.links import Links
from dashboard.view import CLAUSES, Lens, View
from dashboard.view_model.results import Results
from dashboard.workspace import Workspace
from events.selection import fold

HEADINGS = {
    "countries": "Countries",
    "actors": "Actors",
    "places": "Places",
    "kinds": "Kind",
    "claims": "Claims",
    "stances": "Stance",
    "statuses": "Status of the claim",
    "agreements": "Agreement",
    "confidences": "Certainty",
    "sourcings": "Sourcing",
}
OF_EVENTS = frozenset({"places"})
"""Filters by what statements do not have."""
BOX = html.Span(className="box", **{"aria-hidden": "true"})
SHOWN_AT_FIRST = 6
MOST_OPTIONS = 120
"""Options of a filter on the page; a search brings up others."""


def layout() -> html.Aside:
    """The rail, which narrow screens fold away."""
    summary = html.Summary("Filters", id="filters-summary")
    return html.Aside(
        html.Details([summary, html.Div(id="filters")], id="filters-sheet", open=True),
        className="filters",
        **{"aria-label": "Filters"},
    )


def render(view: View, links: Links, space: Workspace, results: Results) -> list[html.Section]:
    """Every filter with its options, counted under all other filters."""
    offered = [(name, attr) for name, attr in CLAUSES if results.facets[name]]
    fitting = [(name, attr) for name, attr in offered if view.lens is not Lens.SAID or attr not in OF_EVENTS]
    return [_facet(attr, results.facets[name], view, links, space) for name, attr in fitting]


def _facet(attr: str, counts: Sequence[tuple[str, int]], view: View, links: Links, space: Workspace) -> html.Section:
    chosen = set(getattr(view, attr))
    names = space.vocabulary.names(attr)
    ordered = _in_steady_order(attr, counts, chosen, space)
    offered = _offered(ordered, chosen, names, view)
    options = [_option(attr, value, names.get(value, value), n, value in chosen, links) for value, n in offered]
    is_hidden = any(value in chosen for value, _ in offered[SHOWN_AT_FIRST:])
    rest = _rest(len(ordered) - len(offered), HEADINGS[attr])
    parts = [html.H2(HEADINGS[attr]), *options[:SHOWN_AT_FIRST], *_more([*options[SHOWN_AT_FIRST:], *rest], is_hidden)]
    return html.Section(parts, className="facet", role="group", **{"aria-label": HEADINGS[attr]})


def _offered(
    ordered: Sequence[tuple[str, int]], chosen: set[str], names: Mapping[str, str], view: View
) -> list[tuple[str, int]]:
    """Of very many options the first, those chosen, and those that a search names."""
    if len(ordered) <= MOST_OPTIONS:
        return list(ordered)
    asked = fold(view.words).split()
    named = {value for value, _ in ordered if asked and all(word in fold(names.get(value, value)) for word in asked)}
    kept = {value for value, _ in ordered[:MOST_OPTIONS]} | chosen | set(sorted(named)[:MOST_OPTIONS])
    return [entry for entry in ordered if entry[0] in kept]


def _rest(left: int, heading: str) -> list[html.P]:
    """What to do about the options that are not listed."""
    return [html.P(f"{left:,} more {heading.lower()}: search for a name to find them here.")] if left else []


def _more(options: Sequence[Any], has_chosen: bool) -> list[html.Details]:
    """The rest, folded away unless the reader opens it or has chosen something in it."""
    opened = {"open": True} if has_chosen else {}
    return (
        [html.Details([html.Summary(f"{len(options)} more"), *options], className="more", **opened)] if options else []
    )


def _in_steady_order(
    attr: str, counts: Sequence[tuple[str, int]], chosen: set[str], space: Workspace
) -> list[tuple[str, int]]:
    """What is found or chosen before what is not, each by size in the whole dossier: no choice moves an option of its
    own filter from under the reader's finger."""
    now = dict.fromkeys(chosen, 0) | dict(counts)
    whole = space.sizes[attr]
    return sorted(
        now.items(), key=lambda entry: (not entry[1] and entry[0] not in chosen, -whole.get(entry[0], 0), entry[0])
    )


def _option(attr: str, value: str, label: str, count: int, is_chosen: bool, links: Links) -> html.A:
    return html.A(
        [
            BOX,
            html.Span(label, className="label"),
            html.Span(f"{count:,}", className="count"),
        ],
        href=links.toggle(attr, value),
        className="option" + ("" if count or is_chosen else " none"),
        role="checkbox",
        **{"aria-checked": "true" if is_chosen else "false", "data-value": value},
    )
