"""The cross-filter rule: a Selection is a set of clauses, each owned by the panel that made it.

Clauses are joined by *and*; the values inside one clause by *or*. A panel is filtered by
`selection.without(its own field)`, so a reader always sees what the panel could still add.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal, TypeAlias, get_args

ValueField: TypeAlias = Literal[
    "country", "actor", "kind", "place", "confidence", "claim", "stance", "status", "agreement", "sourcing"
]
Field: TypeAlias = Literal[ValueField, "words", "period", "known"]
Clock: TypeAlias = Literal["happened", "reported"]
VALUE_FIELDS: Final[tuple[ValueField, ...]] = get_args(ValueField)
FIELDS: Final[tuple[Field, ...]] = get_args(Field)
CLOCKS: Final[tuple[Clock, ...]] = get_args(Clock)
"""happened: the days on which an event happened. reported: those of its first dated source. A statement has one date,
the day it was said, by both clocks."""

_UNDECOMPOSED: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})


class _Folded(dict[int, str]):
    """What each character of a text in case folding becomes, made when it is first met."""

    def __missing__(self, code: int) -> str:
        lowered = unicodedata.normalize("NFKD", chr(code)).casefold()
        letters = unicodedata.normalize("NFKD", lowered)
        bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
        return self.setdefault(code, bare.translate(_UNDECOMPOSED))


_FOLDED: Final = _Folded()
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]+")


def fold(text: str) -> str:
    """Text for comparison: compatibility forms unified, lower case, accents stripped. Folding twice changes nothing."""
    if text.isascii():
        return text.lower()
    return _BEYOND_ASCII.sub(lambda found: found[0].translate(_FOLDED), text.casefold())


def check_field(field: str, valid: tuple[str, ...]) -> None:
    """Raises ValueError, naming the valid names and the nearest one, unless `field` is one of `valid`."""
    if field not in valid:
        near = get_close_matches(field, valid, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"{field!r} is none of the names that fit here; valid: {', '.join(valid)}.{hint}")


@dataclass(frozen=True, slots=True)
class OneOf:
    """Records with at least one of `values` in `field`.

    | field | values | an event has | a statement has |
    |---|---|---|---|
    | country | ISO 3166 alpha-3 | the states of its actors, its place and its movements' ends | its speaker's state |
    | actor | actor ids | its participants | its speaker |
    | place | ids of places, or of the groups of them that a map draws as one | its place | nothing |
    | kind | kind ids | its kind | the kinds of the events its claim is about |
    | confidence | `Confidence` | its own | that of its claim |
    | claim | claim ids | the claims about it | its claim |
    | stance | `Stance` | those of the statements on claims about it | its own |
    | status | `ClaimStatus` | those of the claims about it | that of its claim |
    | agreement | `events.agreement.Agreement` | those of the claims about it | that of its claim |
    | sourcing | `events.sourcing.Sourcing` | that of its sources | single-sourced: it names one source |
    """

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
    """Records in whose words every word of `text` occurs, in any case or accents.

    The words of an event: title, summary, names and aliases of its actors, name of its place. The words of a statement:
    text and heading of its claim, quote, translation, channel, name and aliases of its speaker.
    """

    text: str
    patience: int = 1
    """Seconds that a search through very many records may take before what it has found stands for all."""

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
class Found:
    """Records that a search has found so far, in place of its `Words`: those in a table that the engine keeps, which
    holds all that match among the first `searched`."""

    table: str
    searched: int

    @property
    def field(self) -> Field:
        """The panel that owns the clause."""
        return "words"

    @property
    def is_empty(self) -> bool:
        """Whether the clause asks for nothing."""
        return False


@dataclass(frozen=True, slots=True)
class Within:
    """Records of a period. `first` and `last` are days since 1970-01-01, both inside it; None leaves a side unbounded.

    Could fall in it (`certain=False`): the bounds overlap the period, and an open end reaches without limit.
    Certainly in it: both bounds lie inside; an open end never lies inside a bound that is given.
    `clock` says which days of a record are meant (see `CLOCKS`).
    Raises ValueError if the period ends before it begins, or for an unknown clock.
    """

    first: int | None
    last: int | None
    certain: bool = False
    clock: Clock = "happened"

    def __post_init__(self) -> None:
        check_field(self.clock, CLOCKS)
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


@dataclass(frozen=True, slots=True)
class Known:
    """Records that were public on a day (since 1970-01-01): what was published later disappears. None asks for nothing.

    An event is public from the earliest day of its first dated source; without one, from its own earliest day; without
    either, or with an open start, always. A statement is public from the earliest day on which it can have been said.
    What leads from one record to another obeys the cut too: an event is not found by a statement that was yet to come.
    Status, agreement and sourcing are today's judgement, whatever the day.
    """

    day: int | None

    @property
    def field(self) -> Field:
        """The panel that owns the clause."""
        return "known"

    @property
    def is_empty(self) -> bool:
        """Whether the clause asks for nothing."""
        return self.day is None


Clause: TypeAlias = OneOf | Words | Found | Within | Known


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

    @property
    def clock(self) -> Clock:
        """The clock of the period; without a period the day on which things happened."""
        return self.period.clock if self.period else "happened"

    @property
    def known(self) -> int | None:
        """The day by which everything was public, or None."""
        return next((clause.day for clause in self.clauses if isinstance(clause, Known)), None)

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
