"""The whole dispute at a glance: a row for each claim, a column for each speaker, a sign for each stance."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from dashboard.labels import STANCE_LABELS
from dashboard.view import View
from dashboard.view_model.results import Results
from dashboard.view_model.text import escape, wrapped
from dashboard.workspace import Workspace
from events import dates
from events.model import Statement


@dataclass(frozen=True, slots=True)
class Cell:
    """One statement: the column of its speaker, the row of its claim."""

    statement: str
    column: int
    row: int
    stance: str
    hover: str


@dataclass(frozen=True, slots=True)
class MatrixView:
    """`rows` are (claim, heading); `columns` (actor, name), grouped by side; `groups` (label, first column, last)."""

    rows: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, int, int], ...]
    cells: tuple[Cell, ...]


def matrix_view(space: Workspace, view: View, results: Results) -> MatrixView:
    """The statements of the view, laid out by claim and speaker."""
    public = space.public(view)
    said = [public.statements[key] for key in results.ids]
    rows = [key for key in public.claims if any(s.claim == key for s in said)]
    columns, groups = _columns(space, Counter(s.actor for s in said))
    cells = [_cell(space, s, columns.index(s.actor), rows.index(s.claim)) for s in said]
    return MatrixView(
        rows=tuple((key, space.vocabulary.claims[key]) for key in rows),
        columns=tuple((key, space.vocabulary.actors[key]) for key in columns),
        groups=groups,
        cells=tuple(cells),
    )


def _columns(space: Workspace, counts: Counter[str]) -> tuple[list[str], tuple[tuple[str, int, int], ...]]:
    """Speakers by side and then by how much they said."""
    columns: list[str] = []
    groups: list[tuple[str, int, int]] = []
    for side, label in space.sides.items():
        mine = sorted((a for a in counts if space.side_of_actor(a) == side), key=lambda a: (-counts[a], a))
        if mine:
            groups.append((label, len(columns), len(columns) + len(mine) - 1))
            columns += mine
    return columns, tuple(groups)


def _cell(space: Workspace, statement: Statement, column: int, row: int) -> Cell:
    actor, claim = space.vocabulary.actors[statement.actor], space.vocabulary.claims[statement.claim]
    words = f"<b>{escape(actor)}</b> {STANCE_LABELS[statement.stance].lower()}, {dates.describe(statement.said_on)}"
    return Cell(statement.id, column, row, statement.stance, f"{words}<br>{wrapped(claim)}")
