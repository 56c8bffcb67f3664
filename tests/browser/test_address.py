"""The view is the address: it survives reloading, stepping back, and being sent to somebody else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.page import StandoffPage

pytestmark = pytest.mark.browser

RICH = (
    "?on=2019-02-04&from=2019-01-10&to=2019-03-31&country=RUS&q=caracas&open=ev-2019-03-23-russian-planes"
    "&lanes=kind&projection=natural-earth&camera=-66.9,10.5,3&theme=dark"
)


def seen(reader: StandoffPage) -> dict[str, object]:
    """All that a reader would compare to say that two screens show the same."""
    return {
        "sentence": reader.sentence(),
        "chips": reader.chips(),
        "totals": reader.read_totals(),
        "legend": reader.read_legend(),
        "record": reader.record_title(),
        "days": [reader.day_of("first"), reader.day_of("last"), reader.day_of("cursor")],
        "fields": [reader.page.input_value(f"#{key}") for key in ("from", "to", "on", "search")],
        "paper": reader.paper(),
        "camera": reader.page.evaluate(
            "document.querySelector('#map .js-plotly-plot')._fullLayout.geo.projection.scale"
        ),
        "fills": reader.fills(),
    }


def test_a_view_survives_reload_and_opens_the_same_in_a_fresh_browser(
    reader: StandoffPage, browser: Browser, server_url: str
) -> None:
    reader.open(RICH)
    assert reader.notices() == ""
    mine = seen(reader)
    reader.reload()
    assert seen(reader) == mine
    assert reader.address == RICH
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    theirs = StandoffPage(context.new_page()).open(RICH, server_url)
    assert seen(theirs) == mine
    context.close()


def test_back_and_forward_take_one_step_for_each_action(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    start = reader.history_length
    reader.toggle_country("RUS")
    reader.brush("2019-03-20", "2019-04-30")
    reader.move_handle("last", "ArrowLeft", "ArrowLeft", "ArrowLeft")
    reader.open_record_from_list("ev-2019-03-23-russian-planes")
    assert reader.history_length == start + 4
    for sentence, address in (
        ("20 March – 27 April 2019.", "?lens=happened&from=2019-03-20&to=2019-04-27&country=RUS"),
        ("20 March – 30 April 2019.", "?lens=happened&from=2019-03-20&to=2019-04-30&country=RUS"),
        ("involving Russia.", "?lens=happened&country=RUS"),
        ("70 events.", "?lens=happened"),
    ):
        reader.back()
        assert reader.address == address
        assert reader.sentence().endswith(sentence)
    assert reader.history_length == start + 4
    for _ in range(4):
        reader.forward()
    assert "100 Russian personnel" in reader.record_title()
    assert reader.period_error() == ""


def test_stepping_quickly_ends_at_the_last_step(reader: StandoffPage) -> None:
    """Answers that arrive late do not bring back a view that has been left."""
    reader.open("lens=happened")
    reader.brush("2019-03-20", "2019-04-30")
    reader.search("Pompeo")
    for _ in range(2):
        reader.page.evaluate("history.back()")
        reader.page.wait_for_timeout(60)
    reader.until("() => document.documentElement.dataset.settled === '?lens=happened'")
    reader.page.wait_for_timeout(700)
    assert reader.address == "?lens=happened"
    assert (reader.chips(), reader.page.input_value("#search"), reader.page.input_value("#from")) == ([], "", "")


def test_wrong_parameters_are_ignored_and_the_reader_is_told(reader: StandoffPage) -> None:
    reader.open("lens=happend&country=RUSS&hue=red&on=yesterday&camera=9&from=2019-05-01&to=2019-04-01")
    for words in (
        "“lens=happend” in the address was ignored: it can be happened",
        "Did you mean “RUS”?",
        "there is no such setting.",
        "a day is written like 2019-04-30.",
        "a camera is written as longitude, latitude, zoom, like -66.9,10.5,4.",
        "2019-05-01 is after 2019-04-01.",
    ):
        assert words in reader.notices()
    assert reader.read_totals()["filtered out"] == 0
    assert reader.page.evaluate("document.documentElement.dataset.settled") == "", "what remains is the first view"


def test_a_link_to_share_is_the_address_itself(reader: StandoffPage) -> None:
    reader.open("lens=happened&country=RUS")
    reader.page.click("#share-button")
    assert reader.page.inner_text("#share-link") == reader.page.url
