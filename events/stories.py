"""Check what a story names: the records it highlights, and those in the query strings of its views.

Which settings a view has is known to the page alone. Here a query string must be well formed, and
the records, claims, actors, kinds and states in it must exist. What leads nowhere is reported and left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container
from dataclasses import dataclass
from urllib.parse import unquote_plus

from events.model import Step, Story
from events.problems import Problem, did_you_mean, shown
from events.reading import Row

_NOT_IN_QUERIES = re.compile(r"[\s#]|%(?![0-9A-Fa-f]{2})")
_FORM = "Open the view in the page and copy its address from behind the “?” on."


@dataclass(frozen=True, slots=True)
class Known:
    """The ids that a story may name. `states` is None where the states of the map are not known."""

    records: Collection[str]
    claims: Collection[str]
    actors: Collection[str]
    kinds: Collection[str]
    states: Container[str] | None = None

    def of(self, key: str) -> tuple[str, Container[str] | None]:
        """Return the noun and the ids that a setting of a view takes, or no ids if it takes anything else."""
        targets: dict[str, tuple[str, Container[str] | None]] = {
            "open": ("record", self.records),
            "claim": ("claim", self.claims),
            "actor": ("actor", self.actors),
            "kind": ("kind", self.kinds),
            "country": ("state", self.states),
        }
        return targets.get(key, ("", None))


def checked(story: Story, row: Row, known: Known) -> tuple[Story, list[Problem]]:
    """Return a story without what leads nowhere, and a problem for each thing left out."""
    steps, problems = [], []
    for index, step in enumerate(story.steps):
        mark, unmarked = _checked_mark(step, row, index, known)
        view, unset = _checked_view(step, row, index, known)
        steps.append(step.model_copy(update={"mark": mark, "view": view}))
        problems += unmarked + unset
    return story.model_copy(update={"steps": tuple(steps)}), problems


def _checked_mark(step: Step, row: Row, index: int, known: Known) -> tuple[tuple[str, ...], list[Problem]]:
    problems = [
        _left_out(row, ("steps", index, "mark", position), name, _unknown("record", name, known.records))
        for position, name in enumerate(step.mark)
        if name not in known.records
    ]
    return tuple(name for name in step.mark if name in known.records), problems


def _checked_view(step: Step, row: Row, index: int, known: Known) -> tuple[str, list[Problem]]:
    """Return a query string without the settings that cannot be meant."""
    kept: dict[str, str] = {}
    problems = []
    for part in filter(None, step.view.split("&")):
        key = part.partition("=")[0]
        fault = (f"“{key}” is set twice", "Keep one of them.") if key in kept else _fault(part, known)
        if fault:
            problems.append(_left_out(row, ("steps", index, "view"), part, fault))
        else:
            kept[key] = part
    return "&".join(kept.values()), problems


def _fault(part: str, known: Known) -> tuple[str, str] | None:
    """Say what is wrong with one setting, and a way out; None if nothing is."""
    key, equals, text = part.partition("=")
    if not equals or not key or key.startswith("?") or _NOT_IN_QUERIES.search(part):
        return f"“{shown(part)}” is not of the form setting=value", _FORM
    noun, ids = known.of(key)
    if ids is None:
        return None
    strange = next((value for value in unquote_plus(text).split(",") if value and value not in ids), None)
    return None if strange is None else _unknown(noun, strange, ids)


def _unknown(noun: str, value: str, ids: Container[str]) -> tuple[str, str]:
    guess = did_you_mean(value, ids) if isinstance(ids, Collection) else ""
    return f"there is no {noun} “{shown(value)}”", guess or f"Correct the id of the {noun}."


def _left_out(row: Row, location: tuple[str | int, ...], value: str, fault: tuple[str, str]) -> Problem:
    reason, fix = fault
    field = ".".join(part for part in location if isinstance(part, str))
    return Problem(row.file, row.line_of(location), field, shown(value), f"{reason}; it is left out", fix)
