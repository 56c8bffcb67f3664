"""What the page loads: our own Plotly, nothing twice, and nothing that the policy refuses."""

import pytest
from playwright.sync_api import Page
from plotly.offline import get_plotlyjs_version

from tests.browser.page import StandoffPage

pytestmark = pytest.mark.browser


def test_charts_are_drawn_by_the_small_plotly_that_is_served_here(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    assert page.evaluate("Plotly.version") == get_plotlyjs_version()
    assert [url.split("/")[-1].split("?")[0] for url in asked if "plotly" in url.lower()] == ["plotly-geo.min.js"]


def test_a_second_visit_fetches_no_script_again(page: Page) -> None:
    reader = StandoffPage(page).open()
    reader.wait_connected()
    reader.reload()
    reader.wait_connected()
    scripts = "performance.getEntriesByType('resource').filter(entry => entry.initiatorType === 'script')"
    bodies = page.evaluate(f"{scripts}.filter(entry => entry.transferSize > 300).map(entry => entry.name)")
    assert bodies == [], "300 bytes are what a browser counts for a 304"


@pytest.mark.parametrize("page", [{"color_scheme": "dark"}, {"color_scheme": "light"}], indirect=True)
def test_a_dead_link_shows_a_page_with_a_way_back(page: Page, troubles: list[str]) -> None:
    page.goto("/d/no-such-dossier")
    assert page.get_by_role("heading").inner_text() == "There is no page at this address"
    assert len(troubles) == 1
    assert "404" in troubles.pop()
    page.get_by_role("link").click()
    page.wait_for_selector(".js-plotly-plot .main-svg")


def test_a_server_that_is_gone_is_noticed_at_once_and_the_page_goes_on_when_it_is_back(
    page: Page, troubles: list[str]
) -> None:
    reader = StandoffPage(page).open("lens=happened")
    reader.wait_connected()
    page.context.set_offline(True)
    reader.option("Countries", "RUS").click()
    page.wait_for_selector(".no-answer", state="visible", timeout=3_000)
    page.context.set_offline(False)
    troubles.clear()
    reader.toggle_country("CUB")
    assert not page.locator(".no-answer").is_visible()
    assert reader.chips() == ["Cuba, Russia"], "what was chosen meanwhile holds"
