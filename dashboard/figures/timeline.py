"""The timeline: one mark per record on its lane, drawn as precisely as its date is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from operator import add
from typing import Any

from dashboard.figures import parts, theme
from dashboard.figures.parts import Part, layout, symbol_of, trace
from dashboard.figures.theme import SANS, Theme, hover_label, key_of
from dashboard.view_model.appearance import Appearance, sign_colour
from dashboard.view_model.stacks import Layer, Stack
from dashboard.view_model.text import Noun, clipped, escape
from dashboard.view_model.timelines import Glyph, KindDensity, Mark, TimelineView
from events.dates import describe_days

MARGIN = {"wide": 150, "narrow": 96}
BELOW = 28
"""Pixels that the labels of the days take: with fewer, Plotly makes room and draws everything a second time."""
LANE_NAME = {"wide": 32, "narrow": 17}
"""Characters of the name of a lane."""
HOVER = "%{text}<extra></extra>"


@dataclass(frozen=True, slots=True)
class Domains:
    """Shares of the height, from the bottom, that the lanes and what lies under them take."""

    lanes: tuple[float, float]
    below: tuple[float, float]


DENSITY_BELOW = Domains(lanes=(0.2, 1.0), below=(0.0, 0.15))
DENSITY_ALONE = Domains(lanes=(0.97, 1.0), below=(0.0, 0.92))
NOTHING_BELOW = Domains(lanes=(0.0, 1.0), below=(0.0, 0.01))
STACK_BELOW = Domains(lanes=(0.5, 1.0), below=(0.0, 0.45))


def figure(view: TimelineView, appearance: Appearance, is_narrow: bool = False) -> Part:
    """Draw the timeline. Period, cursor and veils lie over it as elements of the page."""
    colours = theme.of(appearance)
    below = _stack(view, view.stack, colours) if view.stack else [] if view.rules else _density(view, colours)
    marks = [*_spans(view, appearance), _days(view, appearance), *_open_ends(view, appearance)]
    traces = [*below, *_rules(view, colours), *_ties(view, colours), *marks, *_ring(view, colours)]
    return parts.figure(traces, _layout(view, colours, is_narrow))


def key(view: TimelineView, appearance: Appearance, is_narrow: bool) -> str:
    """A name for what `figure` draws."""
    return key_of(view, appearance, is_narrow)


# ── Marks ──────────────────────────────────────────────────────────────────────────────────


def _height(mark: Mark, rows: int) -> float:
    return mark.lane + 0.2 - mark.row * min(0.26, 0.6 / max(rows, 1))


def _place(view: TimelineView, day: int) -> float:
    return view.scale.place(day)


def _start(view: TimelineView, day: int) -> float:
    """Where a day begins: it reaches as far before as after the place of its marks."""
    return view.scale.place(day - 0.5)


def _ends(view: TimelineView, mark: Mark) -> tuple[float, float]:
    left, right = mark.ends(view.window)
    return _place(view, left), _place(view, right)


def _middle(view: TimelineView, mark: Mark) -> float:
    return sum(_ends(view, mark)) / 2


def _words(marks: Sequence[Mark]) -> dict[str, Any]:
    return {
        "customdata": [mark.record for mark in marks],
        "text": [mark.hover for mark in marks],
        "hovertemplate": HOVER,
        "cliponaxis": True,
    }


def _days(view: TimelineView, appearance: Appearance) -> Part:
    marks = [mark for mark in view.marks if mark.glyph is Glyph.DAY]
    return trace(
        "scatter",
        name="day",
        x=[_place(view, mark.left) for mark in marks if mark.left is not None],
        y=[_height(mark, view.rows) for mark in marks],
        mode="markers",
        marker={
            "size": 8,
            "symbol": [symbol_of(mark.sign) for mark in marks],
            "color": [sign_colour(mark.sign, appearance) for mark in marks],
            "opacity": [0.5 if mark.is_approximate else 1 for mark in marks],
        },
        **_words(marks),
    )


SPAN_STYLES: dict[tuple[Glyph, bool], tuple[str, str, int, str, float]] = {
    (Glyph.BETWEEN, False): ("between", "line-ns-open", 1, "solid", 1),
    (Glyph.BETWEEN, True): ("between, approximate", "line-ns-open", 1, "dot", 0.6),
    (Glyph.LASTING, False): ("lasting", "circle", 5, "solid", 1),
    (Glyph.LASTING, True): ("lasting, approximate", "circle", 5, "solid", 0.45),
}
"""Name, end symbol, line width, dash, opacity of each way to draw a stretch of days."""


def _style(mark: Mark) -> tuple[Glyph, bool, str]:
    return mark.glyph, mark.is_approximate, mark.sign


def _spans(view: TimelineView, appearance: Appearance) -> Iterable[Part]:
    """A trace for each way to draw a stretch and each sign: one line of Plotly has one colour."""
    wide = sorted((mark for mark in view.marks if mark.glyph is not Glyph.DAY), key=_style)
    for (glyph, is_approximate, sign), marks in groupby(wide, key=_style):
        style = SPAN_STYLES[glyph, is_approximate]
        yield _span_trace(view, list(marks), style, sign, sign_colour(sign, appearance))


def _span_trace(
    view: TimelineView, marks: Sequence[Mark], style: tuple[str, str, int, str, float], sign: str, colour: str
) -> Part:
    name, end, width, dash, opacity = style
    middle = symbol_of(sign)
    drawn = [(mark, _ends(view, mark)) for mark in marks]
    return trace(
        "scatter",
        name=f"{name} {sign}".strip(),
        x=[x for _, (a, b) in drawn for x in (a, (a + b) / 2, b, None)],
        y=[y for mark, _ in drawn for y in (*[_height(mark, view.rows)] * 3, None)],
        mode="lines+markers",
        opacity=opacity,
        line={"color": colour, "width": width, "dash": dash},
        marker={
            "symbol": [s for _ in marks for s in (end, middle, end, middle)],
            "size": [s for _ in marks for s in _sizes(width, sign)],
            "color": colour,
            "line": {"color": colour, "width": 1.5},
        },
        customdata=[value for mark in marks for value in [mark.record] * 4],
        text=[value for mark in marks for value in [mark.hover] * 4],
        hovertemplate=HOVER,
    )


def _sizes(width: int, sign: str) -> tuple[int, int, int, int]:
    """Sizes of left end, middle, right end and gap; a stance needs its sign in the middle."""
    end = 9 if width == 1 else 5
    return end, 7 if sign else 1, end, 0


def _open_ends(view: TimelineView, appearance: Appearance) -> Iterable[Part]:
    sides: tuple[tuple[str, str, int, Callable[[Mark], bool]], ...] = (
        ("open start", "triangle-left", 0, lambda mark: mark.left is None),
        ("open end", "triangle-right", 1, lambda mark: mark.right is None),
    )
    for name, symbol, side, is_open in sides:
        marks = [mark for mark in view.marks if is_open(mark)]
        if marks:
            yield trace(
                "scatter",
                name=name,
                x=[_ends(view, mark)[side] for mark in marks],
                y=[_height(mark, view.rows) for mark in marks],
                mode="markers",
                marker={"symbol": symbol, "size": 10, "color": [sign_colour(m.sign, appearance) for m in marks]},
                **_words(marks),
            )


def _ring(view: TimelineView, colours: Theme) -> Iterable[Part]:
    marked = [mark for mark in view.marks if mark.record in view.marked]
    if marked:
        yield trace(
            "scatter",
            name="open record",
            x=[_middle(view, mark) for mark in marked],
            y=[_height(mark, view.rows) for mark in marked],
            mode="markers",
            marker={"symbol": "circle-open", "size": 16, "color": colours.accent, "line": {"width": 2.4}},
            hoverinfo="skip",
        )


# ── Behind and between the marks ───────────────────────────────────────────────────────────


def _rules(view: TimelineView, colours: Theme) -> Iterable[Part]:
    """Events as thin lines over the whole height; the tick on top can be hovered and clicked."""
    if view.rules:
        xs = [_place(view, rule.day) for rule in view.rules]
        yield trace(
            "scatter",
            name="rules",
            x=[x for at in xs for x in (at, at, None)],
            y=[y for _ in xs for y in (-0.6, len(view.lanes) - 0.5, None)],
            mode="lines",
            line={"color": colours.hairline, "width": 1},
            hoverinfo="skip",
        )
        yield trace(
            "scatter",
            name="rule heads",
            x=xs,
            y=[-0.55] * len(xs),
            mode="markers",
            marker={"symbol": "triangle-down", "size": 7, "color": colours.soft_ink},
            customdata=[rule.event for rule in view.rules],
            text=[rule.hover for rule in view.rules],
            hovertemplate=HOVER,
        )


def _ties(view: TimelineView, colours: Theme) -> Iterable[Part]:
    """Thin lines from a statement to the one it answers, or to the event it is about."""
    at = {mark.record: (_middle(view, mark), _height(mark, view.rows)) for mark in view.marks}
    heads = {rule.event: (_place(view, rule.day), -0.55) for rule in view.rules}
    ends = [(at[tie.statement], at.get(tie.to) or heads.get(tie.to)) for tie in view.ties if tie.statement in at]
    known = [(a, b) for a, b in ends if b is not None]
    if known:
        yield trace(
            "scatter",
            name="ties",
            x=[x for a, b in known for x in (a[0], b[0], None)],
            y=[y for a, b in known for y in (a[1], b[1], None)],
            mode="lines",
            opacity=0.7,
            line={"color": colours.soft_ink, "width": 1},
            hoverinfo="skip",
        )


# ── Under the lanes ────────────────────────────────────────────────────────────────────────


def _density(view: TimelineView, colours: Theme) -> list[Part]:
    """How many records lie in each bin; where no record is drawn by itself, by kind, one area standing on the next."""
    if not view.kinds:
        heights, hovers = (
            [count for _, _, count in view.density],
            [_density_hover(view.noun, *entry) for entry in view.density],
        )
        line = {"color": colours.soft_ink, "width": 1}
        return [_area(view, "density", heights, hovers, line, colours.hairline, "")]
    tops = accumulate((kind.counts for kind in view.kinds), lambda below, own: tuple(map(add, below, own)))
    line = {"color": colours.panel, "width": 0.6}
    return [
        _area(view, f"density {escape(kind.label)}", heights, _kind_hovers(view, kind), line, kind.colour, kind.kind)
        for kind, heights in reversed(list(zip(view.kinds, tops, strict=True)))
    ]


def _area(
    view: TimelineView,
    name: str,
    heights: Sequence[int],
    hovers: Sequence[str],
    line: dict[str, Any],
    colour: str,
    kind: str,
) -> Part:
    """A stepped area: each bin is level from where its first day begins to where the next bin's does. `meta` tells the
    browser the kind."""
    end = view.density[-1][1] + 1
    days = [*((first, last) for first, last, _ in view.density), (end, end)]
    return trace(
        "scatter",
        name=name,
        meta=kind,
        x=[_start(view, first) for first, _ in days],
        y=[*heights, heights[-1]],
        yaxis="y2",
        mode="lines",
        line={**line, "shape": "hv"},
        fill="tozeroy",
        fillcolor=colour,
        customdata=[list(pair) for pair in days],
        text=[*hovers, hovers[-1]],
        hovertemplate=HOVER,
    )


def _kind_hovers(view: TimelineView, kind: KindDensity) -> list[str]:
    entries = zip(view.density, kind.counts, strict=True)
    return [f"{_density_hover(view.noun, *entry)}<br>{escape(kind.label)}: {count:,}" for entry, count in entries]


def _density_hover(noun: Noun, first: int, last: int, count: int) -> str:
    return f"{escape(describe_days(first, last))}<br>{escape(noun.after(count))}"


def _stack(view: TimelineView, stack: Stack, colours: Theme) -> list[Part]:
    """States per answer from day to day, one level area on the other."""
    below = [0] * len(stack.days)
    traces = []
    for layer in stack.layers:
        counts = [*layer.counts, layer.counts[-1]]
        below = [low + n for low, n in zip(below, counts, strict=True)]
        traces.append(_layer(view, stack, layer, below, counts, colours))
    return traces


def _layer(
    view: TimelineView, stack: Stack, layer: Layer, tops: Sequence[int], counts: Sequence[int], colours: Theme
) -> Part:
    pattern = (
        {
            "shape": "/",
            "size": 6,
            "solidity": 0.6,
            "fillmode": "overlay",
            "fgcolor": layer.colour,
            "bgcolor": colours.panel,
        }
        if layer.pattern == "hatch"
        else {}
    )
    return trace(
        "scatter",
        name=f"stack {layer.answer}",
        x=[*(_start(view, day) for day in stack.days[:-1]), _place(view, stack.days[-1])],
        y=list(tops),
        yaxis="y2",
        mode="lines",
        line={"color": colours.panel, "width": 0.8, "shape": "hv"},
        fill="tonexty" if layer is not stack.layers[0] else "tozeroy",
        fillcolor=layer.colour,
        fillpattern=pattern,
        text=[
            f"{escape(layer.label)}: {n} states<br>from {describe_days(day, day)}"
            for day, n in zip(stack.days, counts, strict=True)
        ],
        hovertemplate=HOVER,
    )


# ── Layout ─────────────────────────────────────────────────────────────────────────────────


def _domains(view: TimelineView) -> Domains:
    if view.stack:
        return STACK_BELOW
    if view.rules:
        return NOTHING_BELOW
    return DENSITY_BELOW if view.marks or not any(count for _, _, count in view.density) else DENSITY_ALONE


def _layout(view: TimelineView, colours: Theme, is_narrow: bool) -> Part:
    left, right = (_place(view, day) for day in view.window)
    lanes = [escape(clipped(label, LANE_NAME["narrow" if is_narrow else "wide"])) for _, label in view.lanes]
    domains = _domains(view)
    return layout(
        xaxis={
            "range": [left, right],
            "tickvals": [_place(view, tick.day) for tick in view.ticks],
            "ticktext": [escape(tick.label) for tick in view.ticks],
            "tickangle": 0,
            "showgrid": True,
            "gridcolor": colours.hairline,
            "zeroline": False,
            "fixedrange": True,
            "automargin": True,
            "anchor": "y" if domains is NOTHING_BELOW else "y2",
            "ticklabelposition": "outside right",
            "tickfont": {"color": colours.soft_ink, "size": 12},
        },
        yaxis={
            "range": [len(lanes) - 0.45, -0.65],
            "domain": domains.lanes,
            "tickvals": list(range(len(lanes))),
            "ticktext": lanes if domains is not DENSITY_ALONE else [""] * len(lanes),
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "automargin": True,
            "tickfont": {"color": colours.ink, "size": 12},
            "ticklabelposition": "outside",
            "ticklabelstandoff": 9,
        },
        yaxis2={"domain": domains.below, "visible": False, "fixedrange": True, "rangemode": "tozero"},
        shapes=[_rule(i + 0.5, colours) for i in range(len(lanes))],
        margin={
            "l": MARGIN["narrow" if is_narrow else "wide"] + (54 if view.rules and not is_narrow else 0),
            "r": 24,
            "t": 24,
            "b": BELOW,
        },
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": SANS, "size": 12, "color": colours.ink},
        hoverlabel=hover_label(colours),
        hovermode="closest",
        hoverdistance=14,
        dragmode=False,
        showlegend=False,
    )


def _rule(y: float, colours: Theme) -> dict[str, Any]:
    line = {"color": colours.hairline, "width": 1}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": line, "layer": "below"}
