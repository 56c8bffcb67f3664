"""One set of colours in the page and in the figures, legible to everybody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from colorspacious import cspace_convert, deltaE
from numpy.typing import NDArray

from dashboard.figures.theme import DARK, LIGHT, Theme
from dashboard.settings import assets_folder
from dashboard.view_model.appearance import (
    KIND_COLOURS,
    NOT_YET,
    SILENT,
    STANCE_COLOURS,
    UNRESEARCHED,
    Appearance,
    answer_colour,
)
from dashboard.workspace import Workspace

THEMES = {Appearance.LIGHT: LIGHT, Appearance.DARK: DARK}
VISIONS = [None, "deuteranomaly", "protanomaly"]
DISTINCT = 10
"""CAM02-UCS distance at which two areas on a map are told apart at a glance."""


def tokens(look: Appearance) -> dict[str, str]:
    """The custom properties of one theme in tokens.css."""
    text = (assets_folder() / "css" / "tokens.css").read_text("utf-8")
    blocks = {Appearance.LIGHT: r":root \{(.*?)\}", Appearance.DARK: r':root\[data-theme="dark"\] \{(.*?)\}'}
    found = re.search(blocks[look], text, re.DOTALL)
    assert found
    return dict(re.findall(r"--([\w-]+): ([^;]+);", found[1]))


def rgb(colour: str) -> NDArray[Any]:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255


def luminance(colour: str) -> float:
    """Relative luminance: WCAG 2.2."""
    parts = rgb(colour)
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def seen(colour: str, vision: str | None) -> NDArray[Any]:
    """A colour as somebody with this vision sees it (Machado, Oliveira and Fernandes 2009, full severity)."""
    if vision is None:
        return rgb(colour)
    space = {"name": "sRGB1+CVD", "cvd_type": vision, "severity": 100}
    return np.asarray(np.clip(cspace_convert(rgb(colour), space, "sRGB1"), 0, 1))


def too_near(colours: dict[str, str], vision: str | None) -> Iterable[str]:
    for one, other in combinations(colours, 2):
        distance = deltaE(*(seen(colours[key], vision) for key in (one, other)), input_space="sRGB1")
        if distance < DISTINCT:
            yield f"{one} {colours[one]} and {other} {colours[other]}: {distance:.1f}"


@pytest.mark.parametrize("look", Appearance)
def test_page_and_figures_have_the_same_colours(look: Appearance) -> None:
    css = tokens(look)
    for name, colour in asdict(THEMES[look]).items():
        assert css[name.replace("_", "-")].upper() == colour.upper()


@pytest.mark.parametrize("look", Appearance)
@pytest.mark.parametrize("words", ["ink", "soft_ink", "accent", "focus"])
@pytest.mark.parametrize("ground", ["paper", "panel"])
def test_words_can_be_read(look: Appearance, words: str, ground: str) -> None:
    theme: Theme = THEMES[look]
    assert contrast(getattr(theme, words), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("look", Appearance)
def test_positions_differ_under_every_vision(space: Workspace, look: Appearance, vision: str | None) -> None:
    colours = {answer.id: answer_colour(answer, look) for answer in space.answers.values()}
    assert list(too_near(colours, vision)) == []


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("look", Appearance)
def test_silence_does_not_look_like_ignorance(space: Workspace, look: Appearance, vision: str | None) -> None:
    silence = answer_colour(space.answers["no_statement"], look)
    assert list(too_near({"no statement": silence, "not researched": UNRESEARCHED[look]}, vision)) == []
    assert list(too_near({"no statement": silence, "not yet": NOT_YET[look]}, vision)) == []


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("look", Appearance)
def test_assertion_denial_retraction_and_silence_differ(look: Appearance, vision: str | None) -> None:
    assert list(too_near({**STANCE_COLOURS[look], "silent": SILENT[look]}, vision)) == []


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("look", Appearance)
def test_kinds_of_events_differ_from_each_other_and_from_the_ground(look: Appearance, vision: str | None) -> None:
    assert list(too_near({str(at): colour for at, colour in enumerate(KIND_COLOURS[look])}, vision)) == []
    assert min(contrast(colour, THEMES[look].paper) for colour in KIND_COLOURS[look]) >= 3
