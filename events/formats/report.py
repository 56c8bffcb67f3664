"""What became of the rows of an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was read and is not in the dossier, because something is wrong with it."""

    file: str
    line: int
    reason: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" + (f": {self.value}" if self.value else "")


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the rows: read = kept + merged + rejected + left out.

    `refused` counts the rejected rows by reason, `examples` names up to ten thousand of them. `left_out` counts rows
    that a format leaves out on purpose, by reason; `unresolved` names of countries without an answer; `unplaced` and
    `undated` are of the kept.
    """

    read: int = 0
    kept: int = 0
    merged: int = 0
    unplaced: int = 0
    undated: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    examples: tuple[Rejection, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    unresolved: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def rejected(self) -> int:
        """How many rows are rejected."""
        return sum(self.refused.values())

    @property
    def by_reason(self) -> dict[str, list[Rejection]]:
        """Examples of the rejected rows by reason, the most frequent reason first."""
        groups: dict[str, list[Rejection]] = {reason: [] for reason in sorted(self.refused, key=self._frequency)}
        for one in self.examples:
            groups[one.reason].append(one)
        return groups

    def _frequency(self, reason: str) -> int:
        return -self.refused[reason]
