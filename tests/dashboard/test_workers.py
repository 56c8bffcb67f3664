"""Several processes behind one port: readers do not notice when one of them dies, and none stays behind at the end."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.workers import can_fork
from tests.signals import heed_control_c

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system cannot share a port between processes")
ROOT = Path(__file__).parents[2]


def children(process: subprocess.Popen[str]) -> set[int]:
    found = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not found.exists():
        pytest.skip("this system does not tell the children of a process")
    return set(map(int, found.read_text().split()))


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address + "healthz", timeout=20) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def until(is_so: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "in vain"
        time.sleep(0.1)


@pytest.mark.slow
def test_a_worker_that_dies_is_replaced_unnoticed_and_all_go_when_the_server_is_told_to() -> None:
    command = [sys.executable, "-u", "-m", "dashboard", "serve", "--port", "0", "--workers", "2"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = next(found[1] for line in process.stdout if (found := re.search(r"(http://\S+/)", line)))
        until(lambda: answers(address) and len(children(process)) == 2)
        before = children(process)
        os.kill(min(before), signal.SIGKILL)
        assert all(answers(address) for _ in range(20))
        until(lambda: len(children(process)) == 2 and children(process) != before)
        workers = children(process)
        process.send_signal(signal.SIGTERM)
        try:
            assert process.wait(10) == 0
        finally:
            process.kill()
    until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))


def supervising(script: str) -> subprocess.Popen[str]:
    """A process that supervises two workers, which `start` starts."""
    head = "import os, pathlib, signal, sys, time\nfrom dashboard import workers\nworkers.QUICKEST_RESTART = 0.05\n"
    code = f"{head}{script}\nworkers.supervise(2, start)\n"
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-u", "-c", code], cwd=ROOT, preexec_fn=heed_control_c, **pipes)


SLOW_TO_END = """
def end(*_):
    time.sleep(0.4 * (os.getpid() % 2))
    os._exit(0)
def start():
    signal.signal(signal.SIGTERM, end)
    os.write(1, b"serves\\n")
    return lambda: time.sleep(20)
"""


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_many_times_a_server_stops_once_and_without_a_word(name: signal.Signals) -> None:
    with supervising(SLOW_TO_END) as process:
        assert process.stdout
        assert [process.stdout.readline() for _ in range(2)] == ["serves\n"] * 2
        workers = children(process)
        for _ in range(8):
            process.send_signal(name)
            time.sleep(0.05)
        assert process.wait(10) == 0
        assert process.communicate()[1] == ""
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


def test_a_worker_that_cannot_start_says_why_and_ends_the_server() -> None:
    with supervising("def start():\n    raise ValueError('no luck today')\n") as process:
        assert process.wait(10) == 1
        assert "ValueError: no luck today" in process.communicate()[1]


def test_a_worker_that_fails_while_it_serves_says_why_and_is_started_again(tmp_path: Path) -> None:
    fail_once = f"""
mark = pathlib.Path({str(tmp_path / "failed")!r})
def serve():
    if mark.exists():
        os.write(1, b"serves again\\n")
        time.sleep(20)
    mark.touch()
    raise OSError("the ground shook")
def start():
    return serve
"""
    with supervising(fail_once) as process:
        assert process.stdout
        assert [process.stdout.readline() for _ in range(2)] == ["serves again\n"] * 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert "OSError: the ground shook" in process.communicate()[1]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_collection_that_cannot_be_opened_ends_the_server_in_words(tmp_path: Path, workers: str) -> None:
    """However many workers there are."""
    about = "id: small\ntitle: Small\nsummary: s\nlicence: CC0-1.0\ncompiled_by: us\nkinds: [{id: act, label: Act}]\n"
    (tmp_path / "dossier.yaml").write_text(about, "utf-8")
    (tmp_path / "events.duckdb").write_bytes(b"broken")
    command = [sys.executable, "-m", "dashboard", "serve", str(tmp_path), "--port", "0", "--workers", workers]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "events.duckdb cannot be opened as a collection of events. Import it again." in done.stderr
    assert "Traceback" not in done.stderr
