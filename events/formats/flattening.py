"""The events of a batch, column by column, on their way into the flat table of `staging`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from events.formats.coded import Coded, Codes, each_once, list_array, no_lists, offsets
from events.formats.registers import Register
from events.formats.staging import AMOUNTS, FLAT
from events.formats.vectors import encoded, folded, repeated
from events.model import Confidence, Role
from events.queries import estimates
from events.sourcing import Sourcing

Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Days:
    """When each row happened, as Arrow columns: days, whether there are any, and EDTF where it says more than these."""

    earliest: Any
    latest: Any
    dated: Any
    text: Any


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the actors of each row, by position, and the role of them in each row."""

    actors: Coded[tuple[int, ...]]
    roles: Coded[Role]


class Amounts(NamedTuple):
    """A measure of each row, as Arrow columns: the best estimate and its range."""

    best: Any
    low: Any
    high: Any


@dataclass(frozen=True, slots=True)
class Cited:
    """What a cell says of sources where it is more than one link: the publications by position, how independent they
    are, and words that are no link."""

    positions: tuple[int, ...]
    sourcing: Sourcing
    words: str


Cites: TypeAlias = int | Cited | None
"""The position of the one source that a row names, more, or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the rows of a batch say, as Arrow columns or by codes; None where a format says nothing of it."""

    id: Any
    when: Days
    title: Any
    kind: Coded[str]
    confidence: Coded[Confidence]
    summary: Any = None
    note: Any = None
    tags: Any = None
    place: Coded[str | None] | None = None
    actors: Sequence[Part] = ()
    source: Coded[Cites] | None = None
    amounts: Mapping[str, Amounts] = field(default_factory=dict)
    edited: Any = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the rows of a batch stand: the number of their file, and their lines; and which of them are kept."""

    file: int
    lines: Codes
    alive: Mask


def flat(columns: Columns, origin: Origin, actors: Register, places: Register) -> Any:
    """The rows that are kept as a table of `FLAT`."""
    length = len(origin.lines)
    people = _people(length, columns.actors)
    sites = _sites(columns.place or _none(length), places)
    own = _own_summary(columns)
    table = {
        "file": pa.repeat(pa.scalar(origin.file, pa.int32()), length),
        "line": pa.array(origin.lines),
        "edited": repeated("", length) if columns.edited is None else columns.edited,
        "id": columns.id,
        "title": columns.title,
        "summary": own,
        "note": _note(columns, length),
        "tags": no_lists(length) if columns.tags is None else columns.tags,
        "words": _words(columns.title, own, people, sites, actors, places),
        **_dated(columns.when),
        **_judged(columns),
        **_named(people, sites, actors, places),
        "source": _sources(columns.source or _none(length)),
        **_measured(columns.amounts, length),
    }
    events = pa.table([table[name] for name in FLAT.names], schema=FLAT)
    return events if origin.alive.all() else events.filter(pa.array(origin.alive))


def _none(length: int) -> Coded[Any]:
    """Nothing in every row."""
    return Coded([], np.full(length, -1, np.int64))


# --- what a row says itself


def _own_summary(columns: Columns) -> Any:
    """The summary where it is not the title."""
    if columns.summary is None:
        return pa.nulls(len(columns.title), pa.string())
    return pc.if_else(pc.equal(columns.summary, columns.title), None, columns.summary)


def _note(columns: Columns, length: int) -> Any:
    return pa.nulls(length, pa.string()) if columns.note is None else _filled(columns.note)


def _filled(column: Any) -> Any:
    """Texts, null where they are empty."""
    return pc.if_else(pc.equal(column, ""), None, column)


def _dated(when: Days) -> dict[str, Any]:
    return {"earliest": when.earliest, "latest": when.latest, "dated": when.dated, "when": when.text}


def _judged(columns: Columns) -> dict[str, Any]:
    confidence = columns.confidence
    return {
        "kind": encoded(columns.kind.values, columns.kind.codes),
        "confidence": encoded([one and one.value for one in confidence.values], confidence.codes),
        "sourcing": _sourcing(columns.source or _none(len(columns.kind.codes))),
    }


def _sourcing(sources: Coded[Cites]) -> Any:
    named = list(Sourcing)
    none, single = named.index(Sourcing.UNSOURCED), named.index(Sourcing.SINGLE_SOURCED)
    if not says_more(sources):
        return encoded([name.value for name in named], np.where(_has_source(sources), single, none))
    judged = [
        named.index(one.sourcing) if isinstance(one, Cited) else none if one is None else single
        for one in sources.values
    ]
    return encoded([name.value for name in named], np.array([*judged, none])[sources.codes])


def says_more(sources: Coded[Cites]) -> bool:
    """Whether any row says more of its sources than one link."""
    return Cited in set(map(type, sources.values))


def _has_source(sources: Coded[Cites]) -> Mask:
    found: Mask = np.array([*(one is not None for one in sources.values), False])[sources.codes]
    return found


def _sources(sources: Coded[Cites]) -> Any:
    """Lists of the sources of each row."""
    if not says_more(sources):
        ends = np.concatenate([[0], np.cumsum(_has_source(sources))]).astype(np.int32)
        return list_array(ends, sources.column(pa.int32()).drop_null())
    lists = [one.positions if isinstance(one, Cited) else () if one is None else (one,) for one in sources.values]
    rows, values = _members(Coded(lists, sources.codes))
    return list_array(offsets(rows, len(sources.codes)), pa.array(values, pa.int32()))


def _measured(amounts: Mapping[str, Amounts], length: int) -> dict[str, Any]:
    known = {
        column: numbers
        for measure, given in amounts.items()
        for column, numbers in zip(estimates(measure), given, strict=True)
    }
    return {name: pa.nulls(length, pa.int32()) for name in AMOUNTS} | known


# --- what it names


@dataclass(frozen=True, slots=True)
class _People:
    """The actors of each row: `values[offsets[row]:offsets[row + 1]]` are places in `distinct`, the positions."""

    offsets: NDArray[np.int32]
    values: Codes
    roles: Codes
    distinct: list[int]
    role_names: tuple[Role, ...]


def _people(length: int, parts: Sequence[Part]) -> _People:
    """The actors of all parts, each once a row, in the order of the parts."""
    roles = tuple(Role)
    rows, positions, played = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for part in parts:
        row, members = _members(part.actors)
        rows.append(row)
        positions.append(members)
        of_role = np.array([*(roles.index(one) for one in part.roles.values), 0], np.int64)
        played.append(of_role[part.roles.codes][row])
    row, values, role = each_once(np.concatenate(rows), np.concatenate(positions), np.concatenate(played))
    codes, distinct = pd.factorize(values)
    return _People(offsets(row, length), codes.astype(np.int64), role, distinct.tolist(), roles)


def _members(lists: Coded[tuple[int, ...]]) -> tuple[Codes, Codes]:
    """The members of the lists of all rows, one after the other: the row of each, and the member."""
    sizes = np.array([*(len(one or ()) for one in lists.values), 0], np.int64)
    members = np.array([at for one in lists.values for at in one or ()], np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    counts = sizes[lists.codes]
    row = np.repeat(np.arange(len(lists.codes)), counts)
    within = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    return row, members[np.repeat(starts[lists.codes], counts) + within] if len(row) else row


def _sites(place: Coded[str | None], places: Register) -> Coded[int]:
    """The positions of the places of each row."""
    named = [at for at, one in enumerate(place.values) if one is not None]
    again = np.full(len(place.values) + 1, -1, np.int64)
    again[named] = np.arange(len(named))
    return Coded([places.position(one) for at in named if (one := place.values[at]) is not None], again[place.codes])


def _named(people: _People, sites: Coded[int], actors: Register, places: Register) -> dict[str, Any]:
    acting = encoded([actors.ids[at] for at in people.distinct], people.values)
    playing = encoded([role.value for role in people.role_names], people.roles)
    return {
        "place": encoded([places.ids[at] for at in sites.values], sites.codes),
        "country": _countries(people, sites, actors, places),
        "actor": list_array(people.offsets, acting),
        "role": list_array(people.offsets, playing),
    }


def _countries(people: _People, sites: Coded[int], actors: Register, places: Register) -> Any:
    """The distinct states of the actors and the place of each row."""
    states: dict[str | None, int] = {None: -1}
    of_actor = [states.setdefault(actors.states[at], len(states) - 1) for at in people.distinct]
    of_place = [states.setdefault(places.states[at], len(states) - 1) for at in sites.values]
    acting = np.array([*of_actor, -1], np.int64)[people.values]
    placed = np.array([*of_place, -1], np.int64)[sites.codes]
    length = len(sites.codes)
    rows = np.concatenate([np.repeat(np.arange(length), np.diff(people.offsets)), np.arange(length)])
    values = np.concatenate([acting, placed])
    rows, values = rows[values >= 0], values[values >= 0]
    rows, values, _ = each_once(rows, values, values)
    return list_array(offsets(rows, length), encoded([state for state in states if state], values))


def _words(title: Any, summary: Any, people: _People, sites: Coded[int], actors: Register, places: Register) -> Any:
    """What a search looks through: title, summary and names, folded."""
    who = Coded([actors.folded[at] for at in people.distinct], people.values).column(pa.string())
    where = Coded([places.folded[at] for at in sites.values], sites.codes).column(pa.string())
    names = pc.binary_join(list_array(people.offsets, who), "\n")
    return pc.binary_join_element_wise(
        folded(title), folded(summary), _filled(names), where, "\n", null_handling="skip"
    )
