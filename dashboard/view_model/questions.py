"""The cubes of a view, which depend on nothing but its `Question`, and are made once for all who ask it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.view import Lens, View
from dashboard.view_model.text import EVENT, STATEMENT, Noun
from dashboard.workspace import Workspace
from events.cube import Cube, total
from events.queries import Dimension, Table
from events.selection import Clock, Selection


@dataclass(frozen=True, slots=True)
class Question:
    """All that the cubes of a view depend on: equal questions have equal answers.

    timeless: the filters without the period. window: the days that the timeline shows, in which the bins of many
    records are finest; None where there are so few that every day counts for itself. measure: what events are counted
    by beside their number; empty for their number alone, and for statements.
    """

    table: Table
    timeless: Selection
    clock: Clock
    window: tuple[int, int] | None
    measure: str = ""

    @classmethod
    def of(cls, space: Workspace, view: View) -> Question:
        """What a view asks for."""
        table: Table = "statement" if view.lens is Lens.SAID else "event"
        window = space.window(view) if space.is_crowded else None
        measure = view.measure if table == "event" else ""
        return cls(table, view.selection.without("period"), view.clock_name, window, measure)


ALL_EVENTS = Question("event", Selection.of(), "happened", None)


def noun_of(space: Workspace, question: Question) -> Noun:
    """What the numbers of a map count."""
    if question.measure:
        measure = space.measures[question.measure]
        return Noun(measure.unit_of_one or measure.unit, measure.unit)
    return STATEMENT if question.table == "statement" else EVENT


def cubes(space: Workspace, question: Question) -> Mapping[str, Cube]:
    """The cubes by name; each leaves out the clause of the panel that draws it. Only events have kinds of their own.

    By a measure, all but `overall` hold sums of best estimates; `overall` always counts records. Each is kept by what
    it depends on: another country leaves that of the countries as it is.
    """
    table, timeless = question.table, question.timeless

    def ask(selection: Selection, dimension: Dimension, table: Table = "event", measure: str = "") -> Cube:
        clock, window = question.clock, question.window

        def made() -> Cube:
            if dimension == "all" and table == "event":  # an event has one kind, and those are counted anyway
                return total(ask(selection, "kind"), "all")
            return space.store.cube(
                selection, dimension, table=table, clock=clock, window=window, measure=measure or None
            )

        return space.kept_cubes.get((selection, dimension, table, clock, window, measure), made)

    found = {
        "countries": ask(timeless.without("country"), "country", table, question.measure),
        "places": ask(timeless, "place", measure=question.measure),
        "overall": ask(timeless, "all", table),
    }
    return found | ({"kinds": ask(timeless, "kind", measure=question.measure)} if table == "event" else {})
