"""The `standoff` command, as a person at a terminal meets it."""

import json
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dashboard import __version__
from dashboard.cli import BUNDLED, advice, count, main, open_dossiers
from events.model import TABLES

Run = Callable[..., Result]


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


def test_the_schema_covers_dossier_yaml_and_every_table(run: Run) -> None:
    assert set(json.loads(run("schema").output)) == {"dossier", *TABLES}


def test_the_schema_is_written_one_file_each(run: Run, tmp_path: Path) -> None:
    assert run("schema", "-o", tmp_path / "new").exit_code == 0
    assert {file.name for file in (tmp_path / "new").iterdir()} == {f"{n}.schema.json" for n in ("dossier", *TABLES)}


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").output == f"standoff {__version__}\n"
