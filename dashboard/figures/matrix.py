"""The matrix of claims and speakers."""

from __future__ import annotations

from typing import Any

from dashboard.figures import parts, theme
from dashboard.figures.parts import Part, layout, symbol_of, trace
from dashboard.figures.theme import SANS, Theme, hover_label
from dashboard.view_model.appearance import STANCE_COLOURS, Appearance
from dashboard.view_model.matrix import MatrixView
from dashboard.view_model.text import clipped, escape
from events.model import Stance

LONGEST_NAME = 30
"""Characters of a speaker's name over its column."""
SIDE_ROWS = 3
SIDE_LEADING = 16
"""Names of sides are often wider than their columns: they take turns on rows of so many pixels."""


def figure(view: MatrixView, appearance: Appearance) -> Part:
    """A sign for each statement; shape and colour both say the stance."""
    traces = [_signs(view, stance, appearance) for stance in Stance]
    return parts.figure(traces, _layout(view, appearance))


def _signs(view: MatrixView, stance: str, appearance: Appearance) -> Part:
    cells = [cell for cell in view.cells if cell.stance == stance]
    return trace(
        "scatter",
        name=stance,
        x=[cell.column for cell in cells],
        y=[cell.row for cell in cells],
        mode="markers",
        marker={
            "symbol": symbol_of(stance),
            "size": 11,
            "color": STANCE_COLOURS[appearance][stance],
            "line": {"width": 0},
        },
        customdata=[cell.statement for cell in cells],
        text=[cell.hover for cell in cells],
        hovertemplate="%{text}<extra></extra>",
    )


def _layout(view: MatrixView, appearance: Appearance) -> Part:
    colours = theme.of(appearance)
    axis = {"showgrid": True, "gridcolor": colours.hairline, "zeroline": False, "fixedrange": True}
    return layout(
        xaxis={
            **axis,
            "tickvals": list(range(len(view.columns))),
            "ticktext": [escape(clipped(name, LONGEST_NAME)) for _, name in view.columns],
            "tickangle": -90,
            "automargin": True,
            "side": "top",
            "range": [-0.7, len(view.columns) - 0.3],
        },
        yaxis={
            **axis,
            "tickvals": list(range(len(view.rows))),
            "ticktext": [escape(name) for _, name in view.rows],
            "range": [len(view.rows) - 0.4, -0.6],
            "automargin": True,
        },
        shapes=[
            {
                "type": "line",
                "x0": first - 0.5,
                "x1": first - 0.5,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": colours.soft_ink, "width": 1},
            }
            for _, first, _ in view.groups[1:]
        ],
        annotations=[_side(i, *group, colours) for i, group in enumerate(view.groups)],
        margin={"l": 10, "r": 10, "t": 120, "b": 12 + SIDE_ROWS * SIDE_LEADING},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": SANS, "size": 12, "color": colours.ink},
        hoverlabel=hover_label(colours),
        hovermode="closest",
        dragmode=False,
        showlegend=False,
    )


def _side(i: int, label: str, first: int, _last: int, colours: Theme) -> dict[str, Any]:
    """The name of a side under its first column."""
    return {
        "text": escape(label),
        "x": first - 0.5,
        "y": 0,
        "yref": "paper",
        "yshift": -4 - SIDE_LEADING * (i % SIDE_ROWS),
        "xanchor": "left",
        "yanchor": "top",
        "showarrow": False,
        "font": {"size": 12, "color": colours.soft_ink},
    }
