"""An import writes a whole dossier or nothing."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import dossier, formats
from events.formats.building import MOST_EXAMPLES
from events.importing import REPORT_FILE, import_files, recover, report_lines, write_dossier
from events.reading import ReadError
from events.store import Store
from tests.signals import heed_control_c

ROOT = Path(__file__).parents[2]
FIXTURES = Path(__file__).parent / "formats" / "fixtures"


def table(folder: Path, rows: int, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_text("id,title,date,lat,lon\n" + "".join(f"e{n},T{n},2019-03-20,1,2\n" for n in range(rows)), "utf-8")
    return path


@pytest.mark.parametrize("name", [path.name for path in sorted(FIXTURES.iterdir())])
def test_what_is_written_is_read_back_without_a_problem(name: str, tmp_path: Path) -> None:
    imported = formats.read(FIXTURES / name)
    write_dossier(imported, tmp_path / "out")
    found = dossier.read(tmp_path / "out")
    assert found.problems == ()
    assert tuple(found.events.values()) == imported.events
    assert tuple(found.places.values()) == imported.places
    assert tuple(found.actors.values()) == imported.actors
    assert tuple(found.sources.values()) == imported.sources


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30), st.text(max_size=12)), min_size=1, max_size=8))
def test_whatever_a_table_holds_is_counted_and_what_is_kept_is_sound(
    tmp_path: Path, rows: list[tuple[str, str, str]]
) -> None:
    items = [{"title": title, "actors": actors, "kind": kind, "date": "2019"} for title, actors, kind in rows]
    (tmp_path / "t.json").write_text(json.dumps([{"title": "one", "date": "2019"}, *items]), "utf-8")
    imported = formats.read(tmp_path / "t.json")
    report = imported.report
    assert report.read == len(rows) + 1 == report.kept + report.merged + report.rejected
    write_dossier(imported, tmp_path / "out")
    found = dossier.read(tmp_path / "out")
    assert (found.problems, tuple(found.events.values())) == ((), imported.events)


def test_a_large_table_is_a_collection(tmp_path: Path) -> None:
    write_dossier(formats.read(table(tmp_path, 20_001)), tmp_path / "out")
    found = dossier.read(tmp_path / "out")
    assert (found.problems, found.collection) == ((), tmp_path / "out" / "events.duckdb")
    assert Store.of(found).size() == 20_001


def test_a_new_import_replaces_the_tables_and_keeps_what_people_added(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_dossier(formats.read(FIXTURES / "acled-new.csv"), out)
    (out / "stories").mkdir()
    (out / "stories" / "one.yaml").write_text("title: One\nsummary: S\nsteps: [{title: A, text: B}]\n", "utf-8")
    write_dossier(formats.read(table(tmp_path, 3)), out)
    found = dossier.read(out)
    assert (len(found.events), len(found.actors), list(found.stories), found.problems) == (3, 0, ["one"], ())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "t.csv"]


def test_a_folder_that_no_import_wrote_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "dossier.yaml").write_text("id: mine", "utf-8")
    with pytest.raises(ReadError, match="not written by an import"):
        write_dossier(formats.read(table(tmp_path, 1)), tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["dossier.yaml"]


def test_an_import_of_nothing_leaves_the_old_dossier(tmp_path: Path) -> None:
    write_dossier(formats.read(table(tmp_path, 2)), tmp_path / "out")
    (tmp_path / "bad.csv").write_text("title,date\nA,never\n", "utf-8")
    with pytest.raises(ReadError, match="no event could be imported"):
        write_dossier(formats.read(tmp_path / "bad.csv"), tmp_path / "out")
    assert len(dossier.read(tmp_path / "out").events) == 2


def test_an_old_folder_left_between_two_renames_is_put_back(tmp_path: Path) -> None:
    write_dossier(formats.read(table(tmp_path, 2)), tmp_path / "out")
    (tmp_path / "out").rename(tmp_path / ".out.import-old")
    recover(tmp_path / "out")
    assert len(dossier.read(tmp_path / "out").events) == 2


def test_the_page_is_told_what_share_is_left_out(tmp_path: Path) -> None:
    write_dossier(formats.read(FIXTURES / "gdelt-2.tsv"), tmp_path / "out")
    summary = dossier.read(tmp_path / "out").meta.summary
    assert "Of 6 rows, 4 are here. Not here: 1 (17 %): not a root event." in summary


def test_the_report_names_file_and_row_of_every_reason_and_no_control_character(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("title,date\nA,2019\nB,\x1b[31mnever\n", "utf-8")
    imported = formats.read(tmp_path / "t.csv")
    lines = report_lines(imported.report)
    assert "2 read, 1 kept, 0 merged, 0 left out, 1 rejected" in lines
    assert "rejected: 1 × the date cannot be read" in lines
    assert any(line.startswith("  t.csv:3: ") for line in lines)
    assert "\x1b" not in "".join(lines)
    write_dossier(imported, tmp_path / "out")
    assert "t.csv:3" in (tmp_path / "out" / REPORT_FILE).read_text("utf-8")


def test_more_rejections_than_are_named_are_still_counted(tmp_path: Path) -> None:
    bad = "".join(f"B{n},never\n" for n in range(MOST_EXAMPLES + 5))
    (tmp_path / "t.csv").write_text(f"title,date\nA,2019\n{bad}", "utf-8")
    report = formats.read(tmp_path / "t.csv").report
    assert (report.rejected, len(report.examples)) == (MOST_EXAMPLES + 5, MOST_EXAMPLES)
    assert f"rejected: {MOST_EXAMPLES + 5:,} × the date cannot be read" in report_lines(report)
    assert "  … and 10,000 more" in report_lines(report)


def test_an_import_that_fails_leaves_nothing_beside_the_old_dossier(tmp_path: Path) -> None:
    import_files([table(tmp_path, 3)], tmp_path / "out")
    broken = tmp_path / "broken.csv"
    broken.write_bytes(table(tmp_path, 30_000, "many.csv").read_bytes() + b"cut")
    with pytest.raises(ReadError, match=r"broken\.csv:30002: this file is cut off"):
        import_files([broken], tmp_path / "out")
    assert len(dossier.read(tmp_path / "out").events) == 3
    assert {path.name for path in tmp_path.iterdir()} == {"out", "t.csv", "many.csv", "broken.csv"}


def test_an_import_sweeps_away_what_a_killed_one_left_and_nothing_of_one_that_runs(tmp_path: Path) -> None:
    left, running = (tmp_path / f".out.import-new-{at}" for at in (1, 2))
    for folder in (left, running):
        folder.mkdir()
        (folder / "lock").touch()
    with (running / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        import_files([table(tmp_path, 3)], tmp_path / "out")
    assert (left.exists(), running.exists()) == (False, True)


def test_an_import_sweeps_away_what_was_left_without_its_lock(tmp_path: Path) -> None:
    """One killed just after it began, or while it cleared up; not one that this very process is about to begin."""
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    left, begun = (tmp_path / f".out.import-new-{process}-7" for process in (int(gone.stdout), os.getpid()))
    for folder in (left, begun):
        folder.mkdir()
    import_files([table(tmp_path, 3)], tmp_path / "out")
    assert (left.exists(), begun.exists()) == (False, True)


def test_the_sweep_knows_a_folder_by_its_name_whatever_signs_are_in_it(tmp_path: Path) -> None:
    left = tmp_path / ".v[2].import-new-1"
    left.mkdir()
    (left / "lock").touch()
    import_files([table(tmp_path, 3)], tmp_path / "v[2]")
    assert not left.exists()


def test_an_import_to_a_link_replaces_the_folder_behind_it(tmp_path: Path) -> None:
    import_files([table(tmp_path, 3)], tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    import_files([table(tmp_path, 5)], tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert len(dossier.read(tmp_path / "real").events) == 5


def test_the_root_of_a_disk_is_no_folder_for_a_dossier(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="not a folder that an import can write"):
        import_files([table(tmp_path, 3)], Path("/"))


LOOP = """
import sys
from pathlib import Path
from events.importing import import_files
few, many, out = map(Path, sys.argv[1:])
while True:
    import_files([few], out)
    print("written", flush=True)
    import_files([many], out)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_an_import_that_is_stopped_leaves_the_old_dossier_or_the_new_one(tmp_path: Path, end: signal.Signals) -> None:
    few, many, out = table(tmp_path, 5, "few.csv"), table(tmp_path, 30_000, "many.csv"), tmp_path / "out"
    for milliseconds in (5, 60, 250, 450):
        command = [sys.executable, "-c", LOOP, str(few), str(many), str(out)]
        heard: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "preexec_fn": heed_control_c}
        with subprocess.Popen(command, cwd=ROOT, **heard) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"written\n"
            time.sleep(milliseconds / 1000)
            writer.send_signal(end)
        found = dossier.read(out)
        assert found.problems == ()
        assert (Store.of(found).size() if found.collection else len(found.events)) in {5, 30_000}
    import_files([few], out)
    assert {path.name for path in tmp_path.iterdir()} == {"few.csv", "many.csv", "out"}
