"""What the timeline is made of, whichever table the lens reads."""

from __future__ import annotations

from dataclasses import dataclass

from events.dates import DateSpan


@dataclass(frozen=True, slots=True)
class Item:
    """A dated record on its way to the timeline: its lane by id, and the sign that gives its shape and colour."""

    record: str
    lane: str
    when: DateSpan
    sign: str
    hover: str


@dataclass(frozen=True, slots=True)
class Rule:
    """An event drawn as a thin upright line behind what was said about it."""

    event: str
    day: int
    hover: str


@dataclass(frozen=True, slots=True)
class Tie:
    """From a statement to what it is about: the statement it answers, or an event's rule."""

    statement: str
    to: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """The records of one lens: lanes as (id, label) from above, items, and what stands behind and between them."""

    lanes: tuple[tuple[str, str], ...]
    items: tuple[Item, ...]
    rules: tuple[Rule, ...] = ()
    ties: tuple[Tie, ...] = ()
