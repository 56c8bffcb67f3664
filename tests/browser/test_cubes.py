"""A filter is seen before its view comes: its numbers travel ahead, once for each question; only the last count."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.page import StandoffPage

pytestmark = pytest.mark.browser

CUBES = re.compile(r"/cubes\?")
SETTLING = "**/_dash-update-component*"
DRAWINGS = """async () => {
  await new Promise((rest) => setTimeout(rest, 600)); // the first view may still find its size
  window.drawings = [];
  for (const id of ["map", "timeline"]) {
    const graph = document.querySelector(`#${id} .js-plotly-plot`);
    graph.on("plotly_afterplot", () => window.drawings.push(id));
  }
}"""
BUBBLES = """() => {
  const groups = [...document.querySelectorAll("#map g.trace")];
  const bubbles = groups.find((group) => group.__data__[0].trace.name === "bubbles");
  const seen = (elements) => [...elements].filter(({ style }) => style.display !== "none");
  const circles = seen(bubbles.querySelectorAll("path.point"));
  const words = seen(document.querySelectorAll("#map g.labels > g")).flatMap((group) => seen(group.children));
  const placed = circles.map((path) => [path.getAttribute("transform"), path.getAttribute("d")]);
  return [placed.sort(), words.map((text) => text.textContent).sort()];
}"""


def test_a_filter_is_painted_before_the_server_has_drawn_its_view(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    held: list[Route] = []
    reader.page.route(SETTLING, lambda route: held.append(route))
    plain = reader.page.inner_text("#legend li:first-child b")
    reader.option("Kind", "meeting").click()
    reader.until("(plain) => document.querySelector('#legend b').textContent !== plain", plain, "other numbers")
    early, bubbles, legend = reader.fills(), reader.page.evaluate(BUBBLES), reader.read_legend()
    reader.page.route(SETTLING, lambda route: route.continue_())  # nothing that is asked for from now on is held
    for route in held:
        route.continue_()
    reader.wait_settled("?lens=happened")
    assert reader.fills() == early, "what came ahead is what the view confirms"
    assert reader.page.evaluate(BUBBLES) == bubbles, "circles, numbers and names too"
    assert all(bubbles)
    assert reader.read_legend() == legend


def test_a_filter_draws_no_figure_of_the_map_again(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    reader.page.evaluate(DRAWINGS)
    reader.toggle_country("RUS")
    reader.toggle_country("RUS")
    assert "map" not in reader.page.evaluate("drawings")


def test_a_period_draws_no_figure_again_and_asks_for_no_cubes(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    reader.page.evaluate(DRAWINGS)
    with reader.requests() as asked:
        reader.brush("2019-03-01", "2019-04-01")
    assert not [url for url in asked if CUBES.search(url)]
    assert reader.page.evaluate("drawings") == []


def test_a_view_seen_before_needs_no_cubes_again(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    reader.toggle_country("RUS")
    with reader.requests() as asked:
        reader.back()
        reader.forward()
    assert not [url for url in asked if CUBES.search(url)]


def test_two_filters_in_a_hurry_leave_the_map_that_a_visit_to_their_address_finds(reader: StandoffPage) -> None:
    def late(route: Route) -> None:
        time.sleep(0.3)
        route.continue_()

    reader.open("lens=happened")
    reader.page.route(re.compile(r"/cubes\?.*country=RUS"), late)
    reader.option("Countries", "RUS").click()
    reader.option("Kind", "meeting").click()
    reader.wait_settled("?lens=happened")
    hurried, address = reader.fills(), reader.address
    assert "country=RUS" in address
    assert "kind=meeting" in address
    reader.page.unroute_all()
    reader.open(address)
    assert reader.fills() == hurried


def test_the_first_view_asks_once_and_early(reader: StandoffPage) -> None:
    with reader.requests() as asked:
        reader.open("lens=happened&country=RUS")
    names = [url.split("?")[0].rsplit("/", 1)[-1] for url in asked]
    assert names.count("cubes") == 1
    assert names.count("_dash-update-component") == 0, "the view came with the first script"


@pytest.mark.parametrize("page", [{"color_scheme": "dark"}], indirect=True)
def test_a_page_that_gets_no_first_view_asks_as_ever(page: Page, troubles: list[str]) -> None:
    page.route("**/view/**", lambda route: route.fulfill(status=500))
    reader = StandoffPage(page).open("lens=happened")
    assert reader.read_totals()["total"] == 70
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert len(troubles) == 1
    assert "500" in troubles.pop()


def test_a_return_costs_next_to_nothing(reader: StandoffPage) -> None:
    reader.open()
    reader.wait_connected()
    session = reader.page.context.new_cdp_session(reader.page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    reader.reload()
    reader.wait_connected()
    assert 0 < sum(sizes) <= 30_000
