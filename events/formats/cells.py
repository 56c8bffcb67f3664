"""Single cells of foreign files → what a record may hold."""

from __future__ import annotations

import re
import unicodedata
from math import isfinite
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit
from zlib import crc32

from events.formats.files import Refused
from events.model import Record

AnyRecord = TypeVar("AnyRecord", bound=Record)
LONGEST_TITLE: Final = 200
LONGEST_TEXT: Final = 100_000
MOST_COUNTED: Final = 2**31 - 1
_LINK = re.compile(r"https?://[^\s\x00-\x1f\x7f\"<>\\/?#]+[^\s\x00-\x1f\x7f\"<>\\]*")
_USUAL_HOST = re.compile(r"https?://([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?:[/?#]|$)")
NOTHING: Final = frozenset(
    {
        *("unknown", "not known", "none", "null", "na", "nan", "n/a", "n.a.", "#n/a", "<na>", r"\n"),
        *("-", "--", "–", "—", "?"),
    }
)
"""What people and programs write, in any case, where nothing is known."""
MISSING: Final = frozenset(
    {"NaN", *(spell(word) for word in NOTHING for spell in (str.lower, str.upper, str.capitalize, str.title))}
) - {"Na", "Nan"}
"""The same in the spellings in which it is no name; Na and Nan are places and people. `None` is one in Piedmont, and is
far more often what Python writes."""
NO_LINK: Final = "a source is no link; its words stand in the note"
NOT_FOUND: Final = "a place is named without coordinates or a known country; its name stands in the summary"
"""What the report says of rows."""
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def identifier(text: str) -> str:
    """An id from any text: unaccented letters, digits, `-`, `_` and `.`; empty where nothing of that is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", plain).strip("-_.")[:120]


def event_id(text: str) -> str:
    """The id of an event; `15960.0` is 15960. One that has to be spelled anew gets a checksum, so that two stay two.
    Raises `Refused` where there is none."""
    given = re.sub(r"\.0+$", "", text.strip())
    if not given:
        raise Refused("the row has no id")
    found = identifier(given)
    return found if found == given else f"{found or 'id'}"[:110] + f"-{crc32(given.encode(errors='replace')):08x}"


def clean(text: str) -> str:
    """A text without control characters. Raises `Refused` for one of more than 100,000 characters."""
    if len(text) > LONGEST_TEXT:
        raise Refused(f"a cell has more than {LONGEST_TEXT:,} characters", text)
    return _CONTROL.sub("", text).strip()


def one_line(text: str) -> str:
    """A short text in one line, cut after two hundred characters."""
    if not text:
        return ""
    words = " ".join(_CONTROL.sub(" ", text[: 4 * LONGEST_TITLE]).split())
    return words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1].rstrip() + "…"


def summary_of(title: str, text: str) -> str:
    """The summary beside a title as the file gives it: the text; without one the title; and before it the whole title
    where that is too long for one."""
    whole = clean(title)
    if whole == text or len(" ".join(whole.split())) <= LONGEST_TITLE:
        return text or one_line(title)
    return f"{whole}\n\n{text}".strip()


def with_place(summary: str, *names: str) -> str:
    """A summary that names the place, for one that is known by words alone."""
    found = ", ".join(one_line(name) for name in names if name and not is_missing(name))
    return f"{summary}\n\nPlace: {found}." if found else summary


def word(text: str) -> str:
    """A text as one member of a list: without the semicolons that separate members in a file."""
    return one_line(text.replace(";", ","))


def is_missing(text: str) -> bool:
    """Whether a cell says that nothing is known."""
    return text in MISSING


def number(text: str, what: str) -> float | None:
    """A number, as `1,234` too; None where there is none. Raises `Refused` for anything else."""
    if not text or text.casefold() in NOTHING:
        return None
    try:
        value = float(text.replace(",", "") if _THOUSANDS.fullmatch(text) else text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise Refused(f"the {what} is not a number", text)
    return value


def coordinate(text: str, what: str) -> float | None:
    """Degrees, whose one comma is a decimal one and never parts thousands; None where there are none. Raises `Refused`
    for anything else."""
    return number(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text, what)


def point(lat: str, lon: str) -> tuple[float, float] | None:
    """(lat, lon) in degrees; None unless both are there. Raises `Refused` for numbers that are no place on Earth."""
    north, east = coordinate(lat, "latitude"), coordinate(lon, "longitude")
    if north is None or east is None:
        return None
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise Refused("the coordinates are out of range", f"{lat}, {lon}")
    return north, east


def host_of(url: str) -> str:
    """The host that a link names, in lower case; empty where it names none. A fast path for the usual ones."""
    if match := _USUAL_HOST.match(url):
        return match[1].lower()
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def link(text: str) -> str:
    """The text if it is a web link that a source may have, else nothing."""
    if not _LINK.fullmatch(text):
        return ""
    return text if host_of(text) else ""


def made(model: type[AnyRecord], **fields: Any) -> AnyRecord:
    """A valid record. Raises pydantic's ValidationError."""
    return model.model_validate(fields)
