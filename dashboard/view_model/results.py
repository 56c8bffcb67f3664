"""What the store says about one view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.view import CLAUSES, Lens, View
from dashboard.workspace import Workspace
from events import cube as cubes
from events.cube import Cube
from events.queries import Table
from events.selection import Within
from events.store import Totals

MOST_DRAWN = 500
"""Above this many records a picture shows their density, and says so, instead of each of them."""


@dataclass(frozen=True, slots=True)
class Results:
    """What the store says about one view. Cubes leave out the clause of the panel that draws them.

    `ids` pass every clause; `on_timeline` pass all but the period, and `drawn` are those of them that the timeline
    shows one by one: all while they are few, else those in its window, or none while these too are many. `could` and
    `certain` are the two ways to count the records of the period. `facets` holds (value, records) by name of the
    clause. `speaking` are the statements on the chosen claims whatever the country, for the map.
    """

    totals: Totals
    could: int
    certain: int
    ids: Sequence[str]
    on_timeline: Sequence[str]
    drawn: Sequence[str]
    facets: Mapping[str, Sequence[tuple[str, int]]]
    by_country: Cube
    by_place: Cube
    overall: Cube
    speaking: Sequence[str]
    speaking_in_period: Sequence[str]


def table_of(view: View) -> Table:
    """The table that a lens reads."""
    return "statement" if view.lens is Lens.SAID else "event"


def speaks_of_claims(view: View) -> bool:
    """Whether the map shows who asserts and who denies, rather than how much was said."""
    return view.lens is Lens.SAID and bool(view.claims)


def fetch(space: Workspace, view: View) -> Results:
    """Ask the store everything that one view needs."""
    selection, store, table, clock = view.selection, space.store, table_of(view), view.clock_name
    timeless = selection.without("period")
    could, certain = store.certainty(selection, table, clock)
    on_timeline = store.ids(timeless, table, clock=clock)
    return Results(
        totals=store.totals(selection, table, clock),
        could=could,
        certain=certain,
        ids=store.ids(selection, table, clock=clock),
        on_timeline=on_timeline,
        drawn=_drawn(space, view, on_timeline),
        facets={name: store.facet(selection, name, table) for name, _ in CLAUSES},
        by_country=store.cube(timeless.without("country"), "country", table=table, clock=clock),
        by_place=store.cube(timeless, "place", clock=clock),
        overall=store.cube(timeless, "all", table=table, clock=clock),
        speaking=store.ids(timeless.without("country"), table) if speaks_of_claims(view) else (),
        speaking_in_period=store.ids(selection.without("country"), table) if speaks_of_claims(view) else (),
    )


def _drawn(space: Workspace, view: View, on_timeline: Sequence[str]) -> Sequence[str]:
    if len(on_timeline) <= MOST_DRAWN:
        return on_timeline
    window = Within(*space.window(view), clock=view.clock_name)
    inside = space.store.ids(view.selection.with_(window), table_of(view), limit=MOST_DRAWN + 1)
    return inside if len(inside) <= MOST_DRAWN else ()


def counts_by_key(cube: Cube, view: View) -> dict[str, int]:
    """Events per key that could fall in the period of the view, or certainly do where it asks for that."""
    count = cubes.certain if view.certain else cubes.overlap
    return dict(zip(cube.keys, map(int, count(cube, view.first, view.last)), strict=True))
