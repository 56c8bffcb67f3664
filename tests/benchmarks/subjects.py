"""What the driver of the browser has to know of a page, so that the same script drives ours and the peers'."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from playwright.sync_api import Page

Point: TypeAlias = tuple[float, float]

Wanted: TypeAlias = tuple[Literal["actor", "kind"], str]
"""A field, and the name of the value to filter by."""


@dataclass(frozen=True, slots=True)
class Served:
    """A page that is being served: its address, the programs behind it, and how many seconds they took to read the
    events, unless that was done before."""

    url: str
    processes: Sequence[subprocess.Popen[bytes]]
    reading: float | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter to set. `reach` brings what is to be clicked on screen; `take` is the click that is timed."""

    reach: Callable[[], object]
    take: Callable[[], object]


class Subject(Protocol):
    """One page over one collection of events.

    map: selector of the element that the map is drawn in. countries: of the shapes in it that are filled. is_drawn:
    JavaScript expression, true once both views stand with their data.
    """

    name: str
    map: str
    countries: str
    is_drawn: str

    def serve(self, data: Path, folder: Path) -> AbstractContextManager[Served]:
        """Serve the page over the events in `data`, from a folder that it may write in."""

    def track(self, page: Page) -> tuple[Point, Point]:
        """Where on screen a hand takes hold of the brush, and the farthest point that it can draw it to."""

    def reset(self, page: Page) -> None:
        """Take the brush away, so that the next drag begins as the first did."""

    def choices(self, page: Page, wanted: Sequence[Wanted]) -> list[Choice]:
        """How to set these filters, one after the other."""

    def versions(self) -> dict[str, str]:
        """The versions of what it is made of, by name."""
