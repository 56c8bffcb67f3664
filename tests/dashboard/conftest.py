"""The bundled dossier opened once, small dossiers made on the spot, and a page rendered without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

import events
from dashboard import page
from dashboard.figures.map import BaseMap, Dot
from dashboard.page import Request
from dashboard.view import View, parse
from dashboard.view_model.appearance import Appearance
from dashboard.view_model.maps import MapView, map_view
from dashboard.view_model.results import Results, fetch
from dashboard.view_model.timelines import TimelineView, timeline_view
from dashboard.workspace import Workspace, open_dossier
from events.dossier import Dossier, read
from events.model import Actor, DossierFile, Event, Place

BUNDLED = Path(events.__file__).parent / "dossiers" / "russia-in-venezuela"
BASE = BaseMap(
    "/data/countries.json",
    "/data/disputed.json",
    (("x-one", "One"),),
    (Dot("VAT", 12.5, 41.9), Dot("GUM", 144.8, 13.4)),
)

Render = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def dossier_folder() -> Path:
    return BUNDLED


@pytest.fixture(scope="session")
def dossier() -> Dossier:
    """The bundled dossier."""
    return read(BUNDLED)


@pytest.fixture(scope="session")
def space(dossier: Dossier) -> Workspace:
    return open_dossier(dossier)


@pytest.fixture(scope="session")
def view_of(space: Workspace) -> Callable[[str], View]:
    """The view that a query string asks for."""

    def view(search: str) -> View:
        parsed = parse(search, space.vocabulary, space.default)
        assert parsed.notes == ()
        return parsed.view

    return view


@pytest.fixture(scope="session")
def seen(space: Workspace, view_of: Callable[[str], View]) -> Callable[[str], tuple[View, Results]]:
    """A view of the bundled dossier and what the store says about it."""

    def results(search: str) -> tuple[View, Results]:
        view = view_of(search)
        return view, fetch(space, view)

    return results


@pytest.fixture(scope="session")
def map_of(space: Workspace, seen: Callable[[str], tuple[View, Results]]) -> Callable[..., MapView]:
    """The map of the bundled dossier for a query string."""
    return lambda search, look=Appearance.LIGHT: map_view(space, *seen(search), look)


@pytest.fixture(scope="session")
def line_of(space: Workspace, seen: Callable[[str], tuple[View, Results]]) -> Callable[..., TimelineView]:
    """The timeline of the bundled dossier for a query string."""
    return lambda search, look=Appearance.LIGHT: timeline_view(space, *seen(search), look)


@pytest.fixture(scope="session")
def base() -> BaseMap:
    return BASE


@pytest.fixture(scope="session")
def render(space: Workspace) -> Render:
    """Every output of the page for a query string."""

    def rendered(search: str, of: Workspace = space, **surroundings: Any) -> dict[str, Any]:
        return page.render(of, BASE, Request.of({"search": search, **surroundings}), "/data/x/events.csv")

    return rendered


@pytest.fixture(scope="session")
def made() -> Callable[..., Dossier]:
    """A dossier of some events; each is a mapping of what differs from a plain one."""

    def dossier(events: Iterable[dict[str, Any]] = ({},), name: str = "small", **more: Any) -> Dossier:
        plain = {"title": "Something", "summary": "It happened.", "kind": "act", "confidence": "corroborated"}
        found = [Event.model_validate({"id": f"e{i}", **plain, **event}) for i, event in enumerate(events)]
        meta = {"id": name, "title": name.title(), "summary": "s", "licence": "CC0", "compiled_by": "Us"}
        kinds = [{"id": "act", "label": "Act"}]
        return Dossier(
            DossierFile.model_validate({**meta, "kinds": kinds, **more.pop("meta", {})}),
            events={event.id: event for event in found},
            **{
                "actors": {
                    "cuba": Actor.model_validate({"id": "cuba", "name": "Cuba", "kind": "state", "state": "CUB"})
                },
                "places": {"havana": _havana()},
                **more,
            },
        )

    return dossier


def _havana() -> Place:
    return Place.model_validate(
        {"id": "havana", "name": "Havana", "state": "CUB", "lat": 23.1, "lon": -82.4, "precision": "settlement"}
    )


@pytest.fixture(scope="session")
def walk() -> Callable[[Any], Iterator[Any]]:
    """Every component and text inside a rendered part of the page."""

    def inside(part: Any) -> Iterator[Any]:
        if isinstance(part, list | tuple):
            for child in part:
                yield from inside(child)
        elif part is not None:
            yield part
            yield from inside(getattr(part, "children", None))

    return inside


@pytest.fixture(scope="session")
def words(walk: Callable[[Any], Iterator[Any]]) -> Callable[[Any], str]:
    """What a reader reads in a rendered part of the page."""
    return lambda part: "".join(str(one) for one in walk(part) if isinstance(one, str | int | float))
