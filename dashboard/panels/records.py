"""The right rail: the events of the view, or one of them opened with everything that is known about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dashboard import elements as html
from dashboard.labels import CONFIDENCE_LABELS
from dashboard.links import Links, choice, choices
from dashboard.panels import claims, states, story
from dashboard.panels.sources import source_heading, source_list
from dashboard.view import Lens, Sort, View, day_text
from dashboard.view_model.changes import changes_between
from dashboard.view_model.marks import leg_text
from dashboard.view_model.results import PAGE, Results, ordering_measure, page_of
from dashboard.view_model.text import count_noun
from dashboard.workspace import Workspace
from events import dates, positions
from events.dates import DateSpan
from events.model import Actor, Affiliation, Amount, Event, Measure, Movement, Participation, Position
from events.selection import fold

ORDERS = {
    Sort.OLDEST: "oldest first",
    Sort.NEWEST: "newest first",
    Sort.MOST: "most {unit}",
    Sort.LEAST: "fewest {unit}",
}


def layout() -> html.Aside:
    """The rail, which takes the focus when a record opens."""
    return html.Aside(html.Div(id="records", tabIndex=-1), className="records", **{"aria-label": "Records"})


def render(view: View, links: Links, space: Workspace, results: Results) -> list[Any]:
    """The open record, or the list of events or statements."""
    if view.story:
        return story.render(view, links, space)
    if view.record:
        return _opened(view, links, space, results)
    if view.lens is Lens.SAID:
        return [*claims.disputed(view, links, space, results), *_list(view, links, space, results)]
    return [
        *_changes(view, links, space),
        *_standings(view, links, space),
        *_claims_found(view, links, space),
        *_list(view, links, space, results),
        *_organisations(view, space),
    ]


def _opened(view: View, links: Links, space: Workspace, results: Results) -> list[Any]:
    event = space.public(view).event(view.record)
    if event:
        return _record(event, view, links, space, results)
    claim = space.public(view).claim_of(view.record)
    if claim:
        return claims.card(claim, view, links, space)
    if view.record in space.countries:
        return states.page(view.record, view, links, space)
    return _not_yet_public(view, links)


def _not_yet_public(view: View, links: Links) -> list[Any]:
    """In place of a record of which nothing was known on the day of knowledge."""
    day = "" if view.known is None else day_text(view.known)
    return [
        html.Nav(
            [html.A("Back to the list", href=links.to(record=""), id="close-record")],
            className="steps",
            **{"aria-label": "Record"},
        ),
        html.P(f"This record became public after {day}, the day of “as known on”.", className="doubt"),
        html.P(html.A(f"Drop “as known on {day}”", href=links.to(known=None), className="way-back")),
    ]


# ── The list ───────────────────────────────────────────────────────────────────────────────


def _list(view: View, links: Links, space: Workspace, results: Results) -> list[Any]:
    """A page of the events or statements of the view, and the ways to the other pages."""
    is_said = view.lens is Lens.SAID
    count = count_noun(results.passing, "statement" if is_said else "event").capitalize()
    heading = html.H2(count, className="second" if is_said else None)
    if not results.page:
        return [heading]
    rows = (_statements if is_said else _events)(view, links, space, results)
    return [heading, *_orders(view, links, space), html.Ol(rows, className="events"), *_pages(view, links, results)]


def _statements(view: View, links: Links, space: Workspace, results: Results) -> list[html.Li]:
    said = map(space.public(view).statements.__getitem__, results.page)
    return [claims.statement_row(statement, links, space) for statement in said]


def _events(view: View, links: Links, space: Workspace, results: Results) -> list[html.Li]:
    listed = [space.dossier.events[key] for key in results.page]
    measure = ordering_measure(space, view) if view.sort in {Sort.MOST, Sort.LEAST} else None
    return [_row(event, links, _amounts(event, [measure] if measure else ())) for event in listed]


def _orders(view: View, links: Links, space: Workspace) -> list[html.Nav]:
    """In which order the records are listed; by a measure only where they carry one."""
    measure = ordering_measure(space, view)
    offered = ORDERS if measure else [Sort.OLDEST, Sort.NEWEST]
    words = {sort: ORDERS[sort].format(unit=measure.unit if measure else "") for sort in offered}
    return [choices("Order", [choice(text, links.to(sort=sort), sort is view.sort) for sort, text in words.items()])]


def _pages(view: View, links: Links, results: Results) -> list[html.Nav]:
    """“‹ 101–200 of 4,211 ›”, where there is more than a page."""
    if results.passing <= PAGE:
        return []
    page = page_of(view, results.passing)
    first, last = (page - 1) * PAGE + 1, min(page * PAGE, results.passing)
    parts = [
        _turn("‹", "Previous page", page - 1 if page > 1 else None, "previous-page", links),
        html.Span(f"{first:,}–{last:,} of {results.passing:,}", className="where"),
        _turn("›", "Next page", page + 1 if last < results.passing else None, "next-page", links),
    ]
    return [html.Nav(parts, className="steps pages", **{"aria-label": "Pages of the list"})]


def _turn(sign: str, label: str, page: int | None, key: str, links: Links) -> Any:
    return _step(sign, label, None if page is None else links.to(page=page), key)


def _row(event: Event, links: Links, amounts: Sequence[str]) -> html.Li:
    facts = " · ".join([_when(event), *amounts])
    parts = [html.Span(facts, className="when"), html.Span(event.title, className="what")]
    tray = _tray(event)
    words = [html.Span(tray, className="tray")] if tray else []
    return html.Li(html.A([*parts, *words], href=links.to(record=event.id), **{"data-record": event.id}))


def _when(event: Event) -> str:
    return dates.describe(event.when) if event.when else "undated"


def _tray(event: Event) -> str:
    missing = [word for word, there in (("undated", event.when), ("unplaced", event.place)) if not there]
    return ", ".join(missing)


# ── Positions of the chosen states ─────────────────────────────────────────────────────────


def _standings(view: View, links: Links, space: Workspace) -> Iterable[html.Section]:
    if view.lens is Lens.STANDS and view.on is not None:
        for country in view.countries:
            yield states.standing(country, view, links, space)


def _claims_found(view: View, links: Links, space: Workspace) -> list[Any]:
    """Claims in whose words a search is found; the list itself holds only events."""
    asked = fold(view.words).split()
    words = {key: fold(f"{claim.short} {claim.text}") for key, claim in space.public(view).claims.items()}
    found = [key for key, text in words.items() if all(word in text for word in asked)]
    return claims.claim_list(found, view, links, space) if asked and found else []


def _changes(view: View, links: Links, space: Workspace) -> list[Any]:
    """What changed between the cursor day and the day compared with."""
    if view.lens is not Lens.STANDS or view.against is None or view.on is None:
        return []
    first, last = sorted((view.on, view.against))
    moved = changes_between(space, view)
    rows = [_change(*change, links, space) for change in moved]
    heading = f"{len(rows)} states changed between {day_text(first)} and {day_text(last)}"
    return [html.H2(heading), html.Ol(rows, className="events", id="changes")]


def _change(state: str, before: Position | None, after: Position, links: Links, space: Workspace) -> html.Li:
    held = space.answers[before.answer].label if before else "none recorded"
    words = f"{held} → {space.answers[after.answer].label}, {dates.describe(after.since)}"
    name = html.Span(space.vocabulary.countries[state], className="what")
    return html.Li(html.A([name, html.Span(words, className="when")], href=links.to(record=state)))


def _organisations(view: View, space: Workspace) -> list[Any]:
    """Positions of organisations, apart from those of their members."""
    organisations = space.public(view).organisations
    if view.lens is not Lens.STANDS or view.on is None or not organisations:
        return []
    day = view.on
    held = [(key, record) for key, records in organisations.items() if (record := positions.held_on(records, day))]
    rows = [
        html.Li(
            [
                html.P([html.B(space.vocabulary.actors[key]), f": {space.answers[record.answer].label}"]),
                html.P(f"since {dates.describe(record.since)}", className="meta"),
                source_list(record.sources, space),
            ]
        )
        for key, record in held
    ]
    return [
        html.Section(
            [html.H2(f"{len(rows)} organisations, not counted as states"), html.Ul(rows)], className="standing"
        )
    ]


# ── One record ─────────────────────────────────────────────────────────────────────────────


def _record(event: Event, view: View, links: Links, space: Workspace, results: Results) -> list[Any]:
    return [
        _steps(event, view, links, space, results),
        html.H2(event.title, className="record-title", id="record-title"),
        html.P(_facts_line(event, space), className="meta"),
        html.P(event.summary, className="summary"),
        *([html.P(event.note, className="doubt")] if event.note else []),
        *_section("Actors", [_actor(part, event, view, links, space) for part in event.actors]),
        *_section("Movements", [_leg(leg, space) for leg in space.legs.get(event.id, ())]),
        *claims.summaries(event, view, links, space),
        *_sources(event, space),
    ]


def _steps(event: Event, view: View, links: Links, space: Workspace, results: Results) -> html.Nav:
    at, before, after = _beside(event.id, view, space, results)
    where = f"{at + 1:,} of {results.passing:,}" if at is not None else "outside the filters"
    addresses = [None if key is None else links.to(record=key) for key in (before, after)]
    return html.Nav(
        [
            html.A("All events", href=links.to(record=""), id="close-record"),
            html.Span(where, className="where"),
            _step("‹", "Previous event", addresses[0], "previous-record"),
            _step("›", "Next event", addresses[1], "next-record"),
        ],
        className="steps",
        **{"aria-label": "Events of this view"},
    )


def _beside(key: str, view: View, space: Workspace, results: Results) -> tuple[int | None, str | None, str | None]:
    """The place of an event in the list of the view, and the events before and after it there."""
    measure = ordering_measure(space, view)
    if measure and view.sort in {Sort.MOST, Sort.LEAST}:
        return space.store.around_by(view.selection, key, measure.id, is_most=view.sort is Sort.MOST)
    at, before, after = _around(key, view, space, results)
    if view.sort is not Sort.NEWEST:
        return at, before, after
    return None if at is None else results.passing - 1 - at, after, before


def _around(key: str, view: View, space: Workspace, results: Results) -> tuple[int | None, str | None, str | None]:
    """The same in the order of time."""
    if space.is_crowded:
        return space.store.around(view.selection, key)
    ids = list(results.ids)
    at = ids.index(key) if key in ids else None
    before = ids[at - 1] if at else None
    return at, before, ids[at + 1] if at is not None and at + 1 < len(ids) else None


def _step(sign: str, label: str, href: str | None, key: str) -> Any:
    if href is None:
        return html.Span(sign, className="step off", **{"aria-hidden": "true"})
    return html.A(sign, href=href, className="step", id=key, title=label, **{"aria-label": label})


def _facts_line(event: Event, space: Workspace) -> str:
    place = space.dossier.places.get(event.place or "")
    kinds = space.vocabulary.kinds
    edtf = f" ({event.when.text})" if event.when and not event.when.is_exact else ""
    where = place.name if place else "no place"
    clock = ["UTC" + event.time_zone.replace("-", "\u2212")] if event.time_zone else []  # no line breaks at a minus
    certainty = CONFIDENCE_LABELS[event.confidence].lower()
    amounts = _amounts(event, space.dossier.meta.measures)
    return " · ".join([kinds[event.kind], f"{_when(event)}{edtf}", *clock, where, *amounts, certainty])


def _amounts(event: Event, measures: Iterable[Measure]) -> list[str]:
    """“24 deaths (18–42)”: the measures that an event carries, each with the range of its estimates."""
    known = {one.measure: one for one in event.measures}
    return [_amount(known[measure.id], measure) for measure in measures if measure.id in known]


def _amount(one: Amount, measure: Measure) -> str:
    span = f" ({one.low:,}–{one.high:,})" if one.low < one.high else ""
    return f"{one.best:,} {(one.best == 1 and measure.unit_of_one) or measure.unit}{span}"


def _section(heading: str, entries: Sequence[html.Li]) -> list[Any]:
    return [html.Section([html.H3(heading), html.Ul(entries)])] if entries else []


def _actor(part: Participation, event: Event, view: View, links: Links, space: Workspace) -> html.Li:
    actor = space.dossier.actors[part.actor]
    is_on = part.actor in view.actors
    link = html.A(
        actor.name,
        href=links.toggle("actors", part.actor),
        role="button",
        title="Stop filtering by this actor" if is_on else "Filter by this actor",
        **{"aria-pressed": "true" if is_on else "false"},
    )
    who = ", ".join(offices(actor, event.when)) or actor.description
    words = ", ".join(filter(None, [who, space.vocabulary.countries.get(actor.state or "", "")]))
    role = f" ({part.role})" if part.role != "agent" else ""
    return html.Li([link, html.Span(f" {words}{role}", className="meta")])


def offices(actor: Actor, when: DateSpan | None) -> list[str]:
    """The offices and memberships that an actor may have held at a time."""
    return [one.title for one in actor.affiliations if when and _overlap(one, when)]


def _overlap(held: Affiliation, when: DateSpan) -> bool:
    first, last = held.since.earliest if held.since else None, held.until.latest if held.until else None
    begins_late = first is not None and when.latest is not None and first > when.latest
    ends_early = last is not None and when.earliest is not None and last < when.earliest
    return not begins_late and not ends_early


def _leg(leg: Movement, space: Workspace) -> html.Li:
    clocks = [f"{word} {clock}" for word, clock in (("departs", leg.departs), ("arrives", leg.arrives)) if clock]
    details = [dates.describe(leg.when) if leg.when else "", *clocks, leg.carrier, leg.registration, leg.operator]
    return html.Li(
        [html.Span(leg_text(leg, space)), html.Span(" " + " · ".join(filter(None, details)), className="meta")]
    )


def _sources(event: Event, space: Workspace) -> list[Any]:
    cited = [space.dossier.sources[key] for key in event.sources if key in space.dossier.sources]
    if not cited:
        return [html.P("No source is given for this event.", className="doubt")]
    return [html.Section([html.H3(source_heading(event.sources, space)), source_list(event.sources, space)])]
