"""Stories: told by keys, by scrolling and by links, in a page of their own or inside another's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from dashboard.cli import BUNDLED
from events.dossier import Dossier, read
from tests.browser.conftest import watch
from tests.browser.page import StandoffPage
from tests.browser.test_access import findings

pytestmark = pytest.mark.browser

PLANE = "the-plane-that-did-not-leave"
SOLDIERS = "a-hundred-soldiers"
MARKED = "document.querySelector('#timeline .js-plotly-plot').data.find(({ name }) => name === 'open record')?.x.length"


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return read(BUNDLED)


def test_a_story_is_chosen_from_the_menu_and_told_by_keys(reader: StandoffPage, dossier: Dossier) -> None:
    reader.open()
    reader.start_story("The plane that did not leave")
    steps = dossier.stories[PLANE].steps
    assert "Before dawn in Caracas" in reader.step_title()
    assert reader.sentence().endswith("30 April 2019.")
    for i, key in ((2, "ArrowRight"), (3, "PageDown"), (2, "ArrowLeft"), (3, "ArrowRight")):
        reader.press(key)
        assert reader.step_title() == f"{i} · {steps[i - 1].title}"
        assert f"step={i}" in reader.address
        assert f"{i} of {len(steps)}" in reader.page.inner_text(".steps")
    assert reader.page.evaluate(MARKED) >= 1, "what the step speaks of is marked on the timeline"


def test_scrolling_turns_the_steps(reader: StandoffPage) -> None:
    reader.open(f"story={PLANE}")
    reader.page.evaluate("() => new Promise((done) => setTimeout(done, 700))")
    reader.scroll_story()
    assert reader.step_title().startswith("2 · ")
    assert "step=2" in reader.address


def test_every_step_has_a_link_of_its_own(
    browser: Browser, server_url: str, dossier: Dossier, troubles: list[str]
) -> None:
    """What a link opens for somebody else is what the reader saw who copied it."""
    steps = dossier.stories[PLANE].steps
    told = []
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=server_url)
    reader = StandoffPage(context.new_page())
    watch(reader.page, server_url, troubles)
    reader.open(f"story={PLANE}")
    for i, step in enumerate(steps, start=1):
        assert reader.step_title() == f"{i} · {step.title}"
        told.append((reader.address, reader.sentence(), reader.fills()))
        if i < len(steps):
            reader.press("ArrowRight")
    context.close()
    fresh = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=server_url)
    other = StandoffPage(fresh.new_page())
    watch(other.page, server_url, troubles)
    for address, sentence, fills in told[1::3]:
        other.open(address)
        assert (other.sentence(), other.fills()) == (sentence, fills)
    fresh.close()
    assert not troubles


def test_leaving_keeps_the_view(reader: StandoffPage) -> None:
    """The way out stays in sight: to scroll up to it would turn the steps back."""
    reader.open(f"story={PLANE}&step=7")
    sentence, fills = reader.sentence(), reader.fills()
    reader.leave_story()
    assert "story=" not in reader.address
    assert (reader.sentence(), reader.fills()) == (sentence, fills)
    assert reader.chips() == ["A plane waiting for Cuba", "30 April – 2 May 2019"]
    reader.back()
    reader.press("Escape")
    assert "story=" not in reader.address


def test_a_story_plays_inside_another_page(page: Page, server_url: str) -> None:
    def embedding(route: Route) -> None:
        frame = f'<iframe src="/?story={PLANE}&amp;step=3" title="A story" width="1200" height="800"></iframe>'
        route.fulfill(content_type="text/html", body=f'<!doctype html><html lang="en"><title>Blog</title>{frame}')

    page.route("**/blog", embedding)
    page.goto("/blog")
    inside = page.frame_locator("iframe")
    step = inside.locator(".story-step.current h3")
    expect(step).to_contain_text("3 · ", timeout=15_000)
    inside.locator("html[data-settled]").wait_for(state="attached", timeout=15_000)
    inside.locator("#next-record").click()
    expect(step).to_contain_text("4 · ")
    inside.locator("#records").press("ArrowRight")
    expect(step).to_contain_text("5 · ")
    assert page.url == f"{server_url}blog", "the page around it stays"


def test_the_view_becomes_a_story_that_the_dossier_can_tell(
    reader: StandoffPage, dossier: Dossier, tmp_path: Path
) -> None:
    view = "lens=said&from=2019-04-30&to=2019-05-02&claim=cl-plane-to-cuba&open=st-plane-lavrov"
    reader.open(view)
    saved = reader.make_story(tmp_path)
    assert saved.name == "story.yaml"
    folder = tmp_path / "dossier"
    shutil.copytree(BUNDLED, folder)
    shutil.copy(saved, folder / "stories" / "my-story.yaml")
    again = read(folder)
    assert again.problems == dossier.problems
    (step,) = again.stories["my-story"].steps
    assert step.view == view


@pytest.mark.parametrize(
    ("page", "width"), [({"color_scheme": "light"}, 390), ({"color_scheme": "dark"}, 1440)], indirect=["page"]
)
def test_axe_finds_nothing_in_a_story(reader: StandoffPage, width: int) -> None:
    reader.page.set_viewport_size({"width": width, "height": 900})
    reader.open(f"story={SOLDIERS}&step=3")
    found = findings(reader, "a story")
    reader.page.locator("#stories summary").click()
    found += findings(reader, "the menu of stories")
    assert found == []
