"""Positions over time: who held which answer on a day.

A record holds from the first day of its `since` span until the next record of the same holder.
Where the source knows only the month, the text of the span says so beside the answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from events.model import Position, Source
from events.sourcing import published

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


def known_on(positions: Iterable[Position], sources: Mapping[str, Source], day: int) -> tuple[Position, ...]:
    """The records that were public on a day: they may hold by then, and their first dated source may be out by then.

    A record without a dated source is judged by `since` alone. A later day never takes a record away.
    """
    return tuple(record for record in positions if _starts(record) <= day and _is_public(record, sources, day))


def changes(history: History, first: int, last: int) -> list[tuple[str, Position | None, Position]]:
    """What differs between two days: (holder, record on the first day, record on the last), by the day from which the
    later one holds, then by holder.

    Holders that give the same answer on both days are left out, also where they wavered in between. The earlier record
    is None where none was in force. Raises ValueError if `last` is before `first`.
    """
    _refuse_reversed(first, last)
    held = ((holder, held_on(records, first), held_on(records, last)) for holder, records in history.items())
    changed = [
        (holder, before, after)
        for holder, before, after in held
        if after is not None and (before is None or before.answer != after.answer)
    ]
    return sorted(changed, key=lambda change: (_starts(change[2]), change[0]))


def daily_counts(history: History, answers: Sequence[str], first: int, last: int) -> dict[str, NDArray[np.int32]]:
    """Answer → int32[days]: the number of its holders on each day from `first` to `last`, both inside.

    Equal to `count_on` of every day; costs a step for each record, not for each day. Answers that are not asked for are
    left out. Raises ValueError if `last` is before `first`.
    """
    _refuse_reversed(first, last)
    steps = {answer: np.zeros(last - first + 2, dtype=np.int32) for answer in answers}
    for records in history.values():
        ends = [_starts(later) for later in records[1:]] + [float("inf")]
        for record, end in zip(records, ends, strict=True):
            if record.answer in steps:
                steps[record.answer][_at(_starts(record), first, last)] += 1
                steps[record.answer][_at(end, first, last)] -= 1
    return {answer: np.cumsum(step[:-1], dtype=np.int32) for answer, step in steps.items()}


def _at(day: float, first: int, last: int) -> int:
    """Where a day stands in an array that begins on `first`; one after `last` stands behind the last."""
    return int(min(max(day, first), last + 1)) - first


def _is_public(record: Position, sources: Mapping[str, Source], day: int) -> bool:
    out = published(sources[name] for name in record.sources)
    return out is None or out <= day


def _refuse_reversed(first: int, last: int) -> None:
    if last < first:
        raise ValueError(f"the last day ({last}) comes before the first ({first})")
