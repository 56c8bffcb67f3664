"""The `standoff` command, as a person at a terminal meets it."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import click
import pytest
from click.testing import CliRunner, Result

from dashboard import __version__
from dashboard.cli import BUNDLED, FORMATS, advice, count, main, open_dossiers
from dashboard.progress import line
from events import formats
from events.model import TABLES
from tests.signals import heed_control_c

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]
SCHEMAS = ("dossier", "story", "exceptions", *TABLES)


@pytest.fixture
def run() -> Run:
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words], prog_name="standoff")


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The bundled dossier with one event of an unknown kind."""
    folder = shutil.copytree(BUNDLED, tmp_path / "broken")
    events = folder / "events.yaml"
    text = events.read_text("utf-8")
    kind = next(line for line in text.splitlines() if line.strip().startswith("kind:"))
    events.write_text(text.replace(kind, kind.split(":")[0] + ": no-such-kind", 1), "utf-8")
    return folder


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as held:
        yield held.getsockname()[1]


def test_check_of_a_sound_dossier_is_one_line(run: Run) -> None:
    result = run("check", BUNDLED)
    records = sum(len(getattr(open_dossiers([BUNDLED])["russia-in-venezuela"], table)) for table in TABLES)
    assert (result.exit_code, result.output) == (0, f"0 problems in {records} records\n")


def test_check_names_file_line_and_field_of_every_problem(run: Run, broken: Path) -> None:
    result = run("check", broken)
    *problems, total = result.stdout.splitlines()
    assert result.exit_code == 1
    assert any(line.startswith("events.yaml:") and " kind: " in line for line in problems)
    assert total.startswith(f"{len(problems)} problem")


def test_the_bundled_dossier_passes_the_strict_check(run: Run) -> None:
    result = run("check", "--strict", BUNDLED)
    assert result.exit_code == 0
    assert result.output.splitlines()[-1].startswith("0 findings, ")


def test_a_strict_check_names_file_line_record_and_rule_of_what_is_left(run: Run, tmp_path: Path) -> None:
    folder = shutil.copytree(BUNDLED, tmp_path / "bare")
    (folder / "exceptions.yaml").unlink()
    result = run("check", "--strict", folder)
    *findings, total = result.stdout.splitlines()[1:]
    assert result.exit_code == 1
    assert any(re.match(r"statements\.yaml:\d+: st-support-bolton: copy-alone: ", line) for line in findings)
    assert total == f"{len(findings)} findings, 0 more excepted"


def test_without_strict_nobody_is_asked_for_archived_copies(run: Run, tmp_path: Path) -> None:
    folder = shutil.copytree(BUNDLED, tmp_path / "bare")
    (folder / "exceptions.yaml").unlink()
    assert run("check", folder).exit_code == 0


def test_quotes_are_looked_up_in_the_text_of_their_source(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mh_0430.txt").write_text("“He had an  airplane on the tarmac,” he said.", "utf-8")
    result = run("check", BUNDLED, "--source-text", tmp_path / "mh_0430.txt")
    assert result.exit_code == 0
    assert "st-plane-pompeo: quote: “He had an airplane on the tarmac” is found in mh_0430" in result.stdout
    assert result.stdout.endswith("1 of 1 quote found in mh_0430\n")


def test_a_quote_that_is_not_in_the_text_is_shown_with_what_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("Mr Pompeo said: He had a plane on the tarmac this morning.", "utf-8")
    result = run("check", BUNDLED, "--source-text", f"mh_0430={tmp_path / 'page.txt'}")
    assert result.exit_code == 1
    assert "is not found in mh_0430. The text has: “He had a plane on the tarmac" in result.stdout


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("mh_0431=page.txt", "the dossier has no source “mh_0431”. Did you mean mh_0430?"),
        ("mh_0430=no-such-page.txt", "no-such-page.txt cannot be read"),
    ],
)
def test_a_text_that_cannot_be_used_is_wrong_usage(run: Run, option: str, reason: str) -> None:
    result = run("check", BUNDLED, "--source-text", option)
    assert result.exit_code == 2
    assert reason in " ".join(result.stderr.split())


@pytest.mark.parametrize("command", ["check", "serve"])
def test_a_folder_that_is_not_there_is_named(run: Run, command: str) -> None:
    result = run(command, "no-such-folder")
    assert result.exit_code == 1
    assert "no-such-folder: there is no such folder" in result.output


@pytest.mark.parametrize("words", [["check"], ["serve", "--port", "http"], ["serve", "--base-path", "x"], ["nothing"]])
def test_wrong_usage_exits_with_two(run: Run, words: list[str]) -> None:
    assert run(*words).exit_code == 2


def test_a_taken_port_is_answered_with_another_one(run: Run, taken: int) -> None:
    result = run("serve", "--port", taken)
    assert result.exit_code == 1
    assert f"port {taken}: another program uses it" in result.output
    assert f"--port {taken + 1}" in result.output


@pytest.mark.parametrize(("error", "step"), [(PermissionError(13, "x"), "--port 8050"), (OSError(99, "x"), "--host")])
def test_every_reason_not_to_listen_has_a_next_step(error: OSError, step: str) -> None:
    assert step in advice(error, 80)


def test_records_that_are_left_out_are_counted(broken: Path) -> None:
    whole, rest = (open_dossiers([folder])["russia-in-venezuela"] for folder in (BUNDLED, broken))
    assert rest.left_out > 0
    assert count(rest) == count(whole)


def test_two_dossiers_cannot_share_an_id(run: Run) -> None:
    result = run("serve", BUNDLED, BUNDLED)
    assert result.exit_code == 1
    assert "another dossier has the id “russia-in-venezuela”" in result.output


def test_the_schema_covers_every_file_of_a_dossier(run: Run) -> None:
    assert set(json.loads(run("schema").output)) == {*SCHEMAS}


def test_the_schema_is_written_one_file_each(run: Run, tmp_path: Path) -> None:
    assert run("schema", "-o", tmp_path / "new").exit_code == 0
    assert {file.name for file in (tmp_path / "new").iterdir()} == {f"{n}.schema.json" for n in SCHEMAS}


ROWS = "title,date,country\nOne,2019-03-20,FR\nTwo,never,FR\n"


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A plain table of two rows, one of them without a date that can be read."""
    path = tmp_path / "rows.csv"
    path.write_text(ROWS, "utf-8")
    return path


def test_an_import_says_what_became_of_every_row_and_can_be_checked(run: Run, rows: Path, tmp_path: Path) -> None:
    result = run("import", rows, "-o", tmp_path / "new")
    assert result.exit_code == 0
    assert "2 read, 1 kept, 0 merged, 0 left out, 1 rejected" in result.stderr
    assert "rows.csv:3: “never” is not a date" in result.stderr
    assert run("check", tmp_path / "new").output == "0 problems in 2 records\n"


def test_a_column_can_be_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("was,wann\nEins,03/04/2019\n", "utf-8")
    named = ("--map", "title=was", "--map", "when=wann:dmy")
    assert run("import", tmp_path / "t.csv", "-o", tmp_path / "new", *named).exit_code == 0
    assert "2019-04-03" in (tmp_path / "new" / "events.csv").read_text("utf-8")


@pytest.mark.parametrize("text", ["", "title,date\nA,never\n", "title,date\nA,2019\nB", "\x00\x01\x02"])
def test_a_failed_import_exits_with_one_and_leaves_the_old_dossier(
    run: Run, rows: Path, tmp_path: Path, text: str
) -> None:
    run("import", rows, "-o", tmp_path / "new")
    before = {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()}
    (tmp_path / "bad.csv").write_text(text, "utf-8")
    result = run("import", tmp_path / "bad.csv", "-o", tmp_path / "new")
    assert (result.exit_code, result.exception.__class__) == (1, SystemExit)
    assert "bad.csv" in result.output
    assert {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()} == before


def test_an_import_never_replaces_a_dossier_that_a_person_wrote(run: Run, rows: Path, broken: Path) -> None:
    result = run("import", rows, "-o", broken)
    assert result.exit_code == 1
    assert "was not written by an import" in result.output


@pytest.mark.parametrize("words", [["--format", "ucpd"], ["--map", "wen=date"], ["--map", "when"]])
def test_wrong_words_of_an_import_are_wrong_usage(run: Run, rows: Path, words: list[str]) -> None:
    result = run("import", rows, "-o", rows.parent / "new", *words)
    assert result.exit_code == 2


def test_a_file_is_opened_as_a_dossier_in_one_go(rows: Path) -> None:
    with click.Context(main):
        [(name, dossier)] = open_dossiers([rows]).items()
    assert (name, [event.title for event in dossier.events.values()], dossier.problems) == ("rows", ["One"], ())


def test_a_large_file_is_opened_as_a_collection_in_one_go(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("title,date\n" + "Event,2019-03-20\n" * 20_001, "utf-8")
    with click.Context(main):
        [(name, dossier)] = open_dossiers([path]).items()
        assert (name, dossier.problems) == ("many", ())
        assert dossier.collection is not None
        assert Path(dossier.collection).exists()
    assert not Path(dossier.collection).exists()


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    (folder / "many.csv").write_text("title,date\n" + "Event,2019-03-20\n" * 20_001, "utf-8")
    CliRunner().invoke(main, ["import", str(folder / "many.csv"), "-o", str(folder / "many")])
    return folder / "many"


def test_check_of_a_collection_opens_it_and_counts_its_events(run: Run, collection: Path) -> None:
    result = run("check", collection)
    assert (result.exit_code, result.output) == (0, "0 problems in 20001 records\n")


@pytest.mark.parametrize("size", [0, 100_000])
def test_a_damaged_collection_is_told_by_check_and_is_never_announced(
    size: int, run: Run, collection: Path, tmp_path: Path
) -> None:
    """Nobody is given an address at which nothing can be served."""
    folder = shutil.copytree(collection, tmp_path / "cut")
    os.truncate(folder / "events.duckdb", size)
    checked, served = run("check", folder), run("serve", folder, "--port", "0")
    said = "events.duckdb cannot be opened as a collection of events. Import it again."
    assert (checked.exit_code, checked.output) == (1, f"{folder}: {said}\n1 problem in 0 records\n")
    assert (served.exit_code, served.output) == (1, f"Error: many: {said}\n")


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_control_c_ends_an_import_in_one_line_wherever_it_is(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("title,date\n" + "Event,2019-03-20\n" * 300_000, "utf-8")
    command = [sys.executable, "-m", "dashboard", "import", str(path), "-o", str(tmp_path / "out")]
    for seconds in (0.2, 1.2):
        with subprocess.Popen(
            command, cwd=ROOT, stderr=subprocess.PIPE, text=True, preexec_fn=heed_control_c
        ) as process:
            while not any(tmp_path.glob(".out.import-new-*")):
                time.sleep(0.02)
            time.sleep(seconds)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        assert "Traceback" not in said
        is_done = process.returncode in {0, -signal.SIGINT}  # the second: while Python itself came to its end
        assert is_done or said.splitlines()[-1] == "Aborted!"


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_server_that_is_stopped_ends_without_a_word(end: signal.Signals) -> None:
    """Also while it still prepares what the first visit asks for."""
    command = [sys.executable, "-u", "-m", "dashboard", "serve", "--port", "0"]
    both: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, cwd=ROOT, text=True, preexec_fn=heed_control_c, **both) as process:
        assert process.stdout is not None
        told = "".join(iter(process.stdout.readline, "Press Ctrl+C to stop.\n"))
        urlopen(told.split()[-1], timeout=20).read()
        process.send_signal(end)
        said, _ = process.communicate(timeout=30)
    assert (process.returncode, said) == (0, "")


@pytest.mark.parametrize(
    ("rows", "share", "seconds", "expected"),
    [
        (0, 0.0, 0.0, "[------------------------] 0 % · 0 rows · 0 a second"),
        (600_000, 0.5, 2.0, "[############------------] 50 % · 600,000 rows · 300,000 a second · 2 s left"),
        (10_000, 0.001, 10.0, "[------------------------] 0 % · 10,000 rows · 1,000 a second · 2 h 46 min left"),
        (9_000, 1.0, 3.0, "[########################] 100 % · 9,000 rows · 3,000 a second · sorting and writing …"),
    ],
)
def test_progress_tells_rows_rate_and_time_left(rows: int, share: float, seconds: float, expected: str) -> None:
    assert line(rows, share, seconds) == expected


def test_a_file_that_cannot_be_opened_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n", "utf-8")
    result = run("serve", tmp_path / "bad.csv")
    assert result.exit_code == 1
    assert "bad.csv: no column is known to hold the title of an event" in result.output


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").output == f"standoff {__version__}\n"


def test_the_formats_that_import_offers_are_those_that_there_are() -> None:
    assert (formats.AUTO, *formats.FORMATS) == FORMATS
