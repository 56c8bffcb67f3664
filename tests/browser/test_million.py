"""A million events are browsed like seventy: every number is a plain count, and a drag asks the server nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser

from dashboard.cli import open_dossiers, write_imported
from tests.benchmarks.generate import write
from tests.browser.conftest import watch
from tests.browser.page import StandoffPage
from tests.browser.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MILLION = 1_000_000
ACTORS = "SELECT actor1, count(*) AS n FROM {rows} GROUP BY 1 ORDER BY n DESC, 1 LIMIT 2"


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A million made-up events as a table of Parquet."""
    path = tmp_path_factory.mktemp("rows") / "million.parquet"
    write(MILLION, [path])
    return path


@pytest.fixture(scope="module")
def home(rows: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page of these events."""
    folder = tmp_path_factory.mktemp("dossiers") / "million"
    write_imported([rows], folder)
    with serving(open_dossiers([folder])) as address:
        yield address


@pytest.fixture
def reader(browser: Browser, home: str) -> Iterator[StandoffPage]:
    """A reader who has opened that page."""
    troubles: list[str] = []
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=home)
    page = context.new_page()
    watch(page, home, troubles)
    yield StandoffPage(page).open()
    context.close()
    assert not troubles, "\n".join(troubles)


def counted(rows: Path, where: str = "TRUE") -> int:
    """The plain count, in the table itself."""
    [(number,)] = duckdb.execute(f"SELECT count(*) FROM read_parquet('{rows}') WHERE {where}").fetchall()
    return int(number)


def facts(rows: Path, sql: str) -> list[tuple[Any, ...]]:
    return duckdb.execute(sql.format(rows=f"read_parquet('{rows}')")).fetchall()


def test_a_period_is_dragged_without_a_request_and_settles_on_the_plain_count(reader: StandoffPage, rows: Path) -> None:
    whole, held = reader.fills(), {}
    with reader.committing(), reader.requests() as asked:

        def look() -> None:
            assert asked == [], "nothing is sent while the hand moves"
            held.update(reader.fills())

        reader.drag(reader.day_at("1998-03-01"), reader.day_at("2001-07-01"), during=look)
    assert held != whole
    assert reader.fills() == held, "what the hand saw is what the view settles on"
    first, last = reader.day_of("first"), reader.day_of("last")
    could = counted(rows, f"date_end >= '{first}' AND date <= '{last}'")
    certain = counted(rows, f"date >= '{first}' AND date_end <= '{last}'")
    assert reader.read_totals()["shown"] == could
    assert reader.could_and_certainly() == (could, certain)


@pytest.mark.parametrize("width", [1440, 1300, 1100])
def test_choosing_a_period_moves_nothing(reader: StandoffPage, width: int) -> None:
    reader.page.set_viewport_size({"width": width, "height": 900})
    before = reader.box("#map-frame")
    reader.brush("2001-03-20", "2004-04-30")
    assert reader.box("#map-frame") == before


def test_several_actors_count_an_event_once(reader: StandoffPage, rows: Path) -> None:
    actors = [name for name, _ in facts(rows, ACTORS)]
    for actor in actors:
        reader.toggle_actor(actor.lower().replace(" ", "-"))
    either = " OR ".join(f"'{actor}' IN (actor1, actor2)" for actor in actors)
    assert reader.read_totals()["shown"] == counted(rows, either)
    reader.brush("1998-03-01", "2001-07-01")
    first, last = reader.day_of("first"), reader.day_of("last")
    assert reader.read_totals()["shown"] == counted(rows, f"({either}) AND date_end >= '{first}' AND date <= '{last}'")


def test_a_filter_counts_what_the_table_counts_everywhere(reader: StandoffPage, rows: Path) -> None:
    [(country, number)] = facts(
        rows,
        "SELECT country, count(*) AS n FROM {rows} WHERE country IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1 LIMIT 1",
    )
    reader.toggle_country(country)
    totals = reader.read_totals()
    assert totals["shown"] == number
    assert totals["shown"] + totals["filtered out"] == MILLION
    for kind, count in facts(rows, f"SELECT kind, count(*) FROM {{rows}} WHERE country = '{country}' GROUP BY 1"):
        assert reader.option("Kind", kind.lower()).locator(".count").text_content() == f"{count:,}"


def test_a_search_finds_what_a_plain_search_finds(reader: StandoffPage, rows: Path) -> None:
    reader.search("Talks Green")
    assert reader.read_totals()["shown"] == counted(rows, "title ILIKE '%talks%' AND title ILIKE '%green%'")
    reader.search("no such words")
    assert "Nothing is left under these filters." in reader.notices()


def test_a_list_is_read_page_by_page_from_either_end(reader: StandoffPage, rows: Path) -> None:
    assert len(reader.listed()) == 100
    reader.follow("next-page")
    assert "101–200 of 1,000,000" in reader.page.inner_text("#records")
    reader.choose("Order", "newest first")
    [(last,)] = facts(rows, "SELECT max(date) FROM {rows}")
    assert f"{last.day} {last:%B %Y}" in reader.page.inner_text("#records li:first-child .when")


def test_zooming_in_shows_finer_bins_and_says_how_wide_they_are(reader: StandoffPage, rows: Path) -> None:
    assert "bars of 104 days" in reader.page.inner_text("#certainty")
    reader.open("zoom=1998-01-01..1998-03-01&from=1998-01-10&to=1998-01-20")
    could = counted(rows, "date_end >= '1998-01-10' AND date <= '1998-01-20'")
    assert reader.read_totals()["shown"] == could
    assert reader.could_and_certainly()[0] == could


def test_a_record_of_a_million_opens_with_its_source(reader: StandoffPage) -> None:
    first = reader.listed()[0]
    reader.open_record_from_list(first)
    assert "1 of 1,000,000" in reader.page.inner_text("#records")
    reader.press("j")
    assert "2 of 1,000,000" in reader.page.inner_text("#records")


def test_a_picture_of_map_and_timeline_names_the_kinds_by_their_colours(reader: StandoffPage, tmp_path: Path) -> None:
    kinds = reader.page.locator("#timeline-legend li").all_inner_texts()
    assert kinds
    picture = reader.export_picture("both", "svg", 1, tmp_path).read_text("utf-8")
    assert not [kind for kind in kinds if f">{kind} <" not in picture]
