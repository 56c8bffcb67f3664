"""Positions over time: who held which answer on a day.

A record holds from the first day of its `since` span until the next record of the same holder.
Where the source knows only the month, the text of the span says so beside the answer.
"""

from __future__ import annotations

from bisect import bisect_left
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


def step_counts(
    history: History, answers: Sequence[str], first: int, last: int
) -> tuple[tuple[int, ...], dict[str, NDArray[np.int32]]]:
    """(days, answer → int32[days]): the days from `first` to `last`, both inside, on which any number changes,
    led by `first`, and the number of holders of each answer from such a day until the next.

    Equal to `count_on` of every day, and costs what the records cost, however many days there are. Answers that are not
    asked for are left out. Raises ValueError if `last` is before `first`.
    """
    _refuse_reversed(first, last)
    starts = {int(day) for records in history.values() for one in records if first < (day := _starts(one)) <= last}
    days = [first, *sorted(starts)]
    steps = np.zeros((len(answers), len(days) + 1), dtype=np.int32)
    rows = {answer: at for at, answer in enumerate(answers)}
    for records in history.values():
        ends = [_starts(later) for later in records[1:]] + [float("inf")]
        for record, end in zip(records, ends, strict=True):
            if record.answer in rows:
                steps[rows[record.answer], bisect_left(days, _starts(record))] += 1
                steps[rows[record.answer], bisect_left(days, end)] -= 1
    changing = [0, *(1 + np.flatnonzero(steps[:, 1:-1].any(axis=0)))]
    counts = np.cumsum(steps, axis=1, dtype=np.int32)[:, changing]
    return tuple(days[at] for at in changing), dict(zip(answers, counts, strict=True))


def _is_public(record: Position, sources: Mapping[str, Source], day: int) -> bool:
    out = published(sources[name] for name in record.sources)
    return out is None or out <= day


def _refuse_reversed(first: int, last: int) -> None:
    if last < first:
        raise ValueError(f"the last day ({last}) comes before the first ({first})")
