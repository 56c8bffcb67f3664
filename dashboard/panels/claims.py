"""Claims as a two-sided card: the proposition, who asserts it, who denies it, and what is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dashboard import elements as html
from dashboard.labels import STANCE_LABELS, STATUS_LABELS
from dashboard.links import Links, outside
from dashboard.panels.sources import source_heading, source_list
from dashboard.view import Lens, View
from dashboard.view_model.results import Results
from dashboard.workspace import Workspace
from events import dates
from events.model import Claim, Event, Stance, Statement

SIDES = ((Stance.ASSERTS, "Asserts"), (Stance.DENIES, "Denies"), (Stance.RETRACTS, "Retracts"))
SIGNS = {Stance.ASSERTS: "●", Stance.DENIES: "✕", Stance.RETRACTS: "○"}


def disputed(view: View, links: Links, space: Workspace, results: Results) -> list[Any]:
    """The claims that the statements of the view are about."""
    public = space.public(view)
    present = {public.statements[key].claim for key in results.ids}
    return claim_list([key for key in public.claims if key in present], view, links, space)


def statement_row(statement: Statement, links: Links, space: Workspace) -> html.Li:
    """One statement of a list: when, which side, who, about what."""
    sign = f"{dates.describe(statement.said_on)} · {SIGNS[statement.stance]} {STANCE_LABELS[statement.stance].lower()}"
    words = f"{space.vocabulary.actors[statement.actor]}: {space.vocabulary.claims[statement.claim]}"
    parts = [html.Span(sign, className="when"), html.Span(words, className="what")]
    return html.Li(html.A(parts, href=links.to(record=statement.id), **{"data-record": statement.id}))


def claim_list(ids: Iterable[str], view: View, links: Links, space: Workspace) -> list[Any]:
    """One row per claim: its heading, its status, and how many statements stand on each side."""
    public = space.public(view)
    claims = [public.claims[key] for key in ids]
    rows = [_row(claim, public.said[claim.id], links) for claim in claims]
    noun = "claim" if len(claims) == 1 else "claims"
    return [html.H2(f"{len(claims)} {noun}"), html.Ol(rows, className="events")]


def _row(claim: Claim, said: Sequence[Statement], links: Links) -> html.Li:
    counts = " · ".join(f"{label.lower()} {n}" for stance, label in SIDES if (n := _count(said, stance)))
    status = html.Span(f"{STATUS_LABELS[claim.status]} · {counts}", className="when")
    words = html.Span(claim.short or claim.text, className="what")
    return html.Li(html.A([status, words], href=links.to(record=claim.id), **{"data-record": claim.id}))


def _count(said: Iterable[Statement], stance: Stance) -> int:
    return sum(statement.stance is stance for statement in said)


def card(claim: Claim, view: View, links: Links, space: Workspace) -> list[Any]:
    """The whole record of a claim, with its rivals beside it."""
    return [
        _steps(claim, view, links, space),
        html.H2(claim.text, className="record-title", id="record-title"),
        _filter_link(claim, view, links),
        sides(claim, view, space, html.H3),
        _finding(claim),
        *_rivals(claim, view, links, space),
        *_events(claim, view, links, space),
        html.Section([html.H3(source_heading(claim.sources, space)), source_list(claim.sources, space)]),
    ]


def _steps(claim: Claim, view: View, links: Links, space: Workspace) -> html.Nav:
    ids = list(space.public(view).claims)
    at = ids.index(claim.id)
    ends = (("‹", "Previous claim", "previous-record", at - 1), ("›", "Next claim", "next-record", at + 1))
    steps = [
        html.A(sign, href=links.to(record=ids[i]), className="step", id=key, title=label, **{"aria-label": label})
        if 0 <= i < len(ids)
        else html.Span(sign, className="step off", **{"aria-hidden": "true"})
        for sign, label, key, i in ends
    ]
    back = "All claims" if view.lens is Lens.SAID else "All events"
    close = html.A(back, href=links.to(record=""), id="close-record")
    where = html.Span(f"Claim {at + 1} of {len(ids)}", className="where")
    return html.Nav([close, where, *steps], className="steps", **{"aria-label": "Claims of this dossier"})


def _filter_link(claim: Claim, view: View, links: Links) -> html.P:
    is_on = claim.id in view.claims
    href = links.to(claims=() if is_on else (claim.id,), lens=Lens.SAID)
    words = "Show all claims on the map" if is_on else "Show who says it on the map"
    return html.P(
        html.A(words, href=href, role="button", **{"aria-pressed": "true" if is_on else "false"}), className="meta"
    )


def sides(claim: Claim, view: View, space: Workspace, heading: Callable[[str], html.Element]) -> html.Div:
    """Who asserts on the left, who denies on the right, each in time order under a heading of the given level; the open
    statement is marked."""
    said = space.public(view).said[claim.id]
    columns = [_side(stance, label, said, space, heading, view.record) for stance, label in SIDES]
    return html.Div([column for column in columns if column], className="sides")


def _side(
    stance: Stance,
    label: str,
    said: Sequence[Statement],
    space: Workspace,
    heading: Callable[[str], html.Element],
    marked: str,
) -> html.Div | None:
    mine = [statement for statement in said if statement.stance is stance]
    if not mine and stance is Stance.RETRACTS:
        return None
    nobody = [] if mine else [html.P("Nobody in this dossier.", className="meta")]
    statements = [_statement(statement, space, marked) for statement in mine]
    return html.Div([heading(f"{label} · {len(mine)}"), *nobody, *statements], className=f"side {stance}")


def _statement(statement: Statement, space: Workspace, marked: str) -> html.Div:
    actor = space.dossier.actors[statement.actor]
    return html.Div(
        [
            html.B(actor.name),
            *_words(statement),
            html.Span(_circumstances(statement, space), className="meta"),
        ],
        className="statement marked" if statement.id == marked else "statement",
        **{"data-record": statement.id},
    )


def _words(statement: Statement) -> list[Any]:
    """The quote in its own language, then its translation; where there is neither, what the note says."""
    spoken = [html.Q(statement.quote, lang=statement.language or None)] if statement.quote else []
    language = f" (translated from {statement.language})" if statement.language not in {"", "en"} else " (translated)"
    translated = [html.Q(statement.translation), html.Span(language, className="meta")] if statement.translation else []
    note = [html.Span(statement.note)] if statement.note and not (spoken or translated) else []
    return [*spoken, *translated, *note]


def _circumstances(statement: Statement, space: Workspace) -> list[Any]:
    source = space.dossier.sources.get(statement.source)
    state = space.vocabulary.countries.get(space.dossier.actors[statement.actor].state or "", "")
    cited = [outside(source.publisher, source.url)] if source else []
    kind = " (state media)" if source and source.kind == "state-media" else ""
    words = [statement.capacity, state, dates.describe(statement.said_on), statement.channel]
    return [" · ".join(filter(None, words)), " · ", *cited, kind]


def _finding(claim: Claim) -> html.P:
    return html.P([html.B(f"{STATUS_LABELS[claim.status]}. "), claim.evidence], className="finding")


def _rivals(claim: Claim, view: View, links: Links, space: Workspace) -> list[Any]:
    """Rival claims side by side with this one, each with its own two sides in figures."""
    public = space.public(view)
    rivals = [public.claims[key] for key in claim.rivals if key in public.claims]
    if not rivals:
        return []
    columns = [_rival(rival, public.said[rival.id], links) for rival in rivals]
    return [html.Section([html.H3("Rival claims"), html.Div(columns, className="sides")])]


def _rival(claim: Claim, said: Sequence[Statement], links: Links) -> html.Div:
    counts = " · ".join(f"{label.lower()} {_count(said, stance)}" for stance, label in SIDES[:2])
    return html.Div(
        [html.A(claim.text, href=links.to(record=claim.id)), html.Span(counts, className="meta")], className="statement"
    )


def _events(claim: Claim, view: View, links: Links, space: Workspace) -> list[Any]:
    events = space.public(view).events(claim.about)
    if not events:
        return []
    rows = [html.Li(html.A(event.title, href=links.to(record=event.id))) for event in events]
    return [html.Section([html.H3("About"), html.Ul(rows)])]


def summaries(event: Event, view: View, links: Links, space: Workspace) -> list[html.Section]:
    """The claims about an event, inside its record."""
    about = [claim for claim in space.public(view).claims.values() if event.id in claim.about]
    return [_summary(claim, view, links, space) for claim in about]


def _summary(claim: Claim, view: View, links: Links, space: Workspace) -> html.Section:
    heading = html.P(html.A(claim.text, href=links.to(record=claim.id)), className="claim")
    return html.Section(
        [html.H3("Claim"), heading, sides(claim, view, space, html.H4), _finding(claim)], className="claim-card"
    )
