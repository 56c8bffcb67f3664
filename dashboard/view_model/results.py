"""What the store says about one view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.view import CLAUSES, View
from dashboard.workspace import Workspace
from events import cube as cubes
from events.cube import Cube
from events.store import Totals


@dataclass(frozen=True, slots=True)
class Results:
    """What the store says about one view. Cubes leave out the clause of the panel that draws them.

    `ids` pass every clause; `on_timeline` pass all but the period. `could` and `certain` are the two ways to count
    the events of the period. `facets` holds (value, events) by name of the clause.
    """

    totals: Totals
    could: int
    certain: int
    ids: Sequence[str]
    on_timeline: Sequence[str]
    facets: Mapping[str, Sequence[tuple[str, int]]]
    by_country: Cube
    by_place: Cube
    overall: Cube


def fetch(space: Workspace, view: View) -> Results:
    """Ask the store everything that one view needs."""
    selection, store = view.selection, space.store
    timeless = selection.without("period")
    could, certain = store.certainty(selection)
    return Results(
        totals=store.totals(selection),
        could=could,
        certain=certain,
        ids=store.event_ids(selection),
        on_timeline=store.event_ids(timeless),
        facets={name: store.facet(selection, name) for name, _ in CLAUSES},
        by_country=store.cube(timeless.without("country"), "country"),
        by_place=store.cube(timeless, "place"),
        overall=store.cube(timeless, "all"),
    )


def counts_by_key(cube: Cube, view: View) -> dict[str, int]:
    """Events per key that could fall in the period of the view, or certainly do where it asks for that."""
    count = cubes.certain if view.certain else cubes.overlap
    return dict(zip(cube.keys, map(int, count(cube, view.first, view.last)), strict=True))
