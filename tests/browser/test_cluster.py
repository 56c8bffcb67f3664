"""The page over a cluster of two nodes: the same numbers, and plain words when one of them goes away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, expect

from dashboard.cli import main, write_imported
from events.engines.opening import dossier_at
from tests.benchmarks.generate import write
from tests.browser.conftest import watch
from tests.browser.page import StandoffPage
from tests.browser.serving import serving
from tests.clickhouse import provide
from tests.clickhouse.cluster import Cluster, running

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EVENTS = 30_000


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    program = provide.find()
    if program is None:
        pytest.skip(provide.ADVICE)
    with running(program, tmp_path) as nodes:
        yield nodes


@contextmanager
def reading(browser: Browser, address: str, troubles: list[str]) -> Iterator[StandoffPage]:
    """A reader of the page of what is loaded at an address."""
    with serving({"cluster": dossier_at(address)}) as home:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=home)
        page = context.new_page()
        watch(page, home, troubles)
        yield StandoffPage(page).open()
        context.close()


def test_a_node_that_goes_away_is_told_in_words_and_leaves_no_wrong_number(
    browser: Browser, cluster: Cluster, tmp_path: Path
) -> None:
    rows, folder, address = tmp_path / "rows.parquet", tmp_path / "some", cluster.address("some")
    write(EVENTS, [rows])
    write_imported([rows], folder)
    loaded = CliRunner().invoke(main, ["load", str(folder), address])
    assert loaded.exit_code == 0, loaded.output
    troubles: list[str] = []
    with reading(browser, address, troubles) as reader:
        assert reader.read_totals()["shown"] == EVENTS
        reader.toggle_kind("battle")
        assert troubles == []
        sentence = reader.sentence()
        cluster.nodes[1].stop()
        reader.option("Kind", "riot").click()
        failure = reader.page.locator("#failure")
        expect(failure).to_contain_text("The page shows the last view that could be drawn.", timeout=40_000)
        assert "cluster" in failure.inner_text() or "does not answer" in failure.inner_text(), failure.inner_text()
        assert reader.sentence() == sentence
