"""EDGE. Codes and names of countries → place ids. What is unknown or has two meanings stays unresolved.

A place id is an ISO 3166-1 alpha-3 code, XKX for Kosovo, or `x-…` for an area without a code.
Codes of states that no longer exist resolve only where a source gives today's state the same code
(365 is Russia and the Soviet Union) or names it so ("Serbia (Yugoslavia)", 345).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    import pandas as pd

Family = Literal["auto", "iso3", "iso2", "numeric", "fips", "gw", "cow", "cameo", "name"]

STATES_FILE = Path(__file__).with_name("states.csv")
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "iso2": "ISO 3166",
        "fips": "FIPS 10-4",
        "numeric": "ISO 3166",
        "gw": "Gleditsch–Ward",
        "cow": "Correlates of War",
    }
)
COLUMNS: Mapping[str, str] = MappingProxyType({"iso2": "iso2", "numeric": "iso_numeric"})
NUMBERS = ("numeric", "gw", "cow")
TWO_LETTERS = ("iso2", "fips")
NO_FAMILY = frozenset(
    {
        *("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "FX", "IC", "SU", "TA", "UK", "UN", "XK"),
        *("AN", "BU", "CS", "DD", "NT", "SF", "TP", "YD", "YU", "ZR"),
    }
)
"""Two letters that stand in columns of either family, for organisations, for parts of states and for states that are
gone: ISO 3166-1 reserves them or has withdrawn them. They tell nothing of the family."""
MISSING = "NA"
"""What statistical software writes where nothing is known, and Namibia in ISO 3166."""
ENOUGH = 2
"""A single odd code never decides of which family a column is."""
MOST_NAMED = 5
AMBIGUOUS = frozenset({"virgin islands", "korea"})


@dataclass(frozen=True)
class Judgement:
    """How the codes of a column were read. `choices` are the families to choose from where that stays open."""

    words: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resolution:
    """The answer to `resolve`.

    ids: one per value, in order; None where the value is missing or unresolved.
    unresolved: each value that has no answer, as it was written, with how often it occurs.
    judgements: how codes were read that have two readings; only `auto` has to judge.
    """

    ids: list[str | None]
    unresolved: dict[str, int]
    judgements: tuple[Judgement, ...] = ()


@lru_cache
def _states() -> Mapping[str, tuple[str, ...]]:
    """The columns of the table of places by name."""
    with STATES_FILE.open(encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
    return MappingProxyType(dict(zip(names, zip(*rows, strict=True), strict=True)))


def states() -> pd.DataFrame:
    """Every place on the map, one row each, all text: id, iso2, iso_numeric, name, short (map label), aliases,
    fips, gw, cow, cameo (several separated by |), un_status (un_member, observer, other), sovereign.

    sovereign is the id of the state a territory belongs to, the place's own id for a state or an area that
    governs itself, and empty where that is disputed or nobody's.
    """
    import pandas as pd

    return pd.DataFrame(dict(_states()), dtype=str)


def _name_key(text: str) -> str:
    """A name without case, accents, punctuation and `the`; `&` is `and`, `St.` is `saint`."""
    plain = unicodedata.normalize("NFKD", text.replace("ı", "i")).encode("ascii", "ignore").decode().casefold()
    words = re.sub(r"[^a-z0-9]+", " ", re.sub(r"['`]", "", plain.replace("&", " and "))).split()
    return " ".join({"st": "saint"}.get(word, word) for word in words if word != "the")


def _apostrophes(text: str) -> str:
    return re.sub("[\u2018\u2019\u02bc\u00b4]", "'", text)


def _key(text: str, family: str) -> str:
    if family == "name":
        return _name_key(_apostrophes(text))
    code = re.sub(r"\.0+$", "", text)
    return (code.lstrip("0") or "0") if family in NUMBERS and code.isdecimal() else code.upper()


def _entries(family: str) -> Iterable[tuple[str, str]]:
    """(written form, id) of every code or name of one family."""
    table = _states()
    if family == "iso3":
        return zip(table["id"], table["id"], strict=True)
    if family == "name":
        written = tuple(map("|".join, zip(table["name"], table["short"], table["aliases"], strict=True)))
    else:
        written = table[COLUMNS.get(family, family)]
    rows = zip(table["id"], written, strict=True)
    return ((form, place) for place, forms in rows for form in forms.split("|") if form)


@lru_cache
def _index(family: str) -> Mapping[str, str]:
    """Normalised form → id. Forms that stand for two places are left out."""
    found: dict[str, str] = {}
    twice: set[str] = set(AMBIGUOUS)
    for written, place in _entries(family):
        key = _key(written, family)
        if found.setdefault(key, place) != place:
            twice.add(key)
    return MappingProxyType({key: place for key, place in found.items() if key not in twice})


def _look_up(text: str, families: Iterable[str]) -> str | None:
    """The one id the families that know the text agree on; None if none knows it or they differ."""
    answers = {place for family in families if (place := _index(family).get(_key(text, family)))}
    return answers.pop() if len(answers) == 1 else None


@dataclass(frozen=True)
class _Plan:
    """The families to ask of each distinct text, how they were judged, and the texts that are no value at all."""

    families: Mapping[str, tuple[str, ...]]
    judgements: tuple[Judgement, ...] = ()
    missing: frozenset[str] = frozenset()


def _plan(texts: Iterable[str], family: str) -> _Plan:
    """What to ask of each text, judged from the whole column where the family is `auto`."""
    distinct = list(dict.fromkeys(texts))
    if family != "auto":
        told = _namibia(distinct) if family == "iso2" else ()
        return _Plan(dict.fromkeys(distinct, (family,)), told)
    numbers = [text for text in distinct if re.fullmatch(r"\d+(\.0+)?", text)]
    pairs = [text for text in distinct if re.fullmatch(r"[A-Za-z]{2}", text)]
    codes = _plan_of_numbers(numbers), _plan_of_pairs(pairs, len(distinct) - len(pairs) - len(numbers))
    families: dict[str, tuple[str, ...]] = dict.fromkeys(distinct, ("iso3", "cameo", "name"))
    for one in codes:
        families |= one.families
    return _Plan(families, tuple(told for one in codes for told in one.judgements), codes[1].missing)


def _plan_of_numbers(codes: list[str]) -> _Plan:
    """Ask all families of numbers but those that lack several codes more than the one that lacks fewest."""
    lacking = {family: sum(_key(code, family) not in _index(family) for code in codes) for family in NUMBERS}
    families = tuple(family for family in NUMBERS if lacking[family] < min(lacking.values()) + ENOUGH)
    plan = dict.fromkeys(codes, families)
    if not (differing := [code for code in codes if _differs(code, families)]):
        return _Plan(plan)
    words = f"numbers may be codes of {_labels(families)}, so {_some(differing)} stay without an answer"
    return _Plan(plan, (Judgement(words, families),))


def _plan_of_pairs(pairs: list[str], others: int) -> _Plan:
    """Two letters are codes where most of a column are such codes; else names, or nothing where they are `NA`.

    ISO 3166 is the usual family, and one state's code that it alone has tells it if nothing speaks against it. FIPS
    10-4 has to show several codes of its own, and none that only ISO has. Where neither shows, only codes with one
    reading have an answer.
    """
    known = [text for text in pairs if not {text.upper()} & {*NO_FAMILY, MISSING} and _known(text)]
    iso, fips = ([text for text in known if _known(text) == {family}] for family in TWO_LETTERS)
    missing = frozenset(text for text in pairs if text.upper() == MISSING)
    if len(known) <= others:
        return _plan_of_words(pairs, missing)
    if iso and (not fips or len(iso) > ENOUGH * max(ENOUGH, len(fips))):
        return _Plan(dict.fromkeys(pairs, ("iso2",)), (*_read_as("iso2", iso, pairs), *_namibia(pairs)))
    if len(fips) >= ENOUGH and not iso:
        return _Plan(dict.fromkeys(pairs, ("fips",)), _read_as("fips", fips, pairs), missing)
    return _plan_of_either(pairs)


def _plan_of_words(pairs: list[str], missing: frozenset[str]) -> _Plan:
    """Two letters among names are names, such as UK."""
    unknown = [text for text in pairs if text not in missing and _key(text, "name") not in _index("name")]
    words = f"two letters are codes only where most cells are such codes, so {_some(unknown)} stay without an answer"
    return _Plan(dict.fromkeys(pairs, ("name",)), (Judgement(words),) if unknown else (), missing)


def _plan_of_either(pairs: list[str]) -> _Plan:
    is_open = [text for text in pairs if _differs(text, TWO_LETTERS) or _is_odd(text)]
    words = f"two letters may be codes of {_labels(TWO_LETTERS)}, so {_some(is_open)} stay without an answer"
    plan = {text: () if _is_odd(text) else TWO_LETTERS for text in pairs}
    return _Plan(plan, (Judgement(words, TWO_LETTERS),) if is_open else ())


def _is_odd(text: str) -> bool:
    """Whether two letters may well be no code of a state: NA, and what ISO has reserved without giving it a place."""
    return text.upper() == MISSING or (text.upper() in NO_FAMILY and text.upper() not in _index("iso2"))


def _known(text: str) -> set[str]:
    """The families that know two letters."""
    return {family for family in TWO_LETTERS if text.upper() in _index(family)}


def _differs(code: str, families: Iterable[str]) -> bool:
    """Whether a code means several places."""
    return len({place for family in families if (place := _index(family).get(_key(code, family)))}) > 1


def _read_as(family: str, shown_by: list[str], pairs: list[str]) -> tuple[Judgement, ...]:
    """Say which family it is where the other one would give other places."""
    if not any(_differs(text, TWO_LETTERS) or _is_odd(text) for text in pairs):
        return ()
    return (Judgement(f"two letters are read as {LABELS[family]}, which alone has {_some(shown_by)}"),)


def _namibia(texts: Iterable[str]) -> tuple[Judgement, ...]:
    if MISSING not in texts:
        return ()
    return (Judgement(f"“{MISSING}” is read as Namibia; leave the cell empty where it means that nothing is known"),)


def _labels(families: Iterable[str]) -> str:
    return " or ".join(LABELS[family] for family in families)


def _some(texts: list[str]) -> str:
    """The first of some texts, and how many more there are."""
    more = len(texts) - MOST_NAMED
    return ", ".join(texts[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _text(value: object) -> str:
    return (
        ""
        if value is None or type(value).__name__ == "NAType" or value != value
        else unicodedata.normalize("NFC", str(value).strip())
    )


def resolve(values: Iterable[Hashable], family: Family = "auto") -> Resolution:
    """Place ids of codes or names.

    `auto` takes alpha-3 codes and names value by value. Two-letter codes may be ISO or FIPS 10-4, numbers
    ISO, Gleditsch–Ward or Correlates of War: the whole column shows which, and `judgements` say so. A code
    on which the families differ that it may be of stays unresolved. `NA` is no value where a column has names
    or codes of FIPS. Name the family where you know it.
    Raises ValueError for an unknown family.
    """
    require_known(family, get_args(Family), "family")
    rows = list(values)
    written = {value: _text(value) for value in dict.fromkeys(rows)}
    texts = [written[value] for value in rows]
    plan = _plan(filter(None, texts), family)
    answers = {text: _look_up(text, families) for text, families in plan.families.items()}
    missing = [text for text in texts if text and answers[text] is None and text not in plan.missing]
    return Resolution([answers.get(text) for text in texts], dict(Counter(missing)), plan.judgements)


def require_known(value: str, valid: Iterable[str], what: str) -> None:
    """Raise ValueError, with the valid values and the nearest, unless the value is one of them."""
    choices = list(valid)
    if value not in choices:
        close = get_close_matches(value, choices, 1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"{what} {value!r} is not known; valid: {', '.join(choices)}.{hint}")


COUNTRY_IDS: tuple[str, ...] = _states()["id"]
"""Every place id, ISO codes first, in alphabetical order."""
UN_STATES = frozenset(
    place for place, status in zip(COUNTRY_IDS, _states()["un_status"], strict=True) if status != "other"
)
"""The ids of members and observers of the UN."""


@lru_cache
def _column(name: str) -> Mapping[str, str]:
    return MappingProxyType(dict(zip(_states()["id"], _states()[name], strict=True)))


def country_name(place: str) -> str:
    """The English name of a place id. Raises KeyError for an unknown id."""
    return _column("name")[place]


def short_name(place: str) -> str:
    """A name that fits on a map ("DR Congo"). Raises KeyError for an unknown id."""
    return _column("short")[place]


def sovereign(place: str) -> str | None:
    """The id of the state a place belongs to (its own for a state), or None. Raises KeyError for an unknown id."""
    return _column("sovereign")[place] or None
