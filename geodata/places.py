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
COLUMNS: Mapping[str, str] = MappingProxyType({"iso2": "iso2", "numeric": "iso_numeric"})
NUMBERS = ("numeric", "gw", "cow")
TWO_LETTERS = ("iso2", "fips")
AMBIGUOUS = frozenset({"virgin islands", "korea"})


@dataclass(frozen=True)
class Resolution:
    """The answer to `resolve`.

    ids: one per value, in order; None where the value is missing or unresolved.
    unresolved: each value that has no answer, as it was written, with how often it occurs.
    """

    ids: list[str | None]
    unresolved: dict[str, int]


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


def _fitting(codes: Iterable[str], families: tuple[str, ...]) -> tuple[str, ...]:
    """The families that know every one of the codes, or all families when none does."""
    needed = list(codes)
    complete = tuple(f for f in families if all(_key(code, f) in _index(f) for code in needed))
    return complete or families


def _plan(texts: Iterable[str], family: str) -> Mapping[str, tuple[str, ...]]:
    """Distinct text → the families to ask, judged from the whole column where the family is `auto`."""
    distinct = list(dict.fromkeys(texts))
    if family != "auto":
        return dict.fromkeys(distinct, (family,))
    numbers = [text for text in distinct if re.fullmatch(r"\d+(\.0+)?", text)]
    pairs = [text for text in distinct if re.fullmatch(r"[A-Za-z]{2}", text)]
    plan: dict[str, tuple[str, ...]] = dict.fromkeys(distinct, ("iso3", "cameo", "name"))
    plan |= dict.fromkeys(numbers, _fitting(numbers, NUMBERS))
    return plan | dict.fromkeys(pairs, _fitting(pairs, TWO_LETTERS))


def _text(value: object) -> str:
    return (
        ""
        if value is None or type(value).__name__ == "NAType" or value != value
        else unicodedata.normalize("NFC", str(value).strip())
    )


def resolve(values: Iterable[Hashable], family: Family = "auto") -> Resolution:
    """Place ids of codes or names.

    `auto` takes alpha-3 codes and names value by value. Two-letter codes may be ISO or FIPS 10-4, numbers
    ISO, Gleditsch–Ward or Correlates of War: the families that know every code of the column are asked,
    and a code on which they differ stays unresolved. Name the family where you know it.
    Raises ValueError for an unknown family.
    """
    require_known(family, get_args(Family), "family")
    rows = list(values)
    written = {value: _text(value) for value in dict.fromkeys(rows)}
    texts = [written[value] for value in rows]
    answers = {text: _look_up(text, families) for text, families in _plan(filter(None, texts), family).items()}
    missing = [text for text in texts if text and answers[text] is None]
    return Resolution([answers.get(text) for text in texts], dict(Counter(missing)))


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
