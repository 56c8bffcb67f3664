"""An author who saves a file sees it on the page without a restart, and no reader loses a page over it."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from dashboard import library
from dashboard.library import Library, signature
from events.dossier import read

YAML = (
    "id: small\ntitle: {title}\nsummary: Small.\nlicence: CC0-1.0\ncompiled_by: nobody\n"
    "kinds: [{{id: act, label: Act}}]\n"
)
EVENTS = "id,title,when,summary,kind,confidence\ne,It happened,2019-04-30,Seen.,act,corroborated\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "small"
    made.mkdir()
    (made / "dossier.yaml").write_text(YAML.format(title="First"), "utf-8")
    (made / "events.csv").write_text(EVENTS, "utf-8")
    return made


@pytest.fixture
def shelf(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr(library, "LOOK_EVERY", 0.0)
    return Library({"small": read(folder)}, {"small": folder}, read)


def titles_until(shelf: Library, wanted: str, seconds: float = 5.0) -> list[str]:
    """The titles that readers meet until the wanted one comes."""
    end, met = time.monotonic() + seconds, [shelf["small"].dossier.meta.title]
    while met[-1] != wanted and time.monotonic() < end:
        time.sleep(0.02)
        met.append(shelf["small"].dossier.meta.title)
    return met


def test_a_saved_change_is_on_the_page_and_until_then_the_last_version(folder: Path, shelf: Library) -> None:
    (folder / "dossier.yaml").write_text(YAML.format(title="Second"), "utf-8")
    assert set(titles_until(shelf, "Second")) == {"First", "Second"}


def test_a_folder_exchanged_as_an_import_does_it_is_followed(folder: Path, shelf: Library) -> None:
    new = folder.with_name("new")
    shutil.copytree(folder, new)
    (new / "dossier.yaml").write_text(YAML.format(title="Imported"), "utf-8")
    folder.rename(folder.with_name("old"))
    new.rename(folder)
    assert titles_until(shelf, "Imported")[-1] == "Imported"


def test_a_version_that_cannot_be_opened_leaves_the_last_one_standing(
    folder: Path, shelf: Library, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "dossier.yaml").write_text("id: [", "utf-8")
    titles_until(shelf, "never", 0.5)
    assert shelf["small"].dossier.meta.title == "First"
    assert "the last version stays" in caplog.text
    (folder / "dossier.yaml").write_text(YAML.format(title="Mended"), "utf-8")
    assert titles_until(shelf, "Mended")[-1] == "Mended"


def test_a_version_of_the_same_contents_has_the_same_name_in_every_process(folder: Path) -> None:
    first, second = (Library({"small": read(folder)})["small"].store.version for _ in range(2))
    assert first == second
    (folder / "events.csv").write_text(EVENTS.replace("It happened", "It did not happen"), "utf-8")
    assert Library({"small": read(folder)})["small"].store.version != first


def test_a_folder_that_is_away_for_a_moment_is_no_change(tmp_path: Path) -> None:
    assert signature(tmp_path / "away") == ()
