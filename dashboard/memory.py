"""EDGE. Memory that the C library holds for this process. Where it is not glibc, nothing is asked of it."""

from __future__ import annotations

import ctypes
import gc
import os
from typing import Any, Final

M_ARENA_MAX: Final = -8
"""From glibc's malloc.h."""


def share_one_heap() -> None:
    """Let all threads take memory from one heap: with one for each of a dozen, most of what is free in them stays.

    To be called before there are threads.
    """
    if mallopt := _of_libc("mallopt"):
        mallopt(M_ARENA_MAX, 1)


def give_back() -> None:
    """Leave to the system what is no longer needed."""
    gc.collect()
    if trim := _of_libc("malloc_trim"):
        trim(0)


def _of_libc(name: str) -> Any:
    return getattr(ctypes.CDLL(None), name, None) if os.name == "posix" else None
