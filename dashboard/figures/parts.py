"""What figures are made of: the plain values that Plotly reads, as `plotly.graph_objects` would write them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

Part: TypeAlias = dict[str, Any]
"""A trace, a layout, or a figure of both: properties by the names that Plotly gives them. `plotly.graph_objects.Figure`
checks them; the tests ask it to, for it takes longer than everything else that a view needs."""


def trace(kind: str, **properties: Any) -> Part:
    """A trace of one kind: scatter, scattergeo, choropleth."""
    return {"type": kind, **properties}


def layout(**properties: Any) -> Part:
    """Everything but the traces."""
    return properties


def figure(traces: Iterable[Part], layout: Part) -> Part:
    """Traces, the lowest first, and how they lie."""
    return {"data": list(traces), "layout": layout}


def symbol_of(sign: str) -> str:
    """The shape of a mark by its sign: the stance of a statement, or none for an event."""
    return {"denies": "x", "retracts": "circle-open"}.get(sign, "circle")
