"""For everybody: the whole way by keyboard, and no finding of axe in light, dark, and three widths."""

from __future__ import annotations

from functools import partial
from importlib.resources import files

import pytest
from playwright.sync_api import expect

from tests.browser.page import StandoffPage

pytestmark = pytest.mark.browser

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
VIOLATIONS = """() => axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => {
    const where = nodes.map((node) => `${node.target.join(" ")} ${node.any[0]?.message ?? ""}`);
    return `${id}: ${where.slice(0, 4).join(" | ")}`;
  }))"""
FOCUS = "document.activeElement.id"
FOCUSED_VALUE = "document.activeElement.dataset.value ?? document.activeElement.outerHTML.slice(0, 80)"


def findings(reader: StandoffPage, state: str) -> list[str]:
    if not reader.page.evaluate("'axe' in window"):
        reader.page.evaluate(AXE)
    return [f"{state}: {found}" for found in reader.page.evaluate(VIOLATIONS)]


@pytest.mark.parametrize("width", [390, 1024, 1440])
@pytest.mark.parametrize("page", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True)
def test_axe_finds_nothing(reader: StandoffPage, width: int) -> None:
    reader.page.set_viewport_size({"width": width, "height": 900})
    reader.open()
    found = findings(reader, "Stands")
    reader.choose("Lens", "Happened")
    reader.open_record_from_list("ev-2019-03-23-russian-planes")
    found += findings(reader, "Happened with an open record")
    reader.page.click("#export-button")
    found += findings(reader, "Export")
    assert found == []


def test_the_whole_way_by_keyboard(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    keyboard = reader.page.keyboard
    keyboard.press("Tab")
    assert reader.page.evaluate("document.activeElement.className") == "skip"
    keyboard.press("Enter")
    assert reader.page.evaluate(FOCUS) == "map-panel"
    keyboard.press("/")
    assert reader.page.evaluate(FOCUS) == "search"
    with reader.committing():
        keyboard.type("Maduro")
    assert reader.chips() == ["“Maduro”"]
    reader.option("Countries", "RUS").focus()
    reader.press("Space")
    assert reader.chips() == ["Russia", "“Maduro”"]
    reader.press("j")
    assert reader.page.evaluate(FOCUS) == "records", "what has opened is where reading goes on"
    reader.press("Escape")
    assert "open=" not in reader.address
    reader.page.focus("#export-button")
    keyboard.press("Enter")
    expect(reader.page.locator("#export")).to_be_visible()
    reader.page.locator("[data-group=picture][aria-checked=true]").focus()
    keyboard.press("ArrowRight")
    assert reader.page.get_attribute("[data-group=picture][data-value=map]", "aria-checked") == "true"
    keyboard.press("Escape")
    expect(reader.page.locator("#export")).to_be_hidden()
    assert reader.page.evaluate(FOCUS) == "export-button"


def test_an_option_keeps_the_focus_when_it_moves_up(reader: StandoffPage) -> None:
    """Chosen options come first; the reader's place goes with them, so that pressing again lets go."""
    reader.open("lens=happened")
    reader.option("Countries", "SYR").focus()
    reader.press("Space")
    assert reader.page.evaluate(FOCUSED_VALUE) == "SYR"
    reader.press("Space")
    assert reader.address == "?lens=happened"
    assert reader.page.evaluate(FOCUSED_VALUE) == "SYR"


def test_escape_closes_what_a_bubble_offers_and_keeps_the_view(reader: StandoffPage) -> None:
    reader.open("lens=happened&from=2019-03-01&to=2019-03-31")
    reader.click(reader.mark_of("map", "ev-2019-03-23-russian-planes"))
    offered = reader.page.locator("#popover a")
    expect(offered.first).to_be_focused()
    reader.page.keyboard.press("Escape")
    expect(reader.page.locator("#popover")).to_be_hidden()
    assert reader.address == "?lens=happened&from=2019-03-01&to=2019-03-31"


def test_keys_act_on_what_is_in_front_and_a_list_goes_with_the_next_press(reader: StandoffPage) -> None:
    start = "?lens=happened&open=ev-2019-05-14-sochi"
    reader.open(start)
    keyboard, page = reader.page.keyboard, reader.page
    page.click("#export-button")
    keyboard.press("j")
    keyboard.press("Escape")
    assert reader.address == start, "the record behind a dialog stays"
    reader.search("Lavrov")
    page.focus("#search")
    reader.press("Escape")
    assert (page.input_value("#search"), reader.address) == ("", start), "the search goes, not the record"
    page.fill("#from", "2019-03-0")
    keyboard.press("Escape")
    assert (page.input_value("#from"), reader.address) == ("", start)
    popover = page.locator("#popover")
    sea = reader.point_on_map(-120, -30)
    for leave in (partial(page.mouse.click, *sea), partial(page.mouse.wheel, 0, 40)):
        reader.click(reader.mark_of("map", "ev-2019-03-23-russian-planes"))
        expect(popover).to_be_visible()
        page.mouse.move(*sea)
        leave()
        expect(popover).to_be_hidden()
