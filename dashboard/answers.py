"""Answers kept for everybody who asks the same: each is made once, and those longest unused go first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def _one(_: object) -> int:
    return 1


class Answers(Generic[Key, Value]):
    """Room for answers that together are no larger than `room`, each as large as `size` says; by default, so many.

    Who asks for what another thread is making waits for it. A failure is told to all who wait, and is not kept.
    """

    def __init__(self, room: int, size: Callable[[Value], int] = _one) -> None:
        self._room, self._size = room, size
        self._kept: OrderedDict[Key, Future[Value]] = OrderedDict()
        self._sizes: dict[Key, int] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The answer to `key`: the one that is kept, or the one that `make` gives now."""
        with self._lock:
            promise, is_new = self._kept.get(key, Future()), key not in self._kept
            self._kept[key] = promise
            self._kept.move_to_end(key)
        if is_new:
            self._fill(key, promise, make)
        return promise.result()

    def _fill(self, key: Key, promise: Future[Value], make: Callable[[], Value]) -> None:
        try:
            promise.set_result(make())
        except BaseException as error:
            with self._lock:
                self._kept.pop(key, None)
            promise.set_exception(error)
        else:
            with self._lock:
                self._sizes[key] = self._size(promise.result())
                self._shrink(key)

    def _shrink(self, last: Key) -> None:
        """Let go of the longest unused that are finished; the last one made stays, however large."""
        total = sum(self._sizes.values())
        for key in [key for key in self._kept if key in self._sizes and key != last] if total > self._room else ():
            if total <= self._room:
                return
            total -= self._sizes.pop(key)
            del self._kept[key]
