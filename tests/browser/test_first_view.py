"""What a stranger meets: the whole dossier, the whole world, and a sentence that says what is shown."""

import pytest
from playwright.sync_api import Route

from dashboard.cli import BUNDLED
from events.dossier import read
from geodata.places import states
from tests.browser.page import StandoffPage

pytestmark = pytest.mark.browser

FEWEST = "document.querySelector('#legend b').textContent"
DASH = "**/_dash-component-suites/**"
DRAWN = """() => {
  const named = [...document.querySelectorAll("#map g.trace")].map((group) => [group.__data__[0].trace.name, group]);
  const groups = Object.fromEntries(named);
  const visible = (trace, least) => [...groups[trace].querySelectorAll("path")].filter((path) => size(path) >= least);
  const size = (element) => Math.max(...["width", "height"].map((side) => element.getBoundingClientRect()[side]));
  return {
    shapes: visible("states", 0.5).map((path) => path.__data__.loc),
    dots: visible("dots", 5).map((path) => path.__data__.data),
    targets: [...groups["dot targets"].querySelectorAll("path.point")].map(size),
  };
}"""


def test_the_first_view_says_where_the_states_stand_and_shows_every_event(reader: StandoffPage) -> None:
    reader.open()
    assert reader.sentence() == "On 30 April 2019, 54 states recognise Guaidó and 33 recognise Maduro; 70 events."
    assert reader.page.title().endswith(reader.sentence())
    totals = reader.read_totals()
    assert totals.pop("total") == sum(totals.values()) == len(read(BUNDLED).events) == 70
    assert len(reader.listed()) == 70
    assert reader.chips() == []
    assert reader.notices() == ""
    assert reader.address == ""


def test_every_member_and_observer_of_the_united_nations_is_on_the_map(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    drawn = reader.page.evaluate(DRAWN)
    known = states()
    wanted = set(known["id"][known["un_status"] != "other"])
    assert len(wanted) == 195
    assert wanted - set(drawn["shapes"]) - set(drawn["dots"]) == set()
    assert min(drawn["targets"]) >= 24, "a dot is as easy to hit as WCAG 2.2 asks"


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_nothing_jumps_while_the_page_loads(reader: StandoffPage, width: int) -> None:
    reader.page.set_viewport_size({"width": width, "height": 900})
    reader.page.add_init_script(
        "window.shifts = []; new PerformanceObserver((list) => window.shifts.push(...list.getEntries()))"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    reader.open()
    reader.page.wait_for_timeout(500)
    shifts = reader.page.evaluate(
        "shifts.filter((shift) => !shift.hadRecentInput)"
        ".map((shift) => [shift.value, shift.sources.map((source) => source.node?.id || source.node?.className)])"
    )
    assert sum(value for value, _ in shifts) <= 0.05, shifts


def test_a_reader_who_is_quicker_than_dash_gets_the_view_that_was_wanted(reader: StandoffPage) -> None:
    held = _hold_dash(reader)
    reader.open("lens=happened")
    reader.option("Kind", "meeting").click()
    assert reader.address == "?lens=happened&kind=meeting"
    _release(reader, held)
    reader.wait_settled("?lens=happened")
    assert reader.chips() == ["Meeting"]


def test_a_reader_who_is_back_before_dash_is_there_finds_the_first_view(reader: StandoffPage) -> None:
    held = _hold_dash(reader)
    reader.open("lens=happened")
    legend, fewest = reader.read_legend(), reader.page.evaluate(FEWEST)
    reader.option("Kind", "meeting").click()
    reader.until(f"(shown) => {FEWEST} !== shown", fewest)
    reader.page.go_back()
    _release(reader, held)
    reader.until(f"(shown) => {FEWEST} === shown", fewest)
    assert reader.read_legend() == legend


def _hold_dash(reader: StandoffPage) -> list[Route]:
    held: list[Route] = []
    reader.page.route(DASH, lambda route: held.append(route))
    return held


def _release(reader: StandoffPage, held: list[Route]) -> None:
    reader.page.route(DASH, lambda route: route.continue_())
    for route in held:
        route.continue_()
