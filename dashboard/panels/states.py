"""The page of a state: its positions with their evidence, its statements, its events."""

from __future__ import annotations

from typing import Any

from dashboard import elements as html
from dashboard.labels import BASIS_LABELS, CONFIDENCE_LABELS
from dashboard.links import Links
from dashboard.panels.claims import statement_row
from dashboard.panels.sources import source_list
from dashboard.view import View
from dashboard.workspace import Workspace
from events import dates, positions


def page(state: str, view: View, links: Links, space: Workspace) -> list[Any]:
    """Everything that the dossier records about one state."""
    is_on = state in view.countries
    words = "Stop filtering by this state" if is_on else "Filter by this state"
    pressed = {"aria-pressed": "true" if is_on else "false"}
    return [
        html.Nav(
            [html.A("Back to the list", href=links.to(record=""), id="close-record")],
            className="steps",
            **{"aria-label": "State"},
        ),
        standing(state, view, links, space),
        html.P(html.A(words, href=links.toggle("countries", state), role="button", **pressed), className="meta"),
        *_statements(state, view, links, space),
        *_events(state, view, links, space),
    ]


def _statements(state: str, view: View, links: Links, space: Workspace) -> list[Any]:
    actors = space.dossier.actors
    said = [s for s in space.public(view).statements.values() if actors[s.actor].state == state]
    rows = [statement_row(statement, links, space) for statement in said]
    return [html.H2(f"{len(rows)} statements"), html.Ol(rows, className="events")] if rows else []


def _events(state: str, view: View, links: Links, space: Workspace) -> list[Any]:
    ids = space.events_of(state, view)
    rows = [
        html.Li(
            html.A(
                [
                    html.Span(dates.describe(event.when) if event.when else "undated", className="when"),
                    html.Span(event.title, className="what"),
                ],
                href=links.to(record=event.id),
            )
        )
        for event in (space.dossier.events[key] for key in ids)
    ]
    return [html.H2(f"{len(rows)} events"), html.Ol(rows, className="events")] if rows else []


def standing(country: str, view: View, links: Links, space: Workspace) -> html.Section:
    """The positions of a state with basis and sources, newest first; the one held on the cursor day is marked."""
    name = html.A(space.vocabulary.countries[country], href=links.to(record=country))
    heading = html.H2(name, className="record-title")
    records = space.public(view).history.get(country, ())
    if not records:
        question = space.question
        is_subject = question is not None and country == question.subject
        words = question.subject_note if question and is_subject else "Not researched in this dossier."
        return html.Section([heading, html.P(words)], className="standing")
    held = positions.held_on(records, view.on if view.on is not None else space.extent[1])
    labels = {a.id: a.label for q in space.dossier.meta.questions for a in q.answers}
    entries = [
        html.Li(
            [
                html.P([html.B(labels[record.answer]), f" since {dates.describe(record.since)}"]),
                html.P(
                    f"{BASIS_LABELS[record.basis]} · {CONFIDENCE_LABELS[record.confidence].lower()}", className="meta"
                ),
                *([html.P(record.note)] if record.note else []),
                source_list(record.sources, space),
            ],
            className="held" if record is held else "",
        )
        for record in reversed(records)
    ]
    return html.Section([heading, html.Ol(entries)], className="standing")
