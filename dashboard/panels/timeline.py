"""The timeline: its frame with handles, its controls, its table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dashboard import elements as html
from dashboard.links import Links, choice, choices
from dashboard.view import Clock, Colouring, Lanes, Lens, Spacing, Table, View
from dashboard.view_model.results import Results
from dashboard.view_model.text import count_noun
from dashboard.view_model.timelines import TimelineView
from dashboard.workspace import Workspace
from events import dates

GRAPH_CONFIG = {"displayModeBar": False, "showSendToCloud": False, "doubleClick": False, "scrollZoom": False}
SAID_LANE_LABELS = {Lanes.SIDE: "By speaker", Lanes.KIND: "By claim", Lanes.NONE: "One lane"}
LANE_LABELS = {Lanes.SIDE: "By side", Lanes.KIND: "By kind", Lanes.NONE: "One lane"}


def layout() -> html.Section:
    """The controls, the plot with the handles over it, and a place for its table."""
    bar = [
        _play(),
        _typed(),
        html.Div(id="timeline-choices", className="bar"),
        _options(),
        _key(),
        html.P(id="certainty", className="totals"),
        html.Div(id="timeline-legend"),
    ]
    return html.Section(
        [
            html.Div(bar, className="timeline-bar"),
            html.Div([graph("timeline", GRAPH_CONFIG), *_overlay()], id="timeline-frame", className="timeline-frame"),
            html.Div(id="timeline-table", className="table"),
        ],
        id="timeline-panel",
        className="timeline-panel",
        **{"aria-label": "Timeline"},
    )


def graph(key: str, config: Mapping[str, object]) -> html.Div:
    """Where the browser has Plotly draw a figure, with what Plotly is told besides."""
    return html.Div(html.Div(), id=key, className="graph", **{"data-config": json.dumps(config)})


def _options() -> html.Details:
    """What is set seldom: clock, colour, spacing, the day compared with, the day of knowledge."""
    days = [
        html.Div(_day_field(key, label), className=f"day-{key}")
        for key, label in (("against", "Compare with"), ("known", "As known on"))
    ]
    return html.Details(
        [html.Summary("Options"), html.Div([html.Div(id="timeline-options"), *days], className="sheet")],
        className="menu",
    )


GLYPHS = (
    ("●", "on that day"),
    ("├─┤", "on one day between the ends"),
    ("━━", "from day to day"),
    ("faded or dotted", "approximate or uncertain date"),
    ("◂ ▸", "start or end not known"),
    ("◎ red ring", "the open record"),
    ("● purple", "a speaker asserts the claim"),
    ("✕ orange", "a speaker denies the claim"),
    ("○ grey", "a speaker retracts"),
    ("▾ and a thin line", "an event that is spoken of"),
    ("thin slanting line", "a statement and what it answers"),
    ("orange or red mark", "one origin only, or none, where coloured"),
)


def _key() -> html.Details:
    """Every glyph of the timeline in words."""
    rows = [html.Div([html.Dt(sign), html.Dd(words)]) for sign, words in GLYPHS]
    return html.Details([html.Summary("Key"), html.Div(html.Dl(rows), className="sheet")], className="menu")


def _play() -> html.Div:
    return html.Div(
        [
            html.Button(
                "▶",
                id="play",
                type="button",
                className="play",
                title="Play",
                **{"aria-label": "Play", "aria-pressed": "false"},
            ),
            html.Button(
                "‹",
                id="previous-event",
                type="button",
                title="Previous event day",
                **{"aria-label": "Cursor to the previous event day"},
            ),
            html.Button(
                "›",
                id="next-event",
                type="button",
                title="Next event day",
                **{"aria-label": "Cursor to the next event day"},
            ),
        ],
        className="play-group",
    )


def _typed() -> html.Div:
    return html.Div(
        [
            *_day_field("from", "From"),
            *_day_field("to", "to"),
            *_day_field("on", "Cursor"),
            html.Span(id="typed-error", className="error", role="alert"),
        ],
        className="typed",
        id="typed",
    )


def _day_field(key: str, label: str) -> list[Any]:
    field = html.Input(id=key, type="text", placeholder="YYYY-MM-DD", size=11, maxLength=20, autoComplete="off")
    return [html.Label(label, htmlFor=key), html.Div(field, className="field")]


def _overlay() -> list[html.Element]:
    """Drawn over the plot by the browser: what is outside the period, its handles, the cursor."""
    return [
        html.Div(className="veil", id="veil-left"),
        html.Div(className="veil", id="veil-right"),
        html.Div(className="brush", id="brush"),
        _slider("handle-first", "handle", "First day of the period"),
        _slider("handle-last", "handle", "Last day of the period"),
        _slider("cursor", "cursor", "Cursor day"),
        html.Button(id="outside-left", type="button", className="outside", title="Show them"),
        html.Button(id="outside-right", type="button", className="outside", title="Show them"),
    ]


def _slider(key: str, name: str, label: str) -> html.Div:
    words = {
        "aria-label": label,
        "aria-valuemin": "0",
        "aria-valuemax": "1",
        "aria-valuenow": "0",
        "aria-orientation": "horizontal",
    }
    return html.Div(html.Span(className="flag"), id=key, className=name, role="slider", tabIndex=0, **words)


def timeline_choices(view: View, shown: TimelineView, links: Links, space: Workspace) -> list[html.Nav]:
    """Lanes where there are any, another stretch of time, and timeline or table."""
    labels = {} if shown.kinds else SAID_LANE_LABELS if view.lens is Lens.SAID else LANE_LABELS
    lanes = [choice(label, links.to(lanes=lane), lane is view.lanes) for lane, label in labels.items()]
    is_table = view.table is Table.TIMELINE
    table = choice(
        "Timeline" if is_table else "Table", links.to(table=Table.NONE if is_table else Table.TIMELINE), False
    )
    parted = [choices("Lanes", lanes)] if lanes else []
    return [*parted, choices("Zoom", [_zoom(view, links, space)]), choices("Timeline as", [table])]


def _zoom(view: View, links: Links, space: Workspace) -> html.A:
    """The days that the timeline opens on; from there the whole span, where that is more."""
    is_opening = view.window is None
    if space.opening == space.extent:
        return choice("Whole span", links.to(window=None), is_opening)
    if is_opening:
        return choice("Whole span", links.to(window=space.extent), False)
    return choice("Main period", links.to(window=None), False)


CLOCK_LABELS = {Clock.HAPPENED: "Happened on", Clock.REPORTED: "Reported on"}
COLOUR_LABELS = {Colouring.CONFIDENCE: "Colour by certainty", Colouring.SOURCING: "Colour by sourcing"}


def timeline_options(view: View, links: Links) -> list[html.Nav]:
    """Spacing; and clock and colour of events, for a statement has one date and the colour of its stance."""
    even = view.spacing is Spacing.EVEN
    spacing = choices(
        "Spacing",
        [
            choice("Proportional", links.to(spacing=Spacing.PROPORTIONAL), not even),
            choice("Even spacing", links.to(spacing=Spacing.EVEN, window=None), even),
        ],
    )
    return [spacing] if view.lens is Lens.SAID else [spacing, *_event_choices(view, links)]


def _event_choices(view: View, links: Links) -> list[html.Nav]:
    clocks = [choice(label, links.to(clock=clock), clock is view.clock) for clock, label in CLOCK_LABELS.items()]
    colours = [
        choice(label, links.to(colour=Colouring.NONE if c is view.colour else c), c is view.colour)
        for c, label in COLOUR_LABELS.items()
    ]
    return [choices("Clock", clocks), choices("Colour", colours)]


def legend(shown: TimelineView) -> list[Any]:
    """The colours of the kinds, where the density is parted by them."""
    entries = [html.Li([_swatch(kind.colour), html.Span(kind.label)]) for kind in shown.kinds]
    return [html.Ul(entries, className="legend")] if entries else []


def _swatch(colour: str) -> html.Span:
    return html.Span(className="swatch solid", style={"--swatch": colour}, **{"aria-hidden": "true"})


def certainty(view: View, shown: TimelineView, links: Links, results: Results) -> list[Any]:
    """Both ways to count a period, with both counts; following one filters by it. Wide bins are named."""
    hidden = list(_hidden(view, shown))
    if not view.has_period:
        hint = html.Span("Drag over the timeline to choose a period", className="hint")
        resting = html.Span([*hidden, hint], className="resting")
        return [resting, _choosing(shown)]
    days = (
        [html.B(count_noun(view.last - view.first + 1, "day")), " · "]
        if view.first is not None and view.last is not None
        else []
    )
    could = choice(
        ["could fall in range ", html.B(f"{results.could:,}", id="could")], links.to(certain=False), not view.certain
    )
    certain = choice(["certainly ", html.B(f"{results.certain:,}", id="certain")], links.to(certain=True), view.certain)
    return [
        *hidden,
        *days,
        html.Nav([could, " · ", certain], className="choices", **{"aria-label": "Dates that are not exact"}),
        *_by_bins(shown),
    ]


def _choosing(shown: TimelineView) -> html.Span:
    """The counts of a period that is just being chosen."""
    counts = ["could fall in range ", html.B("", id="could"), " · certainly ", html.B("", id="certain")]
    return html.Span([*counts, *_by_bins(shown)], className="choosing while-moving")


def _by_bins(shown: TimelineView) -> Iterator[html.Span]:
    """How exact a count is while a hand moves; at rest all are exact."""
    if shown.bin_days > 1:
        yield html.Span(f" · by {shown.bin_days:,} days", className="while-moving")


def _hidden(view: View, shown: TimelineView) -> Iterator[str]:
    """How many records have no mark of their own, and how many days are counted together."""
    if shown.together:
        how = "" if view.has_period else ": zoom in or filter to see each"
        yield f"{shown.together:,} drawn as density{how} · "
    if shown.bin_days > 1:
        yield f"bars of {shown.bar_days:,} days · "


def table(view: View, shown: TimelineView, links: Links, space: Workspace) -> list[Any]:
    """The timeline as rows; empty while the picture is shown."""
    if view.table is not Table.TIMELINE:
        return []
    return [_bars(shown, links) if shown.together else _marks(view, shown, links, space)]


def _bars(shown: TimelineView, links: Links) -> html.Table:
    """Every bar of the density in which there is something, as a link to its period; and its part of each kind."""
    names = ("Days", shown.noun.many.capitalize(), *(kind.label for kind in shown.kinds))
    rows = [
        html.Tr(
            [
                html.Th(html.A(dates.describe_days(first, last), href=links.to(first=first, last=last)), scope="row"),
                *(html.Td(f"{number:,}") for number in (count, *(kind.counts[at] for kind in shown.kinds))),
            ]
        )
        for at, (first, last, count) in enumerate(shown.density)
        if count
    ]
    head = html.Thead(html.Tr([html.Th(name, scope="col") for name in names]))
    return html.Table([html.Caption("Bars of the timeline, under all filters but the period"), head, html.Tbody(rows)])


def _marks(view: View, shown: TimelineView, links: Links, space: Workspace) -> html.Table:
    """Every mark in the order of time."""
    lanes = [label for _, label in shown.lanes]
    marks = sorted(shown.marks, key=lambda mark: (mark.left is not None, mark.left or 0, mark.record))
    rows = [_row(mark.record, lanes[mark.lane], view, links, space) for mark in marks]
    head = html.Thead(html.Tr([html.Th(name, scope="col") for name in ("Date", "Event", "Lane")]))
    return html.Table(
        [html.Caption("Events on the timeline, under all filters but the period"), head, html.Tbody(rows)]
    )


def _row(key: str, lane: str, view: View, links: Links, space: Workspace) -> html.Tr:
    event, statement = space.dossier.events.get(key), space.public(view).statements.get(key)
    title = event.title if event else space.vocabulary.claims[statement.claim] if statement else key
    span = event.when if event else statement.said_on if statement else None
    when = dates.describe(span) if span else "undated"
    return html.Tr([html.Td(when), html.Th(html.A(title, href=links.to(record=key)), scope="row"), html.Td(lane)])
