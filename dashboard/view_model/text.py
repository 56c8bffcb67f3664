"""Words for figures and tables."""

from __future__ import annotations

import html
import textwrap
from dataclasses import dataclass


def escape(text: str) -> str:
    """Text that Plotly shows as it is: no tags, no entities, no templates, no LaTeX."""
    return html.escape(text, quote=False).replace("%{", "%&#123;").replace("$", "&#36;")


def wrapped(text: str, width: int = 48) -> str:
    """Escaped text, broken into lines of at most `width` characters for a tooltip."""
    return "<br>".join(map(escape, textwrap.wrap(text, width, break_on_hyphens=False)))


def clipped(text: str, most: int) -> str:
    """Text of at most `most` characters; what was longer ends in an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


@dataclass(frozen=True, slots=True)
class Noun:
    """What is counted, for one and for any other number of it."""

    one: str
    many: str

    def after(self, count: int) -> str:
        """“1 event”, “0 events”, “1,200 events”."""
        return f"{count:,} {self.one if count == 1 else self.many}"

    def counted(self, count: int) -> str:
        """“no events”, “1 event”, “1,200 events”."""
        return self.after(count) if count else f"no {self.many}"


EVENT = Noun("event", "events")
STATEMENT = Noun("statement", "statements")
RECORD = Noun("record", "records")


def count_noun(count: int, noun: str) -> str:
    """“no events”, “1 event”, “1,200 events”, of a noun whose plural ends in s."""
    return Noun(noun, f"{noun}s").counted(count)
