"""What changed between the cursor day and the day compared with."""

from __future__ import annotations

from dashboard.view import Lens, View
from dashboard.workspace import Workspace
from events import positions
from events.model import Position


def changes_between(space: Workspace, view: View) -> list[tuple[str, Position | None, Position]]:
    """(state, record before, record after) of each state whose answer differs, by day; empty where none is compared."""
    if view.lens is not Lens.STANDS or view.on is None or view.against is None:
        return []
    return positions.changes(space.public(view).history, *sorted((view.on, view.against)))
