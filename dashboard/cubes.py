"""What the browser counts with: the cubes of a view in one body. `assets/explorer/cubes.mjs` reads it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Final

import orjson

from dashboard.view_model.appearance import Appearance
from dashboard.view_model.questions import Question, cubes, noun_of
from dashboard.view_model.shades import Category, count_categories
from dashboard.view_model.text import Noun
from dashboard.workspace import Workspace
from events.cube import Cube, packed
from events.selection import Clause, Found, Known, OneOf, Within, Words

FORMAT: Final = "1"
"""Goes into the name of an answer: another layout of the body is another answer."""


def tag(question: Question, version: str) -> str:
    """A name for the body, the same in every process that reads this version of the data."""
    clauses = [_spelled(clause) for clause in question.timeless.clauses]
    parts = [FORMAT, version, question.table, question.clock, question.window, question.measure, clauses]
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()[:24]


def _spelled(clause: Clause) -> list[Any]:
    match clause:
        case OneOf():
            return [clause.field, *sorted(clause.values)]
        case Words():
            return [clause.field, clause.patience, *clause.folded]
        case Found():
            return [clause.field, clause.table, clause.searched]
        case Known():
            return [clause.field, clause.day]
        case Within():
            return [clause.field, clause.first, clause.last, clause.certain, clause.clock]


def body(space: Workspace, question: Question) -> bytes:
    """The cubes in one piece: uint32 length of a header, little-endian, the header as JSON padded to a multiple of
    eight, then each cube as `packed` writes it.

    The header says where each cube begins, counted from its own end, and the classes of counts by appearance.
    """
    found = cubes(space, question)
    parts = [packed(cube) for cube in found.values()]
    noun = noun_of(space, question)
    return _framed(
        {
            "cubes": dict(zip(found, _offsets(parts), strict=True)),
            "categories": {look.value: _categories(found["countries"], look, noun) for look in Appearance},
        },
        parts,
    )


def _framed(header: dict[str, Any], parts: Sequence[bytes]) -> bytes:
    head = orjson.dumps(header)
    head += b" " * (-(len(head) + 4) % 8)
    return b"".join([len(head).to_bytes(4, "little"), head, *parts])


def _offsets(parts: Sequence[bytes]) -> list[int]:
    return list(accumulate(map(len, parts[:-1]), initial=0))


def _categories(countries: Cube, appearance: Appearance, noun: Noun) -> list[dict[str, Any]]:
    return [as_json(category) for category in count_categories(countries, appearance, noun)]


def as_json(category: Category) -> dict[str, Any]:
    """A category as the browser knows it, which counts the states itself."""
    return {
        "id": category.id,
        "label": category.label,
        "colour": category.colour,
        "pattern": category.pattern,
        "least": category.least,
    }
