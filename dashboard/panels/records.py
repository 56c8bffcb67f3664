"""The right rail: the events of the view, or one of them opened with everything that is known about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dash import html

from dashboard.links import Links, outside
from dashboard.panels.sources import source_list
from dashboard.view import Lens, View
from dashboard.view_model import Results, basis_label, count_noun, leg_text
from dashboard.workspace import CONFIDENCE_LABELS, Workspace
from events import dates, positions
from events.model import Claim, Event, Participation, Stance, Statement

LISTED = 200
"""Records listed at once; the heading says when there are more."""


def layout() -> html.Aside:
    return html.Aside(html.Div(id="records", tabIndex=-1), className="records", **{"aria-label": "Records"})


def render(view: View, links: Links, space: Workspace, results: Results) -> list[Any]:
    event = space.dossier.events.get(view.record)
    if event:
        return _record(event, view, links, space, results)
    return [*_standings(view, space, links), *_list(links, space, results)]


# ── The list ───────────────────────────────────────────────────────────────────────────────


def _list(links: Links, space: Workspace, results: Results) -> list[Any]:
    ids = results.ids
    more = f", the first {LISTED} listed" if len(ids) > LISTED else ""
    heading = html.H2(f"{count_noun(len(ids), 'event')}{more}".capitalize())
    rows = [_row(space.dossier.events[key], links, space) for key in ids[:LISTED]]
    return [heading, html.Ol(rows, className="events")] if rows else [heading]


def _row(event: Event, links: Links, space: Workspace) -> html.Li:
    parts = [html.Span(_when(event), className="when"), html.Span(event.title, className="what")]
    tray = _tray(event)
    words = [html.Span(tray, className="tray")] if tray else []
    return html.Li(html.A([*parts, *words], href=links.to(record=event.id), **{"data-record": event.id}))


def _when(event: Event) -> str:
    return dates.describe(event.when) if event.when else "undated"


def _tray(event: Event) -> str:
    missing = [word for word, there in (("undated", event.when), ("unplaced", event.place)) if not there]
    return ", ".join(missing)


# ── Positions of the chosen states ─────────────────────────────────────────────────────────


def _standings(view: View, space: Workspace, links: Links) -> Iterable[html.Section]:
    if view.lens is Lens.STANDS and view.on is not None:
        for country in view.countries:
            yield _standing(country, view.on, space)


def _standing(country: str, day: int, space: Workspace) -> html.Section:
    heading = html.H2(space.vocabulary.countries[country], className="record-title")
    records = space.history.get(country, ())
    if not records:
        question = space.question
        is_subject = question is not None and country == question.subject
        words = question.subject_note if question and is_subject else "Not researched in this dossier."
        return html.Section([heading, html.P(words)], className="standing")
    held = positions.held_on(records, day)
    labels = {a.id: a.label for q in space.dossier.meta.questions for a in q.answers}
    entries = [
        html.Li(
            [
                html.P([html.B(labels[record.answer]), f" since {dates.describe(record.since)}"]),
                html.P(f"{basis_label(record)} · {CONFIDENCE_LABELS[record.confidence].lower()}", className="meta"),
                *([html.P(record.note)] if record.note else []),
                source_list(record.sources, space),
            ],
            className="held" if record is held else "",
        )
        for record in reversed(records)
    ]
    return html.Section([heading, html.Ol(entries)], className="standing")


# ── One record ─────────────────────────────────────────────────────────────────────────────


def _record(event: Event, view: View, links: Links, space: Workspace, results: Results) -> list[Any]:
    return [
        _steps(event, links, results),
        html.H2(event.title, className="record-title", id="record-title"),
        html.P(_facts_line(event, space), className="meta"),
        html.P(event.summary, className="summary"),
        *([html.P(event.note, className="doubt")] if event.note else []),
        *_section("Actors", [_actor(part, view, links, space) for part in event.actors]),
        *_section("Movements", [_leg(leg, space) for leg in space.legs.get(event.id, ())]),
        *(_claim(claim, space) for claim in space.dossier.claims.values() if event.id in claim.about),
        *_sources(event, space),
    ]


def _steps(event: Event, links: Links, results: Results) -> html.Nav:
    ids = list(results.ids)
    at = ids.index(event.id) if event.id in ids else None
    before = ids[at - 1] if at else None
    after = ids[at + 1] if at is not None and at + 1 < len(ids) else None
    where = f"{at + 1} of {len(ids)}" if at is not None else "outside the filters"
    return html.Nav(
        [
            html.A("All events", href=links.to(record=""), id="close-record"),
            html.Span(where, className="where"),
            _step("‹", "Previous event", before, "previous-record", links),
            _step("›", "Next event", after, "next-record", links),
        ],
        className="steps",
        **{"aria-label": "Events of this view"},
    )


def _step(sign: str, label: str, record: str | None, key: str, links: Links) -> Any:
    if record is None:
        return html.Span(sign, className="step off", **{"aria-hidden": "true"})
    return html.A(sign, href=links.to(record=record), className="step", id=key, title=label, **{"aria-label": label})


def _facts_line(event: Event, space: Workspace) -> str:
    place = space.dossier.places.get(event.place or "")
    kinds = space.vocabulary.kinds
    edtf = f" ({event.when.text})" if event.when and not event.when.is_exact else ""
    where = place.name if place else "no place"
    return " · ".join([kinds[event.kind], f"{_when(event)}{edtf}", where, CONFIDENCE_LABELS[event.confidence].lower()])


def _section(heading: str, entries: Sequence[html.Li]) -> list[Any]:
    return [html.Section([html.H3(heading), html.Ul(entries)])] if entries else []


def _actor(part: Participation, view: View, links: Links, space: Workspace) -> html.Li:
    actor = space.dossier.actors[part.actor]
    is_on = part.actor in view.actors
    link = html.A(
        actor.name,
        href=links.toggle("actors", part.actor),
        role="button",
        title="Stop filtering by this actor" if is_on else "Filter by this actor",
        **{"aria-pressed": "true" if is_on else "false"},
    )
    words = ", ".join(filter(None, [actor.description, space.vocabulary.countries.get(actor.state or "", "")]))
    role = f" ({part.role})" if part.role != "agent" else ""
    return html.Li([link, html.Span(f" {words}{role}", className="meta")])


def _leg(leg: Any, space: Workspace) -> html.Li:
    details = [dates.describe(leg.when) if leg.when else "", leg.carrier, leg.registration, leg.operator]
    return html.Li(
        [html.Span(leg_text(leg, space)), html.Span(" " + " · ".join(filter(None, details)), className="meta")]
    )


def _claim(claim: Claim, space: Workspace) -> html.Section:
    said = [statement for statement in space.dossier.statements.values() if statement.claim == claim.id]
    sides = [(Stance.ASSERTS, "Asserts"), (Stance.DENIES, "Denies"), (Stance.RETRACTS, "Retracts")]
    columns = [_side(label, [s for s in said if s.stance is stance], space) for stance, label in sides]
    status = claim.status.replace("_", " ").capitalize()
    return html.Section(
        [
            html.H3("Claim"),
            html.P(claim.text, className="claim"),
            html.Div([column for column in columns if column], className="sides"),
            html.P([html.B(f"{status}. "), claim.evidence]),
        ],
        className="claim-card",
    )


def _side(label: str, said: Sequence[Statement], space: Workspace) -> html.Div | None:
    if not said:
        return None
    return html.Div([html.H4(f"{label} · {len(said)}"), *(_statement(statement, space) for statement in said)])


def _statement(statement: Statement, space: Workspace) -> html.Div:
    actor = space.dossier.actors[statement.actor]
    words = statement.translation or statement.quote
    note = "" if words else statement.note
    source = space.dossier.sources.get(statement.source)
    cited = [outside(source.publisher, source.url)] if source else []
    return html.Div(
        [
            html.B(actor.name),
            *([html.Q(words)] if words else []),
            *([html.Span(note)] if note else []),
            html.Span([dates.describe(statement.said_on), " · ", *cited], className="meta"),
        ],
        className="statement",
    )


def _sources(event: Event, space: Workspace) -> list[Any]:
    cited = [space.dossier.sources[key] for key in event.sources if key in space.dossier.sources]
    if not cited:
        return [html.P("No source is given for this event.", className="doubt")]
    origins = {source.origin or source.publisher for source in cited}
    heading = f"Sources · {len(cited)}, {len(origins)} independent"
    return [html.Section([html.H3(heading), source_list(event.sources, space)])]
