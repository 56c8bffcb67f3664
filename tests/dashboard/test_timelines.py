"""The timeline draws a date as precisely as it is known, and nothing on top of anything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.view_model.appearance import Appearance
from dashboard.view_model.results import fetch
from dashboard.view_model.timelines import MOST_LANES, Glyph, TimelineView, kind_colours, packed, timeline_view
from dashboard.workspace import Workspace, open_dossier
from events.dates import day
from events.dossier import Dossier

LineOf = Callable[..., TimelineView]
intervals = st.lists(
    st.tuples(st.integers(0, 3), st.integers(-50, 50), st.integers(0, 20)).map(lambda x: (x[0], x[1], x[1] + x[2])),
    max_size=40,
)


@given(intervals, st.sampled_from([0.0, 0.5, 3.0]))
def test_marks_of_a_lane_never_overlap(spans: list[tuple[int, float, float]], gap: float) -> None:
    rows = packed(spans, gap)
    for (a, row), (b, other) in combinations(zip(spans, rows, strict=True), 2):
        if a[0] == b[0] and row == other:
            assert a[2] + gap <= b[1] or b[2] + gap <= a[1]


@given(intervals)
def test_marks_stack_no_higher_than_they_must(spans: list[tuple[int, float, float]]) -> None:
    for i, row in enumerate(packed(spans, 0.5)):
        lane, left, _ = spans[i]
        crowd = sum(1 for one in spans if one[0] == lane and one[1] <= left < one[2] + 0.5)
        assert row < crowd


def small(made: Callable[..., Dossier], *whens: str | None) -> Workspace:
    return open_dossier(made([{"when": when, "actors": ["cuba"]} for when in whens]))


def line(space: Workspace) -> TimelineView:
    return timeline_view(space, space.default, fetch(space, space.default), Appearance.LIGHT)


@pytest.mark.parametrize(
    ("when", "glyph", "ends", "is_approximate"),
    [
        ("2019-04-30", Glyph.DAY, ("2019-04-30", "2019-04-30"), False),
        ("2019-04-30~", Glyph.DAY, ("2019-04-30", "2019-04-30"), True),
        ("2019-03", Glyph.BETWEEN, ("2019-03-01", "2019-03-31"), False),
        ("2019-03~", Glyph.BETWEEN, ("2019-03-01", "2019-03-31"), True),
        ("2019-03-20/2019-03-24", Glyph.LASTING, ("2019-03-20", "2019-03-24"), False),
        ("[2019-03-20..2019-03-24]", Glyph.BETWEEN, ("2019-03-20", "2019-03-24"), False),
        ("-0043-03-15", Glyph.DAY, ("-0043-03-15", "-0043-03-15"), False),
    ],
)
def test_a_mark_is_as_precise_as_its_date(
    made: Callable[..., Dossier], when: str, glyph: Glyph, ends: tuple[str, str], is_approximate: bool
) -> None:
    [mark] = line(small(made, when)).marks
    assert (mark.glyph, mark.is_approximate) == (glyph, is_approximate)
    assert (mark.left, mark.right) == tuple(map(day, ends))


def test_an_open_end_reaches_the_edge_of_the_picture_and_no_known_end_is_moved(made: Callable[..., Dossier]) -> None:
    found = line(small(made, "../1970-01-01", "2019-03-20/..", "2018-01-01"))
    first, last = found.window
    opened = {mark.record: mark.ends(found.window) for mark in found.marks}
    assert opened["e0"] == (first, day("1970-01-01"))
    assert opened["e1"] == (day("2019-03-20"), last)
    later = day("1971-01-01"), day("1972-01-01")
    assert found.marks[0].ends(later) == (day("1970-01-01"), day("1970-01-01"))


def test_an_undated_event_has_no_mark_but_stays_in_the_totals(made: Callable[..., Dossier]) -> None:
    space = small(made, "2019-04-30", None)
    assert [mark.record for mark in line(space).marks] == ["e0"]
    assert fetch(space, space.default).totals.undated == 1


@pytest.mark.parametrize("whens", [(), (None,), ("2019-04-30",), ("-0043-03-15", "2019"), ("Y120019",)])
def test_any_dossier_has_a_window_with_ticks_in_it(made: Callable[..., Dossier], whens: tuple[str | None, ...]) -> None:
    found = line(small(made, *whens))
    assert found.window[0] < found.window[1]
    assert found.ticks
    assert found.density[0][0] == found.window[0]


def test_the_bins_of_the_density_follow_each_other_through_the_window(line_of: LineOf) -> None:
    found = line_of("?lens=happened&zoom=2018-05-01..2019-12-31")
    starts, ends = [first for first, _, _ in found.density], [last for _, last, _ in found.density]
    assert starts[1:] == [last + 1 for last in ends[:-1]]
    assert starts[0] == found.window[0]
    assert ends[-1] >= found.window[1]
    assert len(starts) <= 120


def test_every_dated_event_is_a_mark_whatever_the_period(line_of: LineOf, space: Workspace) -> None:
    dated = {key for key, event in space.dossier.events.items() if event.when}
    for search in ("?lens=happened", "?lens=happened&from=2019-04-30&to=2019-04-30"):
        assert {mark.record for mark in line_of(search).marks} == dated


@pytest.mark.parametrize("lanes", ["side", "kind", "none"])
@pytest.mark.parametrize("spacing", ["proportional", "even"])
def test_no_two_marks_of_the_bundled_dossier_share_a_place(line_of: LineOf, lanes: str, spacing: str) -> None:
    found = line_of(f"?lens=happened&lanes={lanes}&spacing={spacing}")
    places = [(mark.lane, mark.row, mark.left) for mark in found.marks if mark.glyph is Glyph.DAY]
    assert len(set(places)) == len(places)
    assert all(0 <= mark.lane < len(found.lanes) and 0 <= mark.row < found.rows for mark in found.marks)


def test_events_beyond_the_edges_are_counted_there(line_of: LineOf) -> None:
    found = line_of("?lens=happened&zoom=2019-01-01..2019-02-01")
    outside = [m for m in found.marks if m.right is not None and m.right < found.window[0]]
    assert found.earlier == len(outside) > 0
    assert found.later > 0


def test_the_open_record_is_marked(line_of: LineOf, space: Workspace) -> None:
    key = next(iter(space.dossier.events))
    assert line_of(f"?lens=happened&open={key}").marked == (key,)


def test_lanes_that_could_not_be_read_share_one_which_says_how_many_they_are(line_of: LineOf, space: Workspace) -> None:
    found = line_of("?lens=happened&lanes=kind")
    present = Counter(event.kind for event in space.dossier.events.values())
    kept, [(_, shared)] = [key for key, _ in found.lanes[:-1]], found.lanes[-1:]
    assert len(found.lanes) == MOST_LANES < len(present)
    assert shared == f"{len(present) - len(kept)} more"
    assert min(present[kind] for kind in kept) >= max(number for kind, number in present.items() if kind not in kept)
    assert len(found.marks) == len(space.dossier.events)


@given(st.lists(st.sampled_from("abcdefghij"), unique=True, max_size=7))
def test_a_frequent_kind_has_one_colour_under_all_filters_and_no_two_share_one(named: list[str]) -> None:
    ranked, palette = "abcdefghij", ("1", "2", "3", "4", "5", "6", "rest")
    colours = kind_colours(named, ranked, palette)
    assert len(set(colours.values())) == len(named)
    assert all(colours[kind] == palette[ranked.index(kind)] for kind in named if kind in "abcdef")
