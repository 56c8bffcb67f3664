"""Every story of the bundled dossier leads where it says: no step names a setting or a value that the page lacks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboard.cli import BUNDLED
from dashboard.view import parse
from dashboard.view_model.results import fetch
from dashboard.workspace import Workspace, open_dossier
from events.dossier import read
from events.model import Step


@pytest.fixture(scope="module")
def space() -> Workspace:
    return open_dossier(read(BUNDLED))


def steps(space: Workspace) -> Iterator[tuple[str, Step]]:
    """Yield every step with its place in words."""
    for story in space.dossier.stories.values():
        yield from ((f"{story.id}, step {number}", step) for number, step in enumerate(story.steps, 1))


def test_every_step_is_a_view_of_the_page(space: Workspace) -> None:
    notes = {where: parse(step.view, space.vocabulary, space.default).notes for where, step in steps(space)}
    assert len(notes) > 10
    assert {where: said for where, said in notes.items() if said} == {}


def test_every_step_opens_with_something_to_see(space: Workspace) -> None:
    for where, step in steps(space):
        view = parse(step.view, space.vocabulary, space.default).view
        assert fetch(space, view).totals.shown > 0, where


def test_the_address_of_a_step_alone_gives_its_whole_view(space: Workspace) -> None:
    for story in space.dossier.stories.values():
        for number, step in enumerate(story.steps, 1):
            link = space.step_link(story.id, number)
            assert set(link.lstrip("?").split("&")) <= {f"story={story.id}", f"step={number}"}
            assert space.base(link) == parse(step.view, space.vocabulary, space.default).view
