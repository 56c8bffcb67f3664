"""An author who saves a file sees it on the page without a restart, and no reader loses a page over it."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard import library
from dashboard.library import Folder, Library, signature
from events.dossier import Dossier, read

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
    return followed(folder, read)


def followed(folder: Path, reads: Callable[[Path], Dossier]) -> Library:
    """A library of one dossier that reads what is saved in its folder by `reads`."""
    before = Folder.before_reading(folder)
    return Library({"small": read(folder)}, {"small": before}, reads)


def save(folder: Path, title: str) -> None:
    (folder / "dossier.yaml").write_text(YAML.format(title=title), "utf-8")


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


def test_the_version_that_was_saved_last_wins_however_long_another_takes_to_open(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "LOOK_EVERY", 0.0)
    opening, may_go_on = threading.Event(), threading.Event()

    def slow_second(path: Path) -> Dossier:
        dossier = read(path)
        if dossier.meta.title == "Second":
            opening.set()
            may_go_on.wait(10)
        return dossier

    shelf = followed(folder, slow_second)
    save(folder, "Second")
    assert shelf["small"].dossier.meta.title == "First"
    assert opening.wait(10)
    save(folder, "The third")
    titles_until(shelf, "The third", 0.3)
    may_go_on.set()
    assert titles_until(shelf, "The third")[-1] == "The third"
    assert set(titles_until(shelf, "never", 0.3)) == {"The third"}


def test_what_is_saved_after_a_dossier_was_read_and_before_it_is_served_is_followed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a worker that is started again, long after the first process has read the folder."""
    monkeypatch.setattr(library, "LOOK_EVERY", 0.0)
    before, dossier = Folder.before_reading(folder), read(folder)
    save(folder, "Second")
    assert titles_until(Library({"small": dossier}, {"small": before}, read), "Second")[-1] == "Second"


def test_a_failure_that_is_no_fault_of_the_files_is_told_in_words_and_tried_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(library, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(library, "TRY_AGAIN_AFTER", 0.0)
    faults = [MemoryError("no room just now"), OSError("the disk is away"), ValueError("anything")]

    def at_last(path: Path) -> Dossier:
        if faults:
            raise faults.pop()
        return read(path)

    shelf = followed(folder, at_last)
    save(folder, "Second")
    assert titles_until(shelf, "Second")[-1] == "Second"
    assert caplog.text.count("the last version stays, and it is tried again") == 3
    assert "no room just now" in caplog.text


def test_a_version_of_the_same_contents_has_the_same_name_in_every_process(folder: Path) -> None:
    first, second = (Library({"small": read(folder)})["small"].store.version for _ in range(2))
    assert first == second
    (folder / "events.csv").write_text(EVENTS.replace("It happened", "It did not happen"), "utf-8")
    assert Library({"small": read(folder)})["small"].store.version != first


def test_a_folder_that_is_away_for_a_moment_is_no_change(tmp_path: Path) -> None:
    assert signature(tmp_path / "away") == ()
