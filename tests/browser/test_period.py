"""Choosing when: by drawing, by keys and by typing, with the same result."""

import re
from pathlib import Path
from typing import Literal

import pytest

from tests.browser.page import StandoffPage

pytestmark = pytest.mark.browser


def test_drawing_over_the_timeline_chooses_a_period(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    reader.brush("2019-03-20", "2019-04-10")
    assert reader.address == "?lens=happened&from=2019-03-20&to=2019-04-10"
    assert reader.sentence().endswith("events, 20 March – 10 April 2019.")
    assert reader.chips() == ["20 March – 10 April 2019"]
    totals = reader.read_totals()
    assert totals.pop("total") == sum(totals.values())
    assert totals["shown"] == len(reader.listed()) > 0


def test_a_drawn_period_can_be_moved_as_a_whole_and_given_up_with_escape(reader: StandoffPage) -> None:
    """Escape gives up the drag and nothing else: the record stays open, and the map hears the hand again."""
    start = "?lens=happened&from=2019-03-01&to=2019-03-31&open=ev-2019-03-23-russian-planes"
    reader.open(start)
    middle, _ = reader.day_at("2019-03-10")
    later, _ = reader.day_at("2019-03-20")
    top = reader.box("#brush")["y"] + 3
    reader.drag((middle, top), (later, top), during=lambda: reader.page.keyboard.press("Escape"))
    assert reader.day_of("first") == "2019-03-01"
    assert reader.address == start
    assert "dragging" not in (reader.page.get_attribute("#timeline-frame", "class") or "")
    reader.click_state(100, 62)
    assert reader.chips() == ["Russia", "1–31 March 2019"]
    with reader.committing():
        reader.drag((middle, top), (later, top))
    assert "&from=2019-03-11&to=2019-04-10" in reader.address


def test_the_days_of_a_narrow_period_stay_apart_and_on_the_page(reader: StandoffPage) -> None:
    reader.open("lens=happened&from=2019-06-24&to=2019-06-26")
    assert [text for text, _, _ in reader.flags()] == ["24 June 2019 – 26 June 2019"]
    assert reader.page.evaluate("document.documentElement.scrollWidth") == 1440
    reader.type_period("2018-12-01", "2018-12-03")
    (words, left, _), *others = reader.flags()
    assert (words, others) == ("1 December 2018 – 3 December 2018", [])
    assert left >= reader.box("#timeline")["x"]
    with reader.committing():
        reader.type_day("to", "2019-02-02")
    with reader.committing():
        reader.type_day("from", "2019-02-01")
    (first, _, right), (last, left, _) = reader.flags()
    assert (first, last) == ("1 February 2019", "2 February 2019")
    assert right < left


def test_while_a_first_period_is_drawn_its_count_follows_and_words_at_rest_are_dimmed(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    seen: list[tuple[str, str]] = []

    def look() -> None:
        reader.until("() => 'moving' in document.documentElement.dataset", what="the hand is noticed")
        opacity = reader.page.evaluate("getComputedStyle(document.querySelector('.headline')).opacity")
        seen.append((reader.page.inner_text("#certainty .choosing"), opacity))

    with reader.committing():
        reader.drag(reader.day_at("2019-03-20"), reader.day_at("2019-04-10"), during=look)
    could, certain = reader.could_and_certainly()
    assert seen == [(f"could fall in range {could} · certainly {certain}", "0.45")]
    assert not reader.page.evaluate("'moving' in document.documentElement.dataset")


def test_what_plays_gives_way_to_whatever_the_reader_does(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    reader.begin_playing()
    reader.choose("Lens", "Stands")
    assert not reader.is_playing()
    assert (reader.address, reader.chips()) == ("", [])
    reader.begin_playing()
    with reader.committing():
        reader.type_day("on", "2019-03-01")
    assert not reader.is_playing()
    assert reader.address == "?on=2019-03-01"
    reader.begin_playing()
    reader.move_handle("cursor", "ArrowRight")
    assert not reader.is_playing()
    assert reader.address == "?on=2019-03-02"


def test_arrow_keys_move_the_handles_by_days_and_weeks(reader: StandoffPage) -> None:
    reader.open("lens=happened&from=2019-03-20&to=2019-04-30")
    reader.move_handle("first", "ArrowRight", "ArrowRight")
    assert (reader.day_of("first"), reader.day_of("last")) == ("2019-03-22", "2019-04-30")
    reader.move_handle("last", "Shift+ArrowLeft", "ArrowLeft")
    assert reader.address == "?lens=happened&from=2019-03-22&to=2019-04-22"
    reader.move_handle("first", "Home")
    assert reader.day_of("first") == "2018-12-01", "the first day in sight"
    reader.move_handle("last", *["PageDown"] * 9)
    assert reader.day_of("first") == reader.day_of("last"), "a handle never passes the other"


def test_one_press_leads_to_the_days_with_events_before_and_after(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    reader.follow("next-event")
    assert reader.address == "?lens=happened&from=2018-12-05&to=2018-12-05", "the first in sight"
    reader.follow("next-event")
    assert reader.address == "?lens=happened&from=2018-12-10&to=2018-12-10"
    with reader.committing():
        reader.type_day("to", "2019-06-30")
    with reader.committing():
        reader.type_day("from", "2019-05-31")
    assert reader.page.get_attribute("#next-event", "aria-disabled") == "true", "nothing is after it"
    reader.follow("previous-event")
    assert reader.address == "?lens=happened&from=2019-05-15&to=2019-05-15", "before the period, not in it"
    assert reader.page.get_attribute("#next-event", "aria-disabled") == "false"


def test_days_can_be_typed_as_iso_or_as_words(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    reader.type_period("2019-03-20", "30 April 2019")
    assert reader.address == "?lens=happened&from=2019-03-20&to=2019-04-30"
    assert reader.page.input_value("#to") == "2019-04-30"
    with reader.committing():
        reader.type_day("from", "25 March 2019")
    with reader.committing():
        reader.type_day("to", "2019-05")
    assert reader.address == "?lens=happened&from=2019-03-25&to=2019-05-31", "a month ends with its last day"
    with reader.committing():
        reader.type_day("from", "")
    assert reader.chips() == ["until 31 May 2019"]


REFUSED: tuple[tuple[Literal["from", "to"], str, str], ...] = (
    ("from", "soon", "“soon” is not a day. Write 2019-03-20, 2019-03 or 20 March 2019."),
    ("to", "2019-02-30", "“2019-02-30” is not a day. Write 2019-03-20, 2019-03 or 20 March 2019."),
    ("from", "2019-05-01", "The period would end before it begins."),
    ("to", "2019-03-01", "The period would end before it begins."),
)


def test_what_is_no_period_is_refused_in_words(reader: StandoffPage) -> None:
    start = "?lens=happened&from=2019-03-20&to=2019-04-30"
    reader.open(start)
    sentence = reader.sentence()
    for key, text, reason in REFUSED:
        reader.type_day(key, text)
        reader.until("(reason) => document.querySelector('#typed-error').innerText === reason", reason)
        assert reader.page.get_attribute(f"#{key}", "aria-invalid") == "true"
        assert (reader.address, reader.sentence()) == (start, sentence), "the view stays"
        reader.type_day(key, "2019-03-20" if key == "from" else "2019-04-30")
        reader.until("() => document.querySelector('#typed-error').innerText === ''")
        assert reader.page.get_attribute(f"#{key}", "aria-invalid") is None


def test_what_was_refused_is_forgotten_when_another_period_comes(reader: StandoffPage) -> None:
    reader.open("lens=happened&to=2019-04-30")
    reader.type_day("from", "2019-05-10")
    assert reader.period_error() == "The period would end before it begins."
    with reader.committing():
        reader.type_day("to", "2019-05-31")
    assert reader.address == "?lens=happened&from=2019-05-10&to=2019-05-31", "both days count, once they agree"
    reader.type_day("from", "soon")
    assert reader.period_error().startswith("“soon” is not a day.")
    reader.brush("2019-03-20", "2019-04-10")
    assert reader.page.input_value("#from") == "2019-03-20"
    assert reader.period_error() == ""
    assert reader.page.locator("[aria-invalid]").count() == 0


def test_a_period_can_be_left_behind_without_a_false_alarm(reader: StandoffPage) -> None:
    """Days arrive in the fields one after the other; none of the steps between is an error."""
    reader.open("from=2019-01-01&to=2019-01-31")
    with reader.committing():
        reader.page.evaluate("history.pushState(null, '', '?from=2019-05-01&to=2019-05-31')")
        reader.page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
    reader.back()
    reader.forward()
    assert (reader.day_of("first"), reader.day_of("last")) == ("2019-05-01", "2019-05-31")
    assert reader.period_error() == ""


def test_dates_that_are_not_exact_count_as_could_or_certainly(reader: StandoffPage) -> None:
    reader.open("lens=happened&from=2019-05-14&to=2019-05-20")
    could, certain = (int(reader.page.inner_text(f"#{key}")) for key in ("could", "certain"))
    assert could > certain
    assert reader.read_totals()["shown"] == could
    with reader.committing():
        reader.page.click("#certain")
    assert reader.read_totals()["shown"] == certain
    assert "certainly within 14–20 May 2019" in reader.sentence()


def test_a_period_covers_the_bars_of_its_days_on_screen_and_in_a_picture(reader: StandoffPage, tmp_path: Path) -> None:
    reader.open("lens=happened&zoom=2019-04-25..2019-05-04&from=2019-04-28&to=2019-04-30")
    assert reader.covered() == pytest.approx(reader.bars("2019-04-28", "2019-04-30"), abs=1)
    path = reader.export_picture("timeline", "svg", 1, tmp_path)
    rules = re.findall(r'M([\d.]+),24V[\d.]+" stroke="[^"]+" stroke-width="1.4"', path.read_text("utf-8"))
    names, day = 150, 954 / 9  # pixels of the names of lanes, and of each of the days between 25 April and 4 May
    assert [float(x) for x in rules] == pytest.approx([names + 2.5 * day, names + 5.5 * day], abs=1)


def test_a_bar_of_the_density_chooses_its_days(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    x, _ = reader.day_at("2019-04-30")
    base = reader.box("#timeline .plot .cartesianlayer, #timeline .cartesianlayer")
    with reader.committing():
        reader.click((x, base["y"] + base["height"] - 4))
    assert "2019-04-30" in reader.address
