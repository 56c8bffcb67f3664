"""The timeline: one mark per event on its lane, drawn as precisely as its date is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import plotly.graph_objects as go

from dashboard.figures import theme
from dashboard.figures.theme import SANS, Theme
from dashboard.view_model.appearance import Appearance
from dashboard.view_model.text import escape
from dashboard.view_model.timelines import Glyph, Mark, TimelineView
from events.dates import describe_days

LANES_DOMAIN = (0.2, 1.0)
DENSITY_DOMAIN = (0.0, 0.15)
MARGIN = {"wide": 150, "narrow": 96}


def figure(view: TimelineView, appearance: Appearance, is_narrow: bool = False) -> go.Figure:
    """Draw the timeline. Period, cursor and veils lie over it as elements of the page."""
    colours = theme.of(appearance)
    traces = [_density(view, colours), *_spans(view, colours), _days(view, colours), *_open_ends(view, colours)]
    return go.Figure([*traces, *_ring(view, colours)], _layout(view, colours, is_narrow))


def _height(mark: Mark, rows: int) -> float:
    return mark.lane + 0.2 - mark.row * min(0.26, 0.6 / max(rows, 1))


def _place(view: TimelineView, day: int) -> float:
    return view.scale.place(day)


def _days(view: TimelineView, colours: Theme) -> go.Scatter:
    marks = [mark for mark in view.marks if mark.glyph is Glyph.DAY]
    return go.Scatter(
        name="day",
        x=[_place(view, mark.left) for mark in marks if mark.left is not None],
        y=[_height(mark, view.rows) for mark in marks],
        mode="markers",
        marker={
            "size": 8,
            "color": colours.ink,
            "opacity": [0.5 if mark.is_approximate else 1 for mark in marks],
        },
        **_words(marks),
    )


def _words(marks: Sequence[Mark]) -> dict[str, Any]:
    return {
        "customdata": [mark.event for mark in marks],
        "text": [mark.hover for mark in marks],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": True,
    }


def _ends(view: TimelineView, mark: Mark) -> tuple[float, float]:
    left, right = mark.ends(view.window)
    return _place(view, left), _place(view, right)


SPAN_STYLES: dict[tuple[Glyph, bool], tuple[str, str, int, str, float]] = {
    (Glyph.BETWEEN, False): ("between", "line-ns-open", 1, "solid", 1),
    (Glyph.BETWEEN, True): ("between, approximate", "line-ns-open", 1, "dot", 0.6),
    (Glyph.LASTING, False): ("lasting", "circle", 5, "solid", 1),
    (Glyph.LASTING, True): ("lasting, approximate", "circle", 5, "solid", 0.45),
}
"""Name, end symbol, line width, dash, opacity of each way to draw a stretch of days."""


def _spans(view: TimelineView, colours: Theme) -> Iterable[go.Scatter]:
    for key, style in SPAN_STYLES.items():
        marks = [mark for mark in view.marks if (mark.glyph, mark.is_approximate) == key]
        if marks:
            yield _span_trace(view, marks, style, colours)


def _span_trace(
    view: TimelineView, marks: Sequence[Mark], style: tuple[str, str, int, str, float], colours: Theme
) -> go.Scatter:
    name, symbol, width, dash, opacity = style
    drawn = [(mark, _ends(view, mark)) for mark in marks]
    return go.Scatter(
        name=name,
        x=[x for _, (a, b) in drawn for x in (a, (a + b) / 2, b, None)],
        y=[y for mark, _ in drawn for y in (*[_height(mark, view.rows)] * 3, None)],
        mode="lines+markers",
        opacity=opacity,
        line={"color": colours.ink, "width": width, "dash": dash},
        marker={
            "symbol": [s for _ in marks for s in (symbol, "circle", symbol, "circle")],
            "size": [s for _ in marks for s in _end_sizes(width)],
            "color": colours.ink,
            "line": {"color": colours.ink, "width": 1.5},
        },
        customdata=[value for mark in marks for value in [mark.event] * 4],
        text=[value for mark in marks for value in [mark.hover] * 4],
        hovertemplate="%{text}<extra></extra>",
    )


def _end_sizes(width: int) -> tuple[int, int, int, int]:
    return (9, 1, 9, 0) if width == 1 else (5, 1, 5, 0)


def _open_ends(view: TimelineView, colours: Theme) -> Iterable[go.Scatter]:
    sides: tuple[tuple[str, str, int, Callable[[Mark], bool]], ...] = (
        ("open start", "triangle-left", 0, lambda mark: mark.left is None),
        ("open end", "triangle-right", 1, lambda mark: mark.right is None),
    )
    for name, symbol, side, is_open in sides:
        marks = [mark for mark in view.marks if is_open(mark)]
        if marks:
            yield go.Scatter(
                name=name,
                x=[_ends(view, mark)[side] for mark in marks],
                y=[_height(mark, view.rows) for mark in marks],
                mode="markers",
                marker={"symbol": symbol, "size": 10, "color": colours.ink},
                **_words(marks),
            )


def _ring(view: TimelineView, colours: Theme) -> Iterable[go.Scatter]:
    marked = [mark for mark in view.marks if mark.event == view.marked]
    if marked:
        ends = [_ends(view, mark) for mark in marked]
        yield go.Scatter(
            name="open record",
            x=[(a + b) / 2 for a, b in ends],
            y=[_height(mark, view.rows) for mark in marked],
            mode="markers",
            marker={"symbol": "circle-open", "size": 16, "color": colours.accent, "line": {"width": 2.4}},
            hoverinfo="skip",
        )


def _density(view: TimelineView, colours: Theme) -> go.Scatter:
    """A stepped area: each bin is level from its first day to the next bin's."""
    bins = [*view.density, (view.density[-1][1] + 1, view.density[-1][1] + 1, view.density[-1][2])]
    return go.Scatter(
        name="density",
        x=[_place(view, first) for first, _, _ in bins],
        y=[count for _, _, count in bins],
        yaxis="y2",
        mode="lines",
        line={"color": colours.soft_ink, "width": 1, "shape": "hv"},
        fill="tozeroy",
        fillcolor=colours.hairline,
        customdata=[[first, last] for first, last, _ in bins],
        text=[_density_hover(*entry) for entry in bins],
        hovertemplate="%{text}<extra></extra>",
    )


def _density_hover(first: int, last: int, count: int) -> str:
    return f"{escape(describe_days(first, last))}<br>{count} event{'' if count == 1 else 's'}"


def _layout(view: TimelineView, colours: Theme, is_narrow: bool) -> go.Layout:
    left, right = (_place(view, day) for day in view.window)
    lanes = [escape(label) for _, label in view.lanes]
    return go.Layout(
        xaxis={
            "range": [left, right],
            "tickvals": [_place(view, tick.day) for tick in view.ticks],
            "ticktext": [escape(tick.label) for tick in view.ticks],
            "showgrid": True,
            "gridcolor": colours.hairline,
            "zeroline": False,
            "fixedrange": True,
            "anchor": "y2",
            "ticklabelposition": "outside right",
            "tickfont": {"color": colours.soft_ink, "size": 12},
        },
        yaxis={
            "range": [len(lanes) - 0.45, -0.65],
            "domain": LANES_DOMAIN,
            "tickvals": list(range(len(lanes))),
            "ticktext": lanes,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "tickfont": {"color": colours.ink, "size": 12},
            "ticklabelposition": "outside",
        },
        yaxis2={"domain": DENSITY_DOMAIN, "visible": False, "fixedrange": True, "rangemode": "tozero"},
        shapes=[_rule(i + 0.5, colours) for i in range(len(lanes))],
        margin={"l": MARGIN["narrow" if is_narrow else "wide"], "r": 24, "t": 24, "b": 26},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": SANS, "size": 12, "color": colours.ink},
        hoverlabel={
            "bgcolor": colours.panel,
            "bordercolor": colours.hairline,
            "font": {"family": SANS, "size": 13, "color": colours.ink},
            "align": "left",
        },
        hovermode="closest",
        hoverdistance=14,
        dragmode=False,
        showlegend=False,
    )


def _rule(y: float, colours: Theme) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": y,
        "y1": y,
        "line": {"color": colours.hairline, "width": 1},
        "layer": "below",
    }
