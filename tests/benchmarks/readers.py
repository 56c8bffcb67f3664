"""EDGE. Several readers at once: what a page asked for, asked by threads, each of which looks at a view for a while."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from typing import Final
from urllib.parse import urlsplit

from tests.benchmarks.browsing import Asked
from tests.benchmarks.measuring import Measurement, quantile

READERS: Final = (1, 10, 25, 50)
SECONDS: Final = 6.0
LOOK: Final = (0.5, 1.5)
"""Seconds, at least and at most, that a reader looks at a view before setting another filter."""
UNSENT: Final = frozenset({"host", "content-length", "connection", "if-none-match", "if-modified-since"})


def crowds(subject: str, events: int, views: Sequence[Sequence[Asked]]) -> Iterator[Measurement]:
    """Latency of a view for each number of readers."""
    wanted = [view for view in views if view]
    if not wanted:
        return
    for readers in READERS:
        latencies = crowd(readers, wanted)
        for name, share in (("p50", 0.5), ("p95", 0.95)):
            value = quantile(latencies, share) * 1000
            yield Measurement("readers", f"{readers} at once, {name}", events, subject, value, "ms")


def crowd(readers: int, views: Sequence[Sequence[Asked]]) -> list[float]:
    """Seconds that each view took. Raises RuntimeError if a request failed."""
    latencies: list[float] = []
    failures: list[str] = []
    end = time.monotonic() + SECONDS

    def read(seed: int) -> None:
        rng = random.Random(seed)
        desk = Desk()
        time.sleep(rng.uniform(0, LOOK[1]))
        while time.monotonic() < end and not failures:
            start = time.perf_counter()
            try:
                for asked in rng.choice(views):
                    desk.ask(asked)
            except (OSError, RuntimeError) as error:
                failures.append(f"{type(error).__name__}: {error}")
            latencies.append(time.perf_counter() - start)
            time.sleep(rng.uniform(*LOOK))

    threads = [threading.Thread(target=read, args=[seed], daemon=True) for seed in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(failures[0])
    return latencies


class Desk:
    """One reader's connections, one for each host, kept open."""

    def __init__(self) -> None:
        self._connections: dict[str, HTTPConnection] = {}

    def ask(self, asked: Asked) -> bytes:
        """Make a request and read the answer. Raises RuntimeError for an answer that is a failure."""
        address = urlsplit(asked.address)
        connection = self._connections.setdefault(address.netloc, HTTPConnection(address.netloc, timeout=120))
        target = address.path + (f"?{address.query}" if address.query else "")
        headers = {
            name: value for name, value in asked.headers.items() if name.lower() not in UNSENT and name[0] != ":"
        }
        connection.request(asked.method, target, asked.body or None, headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{asked.method} {asked.address} answered {answer.status}: {body[:200]!r}")
        return body
