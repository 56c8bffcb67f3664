"""What the map shows: shaded states, bubbles and arcs."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.view import Lens, View
from dashboard.view_model.appearance import Appearance
from dashboard.view_model.changes import changes_between
from dashboard.view_model.marks import Bubble, Leg, Spot, bubbles, legs, spots
from dashboard.view_model.questions import Question, noun_of
from dashboard.view_model.results import Results, speaks_of_claims
from dashboard.view_model.shades import Category, Shade, counted, happened, said, stands
from dashboard.view_model.text import EVENT, Noun
from dashboard.workspace import Workspace


@dataclass(frozen=True, slots=True)
class MapView:
    """Everything on the map.

    `spots` are the places where bubbles may stand, and `journeys` those of all events: the browser shows and hides
    them. `selected` are the chosen countries, `changed` those whose position differs on the day compared with, `marked`
    the place of the open record, and `unmapped` the countries that the data name but the map does not have. `noun` is
    what the numbers count.
    """

    lens: Lens
    categories: tuple[Category, ...]
    shades: tuple[Shade, ...]
    bubbles: tuple[Bubble, ...]
    journeys: tuple[Leg, ...]
    selected: tuple[str, ...]
    marked: tuple[str, ...]
    unmapped: tuple[str, ...]
    changed: tuple[str, ...] = ()
    spots: tuple[Spot, ...] = ()
    noun: Noun = EVENT

    @property
    def legs(self) -> tuple[Leg, ...]:
        """The journeys of the events under all clauses but the period."""
        return tuple(leg for leg in self.journeys if leg.passes)


def map_view(space: Workspace, view: View, results: Results, appearance: Appearance) -> MapView:
    """What the map shows, for either lens."""
    categories, shades = _shaded(space, view, results, appearance)
    records = space.public(view).events(space.highlighted(view))
    return MapView(
        lens=view.lens,
        categories=counted(categories, shades),
        shades=shades,
        bubbles=bubbles(space, view, results) if _shows_events(view) else (),
        journeys=tuple(legs(space, results)) if _shows_events(view) else (),
        selected=view.countries,
        marked=tuple(record.place for record in records if record.place),
        unmapped=tuple(sorted(set(results.by_country.keys) - set(space.countries))),
        changed=tuple(sorted({state for state, _, _ in changes_between(space, view)})),
        spots=spots(space) if _shows_events(view) else (),
        noun=noun_of(space, Question.of(space, view)),
    )


def _shaded(
    space: Workspace, view: View, results: Results, appearance: Appearance
) -> tuple[tuple[Category, ...], tuple[Shade, ...]]:
    if view.lens is Lens.STANDS:
        return stands(space, view, appearance)
    return (said if speaks_of_claims(view) else happened)(space, view, results, appearance)


def _shows_events(view: View) -> bool:
    """Whether events lie over the countries: not where statements or two days of positions are to be read."""
    return view.lens is Lens.HAPPENED or (view.lens is Lens.STANDS and view.against is None)


def shading_note(view: View, shown: MapView) -> str:
    """What the shades leave aside where countries are chosen: each panel is filtered by all clauses but its own."""
    is_counted = view.lens is Lens.HAPPENED or (view.lens is Lens.SAID and not speaks_of_claims(view))
    return f"Shades count the {shown.noun.many} of every state, chosen or not." if is_counted and view.countries else ""
