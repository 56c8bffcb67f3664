"""EDGE. Programs run beside a benchmark: started, waited for, weighed and ended."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

ROOT = Path(__file__).parents[2]
MEGABYTE = 1_000_000
PATIENCE = 900.0
"""Seconds after which a program that does not answer is given up."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A program that ran to its end: seconds, largest resident memory in bytes, and what it wrote."""

    seconds: float
    peak: int
    said: str


def run(command: Sequence[str], log: Path) -> Finished:
    """Run a program to its end. Raises RuntimeError with the end of what it wrote if it fails."""
    start = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
        peak = watched(process)
    said = log.read_text("utf-8", "replace")
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{said[-2000:]}")
    return Finished(time.perf_counter() - start, peak, said)


def watched(process: subprocess.Popen[bytes]) -> int:
    """Wait for a program; give the largest resident memory of it and its children, looked at twenty times a second."""
    peak = 0
    while process.poll() is None:
        peak = max(peak, resident(process.pid))
        time.sleep(0.05)
    return peak


def resident(pid: int) -> int:
    """Resident memory in bytes of a process and its children; 0 if it has ended."""
    return sum(_resident(process) for process in family(pid))


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def proportional(processes: Sequence[psutil.Process]) -> int:
    """Memory in bytes, shared pages divided among those who share them; resident memory where the system has no such
    number."""
    return sum(map(_proportional, processes))


def _proportional(process: psutil.Process) -> int:
    try:
        found = process.memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(found, "pss", 0) or found.rss)


def family(pid: int) -> list[psutil.Process]:
    """A process and all that it started, as far as they live."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def renderers() -> list[psutil.Process]:
    """The processes of this program's browser that hold pages."""
    return [process for process in family(os.getpid()) if "--type=renderer" in _command(process)]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def free_port() -> int:
    """A port of this machine that nobody uses just now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def python(*words: str) -> list[str]:
    return [sys.executable, "-m", *words]


@contextmanager
def serving(command: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A program that serves until the end of the block."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def address_in(log: Path, process: subprocess.Popen[bytes]) -> str:
    """The first address that a program writes. Raises RuntimeError if it ends, or takes too long, without one."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(r"http://\S+", log.read_text("utf-8", "replace")):
            return found[0]
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not serve:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until an address answers. Raises RuntimeError if the program that serves it ends, or takes too long."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(url, timeout=30) as answer:
                answer.read()
            return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def wait_idle(process: subprocess.Popen[bytes], patience: float = 120) -> None:
    """Wait until a server has done what it does after starting: a second with hardly any work."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        before = busy(process.pid)
        time.sleep(1)
        if busy(process.pid) - before < 0.05:
            return


def busy(pid: int) -> float:
    """Seconds of work that a process and its children have done."""
    return sum(sum(process.cpu_times()[:2]) for process in family(pid))
