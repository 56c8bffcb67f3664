"""The same view drawn otherwise: as tables, on a globe, closer, on other lanes."""

from __future__ import annotations

import re

import pytest

from dashboard.cli import BUNDLED
from events.dossier import read
from tests.browser.page import StandoffPage

pytestmark = pytest.mark.browser

PATHS = """() => {
  const groups = [...document.querySelectorAll("#map g.trace")];
  const states = groups.find((group) => group.__data__[0].trace.name === "states");
  return [...states.querySelectorAll("path")].filter((path) => path.getAttribute("d")).length;
}"""
LANES = "[...document.querySelectorAll('#timeline .ytick text')].map((text) => text.textContent)"


def test_the_map_has_a_table_with_the_same_numbers(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    reader.choose("Map as", "Table")
    assert reader.address == "?lens=happened&table=map"
    table = reader.page.locator("#map-table table")
    assert "Events by state and by place" in table.inner_text()
    count = reader.option("Countries", "RUS").locator(".count").inner_text()
    assert table.get_by_role("row", name="Russia", exact=False).first.inner_text().split("\t")[1].startswith(count)
    with reader.committing():
        table.get_by_role("button", name="Cuba", exact=True).click()
    assert reader.chips() == ["Cuba"]
    reader.choose("Map as", "Map")
    assert reader.page.locator("#map .main-svg").first.is_visible()


def test_the_map_of_positions_has_a_table_with_sources(reader: StandoffPage) -> None:
    reader.open("table=map")
    states = {position.state for position in read(BUNDLED).positions.values() if position.state}
    rows = reader.page.locator("#map-table table").first.locator("tbody tr")
    assert rows.count() >= len(states) == 113
    texts = rows.all_inner_texts()[:113]
    legend = reader.read_legend()
    assert sum("Recognise Guaidó" in text for text in texts) == legend["recognises_guaido"] == 54
    assert sum("Recognise Maduro" in text for text in texts) == legend["recognises_maduro"] == 33
    assert rows.locator("a[href^=http]").count() >= 113


def test_the_timeline_has_a_table_of_its_events(reader: StandoffPage) -> None:
    reader.open("lens=happened&kind=call")
    reader.choose("Timeline as", "Table")
    rows = reader.page.locator("#timeline-table tbody tr")
    assert rows.count() == len(reader.listed()) == 4
    with reader.committing():
        rows.get_by_role("link").first.click()
    assert reader.record_title()
    reader.choose("Timeline as", "Timeline")
    assert reader.page.locator("#timeline .main-svg").first.is_visible()


def test_the_world_can_be_drawn_on_other_projections(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    whole = reader.page.evaluate(PATHS)
    reader.choose("Projection", "Natural Earth")
    assert reader.address == "?lens=happened&projection=natural-earth"
    reader.choose("Projection", "Globe")
    reader.until(
        "() => document.querySelector('#map .js-plotly-plot')._fullLayout.geo.projection.type === 'orthographic'"
    )
    assert 50 < reader.page.evaluate(PATHS) < whole, "half of the world is on the far side"
    assert reader.fills()["VEN"]
    reader.choose("Projection", "Equal Earth")
    assert reader.address == "?lens=happened"


def test_zooming_is_part_of_the_address_and_survives_reload(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    with reader.committing():
        reader.page.click("#zoom-in")
    assert "camera=" in reader.address
    scale = "document.querySelector('#map .js-plotly-plot')._fullLayout.geo.projection.scale"
    assert reader.page.evaluate(scale) == pytest.approx(1.6, abs=0.02)
    fills = reader.fills()
    reader.reload()
    assert reader.page.evaluate(scale) == pytest.approx(1.6, abs=0.02)
    assert reader.fills() == fills
    with reader.committing():
        reader.page.click("#zoom-home")
    assert reader.address == "?lens=happened"
    reader.until(f"() => {scale} === 1")


def test_the_map_can_be_dragged_and_remembers_where_to(reader: StandoffPage) -> None:
    reader.open("lens=happened&camera=-66,8,3")
    box = reader.box("#map-frame")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    with reader.committing():
        reader.drag((x, y), (x + 120, y + 40))
    lon, lat, zoom = map(float, reader.address.rpartition("camera=")[2].split(","))
    assert lon < -66
    assert lat > 8
    assert zoom == 3
    assert reader.chips() == [], "dragging is not a click"


@pytest.mark.parametrize("query", ["", "lens=happened"])
def test_a_hand_that_drags_the_map_over_land_chooses_nothing(reader: StandoffPage, query: str) -> None:
    reader.open(query)
    start = reader.point_on_map(20, 0)
    with reader.committing():
        reader.drag(start, (start[0] + 120, start[1] + 10))
    reader.page.wait_for_timeout(600)  # a click would have been answered by now
    assert set(re.findall(r"[?&](\w+)=", reader.address)) <= {"lens", "camera"}
    assert reader.chips() == []


def test_lanes_follow_sides_kinds_or_nothing(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    assert reader.page.evaluate(LANES) == [
        "Moscow", "Washington", "Caracas · government", "Caracas · opposition", "Others",
    ]  # fmt: skip
    reader.choose("Lanes", "By kind")
    kinds = reader.page.evaluate(LANES)
    assert {"Statement", "Meeting"} <= set(kinds)
    assert kinds[-1].endswith(" more"), "no more lanes than can be read"
    reader.choose("Lanes", "One lane")
    assert len(reader.page.evaluate(LANES)) == 1
    assert reader.address == "?lens=happened&lanes=none"


def test_even_spacing_gives_dense_weeks_and_empty_years_the_same_room(reader: StandoffPage) -> None:
    reader.open("lens=happened&from=2019-03-20&to=2019-04-30")
    widths = [reader.box("#brush")["width"]]
    shown = reader.read_totals()
    reader.choose_option("Spacing", "Even spacing")
    widths.append(reader.box("#brush")["width"])
    assert widths[1] > widths[0] * 1.1, "busy weeks grow"
    assert reader.read_totals() == shown
    assert (reader.day_of("first"), reader.day_of("last")) == ("2019-03-20", "2019-04-30")
    reader.move_handle("last", "ArrowLeft")
    assert "to=2019-04-29" in reader.address


def test_the_wheel_zooms_the_timeline_and_its_main_period_comes_back(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    x, y = reader.day_at("2019-03-15")
    reader.page.mouse.move(x, y - 60)
    with reader.committing():
        reader.page.mouse.wheel(0, -300)
    assert "zoom=" in reader.address
    assert "later" in reader.page.inner_text("#outside-right")
    reader.choose("Zoom", "Main period")
    assert reader.address == "?lens=happened"


def test_the_whole_span_leaves_no_event_outside(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    assert "earlier" in reader.page.inner_text("#outside-left")
    reader.choose("Zoom", "Whole span")
    assert [reader.page.inner_text(f"#outside-{side}") for side in ("left", "right")] == ["", ""]
