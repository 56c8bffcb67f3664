"""A dossier with a faulty record opens with the others, and the page says what is missing and why."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from dashboard.cli import BUNDLED
from events.dossier import read
from tests.browser.page import StandoffPage
from tests.browser.serving import serving

pytestmark = pytest.mark.browser

BAD = """
- id: ev-bad
  title: An event on a day that does not exist
  when: 2019-02-31
  summary: It names a date that no calendar has.
  kind: statement
  confidence: unverified
"""


@pytest.fixture(scope="module")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page of the bundled dossier with one event that cannot be read."""
    folder = tmp_path_factory.mktemp("dossiers") / "broken"
    shutil.copytree(BUNDLED, folder)
    with (folder / "events.yaml").open("a", encoding="utf-8") as table:
        table.write(BAD)
    with serving({"broken": read(folder)}) as address:
        yield address


def test_the_page_opens_with_the_good_records_and_names_the_bad_one(reader: StandoffPage) -> None:
    reader.open("lens=happened")
    assert reader.read_totals()["total"] == 70
    assert "1 record of this dossier could not be read and is left out: see why." in reader.notices()
    reader.page.click("#notices summary")
    why = reader.notices()
    assert "events.yaml:" in why
    assert "when" in why
    assert "2019-02-31" in why
