"""Words for figures and tables."""

from __future__ import annotations

import html
import textwrap


def escape(text: str) -> str:
    """Text that Plotly shows as it is: no tags, no entities, no templates, no LaTeX."""
    return html.escape(text, quote=False).replace("%{", "%&#123;").replace("$", "&#36;")


def wrapped(text: str, width: int = 48) -> str:
    """Escaped text, broken into lines of at most `width` characters for a tooltip."""
    return "<br>".join(map(escape, textwrap.wrap(text, width, break_on_hyphens=False)))


def clipped(text: str, most: int) -> str:
    """Text of at most `most` characters; what was longer ends in an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def count_noun(count: int, noun: str) -> str:
    """“no events”, “1 event”, “1,200 events”."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}" if count else f"no {noun}s"
