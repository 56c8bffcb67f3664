"""The colours of the map that no dossier chooses, on light and on dark paper."""

from __future__ import annotations

from enum import StrEnum

from events.model import Answer


class Appearance(StrEnum):
    """The paper a reader sees: what `theme=system` has become."""

    LIGHT = "light"
    DARK = "dark"


GREENS = {
    Appearance.LIGHT: ("#CFE0DB", "#98C0B6", "#5A978A", "#2A675B"),
    Appearance.DARK: ("#25403A", "#376359", "#4F8C7F", "#7CC0B2"),
}
"""Few events to many."""
EMPTY = {Appearance.LIGHT: "#E9E5DC", Appearance.DARK: "#2B2926"}
UNRESEARCHED = {Appearance.LIGHT: "#E3DED4", Appearance.DARK: "#33302B"}
NOT_YET = {Appearance.LIGHT: "#EFEBE3", Appearance.DARK: "#262420"}
SUBJECT = {Appearance.LIGHT: "#FFFFFF", Appearance.DARK: "#0F0E0D"}


def answer_colour(answer: Answer, appearance: Appearance) -> str:
    """The colour that the dossier gives an answer, as #RRGGBB."""
    return answer.dark if appearance is Appearance.DARK else answer.light
