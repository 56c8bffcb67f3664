"""How sure we are: trays that add up, sources by origin, two clocks, and what was known on a day."""

from __future__ import annotations

import pytest

from dashboard.cli import BUNDLED
from events import sourcing
from events.dossier import Dossier, read
from events.model import Event, Source
from tests.browser.page import StandoffPage

pytestmark = pytest.mark.browser

FLIGHT = "ev-2019-03-23-russian-planes"
TRAYS = ("shown", "undated", "unplaced", "speaking for no state", "filtered out")
USED = """() => {
  const used = [];
  for (const { name, customdata, marker } of document.querySelector("#timeline .js-plotly-plot").data) {
    if (name === "day") used.push(...new Set(marker.symbol));
    else if (!name.startsWith("stack ") && !["density", "rules"].includes(name)) used.push(name);
  }
  return used;
}"""
MEANINGS = {
    "circle": "on that day",
    "x": "denies",
    "circle-open": "retracts",
    "between": "on one day between the ends",
    "lasting": "from day to day",
    "approximate": "approximate or uncertain date",
    "asserts": "asserts",
    "denies": "denies",
    "retracts": "retracts",
    "open start": "start or end not known",
    "open end": "start or end not known",
    "open record": "the open record",
    "rule heads": "an event that is spoken of",
    "ties": "a statement and what it answers",
}
"""What the key says of each glyph, by the name that a trace or a symbol has."""


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return read(BUNDLED)


def sources_of(event: Event, dossier: Dossier) -> list[Source]:
    return [dossier.sources[key] for key in event.sources]


@pytest.mark.parametrize(
    "view",
    [
        "",
        "lens=happened&kind=flight,deployment&certain=1&from=2019-03-20&to=2019-04-30",
        "lens=happened&q=moscow&sourcing=single-sourced,independent",
        "lens=said&stance=denies&from=2019-04-30",
        "lens=happened&known=2019-03-22&country=RUS",
    ],
)
def test_the_trays_add_up(reader: StandoffPage, view: str) -> None:
    reader.open(view)
    trays = reader.read_trays()
    assert sum(trays.get(name, 0) for name in TRAYS) == trays["total"] == 70
    assert trays["shown"] >= trays.get("from one origin", 0) + trays.get("unsourced", 0)


def test_a_tray_leads_to_the_records_it_counts(reader: StandoffPage, dossier: Dossier) -> None:
    """Reprints of one wire are one origin."""
    reader.open("lens=happened")
    count = reader.read_trays()["from one origin"]
    with reader.committing():
        reader.page.locator("#totals a", has_text="from one origin").click()
    alone = {event.id for event in dossier.events.values() if len(sourcing.origins(sources_of(event, dossier))) == 1}
    assert set(reader.listed()) == alone
    assert len(alone) == count
    reader.open_record_from_list(min(alone))
    assert "1 INDEPENDENT" in reader.page.inner_text("#records")


def test_marks_are_coloured_by_certainty_and_by_sourcing(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    plain = colours(reader)
    reader.choose_option("Colour", "Colour by sourcing")
    by_sourcing = colours(reader)
    reader.choose_option("Colour", "Colour by certainty")
    assert len(plain) == 1
    assert len(by_sourcing) == 2, "two origins or one"
    assert colours(reader) != plain
    assert "colour=confidence" in reader.address


def colours(reader: StandoffPage) -> set[str]:
    day = "document.querySelector('#timeline .js-plotly-plot').data.find(({ name }) => name === 'day')"
    return set(reader.page.evaluate(f"[{day}.marker.color].flat()"))


def test_what_certainly_falls_in_a_period_could_fall_in_it(reader: StandoffPage) -> None:
    for period in ("from=2019-01-10&to=2019-01-25", "from=2018-12-05&to=2018-12-08"):
        reader.open(f"lens=happened&{period}")
        could, certainly = reader.could_and_certainly()
        possible = reader.listed()
        assert could == len(possible) >= certainly
        with reader.committing():
            reader.page.locator("#certainty a", has_text="certainly").click()
        assert set(reader.listed()) <= set(possible)
        assert len(reader.listed()) == certainly


def test_the_second_clock_says_when_an_event_was_first_reported(reader: StandoffPage, dossier: Dossier) -> None:
    events = dossier.events.values()
    late = next(
        event.id
        for event in events
        if event.when
        and event.when.earliest is not None
        and (sourcing.published(sources_of(event, dossier)) or 0) > event.when.earliest + 30
    )
    reader.open("lens=happened")
    before = places(reader)
    reader.choose_option("Clock", "Reported on")
    assert "clock=reported" in reader.address
    after = places(reader)
    assert after[late] == sourcing.published(sources_of(dossier.events[late], dossier)) != before.get(late)


def places(reader: StandoffPage) -> dict[str, int]:
    """Where the records that have one day stand on the timeline."""
    day = "document.querySelector('#timeline .js-plotly-plot').data.find(({ name }) => name === 'day')"
    pairs = reader.page.evaluate(f"{day}.customdata.map((id, i) => [id, {day}.x[i]])")
    return {str(record): int(at) for record, at in pairs}


def test_as_known_on_a_day_hides_what_was_published_later(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    assert FLIGHT in reader.listed()
    seen = [set(reader.listed())]
    for day in ("2019-05-02", "2019-03-26", "2019-03-22"):
        reader.set_option("known", day)
        seen.append(set(reader.listed()))
        trays = reader.read_trays()
        assert sum(trays.get(name, 0) for name in TRAYS) == 70, "hidden is counted as filtered out"
    assert seen[0] >= seen[1] >= seen[2] >= seen[3]
    assert FLIGHT in seen[2]
    assert FLIGHT not in seen[3]
    assert reader.sentence().endswith("as known on 22 March 2019.")
    reader.remove_chip("as known on")
    assert set(reader.listed()) == seen[0]


def test_positions_too_are_those_known_on_the_day(reader: StandoffPage) -> None:
    recognise = []
    for day in ("2019-01-22", "2019-02-04", "2019-04-30"):
        reader.open(f"known={day}")
        recognise.append(reader.read_legend()["recognises_guaido"])
    assert recognise == sorted(recognise)
    assert recognise[0] < recognise[-1] <= 54


@pytest.mark.parametrize("view", ["open=ev-2019-05-14-sochi", "lens=said&open=cl-plane-to-cuba", "lens=happened"])
def test_the_key_explains_every_glyph_in_use(reader: StandoffPage, view: str) -> None:
    reader.open(f"{view}&zoom=2018-01-01..2019-12-31")
    key = " | ".join(reader.read_key().values())
    for glyph in reader.page.evaluate(USED):
        for part in glyph.replace(",", "").split(" ") if glyph not in MEANINGS else [glyph]:
            assert MEANINGS[part] in key, glyph
    box = reader.box(".menu[open] .sheet")
    assert box["y"] >= 0
    assert box["x"] >= 0
    signs = reader.page.inner_text("#signs")
    if "lens=said" not in view:
        assert signs.split("\n")[:2] == ["events at a place", "country-wide"]
        assert "alleged or refused" in signs


def test_what_is_one_click_away_goes_with_escape_or_a_click_beside_it(reader: StandoffPage) -> None:
    reader.open("lens=happened&open=ev-2019-05-14-sochi")
    reader.read_key()
    reader.page.keyboard.press("Escape")
    assert reader.page.locator(".menu[open]").count() == 0
    assert "open=ev-2019-05-14-sochi" in reader.address, "the record stays open"
    reader.read_key()
    reader.page.click("#sentence")
    assert reader.page.locator(".menu[open]").count() == 0
