"""Light and dark, from a phone to a wall, and nothing too small to read."""

from __future__ import annotations

import pytest

from tests.browser.page import StandoffPage

pytestmark = pytest.mark.browser

LIGHT, DARK = "rgb(250, 248, 244)", "rgb(23, 22, 20)"
SMALL = """() => {
  const sized = [...document.body.querySelectorAll("*")].filter((element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue.trim()) &&
    element.checkVisibility() && !element.closest(".js-plotly-tester, .hidden"));
  return sized.filter((element) => parseFloat(getComputedStyle(element).fontSize) < 12)
    .map((element) => `${element.tagName}#${element.id}: ${element.textContent.slice(0, 20)}`);
}"""
BRAZIL = """(colour) => [...document.querySelectorAll("#map .choroplethlayer path")]
  .some((path) => path.__data__.loc === "BRA" && path.style.fill === colour)"""
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


def dot_colour(reader: StandoffPage) -> str:
    """The colour in which the timeline draws its marks."""
    colour: str = reader.page.evaluate("document.querySelector('#timeline .js-plotly-plot')._fullLayout.font.color")
    return colour.upper()


def test_the_page_follows_the_system_until_the_reader_decides(reader: StandoffPage) -> None:
    reader.open()
    assert (reader.paper(), dot_colour(reader)) == (LIGHT, "#1D1B18")
    reader.page.emulate_media(color_scheme="dark")
    reader.until("() => document.querySelector('#timeline .js-plotly-plot')._fullLayout.font.color === '#EFEBE3'")
    reader.until("() => document.querySelector('#legend .swatch').style.getPropertyValue('--swatch') === '#5B9BE0'")
    reader.until(BRAZIL, "rgb(91, 155, 224)")
    assert reader.paper() == DARK
    dark_fills = reader.fills()
    reader.set_theme("Light")
    assert reader.address == "?theme=light"
    assert (reader.paper(), dot_colour(reader)) == (LIGHT, "#1D1B18")
    assert reader.fills()["BRA"] != dark_fills["BRA"]
    reader.set_theme("Dark")
    reader.reload()
    assert (reader.paper(), dot_colour(reader)) == (DARK, "#EFEBE3")
    assert reader.fills() == dark_fills


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_a_phone_shows_map_then_timeline_then_lists_without_scrolling_sideways(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    tops = [reader.box(part)["y"] for part in ("#sentence", "#map", "#timeline", "#filters-sheet", "#records")]
    assert tops == sorted(tops)
    for part in ("#map", "#timeline"):
        assert reader.box(part)["width"] >= 330
        assert reader.box(part)["height"] >= 180
    assert reader.page.evaluate(OVERFLOW) <= 0
    reader.page.locator("#filters-summary").tap()
    option = reader.option("Countries", "RUS")
    option.scroll_into_view_if_needed()
    bounds = option.bounding_box()
    assert bounds
    assert bounds["height"] >= 24, "a finger finds it"
    with reader.committing():
        option.tap()
    assert reader.chips() == ["Russia"]
    reader.open_record_from_list("ev-2019-03-23-russian-planes")
    assert reader.page.evaluate(OVERFLOW) <= 0
    reader.page.click("#export-button")
    assert reader.page.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_one_finger_scrolls_a_phone_over_the_map_and_two_magnify_it(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    x, y = reader.centre(reader.page.locator("#map"))
    reader.touch([[(x, y - 20 * step)] for step in range(12)])
    reader.until("() => scrollY > 100", what="the page scrolls")
    reader.page.wait_for_timeout(600)  # a map that had moved would have said so by now
    assert reader.address == "?lens=happened"
    reader.page.evaluate("scrollTo(0, 0)")
    with reader.committing():
        reader.touch([[(x - 30 - 4 * step, y), (x + 30 + 4 * step, y)] for step in range(10)])
    assert float(reader.address.rpartition(",")[2]) > 1.5


@pytest.mark.parametrize("lens", ["stands", "said", "happened"])
@pytest.mark.parametrize("page", [{"viewport": {"width": 1280, "height": 720}}], indirect=True)
def test_on_a_small_laptop_the_map_stays_large_enough_to_be_read(reader: StandoffPage, lens: str) -> None:
    reader.open(f"lens={lens}")
    assert reader.box("#map")["height"] >= 240
    assert reader.page.evaluate(OVERFLOW) <= 0


MANY_FILTERS = (
    "lens=happened&country=RUS,USA,VEN&actor=nicolas-maduro,sergey-lavrov,russia-defence-ministry"
    "&kind=statement,meeting,agreement&confidence=corroborated&sourcing=independent&from=2019-01-01&to=2019-05-31"
    "&known=2019-06-01&q=Venezuela&certain=1&clock=reported"
)


def test_many_filters_leave_the_map_its_height_and_the_page_its_width(reader: StandoffPage) -> None:
    reader.open(MANY_FILTERS)
    for width, height in ((1280, 720), (1024, 768), (768, 1024), (390, 844)):
        reader.page.set_viewport_size({"width": width, "height": height})
        assert reader.box("#map-frame")["height"] >= 240, width
        assert reader.page.evaluate(OVERFLOW) <= 0, width
        assert reader.page.evaluate("document.querySelector('.centre').scrollWidth") <= reader.box(".centre")["width"]


def test_the_whole_south_is_on_the_map(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    box = reader.box("#map-frame")
    for choice in ("Natural Earth", "Equal Earth"):
        reader.choose("Projection", choice)
        assert reader.point_on_map(-68, -55.9)[1] < box["y"] + box["height"], "Cape Horn"


@pytest.mark.parametrize("page", [{"viewport": {"width": 2560, "height": 1440}}], indirect=True)
def test_a_large_screen_is_used(reader: StandoffPage) -> None:
    reader.open()
    assert reader.page.evaluate(OVERFLOW) <= 0
    assert reader.page.evaluate("document.documentElement.scrollHeight") <= 1440
    assert reader.box("#map")["width"] > 1600
    assert reader.box("#timeline")["width"] > 2400


def test_nothing_is_smaller_than_twelve_pixels(reader: StandoffPage) -> None:
    reader.open()
    reader.page.click("#export-button")
    assert reader.page.evaluate(SMALL) == []
    reader.page.keyboard.press("Escape")
    reader.choose("Lens", "Happened")
    reader.open_record_from_list("ev-2019-03-23-russian-planes")
    assert reader.page.evaluate(SMALL) == []


def test_a_sheet_of_paper_is_white_and_holds_whole_figures(reader: StandoffPage) -> None:
    for view, figures in (("lens=happened&theme=dark", ("map", "timeline")), ("lens=said&table=matrix", ("matrix",))):
        reader.open(view)
        before = [reader.box(f"#{figure} .main-svg >> nth=0") for figure in figures]
        with reader.on_paper():
            assert reader.paper() == "rgb(255, 255, 255)"
            assert reader.page.evaluate(OVERFLOW) <= 0
            for figure in figures:
                drawn = reader.box(f"#{figure} .main-svg >> nth=0")
                assert drawn["width"] > 600
                assert drawn["height"] > 160
                assert drawn["x"] + drawn["width"] <= 718
            assert not reader.page.locator(".hint").is_visible()
        assert [reader.box(f"#{figure} .main-svg >> nth=0") for figure in figures] == before


BACKGROUND = """([selector, part]) => getComputedStyle(document.querySelector(selector), part).backgroundColor"""


@pytest.mark.parametrize("page", [{"forced_colors": "active"}], indirect=True)
def test_where_the_system_gives_the_colours_what_is_chosen_and_what_is_meant_can_be_seen(reader: StandoffPage) -> None:
    reader.open("lens=happened&country=RUS&from=2019-03-01&to=2019-04-01")
    reader.page.click("#export-button")

    def background(selector: str, part: str | None = None) -> str:
        found: str = reader.page.evaluate(BACKGROUND, [selector, part])
        return found

    for chosen, other in (
        ("#lenses .choice[aria-current]", "#lenses .choice:not([aria-current])"),
        ("[data-group=format][aria-checked=true]", "[data-group=format][aria-checked=false]"),
        (".option[aria-checked=true] .box", ".option[aria-checked=false] .box"),
        ("#legend li:first-child .swatch", "#legend li:last-child .swatch"),
    ):
        assert background(chosen) != background(other), chosen
    assert background("#handle-first", "::before") != reader.paper()


COVERED = """() => {
  const isSeen = (text) => getComputedStyle(text).visibility === "visible" && text.getClientRects().length;
  const boxes = (selector) => [...document.querySelectorAll(`#map ${selector}`)]
    .filter((text) => /[a-z]{2}/.test(text.textContent) && isSeen(text))
    .map((text) => [text.textContent, text.getBoundingClientRect()]);
  const isOver = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return boxes("g.trace text").flatMap(([words, box]) =>
    boxes("g.labels text").filter(([, name]) => isOver(box, name)).map(([name]) => [words, name]));
}"""


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_words_at_journeys_lie_over_no_name_of_a_place(reader: StandoffPage, size: tuple[int, int]) -> None:
    reader.page.set_viewport_size({"width": size[0], "height": size[1]})
    reader.open()
    assert reader.page.evaluate(COVERED) == []
