"""Who stood where: the cursor, the play button, and the table of positions they must agree with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from dashboard.cli import BUNDLED
from events import dates
from events.dossier import Dossier, read
from events.model import Position
from tests.browser.page import StandoffPage
from tests.browser.test_access import findings

pytestmark = pytest.mark.browser

SAMPLING = """() => {
  window.samples = [];
  const read = () => {
    const entries = [...document.querySelectorAll("#legend li")];
    const counts = entries.map((entry) => [entry.dataset.id, Number(entry.querySelector("b").textContent)]);
    const day = Number(document.querySelector("#cursor").getAttribute("aria-valuenow"));
    window.samples.push([day, Object.fromEntries(counts)]);
    requestAnimationFrame(read);
  };
  requestAnimationFrame(read);
}"""


STACKED = """() => Object.fromEntries(document.querySelector("#timeline .js-plotly-plot").data
  .filter(({ name }) => name.startsWith("stack "))
  .map(({ name, x, y }) => [name.slice(6), [...x].map((at, i) => [Math.ceil(at), y[i]])]))"""


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
    return Counter(held.values()) + Counter({"-not-yet": len(states - held.keys())})


def assert_counts(dossier: Dossier, day: int, legend: dict[str, int]) -> None:
    expected = replay(dossier, day)
    assert set(expected) <= set(legend), f"{dates.isoday(day)}: something on the map is not in the legend"
    known = {key: count for key, count in legend.items() if key not in {"-not-researched", "-subject"} and count}
    assert known == dict(expected), dates.isoday(day)


def test_playing_the_winter_of_2019_shows_the_table_of_positions_day_by_day(
    reader: StandoffPage, dossier: Dossier, record_property: Callable[[str, object], None]
) -> None:
    """Frames a second depend on the machine: they are reported and not judged."""
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
    record_property("frames in a run of four seconds", len(samples))
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


# ── From day to day ────────────────────────────────────────────────────────────────────────


def test_the_stacked_chart_is_the_count_of_every_day(reader: StandoffPage, dossier: Dossier) -> None:
    reader.open()
    layers = reader.page.evaluate(STACKED)
    answers = [answer.id for answer in dossier.meta.questions[0].answers]
    assert list(layers) == answers
    days = [day for day, _ in layers[answers[0]]]
    for i in range(0, len(days) - 1, 5):
        below = [0, *(layers[answer][i][1] for answer in answers)]
        heights = {answer: below[k + 1] - below[k] for k, answer in enumerate(answers)}
        counts = replay(dossier, days[i])
        assert heights == {answer: counts[answer] for answer in answers}, dates.isoday(days[i])


def test_a_click_on_the_stacked_chart_moves_the_cursor_to_that_day(reader: StandoffPage) -> None:
    reader.open()
    x, _ = reader.day_at("2019-04-01")
    box = reader.box("#timeline")
    with reader.committing():
        reader.click((x, box["y"] + box["height"] - 60))
    assert reader.address == "?on=2019-04-01"


def test_a_cursor_outside_the_stretch_is_said_to_be_there(reader: StandoffPage) -> None:
    reader.open("zoom=2019-02-25..2019-03-08")
    assert reader.page.get_attribute("#cursor", "data-away") == "▸"
    reader.open("zoom=2019-04-25..2019-05-08")
    assert reader.page.get_attribute("#cursor", "data-away") == ""


def test_on_30_april_54_states_recognise_guaido_on_map_legend_and_table(reader: StandoffPage, dossier: Dossier) -> None:
    reader.open()
    legend = reader.read_legend()
    assert legend["recognises_guaido"] == 54
    assert_counts(dossier, dates.day("2019-04-30"), legend)
    assert "Other counts run from 28" in (reader.page.text_content("#map-note") or "")
    reader.page.click("text=Why other counts differ")
    assert "54 to 57 in published lists" in reader.page.inner_text("#map-note")
    reader.choose("Map as", "Table")
    rows = reader.page.locator("#map-table table").first.locator("tbody tr")
    assert rows.filter(has_text="Recognise Guaidó").count() == 54
    assert rows.filter(has_text="Recognise Maduro").count() == legend["recognises_maduro"]


# ── Two days side by side ──────────────────────────────────────────────────────────────────


def held(dossier: Dossier, day: int) -> dict[str, str]:
    """Answer by state on a day, by replaying the records."""
    records = [position for position in dossier.positions.values() if position.state]
    return {
        str(one.state): one.answer
        for one in sorted(records, key=lambda one: one.since.earliest or 0)
        if (one.since.earliest or 0) <= day
    }


@pytest.mark.parametrize(("on", "against"), [("2019-04-30", "2019-01-20"), ("2019-02-01", "2019-02-06")])
def test_what_changed_between_two_days_is_a_list_and_two_maps(
    reader: StandoffPage, dossier: Dossier, on: str, against: str
) -> None:
    reader.open("" if on == "2019-04-30" else f"on={on}")
    reader.set_option("against", against)
    first, last = (held(dossier, dates.day(day)) for day in sorted((on, against)))
    expected = {state for state in last if first.get(state) != last[state]}
    listed = reader.changed_states()
    assert set(listed) == expected
    labels = {answer.id: answer.label for answer in dossier.meta.questions[0].answers}
    for state, words in listed.items():
        before = labels[first[state]] if state in first else "none recorded"
        assert words.startswith(f"{before} → {labels[last[state]]}, "), state
    days = {key: reader.page.inner_text(f"#{key}") for key in ("map-day", "map-against-day")}
    spelled = {day: dates.describe(dates.parse(day)) for day in (on, against)}
    assert days == {"map-day": spelled[on], "map-against-day": spelled[against]}
    cursor, other = reader.box("#map"), reader.box("#map-against")
    assert (cursor["x"] < other["x"]) == (on < against), "the earlier day stands on the left"
    assert reader.fills("map") != reader.fills("map-against")


def test_a_change_leads_to_the_page_of_its_state(reader: StandoffPage, dossier: Dossier) -> None:
    reader.open("against=2019-01-20")
    with reader.committing():
        reader.page.locator("#changes a", has_text="Spain").click()
    rail = reader.page.inner_text("#records")
    assert reader.page.inner_text(".record-title") == "Spain"
    for position in (one for one in dossier.positions.values() if one.state == "ESP"):
        assert f"since {dates.describe(position.since)}" in rail
    assert reader.page.locator("#records .standing .sources a[href^=http]").count() >= 2


def test_the_page_of_a_state_has_positions_statements_and_events(reader: StandoffPage) -> None:
    reader.open("open=RUS")
    rail = reader.page.inner_text("#records")
    assert "Recognise Maduro since" in rail
    headings = [text.lower() for text in reader.page.locator("#records h2").all_inner_texts()]
    assert any(text.endswith("statements") for text in headings)
    assert any(text.endswith("events") for text in headings)
    with reader.committing():
        reader.page.locator("#records a", has_text="Sergey Lavrov: A plane waiting for Cuba").click()
    assert reader.marked_speakers() == ["Sergey Lavrov"]


def test_organisations_stand_apart_and_paint_no_member(reader: StandoffPage, dossier: Dossier) -> None:
    reader.open()
    bodies = {str(one.organisation) for one in dossier.positions.values() if not one.state}
    names = {dossier.actors[key].name for key in bodies}
    section = reader.page.locator("#records section", has_text="organisations, not counted as states")
    listed = {text.split(":")[0] for text in section.locator("li b").all_inner_texts()}
    assert listed
    assert listed <= names
    assert sum(reader.read_legend().values()) == 113 + 82 + 1, "states alone are counted"


# ── For everybody ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("page", "width"), [({"color_scheme": "light"}, 390), ({"color_scheme": "dark"}, 1440)], indirect=["page"]
)
def test_axe_finds_nothing_in_two_days(reader: StandoffPage, width: int) -> None:
    reader.page.set_viewport_size({"width": width, "height": 900})
    reader.open("against=2019-01-20")
    assert findings(reader, "two days") == []
    reader.open("open=ESP")
    assert findings(reader, "a state") == []


def test_an_emptied_cursor_goes_back_to_the_day_of_the_dossier(reader: StandoffPage) -> None:
    reader.open()
    day = reader.page.input_value("#on")
    reader.type_day("on", "")
    assert (reader.page.input_value("#on"), reader.address) == (day, "")
    with reader.committing():
        reader.type_day("on", "1 March 2019")
    with reader.committing():
        reader.type_day("on", "")
    assert (reader.page.input_value("#on"), reader.address) == (day, "")
