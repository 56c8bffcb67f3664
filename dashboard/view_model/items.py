"""What the timeline is made of, whichever table the lens reads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

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

    def folded(self, most: int) -> Drawn:
        """The same on no more than so many lanes: the rarer ones share the last, which says how many they are."""
        if len(self.lanes) <= most:
            return self
        frequent = {lane for lane, _ in Counter(item.lane for item in self.items).most_common(most - 1)}
        kept = tuple(lane for lane in self.lanes if lane[0] in frequent)
        items = tuple(item if item.lane in frequent else replace(item, lane=REST) for item in self.items)
        return replace(self, lanes=(*kept, (REST, f"{len(self.lanes) - len(kept)} more")), items=items)


REST = "*"
"""What stands for all the rarer lanes or kinds together; no record has it as its id."""
