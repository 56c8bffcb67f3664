"""Who stood where: the cursor, the play button, and the table of positions they must agree with."""

from __future__ import annotations

from collections import Counter

import pytest

from dashboard.cli import BUNDLED
from events import dates
from events.dossier import Dossier, read
from events.model import Position
from tests.browser.page import StandoffPage

pytestmark = pytest.mark.browser

SAMPLING = """() => {
  window.samples = [];
  const read = () => {
    const counts = [...document.querySelectorAll("#legend li")].map((li) => [li.dataset.id, Number(li.querySelector("b").textContent)]);
    window.samples.push([Number(document.querySelector("#cursor").getAttribute("aria-valuenow")), Object.fromEntries(counts)]);
    requestAnimationFrame(read);
  };
  requestAnimationFrame(read);
}"""


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return read(BUNDLED)


def replay(dossier: Dossier, day: int) -> Counter[str]:
    """How many states held each answer on a day: every record in order of its date, the last one counts."""
    held: dict[str, str] = {}
    records: list[Position] = [position for position in dossier.positions.values() if position.state]
    for record in sorted(records, key=lambda one: one.since.earliest or 0):
        if (record.since.earliest or 0) <= day:
            held[str(record.state)] = record.answer
    states = {record.state for record in records}
    return Counter(held.values()) + Counter({"not_yet": len(states - held.keys())})


def assert_counts(dossier: Dossier, day: int, legend: dict[str, int]) -> None:
    expected = replay(dossier, day)
    assert set(expected) <= set(legend), f"{dates.isoday(day)}: something on the map is not in the legend"
    known = {key: count for key, count in legend.items() if key not in {"not_researched", "subject"} and count}
    assert known == dict(expected), dates.isoday(day)


def test_playing_the_winter_of_2019_shows_the_table_of_positions_day_by_day(
    reader: StandoffPage, dossier: Dossier
) -> None:
    reader.open()
    reader.type_period("2019-01-10", "2019-02-10")
    reader.page.evaluate(SAMPLING)
    with reader.requests() as asked:
        reader.page.click("#play")
        reader.until("() => document.querySelector('#play').getAttribute('aria-label') === 'Pause'")
        reader.until("() => Number(document.querySelector('#cursor').getAttribute('aria-valuenow')) > 17925")
        assert asked == [], "playing asks the server for nothing"
        reader.wait_settled("?from=2019-01-10&to=2019-02-10")
    samples = reader.page.evaluate("window.samples")
    first, last = dates.day("2019-01-10"), dates.day("2019-02-10")
    played = {day: legend for day, legend in samples if first <= day <= last}
    for day, legend in samples:
        assert_counts(dossier, day, legend)
    assert {first, last} <= set(played)
    assert len(played) >= 16, "the run is seen in steps of two days at most"
    assert replay(dossier, first)["recognises_guaido"] == 0 < replay(dossier, last)["recognises_guaido"]
    assert reader.address == "?on=2019-02-10&from=2019-01-10&to=2019-02-10"


def test_the_map_changes_under_the_hand_and_asks_the_server_for_nothing(reader: StandoffPage, dossier: Dossier) -> None:
    reader.open()
    before = reader.fills()
    seen: list[dict[str, str]] = []
    with reader.requests() as asked:

        def look() -> None:
            seen.append(reader.fills())
            assert asked == [], "nothing is asked before letting go"
            assert_counts(dossier, dates.day(reader.day_of("cursor")), reader.read_legend())

        reader.drag_cursor("2019-01-20", during=look)
    assert reader.address == "?on=2019-01-20"
    assert seen[0]["BRA"] != before["BRA"]
    assert seen[0] == reader.fills(), "what was seen under the hand is what stays"
    assert reader.sentence().startswith("On 20 January 2019, ")


def test_the_cursor_moves_by_keys_and_by_typing(reader: StandoffPage, dossier: Dossier) -> None:
    reader.open()
    reader.move_handle("cursor", "ArrowLeft", "Shift+ArrowLeft")
    assert reader.address == "?on=2019-04-22"
    with reader.committing():
        reader.type_day("on", "23 January 2019")
    assert reader.day_of("cursor") == "2019-01-23"
    assert_counts(dossier, dates.day("2019-01-23"), reader.read_legend())
    with reader.committing():
        reader.page.click("#next-event")
    assert reader.address == "?on=2019-01-24"


def test_a_chosen_state_shows_its_positions_with_dates_and_sources(reader: StandoffPage, dossier: Dossier) -> None:
    reader.open("country=MEX")
    records = [position for position in dossier.positions.values() if position.state == "MEX"]
    rail = reader.page.locator("#records .standing")
    assert rail.locator("ol > li").count() == len(records)
    assert rail.locator(".held").count() == 1
    assert rail.locator(".sources a[href^=http]").count() >= len(records)
