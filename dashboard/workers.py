"""EDGE. Several processes behind one port: each opens the dossiers for itself, and all share what the system caches."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Collection
from typing import Final, NoReturn, TypeAlias

import click

Start: TypeAlias = Callable[[], Callable[[], None]]
"""Opens whatever must not be shared, such as a connection to a database, and gives what serves until it is stopped."""
QUICKEST_RESTART: Final = 1.0
"""Seconds before a worker that has failed is started again."""
CANNOT_START: Final = 3
"""The exit code of a worker that has failed before it served."""
STOPS: Final = frozenset({signal.SIGTERM, signal.SIGINT})
"""Signals that end the server. While a process is made they wait, for Python would forget them in it."""


def can_fork() -> bool:
    """Whether this system can have several workers."""
    return hasattr(os, "fork")


def supervise(number: int, start: Start) -> NoReturn:
    """Serve in so many processes until this one is told to stop. A worker that fails is started again; one that cannot
    start says why and ends the server with exit code 1, since the next could not start either."""
    told = _signals()
    running = {_started(start) for _ in range(number)}
    while not STOPS & {*os.read(told, 64)}:
        ended = _ended(running)
        running -= ended.keys()
        if CANNOT_START in ended.values():
            _end(running)
            sys.exit(1)
        if ended:
            time.sleep(QUICKEST_RESTART)
        running |= {_started(start) for _ in range(number - len(running))}
    _end(running)
    sys.exit(0)


def _signals() -> int:
    """A file of the numbers of the signals that concern a supervisor, which it reads when it is ready for them."""
    told, write = os.pipe()
    os.set_blocking(write, False)
    for name in (*STOPS, signal.SIGCHLD):
        signal.signal(name, lambda *_: None)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    return told


def _ended(workers: Collection[int]) -> dict[int, int]:
    """The exit codes of the workers that have ended."""
    found = (os.waitpid(worker, os.WNOHANG) for worker in workers)
    return {worker: os.waitstatus_to_exitcode(status) for worker, status in found if worker}


def _end(workers: Collection[int]) -> None:
    """Tell the workers to stop and wait for them; to be told so again changes nothing, up to Python's own end."""
    for name in STOPS:
        signal.signal(name, signal.SIG_IGN)
    for worker in workers:
        os.kill(worker, signal.SIGTERM)
    for worker in workers:
        os.waitpid(worker, 0)


def _started(start: Start) -> int:
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    worker = os.fork()
    if not worker:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for name in STOPS:
            signal.signal(name, lambda *_: os._exit(0))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    return worker or _work(start)


def _work(start: Start) -> NoReturn:
    """Serve and end; what went wrong is said, for nobody else will say it."""
    code = CANNOT_START
    try:
        serve = start()
        code = 1
        serve()
    except click.ClickException as error:
        error.show()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)
