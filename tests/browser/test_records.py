"""Opening one event from wherever it is seen, and going from one to the next."""

import pytest
from playwright.sync_api import expect

from tests.browser.page import StandoffPage

pytestmark = pytest.mark.browser

FLIGHT = "ev-2019-03-23-russian-planes"
SOCHI = "ev-2019-05-14-sochi"

RING = """() => {
  const ring = document.querySelector("#timeline .js-plotly-plot").data.find((trace) => trace.name === "open record");
  return ring && ring.x;
}"""
MARKED = """() => {
  const bubbles = [...document.querySelectorAll("#map g.trace")].find((g) => g.__data__[0].trace.name === "bubbles");
  const marked = [...bubbles.querySelectorAll("path.point")].filter((path) => parseFloat(path.style.strokeWidth) > 2);
  return marked.map((path) => path.__data__.data);
}"""


def assert_open(reader: StandoffPage, record: str, title: str) -> None:
    """The record stands in the rail and is marked on the map and on the timeline."""
    assert f"open={record}" in reader.address
    assert title in reader.record_title()
    (marked,) = reader.page.evaluate(MARKED)
    assert record in marked.split("|")
    assert len(reader.page.evaluate(RING)) == 1


def test_a_record_opens_from_the_list_with_all_that_is_known(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    reader.open_record_from_list(FLIGHT)
    assert_open(reader, FLIGHT, "An-124 and Il-62M bring about 100")
    words = reader.page.inner_text("#records")
    for part in ("23 March 2019", "ACTORS", "MOVEMENTS", "CLAIM", "SOURCES · ", "INDEPENDENT"):
        assert part in words
    links = reader.page.locator("#records .sources li > a")
    for link in links.all():
        assert (link.get_attribute("href") or "").startswith("http")
        assert link.get_attribute("rel") == "noopener noreferrer"
    assert links.count() >= 2
    with reader.committing():
        reader.page.click("#close-record")
    assert reader.address == "?lens=happened"
    assert len(reader.listed()) == 70


def test_a_bubble_of_several_events_offers_them_and_opens_one(reader: StandoffPage) -> None:
    reader.open("lens=happened&from=2019-03-01&to=2019-03-31")
    reader.open_record_from_map(FLIGHT)
    assert_open(reader, FLIGHT, "An-124 and Il-62M bring about 100")
    expect(reader.page.locator("#popover")).to_be_hidden()


def test_a_bubble_of_one_event_opens_it(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    with reader.committing():
        reader.click(reader.mark_of("map", "ev-2019-05-02-lavrov-tashkent"))
    assert_open(reader, "ev-2019-05-02-lavrov-tashkent", "Lavrov")


def test_a_mark_on_the_timeline_opens_its_event(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    reader.open_record_from_timeline(SOCHI)
    assert_open(reader, SOCHI, "Sochi")
    assert reader.read_totals()["shown"] == 69, "opening filters nothing"


def test_j_and_k_and_the_arrows_go_through_the_events_of_the_view(reader: StandoffPage) -> None:
    reader.open("lens=happened&kind=call")
    order = reader.listed()
    for expected in (order[0], order[1]):
        reader.press("j")
        assert reader.address.endswith(f"open={expected}")
    assert "2 of 4" in reader.page.inner_text(".steps")
    reader.press("k")
    assert reader.address.endswith(f"open={order[0]}")
    for _ in order[1:]:
        with reader.committing():
            reader.page.click("#next-record")
    assert reader.address.endswith(f"open={order[-1]}")
    assert reader.page.locator("#next-record").count() == 0, "there is none after the last"
    reader.press("Escape")
    assert reader.listed() == order


def test_a_journey_outside_the_period_cannot_be_pointed_at(reader: StandoffPage) -> None:
    """What is not drawn has no tooltip and opens nothing."""
    reader.open("lens=happened&from=2019-05-01&to=2019-05-31")
    legs = reader.page.evaluate(
        "document.querySelector('#map .js-plotly-plot')._fullData.filter(({ name }) => name.startsWith('leg '))"
        ".map(({ hoverinfo, hovertemplate }) => [hoverinfo ?? '', hovertemplate ?? ''])"
    )
    assert legs
    assert set(map(tuple, legs)) == {("skip", "")}


def test_a_record_opened_from_far_down_the_list_shows_its_beginning(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    with reader.committing():
        reader.page.locator("#records .events a").nth(40).click()
    assert reader.page.evaluate("document.getElementById('records').parentElement.scrollTop") == 0
    expect(reader.page.locator("#records h2").first).to_be_in_viewport()
