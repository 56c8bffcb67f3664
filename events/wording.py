"""Words that take a side. The list is a proposal to authors, with a reason and another word for each.

Words in quotation marks are somebody's own and are allowed; so is a superlative in a sentence that says whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple


class LoadedWord(NamedTuple):
    """A word or group of words, as authors read it and as a pattern finds it."""

    word: str
    pattern: str
    why: str
    instead: str


LOADED: Final[tuple[LoadedWord, ...]] = (
    LoadedWord(
        "regime", r"(?<!sanctions )regimes?", "denies that a government is one", "government, authorities, or the name"
    ),
    LoadedWord(
        "dictator, tyrant, strongman", r"dictator\w*|tyran\w+|strongm[ae]n", "judges a ruler", "the office held"
    ),
    LoadedWord(
        "usurper", r"usurpers?", "decides who holds an office rightly", "the word in quotation marks, and whose it is"
    ),
    LoadedWord(
        "puppet, lackey, stooge", r"puppets?|lackeys?|stooges?", "denies a will of one's own", "ally of, backed by"
    ),
    LoadedWord("crony, henchman", r"cron(y|ies)|henchm[ae]n", "judges companions", "aide, official, supporter"),
    LoadedWord("thug", r"thugs?", "judges a person", "what the person did"),
    LoadedWord(
        "terrorist, extremist",
        r"terroris\w+|extremis\w+",
        "is a verdict that the parties dispute",
        "who did what; or who calls them so",
    ),
    LoadedWord("so-called", r"so-called", "calls a name false", "the name, and who uses it"),
    LoadedWord(
        "admitted, confessed",
        r"admit(s|ted|ting)?|confess(es|ed|ing)?",
        "makes a statement a confession",
        "said, acknowledged",
    ),
    LoadedWord("lied, liar", r"lied|liars?", "knows what the speaker knew", "said, and what contradicts it"),
    LoadedWord(
        "refuted, debunked",
        r"refut(e|es|ed|ing)|debunk(s|ed|ing)?",
        "says that a denial succeeded",
        "denied, rejected, disputed",
    ),
    LoadedWord(
        "revealed, unmasked",
        r"reveal(s|ed|ing)?|unmask(s|ed|ing)?",
        "says that what follows is true",
        "said, published, reported",
    ),
    LoadedWord(
        "sham, farce",
        r"shams?|farces?|farcical",
        "judges a procedure",
        "what was missing; or the word in quotation marks",
    ),
    LoadedWord("propaganda", r"propagand\w+", "judges a statement by its speaker", "statement, broadcast, campaign"),
    LoadedWord("prop up", r"prop(s|ped|ping)? up", "says that something would fall alone", "support, keep in office"),
    LoadedWord("brutal, barbaric", r"brutal\w*|barbaric|heinous", "judges an act", "what was done, and to how many"),
    LoadedWord("heroic, martyr", r"hero(es|ic|ism)?|martyrs?", "judges a person", "what the person did"),
    LoadedWord("notorious, infamous", r"notorious\w*|infamous\w*", "judges by hearsay", "what is known, and from whom"),
    LoadedWord("shameless, cynical", r"shameless\w*|cynical\w*", "judges a motive", "what was said or done"),
    LoadedWord(
        "clearly, obviously, undoubtedly, of course",
        r"clearly|obviously|undoubtedly|undeniabl[ey]|of course",
        "replaces a source",
        "the source",
    ),
    LoadedWord(
        "widely seen, widely regarded",
        r"widely (seen|regarded|believed|considered)",
        "hides who thinks so",
        "who thinks so",
    ),
)
SUPERLATIVE: Final = LoadedWord(
    "the largest, the worst, unprecedented … without saying whose judgement it is",
    r"(?:largest|biggest|greatest|smallest|highest|lowest|best|worst|strongest|weakest|deadliest|bloodiest)"
    r"|the most (?!of\b|senior\b|recent\b)\w+|unprecedented|historic",
    "is a comparison nobody answers for",
    "the number; or who compares",
)
_ATTRIBUTION: Final = re.compile(
    r"\b(according to|sa(id|ys?)|told|tells?|call(s|ed)|describ(es|ed)|accus(es|ed)|nam(es|ed)|report(s|ed)|counted|"
    r"found|wrote|writes|announced|in the words of)\b",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"“[^”]*”|‘[^’]*’(?!\w)|\"[^\"]*\"|«[^»]*»|„[^“”]*[“”]|(?<!\w)'[^']*'(?!\w)")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?;])\s+")
_PATTERNS: Final = tuple((re.compile(rf"\b(?:{one.pattern})\b", re.IGNORECASE), one) for one in LOADED)
_SUPERLATIVE: Final = re.compile(rf"\b(?:{SUPERLATIVE.pattern})\b", re.IGNORECASE)


def loaded_words(text: str) -> Iterator[tuple[str, LoadedWord]]:
    """Yield each loaded word of a text as it stands there, and its entry in the list."""
    own = _QUOTED.sub("“”", text)
    for pattern, entry in _PATTERNS:
        yield from ((found[0], entry) for found in pattern.finditer(own))
    for sentence in _SENTENCE_END.split(own):
        if not _ATTRIBUTION.search(sentence):
            yield from ((found[0], SUPERLATIVE) for found in _SUPERLATIVE.finditer(sentence))


def word_table() -> str:
    """Return the list as a Markdown table."""
    rows = [f"| {one.word} | {one.why} | {one.instead} |" for one in (*LOADED, SUPERLATIVE)]
    return "\n".join(["| word | it … | write instead |", "|---|---|---|", *rows])
