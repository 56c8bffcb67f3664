"""Where states stand on a day, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboard.labels import BASIS_LABELS, NOT_RESEARCHED, NOT_YET, SILENCE_LABELS, SUBJECT
from dashboard.view import Lens, View, day_text
from dashboard.view_model.changes import changes_between
from dashboard.view_model.results import Results
from dashboard.view_model.text import escape, wrapped
from dashboard.workspace import Workspace
from events import dates, positions
from events.exports.csv import Standing
from events.model import Position, Stance


def position_on(space: Workspace, history: positions.History, state: str, day: int) -> tuple[str, str]:
    """Category of a state (alpha-3) on a day, and the escaped words of its tooltip."""
    question = space.question
    if question and state == question.subject:
        return SUBJECT, wrapped(question.subject_note)
    records = history.get(state)
    if not records:
        return NOT_RESEARCHED, "Not researched in this dossier"
    held = positions.held_on(records, day)
    if held is None:
        return NOT_YET, f"No position recorded yet; first {dates.describe(records[0].since)}"
    return held.answer, _held_text(space, held)


def _held_text(space: Workspace, held: Position) -> str:
    label = escape(space.answers[held.answer].label)
    return f"{label} since {dates.describe(held.since)}<br>{BASIS_LABELS[held.basis]}{_source_line(space, held)}"


def _source_line(space: Workspace, held: Position) -> str:
    publishers = [space.dossier.sources[key].publisher for key in held.sources if key in space.dossier.sources]
    more = f" and {len(publishers) - 1} more" if publishers[1:] else ""
    return f"<br>Source: {escape(publishers[0])}{more}" if publishers else ""


def standings(space: Workspace, view: View) -> Iterator[Standing]:
    """Where every state stands on the cursor day and on the day compared with, by name and day; of chosen countries
    these alone."""
    history, changed = space.public(view).history, {state for state, _, _ in changes_between(space, view)}
    days = sorted({day for day in (view.on, view.against) if day is not None}) or [space.extent[1]]
    chosen = [state for state in space.states if state in view.countries or not view.countries]
    for state in sorted(chosen, key=space.vocabulary.countries.__getitem__):
        for day in days:
            has_changed = None if view.against is None else state in changed
            yield _standing_on(space, history, state, day, has_changed)


def _standing_on(space: Workspace, history: positions.History, state: str, day: int, changed: bool | None) -> Standing:
    category, _ = position_on(space, history, state, day)
    answer = space.answers.get(category)
    held = positions.held_on(history[state], day) if answer else None
    words = answer.label if answer else SILENCE_LABELS[category]
    return Standing(day, state, space.vocabulary.countries[state], words, held, changed)


def standing_phrase(space: Workspace, view: View) -> str:
    """“On 30 April 2019, 54 states recognise Guaidó and 33 recognise Maduro”, and how many did so on the day
    compared with; empty outside *Stands*."""
    if view.lens is not Lens.STANDS or not space.question or view.on is None:
        return ""
    counts = positions.count_on(space.public(view).history, view.on)
    spoken = [answer for answer in space.question.answers if not answer.is_silence and counts[answer.id]]
    largest = sorted(spoken, key=lambda answer: -counts[answer.id])[:2]
    said = [f"{counts[a.id]} {_states(counts[a.id]) if i == 0 else ''}{a.verb}" for i, a in enumerate(largest)]
    stated = " and ".join(said) or "no position is recorded"
    return f"On {day_text(view.on)}, {stated}{_compared(space, view, [answer.id for answer in largest])}"


def _compared(space: Workspace, view: View, answers: Sequence[str]) -> str:
    """“, against 21 and 16 on 28 January 2019”: the same answers on the day compared with."""
    if view.against is None:
        return ""
    counts = positions.count_on(space.public(view).history, view.against)
    numbers = " and ".join(str(counts[answer]) for answer in answers)
    day = day_text(view.against)
    return f", against {numbers} on {day}" if numbers else f", compared with {day}"


def _states(count: int) -> str:
    return "state " if count == 1 else "states "


def claim_phrase(space: Workspace, view: View, results: Results) -> str:
    """“On “Ready to leave for Havana”, 2 speakers assert and 4 deny” for one chosen claim; else empty."""
    if view.lens is not Lens.SAID or len(view.claims) != 1:
        return ""
    said = [space.public(view).statements[key] for key in results.ids]
    assert_, deny = (len({s.actor for s in said if s.stance is stance}) for stance in (Stance.ASSERTS, Stance.DENIES))
    speakers = "speaker asserts" if assert_ == 1 else "speakers assert"
    return (
        f"“{space.vocabulary.claims[view.claims[0]]}”: {assert_} {speakers}, {deny} {'denies' if deny == 1 else 'deny'}"
    )
