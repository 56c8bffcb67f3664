"""EDGE: the only package that talks to database engines. Each answers the queries of `events.queries` the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from events.queries import Query


class Engine(Protocol):
    """The tables of one dossier that never change, ready for questions from any thread."""

    version: str
    """Names the contents: another version may give other answers."""
    has_records: bool
    """Whether it holds what events say (`queries.TOLD`), and not only what they are counted by."""

    def rows(self, query: Query, seconds: float | None = None) -> list[tuple[Any, ...]]:
        """The answer, row by row. Raises `events.engines.errors.Timeout` after so many seconds."""

    def arrays(self, query: Query) -> Mapping[str, Any]:
        """The answer, one array a column: of numpy, or categorical of pandas."""
