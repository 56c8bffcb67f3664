"""How states are shaded, and what the legend says, under each lens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard import labels
from dashboard.labels import SILENCE_LABELS, STANCE_LABELS
from dashboard.view import View
from dashboard.view_model.appearance import (
    EMPTY,
    GREENS,
    NOT_YET,
    SILENT,
    STANCE_COLOURS,
    SUBJECT,
    UNRESEARCHED,
    Appearance,
    answer_colour,
)
from dashboard.view_model.questions import Question, noun_of
from dashboard.view_model.results import Results, counts_by_key
from dashboard.view_model.standings import position_on
from dashboard.view_model.text import Noun, escape
from dashboard.workspace import Country, Workspace
from events import cube as cubes
from events.cube import Cube
from events.model import Pattern, Stance, Statement
from events.positions import History


@dataclass(frozen=True, slots=True)
class Category:
    """One entry of the legend. `least` is the smallest count that it stands for, in *Happened*."""

    id: str
    label: str
    colour: str
    pattern: str = Pattern.SOLID
    count: int = 0
    least: int = 0


@dataclass(frozen=True, slots=True)
class Shade:
    """The category of a state, or of a territory that takes its sovereign's and is not counted itself."""

    country: str
    is_state: bool
    category: int
    hover: str


def counted(categories: Sequence[Category], shades: Iterable[Shade]) -> tuple[Category, ...]:
    """The categories with the number of states in each."""
    counts = Counter(shade.category for shade in shades if shade.is_state)
    return tuple(replace(category, count=counts[i]) for i, category in enumerate(categories))


# ── Happened: how many events involve a state ──────────────────────────────────────────────


def happened(
    space: Workspace, view: View, results: Results, appearance: Appearance
) -> tuple[tuple[Category, ...], tuple[Shade, ...]]:
    """Classes of counts that hold for the whole time, and every country in its class for the period of the view."""
    noun = noun_of(space, Question.of(space, view))
    categories = count_categories(results.by_country, appearance, noun)
    counts = counts_by_key(results.by_country, view)
    every = space.countries.values()
    return categories, tuple(_count_shade(space, one, counts.get(one.holder, 0), categories, noun) for one in every)


def thresholds(most: int, classes: int = 4) -> tuple[int, ...]:
    """Smallest count of each class, growing geometrically up to the largest count; no class above the first begins
    below a hundredth of it, so that among very many events the shades still part."""
    if not most:
        return (1,)
    step = min(most, STEEPEST**classes) ** (1 / classes)
    return tuple(sorted({1, *(_round(most / step**k) for k in range(1, classes))}))


def _round(value: float) -> int:
    """A whole number of at least 1; of those over a hundred two figures stay."""
    whole = max(1, round(value + 0.499))
    return int(float(f"{whole:.1e}")) if whole > 100 else whole


STEEPEST = 4.6
"""How many times larger than its neighbour's the smallest count of a class may be."""


def _count_labels(least: Sequence[int]) -> list[str]:
    ends = [*(n - 1 for n in least[1:]), None]
    return [
        f"{a:,}" if a == b else f"{a:,}+" if b is None else f"{a:,}–{b:,}" for a, b in zip(least, ends, strict=True)
    ]


def count_categories(cube: Cube, appearance: Appearance, noun: Noun) -> tuple[Category, ...]:
    """Classes of counts that hold for the whole time of a cube by country."""
    most = max((int(n) for n in cubes.overlap(cube, None, None)), default=0)
    least = thresholds(most)
    palette = GREENS[appearance][-len(least) :]
    shades = [
        Category(f"n{n}", f"{label} {noun.one if label == '1' else noun.many}", colour, least=n)
        for n, label, colour in zip(least, _count_labels(least), palette, strict=True)
    ]
    return (Category("n0", f"No {noun.many}", EMPTY[appearance]), *shades)


def _count_shade(space: Workspace, country: Country, count: int, categories: Sequence[Category], noun: Noun) -> Shade:
    hover = f"<b>{escape(country.name)}</b><br>{escape(noun.counted(count))}"
    return Shade(country.id, country.id in space.states, _class_of(count, categories), hover)


def _class_of(count: int, categories: Sequence[Category]) -> int:
    return max(i for i, category in enumerate(categories) if category.least <= count)


# ── Said: who asserts the chosen claims, and who denies them ───────────────────────────────

STANCES = ("asserts", "denies", "both", "silent")
ON_ONE = ("Asserts", "Denies", "Speakers on both sides", "Silent on this claim")
ON_SEVERAL = ("Only asserts", "Only denies", "Asserts and denies", "Silent on these claims")
"""What a state is shown under, by the stances of its speakers on one chosen claim, and on several together."""


def said(
    space: Workspace, view: View, results: Results, appearance: Appearance
) -> tuple[tuple[Category, ...], tuple[Shade, ...]]:
    """Every state under what its speakers say in the period of the view about the chosen claims."""
    colours, labels = STANCE_COLOURS[appearance], ON_ONE if len(view.claims) == 1 else ON_SEVERAL
    looks = (
        (colours["asserts"], Pattern.SOLID),
        (colours["denies"], Pattern.SOLID),
        (colours["asserts"], Pattern.HATCH),
        (SILENT[appearance], Pattern.SOLID),
    )
    categories = tuple(Category(key, label, *look) for key, label, look in zip(STANCES, labels, looks, strict=True))
    heard = stances_by_state(space, map(space.public(view).statements.__getitem__, results.speaking_in_period))
    return categories, tuple(
        _heard_shade(space, country, heard.get(country.holder, {}), labels[-1]) for country in space.countries.values()
    )


def stances_by_state(space: Workspace, said: Iterable[Statement]) -> dict[str, dict[str, list[str]]]:
    """State → stance → names of its speakers, of some statements. A retraction is neither side."""
    found: dict[str, dict[str, list[str]]] = {}
    for statement in said:
        actor = space.dossier.actors[statement.actor]
        if actor.state:
            found.setdefault(actor.state, {}).setdefault(statement.stance, []).append(actor.name)
    return found


def _heard_shade(space: Workspace, country: Country, heard: Mapping[str, Sequence[str]], silence: str) -> Shade:
    sides = [stance for stance in STANCES[:2] if stance in heard]
    category = STANCES.index("both" if len(sides) == 2 else sides[0] if sides else "silent")
    lines = [
        f"{STANCE_LABELS[Stance(stance)]}: {escape(', '.join(dict.fromkeys(names)))}" for stance, names in heard.items()
    ]
    words = "<br>".join(lines) or silence
    return Shade(country.id, country.id in space.states, category, f"<b>{escape(country.name)}</b><br>{words}")


# ── Stands: which answer a state holds ─────────────────────────────────────────────────────


def stands(space: Workspace, view: View, appearance: Appearance) -> tuple[tuple[Category, ...], tuple[Shade, ...]]:
    """The answers and silences, and every state, with its territories, under the one it holds on the cursor day.

    Antarctica and disputed areas hold none and are not shaded.
    """
    categories = _stands_categories(space, appearance)
    index = {category.id: i for i, category in enumerate(categories)}
    day = view.on if view.on is not None else space.extent[1]
    history = space.public(view).history
    holders = [country for country in space.countries.values() if country.holder in space.states]
    return categories, tuple(_standing(space, history, country, day, index) for country in holders)


def _stands_categories(space: Workspace, appearance: Appearance) -> tuple[Category, ...]:
    question = space.question
    answers = question.answers if question else ()
    subject = [Category(labels.SUBJECT, SILENCE_LABELS[labels.SUBJECT], SUBJECT[appearance], "outline")]
    return (
        *(Category(a.id, a.label, answer_colour(a, appearance), a.pattern) for a in answers),
        Category(labels.NOT_YET, SILENCE_LABELS[labels.NOT_YET], NOT_YET[appearance], "dots"),
        Category(labels.NOT_RESEARCHED, SILENCE_LABELS[labels.NOT_RESEARCHED], UNRESEARCHED[appearance]),
        *(subject if question and question.subject else []),
    )


def _standing(space: Workspace, history: History, country: Country, day: int, index: Mapping[str, int]) -> Shade:
    category, words = position_on(space, history, country.holder, day)
    name = country.name if country.is_state else f"{country.name} ({space.countries[country.holder].name})"
    return Shade(country.id, country.is_state, index[category], f"<b>{escape(name)}</b><br>{words}")
