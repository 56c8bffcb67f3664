"""Whether the quotations of a dossier stand in the texts that they are taken from.

Case, white space, and the forms of quotation marks and dashes do not count. “…”, “...” and words in square brackets
stand for what was left out: the parts around them must follow one another in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from events.dossier import Dossier

_MARKS: Final = str.maketrans({**dict.fromkeys('“”„‟«»"‘’‚‛`´′″', "'"), **dict.fromkeys("‐‑‒–—―−", "-")})
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_OMISSION: Final = re.compile(r"…|\.{3}|\[[^\]]*\]")
_AT_THE_EDGES: Final = " '.,;:!?-"
MOST_COMPARED, LEAST_ALIKE = 20, 0.5


@dataclass(frozen=True, slots=True)
class Lookup:
    """A quotation of one statement, looked up in the text of its source.

    `near` is the passage of the text that resembles it most: empty if the quotation is found, or nothing resembles it.
    """

    statement: str
    quote: str
    is_found: bool
    near: str = ""


def look_up(dossier: Dossier, source: str, text: str) -> list[Lookup]:
    """Look up the words of every statement that cites a source. A translation counts where there are no other words."""
    cited = [statement for statement in dossier.statements.values() if statement.source == source]
    quotes = [(statement.id, statement.quote or statement.translation) for statement in cited]
    return [_looked_up(name, quote, text) for name, quote in quotes if quote]


def folded(text: str) -> str:
    """A text without what does not count: case, white space, and the forms of quotation marks and dashes."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_MARKS).casefold()
    return re.sub(r" ?-+ ?", "-", " ".join(plain.split()))


def stands_in(quote: str, text: str) -> bool:
    """Whether every part of a quotation stands in a text, one after another."""
    rest = folded(text)
    for part in filter(None, (folded(part).strip(_AT_THE_EDGES) for part in _OMISSION.split(quote))):
        _, found, rest = rest.partition(part)
        if not found:
            return False
    return True


def _looked_up(statement: str, quote: str, text: str) -> Lookup:
    is_found = stands_in(quote, text)
    return Lookup(statement, quote, is_found, "" if is_found else nearest(quote, text))


def nearest(quote: str, text: str) -> str:
    """The passage, as long as the quotation, that resembles it most; empty if none resembles it."""
    words, length = text.split(), len(quote.split())
    wanted = {_bare(word) for word in quote.split()}
    starts = sorted(_windows([_bare(word) in wanted for word in words], length), reverse=True)[:MOST_COMPARED]
    passages = [" ".join(words[-negated : length - negated]) for _, negated in starts]
    best = max(passages, key=lambda passage: _likeness(quote, passage), default="")
    return best if best and _likeness(quote, best) >= LEAST_ALIKE else ""


def _windows(hits: list[bool], length: int) -> Iterator[tuple[int, int]]:
    """Yield, for every window of a text, how many of its words are wanted and where it starts, negated for sorting."""
    count = sum(hits[:length])
    yield count, 0
    for start in range(1, len(hits) - length + 1):
        count += hits[start + length - 1] - hits[start - 1]
        yield count, -start


def _bare(word: str) -> str:
    return folded(word).strip(_AT_THE_EDGES)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, folded(one), folded(other), autojunk=False).ratio()
