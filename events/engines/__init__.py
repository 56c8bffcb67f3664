"""EDGE: the only package that talks to database engines. Each answers the queries of `events.queries` the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from events.queries import Query


@dataclass(frozen=True, slots=True)
class Search:
    """How far a search has come: a table (n) of what it found, and how many records, from the first, it has seen."""

    table: str
    searched: int


class Engine(Protocol):
    """The tables of one dossier that never change, ready for questions from any thread."""

    version: str
    """Names the contents: another version may give other answers."""
    has_records: bool
    """Whether it holds what events say (`queries.TOLD`), and not only what they are counted by."""
    has_tallies: bool
    """Whether it has counted events beforehand (`queries.TALLIES`) and numbers their values as the dictionary does."""

    def rows(self, query: Query, seconds: float | None = None) -> list[tuple[Any, ...]]:
        """The answer, row by row. Raises `events.engines.errors.Timeout` after so many seconds."""

    def search(self, words: tuple[str, ...], seconds: float) -> Search | None:
        """Look for folded words until all records are searched, or so many seconds have been spent on these words in
        all. None: the engine is quick enough to judge words like any other condition."""

    def part(self, condition: Query, *, at_once: bool = False) -> str | None:
        """The name of a table of the events that a condition lets through, which is kept for a while. None: there are
        too many of them, or the engine has no need of it, as where nobody has asked for them before; `at_once` does not
        wait for that."""

    def arrays(self, query: Query) -> Mapping[str, Any]:
        """The answer, one array of numpy a column."""
