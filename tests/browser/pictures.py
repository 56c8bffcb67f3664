"""Every figure in one fixed view, as the page exports it, and how far it is from the picture that was reviewed.

`make snapshots` takes the pictures anew and replaces the reviewed ones that have changed. Look at each before
committing it: whoever commits a snapshot says that this is how the figure should look.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.conftest import QUIET
from tests.browser.page import StandoffPage
from tests.browser.provide import ADVICE, find
from tests.browser.screenshots import served, settle

SNAPSHOTS = Path(__file__).parent / "snapshots"
WIDTH = 480
COLOURS = 64
LAST_LINE = 40
"""Height in pixels of the line that names day and address, with the margin under it: no two pictures share it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A snapshot's name, the picture of the export dialog, and the view that it shows as a query string."""

    name: str
    picture: Literal["map", "timeline", "matrix"]
    search: str


CLAIM = "lens=said&claim=cl-plane-to-cuba"
SPRING = "lens=happened&from=2019-03-20&to=2019-04-30"
FIGURES = (
    Figure("map-happened", "map", SPRING),
    Figure("map-said", "map", CLAIM),
    Figure("map-stands", "map", "lens=stands&on=2019-04-30"),
    Figure("map-compare", "map", "lens=stands&on=2019-04-30&against=2019-01-28"),
    Figure("timeline-happened", "timeline", SPRING),
    Figure("timeline-said", "timeline", "lens=said"),
    Figure("timeline-stands", "timeline", "lens=stands&on=2019-04-30"),
    Figure("matrix", "matrix", "lens=said&table=matrix"),
)


def take(reader: StandoffPage, figure: Figure, folder: Path) -> Image.Image:
    """Open the view of a figure in light colours, export it at 1× and give it as a snapshot is kept."""
    reader.open(f"{figure.search}&theme=light")
    settle(reader)
    return reduced(Image.open(reader.export_picture(figure.picture, "png", 1, folder)))


def reduced(picture: Image.Image) -> Image.Image:
    """Give the picture above its last line, `WIDTH` pixels wide, in the colours that cover it best."""
    above = picture.convert("RGB").crop((0, 0, picture.width, picture.height - LAST_LINE))
    small = above.resize((WIDTH, round(above.height * WIDTH / above.width)), Image.Resampling.LANCZOS)
    return small.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)


# ── Comparing ──────────────────────────────────────────────────────────────────────────────

GRAIN = 240
"""Pixels across at which pictures are compared: edges blur, so that another rasteriser of fonts draws the same."""
BLOCK = 4
TALLER = 0.02
"""How much the shares of height and width may differ."""
MOST = 0.015
MOST_IN_BLOCK = 0.055
"""Choosing colours anew comes to 0.002 and 0.03, two figures taken for each other to 0.03 and 0.3."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How far two pictures are apart: over all, and in the block that differs most; 0 is equal, 1 black for white."""

    mean: float
    block: float

    @property
    def is_tolerable(self) -> bool:
        """Whether it may come from another browser or another rasteriser of fonts."""
        return self.mean <= MOST and self.block <= MOST_IN_BLOCK


APART = Difference(1.0, 1.0)


def difference(one: Image.Image, other: Image.Image) -> Difference:
    """Compare two pictures at `GRAIN` pixels across; pictures of another shape are wholly apart."""
    shapes = [picture.height / picture.width for picture in (one, other)]
    if max(shapes) > min(shapes) * (1 + TALLER):
        return APART
    size = (GRAIN, round(GRAIN * shapes[1]))
    off = np.abs(_grain(one, size) - _grain(other, size)).mean(axis=2)
    return Difference(float(off.mean()), float(_blocks(off).max()))


def _grain(picture: Image.Image, size: tuple[int, int]) -> NDArray[np.float64]:
    """Light of each channel, 0 to 1: rows × columns × 3."""
    return np.asarray(picture.convert("RGB").resize(size, Image.Resampling.BOX), dtype=np.float64) / 255


def _blocks(off: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means of the blocks of `BLOCK` × `BLOCK` pixels; what is left at the lower and right edge joins no block."""
    rows, columns = (length // BLOCK for length in off.shape)
    tiles = off[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    means: NDArray[np.float64] = tiles.mean(axis=(1, 3))
    return means


# ── Accepting ──────────────────────────────────────────────────────────────────────────────


def main() -> None:
    """Take every picture; keep those that the test would refuse."""
    path = find() or sys.exit(ADVICE)
    with served() as home, sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        for figure in FIGURES:
            page = browser.new_page(viewport={"width": 1440, "height": 900}, base_url=home)
            keep(figure, take(StandoffPage(page), figure, Path(folder)))
            page.close()
        browser.close()


def keep(figure: Figure, picture: Image.Image) -> None:
    """Replace the snapshot of a figure where there is none or another one."""
    path = snapshot(figure)
    is_same = path.exists() and difference(picture, Image.open(path)).is_tolerable
    if not is_same:
        path.parent.mkdir(exist_ok=True)
        picture.save(path, optimize=True)
    print(f"{path.name}: {'as it was' if is_same else f'{path.stat().st_size:,} bytes. Look at it before committing'}")


def snapshot(figure: Figure) -> Path:
    """Where the reviewed picture of a figure lies."""
    return SNAPSHOTS / f"{figure.name}.png"


if __name__ == "__main__":
    main()
