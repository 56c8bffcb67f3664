"""The cubes of a view, which depend on nothing but its `Question`, and are made once for all who ask it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.view import Lens, View
from dashboard.workspace import Workspace
from events.cube import Cube
from events.queries import Dimension, Table
from events.selection import Clock, Selection


@dataclass(frozen=True, slots=True)
class Question:
    """All that the cubes of a view depend on: equal questions have equal answers.

    timeless: the filters without the period. window: the days that the timeline shows, in which the bins of many
    records are finest; None where there are so few that every day counts for itself.
    """

    table: Table
    timeless: Selection
    clock: Clock
    window: tuple[int, int] | None

    @classmethod
    def of(cls, space: Workspace, view: View) -> Question:
        """What a view asks for."""
        table: Table = "statement" if view.lens is Lens.SAID else "event"
        window = space.window(view) if space.is_crowded else None
        return cls(table, view.selection.without("period"), view.clock_name, window)


ALL_EVENTS = Question("event", Selection.of(), "happened", None)


def cubes(space: Workspace, question: Question) -> Mapping[str, Cube]:
    """The cubes by name; each leaves out the clause of the panel that draws it. Only events have kinds of their own."""
    return space.kept_cubes.get(question, lambda: _cubes(space, question))


def _cubes(space: Workspace, question: Question) -> Mapping[str, Cube]:
    table, timeless = question.table, question.timeless

    def ask(selection: Selection, dimension: Dimension, table: Table = "event") -> Cube:
        return space.store.cube(selection, dimension, table=table, clock=question.clock, window=question.window)

    found = {
        "countries": ask(timeless.without("country"), "country", table),
        "places": ask(timeless, "place"),
        "overall": ask(timeless, "all", table),
    }
    return found | ({"kinds": ask(timeless, "kind")} if table == "event" else {})
