"""Dates: what a source wrote becomes the days it may mean, and English again."""

import contextlib
import datetime
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from edtf import parse_edtf
from hypothesis import assume, given
from hypothesis import strategies as st

from events.dates import (
    DateError,
    DateSpan,
    Precision,
    Qualifier,
    day,
    describe,
    describe_days,
    isoday,
    parse,
    parse_days,
    uncertain,
)

# --- every form of level 0 and 1, as text with the first and the last day that it may mean

YEARS = st.integers(-9999, 9999)
FAR_YEARS = st.one_of(st.integers(10_000, 5_000_000), st.integers(-5_000_000, -10_000))


def year_text(year: int) -> str:
    return f"{'-' if year < 0 else ''}{abs(year):04}"


def first_of(year: int, month: int) -> int:
    """Day number of a first of month, by the standard library within a 400-year cycle."""
    cycles, inside = divmod(year + (month - 1) // 12 - 1, 400)
    month = (month - 1) % 12 + 1
    return datetime.date(inside + 1, month, 1).toordinal() - 719_163 + cycles * 146_097


@st.composite
def years(draw: st.DrawFn) -> tuple[str, int, int]:
    year = draw(YEARS)
    suffix = draw(st.sampled_from(["", "-XX", "-XX-XX"]))
    return year_text(year) + suffix, first_of(year, 1), first_of(year, 13) - 1


@st.composite
def long_years(draw: st.DrawFn) -> tuple[str, int, int]:
    year = draw(FAR_YEARS)
    return f"Y{year}", first_of(year, 1), first_of(year, 13) - 1


@st.composite
def months(draw: st.DrawFn) -> tuple[str, int, int]:
    year, month = draw(YEARS), draw(st.integers(1, 12))
    suffix = draw(st.sampled_from(["", "-XX"]))
    return f"{year_text(year)}-{month:02}{suffix}", first_of(year, month), first_of(year, month + 1) - 1


@st.composite
def seasons(draw: st.DrawFn) -> tuple[str, int, int]:
    year, season = draw(YEARS), draw(st.integers(21, 24))
    starts = {21: 3, 22: 6, 23: 9, 24: 12}[season]
    return f"{year_text(year)}-{season}", first_of(year, starts), first_of(year, starts + 3) - 1


@st.composite
def unknown_digits(draw: st.DrawFn) -> tuple[str, int, int]:
    known, sign = draw(st.integers(0, 999)), draw(st.sampled_from(["", "-"]))
    unknown = draw(st.integers(1, 3))
    digits = f"{known:03}"[: 4 - unknown]
    low, high = int(digits + "0" * unknown), int(digits + "9" * unknown)
    first, last = (-high, -low) if sign else (low, high)
    return sign + digits + "X" * unknown, first_of(first, 1), first_of(last, 13) - 1


@st.composite
def days(draw: st.DrawFn) -> tuple[str, int, int]:
    number = draw(st.integers(first_of(-9999, 1), first_of(10_000, 1) - 1))
    return isoday(number), number, number


@st.composite
def times(draw: st.DrawFn) -> tuple[str, int, int]:
    text, first, last = draw(days())
    clock = draw(st.times()).strftime(draw(st.sampled_from(["%H:%M:%S", "%H:%M"])))
    zone = draw(st.sampled_from(["", "Z", "+02:00", "-04:30", "-04", "+14:00"]))
    return f"{text}T{clock}{zone}", first, last


@st.composite
def qualified(draw: st.DrawFn) -> tuple[str, int, int]:
    text, first, last = draw(st.one_of(years(), long_years(), months(), seasons(), unknown_digits(), days()))
    return text + draw(st.sampled_from("?~%")), first, last


moments = st.one_of(years(), long_years(), months(), seasons(), unknown_digits(), days(), times(), qualified())


@st.composite
def intervals(draw: st.DrawFn) -> tuple[str, int | None, int | None]:
    one, two = sorted([draw(moments), draw(moments)], key=lambda moment: moment[1:])
    start = draw(st.sampled_from([one, ("", None, None), ("..", None, None)]))
    end = draw(st.sampled_from([two, ("", None, None), ("..", None, None)]))
    assume(start[0] not in {"", ".."} or end[0] not in {"", ".."})
    return f"{start[0]}/{end[0]}", start[1], end[2]


@given(st.one_of(moments, intervals()))
def test_every_form_of_level_0_and_1_means_its_days(form: tuple[str, int | None, int | None]) -> None:
    text, earliest, latest = form
    span = parse(text)
    assert (span.earliest, span.latest) == (earliest, latest)
    assert span.text == text
    assert span.lasting == ("/" in text)
    assert describe(span)


@given(st.one_of(years(), months(), days(), unknown_digits()))
def test_the_edtf_library_agrees_on_the_bounds(form: tuple[str, int, int]) -> None:
    text, earliest, latest = form
    assume(not text.startswith("-"))
    theirs = parse_edtf(text)
    bounds = [day(f"{edge[0]:04}-{edge[1]:02}-{edge[2]:02}") for edge in (theirs.lower_strict(), theirs.upper_strict())]
    assert bounds == [earliest, latest]


@given(st.one_of(moments, intervals()))
def test_bounds_are_ordered(form: tuple[str, int | None, int | None]) -> None:
    span = parse(form[0])
    assert span.earliest is None or span.latest is None or span.earliest <= span.latest


@given(st.integers(first_of(-10_000, 1), first_of(20_001, 1) - 1))
def test_a_day_survives_being_spelled(number: int) -> None:
    assert day(isoday(number)) == number
    assert parse(isoday(number)).earliest == number


CASES: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "time_cases.json").read_text("utf-8"))
"""Read by tests/js/time.test.mjs too."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["iso"])
def test_server_and_browser_name_a_day_alike(case: dict[str, Any]) -> None:
    assert (isoday(case["day"]), describe_days(case["day"], case["day"])) == (case["iso"], case["words"])
    assert day(case["iso"]) == case["day"]


@given(st.dates())
def test_days_agree_with_the_standard_library(date: datetime.date) -> None:
    assert day(date.isoformat()) == (date - datetime.date(1970, 1, 1)).days
    assert isoday(day(date.isoformat())) == date.isoformat()


@given(st.text(alphabet="0123456789-/.XYTZE?~%[]{},: S^uU", max_size=30) | st.text())
def test_garbage_is_a_date_error_and_nothing_else(text: str) -> None:
    with contextlib.suppress(DateError):
        assert describe(parse(text))


@pytest.mark.parametrize(
    ("text", "precision", "qualifier"),
    [
        ("2019-04-30T05:46:00Z", Precision.TIME, Qualifier.NONE),
        ("2019-04-30", Precision.DAY, Qualifier.NONE),
        ("2019-04~", Precision.MONTH, Qualifier.APPROXIMATE),
        ("2019-04-XX", Precision.MONTH, Qualifier.NONE),
        ("2019-21?", Precision.SEASON, Qualifier.UNCERTAIN),
        ("2019%", Precision.YEAR, Qualifier.BOTH),
        ("201X", Precision.DECADE, Qualifier.NONE),
        ("19XX", Precision.CENTURY, Qualifier.NONE),
        ("1XXX", Precision.INTERVAL, Qualifier.NONE),
        ("2019~/2020?", Precision.INTERVAL, Qualifier.BOTH),
        ("2019~/2020", Precision.INTERVAL, Qualifier.APPROXIMATE),
    ],
)
def test_a_span_knows_how_fine_and_how_sure_its_text_is(text: str, precision: Precision, qualifier: Qualifier) -> None:
    span = parse(text)
    assert (span.precision, span.qualifier) == (precision, qualifier)


@pytest.mark.parametrize(
    ("text", "is_exact"), [("2019-04-30", True), ("2019-04-30~", False), ("2019-04", False), ("/2019-04-30", False)]
)
def test_only_one_undoubted_day_is_exact(text: str, is_exact: bool) -> None:
    assert parse(text).is_exact is is_exact


def test_years_beyond_pandas_and_before_our_era_have_days() -> None:
    assert day("1500-01-01") == -171_664
    assert day("9999-12-31") == 2_932_896
    assert day("0000-03-01") - day("0000-02-29") == 1
    assert isoday(day("-0043-03-15")) == "-0043-03-15"
    assert isoday(day("Y12019-03-20")) == "Y12019-03-20"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2019-13-01", "there is no month 13"),
        ("2019-00", "there is no month 00"),
        ("2019-02-30", "February 2019 has days 01 to 28, not 30"),
        ("1900-02-29", "February 1900 has days 01 to 28, not 29"),
        ("2019-04-00", "April 2019 has days 01 to 30, not 00"),
        ("2019-05-02/2019-05-01", "ends before it begins"),
        ("[2019-05-02..2019-05-01]", "ends before it begins"),
        ("2019-21-05", "spring, which has no day; write 2019-21"),
        ("2019-04-30T25:00", "“25:00” is not a time of day"),
        ("2019-04-XXT05:00", "has a time but no day"),
        ("-0000", "1 BCE is written 0000"),
        ("Y2019", "Y is for years of five digits and more"),
        ("Y170000002", "too far away"),
        ("Y-17E7", "too far away"),
        ("XXXX", "leave the date empty"),
        ("/", "no date at either end"),
        ("../..", "no date at either end"),
        ("", "the date is empty"),
        ("20/03/2019", "did you mean 2019-03-20?"),
        ("20.3.2019", "did you mean 2019-03-20?"),
        ("2019-3-5", "did you mean 2019-03-05?"),
        ("20190320", "did you mean 2019-03-20?"),
        ("2019/03/20", "did you mean 2019-03-20?"),
        ("201x", "did you mean 201X?"),
        ("201u", "did you mean 201X?"),
        ("05/03/2019", "write year-month-day"),
        ("March 2019", "write year-month-day"),
        ("1950S2", "write year-month-day"),
        ("2019-0X/2018-0X", "write year-month-day"),
        ("9" * 1000, "too long for a date"),
    ],
)
def test_a_wrong_date_says_what_is_wrong_and_how_to_write_it(text: str, words: str) -> None:
    with pytest.raises(DateError) as caught:
        parse(text)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("text", "first", "last", "lasting"),
    [
        ("1560-XX-25", "1560-01-25", "1560-12-25", False),
        ("[2019-03-20,2019-03-23]", "2019-03-20", "2019-03-23", False),
        ("{2019-03-20..2019-03-22}", "2019-03-20", "2019-03-22", True),
        ("2019?-03", "2019-03-01", "2019-03-31", False),
        ("2004-06-XX/2004-07-03", "2004-06-01", "2004-07-03", True),
    ],
)
def test_level_2_is_read_with_checked_bounds(text: str, first: str, last: str, lasting: bool) -> None:
    span = parse(text)
    assert (span.earliest, span.latest, span.lasting) == (day(first), day(last), lasting)
    assert describe(span)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2019-03-20", "20 March 2019"),
        ("2019-02~", "about February 2019"),
        ("2019-03-20?", "20 March 2019 (uncertain)"),
        ("2019%", "about 2019 (uncertain)"),
        ("2018-12-05/2018-12-06", "5–6 December 2018"),
        ("2018-05-20/2018-05-24", "20–24 May 2018"),
        ("2019-01-28/2019-02-03", "28 January – 3 February 2019"),
        ("2018-12-28/2019-01-03", "28 December 2018 – 3 January 2019"),
        ("2019-05-01/2019-05-01", "1 May 2019"),
        ("/2018-05-20", "until 20 May 2018 (start unknown)"),
        ("../2018-05-20", "until 20 May 2018 (start open)"),
        ("2018-05/", "from May 2018 (end unknown)"),
        ("2018-05~/..", "from about May 2018 (end open)"),
        ("2019-02-18~/2019-02-21~", "about 18–21 February 2019"),
        ("2019-03?/2019", "March 2019 (uncertain) – 2019"),
        ("2001", "2001"),
        ("2001-05", "May 2001"),
        ("2019-21", "spring 2019"),
        ("2019-01/2019-03", "January–March 2019"),
        ("2018-11/2019-01", "November 2018 – January 2019"),
        ("2018/2019", "2018–2019"),
        ("198X", "1980s"),
        ("19XX", "1900–1999"),
        ("-0043", "44 BCE"),
        ("-0043-03-15", "15 March 44 BCE"),
        ("-004X", "50–41 BCE"),
        ("-0045/-0043", "46–44 BCE"),
        ("-0010/0005", "11 BCE – 5 CE"),
        ("0033", "33 CE"),
        ("2019-04-30T05:46:00Z", "30 April 2019, 05:46:00 UTC"),
        ("2019-04-30T05:46-04:00", "30 April 2019, 05:46 (UTC−04:00)"),
        ("[2019-03-01..2019-03-05]", "between 1 and 5 March 2019"),
        ("[2018..2019]", "between 2018 and 2019"),
        ("[..2019-03-05]", "on or before 5 March 2019"),
        ("[2019-03-01..]", "on or after 1 March 2019"),
    ],
)
def test_a_reader_gets_a_date_in_english(text: str, words: str) -> None:
    assert describe(parse(text)) == words


def test_a_range_of_days_is_said_like_a_date() -> None:
    assert describe_days(day("2019-01-28"), day("2019-02-03")) == "28 January – 3 February 2019"
    assert describe_days(day("2019-01-28"), None) == "from 28 January 2019"
    assert describe_days(None, day("2019-01-28")) == "until 28 January 2019"
    assert describe_days(None, None) == "all dates"


@given(st.integers(-3_000_000, 3_000_000), st.integers(0, 10_000))
def test_an_uncertain_moment_survives_being_written(first: int, length: int) -> None:
    span = uncertain(first, first + length)
    assert (span.earliest, span.latest, span.lasting) == (first, first + length, False)
    assert parse(span.text) == span
    assert span.is_exact == (length == 0)


def test_an_uncertain_moment_may_have_one_open_end_but_not_two() -> None:
    assert uncertain(None, 3) == DateSpan(None, 3, Precision.INTERVAL, Qualifier.NONE, "[..1970-01-04]", False)
    with pytest.raises(DateError, match="no date at either end"):
        uncertain(None, None)
    with pytest.raises(DateError, match="ends before it begins"):
        uncertain(3, 2)


@pytest.mark.parametrize("text", ["2019", "2019-03", "2019-03-20~", "2019-03-20T05:00", "", "x" * 200, "2019-02-30"])
def test_a_day_must_be_one_calendar_day(text: str) -> None:
    with pytest.raises(DateError):
        day(text)


@given(st.lists(st.integers(-800_000, 3_000_000)))
def test_many_days_are_read_as_each_one_would_be(numbers: list[int]) -> None:
    texts = [isoday(number) for number in numbers]
    read = parse_days(texts)
    assert read.dtype == np.int32
    assert read.tolist() == numbers
    assert parse_days(pd.Series(texts, dtype="str")).tolist() == numbers


@pytest.mark.parametrize("bad", ["2019-02-30", "2019-13-01", "2019-00-10", "2019-01-00", "2019_01_01", "2019-1-1é"])
def test_many_days_name_the_first_bad_row(bad: str) -> None:
    with pytest.raises(DateError, match=r"^row 3: ") as caught:
        parse_days(["2019-01-01", "-0043-03-15", bad, "nonsense"])
    assert bad in str(caught.value)


def test_many_days_refuse_what_is_missing_or_no_text() -> None:
    with pytest.raises(DateError, match=r"^row 2: "):
        parse_days(pd.Series(["2019-01-01", None], dtype="str"))
    with pytest.raises(DateError, match="must all be texts"):
        parse_days([1, 2])  # type: ignore[list-item]
