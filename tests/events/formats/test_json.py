"""JSON as people write it: every field of every item counts, however the items are held."""

import json
from pathlib import Path
from typing import Any

import pytest

from events import formats
from events.formats import Imported
from events.reading import ReadError


def imported(folder: Path, items: Any, *, is_lines: bool = False, mapping: dict[str, str] | None = None) -> Imported:
    path = folder / "data"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in items) if is_lines else json.dumps(items), "utf-8")
    return formats.read(path, mapping=mapping or {})


BARE = {"title": "A"}


@pytest.mark.parametrize("is_lines", [False, True])
class TestFields:
    def test_a_field_that_only_the_last_item_has_is_read(self, is_lines: bool, tmp_path: Path) -> None:
        found = imported(tmp_path, [BARE] * 60 + [BARE | {"date": "2019-03-20", "deaths": 4}], is_lines=is_lines)
        last = found.events[-1]
        assert (last.when and last.when.text, last.measures[0].best) == ("2019-03-20", 4)

    def test_columns_stand_in_the_order_in_which_they_first_appear(self, is_lines: bool, tmp_path: Path) -> None:
        rows = [{"title": "A", "date": "2019", "b": 1}, {"title": "B", "a": 1}, {"c": 1, "title": "C", "b": 1}]
        assert imported(tmp_path, rows, is_lines=is_lines).report.notes[1].endswith("not used: b, a, c")


def test_long_numbers_keep_their_digits(tmp_path: Path) -> None:
    rows = [BARE | {"date": "2019", "id": number} for number in (2**64 + 1, 10**30 + 7)]
    assert [event.id for event in imported(tmp_path, rows, is_lines=True).events] == [str(row["id"]) for row in rows]


def test_a_line_that_is_no_json_or_holds_not_a_number_hides_no_field(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_text('{"title": "A"}\n{"title": "B", "lat": NaN}\n?\n{"title": "C", "date": "2019"}\n', "utf-8")
    report = formats.read(path).report
    assert (report.kept, report.rejected, report.undated) == (3, 1, 2)


NESTED = {
    "title": {"en": "A", "es": "B"},
    "date": "2019-03-20",
    "location": {"lat": 10, "lon": -66, "name": "Caracas", "admin": {"one": {"code": "VE-A", "more": {"deep": 1}}}},
}


@pytest.mark.parametrize("is_lines", [False, True])
def test_fields_of_objects_inside_are_columns(is_lines: bool, tmp_path: Path) -> None:
    mapping = {"title": "title.en", "kind": "location.admin.one.code"}
    found = imported(tmp_path, [NESTED, NESTED | {"date": "2019-03-21"}], is_lines=is_lines, mapping=mapping)
    assert [event.title for event in found.events] == ["A", "A"]
    assert [kind.label for kind in found.kinds] == ["VE-A"]


@pytest.mark.parametrize(("lat", "lon"), [("lat", "lng"), ("latitude", "longitude"), ("lat", "lon"), ("lat", "long")])
@pytest.mark.parametrize("place", ["location", "geo", "coordinates", "place"])
def test_places_inside_are_guessed(place: str, lat: str, lon: str, tmp_path: Path) -> None:
    found = imported(tmp_path, [{"title": "A", place: {lat: 10.5, lon: -66.9, "name": "Caracas"}}])
    assert [(one.name, one.lat, one.lon) for one in found.places] == [("Caracas", 10.5, -66.9)]


def test_the_fourth_object_inside_stays_text(tmp_path: Path) -> None:
    row = BARE | {"date": "2019", "a": {"b": {"c": {"d": {"e": 1}}}}}
    found = imported(tmp_path, [row], mapping={"summary": "a.b.c.d"})
    assert found.events[0].summary == '{"e": 1}'


def test_raw_json_is_no_title(tmp_path: Path) -> None:
    rows = [BARE | {"date": "2019"}, {"title": [{"en": "B"}], "date": "2019"}, {"title": '["sic"] {C}', "date": "2019"}]
    found = imported(tmp_path, rows)
    assert [event.title for event in found.events] == ["A", '["sic"] {C}']
    assert list(found.report.refused) == ["the title is raw JSON: name a column inside it"]


def test_features_have_fields_inside_too(tmp_path: Path) -> None:
    one = {"type": "Feature", "geometry": None, "properties": {"title": "A", "geo": {"lat": 1.5, "lon": 2}}}
    found = imported(tmp_path, {"type": "FeatureCollection", "features": [one]})
    assert [(place.lat, place.lon) for place in found.places] == [(1.5, 2.0)]


@pytest.mark.parametrize("is_lines", [False, True])
def test_one_record_is_a_row(is_lines: bool, tmp_path: Path) -> None:
    record = BARE | {"date": "2019-03-20", "location": {"lat": 1.5, "lon": 2}, "tags": ["x", "y"]}
    found = imported(tmp_path, [record] if is_lines else record, is_lines=is_lines)
    [event], [place] = found.events, found.places
    assert (event.title, event.tags, place.lat) == ("A", ("x", "y"), 1.5)


def test_one_feature_is_a_row(tmp_path: Path) -> None:
    geometry = {"type": "LineString", "coordinates": [[0, 0], [4, 2]]}
    one = {"type": "Feature", "geometry": geometry, "properties": BARE | {"date": "2019"}, "links": [{"a": 1}]}
    [place] = imported(tmp_path, one).places
    assert (place.lon, place.lat, str(place.precision)) == (2, 1, "region")


def test_a_record_may_have_a_type_of_any_kind(tmp_path: Path) -> None:
    assert imported(tmp_path, BARE | {"date": "2019", "type": ["a", "b"]}).kinds[0].label == "a; b"


def test_features_are_read_beside_other_lists(tmp_path: Path) -> None:
    one = {"type": "Feature", "geometry": None, "properties": BARE | {"date": "2019"}}
    document = {"type": "FeatureCollection", "features": [one], "links": [{"href": "x"}]}
    assert imported(tmp_path, document).report.kept == 1


def test_an_object_that_is_no_event_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no column is known to hold the title"):
        imported(tmp_path, {"status": "error", "message": {"code": 5}})
