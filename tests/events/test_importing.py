"""An import writes a whole dossier or nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import dossier, formats
from events.importing import REPORT_FILE, recover, report_lines, write_dossier
from events.reading import ReadError

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


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30), st.text(max_size=12)), min_size=1, max_size=8))
def test_whatever_a_table_holds_is_counted_and_what_is_kept_is_sound(
    tmp_path: Path, rows: list[tuple[str, str, str]]
) -> None:
    items = [{"title": title, "actors": actors, "kind": kind, "date": "2019"} for title, actors, kind in rows]
    (tmp_path / "t.json").write_text(json.dumps([{"title": "one", "date": "2019"}, *items]), "utf-8")
    imported = formats.read(tmp_path / "t.json")
    report = imported.report
    assert report.read == len(rows) + 1 == report.kept + report.merged + len(report.rejected)
    write_dossier(imported, tmp_path / "out")
    found = dossier.read(tmp_path / "out")
    assert (found.problems, tuple(found.events.values())) == ((), imported.events)


def test_a_large_table_is_parquet(tmp_path: Path) -> None:
    write_dossier(formats.read(table(tmp_path, 20_001)), tmp_path / "out")
    assert (tmp_path / "out" / "events.parquet").exists()
    assert len(dossier.read(tmp_path / "out").events) == 20_001


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


LOOP = """
import sys
from pathlib import Path
from events import formats
from events.importing import write_dossier
few, many = (formats.read(Path(name)) for name in sys.argv[1:3])
while True:
    write_dossier(few, Path(sys.argv[3]))
    print("written", flush=True)
    write_dossier(many, Path(sys.argv[3]))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_import_that_is_killed_leaves_the_old_dossier_or_the_new_one(tmp_path: Path) -> None:
    few, many, out = table(tmp_path, 5, "few.csv"), table(tmp_path, 400, "many.csv"), tmp_path / "out"
    for milliseconds in (3, 11, 23):
        command = [sys.executable, "-c", LOOP, str(few), str(many), str(out)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"written\n"
            time.sleep(milliseconds / 1000)
            writer.send_signal(signal.SIGKILL)
        found = dossier.read(out)
        assert len(found.events) in {5, 400}
        assert found.problems == ()
