"""The cross-filter rule: a Selection is a set of clauses, each owned by the panel that made it.

Clauses are joined by *and*; the values inside one clause by *or*. A panel is filtered by
`selection.without(its own field)`, so a reader always sees what the panel could still add.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal, TypeAlias, get_args

Field: TypeAlias = Literal["country", "actor", "kind", "confidence", "words", "period"]
ValueField: TypeAlias = Literal["country", "actor", "kind", "confidence"]
FIELDS: Final[tuple[Field, ...]] = get_args(Field)
VALUE_FIELDS: Final[tuple[ValueField, ...]] = get_args(ValueField)

_UNDECOMPOSED: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})


def fold(text: str) -> str:
    """Text for comparison: compatibility forms unified, lower case, accents stripped. Folding twice changes nothing."""
    lowered = unicodedata.normalize("NFKD", text).casefold()
    letters = unicodedata.normalize("NFKD", lowered)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).translate(_UNDECOMPOSED)


def check_field(field: str, valid: tuple[str, ...]) -> None:
    """Raises ValueError, naming the valid fields and the nearest one, unless `field` is one of `valid`."""
    if field not in valid:
        near = get_close_matches(field, valid, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"{field!r} is not a field of this kind; valid: {', '.join(valid)}.{hint}")


@dataclass(frozen=True, slots=True)
class OneOf:
    """Events with at least one of `values` in `field`: ISO 3166 alpha-3 codes, actor ids, kind ids or confidences."""

    field: ValueField
    values: frozenset[str]

    def __post_init__(self) -> None:
        check_field(self.field, VALUE_FIELDS)
        object.__setattr__(self, "values", frozenset(self.values))

    @property
    def is_empty(self) -> bool:
        """Whether the clause asks for nothing."""
        return not self.values


@dataclass(frozen=True, slots=True)
class Words:
    """Events in whose words (title, summary, actors, place) every word of `text` occurs, in any case or accents."""

    text: str

    @property
    def field(self) -> Field:
        """The panel that owns the clause."""
        return "words"

    @property
    def folded(self) -> tuple[str, ...]:
        """The words to look for, folded, each once, sorted."""
        return tuple(sorted(set(fold(self.text).split())))

    @property
    def is_empty(self) -> bool:
        """Whether the clause asks for nothing."""
        return not self.folded


@dataclass(frozen=True, slots=True)
class Within:
    """Events of a period. `first` and `last` are days since 1970-01-01, both inside it; None leaves a side unbounded.

    Could fall in it (`certain=False`): the bounds overlap the period, and an open end reaches without limit.
    Certainly in it: both bounds lie inside; an open end never lies inside a bound that is given.
    Raises ValueError if the period ends before it begins.
    """

    first: int | None
    last: int | None
    certain: bool = False

    def __post_init__(self) -> None:
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError(f"a period cannot end (day {self.last}) before it begins (day {self.first})")

    @property
    def field(self) -> Field:
        """The panel that owns the clause."""
        return "period"

    @property
    def is_empty(self) -> bool:
        """Whether the clause asks for nothing."""
        return self.first is None and self.last is None


Clause: TypeAlias = OneOf | Words | Within


@dataclass(frozen=True, slots=True)
class Selection:
    """The filters of a view. However it is made: at most one clause a field (the last given), in the order of
    `FIELDS`, and no empty clause, so equal filters are equal values."""

    clauses: tuple[Clause, ...] = ()

    def __post_init__(self) -> None:
        latest = {clause.field: clause for clause in self.clauses}
        kept = (latest[field] for field in FIELDS if field in latest)
        object.__setattr__(self, "clauses", tuple(clause for clause in kept if not clause.is_empty))

    @classmethod
    def of(cls, *clauses: Clause) -> Selection:
        """The selection of these clauses."""
        return cls(clauses)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is filtered."""
        return not self.clauses

    @property
    def period(self) -> Within | None:
        """The clause of the period, or None."""
        return next((clause for clause in self.clauses if isinstance(clause, Within)), None)

    def get(self, field: Field) -> Clause | None:
        """The clause of a field, or None. Raises ValueError for an unknown field."""
        check_field(field, FIELDS)
        return next((clause for clause in self.clauses if clause.field == field), None)

    def with_(self, clause: Clause) -> Selection:
        """The same filters with this clause in place of its field's; an empty clause removes the field's."""
        return Selection((*self.clauses, clause))

    def without(self, *fields: Field) -> Selection:
        """The same filters without those of the given fields. Raises ValueError for an unknown field."""
        for field in fields:
            check_field(field, FIELDS)
        return Selection(tuple(clause for clause in self.clauses if clause.field not in fields))
