"""What the store says about one view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.view import CLAUSES, Lens, View
from dashboard.view_model.questions import Question, cubes
from dashboard.workspace import Workspace
from events.cube import Cube, certain, overlap
from events.model import Measure
from events.queries import Table
from events.selection import ValueField, Within, Words
from events.store import Sum, Totals

MOST_DRAWN = 500
"""Above this many records a picture shows their density, and says so, instead of each of them."""
PAGE = 100
"""Records on a page of the list."""
MOST_IN_TRAY = 50


@dataclass(frozen=True, slots=True)
class Results:
    """What the store says about one view. Cubes leave out the clause of the panel that draws them.

    `searched` is the share of the events that a search has seen. `passing` is the number of records that pass every
    clause, and `page` are those of them on the page of the list that is looked at. `ids` are all of them, and
    `on_timeline` those that pass all clauses but the period, of which there are `at_all_times`; of the events of a
    crowded dossier they are empty. `drawn` are those that the timeline shows one by one: all while they are few, else
    those in its window, or none while these too are many. `undated` and `unplaced` are the first in these trays.
    `could` and `certain` are the two ways to count the records of the period. `facets` holds (value, records) by name
    of the clause. `by_kind` is None of statements, which have no kind of their own. By a measure, `amount` is the sum
    of the shown events, and all cubes but `overall` hold sums. `speaking` are the statements on the chosen claims
    whatever the country, for the map.
    """

    totals: Totals
    amount: Sum | None
    searched: float
    could: int
    certain: int
    passing: int
    page: Sequence[str]
    ids: Sequence[str]
    on_timeline: Sequence[str]
    at_all_times: int
    drawn: Sequence[str]
    undated: Sequence[str]
    unplaced: Sequence[str]
    facets: Mapping[ValueField, Sequence[tuple[str, int]]]
    by_country: Cube
    by_place: Cube
    overall: Cube
    by_kind: Cube | None
    speaking: Sequence[str]
    speaking_in_period: Sequence[str]


def table_of(view: View) -> Table:
    """The table that a lens reads."""
    return "statement" if view.lens is Lens.SAID else "event"


def speaks_of_claims(view: View) -> bool:
    """Whether the map shows who asserts and who denies, rather than how much was said."""
    return view.lens is Lens.SAID and bool(view.claims)


def fetch(space: Workspace, view: View) -> Results:
    """Ask the store everything that one view needs, and read the records that it shows one by one."""
    selection, store, table, clock = view.selection, space.store, table_of(view), view.clock_name
    timeless = selection.without("period")
    could, surely = store.certainty(selection, table, clock)
    totals, count = store.totals(selection, table, clock), passing(space, view)
    is_listed = table == "statement" or not space.is_crowded
    ids, on_timeline = (store.ids(one, table, clock=clock) if is_listed else [] for one in (selection, timeless))
    question = Question.of(space, view)
    counted = cubes(space, question)
    at_all_times = int(overlap(counted["overall"], None, None).sum()) + totals.undated
    results = Results(
        totals=totals,
        amount=store.sum(selection, question.measure, clock) if question.measure else None,
        searched=searched(space, view),
        could=could,
        certain=surely,
        passing=count,
        page=_page(space, view, count),
        ids=ids,
        on_timeline=on_timeline,
        at_all_times=at_all_times,
        drawn=_drawn(space, view, on_timeline, at_all_times),
        undated=store.ids(selection, table, 0, MOST_IN_TRAY, clock, lacking="date") if totals.undated else [],
        unplaced=store.ids(selection, table, 0, MOST_IN_TRAY, clock, lacking="place") if totals.unplaced else [],
        facets=_facets(space, view),
        by_country=counted["countries"],
        by_place=counted["places"],
        overall=counted["overall"],
        by_kind=counted.get("kinds"),
        speaking=store.ids(timeless.without("country"), table) if speaks_of_claims(view) else (),
        speaking_in_period=store.ids(selection.without("country"), table) if speaks_of_claims(view) else (),
    )
    if table == "event":
        space.hold((*results.page, *results.drawn, *results.undated, *results.unplaced))
    return results


def _facets(space: Workspace, view: View) -> dict[ValueField, list[tuple[str, int]]]:
    """(value, records) of every filter; of the claims those that had been made, for the words of others were yet to
    come."""
    found = {name: space.store.facet(view.selection, name, table_of(view)) for name, _ in CLAUSES}
    claims = space.public(view).claims
    return found | {"claim": [(claim, count) for claim, count in found["claim"] if claim in claims]}


def searched(space: Workspace, view: View) -> float:
    """The share of the dossier that the search of a view has seen; 1 without one."""
    return space.store.searched(Words(view.words, view.patience)) if view.words else 1.0


def passing(space: Workspace, view: View) -> int:
    """The number of records that pass every clause: what the list lists, and a CSV holds."""
    n = space.store.totals(view.selection, table_of(view), view.clock_name)
    return n.total - n.filtered - (n.undated if view.has_period else 0)


def page_of(view: View, count: int) -> int:
    """The page of the list that is looked at: the last where the view asks for one beyond it."""
    return min(view.page, max(1, -(-count // PAGE)))


def _page(space: Workspace, view: View, count: int) -> Sequence[str]:
    offset = (page_of(view, count) - 1) * PAGE
    table, measure = table_of(view), ordering_measure(space, view)
    named = measure.id if measure else None
    return space.store.ids(view.selection, table, offset, PAGE, view.clock_name, view.sort.value, named)


def ordering_measure(space: Workspace, view: View) -> Measure | None:
    """The measure by which *most* and *fewest* go: the chosen one, else the first. Statements have none."""
    if view.lens is Lens.SAID:
        return None
    return space.measures.get(view.measure) or next(iter(space.measures.values()), None)


def _drawn(space: Workspace, view: View, on_timeline: Sequence[str], at_all_times: int) -> Sequence[str]:
    if at_all_times <= MOST_DRAWN and on_timeline:
        return on_timeline
    window = Within(*space.window(view), clock=view.clock_name)
    inside = space.store.ids(view.selection.with_(window), table_of(view), limit=MOST_DRAWN + 1)
    return inside if len(inside) <= MOST_DRAWN else ()


def counts_by_key(cube: Cube, view: View) -> dict[str, int]:
    """What a cube counts, per key, that could fall in the period of the view, or certainly does where it asks for
    that."""
    count = certain if view.certain else overlap
    return dict(zip(cube.keys, map(int, count(cube, view.first, view.last)), strict=True))
