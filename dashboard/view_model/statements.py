"""The *Said* lens: statements on a lane for each speaker, events as rules behind them, and where speakers stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from dashboard.labels import STANCE_LABELS
from dashboard.view import Lanes, View
from dashboard.view_model.items import Drawn, Item, Rule, Tie
from dashboard.view_model.results import Results
from dashboard.view_model.text import escape, wrapped
from dashboard.workspace import Workspace
from events import dates
from events.model import Statement
from events.public import Public

MOST_LANES = 11
"""Speakers beyond this number share a lane with the others of their side, which says how many they are."""
MOST_CLAIMS = 16
"""Claims beyond this number share a lane."""

Lane = tuple[str, str]


def drawn(space: Workspace, view: View, results: Results) -> Drawn:
    """Every statement under all clauses but the period, on lanes by speaker or by claim."""
    public = space.public(view)
    said = [public.statements[key] for key in results.drawn]
    lanes, lane_of = _lanes(space, view.lanes, said)
    items = [Item(s.id, lane_of[s.id], s.said_on, s.stance, _hover(space, s)) for s in said]
    found = Drawn(lanes, tuple(items), tuple(_rules(public, said)), tuple(_ties(public, view, said)))
    return found.folded(MOST_CLAIMS) if view.lanes is Lanes.KIND else found


def _lanes(space: Workspace, by: Lanes, said: Sequence[Statement]) -> tuple[tuple[Lane, ...], dict[str, str]]:
    if by is Lanes.NONE or not said:
        return (("all", "Statements"),), {s.id: "all" for s in said}
    if by is Lanes.KIND:
        present = Counter(s.claim for s in said)
        return tuple((key, name) for key, name in space.vocabulary.claims.items() if key in present), {
            s.id: s.claim for s in said
        }
    return _by_speaker(space, said)


def _by_speaker(space: Workspace, said: Sequence[Statement]) -> tuple[tuple[Lane, ...], dict[str, str]]:
    """A lane for each frequent speaker, in the order of the sides; the rest of a side shares one."""
    counts = Counter(s.actor for s in said)
    frequent = {actor for actor, _ in counts.most_common(MOST_LANES)} if len(counts) > MOST_LANES else set(counts)
    lane_of = {s.id: s.actor if s.actor in frequent else f"side:{space.side_of_actor(s.actor)}" for s in said}
    lanes: list[Lane] = []
    for side in space.sides:
        mine = [actor for actor in counts if space.side_of_actor(actor) == side]
        named = sorted((a for a in mine if a in frequent), key=lambda a: (-counts[a], a))
        lanes += [(actor, space.vocabulary.actors[actor]) for actor in named]
        rest = len(mine) - len(named)
        lanes += [(f"side:{side}", f"{space.sides[side]}: {rest} more")] if rest else []
    return tuple(lanes), lane_of


def _hover(space: Workspace, statement: Statement) -> str:
    actor = escape(space.vocabulary.actors[statement.actor])
    words = statement.translation or statement.quote
    quote = f"<br><i>“{wrapped(words)}”</i>" if words else ""
    verb = STANCE_LABELS[statement.stance].lower()
    claim = wrapped(f"{verb}: {space.vocabulary.claims[statement.claim]}")
    return f"<b>{actor}</b>, {dates.describe(statement.said_on)}<br>{claim}{quote}"


def _rules(public: Public, said: Iterable[Statement]) -> Iterator[Rule]:
    """The events that the statements are about, at their first day."""
    about = dict.fromkeys(key for s in said for key in public.claims[s.claim].about)
    for event in public.events(about):
        if event.when and event.when.earliest is not None:
            yield Rule(event.id, event.when.earliest, f"<b>{wrapped(event.title)}</b><br>{dates.describe(event.when)}")


def _ties(public: Public, view: View, said: Sequence[Statement]) -> Iterator[Tie]:
    """What answers what; and for the chosen claims, which event each statement is about."""
    present = {s.id for s in said}
    opened = public.claim_of(view.record)
    chosen = {*view.claims, *([opened.id] if opened else [])}
    for s in said:
        if s.answers in present:
            yield Tie(s.id, str(s.answers))
        elif s.claim in chosen:
            yield from (Tie(s.id, event.id) for event in public.events(public.claims[s.claim].about[:1]))
