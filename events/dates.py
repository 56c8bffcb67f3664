"""Dates as sources give them: EDTF text to spans of days, and spans to English.

A day is a whole number: days since 1970-01-01 in the proleptic Gregorian calendar, any year, with
the year 0000 meaning 1 BCE (ISO 8601). Level 0 and level 1 of EDTF (Library of Congress, 2019, now
ISO 8601-2) are read here; what only level 2 allows is read by the `edtf` library and its bounds
are checked. EDTF leaves seasons undefined: here they are the northern meteorological ones, and the
winter of a year begins in its December. A date with a time is the day it is written with; its
offset from UTC does not move it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


class Precision(StrEnum):
    """The finest calendar unit that the text commits to."""

    TIME = "time"
    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"
    INTERVAL = "interval"


class Qualifier(StrEnum):
    """The doubt that the text itself expresses, as EDTF spells it."""

    NONE = ""
    APPROXIMATE = "~"
    UNCERTAIN = "?"
    BOTH = "%"


@dataclass(frozen=True, slots=True)
class DateSpan:
    """The days that a date may mean. `None` is an open or unknown end.

    `lasting` tells a duration (it went on from the first day to the last) from an uncertainty
    (one moment, somewhere between the two).
    """

    earliest: int | None
    latest: int | None
    precision: Precision
    qualifier: Qualifier
    text: str
    lasting: bool

    @property
    def is_exact(self) -> bool:
        """Whether this is one known day, stated without doubt."""
        return self.earliest is not None and self.earliest == self.latest and self.qualifier is Qualifier.NONE


class DateError(ValueError):
    """A text that is no date; the message says why and shows a valid spelling."""


FIRST_DAY, LAST_DAY = -(2**31), 2**31 - 1
LONGEST_TEXT = 100
SPELLINGS = "write year-month-day as far as known: 2019-03-20, 2019-03, 2019, 2019-03~ or 2019-03-20/2019-03-24"
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
SEASONS = {21: ("spring", 3), 22: ("summer", 6), 23: ("autumn", 9), 24: ("winter", 12)}

_MOMENT = re.compile(
    r"(?P<year>-?[0-9X]{4}|Y-?[0-9]+)"
    r"(?:-(?P<month>[0-9]{2}|XX)(?:-(?P<day>[0-9]{2}|XX)(?:T(?P<time>[0-9:.,Z+-]+))?)?)?"
    r"(?P<qualifier>[?~%]?)",
    re.ASCII,
)
_TIME = re.compile(
    r"(?P<clock>(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?|24:00(?::00)?)"
    r"(?P<zone>Z|[+-](?:(?:0[0-9]|1[0-3])(?::[0-5][0-9])?|14(?::00)?))?",
    re.ASCII,
)
_LEVEL_2 = re.compile(r"[0-9XYE.,?~%\[\]{}/-]+", re.ASCII)
_HALF_KNOWN = re.compile(r"-(?:[0-9]X|X[0-9])", re.ASCII)
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/. ]?([0-9]{1,2})[-/. ]?([0-9]{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", re.ASCII)
_PLAIN_DAY = np.array([True] * 4 + [False] + [True] * 2 + [False] + [True] * 2)


@dataclass(frozen=True, slots=True)
class _Moment:
    """One date without an interval; `month` may be a season, 21 to 24."""

    first: int
    last: int
    precision: Precision
    qualifier: Qualifier
    year: int
    last_year: int
    month: int = 0
    day: int = 0
    time: str = ""


def parse(text: str) -> DateSpan:
    """Read one EDTF date, level 0, 1 or 2. Raises `DateError`."""
    return _parse(text.strip())


def day(iso: str) -> int:
    """Return the day number of one calendar day such as `2019-03-20` or `-0043-03-15`. Raises `DateError`."""
    moment = _moment(iso.strip()) if len(iso) <= LONGEST_TEXT else None
    if moment is None or moment.precision is not Precision.DAY or moment.qualifier is not Qualifier.NONE:
        raise DateError(f"{_shown(iso)} is not one calendar day; write it as 2019-03-20")
    return moment.first


@lru_cache(maxsize=65_536)
def isoday(day: int) -> str:
    """Spell a day number: `2019-03-20`, `-0043-03-15`; beyond four digits with Y, as `Y12019-03-20`."""
    year, month, day_of_month = civil(day)
    sign = "-" if year < 0 else ""
    spelled = f"{sign}{abs(year):04}" if abs(year) <= 9999 else f"Y{year}"
    return f"{spelled}-{month:02}-{day_of_month:02}"


def uncertain(earliest: int | None, latest: int | None) -> DateSpan:
    """Return the span of one moment somewhere between two days, spelled `[2019-03-01..2019-03-05]`.

    Two equal days are that day; one missing end is open. Raises `DateError` for reversed days or none.
    """
    first, last = (None if end is None else isoday(end) for end in (earliest, latest))
    return parse(first) if first is not None and first == last else parse(f"[{first or ''}..{last or ''}]")


def parse_days(values: Sequence[str] | pd.Series[str]) -> NDArray[np.int32]:
    """Return the day numbers of many calendar days, shape (n,).

    Plain `YYYY-MM-DD` rows are read together, others one by one with `day`. Raises `DateError`
    naming the first bad row, counted from 1.
    """
    import pyarrow as pa  # which an import needs, and a server does not
    import pyarrow.compute as pc

    try:
        rows = pa.array(values, type=pa.string())
    except (pa.ArrowException, UnicodeError) as error:
        raise DateError(f"the dates must all be texts such as 2019-03-20 ({error})") from None
    if isinstance(rows, pa.ChunkedArray):
        rows = rows.combine_chunks()
    is_ten_bytes = pc.equal(pc.binary_length(rows), 10).fill_null(False)
    digits = _bytes_of(pc.if_else(is_ten_bytes, rows, "0000-00-00"), len(rows))
    days, is_plain = _plain_days(digits)
    for row in np.flatnonzero(~is_plain).tolist():
        days[row] = _day_of_row(rows[row].as_py(), row)
    return days


def describe(span: DateSpan) -> str:
    """Say a date in English: `about February 2019`, `5–6 December 2018`, `until 20 May 2018 (start unknown)`."""
    start, separator, end = _ends(span.text)
    if not separator:
        moment = _moment(start)
        return _doubted(_words(moment), moment.qualifier) if moment else _described_by_bounds(span)
    first, last = _moment(start), _moment(end)
    if first and last:
        return _joined(first, last, span.lasting)
    if (start and not first and start != "..") or (end and not last and end != ".."):
        return _described_by_bounds(span)
    return _one_sided(first, last, separator, "open" if ".." in {start, end} else "unknown")


@lru_cache(maxsize=4_096)
def describe_days(first: int | None, last: int | None) -> str:
    """Say a range of days in English, both ends included; `None` is an open end."""
    start, end = (None if edge is None else _moment_of_day(edge) for edge in (first, last))
    if start and end:
        return _joined(start, end, lasting=True)
    if start:
        return f"from {_words(start)}"
    return f"until {_words(end)}" if end else "all dates"


# --- the calendar


def _ordinal(year: Any, month: Any, day_of_month: Any) -> Any:
    """Days since 1970-01-01 of numbers or arrays (H. Hinnant, “chrono-compatible low-level date algorithms”)."""
    shifted = year - (month <= 2)
    era, month_from_march = shifted // 400, (month + 9) % 12
    year_of_era = shifted - era * 400
    day_of_year = (153 * month_from_march + 2) // 5 + day_of_month - 1
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468


def civil(day_number: int) -> tuple[int, int, int]:
    """Year, month and day of a day number: the inverse of `_ordinal`, from the same source."""
    era, day_of_era = divmod(day_number + 719_468, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_from_march = (5 * day_of_year + 2) // 153
    month = (month_from_march + 2) % 12 + 1
    year = year_of_era + era * 400 + (month <= 2)
    return year, month, day_of_year - (153 * month_from_march + 2) // 5 + 1


def month_start(year: int, month: int) -> int:
    """Day number of the first of a month; month 13 and on run into the next year."""
    extra, index = divmod(month - 1, 12)
    return int(_ordinal(year + extra, index + 1, 1))


# --- reading


@lru_cache(maxsize=65_536)
def _parse(text: str) -> DateSpan:
    if len(text) > LONGEST_TEXT:
        raise DateError(f"{_shown(text)} is too long for a date; {SPELLINGS}")
    start, separator, end = _ends(text)
    if not separator:
        moment = _moment(start)
        return _span(text, moment, moment, lasting=False) if moment else _level_2(text)
    if {start, end} <= {"", ".."}:
        raise DateError(f"{_shown(text)} has no date at either end; {SPELLINGS}")
    bounds = [_moment(edge) for edge in (start, end)]
    if any(bound is None and edge not in {"", ".."} for bound, edge in zip(bounds, (start, end), strict=True)):
        return _level_2(text)
    return _span(text, *bounds, lasting=separator == "/")


def _ends(text: str) -> tuple[str, str, str]:
    """Split `a/b` or `[a..b]`; the separator is empty for a single date."""
    if text.count("/") == 1:
        start, _, end = text.partition("/")
        return start, "/", end
    if text[:1] == "[" and text[-1:] == "]" and text.count("..") == 1 and "," not in text:
        start, _, end = text[1:-1].partition("..")
        return start, "..", end
    return text, "", ""


def _span(text: str, first: _Moment | None, last: _Moment | None, *, lasting: bool) -> DateSpan:
    """Combine two ends, which are the same moment for a single date."""
    if first and last and first.first > last.last:
        raise DateError(
            f"{_shown(text)} ends before it begins; write the earlier date first, as in 2019-03-20/2019-03-24"
        )
    precision = first.precision if first and first is last else Precision.INTERVAL
    qualifier = _combined({end.qualifier for end in (first, last) if end})
    earliest, latest = first.first if first else None, last.last if last else None
    return DateSpan(earliest, latest, precision, qualifier, text, lasting)


def _combined(qualifiers: set[Qualifier]) -> Qualifier:
    stated = qualifiers - {Qualifier.NONE}
    return stated.pop() if len(stated) == 1 else Qualifier.BOTH if stated else Qualifier.NONE


def _moment(text: str) -> _Moment | None:
    """Read one level 0 or 1 date; `None` when the text has another shape."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    year, month, day_of_month, time = match.group("year", "month", "day", "time")
    qualifier = Qualifier(match["qualifier"])
    if "X" in year:
        return None if month else _years_with_x(text, year, qualifier)
    if month == "XX" and day_of_month not in {None, "XX"}:
        return None
    number = _year_number(text, year)
    if month in {None, "XX"}:
        _refuse_time(text, time)
        return _checked(text, number, 1, 12, Precision.YEAR, qualifier)
    if int(month) in SEASONS:
        return _season(text, number, int(month), day_of_month, qualifier)
    return _in_month(text, number, int(month), day_of_month, time, qualifier)


def _refuse_time(text: str, time: str | None) -> None:
    if time:
        raise DateError(f"{_shown(text)} has a time but no day; write it as 2019-04-30T05:46:00Z")


def _year_number(text: str, year: str) -> int:
    if year == "-0000":
        raise DateError(f"{_shown(text)}: there is no year -0000; 1 BCE is written 0000, and 44 BCE is -0043")
    if not year.startswith("Y"):
        return int(year)
    digits = year.lstrip("Y-")
    if len(digits) < 5 or digits[0] == "0":
        raise DateError(f"{_shown(text)}: Y is for years of five digits and more, as in Y12019; write others as 2019")
    return int(year[1:])


def _years_with_x(text: str, year: str, qualifier: Qualifier) -> _Moment | None:
    digits = year.lstrip("-")
    known = digits.rstrip("X")
    if not known and "X" in digits:
        raise DateError(f"{_shown(text)} gives no digit of the year; leave the date empty, or write 19XX or 201X")
    if "X" in known:
        return None
    ends = int(digits.replace("X", "0")), int(digits.replace("X", "9"))
    first, last = (-ends[1], -ends[0]) if year[0] == "-" else ends
    precision = (Precision.INTERVAL, Precision.CENTURY, Precision.DECADE)[len(known) - 1]
    return _Moment(month_start(first, 1), month_start(last, 13) - 1, precision, qualifier, first, last)


def _season(text: str, year: int, season: int, day_of_month: str | None, qualifier: Qualifier) -> _Moment:
    if day_of_month:
        raise DateError(f"{_shown(text)}: {season} is the {SEASONS[season][0]}, which has no day; write {text[:7]}")
    starts = SEASONS[season][1]
    return _checked(text, year, starts, starts + 2, Precision.SEASON, qualifier, season)


def _in_month(
    text: str, year: int, month: int, day_of_month: str | None, time: str | None, qualifier: Qualifier
) -> _Moment:
    if not 1 <= month <= 12:
        raise DateError(
            f"{_shown(text)}: there is no month {month:02}; months are 01 to 12 and seasons 21 to 24, as in 2019-03-20"
        )
    if day_of_month in {None, "XX"}:
        _refuse_time(text, time)
        return _checked(text, year, month, month, Precision.MONTH, qualifier, month)
    number = int(day_of_month or 0)
    length = month_start(year, month + 1) - month_start(year, month)
    if not 1 <= number <= length:
        raise DateError(
            f"{_shown(text)}: {MONTHS[month - 1]} {year_words(year)} has days 01 to {length}, "
            f"not {number:02}; write it as 2019-03-20"
        )
    if time and not _TIME.fullmatch(time):
        raise DateError(f"{_shown(text)}: “{time}” is not a time of day; write it as 2019-04-30T05:46:00-04:00")
    of_month = _checked(text, year, month, month, Precision.MONTH, qualifier, month)
    one_day = of_month.first + number - 1
    precision = Precision.TIME if time else Precision.DAY
    return _Moment(one_day, one_day, precision, qualifier, year, year, month, number, time or "")


def _checked(
    text: str, year: int, month: int, last_month: int, precision: Precision, qualifier: Qualifier, named: int = 0
) -> _Moment:
    """Return whole months of a year, refused where day numbers leave 32 bits."""
    first, last = month_start(year, month), month_start(year, last_month + 1) - 1
    _refuse_far(text, first, last)
    return _Moment(first, last, precision, qualifier, year, year, named)


def _refuse_far(text: str, *days: int) -> None:
    if not all(FIRST_DAY <= one <= LAST_DAY for one in days):
        raise DateError(f"{_shown(text)} is too far away; years from Y-5877640 to Y5881579 can be used")


def _moment_of_day(day_number: int) -> _Moment:
    year, month, day_of_month = civil(day_number)
    return _Moment(day_number, day_number, Precision.DAY, Qualifier.NONE, year, year, month, day_of_month)


# --- level 2, by the library


def _level_2(text: str) -> DateSpan:
    """Read what only level 2 allows, such as `1560-XX-25` or `[2019-03-20,2019-03-23]`."""
    if not _LEVEL_2.fullmatch(text) or _HALF_KNOWN.search(text):
        _refuse(text)
    first, last, kind = _library_bounds(text)
    if (first is None and last is None) or (first is not None and last is not None and first > last):
        _refuse(text)
    _refuse_far(text, *(edge for edge in (first, last) if edge is not None))
    is_one_date = kind not in {"OneOfASet", "MultipleDates", "Level2Interval"}
    precision = _precision_of_length(first, last) if is_one_date else Precision.INTERVAL
    marks = {Qualifier(mark) for mark in text if mark in "?~%"}
    return DateSpan(first, last, precision, _combined(marks), text, kind in {"MultipleDates", "Level2Interval"})


def _library_bounds(text: str) -> tuple[int | None, int | None, str]:
    # Imported late: most dossiers never need it and pyparsing is slow to load.
    from edtf import parse_edtf

    try:
        parsed = parse_edtf(text)
        return _library_day(parsed.lower_strict()), _library_day(parsed.upper_strict()), type(parsed).__name__
    except Exception:  # The library leaks TypeError, AttributeError and others for malformed dates.
        _refuse(text)


def _library_day(edge: Any) -> int | None:
    """Return the day of a library bound, which is a struct_time or a float infinity."""
    return None if isinstance(edge, float) else int(_ordinal(edge[0], edge[1], edge[2]))


def _precision_of_length(first: int | None, last: int | None) -> Precision:
    if first is None or last is None:
        return Precision.INTERVAL
    lengths = {
        Precision.DAY: 1,
        Precision.MONTH: 31,
        Precision.YEAR: 366,
        Precision.DECADE: 3_653,
        Precision.CENTURY: 36_525,
    }
    return next((unit for unit, days in lengths.items() if last - first < days), Precision.INTERVAL)


# --- refusing


def _refuse(text: str) -> NoReturn:
    if not text:
        raise DateError(f"the date is empty; {SPELLINGS}")
    likely = _likely(text)
    hint = f"did you mean {likely}?" if likely else SPELLINGS
    raise DateError(f"{_shown(text)} is not a date; {hint}")


def _likely(text: str) -> str | None:
    """Guess the date behind a common misspelling, when only one reading is a real day."""
    if match := _YEAR_FIRST.fullmatch(text):
        readings = [match.groups()]
    elif match := _DAY_FIRST.fullmatch(text):
        one, two, year = match.groups()
        readings = [(year, two, one), (year, one, two)]
    else:
        readings = []
    spelled = {f"{year}-{int(month):02}-{int(number):02}" for year, month, number in readings}
    upper = text.upper().replace("U", "X")
    real = {guess for guess in spelled | ({upper} - {text}) if _is_level_1(guess)}
    return real.pop() if len(real) == 1 else None


def _is_level_1(text: str) -> bool:
    try:
        return _moment(text) is not None
    except DateError:
        return False


def _shown(text: str) -> str:
    return f"“{text if len(text) <= 40 else text[:40] + '…'}”"


# --- many days at once


def _bytes_of(rows: Any, length: int) -> NDArray[np.uint8]:
    """View an Arrow array of ten-byte texts as bytes, shape (n, 10)."""
    data = rows.buffers()[2]
    flat = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, np.uint8)
    start = rows.offset * 10
    return flat[start : start + length * 10].reshape(length, 10)


def _plain_days(characters: NDArray[np.uint8]) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Days of `YYYY-MM-DD` rows, and which rows are real days in that spelling."""
    digits = characters - np.uint8(48)
    has_shape = np.where(_PLAIN_DAY, digits <= 9, characters == 45).all(axis=1)
    numbers = digits.astype(np.int32)
    year = numbers[:, :4] @ np.array([1000, 100, 10, 1], np.int32)
    month = numbers[:, 5] * 10 + numbers[:, 6]
    day_of_month = numbers[:, 8] * 10 + numbers[:, 9]
    days = _ordinal(year, month, day_of_month)
    is_last_month = month == 12
    next_month = _ordinal(year + is_last_month, np.where(is_last_month, 1, month + 1), 1)
    is_real = (month >= 1) & (month <= 12) & (day_of_month >= 1) & (days < next_month)
    return days.astype(np.int32), has_shape & is_real


def _day_of_row(value: str | None, row: int) -> int:
    try:
        return day(value or "")
    except DateError as error:
        raise DateError(f"row {row + 1}: {error}") from None


# --- English


def year_words(year: int) -> str:
    """Say a year: `2019`, `33 CE`, `44 BCE` (for -43)."""
    if year <= 0:
        return f"{1 - year} BCE"
    return str(year) if year >= 1000 else f"{year} CE"


def _words(moment: _Moment) -> str:
    """Say one moment without its doubt."""
    year = year_words(moment.year)
    match moment.precision:
        case Precision.TIME:
            return f"{moment.day} {MONTHS[moment.month - 1]} {year}, {_clock_words(moment.time)}"
        case Precision.DAY:
            return f"{moment.day} {MONTHS[moment.month - 1]} {year}"
        case Precision.MONTH:
            return f"{MONTHS[moment.month - 1]} {year}"
        case Precision.SEASON:
            return f"{SEASONS[moment.month][0]} {year}"
        case Precision.YEAR:
            return year
        case Precision.DECADE if moment.year >= 1000:
            return f"{year}s"
        case _:
            return _years_joined(moment.year, moment.last_year, "–")


def _clock_words(time: str) -> str:
    match = _TIME.fullmatch(time)
    clock, zone = match.group("clock", "zone") if match else (time, None)
    if not zone:
        return clock
    return f"{clock} UTC" if zone == "Z" else f"{clock} (UTC{zone.replace('-', '−')})"


def _doubted(words: str, qualifier: Qualifier) -> str:
    about = "about " if qualifier in {Qualifier.APPROXIMATE, Qualifier.BOTH} else ""
    return f"{about}{words}" + (" (uncertain)" if qualifier in {Qualifier.UNCERTAIN, Qualifier.BOTH} else "")


def _joined(first: _Moment, last: _Moment, lasting: bool) -> str:
    """Say two ends, naming a shared month or year and a shared doubt once."""
    if first.qualifier is not last.qualifier:
        ends = _doubted(_words(first), first.qualifier), _doubted(_words(last), last.qualifier)
        return " – ".join(ends) if lasting else f"between {' and '.join(ends)}"
    if (first.first, first.last, first.time) == (last.first, last.last, last.time):
        return _doubted(_words(first), first.qualifier)
    tight, wide = ("–", " – ") if lasting else (" and ", " and ")
    words = _together(first, last, tight, wide)
    return _doubted(words if lasting else f"between {words}", first.qualifier)


def _together(first: _Moment, last: _Moment, tight: str, wide: str) -> str:
    match first.precision, last.precision:
        case Precision.YEAR, Precision.YEAR:
            return _years_joined(first.year, last.year, tight)
        case (Precision.DAY, Precision.DAY) if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}{tight}{_words(last)}"
        case (Precision.DAY, Precision.DAY) if first.year == last.year:
            return f"{first.day} {MONTHS[first.month - 1]}{wide}{_words(last)}"
        case (Precision.MONTH, Precision.MONTH) if first.year == last.year:
            return f"{MONTHS[first.month - 1]}{tight}{_words(last)}"
        case _:
            return f"{_words(first)}{wide}{_words(last)}"


def _years_joined(first: int, last: int, tight: str) -> str:
    if last <= 0:
        return f"{1 - first}{tight}{year_words(last)}"
    if first > 0 and last < 1000:
        return f"{first}{tight}{year_words(last)}"
    wide = tight if first >= 1000 or tight != "–" else " – "
    return f"{year_words(first)}{wide}{year_words(last)}"


def _one_sided(first: _Moment | None, last: _Moment | None, separator: str, other_end: str) -> str:
    known = first or last
    assert known is not None
    words = _doubted(_words(known), known.qualifier)
    if separator == "..":
        return f"on or after {words}" if first else f"on or before {words}"
    return f"from {words} (end {other_end})" if first else f"until {words} (start {other_end})"


def _described_by_bounds(span: DateSpan) -> str:
    """Say a level 2 date by the days it may mean."""
    return _doubted(describe_days(span.earliest, span.latest), span.qualifier)
