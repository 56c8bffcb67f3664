"""Positions over time: who held which answer on a day.

A record holds from the first day of its `since` span until the next record of the same holder.
Where the source knows only the month, the text of the span says so beside the answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from events.model import Position

History = Mapping[str, tuple[Position, ...]]


def _starts(position: Position) -> float:
    return float("-inf") if position.since.earliest is None else position.since.earliest


def _by_holder(positions: Iterable[Position], holder: str, question: str) -> History:
    found: dict[str, list[Position]] = {}
    for position in positions:
        key = getattr(position, holder)
        if key is not None and position.question == question:
            found.setdefault(key, []).append(position)
    return {key: tuple(sorted(records, key=_starts)) for key, records in found.items()}


def of_states(positions: Iterable[Position], question: str) -> History:
    """Records per state (ISO alpha-3), in order of the day from which they hold."""
    return _by_holder(positions, "state", question)


def of_organisations(positions: Iterable[Position], question: str) -> History:
    """Records per organisation (actor id); they never paint the organisation's members."""
    return _by_holder(positions, "organisation", question)


def held_on(records: Sequence[Position], day: int) -> Position | None:
    """The record in force on a day, or None before the first."""
    return next((record for record in reversed(records) if _starts(record) <= day), None)


def count_on(history: History, day: int) -> Counter[str]:
    """Number of holders per answer on a day."""
    return Counter(held.answer for records in history.values() if (held := held_on(records, day)))
