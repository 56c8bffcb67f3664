"""What the map shows: shaded states, bubbles and arcs."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.view import Lens, View
from dashboard.view_model.appearance import Appearance
from dashboard.view_model.marks import Bubble, Leg, bubbles, legs
from dashboard.view_model.results import Results
from dashboard.view_model.shades import Category, Shade, counted, happened, stands
from dashboard.workspace import Workspace


@dataclass(frozen=True, slots=True)
class MapView:
    """Everything on the map.

    `selected` are the chosen countries, `marked` the place of the open record, and `unmapped` the countries that the
    data name but the map does not have.
    """

    lens: Lens
    categories: tuple[Category, ...]
    shades: tuple[Shade, ...]
    bubbles: tuple[Bubble, ...]
    legs: tuple[Leg, ...]
    selected: tuple[str, ...]
    marked: tuple[str, ...]
    unmapped: tuple[str, ...]


def map_view(space: Workspace, view: View, results: Results, appearance: Appearance) -> MapView:
    """What the map shows, for either lens."""
    is_standing = view.lens is Lens.STANDS
    shaded = stands(space, view, appearance) if is_standing else happened(space, view, results, appearance)
    categories, shades = shaded
    record = space.dossier.events.get(view.record)
    return MapView(
        lens=view.lens,
        categories=counted(categories, shades),
        shades=shades,
        bubbles=bubbles(space, view, results),
        legs=tuple(legs(space, results)),
        selected=view.countries,
        marked=(record.place,) if record and record.place else (),
        unmapped=tuple(sorted(set(results.by_country.keys) - set(space.countries))),
    )
