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
    Appearance.DARK: ("#2F5A51", "#437A6E", "#5E9F91", "#8AD0C1"),
}
"""Few events to many."""
EMPTY = {Appearance.LIGHT: "#E9E5DC", Appearance.DARK: "#2B2926"}
UNRESEARCHED = {Appearance.LIGHT: "#E3DED4", Appearance.DARK: "#312E29"}
NOT_YET = {Appearance.LIGHT: "#EFEBE3", Appearance.DARK: "#262420"}
SUBJECT = {Appearance.LIGHT: "#FFFFFF", Appearance.DARK: "#0F0E0D"}


def answer_colour(answer: Answer, appearance: Appearance) -> str:
    """The colour that the dossier gives an answer, as #RRGGBB."""
    return answer.dark if appearance is Appearance.DARK else answer.light


STANCE_COLOURS = {
    Appearance.LIGHT: {"asserts": "#5E3C99", "denies": "#C2570C", "retracts": "#6A655C"},
    Appearance.DARK: {"asserts": "#B29DDB", "denies": "#F0954A", "retracts": "#A39D92"},
}
"""Purple and orange: apart under every colour vision, and no side's colour."""
SILENT = EMPTY
DOUBT_COLOURS = {
    Appearance.LIGHT: ("#1D1B18", "#C2570C", "#B4352D"),
    Appearance.DARK: ("#EFEBE3", "#F0954A", "#E0675C"),
}
"""From well established to doubtful: corroborated or independent, single, unverified or unsourced."""


KIND_COLOURS = {
    Appearance.LIGHT: ("#39606A", "#518FB8", "#5B2530", "#63631D", "#5C41C8", "#1D1D63", "#8A857B"),
    Appearance.DARK: ("#98C4E1", "#A68E30", "#5987A6", "#98E1C4", "#CFCF59", "#5959CF", "#7D776D"),
}
"""Kinds of events, the most frequent first; the last stands for all others together."""


def sign_colour(sign: str, appearance: Appearance) -> str:
    """The colour of a mark by its sign: a stance, a confidence or a sourcing; the empty sign has that of ink."""
    rank = {"single-source": 1, "single-sourced": 1, "unverified": 2, "unsourced": 2}.get(sign, 0)
    return STANCE_COLOURS[appearance].get(sign, DOUBT_COLOURS[appearance][rank])
