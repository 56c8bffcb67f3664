"""How large a bubble is, and what number stands in it. The twin of assets/explorer/bubbles.mjs."""

from __future__ import annotations

from typing import Final

LARGEST: Final = 44.0
"""Diameter in pixels that still leaves the map to be seen."""
ROOM: Final = 22.0
"""Diameter from which a number has room inside."""
MOST_ABSOLUTE: Final = 83
"""Where the largest bubble stands for more, sizes are relative to it; up to here a count has one size everywhere."""


def diameter(count: int, most: int) -> float:
    """Pixels: area grows with the count. `most` is the count of the largest bubble there can be."""
    if not count:
        return 0.0
    if most <= MOST_ABSOLUTE:
        return float(min(13 + 3.4 * count**0.5, LARGEST))
    return float(max(4.0, LARGEST * min(1.0, count / most) ** 0.5))


def number(count: int, most: int) -> str:
    """The count as far as it has room: “842”, “17.9k”, “179k”, “1.2M”; exact counts stand in tooltip and table."""
    if not count or (most > MOST_ABSOLUTE and diameter(count, most) < ROOM):
        return ""
    for unit, sign in ((1_000_000, "M"), (1_000, "k")):
        if count >= unit and count >= 10_000:
            value = count / unit
            return f"{value:.0f}{sign}" if value >= 99.95 else f"{value:.1f}{sign}"
    return str(count)
