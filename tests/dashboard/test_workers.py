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

import pytest

from dashboard.workers import can_fork

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
