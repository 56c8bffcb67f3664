"""Work that runs beside the work that waits for it. Arrow lets other threads run while it reads, counts and writes."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Final, Generic, TypeVar

Item = TypeVar("Item")
MOST_WAITING: Final = 2
_PAUSE: Final = 0.1


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items, made in a thread that is a few ahead. What it raises is raised here."""
    waiting: queue.Queue[tuple[Item | None, BaseException | None]] = queue.Queue(MOST_WAITING)
    stop = threading.Event()

    def hand_over(item: Item | None, error: BaseException | None) -> None:
        while not stop.is_set():
            try:
                return waiting.put((item, error), timeout=_PAUSE)
            except queue.Full:
                continue

    def run() -> None:
        try:
            for item in items:
                hand_over(item, None)
                if stop.is_set():
                    break
            else:
                hand_over(None, None)
        except BaseException as error:
            hand_over(None, error)
        finally:
            close = getattr(items, "close", None)
            if close:
                close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        while True:
            item, error = waiting.get()
            if error is not None:
                raise error
            if item is None:
                return
            yield item
    finally:
        stop.set()
        thread.join()


class Behind(Generic[Item]):
    """A function that is called with one item after the other in a thread. What it raises is raised by a later call."""

    def __init__(self, function: Callable[[Item], None]) -> None:
        self._function = function
        self._waiting: queue.Queue[Item | None] = queue.Queue(MOST_WAITING)
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = None

    def __call__(self, item: Item) -> None:
        """Hand an item on; waits while too many are waiting."""
        self._raise()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()
        self._waiting.put(item)

    def close(self) -> None:
        """Wait until every item has been worked on."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None
        self._raise()

    def _run(self) -> None:
        while (item := self._waiting.get()) is not None:
            if self._error is None:
                try:
                    self._function(item)
                except BaseException as error:
                    self._error = error

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error
