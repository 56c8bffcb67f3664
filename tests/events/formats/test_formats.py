"""Each foreign format: what its rows mean in a dossier, and what becomes of rows that mean nothing."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import formats
from events.dates import describe, isoday
from events.formats import Imported
from events.formats.days import common_day, order_of
from events.model import ActorKind, Confidence, Event, Place, PlacePrecision, Role
from events.reading import ReadError
from geodata.places import resolve

FIXTURES = Path(__file__).parent / "fixtures"
SAMPLES = Path(__file__).parents[4] / "shared" / "samples"


def answers(values: Iterable[str], family: str) -> list[str | None]:
    return resolve(list(values), family).ids  # type: ignore[arg-type] # names of families are checked by `resolve`


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
    assert report.read == report.kept + report.merged + len(report.rejected) + sum(report.left_out.values()) > 0


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


def test_timemap_links_its_sources_however_they_are_named() -> None:
    imported = fixture("timemap.json")
    assert dates(imported) == ["2022-02-24", "2022-03-01"]
    assert [source.url[-5:] for source in imported.sources] == ["g/one", "g/two", "three"]
    assert imported.events[0].tags == ("Type of area affected: Residential",)
    assert refused(imported) == {"the date cannot be read": [3]}


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


@given(st.integers(-25_000, 25_000), st.sampled_from(["dmy", "mdy"]))
def test_a_day_is_read_back_from_every_common_spelling(number: int, order: str) -> None:
    year, month, day = isoday(number).split("-")
    name = pd.Timestamp(isoday(number)).strftime("%B")
    numbers = f"{day}/{month}/{year}" if order == "dmy" else f"{month}/{day}/{year}"
    spellings = [f"{year}/{month}/{day}", f"{year}{month}{day}", f"{day} {name} {year}", f"{name[:3]} {day}, {year}"]
    found = {common_day(text, "dmy" if order == "dmy" else "mdy") for text in [*spellings, numbers, f"{numbers} 12:30"]}
    assert found == {isoday(number)}


def test_the_order_of_a_column_is_told_only_by_days_beyond_the_twelfth() -> None:
    columns = (["1/2/2019", "13/2/2019"], ["1/2/2019", "2/13/2019"], ["1/2/2019"], ["13/2/2019", "2/13/2019"])
    assert [order_of(column) for column in columns] == ["dmy", "mdy", None, None]


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
    assert (report.undated, report.rejected) == (0, ())


def test_real_ucdp_dates_places_and_deaths_are_those_of_the_file() -> None:
    if not SAMPLES.exists():
        pytest.skip("the samples are not here")
    imported = read(SAMPLES / "ucdp-ged-600-rows.csv")
    assert sum(int(tag.split()[2]) for event in imported.events for tag in event.tags if "best" in tag) == 4309
    assert sum(event.when is not None and not event.when.is_exact for event in imported.events) == 55
    areas = {place.id for place in imported.places if place.precision is PlacePrecision.COUNTRY}
    assert sum(event.place in areas for event in imported.events) == 8
    assert len({place.state for place in imported.places}) == 16
