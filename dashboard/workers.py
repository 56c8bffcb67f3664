"""EDGE. Several processes behind one port: each opens the dossiers for itself, and all share what the system caches."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Final, NoReturn

QUICKEST_RESTART: Final = 1.0
"""Seconds before a worker that has failed is started again."""
STOPS: Final = frozenset({signal.SIGTERM, signal.SIGINT})
"""Signals that end the server. While a process is made they wait, for Python would forget them in it."""


def can_fork() -> bool:
    """Whether this system can have several workers."""
    return hasattr(os, "fork")


def supervise(number: int, work: Callable[[], None]) -> NoReturn:
    """Run `work` in so many processes until this one is told to stop; one that fails is started again.

    Whatever must not be shared, such as a connection to a database, is opened by `work` itself.
    """
    running: set[int] = set()

    def stop(_signal: int, _frame: FrameType | None) -> NoReturn:
        for worker in running:
            os.kill(worker, signal.SIGTERM)
        for worker in running:
            with suppress(ChildProcessError):
                os.waitpid(worker, 0)
        sys.exit(0)

    for name in STOPS:
        signal.signal(name, stop)
    while True:
        while len(running) < number:
            signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
            running.add(_started(work))
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
        ended, _ = os.wait()
        running.discard(ended)
        time.sleep(QUICKEST_RESTART)


def _started(work: Callable[[], None]) -> int:
    worker = os.fork()
    if worker:
        return worker
    for name in STOPS:
        signal.signal(name, lambda *_: os._exit(0))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    try:
        work()
    finally:
        os._exit(1)
