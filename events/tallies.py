"""Selection → rows that count its events: of the tallies of an import, and of as few events as can be.

A tally tells the bins in which an event begins and ends. Under a period it knows every bin but those that the period
cuts: the events of these are read. Under several actors `tally_actor` has an event once for each of them: the events
that are `repeated` are taken away as often as they stand there too often. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from events.cube import Layout
from events.queries import (
    ALIKE,
    DAYS,
    EVERYWHERE,
    TALLIED,
    Counted,
    Dimension,
    Query,
    all_of,
    any_of,
    estimates,
    positions,
    where,
)
from events.selection import Clock, OneOf, Selection, Within

HAPPENED: Final = DAYS["happened"]
KNOWN: Final = frozenset({"actor", "period", *TALLIED})
"""The fields of which the tallies know enough."""


class Bound(NamedTuple):
    """A side of a period: events whose `day` lies in the bin may pass or not, the others pass where their bin comes
    before it (`is_last`) or behind it."""

    day: str
    bin: int
    is_last: bool

    @property
    def column(self) -> str:
        """The column of a tally that tells the bin of the day."""
        return "first_bin" if self.day == HAPPENED.earliest else "last_bin"

    def passes(self, position: str) -> str:
        """The condition, on the bin of the day, to pass for sure."""
        return f"{position} {'<' if self.is_last else '>'} {self.bin}"


def tally(selection: Selection, dimension: Dimension = "all", clock: Clock = "happened") -> Counted | None:
    """The tally in which the events of a selection can be counted by a dimension, if there is one."""
    fields = {dimension, *(clause.field for clause in selection.clauses)} - {"all"}
    if {clock, selection.clock} != {"happened"} or not fields <= KNOWN:
        return None
    if dimension == "actor" and selection.get("actor"):
        return None  # of the other actors of an event nothing is known there
    return "tally_actor" if "actor" in fields else "tally"


def is_whole(selection: Selection) -> bool:
    """Whether the rows of a tally that pass are all there is to count."""
    return selection.period is None and len(_actors(selection)) < 2


def repeated(selection: Selection) -> Query | None:
    """The condition on events that have several actors of a selection; None where it has no two."""
    often = _often(selection)
    return Query(f"{often.sql} > 1", often.params) if len(often.params) > 1 else None


def rows(
    selection: Selection,
    name: Counted,
    layout: Layout,
    repeats: str | None,
    measure: str | None = None,
    *,
    with_undated: bool = False,
) -> Query:
    """Rows like those of a tally, over days that are laid out so, whose `records` add up to the events that pass.

    `repeats` is the table of the events that are `repeated`. `with_undated`: where there is a period, those without a
    date, which it cannot judge, are among them.
    """
    counting = _Counting(selection, name, layout, measure, with_undated)
    parts = [counting.tallied, *([counting.repeats(repeats)] if repeats else []), *counting.left_open]
    params = tuple(value for part in parts for value in part.params)
    return Query(" UNION ALL ".join(part.sql for part in parts), params)


def _bounds_of(period: Within, layout: Layout) -> tuple[Bound, ...]:
    """The sides of a period that are bounded."""
    first_of, last_of = (HAPPENED.earliest, HAPPENED.latest) if period.certain else (HAPPENED.latest, HAPPENED.earliest)
    last = () if period.last is None else (Bound(last_of, _position(period.last + 1, layout), True),)
    first = () if period.first is None else (Bound(first_of, _position(period.first - 1, layout), False),)
    return (*last, *first)


def _position(day: int, layout: Layout) -> int:
    return int(np.searchsorted(layout.edges, day))


@dataclass(frozen=True)
class _Counting:
    """What `rows` are made of."""

    selection: Selection
    name: Counted
    layout: Layout
    measure: str | None
    with_undated: bool

    @property
    def tallied(self) -> Query:
        """The rows of the tally of which all events pass."""
        inside = self._inside(one.passes(one.column) for one in self._bounds)
        chosen = all_of([where(self.selection.without("period"), self.name), inside])
        actor = ["actor"] if self._is_by_actor else []
        columns = ", ".join([*actor, ALIKE, "first_bin", "last_bin", "records", *estimates(self.measure)])
        return Query(f"SELECT {columns} FROM {self.name} AS record WHERE {chosen.sql}", chosen.params)

    def repeats(self, table: str) -> Query:
        """The repeated events that pass, with weights below zero that take away what is too much."""
        often = _often(self.selection)
        inside = self._inside(map(self._passes, self._bounds))
        chosen = all_of([where(self.selection.without("period").without("actor")), inside])
        return Query(
            f"SELECT {self._columns('(1 - often)')} FROM (SELECT *, {often.sql} AS often FROM {table}) AS record"
            f" WHERE {chosen.sql}",
            (*often.params, *chosen.params),
        )

    @property
    def left_open(self) -> Iterator[Query]:
        """The events that pass, of those that the tally leaves open: by one bound, and not by those before it."""
        for at, bound in enumerate(self._bounds):
            sure = map(self._passes, self._bounds[:at])
            chosen = all_of([where(self.selection), *map(Query, sure), Query(self._is_in(bound))])
            yield Query(f"SELECT {self._columns('1')} FROM event AS record WHERE {chosen.sql}", chosen.params)

    @cached_property
    def _bounds(self) -> tuple[Bound, ...]:
        return _bounds_of(self.selection.period, self.layout) if self.selection.period else ()

    @property
    def _is_by_actor(self) -> bool:
        """Whether it may matter which actor an event has, and it counts once for each."""
        return self.name == "tally_actor" and not _actors(self.selection)

    def _inside(self, passes: Iterable[str]) -> Query:
        if self.selection.period is None:
            return EVERYWHERE
        inside = all_of([Query(HAPPENED.dated), *map(Query, passes)])
        return any_of([Query(f"NOT {HAPPENED.dated}"), inside]) if self.with_undated else inside

    def _passes(self, bound: Bound) -> str:
        """The condition on events that pass for sure."""
        first, last = positions(HAPPENED, self.layout)
        return bound.passes(first if bound.day == HAPPENED.earliest else last)

    def _is_in(self, bound: Bound) -> str:
        """The condition on events whose day lies in the bin; open ends lie in bins of their own."""
        if 0 < bound.bin < self.layout.edges.size:
            after, end = self.layout.edges[bound.bin - 1 : bound.bin + 1]
            return f"{bound.day} > {after} AND {bound.day} <= {end}"
        is_open = (bound.bin == 0) == (bound.day == HAPPENED.earliest)
        return f"{bound.day} IS NULL" if is_open else "FALSE"

    def _columns(self, weight: str) -> str:
        """The columns of the tally, for events that each have a weight."""
        first, last = positions(HAPPENED, self.layout)
        actor = ["unnest(actor) AS actor"] if self._is_by_actor else []
        amounts = [f"{weight} * {column} AS {column}" for column in estimates(self.measure)]
        bins = [f"{first} AS first_bin", f"{last} AS last_bin"]
        return ", ".join([*actor, ALIKE, *bins, f"{weight} AS records", *amounts])


def _often(selection: Selection) -> Query:
    """How many of the actors of a selection an event has."""
    values = _actors(selection)
    return Query(f"({' + '.join(['CAST(list_contains(actor, ?) AS INTEGER)'] * len(values))})", values)


def _actors(selection: Selection) -> tuple[str, ...]:
    chosen = selection.get("actor")
    return tuple(sorted(chosen.values)) if isinstance(chosen, OneOf) else ()
