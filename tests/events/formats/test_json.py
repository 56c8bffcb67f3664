"""JSON as people write it: every field of every item counts, however the items are held."""

import json
from pathlib import Path
from typing import Any

import pytest

from events import formats
from events.formats import Imported


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


def test_a_line_that_is_no_json_or_holds_not_a_number_hides_no_field(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_text('{"title": "A"}\n{"title": "B", "lat": NaN}\n?\n{"title": "C", "date": "2019"}\n', "utf-8")
    report = formats.read(path).report
    assert (report.kept, report.rejected, report.undated) == (3, 1, 2)
