"""Counting by a measure works under the hand like counting events, whose own counts stay what they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from dashboard.cli import BUNDLED
from events.dossier import read
from events.model import Amount, Measure
from tests.browser.conftest import watch
from tests.browser.page import StandoffPage
from tests.browser.serving import serving

pytestmark = pytest.mark.browser

DEATHS = Measure(id="deaths", label="Deaths", unit="deaths", unit_of_one="death")
HAPPENED = "?lens=happened&from=2019-03-01&to=2019-04-30"


@pytest.fixture(scope="module")
def home() -> Iterator[str]:
    """The address of a page whose first event has a thousand deaths, the next two thousand, and so on."""
    plain = read(BUNDLED)
    amounts = (
        Amount(measure="deaths", best=1000 * at, low=at, high=9999 * at) for at in range(1, len(plain.events) + 1)
    )
    events = {
        key: event.model_copy(update={"measures": (amount,)})
        for (key, event), amount in zip(plain.events.items(), amounts, strict=True)
    }
    meta = plain.meta.model_copy(update={"measures": (DEATHS,)})
    with serving({meta.id: replace(plain, meta=meta, events=events)}) as address:
        yield address


@pytest.fixture
def reader(browser: Browser, home: str) -> Iterator[StandoffPage]:
    """A reader at that page, who has not opened it yet."""
    troubles: list[str] = []
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=home)
    page = context.new_page()
    watch(page, home, troubles)
    yield StandoffPage(page)
    context.close()
    assert not troubles, "\n".join(troubles)


def test_a_reader_counts_deaths_and_then_events_again(reader: StandoffPage) -> None:
    reader.open(HAPPENED)
    events, legend, sentence = reader.could_and_certainly(), reader.read_legend(), reader.sentence()
    reader.choose("Count", "Deaths")
    assert "measure=deaths" in reader.address
    assert reader.sentence().startswith(sentence.removesuffix("."))
    assert " deaths (" in reader.sentence()
    assert reader.could_and_certainly() == events
    assert sum(reader.read_legend().values()) == sum(legend.values())
    assert reader.page.inner_text("#legend li:first-child").startswith("No deaths")
    reader.choose("Count", "Events")
    assert (reader.could_and_certainly(), reader.read_legend(), reader.sentence()) == (events, legend, sentence)


def test_what_a_hand_sees_is_what_the_view_by_a_measure_settles_on(reader: StandoffPage) -> None:
    reader.open(f"{HAPPENED}&measure=deaths")
    seen: dict[str, object] = {}
    with reader.committing(), reader.requests() as asked:

        def look() -> None:
            assert asked == [], "nothing is sent while the hand moves"
            seen.update(fills=reader.fills(), events=reader.could_and_certainly())

        reader.drag(reader.day_at("2019-01-10"), reader.day_at("2019-05-01"), during=look)
    assert (reader.fills(), reader.could_and_certainly()) == (seen["fills"], seen["events"])
    before = reader.fills()
    reader.toggle_kind("flight")
    assert reader.fills() != before
    assert "of the kind" in reader.sentence()
