"""EDGE. How far an import is, on stderr: a line that changes on a terminal, and now and then a line elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import IO, Final, Self

import click

PAUSE_ON_TERMINAL: Final = 0.1
PAUSE_ELSEWHERE: Final = 10.0
BAR: Final = 24
ALMOST: Final = 0.999


class ProgressLine:
    """Call it with the rows read and the share of the bytes. Nothing is shown before the first pause is over."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._pause = PAUSE_ON_TERMINAL if self._is_terminal else PAUSE_ELSEWHERE
        self._start = self._told = time.monotonic()
        self._width = 0

    def __call__(self, rows: int, share: float) -> None:
        """Show the progress, if the last time is long enough ago."""
        now = time.monotonic()
        if now - self._told < self._pause:
            return
        self._told = now
        self._show(line(rows, share, now - self._start))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()

    def _show(self, text: str) -> None:
        if not self._is_terminal:
            click.echo(text, file=self._stream)
            return
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.flush()
        self._width = len(text)


def line(rows: int, share: float, seconds: float) -> str:
    """`[####----] 41 % · 1,200,000 rows · 310,000 a second · 12 s left`; at the end what is being done instead."""
    done = round(BAR * share)
    bar = f"[{'#' * done}{'-' * (BAR - done)}] {100 * share:.0f} %"
    rate = f"{rows:,} rows · {round(rows / max(seconds, 0.001), -3):,.0f} a second"
    if share >= ALMOST:
        return f"{bar} · {rate} · sorting and writing …"
    return f"{bar} · {rate} · {duration(seconds * (1 - share) / share)} left" if share > 0 else f"{bar} · {rate}"


def duration(seconds: float) -> str:
    """A length of time: 12 s, 3 min, 2 h 5 min."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
