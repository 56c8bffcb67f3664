"""Common spellings of a day that are not EDTF → EDTF. A spelling with two readings has none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from events.dates import MONTHS, DateError, day, isoday, parse

Order: TypeAlias = Literal["dmy", "mdy"]

WORDS: Final[Mapping[Order, str]] = MappingProxyType({"dmy": "day first", "mdy": "month first"})
MONTHS_OF_YEAR: Final = 12
EXCEL_EPOCH: Final = day("1899-12-30")
CLOCK: Final = r"([01]?[0-9]|2[0-4]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?"
_CLOCK = re.compile(rf"(?<=\d)[ T]{CLOCK} ?(Z|UTC|[AaPp][Mm]|[+-]\d{{2}}(:?\d{{2}})?)?$")
_YEAR_FIRST = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})", re.ASCII)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})", re.ASCII)
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?[-/. ]([A-Za-z]{3,9})\.?,?[-/. ](\d{4}|\d{2})", re.ASCII)
_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.?[-/. ](\d{1,2})(?:st|nd|rd|th)?,?[-/. ](\d{4})", re.ASCII)
_MONTH_YEAR = re.compile(r"([A-Za-z]{3,9})\.?,?[-/. ](\d{4})", re.ASCII)
_SEASON = re.compile(r"\d\d(\d\d)-(2[1-4])", re.ASCII)
_NEVER_EDTF = re.compile(
    r"\d{8}|\d{4}([/. ])\d{1,2}\1\d{1,2}|\d{4}-(?:\d-\d{1,2}|\d{2}-\d)|\d{1,2}([-/. ])\d{1,2}\2(?:\d{4}|\d{2})",
    re.ASCII,
)


def judged(columns: str, texts: Iterable[str], default: Order | None = None) -> tuple[Order | None, str]:
    """Whether columns of `1/2/2019` have the day or the month first, and what the report says of it: a day beyond the
    twelfth shows the order. Without one it is the default; None where both orders are there."""
    found: dict[Order, str] = {}
    for text in texts:
        if order := _shown_by(text):
            found.setdefault(order, text.strip())
    match list(found.items()):
        case [(order, cell)]:
            return order, f"{columns}: {WORDS[order]}, as “{cell}” shows"
        case [(_, one), (_, other)]:
            return None, f"{columns}: both orders are there (“{one}”, “{other}”), so days with two readings are refused"
        case _:
            words = f", so {WORDS[default]}" if default else ""
            return default, f"{columns}: nothing in the column tells whether the day or the month is first{words}"


def _shown_by(text: str) -> Order | None:
    match = _NUMBERS.fullmatch(without_clock(text))
    return _only_order(int(match[1]), int(match[2])) if match else None


def _only_order(one: int, two: int) -> Order | None:
    """The order of a day that has one reading alone."""
    return None if (one > MONTHS_OF_YEAR) == (two > MONTHS_OF_YEAR) else "dmy" if one > MONTHS_OF_YEAR else "mdy"


def depends_on_order(text: str) -> bool:
    """Whether a spelling may have the day or the month first, as `1/2/2019` may."""
    return bool(_NUMBERS.fullmatch(without_clock(text)))


def without_clock(text: str) -> str:
    """A day without the time of day behind it."""
    return _CLOCK.sub("", text.strip())


def edtf_of(text: str, order: Order | None) -> str:
    """EDTF of a date in EDTF or in a common spelling; empty for `0000-00-00`. Raises `DateError`.

    Common spellings in numbers are not tried as EDTF: to refuse one of them takes its parser milliseconds.
    """
    if not _NEVER_EDTF.fullmatch(text):
        with suppress(DateError):
            return parse(text).text
    return common_day(text, order)


def common_day(text: str, order: Order | None) -> str:
    """EDTF of a day in a common spelling: `2019/3/20`, `20190320`, `20 March 2019`, `Mar 20, 2019`, `20-Mar-19`,
    `March 2019`, and in the given order `20/03/2019`; a clock time behind it is left away, and so is a month or day of
    0. Raises `DateError`."""
    plain = without_clock(text)
    if match := _YEAR_FIRST.fullmatch(plain) or _PACKED.fullmatch(plain):
        return _iso(text, *match.groups())
    if match := _DAY_MONTH.fullmatch(plain):
        return _iso(text, match[3], _month(text, match[2]), match[1])
    if match := _MONTH_DAY.fullmatch(plain):
        return _iso(text, match[3], _month(text, match[1]), match[2])
    if match := _MONTH_YEAR.fullmatch(plain):
        return f"{match[2]}-{_month(text, match[1])}"
    if match := _NUMBERS.fullmatch(plain):
        return _in_order(text, match.groups(), order)
    raise DateError(f"“{text[:40]}” is not a date")


def _past(two_digits: int) -> int:
    """The last year with these two digits at its end that is not in the future."""
    this = date.today().year
    return this - (this - two_digits) % 100


def remarks(text: str, edtf: str) -> Iterator[str]:
    """What the report says of a date that was read as some EDTF, because it may be read otherwise."""
    plain = without_clock(text)
    match = _NUMBERS.fullmatch(plain) or _DAY_MONTH.fullmatch(plain)
    if match and len(match[3]) == 2:
        yield f"the year has two digits and is read as one of {edtf[:2]}00–{edtf[:2]}99, the last that is not to come"
    if (season := _SEASON.fullmatch(edtf)) and season[2] > season[1]:
        yield "the date is read as a season (in EDTF 21 is spring, 24 winter); if years are meant, write 1921/1922"


def excel_day(serial: str) -> str:
    """EDTF of a day that a spreadsheet wrote as the number of days since 1899-12-30."""
    return isoday(EXCEL_EPOCH + int(float(serial)))


def _in_order(text: str, parts: tuple[str, ...], order: Order | None) -> str:
    one, two, year = parts
    order = order or _only_order(int(one), int(two))
    if order is None and one != two:
        raise DateError(
            f"“{text[:40]}” may have the day or the month first; say which with --map when=COLUMN:dmy or :mdy"
        )
    return _iso(text, year, *((one, two) if order == "mdy" else (two, one)))


def _month(text: str, name: str) -> str:
    found = [at for at, month in enumerate(MONTHS, 1) if month.casefold().startswith(name.casefold())]
    if name.casefold() == "sept":
        found = [9]
    if len(found) != 1:
        raise DateError(f"“{text[:40]}” names no month in English")
    return f"{found[0]:02}"


def _iso(text: str, year: str, month: str, number: str) -> str:
    """The ISO day, if there is such a day; the month or the year where what follows is 0, nothing where all is."""
    whole = year if len(year) == 4 else str(_past(int(year)))
    iso = f"{whole}-{int(month) or 1:02}-{int(number) or 1:02}"
    try:
        day(iso)
    except DateError:
        raise DateError(f"“{text[:40]}” is not a day of the calendar") from None
    known = 10 if int(month) and int(number) else 7 if int(month) else 4
    return "" if known == 4 and not int(whole) else iso[:known]
