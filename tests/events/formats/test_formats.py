"""Each foreign format: what its rows mean in a dossier, and what becomes of rows that mean nothing."""

import datetime
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events import formats
from events.dates import DateError, describe, isoday, parse
from events.dates import day as isonumber
from events.engines.duckdb import DuckDB
from events.formats import Imported
from events.formats.batches import of_records
from events.formats.building import Builder
from events.formats.cells import point
from events.formats.counts import are_thousands
from events.formats.days import common_day, edtf_of, judged
from events.formats.files import File
from events.formats.table import read_batches
from events.model import ActorKind, Confidence, Event, Place, PlacePrecision, Role
from events.queries import Query
from events.reading import ReadError
from geodata.places import Resolution, resolve

FIXTURES = Path(__file__).parent / "fixtures"
SAMPLES = Path(__file__).parents[4] / "shared" / "samples"


def answers(values: Iterable[str], family: str) -> Resolution:
    return resolve(list(values), family)  # type: ignore[arg-type] # names of families are checked by `resolve`


def read(path: Path, mapping: Mapping[str, str] | None = None) -> Imported:
    return formats.read(path, "auto", mapping or {}, answers)


def fixture(name: str) -> Imported:
    return read(FIXTURES / name)


def dates(imported: Imported) -> list[str | None]:
    return [event.when.text if event.when else None for event in imported.events]


def place_of(imported: Imported, event: Event) -> Place | None:
    return next((place for place in imported.places if place.id == event.place), None)


def refused(imported: Imported) -> dict[str, list[int]]:
    return {reason: [one.line for one in rows] for reason, rows in imported.report.by_reason.items()}


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8", newline="")
    return path


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("ucdp-49.csv", "ucdp"),
        ("acled-new.csv", "acled"),
        ("acled-old.csv", "acled"),
        ("gdelt-1.tsv", "gdelt"),
        ("gdelt-2.tsv", "gdelt"),
        ("timeline.csv", "timelinejs"),
        ("timeline-v2.json", "timelinejs"),
        ("timemap.json", "timemap"),
        ("features.geojson", "geojson"),
    ],
)
def test_a_format_is_recognised_by_content_whatever_the_file_is_called(name: str, format: str, tmp_path: Path) -> None:
    disguised = tmp_path / "data.bin"
    disguised.write_bytes((FIXTURES / name).read_bytes())
    assert formats.sniff(disguised).name == format


@pytest.mark.parametrize("name", [path.name for path in sorted(FIXTURES.iterdir())])
def test_every_row_is_accounted_for_once(name: str) -> None:
    report = fixture(name).report
    assert report.read == report.kept + report.merged + report.rejected + sum(report.left_out.values()) > 0


WRONG = {
    "csv": "title,date\nA,2019\n",
    "tsv": "title\tdate\nA\t2019\n",
    "comment": "# x\n",
    "list": '[{"title": "A", "date": "2019"}]',
    "numbers": "[1, 2]",
    "object": '{"a": {"b": 1}, "features": 3}',
    "lines": '{"title": "A"}\n{"title": "B"}\n',
    "empty": '{"type": "FeatureCollection", "features": []}',
}


@pytest.mark.parametrize("format", ["ucdp", "acled", "gdelt", "timelinejs", "timemap", "geojson"])
@pytest.mark.parametrize("content", [*WRONG, "parquet", "workbook"])
def test_a_file_that_is_not_in_the_format_that_is_named_says_so(format: str, content: str, tmp_path: Path) -> None:
    path = written(tmp_path / "t", WRONG.get(content, ""))
    if content == "parquet":
        pq.write_table(pa.table({"title": ["A"], "date": ["2019"]}), path)
    if content == "workbook":
        workbook(path, One=[["title", "date"], ["A", "2019"]])
    with pytest.raises(ReadError, match=r"this is not .*: .*\. Check the file"):
        formats.read(path, format)


@pytest.mark.parametrize(("name", "format"), [("ucdp-49.csv", "ucdp"), ("acled-new.csv", "acled")])
@pytest.mark.parametrize(("forced", "mapping"), [("table", {}), ("auto", {"summary": "country"})])
def test_terms_stay_with_the_data_whatever_reads_them(
    name: str, format: str, forced: str, mapping: dict[str, str]
) -> None:
    named = {"title": "country", "when": "date_start" if format == "ucdp" else "event_date"} | mapping
    imported = formats.read(FIXTURES / name, forced, named)
    assert imported.terms == (formats.FORMATS[format].terms,)
    assert any("whose terms stay with the data" in note for note in imported.report.notes)


def test_terms_of_each_format_are_kept_beside_those_of_another_file(tmp_path: Path) -> None:
    other = written(tmp_path / "t.csv", "country,event_date\nFrance,2019\n")
    imported = formats.read([other, FIXTURES / "acled-new.csv"], mapping={"title": "country", "when": "event_date"})
    assert [one.may_share_rows for one in imported.terms] == [True, False]


class TestUcdp:
    def test_the_dates_bound_an_uncertainty_and_no_duration(self) -> None:
        first = fixture("ucdp-49.csv").events[0]
        assert first.when is not None
        assert (first.when.text, first.when.lasting) == ("[2001-03-02..2001-03-05]", False)

    def test_tag_rows_unnamed_and_extra_columns_and_decimal_ids_do_no_harm(self) -> None:
        assert [event.id for event in fixture("ucdp-49.csv").events] == ["15960", "15961", "15962"]

    def test_deaths_are_a_range_in_words_and_tags(self) -> None:
        first = fixture("ucdp-49.csv").events[0]
        assert "Deaths: 7 (best estimate), between 6 and 9." in first.summary
        assert first.tags == ("deaths best 7", "deaths low 6", "deaths high 9")

    def test_only_in_one_sided_violence_one_side_acts(self) -> None:
        state, one_sided, _ = fixture("ucdp-49.csv").events
        assert [part.role for part in state.actors] == [Role.COUNTERPART] * 2
        assert [part.role for part in one_sided.actors] == [Role.AGENT, Role.SUBJECT]

    def test_a_country_is_an_area_and_international_waters_are_no_place(self) -> None:
        imported = fixture("ucdp-49.csv")
        point, country, nowhere = (place_of(imported, event) for event in imported.events)
        assert point is not None
        assert (point.state, point.lat, point.precision) == ("RUS", 43.3, PlacePrecision.EXACT)
        assert country is not None
        assert (country.state, country.lat, country.precision) == ("RUS", None, PlacePrecision.COUNTRY)
        assert nowhere is None
        assert imported.report.unplaced == 1

    def test_a_government_acts_for_its_state(self) -> None:
        government, rebels, *_ = fixture("ucdp-49.csv").actors
        assert (government.kind, government.state) == (ActorKind.GOVERNMENT, "RUS")
        assert (rebels.kind, rebels.state) == (ActorKind.GROUP, None)

    def test_twins_are_merged_and_impossible_rows_named_by_line(self) -> None:
        imported = fixture("ucdp-49.csv")
        assert imported.report.merged == 1
        assert refused(imported) == {"the coordinates are out of range": [7], "the date cannot be read": [8]}

    def test_two_publishers_make_an_event_corroborated(self) -> None:
        confidences = [event.confidence for event in fixture("ucdp-49.csv").events]
        assert confidences == [Confidence.CORROBORATED, Confidence.SINGLE_SOURCE, Confidence.SINGLE_SOURCE]


class TestAcled:
    def test_actor_one_is_not_called_the_aggressor(self) -> None:
        assert {part.role for event in fixture("acled-new.csv").events for part in event.actors} == {Role.COUNTERPART}

    def test_precision_makes_a_day_a_week_or_a_month(self) -> None:
        assert dates(fixture("acled-new.csv")) == ["2020-03-01", "[2020-03-12..2020-03-18]", "2020-03"]

    def test_places_are_exact_near_or_a_region(self) -> None:
        assert [str(place.precision) for place in fixture("acled-new.csv").places] == ["exact", "settlement", "region"]

    def test_the_row_edited_last_stands_for_its_twins(self) -> None:
        imported = fixture("acled-new.csv")
        assert (imported.events[0].summary, imported.report.merged) == ("A later note", 1)

    def test_spellings_of_a_kind_that_differ_in_case_are_one(self) -> None:
        assert [kind.label for kind in fixture("acled-new.csv").kinds] == ["Battles", "Violence Against Civilians"]

    def test_state_forces_act_for_their_state(self) -> None:
        assert [actor.state for actor in fixture("acled-new.csv").actors] == ["FRA", None, None, None, None]

    def test_five_spellings_of_a_date_are_read_with_the_day_first(self) -> None:
        imported = fixture("acled-old.csv")
        assert dates(imported) == ["2015-01-01", "2014-02-01", "2016-03-01", "2014-03-14"]
        assert refused(imported) == {"the date cannot be read": [6]}

    @pytest.mark.parametrize(
        ("cells", "found", "told"),
        [
            (["07/04/2019", "03/28/2019"], ["2019-07-04", "2019-03-28"], "month first, as “03/28/2019” shows"),
            (["07/04/2019", "28/03/2019"], ["2019-04-07", "2019-03-28"], "day first, as “28/03/2019” shows"),
            (["07/04/2019"], ["2019-04-07"], "nothing in the column tells whether the day or the month is first, so"),
            (["28/03/2019", "03/28/2019", "07/04/2019"], ["2019-03-28"] * 2, "both orders are there"),
        ],
    )
    def test_dates_in_numbers_are_read_in_the_order_that_their_column_shows(
        self, cells: list[str], found: list[str], told: str, tmp_path: Path
    ) -> None:
        rows = "".join(f"F{at},{cell},Battles,A\n" for at, cell in enumerate(cells))
        imported = read(written(tmp_path / "a", f"event_id_cnty,event_date,event_type,actor1\n{rows}"))
        assert dates(imported) == found
        assert f"a: event_date: {told}" in imported.report.notes[-1]

    def test_dates_with_one_reading_need_no_order_and_say_none(self) -> None:
        assert fixture("acled-new.csv").report.notes == ("acled-new.csv: read as ACLED",)

    def test_the_licence_says_that_rows_may_not_be_passed_on(self) -> None:
        assert "may not be passed on" in fixture("acled-new.csv").terms[0].licence

    def test_features_without_a_geometry_take_place_from_their_properties(self, tmp_path: Path) -> None:
        row = {"EVENT_ID_CNTY": "F1", "EVENT_DATE": "01/02/2014", "EVENT_TYPE": "Battles", "ACTOR1": "A"}
        row |= {"INTER1": "2", "LATITUDE": "45", "LONGITUDE": "3", "COUNTRY": "France", "LOCATION": "Town"}
        feature = {"type": "Feature", "geometry": None, "properties": row}
        path = written(tmp_path / "a", json.dumps({"type": "FeatureCollection", "features": [feature]}))
        imported = read(path)
        assert (formats.sniff(path).name, imported.places[0].lat) == ("acled", 45.0)


@pytest.mark.parametrize("name", ["gdelt-1.tsv", "gdelt-2.tsv"])
class TestGdelt:
    def test_only_root_events_are_kept_once_for_each_id(self, name: str) -> None:
        imported = fixture(name)
        assert [event.id for event in imported.events] == ["1", "2", "4", "5"]
        assert (imported.report.merged, imported.report.left_out) == (1, {"not a root event": 1})

    def test_codes_are_text_and_countries_fips(self, name: str) -> None:
        imported = fixture(name)
        assert imported.events[0].tags == ("CAMEO 043",)
        assert [place.state for place in imported.places] == ["AUS", "CHN", None]
        assert imported.report.unresolved == {"OS": 1}

    def test_a_country_is_an_area_and_its_share_is_told(self, name: str) -> None:
        imported = fixture(name)
        assert [str(place.precision) for place in imported.places] == ["settlement", "country", "settlement"]
        assert imported.places[1].lat is None
        assert imported.report.notes[-1].endswith("1 of 5 root events (20 %) are placed as a whole country")

    def test_a_region_of_the_world_is_no_state(self, name: str) -> None:
        assert [(actor.name, actor.state) for actor in fixture(name).actors] == [
            ("UNITED STATES", "USA"),
            ("AFRICA", None),
        ]

    def test_a_file_that_is_cut_off_is_refused_whole(self, name: str, tmp_path: Path) -> None:
        text = (FIXTURES / name).read_text("utf-8")
        with pytest.raises(ReadError, match="cut off in its last row"):
            read(written(tmp_path / "x", text[:-90]))


class TestTimelineJs:
    def test_an_end_is_a_duration_and_years_before_our_era_count_without_zero(self) -> None:
        imported = fixture("timeline.csv")
        assert dates(imported) == ["1919/1923", "-0043-03-15"]
        when = imported.events[1].when
        assert when is not None
        assert describe(when) == "15 March 44 BCE"

    def test_the_title_slide_names_the_dossier_and_eras_are_left_out(self) -> None:
        imported = fixture("timeline.csv")
        assert imported.terms[0].title == "The title"
        assert sum(imported.report.left_out.values()) == 1
        assert sorted(line for lines in refused(imported).values() for line in lines) == [5, 6]

    def test_version_two_is_read_with_its_spellings_of_a_date(self) -> None:
        imported = fixture("timeline-v2.json")
        assert dates(imported) == ["2011-12-10/2011-12-11", "1999-12-31", "-0043-03", None]
        assert (imported.terms[0].title, imported.report.undated) == ("A life", 1)

    def test_texts_are_the_words_of_their_html(self) -> None:
        assert fixture("timeline-v2.json").events[0].summary == "One & two"


class TestGeoJson:
    def test_points_areas_and_properties_give_the_place(self) -> None:
        imported = fixture("features.geojson")
        found = [place_of(imported, event) for event in imported.events]
        assert [(p.lat, p.lon, str(p.precision)) if p else None for p in found] == [
            (45.5, 3.5, "exact"),
            (1.0, 2.0, "region"),
            (10.5, -66.9, "exact"),
            None,
        ]

    def test_dates_and_ids_come_from_the_feature(self) -> None:
        imported = fixture("features.geojson")
        assert imported.events[0].id == "7"
        assert dates(imported) == ["2019-03", "2019-04-01", None, "1985~"]


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": {"title": "A", "date": "2019"} | properties}


def at(lon: float, lat: float = 0) -> list[float]:
    return [lon, lat]


WORLD = [at(-180, -90), at(180, -90), at(180, 90), at(-180, 90), at(-180, -90)]
FIJI = [[[at(179, -19), at(180, -19), at(180, -16)]], [[at(-180, -19), at(-179, -19), at(-180, -16)]]]
FAR_EAST = [[[at(27, 50), at(180, 70)]], [[at(-180, 65), at(-169, 66)]]]


@pytest.mark.parametrize(
    ("type", "coordinates", "middle"),
    [
        ("MultiPolygon", FIJI, (180, -17.5)),
        ("MultiLineString", [[at(170), at(180)], [at(-180), at(-178)]], (176, 0)),
        ("MultiPolygon", FAR_EAST, (109, 60)),
        ("MultiPoint", [at(179), at(-177)], (-179, 0)),
        ("MultiPoint", [at(-90), at(90)], (0, 0)),
        ("LineString", [at(-100), at(100)], (0, 0)),
        ("Polygon", [WORLD], (0, 0)),
        ("Point", at(190), None),
    ],
)
def test_a_geometry_stands_in_the_middle_of_the_smallest_arc_that_holds_its_parts(
    type: str, coordinates: Any, middle: tuple[float, float] | None, tmp_path: Path
) -> None:
    features = [feature({"type": type, "coordinates": coordinates}), feature(None)]
    imported = read(written(tmp_path / "g", json.dumps({"type": "FeatureCollection", "features": features})))
    assert [(place.lon, place.lat) for place in imported.places] == ([middle] if middle else [])


@pytest.mark.parametrize("kind", ["collection", "list", "lines", "sequence"])
def test_features_have_the_same_places_however_they_are_strung_together(kind: str, tmp_path: Path) -> None:
    """Lines and areas are not lost because the features stand in JSON Lines, in a bare list, or in a text sequence."""
    line = {"type": "LineString", "coordinates": [at(1, 1), at(3, 1)]}
    features = [feature(line) | {"id": "x"}, feature({"type": "Point", "coordinates": at(5)}, id="y"), feature(None)]
    lines = [json.dumps(one) for one in features]
    text = {
        "collection": json.dumps({"type": "FeatureCollection", "features": features}),
        "list": json.dumps(features),
        "lines": "\n".join(lines) + "\n",
        "sequence": "".join(f"\x1e{one}\n" for one in lines),
    }[kind]
    imported = read(written(tmp_path / "g", text))
    assert [event.id for event in imported.events] == ["x", "y", "g-3"]
    found = [(place.lon, place.lat, str(place.precision)) for place in imported.places]
    assert found == [(2.0, 1.0, "region"), (5.0, 0.0, "exact")]


def test_a_collection_of_geometries_stands_in_the_middle_of_all(tmp_path: Path) -> None:
    parts = [{"type": "Point", "coordinates": at(178)}, {"type": "LineString", "coordinates": [at(-180), at(-178)]}]
    one = feature({"type": "GeometryCollection", "geometries": parts})
    imported = read(written(tmp_path / "g", json.dumps({"type": "FeatureCollection", "features": [one]})))
    assert (imported.places[0].lon, imported.places[0].lat) == (180, 0)


def test_coordinates_that_give_the_place_are_not_called_unused(tmp_path: Path) -> None:
    one = feature({"type": "Point", "coordinates": at(3.5)}, id="x", colour="red")
    imported = read(written(tmp_path / "g", json.dumps({"type": "FeatureCollection", "features": [one]})))
    assert imported.report.notes[1] == (
        "g: id=id, title=title, when=date, lat=latitude, lon=longitude; not used: colour"
    )


def test_timemap_links_its_sources_however_they_are_named() -> None:
    imported = fixture("timemap.json")
    assert dates(imported) == ["2022-02-24", "2022-03-01"]
    assert [source.url[-5:] for source in imported.sources] == ["g/one", "g/two", "three"]
    assert imported.events[0].tags == ("Type of area affected: Residential",)
    assert refused(imported) == {"the date cannot be read": [3]}
    assert imported.report.notes[-1] == "timemap.json: date: month first, as “02/24/2022” shows"


LONG = "word " * 60 + "end"


@pytest.mark.parametrize("text", ["", "More of it.", LONG])
@pytest.mark.parametrize("format", ["csv", "timelinejs", "timemap"])
def test_the_end_of_a_title_that_is_cut_stands_in_the_summary(format: str, text: str, tmp_path: Path) -> None:
    """No word of a long title is lost, beside a text or without one; and none is there twice."""
    slide = {"start_date": {"year": 2019}, "text": {"headline": LONG, "text": text}}
    event = {"id": 1, "date": "2019-01-01", "latitude": "", "longitude": "", "filters": [], "title": LONG}
    document = {
        "csv": f'title,date,text\n"{LONG}",2019,"{text}"\nShort,2019,\n',
        "timelinejs": json.dumps({"events": [slide]}),
        "timemap": json.dumps([event | {"description": text}]),
    }[format]
    first, *others = read(written(tmp_path / "t", document)).events
    assert (first.title[:5], first.title[-1], len(first.title) <= 200) == ("word ", "…", True)
    assert first.summary == (f"{LONG}\n\n{text}" if text == "More of it." else LONG)
    assert [(event.title, event.summary) for event in others] == [("Short", "Short")] * (format == "csv")


@pytest.mark.parametrize("format", ["csv", "timelinejs", "timemap"])
def test_a_place_that_is_known_by_its_name_alone_can_be_searched_and_is_told(format: str, tmp_path: Path) -> None:
    """The name of a place without coordinates is not lost, and the event is called unplaced, as the map has no dot."""
    slide = {"start_date": {"year": 2019}, "text": {"headline": "A"}, "location": {"name": "Lisbon, Soviet Union"}}
    event = {"id": 1, "date": "2019-01-01", "latitude": "", "longitude": "", "filters": [], "title": "A"}
    document = {
        "csv": "title,date,city,country\nA,2019,Lisbon,Soviet Union\nB,2019,,\nC,2019,unknown,\nD,2019,Lyon,France\n",
        "timelinejs": json.dumps({"events": [slide]}),
        "timemap": json.dumps([event | {"location": "Lisbon, Soviet Union"}]),
    }[format]
    imported = read(written(tmp_path / "t", document))
    assert imported.events[0].summary == "A\n\nPlace: Lisbon, Soviet Union."
    assert [event.summary for event in imported.events[1:]] == ["B", "C", "D"][: len(imported.events) - 1]
    told = "a place is named without coordinates or a known country; its name stands in the summary"
    assert f"t: of 1 row {told}" in imported.report.notes
    assert imported.report.unplaced == (3 if format == "csv" else 1)


class TestSources:
    """Whatever a file says of its sources is kept: links as sources, other words in the note."""

    @pytest.mark.parametrize(
        ("cell", "links", "note"),
        [
            ("https://a.org/1; https://b.org/2", {"a.org": "https://a.org/1", "b.org": "https://b.org/2"}, ""),
            ("https://a.org/1;https://b.org/2", {"a.org": "https://a.org/1", "b.org": "https://b.org/2"}, ""),
            ("https://a.org/1, https://b.org/2", {"a.org": "https://a.org/1", "b.org": "https://b.org/2"}, ""),
            ("https://a.org/1\nhttps://b.org/2", {"a.org": "https://a.org/1", "b.org": "https://b.org/2"}, ""),
            ("https://a.org/1 https://b.org/2", {"a.org": "https://a.org/1", "b.org": "https://b.org/2"}, ""),
            ("https://a.org/1;x=2", {"a.org": "https://a.org/1;x=2"}, ""),
            ("https://a.org/web/https://b.org/2", {"a.org": "https://a.org/web/https://b.org/2"}, ""),
            ("Reuters: https://a.org/1; AFP", {"Reuters": "https://a.org/1"}, "Reported by: AFP."),
            ("Reuters", {}, "Reported by: Reuters."),
            ("www.bbc.com/x", {}, "Reported by: www.bbc.com/x."),
            ("n/a", {}, ""),
            (["https://a.org/1", "https://b.org/2"], {"a.org": "https://a.org/1", "b.org": "https://b.org/2"}, ""),
            ([{"name": "AFP", "url": "https://a.org/1"}, {"name": "dpa"}], {"AFP": "https://a.org/1"}, "dpa"),
            ("['https://a.org/1', 'AFP']", {"a.org": "https://a.org/1"}, "Reported by: AFP."),
        ],
    )
    def test_every_link_of_a_cell_is_a_source_and_other_words_are_noted(
        self, cell: Any, links: dict[str, str], note: str, tmp_path: Path
    ) -> None:
        rows = [{"title": "A", "date": "2019", "source": cell}, {"title": "B", "date": "2019"}]
        imported = read(written(tmp_path / "t", json.dumps(rows)))
        assert {one.publisher: one.url for one in imported.sources} == links
        assert [len(event.sources) for event in imported.events] == [len(links), 0]
        assert note in imported.events[0].note
        told = "t: of 1 row a source is no link; its words stand in the note"
        assert (told in imported.report.notes) == bool(note)
        sourced = Confidence.SINGLE_SOURCE if links else Confidence.UNVERIFIED
        assert [event.confidence for event in imported.events] == [sourced, Confidence.UNVERIFIED]

    def test_a_source_of_timemap_keeps_all_its_paths_and_what_is_no_link_is_noted(self, tmp_path: Path) -> None:
        event = {"id": 1, "date": "2019-01-01", "latitude": "", "longitude": "", "description": "x", "filters": []}
        sources = [{"id": "s1", "paths": ["https://a.org/1", "https://a.org/2"]}, {"id": "s2", "url": "b.org"}]
        document = {"events": [event | {"sources": ["s1", "s2", "s3"]}], "sources": sources}
        imported = read(written(tmp_path / "t", json.dumps(document)))
        assert [one.url for one in imported.sources] == ["https://a.org/1", "https://a.org/2"]
        assert imported.events[0].note == "Reported by: b.org; s3."
        assert "t: of 1 row a source is no link; its words stand in the note" in imported.report.notes

    def test_a_collection_tells_one_witness_from_several(self, tmp_path: Path) -> None:
        """Two links to one publisher are one witness, in the database of a large import as in the tables of a small."""
        cells = ["https://a.org/1; https://b.org/2", "https://a.org/1; https://a.org/3", "https://a.org/1", "AFP", ""]
        rows = [{"id": str(at), "title": "A", "date": "2019", "source": cell} for at, cell in enumerate(cells)]
        read(written(tmp_path / "t", json.dumps(rows))).write(tmp_path / "c")
        found = DuckDB.of_file(tmp_path / "c").rows(Query("SELECT sourcing, len(source) FROM event ORDER BY id"))
        judged = ["independent", "single-sourced", "single-sourced", "unsourced", "unsourced"]
        assert found == list(zip(judged, [2, 2, 1, 0, 0], strict=True))

    def test_a_medium_of_a_timeline_that_is_no_link_is_told(self, tmp_path: Path) -> None:
        slide = {"start_date": {"year": 2019}, "text": {"headline": "A"}, "media": {"url": "<iframe></iframe>"}}
        notes = read(written(tmp_path / "t", json.dumps({"events": [slide]}))).report.notes
        assert "t: of 1 row the medium is no link and is left away" in notes

    def test_what_gdelt_names_without_a_link_is_noted(self, tmp_path: Path) -> None:
        row = {"GlobalEventID": 1, "SQLDATE": "20190320", "IsRootEvent": 1, "EventRootCode": "14", "EventCode": "141"}
        [event] = read(written(tmp_path / "t", json.dumps([row | {"SOURCEURL": "BBC Monitoring"}]))).events
        assert event.note == "Reported by: BBC Monitoring."


@pytest.mark.parametrize("cell", [[{"name": "X"}, {"name": "Y"}], "['X', 'Y']", '["X", {"label": "Y"}]', "X; Y"])
@pytest.mark.parametrize("kind", ["json", "parquet"])
def test_actors_and_tags_that_are_objects_are_called_by_their_names(cell: Any, kind: str, tmp_path: Path) -> None:
    """Nobody finds raw JSON among the actors."""
    row = {"title": "A", "date": "2019", "actors": cell, "tags": cell}
    if kind == "json":
        written(tmp_path / "t", json.dumps([row]))
    else:
        pq.write_table(pa.Table.from_pylist([row]), tmp_path / "t")
    imported = read(tmp_path / "t")
    assert [actor.name for actor in imported.actors] == ["X", "Y"]
    assert imported.events[0].tags == ("X", "Y")


def test_an_actor_that_is_an_object_without_a_name_costs_its_row(tmp_path: Path) -> None:
    rows = [{"title": "A", "date": "2019", "actors": [{"id": 1}]}, {"title": "B", "date": "2019"}]
    imported = read(written(tmp_path / "t", json.dumps(rows)))
    assert refused(imported) == {"the actor is raw JSON without a name": [1]}


class TestTable:
    ROWS = "Datum;Titel;Land;Lat;Lon\n20/03/2019;Eins;FR;41,5;2,1\n3.4.2019;Zwei;DE;;\n;Drei;Nowhereland;;\n"

    def test_columns_are_guessed_and_the_guess_is_told(self, tmp_path: Path) -> None:
        imported = read(written(tmp_path / "t", self.ROWS))
        assert dates(imported) == ["2019-03-20", "2019-04-03", None]
        assert [(place.state, place.lat) for place in imported.places] == [("FRA", 41.5), ("DEU", None)]
        assert imported.report.unresolved == {"Nowhereland": 1}
        assert "title=Titel, when=Datum" in imported.report.notes[1]

    def test_a_day_that_has_two_readings_is_refused_until_it_is_told(self, tmp_path: Path) -> None:
        path = written(tmp_path / "t", "on,what\n03/04/2019,A\n05/06/2019,B\n")
        assert refused(read(path, {"when": "on", "title": "what"})) == {"the date cannot be read": [2, 3]}
        assert dates(read(path, {"when": "on:mdy", "title": "what"})) == ["2019-03-04", "2019-05-06"]

    def test_the_order_of_a_column_is_told_with_a_cell_that_shows_it(self, tmp_path: Path) -> None:
        assert "t: Datum: day first, as “20/03/2019” shows" in read(written(tmp_path / "t", self.ROWS)).report.notes

    def test_days_with_one_reading_are_read_where_a_column_has_both_orders(self, tmp_path: Path) -> None:
        imported = read(written(tmp_path / "t", "title,date\nA,25/06/2019\nB,07/28/2019\nC,03/04/2019\nD,5/5/2019\n"))
        assert dates(imported) == ["2019-06-25", "2019-07-28", "2019-05-05"]
        assert refused(imported) == {"the date cannot be read": [4]}
        assert "both orders are there (“25/06/2019”, “07/28/2019”)" in imported.report.notes[-1]

    def test_a_mapped_column_that_is_not_there_is_named_with_the_nearest(self, tmp_path: Path) -> None:
        with pytest.raises(ReadError, match=r"no column “Dates” for when\. Did you mean date"):
            read(written(tmp_path / "t", "date,title\n2019,A\n"), {"when": "Dates"})

    def test_a_table_without_a_title_says_how_to_name_one(self, tmp_path: Path) -> None:
        with pytest.raises(ReadError, match=r"--map title=COLUMN\. The columns are foo, bar"):
            read(written(tmp_path / "t", "foo,bar\n1,2\n"))

    def test_an_end_is_a_duration_and_year_month_day_may_be_columns(self, tmp_path: Path) -> None:
        path = written(tmp_path / "t", "title,start,end\nA,2019-03-01,2019-03-04\n")
        parts = written(tmp_path / "p", "title,year,month,day\nA,1999,3,4\nB,1999,3,\nC,1999,,\n")
        assert (dates(read(path)), dates(read(parts))) == (["2019-03-01/2019-03-04"], ["1999-03-04", "1999-03", "1999"])

    @pytest.mark.parametrize("kind", ["csv", "tsv", "json", "jsonl", "parquet"])
    def test_the_same_rows_give_the_same_events_from_any_kind_of_table(self, kind: str, tmp_path: Path) -> None:
        frame = pd.DataFrame({"id": ["a", "b"], "title": ["One", "Zwölf"], "date": ["2019-03-20", "2019-04"]})
        path = tmp_path / "t"
        match kind:
            case "csv" | "tsv":
                frame.to_csv(path, index=False, sep="," if kind == "csv" else "\t")
            case "parquet":
                frame.to_parquet(path)
            case _:
                frame.to_json(path, orient="records", lines=kind == "jsonl")
        assert [(e.id, e.title, e.when and e.when.text) for e in read(path).events] == [
            ("a", "One", "2019-03-20"),
            ("b", "Zwölf", "2019-04"),
        ]

    def test_parquet_that_holds_texts_as_codes_gives_the_events_of_the_same_csv(self, tmp_path: Path) -> None:
        rows = range(300)
        columns = {
            "id": [f"e{at}" for at in rows],
            "title": [f"Title {at}" for at in rows],
            "date": [("2019-03-20", "2019-04", None)[at % 3] for at in rows],
            "kind": [("Riot", " Riot ", "Talks", None)[at % 4] for at in rows],
            "place": [f"Ö{at // 100}" for at in rows],
            "country": [("FRA", None)[at // 50 % 2] for at in rows],
            "actor": [("A", "B; A", "")[at % 3] for at in rows],
        }
        tags = [["x", "y"] if at % 2 else [] for at in rows]
        pq.write_table(pa.table(columns | {"tags": tags}), tmp_path / "p", row_group_size=70)
        pd.DataFrame(columns | {"tags": map(";".join, tags)}).to_csv(tmp_path / "c", index=False)
        assert read(tmp_path / "p").events == read(tmp_path / "c").events

    def test_ids_that_look_alike_stay_two_and_twins_that_differ_are_refused(self, tmp_path: Path) -> None:
        imported = read(
            written(tmp_path / "t", "id,title,date\nÖ 1,A,2019\nO 1,B,2019\nx,C,2019\nx,D,2019\nx,C,2019\n")
        )
        assert (len(imported.events), imported.report.merged) == (3, 1)
        assert refused(imported) == {"the id is used twice, with different contents": [5]}

    def test_rows_with_too_many_cells_or_too_much_text_are_refused(self, tmp_path: Path) -> None:
        rows = [{"title": "A", "date": "2019"}, {"title": "B", "date": "2019", "notes": "x" * 100_001}]
        assert refused(read(written(tmp_path / "j", json.dumps(rows)))) == {
            "a cell has more than 100,000 characters": [2]
        }
        assert refused(read(written(tmp_path / "c", "title,date\nA,2019\nB,2019,x\n"))) == {
            "the row has 3 cells, the header 2": [3]
        }


class TestCounts:
    def test_deaths_of_ucdp_are_a_range_and_those_of_acled_one_number(self) -> None:
        first = fixture("ucdp-49.csv").events[0].measures[0]
        assert (first.measure, first.best, first.low, first.high) == ("deaths", 7, 6, 9)
        other = fixture("acled-new.csv").events[1].measures[0]
        assert (other.measure, other.best, other.low, other.high) == ("deaths", 0, 0, 0)

    def test_one_mention_is_not_called_mentions(self, tmp_path: Path) -> None:
        row = {"GlobalEventID": 1, "SQLDATE": "20190320", "IsRootEvent": 1, "EventRootCode": "14", "EventCode": "141"}
        counts = {"NumMentions": 12, "NumSources": 1, "NumArticles": ""}
        [event] = read(written(tmp_path / "t", json.dumps([row | counts]))).events
        assert event.summary.endswith("from 12 mentions, 1 source, 0 articles.")

    @pytest.mark.parametrize("name", ["gdelt-1.tsv", "gdelt-2.tsv"])
    def test_gdelt_counts_mentions(self, name: str) -> None:
        imported = fixture(name)
        assert [measure.id for measure in imported.measures] == ["mentions"]
        assert {event.measures[0].best for event in imported.events} == {18}

    def test_rows_of_acled_are_not_shared(self) -> None:
        assert [one.may_share_rows for one in fixture("acled-new.csv").terms] == [False]
        assert [one.may_share_rows for one in fixture("ucdp-49.csv").terms] == [True]

    def test_columns_of_numbers_are_counted_and_others_of_the_same_name_are_not(self, tmp_path: Path) -> None:
        counted = read(written(tmp_path / "a", "title,date,best,low,high\nA,2019,5,3,8\nB,2019,,,\n"))
        assert [[(one.best, one.low, one.high) for one in event.measures] for event in counted.events] == [
            [(5, 3, 8)],
            [],
        ]
        named = read(written(tmp_path / "b", "title,date,best,low\nA,2019,yes,3\n"))
        assert named.events[0].measures == ()
        assert "not used: best, low" in named.report.notes[1]

    def test_a_column_of_counts_can_be_named_and_what_is_no_count_is_refused(self, tmp_path: Path) -> None:
        path = written(tmp_path / "t", "title,date,killed\nA,2019,4\nB,2019,-1\nC,2019,many\nD,2019,99999999999\n")
        imported = read(path, {"deaths": "killed"})
        assert [event.measures[0].best for event in imported.events] == [4]
        assert refused(imported) == {
            "the number of deaths is below zero or above 2,147,483,647": [3, 5],
            "the number of deaths is not a number": [4],
        }

    @pytest.mark.parametrize("none", ["unknown", "Not known", "N/A", "NA", "nan", "None", "null", "-", "–", "?", ""])
    def test_words_for_no_number_are_empty_cells(self, none: str, tmp_path: Path) -> None:
        imported = read(written(tmp_path / "t", f"title,date,deaths\nA,2019,{none}\nB,2019,3\n"))
        assert [[one.best for one in event.measures] for event in imported.events] == [[], [3]]

    def test_thousands_may_be_separated(self, tmp_path: Path) -> None:
        cells = ["1,234", "1,234,567", "12,34"]
        rows = "".join(f'{at},2019,"{cell}"\n' for at, cell in enumerate(cells))
        imported = read(written(tmp_path / "t", f"title,date,deaths\n{rows}"))
        assert [event.measures[0].best for event in imported.events] == [1234, 1_234_567]
        assert refused(imported) == {"the number of deaths is not a number": [4]}

    @pytest.mark.parametrize(
        ("rows", "found"),
        [
            ("1.234;38,7\n12;38,7\n3.7;1,234\n", [1234, 12, 3]),
            ("1.234;\n1.234.567;\n7;\n", [1234, 1_234_567, 7]),
            ("2.000;\n7;\n", [2000, 7]),
            ("2.000;\n7.000;\n", [2, 7]),
            ("2.500;\n0.9;\n", [2, 0]),
            ("0.125;\n7;\n", [0, 7]),
            ("2.0;\n7.0;\n", [2, 7]),
        ],
    )
    def test_points_before_three_digits_part_thousands(self, rows: str, found: list[int], tmp_path: Path) -> None:
        """A European table writes 1.234 for a thousand and more; where another cell has other points, it does not."""
        cells = "".join(f"A;2019;{row}" for row in rows.splitlines(keepends=True))
        imported = read(written(tmp_path / "t", f"title;date;deaths;lat\n{cells}"))
        assert [event.measures[0].best for event in imported.events] == found
        assert any("deaths: points stand between thousands" in note for note in imported.report.notes) == (found[0] > 9)

    def test_thousands_are_judged_from_the_whole_column(self, tmp_path: Path) -> None:
        rows = "".join(f"T{at},2019,1.234\n" for at in range(40_000))
        fractions = read(written(tmp_path / "f", f"title,date,deaths\n{rows}Last,2019,0.5\n"))
        assert any(note.startswith("f: of 40,001 rows the deaths is not whole") for note in fractions.report.notes)

    def test_numbers_of_json_have_no_points_between_thousands(self, tmp_path: Path) -> None:
        rows = [{"title": "A", "date": "2019", "deaths": 1.234}, {"title": "B", "date": "2019", "deaths": 7}]
        imported = read(written(tmp_path / "t", json.dumps(rows)))
        assert [event.measures[0].best for event in imported.events] == [1, 7]

    @pytest.mark.parametrize(("name", "column"), [("ucdp-49.csv", "best"), ("acled-new.csv", "fatalities")])
    def test_a_count_that_is_not_whole_is_told(self, name: str, column: str, tmp_path: Path) -> None:
        frame = pd.read_csv(FIXTURES / name, dtype=str, keep_default_na=False)
        frame.iloc[1:4].assign(**{column: "3.7"}).to_csv(tmp_path / "t", index=False)
        notes = read(tmp_path / "t").report.notes
        assert any(note.endswith(f"the {column} is not whole: what follows its point is left away") for note in notes)

    @given(st.lists(st.integers(0, 10**7), min_size=1, max_size=9).filter(lambda found: any(n < 1000 for n in found)))
    def test_counts_with_points_between_thousands_are_the_counts_without(self, numbers: list[int]) -> None:
        cells = [f"{number:,}".replace(",", ".") for number in numbers]
        assert are_thousands(cells) == any("." in cell for cell in cells)

    @pytest.mark.parametrize("at", [0, 2, 3])
    def test_a_cell_that_is_no_number_costs_its_row_alone_wherever_it_stands(self, at: int, tmp_path: Path) -> None:
        cells = ["1", "2", "3", "4"]
        cells[at] = "many"
        imported = read(written(tmp_path / "t", "title,date,deaths\n" + "".join(f"A,2019,{one}\n" for one in cells)))
        assert sum(event.measures[0].best for event in imported.events) == 10 - (at + 1)
        assert refused(imported) == {"the number of deaths is not a number": [at + 2]}

    def test_a_range_always_holds_its_best_estimate_and_the_report_says_where_it_did_not(self, tmp_path: Path) -> None:
        imported = read(written(tmp_path / "t", "title,date,deaths,low,high\nA,2019,5,6,4\nB,2019,5,,\n"))
        assert [(one.low, one.high) for event in imported.events for one in event.measures] == [(5, 5), (5, 5)]
        assert imported.report.notes[-1] == (
            "t: of 1 row the range of deaths does not include the best estimate; it is widened to it"
        )

    def test_widened_ranges_of_all_batches_are_told_in_one_note(self, tmp_path: Path) -> None:
        row = {"title": "A", "date": "2019", "deaths": 6, "low": 7, "high": 7}
        notes = read(written(tmp_path / "t", json.dumps([row] * 10_001))).report.notes
        assert [note for note in notes if "widened" in note] == [
            "t: of 10,001 rows the range of deaths does not include the best estimate; it is widened to it"
        ]

    def test_a_range_without_a_best_estimate_is_told(self, tmp_path: Path) -> None:
        imported = read(written(tmp_path / "t", "title,date,deaths,low,high\nA,2019,,6,\nB,2019,5,,\nC,2019,,,\n"))
        assert [len(event.measures) for event in imported.events] == [0, 1, 0]
        assert imported.report.notes[-1] == "t: of 1 row the range of deaths has no best estimate and is left away"

    def test_the_words_of_ucdp_quote_the_figures_of_the_file(self, tmp_path: Path) -> None:
        rows = (FIXTURES / "ucdp-49.csv").read_text("utf-8").replace(",7,9,6,", ",6,7,7,")
        imported = read(written(tmp_path / "t", rows))
        first = imported.events[0]
        assert "Deaths: 6 (best estimate), between 7 and 7." in first.summary
        assert first.tags == ("deaths best 6", "deaths low 7", "deaths high 7")
        assert (first.measures[0].low, first.measures[0].high) == (6, 7)
        assert "does not include the best estimate" in imported.report.notes[-1]

    def test_a_number_out_of_range_is_named_itself(self, tmp_path: Path) -> None:
        path = written(tmp_path / "t", "title,date,deaths,low,high\nA,2019,3,-1,\nB,2019,,,9999999999\nC,2019,3,,\n")
        assert [one.value for one in read(path).report.examples] == ["-1", "9999999999"]


class TestParquet:
    def test_typed_columns_mean_what_their_text_means(self, tmp_path: Path) -> None:
        days = [datetime.date(2019, 3, 20), None, datetime.date(999, 1, 2)]
        table = pa.table(
            {
                "id": pa.array([1, 2, 3]),
                "title": pa.array([" One ", "Two", "Zwölf"], pa.large_string()).dictionary_encode(),
                "date": pa.array(days, pa.date32()),
                "lat": pa.array([1.5, None, 2.0]),
                "lon": pa.array([2.0, None, 3.0], pa.float32()),
                "deaths": pa.array([1, None, 3], pa.int64()),
                "tags": [["a", "b"], [], None],
            }
        )
        pq.write_table(table, tmp_path / "t")
        imported = read(tmp_path / "t")
        assert [(e.id, e.title) for e in imported.events] == [("1", "One"), ("2", "Two"), ("3", "Zwölf")]
        assert dates(imported) == ["2019-03-20", None, "0999-01-02"]
        assert [(place.lat, place.lon) for place in imported.places] == [(1.5, 2.0), (2.0, 3.0)]
        assert [[one.best for one in event.measures] for event in imported.events] == [[1], [], [3]]
        assert imported.events[0].tags == ("a", "b")

    @pytest.mark.parametrize(("last", "read_as"), [(b"Zw\xc3\xb6lf", "Zwölf"), (b"Zw\xf6lf", "Zw�lf")])
    @pytest.mark.parametrize("type", [pa.binary(), pa.large_binary()])
    def test_bytes_are_text(self, type: pa.DataType, last: bytes, read_as: str, tmp_path: Path) -> None:
        columns = {"title": [b"Caracas", last], "date": [b"2019-03-20", None], "deaths": [b"3", b""]}
        pq.write_table(pa.table({name: pa.array(cells, type) for name, cells in columns.items()}), tmp_path / "t")
        imported = read(tmp_path / "t")
        assert [event.title for event in imported.events] == ["Caracas", read_as]
        assert (dates(imported), imported.events[0].measures[0].best) == (["2019-03-20", None], 3)

    def test_times_are_the_days_that_they_are_written_with(self, tmp_path: Path) -> None:
        moment = datetime.datetime(2019, 3, 20, 23, 30)
        zoned = [moment.replace(tzinfo=datetime.UTC)]
        pq.write_table(pa.table({"title": ["A"], "date": [moment]}), tmp_path / "plain")
        pq.write_table(pa.table({"title": ["A"], "date": pa.array(zoned)}), tmp_path / "zoned")
        assert dates(read(tmp_path / "plain")) == dates(read(tmp_path / "zoned")) == ["2019-03-20"]


XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
OFFICE = "http://schemas.openxmlformats.org"
PLAIN, DAY, MOMENT = 0, 1, 2


def workbook(path: Path, **sheets: list[list[str | float | tuple[float, int]]]) -> Path:
    """An Excel workbook; a cell is a text, a number, or a number and its style."""
    names = list(sheets)
    rels = f"{OFFICE}/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": f"""<Types xmlns="{OFFICE}/package/2006/content-types">
            <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
            <Default Extension="xml" ContentType="application/xml"/></Types>""",
        "_rels/.rels": f"""<Relationships xmlns="{OFFICE}/package/2006/relationships">
            <Relationship Id="r1" Type="{rels}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
        "xl/workbook.xml": f"""<workbook xmlns="{OFFICE}/spreadsheetml/2006/main" xmlns:r="{rels}"><sheets>"""
        + "".join(f'<sheet name="{name}" sheetId="{at}" r:id="s{at}"/>' for at, name in enumerate(names, 1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{OFFICE}/package/2006/relationships">
            <Relationship Id="st" Type="{rels}/styles" Target="styles.xml"/>"""
        + "".join(
            f'<Relationship Id="s{at}" Type="{rels}/worksheet" Target="worksheets/sheet{at}.xml"/>'
            for at in range(1, len(names) + 1)
        )
        + "</Relationships>",
        "xl/styles.xml": f"""<styleSheet xmlns="{OFFICE}/spreadsheetml/2006/main"><cellXfs count="3">
            <xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>""",
        **{f"xl/worksheets/sheet{at}.xml": sheet(sheets[name]) for at, name in enumerate(names, 1)},
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, XML + text)
    return path


def sheet(rows: list[list[str | float | tuple[float, int]]]) -> str:
    lines = ""
    for at, row in enumerate(rows, 1):
        cells = "".join(cell(f"{column}{at}", value) for column, value in zip("ABCDE", row, strict=False))
        lines += f'<row r="{at}">{cells}</row>'
    return f'<worksheet xmlns="{OFFICE}/spreadsheetml/2006/main"><sheetData>{lines}</sheetData></worksheet>'


def cell(where: str, value: str | float | tuple[float, int]) -> str:
    if isinstance(value, str):
        return f'<c r="{where}" t="inlineStr"><is><t>{value}</t></is></c>' if value else ""
    number, style = value if isinstance(value, tuple) else (value, PLAIN)
    return f'<c r="{where}" s="{style}"><v>{number}</v></c>'


class TestWorkbook:
    def test_the_first_sheet_with_a_table_is_read_and_the_others_are_named(self, tmp_path: Path) -> None:
        rows: list[list[str | float | tuple[float, int]]] = [
            ["id", "title", "date", "lat", "lon"],
            [1, "One", (43_544, DAY), 1.5, 2],
            ["", "", "", "", ""],
            [2, "Zwölf &amp; two", (43_545.5, MOMENT), "", ""],
            [3, "Three", "never", "", ""],
        ]
        imported = read(workbook(tmp_path / "a.bin", Note=[["Only a note"]], Events=rows, Codes=[]))
        assert [(e.id, e.title) for e in imported.events] == [("1", "One"), ("2", "Zwölf & two")]
        assert dates(imported) == ["2019-03-20", "2019-03-21"]
        assert (imported.places[0].lat, imported.places[0].lon) == (1.5, 2.0)
        assert refused(imported) == {"the date cannot be read": [5]}
        assert "a.bin: the sheet “Events” is read; not read: “Note”, “Codes”" in imported.report.notes

    def test_a_row_is_named_as_the_sheet_numbers_it(self, tmp_path: Path) -> None:
        rows: list[list[str | float | tuple[float, int]]] = [[], [], ["", "title", "date"], [], ["", "A", "never"]]
        rows += [[], ["", "B", "2019"], ["", "C", "soon"]]
        imported = read(workbook(tmp_path / "a.xlsx", One=rows))
        assert [event.title for event in imported.events] == ["B"]
        assert refused(imported) == {"the date cannot be read": [5, 8]}

    def test_tags_below_the_header_are_no_event(self, tmp_path: Path) -> None:
        rows: list[list[str | float | tuple[float, int]]] = [["title", "date"], ["#event", "#date"], ["A", "2019"]]
        report = read(workbook(tmp_path / "a.xlsx", One=rows)).report
        assert (report.read, report.kept) == (1, 1)

    def test_a_code_book_before_the_data_is_passed_over(self, tmp_path: Path) -> None:
        """The first sheet whose columns can be those of events is read, and the report names the others."""
        book = workbook(
            tmp_path / "a", Codes=[["Variable", "Meaning"], ["x", "y"]], Data=[["title", "date"], ["A", ""]]
        )
        imported = read(book)
        assert [event.title for event in imported.events] == ["A"]
        assert "a: the sheet “Data” is read; not read: “Codes”" in imported.report.notes

    def test_where_no_sheet_suffices_the_columns_of_all_are_named(self, tmp_path: Path) -> None:
        book = workbook(tmp_path / "a", Codes=[["Variable", "Meaning"], ["x", "y"]], Data=[["what", "on"], ["A", ""]])
        with pytest.raises(ReadError, match=r"of the sheet “Codes” are Variable, Meaning, of “Data” what, on\."):
            read(book)
        assert read(book, {"title": "what", "when": "on"}).report.kept == 1

    def test_cells_that_look_empty_and_are_not_are_told(self, tmp_path: Path) -> None:
        """An error of Excel, or a formula that was never computed, does not make an undated event in silence."""
        rows: list[list[str | float | tuple[float, int]]] = [["title", "date", "deaths"], ["A", "", ""], ["B", "", ""]]
        path = workbook(tmp_path / "a", Note=[["Only a note"]], Data=rows)
        error, formula = '<c r="B2" t="e"><v>#N/A</v></c>', '<c r="C3"><f>1+2</f><v/></c><c r="D3"><f>1</f></c>'
        empty = '<c r="E3" t="str"><f>IF(1,"")</f><v></v></c><c r="F3" t="n"><f>1+2</f><v>3</v></c>'
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name).decode() for name in archive.namelist()}
        sheet = "xl/worksheets/sheet2.xml"
        parts[sheet] = parts[sheet].replace('<row r="2">', f'<row r="2">{error}')
        parts[sheet] = parts[sheet].replace('<row r="3">', f'<row r="3">{formula}{empty}')
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in parts.items():
                archive.writestr(name, text)
        told = [note for note in read(path).report.notes if "count" in note]
        assert told == [
            "a: the cell B2 holds an error such as #N/A and counts as empty. Mend the formulas.",
            "a: 2 cells, the first of them C3, hold a formula without its result and count as empty. "
            "Open the workbook in Excel or LibreOffice and save it.",
        ]

    def test_an_empty_workbook_says_so(self, tmp_path: Path) -> None:
        with pytest.raises(ReadError, match="no sheet of this Excel workbook holds a table"):
            read(workbook(tmp_path / "a.xlsx", Empty=[]))

    def test_an_old_workbook_says_what_to_do(self, tmp_path: Path) -> None:
        (tmp_path / "a.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
        with pytest.raises(ReadError, match=r"old Excel \(\.xls\)\. Save it as \.xlsx or CSV"):
            read(tmp_path / "a.xls")


class TestWholeColumns:
    """What only a whole column tells is told wherever in the file it stands."""

    def test_a_day_beyond_the_twelfth_far_below_tells_the_order_of_all(self, tmp_path: Path) -> None:
        rows = "".join(f"T{n},03/04/2019\n" for n in range(40_000))
        imported = read(written(tmp_path / "t", f"title,date\n{rows}Last,13/04/2019\n"))
        assert imported.days == (isonumber("2019-04-03"), isonumber("2019-04-13"))

    def test_two_letters_are_of_the_family_that_several_codes_show(self, tmp_path: Path) -> None:
        head, last = "title,country\nA,AU\n", "Z,RS\n"
        fips = read(written(tmp_path / "fips", f"{head}B,UP\nC,EI\n{last}"))
        iso = read(written(tmp_path / "iso", f"{head}B,DE\n{last}"))
        assert [[place.state for place in one.places] for one in (fips, iso)] == [
            ["AUT", "UKR", "IRL", "RUS"],
            ["AUS", "DEU", "SRB"],
        ]
        assert "fips: country: two letters are read as FIPS 10-4, which alone has UP, EI" in fips.report.notes

    def test_one_code_of_an_organisation_puts_no_state_elsewhere(self, tmp_path: Path) -> None:
        """EU, which FIPS has and ISO only reserves, leaves codes with two readings open; the mapping settles them."""
        path = written(tmp_path / "t", "title,country\nA,US\nB,CN\nC,EU\nD,CH\n")
        imported = read(path)
        assert [place.state for place in imported.places] == ["USA"]
        assert imported.report.unresolved == {"CN": 1, "EU": 1, "CH": 1}
        told = (
            "t: country: two letters may be codes of ISO 3166 or FIPS 10-4, so CN, EU, CH stay without an answer; "
            "say which with --map country=country:iso2 or --map country=country:fips"
        )
        assert told in imported.report.notes
        for family, states in (("iso2", ["USA", "CHN", "CHE"]), ("fips", ["USA", "COM", "ATF", "CHN"])):
            assert [place.state for place in read(path, {"country": f"country:{family}"}).places] == states

    def test_what_r_writes_for_nothing_is_no_state_among_names(self, tmp_path: Path) -> None:
        imported = read(written(tmp_path / "t", "title,country\nA,Venezuela\nB,NA\nC,EU\nD,Peru\n"))
        assert [place.state for place in imported.places] == ["VEN", "PER"]
        assert imported.report.unresolved == {"EU": 1}

    def test_na_among_codes_of_iso_is_namibia_and_that_is_told(self, tmp_path: Path) -> None:
        imported = read(written(tmp_path / "t", "title,country\nA,DE\nB,NA\n"))
        assert [place.state for place in imported.places] == ["DEU", "NAM"]
        assert imported.report.notes[-1].startswith("t: country: “NA” is read as Namibia; leave the cell empty")


class TestReadings:
    """A date that may be read otherwise is told, with the number of such rows."""

    def test_years_of_two_digits_are_past_and_told(self, tmp_path: Path) -> None:
        rows = "Landings,6/6/44\nSurrender,8/5/45\nlast,31/12/68\nnew,1/1/69\nnow,25-Mar-19\n"
        imported = read(written(tmp_path / "t", f"title,date\n{rows}"))
        assert dates(imported) == ["1944-06-06", "1945-05-08", "1968-12-31", "1969-01-01", "2019-03-25"]
        words = "two digits and is read as one of"
        assert [note for note in imported.report.notes if words in note] == [
            f"t: of 4 rows the year has {words} 1900–1999, the last that is not to come",
            f"t: of 1 row the year has {words} 2000–2099, the last that is not to come",
        ]

    @given(st.dates(datetime.date(1970, 1, 1), datetime.date(2100, 1, 1)))
    def test_no_year_of_two_digits_is_in_the_future_or_a_century_ago(self, day: datetime.date) -> None:
        this = datetime.date.today().year
        assert this - 100 < int(common_day(f"{day:%d/%m/%y}".replace("29/02", "28/02"), "dmy")[:4]) <= this

    def test_all_formats_tell_of_years_of_two_digits(self, tmp_path: Path) -> None:
        acled = "event_id_cnty,event_date,event_type,actor1\nF1,20-Mar-19,Battles,A\n"
        item = {"id": 1, "description": "A", "date": "3/20/19", "latitude": "1", "longitude": "2", "filters": []}
        slides = "Start Date,End Date,Headline,Media\n3/20/19,,A,\n"
        for text in (acled, json.dumps([item]), slides):
            imported = read(written(tmp_path / "t", text))
            assert dates(imported) == ["2019-03-20"]
            assert imported.report.notes[-1].startswith("t: of 1 row the year has two digits")

    def test_a_season_that_may_be_two_years_is_told(self, tmp_path: Path) -> None:
        imported = read(written(tmp_path / "t", "title,date\nA,1921-22\nB,2024-21\nC,1921/1922\n"))
        assert dates(imported) == ["1921-22", "2024-21", "1921/1922"]
        assert imported.report.notes[-1].startswith("t: of 1 row the date is read as a season")

    def test_a_year_of_the_first_century_is_told_and_a_month_is_no_season(self, tmp_path: Path) -> None:
        imported = read(written(tmp_path / "t", "title,year,month,day\nA,19,1,1\nB,2019,22,\nC,476,,\n"))
        assert dates(imported) == ["0019-01-01", "0476"]
        assert refused(imported) == {"the date cannot be read": [3]}
        assert "t: of 1 row the year has one or two digits and is read as one of the first century" in (
            imported.report.notes
        )


DEGREES = st.floats(-90, 90).map(lambda degrees: f"{degrees:.3f}")


@given(DEGREES, DEGREES)
def test_a_point_with_decimal_commas_is_the_point_with_points(lat: str, lon: str) -> None:
    """A comma in a coordinate never parts thousands: 44,405 is 44 degrees and a little."""
    assert point(lat.replace(".", ","), lon.replace(".", ",")) == point(lat, lon) == (float(lat), float(lon))


@pytest.mark.parametrize("name", ["ucdp-49.csv", "acled-new.csv"])
def test_decimal_commas_place_events_of_every_format(name: str, tmp_path: Path) -> None:
    """A German or Swedish Excel saves a table of UCDP or ACLED with commas; 44,405 is no thousand."""
    frame = pd.read_csv(FIXTURES / name, dtype=str, keep_default_na=False)
    rows = frame.iloc[1:4] if name.startswith("ucdp") else frame
    commas = rows.assign(latitude="44,405", longitude="-0,050")
    commas.to_csv(tmp_path / "t", index=False, sep=";")
    imported = read(tmp_path / "t")
    assert {(place.lat, place.lon) for place in imported.places} - {(None, None)} == {(44.405, -0.05)}
    assert imported.report.rejected == 0


class TestNothingKnown:
    """What people and programs write where nothing is known is an empty cell in every column, and that is told."""

    WORDS = ("NA", "N/A", "n/a", "NaN", "nan", "NULL", "None", "unknown", "Unknown", "-", "–", "?", "<NA>", r"\N")
    HEAD = "title,date,end,country,place,lat,lon,actor1,kind,deaths\n"

    @pytest.mark.parametrize("word", WORDS)
    def test_a_row_of_a_plain_table_keeps_what_it_knows(self, word: str, tmp_path: Path) -> None:
        row = ",".join([word] * 9)
        imported = read(written(tmp_path / "t", f"{self.HEAD}A,{row}\nB,2019,,Peru,,,,X,k,3\n"))
        first = imported.events[0]
        assert (first.when, first.place, first.actors, first.measures) == (None, None, (), ())
        assert [actor.name for actor in imported.actors] == ["X"]
        assert [kind.label for kind in imported.kinds] == ["Event", "k"]
        assert (imported.report.undated, imported.report.unresolved, imported.report.rejected) == (1, {}, 0)
        told = "t: of 1 row the date is a word for “not known”, as NA or unknown, and is left empty"
        assert told in imported.report.notes

    def test_names_that_look_alike_stay_names(self, tmp_path: Path) -> None:
        imported = read(written(tmp_path / "t", "title,lat,lon,place,actor\nNo,1,1,Nan,Na; NA; Non\n"))
        assert ([place.name for place in imported.places], [actor.name for actor in imported.actors]) == (
            ["Nan"],
            ["Na", "Non"],
        )

    def test_a_title_that_is_not_known_costs_no_row(self, tmp_path: Path) -> None:
        """The summary stands for it, and where there is none either, it is the title as it is written."""
        imported = read(written(tmp_path / "t", "title,summary,date\nNA,Words,2019\nNA,NA,2019\nnull,,2019\n"))
        assert [event.title for event in imported.events] == ["Words", "NA", "null"]

    @pytest.mark.parametrize("word", ["NA", "NULL", "unknown"])
    def test_sides_of_ucdp_without_a_code_are_no_governments(self, word: str, tmp_path: Path) -> None:
        frame = pd.read_csv(FIXTURES / "ucdp-49.csv", dtype=str, keep_default_na=False).iloc[1:]
        blank = frame.assign(gwnoa="", gwnob="", date_end="", source_headline="", source_article="")
        blank.to_csv(tmp_path / "blank", index=False)
        blank.replace("", word).to_csv(tmp_path / "words", index=False)
        one, other = read(tmp_path / "blank"), read(tmp_path / "words")
        assert (one.events, one.actors, one.places) == (other.events, other.actors, other.places)
        assert {actor.kind for actor in other.actors} == {ActorKind.GROUP}
        assert one.report.unresolved == other.report.unresolved

    def test_what_is_no_number_in_a_column_of_codes_makes_no_government(self, tmp_path: Path) -> None:
        frame = pd.read_csv(FIXTURES / "ucdp-49.csv", dtype=str, keep_default_na=False).iloc[1:]
        frame.assign(gwnoa="x", gwnob="-99").to_csv(tmp_path / "t", index=False)
        assert {actor.kind for actor in read(tmp_path / "t").actors} == {ActorKind.GROUP}

    def test_actors_dates_and_allies_of_acled_may_be_missing(self, tmp_path: Path) -> None:
        head = "event_id_cnty,event_date,event_type,actor1,actor2,assoc_actor_1,inter1,country,iso3,notes\n"
        [event] = read(written(tmp_path / "t", f"{head}F1,NA,Battles,A,NA,NA,NA,NA,NA,NA\n")).events
        assert (event.title, event.summary, event.when, len(event.actors)) == ("Battles: A", "Battles: A.", None, 1)

    def test_slides_and_incidents_may_lack_a_date_too(self, tmp_path: Path) -> None:
        rows = "NA,NA,NA,One,NA,NA\n1999,3,0,Two,,\n1999,0,0,C,,\n"
        slides = read(written(tmp_path / "s", f"year,month,day,headline,lat,lon\n{rows}"))
        assert dates(slides) == [None, "1999-03", "1999"]
        item = {"id": 1, "description": "A", "date": "unknown", "latitude": "NA", "longitude": "NA", "filters": []}
        [event] = read(written(tmp_path / "m", json.dumps([item]))).events
        assert (event.when, event.place) == (None, None)

    @pytest.mark.parametrize(
        ("cell", "found"),
        [("2019-00-00", "2019"), ("2019-03-00", "2019-03"), ("20190300", "2019-03"), ("00/03/2019", "2019-03")],
    )
    def test_a_month_or_day_of_zero_gives_the_year_or_the_month(self, cell: str, found: str, tmp_path: Path) -> None:
        """Registers such as GTD write 0 for a day that is not known, databases 0000-00-00 for no date."""
        rows = f"A,{cell}\nB,25/03/2019\nC,0000-00-00\nD,00/00/0000\nE,0000-00-00 00:00:00\n"
        assert dates(read(written(tmp_path / "t", f"title,date\n{rows}"))) == [found, "2019-03-25", None, None, None]

    def test_columns_of_years_months_and_days_may_be_zero(self, tmp_path: Path) -> None:
        rows = "A,2019,0,0\nB,2019,3,0\nC,0,0,0\nD,2019,0,4\nE,NA,3,4\n"
        imported = read(written(tmp_path / "t", f"title,year,month,day\n{rows}"))
        assert dates(imported) == ["2019", "2019-03", None, "2019", None]


TABLES = {
    "id": st.sampled_from(["", "a", "b 1", "c.0"]),
    "title": st.sampled_from(["", "One", "Zwölf  x", "One"]),
    "date": st.sampled_from(
        ["", "2019-03-20", "2019-04", "3/4/2019", "20 March 2019", "never", "NA", "2019-03-20 11:00"]
    ),
    "end_date": st.sampled_from(["", "2019-03-25", "2018-01-01"]),
    "country": st.sampled_from(["", "FR", "DE", "NA", "unknown", "France", "Nowhereland"]),
    "lat": st.sampled_from(["", "1.5", "95", "x"]),
    "lon": st.sampled_from(["", "2.5"]),
    "actor1": st.sampled_from(["", "A", "B", "a", "NA"]),
    "actor2": st.sampled_from(["", "A", "B; C"]),
    "deaths": st.sampled_from(["", "1", "2.0"]),
}


@settings(max_examples=60)
@given(st.lists(st.fixed_dictionaries(TABLES), min_size=1, max_size=12), st.integers(1, 4))
def test_rows_in_batches_of_any_size_give_the_same_events_and_report(rows: list[dict[str, str]], size: int) -> None:
    one, other = (in_parts(rows, part) for part in (len(rows), size))
    assert one.events == other.events
    assert (one.actors, one.places, one.kinds, one.report) == (other.actors, other.places, other.kinds, other.report)


def in_parts(rows: list[dict[str, str]], size: int) -> Imported:
    """The import of a plain table whose rows come in batches of some size."""
    records = [(line, row, "") for line, row in enumerate(rows, 2)]
    batches = [of_records(records[at : at + size]) for at in range(0, len(records), size)]
    builder = Builder(answers)
    file = File("t.csv", 0, lambda: pytest.fail("the file is not opened"))
    columns = {field: field for field in TABLES} | {"when": "date", "end": "end_date"}
    read_batches(file, batches, lambda _: batches, builder, columns)
    builder.staging.close()
    return Imported(builder)


@given(st.integers(-25_000, 25_000), st.sampled_from(["dmy", "mdy"]))
def test_a_day_is_read_back_from_every_common_spelling(number: int, order: str) -> None:
    year, month, day = isoday(number).split("-")
    name = pd.Timestamp(isoday(number)).strftime("%B")
    numbers = f"{day}/{month}/{year}" if order == "dmy" else f"{month}/{day}/{year}"
    spellings = [f"{year}/{month}/{day}", f"{year}{month}{day}", f"{day} {name} {year}", f"{name[:3]} {day}, {year}"]
    found = {common_day(text, "dmy" if order == "dmy" else "mdy") for text in [*spellings, numbers, f"{numbers} 12:30"]}
    assert found == {isoday(number)}


@given(st.sampled_from("-/. "), st.integers(1, 31), st.integers(1, 12), st.sampled_from(["{:02}", "{}"]), st.booleans())
@settings(max_examples=40)
def test_a_day_in_numbers_is_edtf_only_as_iso_and_so_needs_no_slow_refusal(
    sign: str, number: int, month: int, width: str, is_year_first: bool
) -> None:
    parts = [width.format(number), width.format(month), "2019"]
    text = sign.join(parts[::-1] if is_year_first else parts)
    try:
        expected = parse(text).text
    except DateError:
        expected = read_or_refused(lambda: common_day(text, "dmy"))
    assert read_or_refused(lambda: edtf_of(text, "dmy")) == expected


def read_or_refused(action: Callable[[], str]) -> str:
    try:
        return action()
    except DateError:
        return "refused"


@pytest.mark.parametrize("text", ["20190320", "1/2/19", "02.24.2022", "2019/3/2", "2019-3-2"])
def test_spellings_in_numbers_are_no_edtf(text: str) -> None:
    with pytest.raises(DateError):
        parse(text)


def test_the_order_of_a_column_is_told_only_by_days_beyond_the_twelfth() -> None:
    columns = (["1/2/2019", "13/2/2019"], ["1/2/2019", "2/13/2019"], ["1/2/2019"], ["13/2/2019", "2/13/2019"])
    assert [judged("on", column)[0] for column in columns] == ["dmy", "mdy", None, None]
    assert [judged("on", column, "mdy")[0] for column in columns] == ["dmy", "mdy", "mdy", None]


def test_a_cell_that_is_no_day_in_any_order_tells_none() -> None:
    assert judged("on", ["13/13/2019", "2/13/2019"]) == ("mdy", "on: month first, as “2/13/2019” shows")


@pytest.mark.parametrize(
    "clock", ["24:00", "9:05", "23:59:59.5", "11:00", "14:30:00+00", "14:30+0530", "14:30:00.1 -04", "9:05Z"]
)
def test_a_time_of_day_is_left_away(clock: str, tmp_path: Path) -> None:
    assert dates(read(written(tmp_path / "t", f"title,date\nA,2019-03-20 {clock}\n"))) == ["2019-03-20"]


@pytest.mark.parametrize("clock", ["25:00", "25:99", "11:60", "11:00:60"])
def test_what_is_no_time_of_day_makes_no_day(clock: str, tmp_path: Path) -> None:
    table = read(written(tmp_path / "t", f"title,date\nA,2019-03-20 {clock}\nB,20/03/2019 {clock}\n"))
    assert refused(table) == {"the date cannot be read": [2, 3]}
    rows = (FIXTURES / "ucdp-49.csv").read_text("utf-8").replace("2001-03-07,z", f"2001-03-07 {clock},z")
    assert 5 in refused(read(written(tmp_path / "u", rows)))["the date cannot be read"]


@pytest.mark.parametrize(
    ("name", "read_rows", "kept", "unplaced"),
    [
        ("ucdp-ged-600-rows.csv", 600, 600, 0),
        ("gdelt-v1-events-200-rows.tsv", 200, 131, 7),
        ("gdelt-v2-events-301-rows.tsv", 301, 168, 9),
        ("timelinejs-sheet.csv", 10, 10, 10),
        ("timelinejs-v3.json", 10, 10, 10),
    ],
)
def test_real_files_import_with_their_numbers(name: str, read_rows: int, kept: int, unplaced: int) -> None:
    if not (SAMPLES / name).exists():
        pytest.skip("the samples are not here")
    report = read(SAMPLES / name).report
    assert (report.read, report.kept, report.unplaced) == (read_rows, kept, unplaced)
    assert (report.undated, report.rejected) == (0, 0)


def test_real_ucdp_dates_places_and_deaths_are_those_of_the_file() -> None:
    if not SAMPLES.exists():
        pytest.skip("the samples are not here")
    imported = read(SAMPLES / "ucdp-ged-600-rows.csv")
    assert sum(int(tag.split()[2]) for event in imported.events for tag in event.tags if "best" in tag) == 4309
    assert sum(event.when is not None and not event.when.is_exact for event in imported.events) == 55
    areas = {place.id for place in imported.places if place.precision is PlacePrecision.COUNTRY}
    assert sum(event.place in areas for event in imported.events) == 8
    assert len({place.state for place in imported.places}) == 16
