"""Colours and type of the figures. `assets/css/tokens.css` holds the same values; a test compares them."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from dashboard.view_model.appearance import Appearance

SANS = "Inter, 'Inter fallback', system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as #RRGGBB, by what they are for."""

    paper: str
    panel: str
    ink: str
    soft_ink: str
    hairline: str
    border: str
    accent: str
    focus: str


LIGHT = Theme(
    paper="#FAF8F4",
    panel="#FFFFFF",
    ink="#1D1B18",
    soft_ink="#6A655C",
    hairline="#DFD9CE",
    border="#FAF8F4",
    accent="#B4352D",
    focus="#2C66A8",
)
DARK = Theme(
    paper="#171614",
    panel="#1E1C1A",
    ink="#EFEBE3",
    soft_ink="#A39D92",
    hairline="#35322D",
    border="#171614",
    accent="#E0675C",
    focus="#5B9BE0",
)


def of(appearance: Appearance) -> Theme:
    """The colours of light or dark paper."""
    return DARK if appearance is Appearance.DARK else LIGHT


def key_of(*values: object) -> str:
    """A short name for what a figure is drawn from: another one where any value differs."""
    return sha256(repr(values).encode()).hexdigest()[:16]


def hover_label(colours: Theme) -> dict[str, Any]:
    """How tooltips look on every figure."""
    font = {"family": SANS, "size": 13, "color": colours.ink}
    return {"bgcolor": colours.panel, "bordercolor": colours.hairline, "font": font, "align": "left"}
