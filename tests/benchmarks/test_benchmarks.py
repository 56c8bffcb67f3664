"""The benchmarks measure what they say: the same events for everybody, and every number beside the peers'."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import pytest
import yaml

from dashboard.cli import resolved
from events import formats
from geodata.places import COUNTRY_IDS
from tests.benchmarks import generate
from tests.benchmarks.__main__ import NOTES, command, size, wishes
from tests.benchmarks.browsing import path
from tests.benchmarks.forms import FORMS
from tests.benchmarks.goals import GOALS, verdicts
from tests.benchmarks.measuring import Measurement, quantile
from tests.benchmarks.report import UNWRITTEN, Run, as_json, count, figure, from_json, markdown, merged
from tests.benchmarks.standoff import clicks
from tests.benchmarks.subjects import Wanted

ROWS = 20_000
STEP = "step, p50"
TAKEN = [
    Measurement("brush", STEP, 1_000, "standoff", 5.0, "ms", "2026-01-02"),
    Measurement("brush", STEP, 1_000, "mosaic", 25.0, "ms", "2026-01-02"),
    Measurement("brush", STEP, 1_000, "dash", 250.0, "ms", "2026-01-02"),
    Measurement("brush", STEP, 1_000_000, "standoff", 7.0, "ms", "2026-01-02"),
    Measurement("brush", "requests in a drag", 1_000, "mosaic", 60.0, "", "2026-01-02"),
    Measurement("brush", "requests in a drag", 1_000, "standoff", 0.0, "", "2026-01-02"),
]
RUN = Run("make benchmarks", {"processor": "one of two cores", "Chromium": "156"}, TAKEN)


def table(rows: int = ROWS, seed: int = 1) -> pa.Table:
    return pa.concat_tables(generate.chunks(rows, seed))


# ── The events ─────────────────────────────────────────────────────────────────────────────


def test_a_seed_always_gives_the_same_events() -> None:
    assert table(2_000).equals(table(2_000))
    assert not table(2_000).equals(table(2_000, seed=2))


def test_events_have_the_shape_that_the_report_promises() -> None:
    found = table()
    assert found.schema == generate.SCHEMA
    assert found.num_rows == len(pc.unique(found["id"])) == ROWS
    assert found["country"].null_count == found["place"].null_count == found["title"].null_count == 0
    assert set(found["country"].to_pylist()) <= set(COUNTRY_IDS)
    assert set(found["kind"].to_pylist()) == set(generate.KINDS)
    days = found["date"].cast(pa.int32()).to_numpy()
    lengths = found["date_end"].cast(pa.int32()).to_numpy() - days
    assert days.min() >= generate.FIRST_DAY
    assert (days + lengths).max() < generate.FIRST_DAY + generate.DAYS
    assert 0.88 < np.mean(lengths == 0) < 0.93
    assert lengths.max() <= 7
    low, best, high = (found[name].to_numpy() for name in ("deaths_low", "deaths", "deaths_high"))
    assert (low >= 0).all()
    assert (low <= best).all()
    assert (best <= high).all()


def test_few_actors_and_countries_have_most_events() -> None:
    for column in ("actor1", "country"):
        counts = np.sort(pc.value_counts(table()[column]).field("counts").to_numpy(zero_copy_only=False))[::-1]
        assert counts[:10].sum() > ROWS / 3


def test_a_place_is_in_one_country_and_at_one_point() -> None:
    found = table()
    places = set(zip(*(found[name].to_pylist() for name in ("place", "country", "latitude", "longitude")), strict=True))
    assert len(places) == len({name for name, *_ in places}) > 1_000


def test_both_forms_hold_the_same_events(tmp_path: Path) -> None:
    files = [tmp_path / "events.parquet", tmp_path / "events.csv"]
    generate.write(500, files)
    options = pa.csv.ConvertOptions(column_types=generate.SCHEMA, strings_can_be_null=True)
    text = pa.csv.read_csv(files[1], convert_options=options)
    assert text.equals(pa.parquet.read_table(files[0]))
    with pytest.raises(ValueError, match=r"\.xlsx cannot be written"):
        generate.write(1, [tmp_path / "events.xlsx"])


READ_AS = {
    "CSV": "table",
    "JSON Lines": "table",
    "UCDP GED": "ucdp",
    "ACLED": "acled",
    "GDELT": "gdelt",
    "GeoJSON": "geojson",
    "XLSX": "table",
    "TimelineJS": "timelinejs",
    "timemap": "timemap",
}
FIRST_DAYS_ONLY = {"ACLED", "GDELT", "timemap"}
"""Forms without an end of events."""


def test_every_form_is_recognised_and_none_is_forgotten() -> None:
    assert READ_AS.keys() == FORMS.keys()
    assert set(READ_AS.values()) == formats.FORMATS.keys()


@pytest.mark.parametrize("name", FORMS)
def test_every_form_holds_the_same_events_and_is_known_by_its_content(name: str, tmp_path: Path) -> None:
    events, file = 300, tmp_path / f"events{FORMS[name].ending}"
    FORMS[name].write(file, events, 1)
    assert formats.sniff(file).name == READ_AS[name]
    found = formats.read(file, resolve=resolved)
    drawn = table(events)
    last = drawn["date" if name in FIRST_DAYS_ONLY else "date_end"]
    assert (found.report.read, found.report.kept, found.report.unplaced, found.report.undated) == (events, events, 0, 0)
    assert found.days == (pc.min(drawn["date"].cast(pa.int32())).as_py(), pc.max(last.cast(pa.int32())).as_py())
    assert not found.report.unresolved
    points = {(place.lat, place.lon) for place in found.places}
    assert points == set(zip(drawn["latitude"].to_pylist(), drawn["longitude"].to_pylist(), strict=True))


@pytest.mark.parametrize(("name", "cells"), [("UCDP GED", 49), ("ACLED", 31), ("GDELT", 61)])
def test_a_table_has_as_many_columns_as_its_makers_give_it(name: str, cells: int, tmp_path: Path) -> None:
    file = tmp_path / "events"
    FORMS[name].write(file, 20, 1)
    with file.open(encoding="utf-8", newline="") as lines:
        assert {len(row) for row in csv.reader(lines, delimiter="\t" if name == "GDELT" else ",")} == {cells}


# ── The hand ───────────────────────────────────────────────────────────────────────────────


def test_a_drag_reaches_both_ends_in_even_steps() -> None:
    assert path(((0, 5), (10, 5)), 4) == [(0, 5), (2.5, 5), (5, 5), (7.5, 5), (10, 5)]


def test_every_click_leads_to_a_view_not_seen_before() -> None:
    wanted: list[Wanted] = []
    for i in range(8):
        wanted += [("actor", f"a{i}"), ("kind", f"k{i}")]
    view, seen = frozenset[str](), set[frozenset[str]]()
    for _, value in clicks(wanted):
        view ^= {value}
        assert view not in seen
        seen.add(view)


def test_a_quantile_of_nothing_is_refused() -> None:
    assert quantile([1, 2, 3], 0.5) == 2
    with pytest.raises(ValueError, match="nothing was measured"):
        quantile([], 0.5)


# ── The report ─────────────────────────────────────────────────────────────────────────────


def test_every_number_of_ours_stands_beside_its_ratio_to_the_peers() -> None:
    page = markdown(RUN, {})
    assert "| step, p50 (ms) | 1 k | 5 | 25 | 0.2 | 250 | 0.02 |" in page
    assert "| step, p50 (ms) | 1 M | 7 |  |  |  |  |" in page
    assert "| requests in a drag | 1 k | 0 | 60 | 0 |  |  |" in page


def test_what_is_imported_has_a_row_for_each_format_with_all_its_numbers() -> None:
    taken = [
        Measurement("import", "Parquet, rows a second", 1_000, "standoff", 500.0, "/s"),
        Measurement("import", "Parquet, seconds", 1_000, "standoff", 2.0, "s"),
        Measurement("import", "Parquet, rows a second", 1_000, "dash", 1_000.0, "/s"),
        Measurement("import", "GDELT, seconds", 1_000, "standoff", 3.0, "s"),
    ]
    page = markdown(Run("make benchmarks", {}, taken), {})
    assert "|  | events | rows a second (/s) | Dash | ÷ Dash | seconds (s) |" in page
    assert "| Parquet | 1 k | 500 | 1,000 | 0.5 | 2 |\n| GDELT | 1 k |  |  |  | 3 |" in page


def test_the_page_begins_with_the_command_and_what_it_ran_on() -> None:
    head = markdown(RUN, {}).partition("## Goals")[0]
    assert "make benchmarks" in head
    assert "- measured on: 2026-01-02\n- processor: one of two cores\n- Chromium: 156" in head


def test_a_goal_says_whether_it_was_met_and_a_missed_one_what_the_time_goes_into() -> None:
    page = markdown(RUN, {"brush-step": "Paths are painted."})
    assert "| Brush: a step, p50 | ✓ 5 (≤ 6 ms) | ✗ 7 (≤ 6 ms) |" in page
    assert "- **Brush: a step, p50** (1 M): Paths are painted." in page
    assert UNWRITTEN in markdown(RUN, {})
    assert [one.is_met for one in verdicts(TAKEN)] == [True, False, True]


def test_a_report_can_be_read_back_and_added_to() -> None:
    again = from_json(json.loads(json.dumps(as_json(RUN))))
    assert again == RUN
    anew = Measurement("brush", STEP, 1_000, "standoff", 4.0, "ms", "2026-01-03")
    assert merged(TAKEN, [anew]) == [*TAKEN[1:], anew]
    assert as_json(RUN)["measurements"][0]["ratios"] == {"mosaic": 0.2, "dash": 0.02}


def test_every_goal_has_a_note_and_a_name_of_its_own() -> None:
    assert list(yaml.safe_load(NOTES.read_text("utf-8"))) == [goal.id for goal in GOALS]


@pytest.mark.parametrize(("text", "events"), [("1k", 1_000), ("100M", 100_000_000), ("250", 250)])
def test_sizes_are_written_as_they_are_read(text: str, events: int) -> None:
    assert size(text) == events
    assert count(events).replace(" ", "") == text


def test_the_command_over_the_table_measures_the_sizes_in_it() -> None:
    assert command([1_000_000, 1_000, 100_000]) == "make benchmarks"
    assert command([10_000_000, 1_000]) == 'make benchmarks ARGS="--sizes 1k,10M"'


def test_figures_show_the_digits_that_matter() -> None:
    assert [figure(value) for value in (0, 0.0123, 5.04, 16.7, 1234.5, 3e6)] == [
        "0",
        "0.012",
        "5.0",
        "16.7",
        "1,234",
        "3,000,000",
    ]


def test_a_wrong_wish_is_refused_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert wishes(["--sizes", "1M,1k"])[0].sizes == (1_000, 1_000_000)
    for words, said in ((["--sizes", "many"], "such as 1k,100k,1M"), (["--peers", "falcon"], "none of mosaic, dash")):
        with pytest.raises(SystemExit):
            wishes(words)
        assert said in capsys.readouterr().err
