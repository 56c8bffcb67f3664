"""Every figure looks as it did when somebody last looked at it, and a figure that does not is noticed."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tests.browser.page import StandoffPage
from tests.browser.pictures import APART, FIGURES, SNAPSHOTS, WIDTH, Figure, difference, snapshot, take

LARGEST = 40_000
PURPLE, ORANGE = (94, 60, 153), (194, 87, 12)
PAPER = (250, 248, 243)


def reviewed(figure: Figure) -> Image.Image:
    return Image.open(snapshot(figure)).convert("RGB")


def named(name: str) -> Image.Image:
    return reviewed(next(figure for figure in FIGURES if figure.name == name))


@pytest.mark.browser
@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_a_figure_looks_as_it_did_when_it_was_reviewed(reader: StandoffPage, tmp_path: Path, figure: Figure) -> None:
    assert snapshot(figure).exists(), f"there is no picture of {figure.name} yet: run `make snapshots` and look at it"
    taken = take(reader, figure, tmp_path)
    found = difference(taken, reviewed(figure))
    if not found.is_tolerable:
        taken.save(tmp_path / "taken.png")
    assert found.is_tolerable, (
        f"{figure.name} has changed ({found}). Compare {tmp_path / 'taken.png'} with {snapshot(figure)}. If the new one"
        " is right, run `make snapshots`, look at what it replaced and commit it; otherwise mend the figure."
    )


def test_a_snapshot_is_small_and_belongs_to_a_figure() -> None:
    assert {path.name for path in SNAPSHOTS.iterdir()} == {f"{figure.name}.png" for figure in FIGURES}
    for figure in FIGURES:
        assert snapshot(figure).stat().st_size <= LARGEST, figure.name
        assert reviewed(figure).width == WIDTH


# ── The comparison can fail ────────────────────────────────────────────────────────────────


def test_no_figure_passes_for_another_even_at_its_size() -> None:
    for one, other in permutations(FIGURES, 2):
        picture = reviewed(other)
        found = difference(reviewed(one).resize(picture.size), picture)
        assert not found.is_tolerable, (one.name, other.name, found)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_a_figure_passes_for_itself_and_a_blank_sheet_does_not(figure: Figure) -> None:
    picture = reviewed(figure)
    assert difference(picture, picture).is_tolerable
    assert not difference(Image.new("RGB", picture.size, PAPER), picture).is_tolerable


@pytest.mark.parametrize("name", ["map-said", "timeline-said", "matrix"])
def test_asserting_drawn_as_denying_is_noticed(name: str) -> None:
    picture = named(name)
    assert not difference(swapped(picture), picture).is_tolerable


def test_one_lost_sign_of_the_matrix_is_noticed() -> None:
    picture = named("matrix")
    rows, columns = np.nonzero(near(np.asarray(picture), ORANGE))
    x, y = int(columns[0]), int(rows[0])
    without = picture.copy()
    ImageDraw.Draw(without).rectangle((x - 5, y - 1, x + 5, y + 7), fill=PAPER)
    assert not difference(without, picture).is_tolerable


def test_a_picture_of_another_shape_is_noticed() -> None:
    picture = named("matrix")
    assert difference(picture.crop((0, 0, WIDTH, picture.height - 20)), picture) == APART


def near(pixels: NDArray[np.uint8], colour: tuple[int, int, int]) -> NDArray[np.bool_]:
    away: NDArray[np.int64] = np.abs(pixels.astype(np.int64) - colour).sum(axis=2)
    return away < 120


def swapped(picture: Image.Image) -> Image.Image:
    """Purple for orange and orange for purple."""
    pixels = np.array(picture)
    asserts, denies = near(pixels, PURPLE), near(pixels, ORANGE)
    pixels[asserts], pixels[denies] = ORANGE, PURPLE
    return Image.fromarray(pixels)
