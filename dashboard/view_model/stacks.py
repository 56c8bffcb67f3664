"""How many states held each answer, from day to day."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.view import View
from dashboard.view_model.appearance import Appearance, answer_colour
from dashboard.workspace import Workspace
from events import positions


@dataclass(frozen=True, slots=True)
class Layer:
    """One answer of the stacked chart: states that hold it from each day of `Stack.days` on."""

    answer: str
    label: str
    colour: str
    pattern: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """Stepped counts: `layers[k].counts[i]` states hold answer k from `days[i]` to the day before `days[i + 1]`."""

    days: tuple[int, ...]
    layers: tuple[Layer, ...]


def stack(space: Workspace, view: View, appearance: Appearance) -> Stack | None:
    """The counts over the window of the timeline; None in a dossier without a question."""
    if space.question is None:
        return None
    first, last = space.window(view)
    answers = space.question.answers
    days, counts = positions.step_counts(space.public(view).history, [answer.id for answer in answers], first, last)
    layers = (
        Layer(a.id, a.label, answer_colour(a, appearance), a.pattern, tuple(map(int, counts[a.id]))) for a in answers
    )
    return Stack((*days, last), tuple(layers))
