"""EDGE: a dossier opened for reading — its store, its vocabulary and the map it is drawn on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from dashboard.view import CLAUSES, View, Vocabulary, parse
from events import positions
from events.dates import DateSpan
from events.dossier import Dossier
from events.model import Confidence, Event, Movement, Question
from events.selection import Selection
from events.store import Store
from geodata import boundaries
from geodata.places import states

CONFIDENCE_LABELS = {
    Confidence.CORROBORATED: "Corroborated",
    Confidence.SINGLE_SOURCE: "Single source",
    Confidence.UNVERIFIED: "Unverified",
}


@dataclass(frozen=True, slots=True)
class Country:
    """A state or territory of the base map; the point stands inside its largest part.

    `holder` is the state whose colour it takes: itself, or the sovereign of a territory.
    """

    id: str
    name: str
    lon: float
    lat: float
    holder: str

    @property
    def is_state(self) -> bool:
        return self.holder == self.id


def _base_map() -> dict[str, Country]:
    frame = boundaries.countries()
    columns = zip(frame["id"], frame["name"], frame["label_lon"], frame["label_lat"], frame["sovereign"], strict=True)
    return {key: Country(key, name, lon, lat, sovereign or key) for key, name, lon, lat, sovereign in columns}


def _extent(events: Mapping[str, Event]) -> tuple[int, int]:
    spans = [event.when for event in events.values() if event.when]
    days = [day for span in spans for day in (span.earliest, span.latest) if day is not None]
    return (min(days), max(days)) if days else (0, 1)


def _bounds(span: DateSpan | None, extent: tuple[int, int]) -> tuple[int, int]:
    if span is None:
        return extent
    return (
        extent[0] if span.earliest is None else span.earliest,
        extent[1] if span.latest is None else span.latest,
    )


COUNTED = frozenset(key for key, status in zip(states()["id"], states()["un_status"], strict=True) if status != "other")
"""UN members and observers (alpha-3)."""


@dataclass(frozen=True)
class Workspace:
    """Everything that rendering a view of one dossier needs; nothing in it changes."""

    dossier: Dossier
    store: Store
    countries: Mapping[str, Country]
    vocabulary: Vocabulary
    default: View

    @property
    def question(self) -> Question | None:
        return self.dossier.meta.questions[0] if self.dossier.meta.questions else None

    @cached_property
    def extent(self) -> tuple[int, int]:
        """First and last day of any dated event."""
        return _extent(self.dossier.events)

    @property
    def states(self) -> frozenset[str]:
        return COUNTED

    @cached_property
    def sizes(self) -> Mapping[str, Mapping[str, int]]:
        """Events per value of each filter in the whole dossier, by field of the view."""
        return {attr: dict(self.store.facet(Selection.of(), name)) for name, attr in CLAUSES}

    @cached_property
    def history(self) -> positions.History:
        """Positions of states on the dossier's first question."""
        question = self.question
        return positions.of_states(self.dossier.positions.values(), question.id) if question else {}

    @cached_property
    def legs(self) -> Mapping[str, tuple[Movement, ...]]:
        """Movement legs per event id."""
        found: dict[str, tuple[Movement, ...]] = {}
        for leg in self.dossier.movements.values():
            found[leg.event] = (*found.get(leg.event, ()), leg)
        return found

    def window(self, view: View) -> tuple[int, int]:
        """Days between which the timeline is drawn."""
        return view.window or _bounds(self.dossier.meta.focus, self.extent)


def _vocabulary(dossier: Dossier, countries: Mapping[str, Country]) -> Vocabulary:
    return Vocabulary(
        countries={key: country.name for key, country in countries.items()},
        actors={key: actor.name for key, actor in dossier.actors.items()},
        kinds={kind.id: kind.label for kind in dossier.meta.kinds},
        confidences={level.value: label for level, label in CONFIDENCE_LABELS.items()},
        records=dossier.events.keys(),
    )


def open_dossier(dossier: Dossier) -> Workspace:
    """Load a dossier into its store. A faulty default view falls back to the plain one."""
    countries = _base_map()
    vocabulary = _vocabulary(dossier, countries)
    extent = _extent(dossier.events)
    plain = View(on=_bounds(dossier.meta.focus, extent)[1])
    default = parse(dossier.meta.view, vocabulary, plain).view
    return Workspace(dossier, Store.of(dossier), countries, vocabulary, replace(default, record=""))
