"""One origin is one witness, and a record is public from the day of its first dated source."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.dates import day
from events.model import Source
from events.sourcing import Sourcing, first_report, origin_of, origins, published, sides, sourcing, witnesses


def source(publisher: str, kind: str = "news", **fields: Any) -> Source:
    given = {"id": "s", "publisher": publisher, "title": "A page", "url": "https://example.org/", "kind": kind}
    return Source.model_validate(given | fields)


REUTERS = source("Reuters")
REPRINT = source("Daily", origin="REUTERS")
COPY = source("Weekly", "copy", origin="Reuters")
NAMELESS = source("Blog of copies", "copy")
MONTHLY = source("Monthly")

anything = st.lists(
    st.builds(
        source,
        st.sampled_from(["Reuters", "Daily", "Weekly", "reuters"]),
        st.sampled_from(["news", "copy"]),
        origin=st.sampled_from(["", "Reuters", "TASS"]),
        side=st.sampled_from([None, "moscow", "washington"]),
        date=st.sampled_from([None, "2019-03-24", "2019-03", "../2019", "2019-04~"]),
    ),
    max_size=5,
)


@pytest.mark.parametrize(
    ("sources", "expected", "level"),
    [
        ([], set(), Sourcing.UNSOURCED),
        ([REUTERS, REPRINT, COPY], {"Reuters"}, Sourcing.SINGLE_SOURCED),
        ([REUTERS, MONTHLY], {"Reuters", "Monthly"}, Sourcing.INDEPENDENT),
        ([REUTERS, NAMELESS], {"Reuters"}, Sourcing.SINGLE_SOURCED),
        ([NAMELESS, source("Another", "copy")], {"Blog of copies"}, Sourcing.SINGLE_SOURCED),
    ],
    ids=["none", "a wire and its reprints", "two publishers", "a copy of nobody knows whom", "such copies alone"],
)
def test_reprints_and_copies_are_no_second_witness(sources: list[Source], expected: set[str], level: Sourcing) -> None:
    assert origins(sources) == expected
    assert sourcing(sources) is level


def test_a_source_goes_back_to_what_it_repeats_or_to_its_publisher() -> None:
    assert [origin_of(one) for one in (REUTERS, COPY, NAMELESS)] == ["Reuters", "Reuters", "Blog of copies"]


@given(anything)
def test_every_origin_stands_on_one_side_or_none(sources: list[Source]) -> None:
    assert sides(sources).total() == len(origins(sources))


@given(anything, anything)
def test_another_source_never_takes_a_witness_away(sources: list[Source], more: list[Source]) -> None:
    assert len(origins(sources)) <= len(origins([*sources, *more]))
    assert all(one in sources for group in witnesses(sources).values() for one in group)


def test_an_origin_is_on_the_side_of_the_source_that_names_one() -> None:
    assert sides([REPRINT, source("Reuters", side="washington"), MONTHLY]) == {"washington": 1, None: 1}


def test_the_first_report_is_the_earliest_dated_source_as_exact_as_it_is_dated() -> None:
    dated = [source("a", date=when) for when in ("2019-03-24", "2019-03", None, "../2018")]
    report = first_report(dated)
    assert report is not None
    assert (report.text, published(dated)) == ("2019-03", day("2019-03-01"))
    assert published([REUTERS, source("a", date="../2018")]) is None


@given(anything, anything)
def test_more_sources_never_make_a_record_public_later(sources: list[Source], more: list[Source]) -> None:
    before, after = published(sources), published([*sources, *more])
    assert before is None or (after is not None and after <= before)
