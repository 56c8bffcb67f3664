"""The pictures in docs/images, taken of the real page. `make screenshots` runs this after the page has changed."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from dashboard.app import create_app
from dashboard.cli import BUNDLED, open_dossiers
from dashboard.server import bind, listen
from dashboard.settings import Settings
from tests.browser.conftest import QUIET
from tests.browser.page import StandoffPage
from tests.browser.provide import ADVICE, find

IMAGES = Path(__file__).parents[2] / "docs" / "images"
LARGEST = 400_000
FITTED = """() => [...document.querySelectorAll(".js-plotly-plot")].filter((graph) => graph.offsetParent)
  .every(({ _fullLayout: { width, height }, clientWidth, clientHeight }) =>
    Math.abs(width - clientWidth) < 2 && Math.abs(height - clientHeight) < 2)"""
"""Whether every figure on screen has the size of its frame."""
FLIGHTS = "ev-2019-03-23-russian-planes"


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture's name, its size in CSS pixels, and the view that it shows as a query string."""

    name: str
    width: int
    height: int
    search: str


SCENES = {
    "happened": f"lens=happened&from=2019-03-20&to=2019-04-30&country=RUS&open={FLIGHTS}",
    "said": "lens=said&claim=cl-plane-to-cuba&open=cl-plane-to-cuba&zoom=2019-04-25..2019-05-08",
    "matrix": "lens=said&table=matrix",
    "stands": "lens=stands&on=2019-04-30",
    "compare": "lens=stands&on=2019-04-30&against=2019-01-28",
    "story": "story=the-plane-that-did-not-leave&step=2",
}
"""What docs/reading.md explains: name → view."""
SHOTS = (
    Shot("phone", 390, 844, "?theme=light"),
    *(
        Shot(f"{name}-{theme}", 1440, 900, f"?{search}&theme={theme}")
        for name, search in SCENES.items()
        for theme in ("light", "dark")
    ),
)


def main() -> None:
    path = find() or sys.exit(ADVICE)
    with served() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        for shot in SHOTS:
            keep(shot, take(browser, shot, home))
        browser.close()


@contextmanager
def served() -> Iterator[str]:
    """Serve the bundled dossier; give the address of its page."""
    server = listen(create_app(open_dossiers([BUNDLED]), Settings()), bind("127.0.0.1", 0))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}/"
    finally:
        server.task_dispatcher.shutdown()
        server.close()
        thread.join(5)


def take(browser: Browser, shot: Shot, home: str) -> bytes:
    """Open a view, wait until its figures and fonts are on screen, and give it as PNG."""
    size: ViewportSize = {"width": shot.width, "height": shot.height}
    page = browser.new_page(viewport=size, reduced_motion="reduce")
    page.goto(home + shot.search)
    page.wait_for_selector("html[data-settled]")
    settle(StandoffPage(page))
    picture = page.screenshot(animations="disabled")
    page.close()
    return picture


def settle(reader: StandoffPage) -> None:
    """Wait until the fonts are there and every figure fits its frame."""
    reader.page.evaluate("document.fonts.ready.then(() => true)")
    reader.until(FITTED, what="every figure to fit its frame")


def keep(shot: Shot, picture: bytes) -> None:
    """Write a picture; a larger one than a README should carry stops the run."""
    if len(picture) > LARGEST:
        sys.exit(f"{shot.name}.png has {len(picture):,} bytes; {LARGEST:,} are the most.")
    IMAGES.mkdir(parents=True, exist_ok=True)
    (IMAGES / f"{shot.name}.png").write_bytes(picture)
    print(f"docs/images/{shot.name}.png: {shot.width} × {shot.height}, {len(picture):,} bytes")


if __name__ == "__main__":
    main()
