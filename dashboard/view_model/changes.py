"""What changed between two days: who held another answer on the second."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.view import Lens, View
from dashboard.workspace import Workspace
from events import positions
from events.model import Position


@dataclass(frozen=True, slots=True)
class Change:
    """A state whose answer on the later day differs from that on the earlier; None: no record by then."""

    state: str
    before: Position | None
    after: Position


def changes_between(space: Workspace, view: View) -> list[Change]:
    """The states that changed between the cursor day and the day compared with, by the day of their last change."""
    if view.lens is not Lens.STANDS or view.on is None or view.against is None:
        return []
    first, last = sorted((view.on, view.against))
    history = space.history_for(view)
    ends = {
        state: (positions.held_on(records, first), positions.held_on(records, last))
        for state, records in history.items()
    }
    moved = [Change(state, a, b) for state, (a, b) in ends.items() if b and (a is None or a.answer != b.answer)]
    return sorted(moved, key=lambda change: (change.after.since.earliest or 0, change.state))
