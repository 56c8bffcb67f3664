"""EDGE. Our own page, served as `standoff serve` does, as a subject of the benchmarks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Locator, Page

from dashboard import __version__
from tests.benchmarks.measuring import OURS
from tests.benchmarks.processes import address_in, python, serving
from tests.benchmarks.subjects import Choice, Point, Served, Wanted
from tests.browser.page import StandoffPage

TRACK: Final = """() => {
  const timeline = document.querySelector("#timeline .js-plotly-plot");
  const { left, top } = timeline.getBoundingClientRect();
  const { xaxis, _size: size, height } = timeline._fullLayout;
  const at = (share) => left + xaxis._offset + share * xaxis._length;
  const y = top + size.t + (height - size.t - size.b) * 0.88;
  return [[at(0.3), y], [at(0.9), y]];
}"""
FACETS: Final = {"actor": "Actors", "kind": "Kind"}


class Standoff:
    """The page of a dossier in a folder."""

    name = OURS
    map = "#map"
    countries = "#map .choroplethlayer path"
    is_drawn = "document.documentElement.dataset.settled !== undefined"

    @contextmanager
    def serve(self, data: Path, folder: Path) -> Iterator[Served]:
        log = folder / "standoff.log"
        with serving(python("dashboard", "serve", str(data), "--port", "0"), log) as process:
            yield Served(address_in(log, process), [process])

    def track(self, page: Page) -> tuple[Point, Point]:
        start, end = page.evaluate(TRACK)
        return (start[0], start[1]), (end[0], end[1])

    def reset(self, page: Page) -> None:
        reader = StandoffPage(page)
        chosen = (
            "() => new URLSearchParams(location.search).has('from') || new URLSearchParams(location.search).has('to')"
        )
        if page.evaluate(chosen):
            with reader.committing():
                page.evaluate("history.back()")

    def choices(self, page: Page, wanted: Sequence[Wanted]) -> list[Choice]:
        """One value of each field at a time: where another takes its place, two clicks, of which each leads to a view
        not seen before."""
        return [self._choice(page, field, value) for field, value in clicks(wanted)][: len(wanted)]

    def _choice(self, page: Page, field: str, value: str) -> Choice:
        facet = FACETS[field]
        option = page.locator(f'[role=group][aria-label="{facet}"] [data-value]').filter(has_text=value).first
        return Choice(reaching(page, facet, option), option.click)

    def versions(self) -> dict[str, str]:
        return {"standoff": __version__}


def clicks(wanted: Sequence[Wanted]) -> Iterator[Wanted]:
    """What to click to have the values one after the other: the value of the same field before goes first."""
    chosen: dict[str, str] = {}
    for field, value in wanted:
        if field in chosen:
            yield field, chosen[field]
        chosen[field] = value
        yield field, value


def reaching(page: Page, facet: str, option: Locator) -> Callable[[], None]:
    """Open the list of a facet if an option of it is not on screen."""

    def reach() -> None:
        if not option.is_visible():
            page.locator(f'[role=group][aria-label="{facet}"] summary').click()
        option.scroll_into_view_if_needed()

    return reach
