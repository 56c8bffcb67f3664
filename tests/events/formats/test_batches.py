"""Delimited text is read by Arrow where it can be, and always means what Python's csv module says it means."""

import csv
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.formats.batches import Layout, Unreadable, delimited, lines_of
from events.formats.streams import utf8

KEYS = ("a", "b", "a")
Row = tuple[int, dict[str, str], bool]


def rows_of(data: bytes, size: int, layout: Layout, encoding: str = "utf-8") -> list[Row]:
    """(line, filled cells, whether there is a fault) of text that comes in blocks of some size."""
    blocks = (data[at : at + size] for at in range(0, len(data), size))
    found = []
    for batch in delimited(utf8(blocks, encoding), layout):
        columns = {name: column.to_pylist() for name, column in batch.columns.items()}
        for at, line in enumerate(batch.lines.tolist()):
            cells = {name: column[at] for name, column in columns.items() if column[at]}
            found.append((line, cells, at in batch.faults))
    return found


def by_csv(text: str, layout: Layout) -> Iterator[Row]:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    quoting = {} if layout.quoted else {"quoting": csv.QUOTE_NONE}
    reader = csv.reader(lines_of(plain.encode()), delimiter=layout.delimiter, **quoting)  # type: ignore[arg-type]
    line = 1
    for cells in reader:
        if any(cells):
            named: dict[str, str] = {}
            for name, cell in zip(layout.keys, cells, strict=False):
                if cell.strip():
                    named.setdefault(name, cell.strip())
            lines = lines_of(plain.encode())[line - 1 : reader.line_num]
            yield line, named, any(cells[len(layout.keys) :]) or is_misquoted(lines, layout)
        line = reader.line_num + 1


def is_misquoted(lines: list[str], layout: Layout) -> bool:
    """Whether the first mark of a row on several lines that is no CSV in the strict sense ends a quotation, and could
    begin another one."""
    text = "\n" + "".join(lines) + "\n"
    edges, is_open, at = ("\n", layout.delimiter), False, 1
    while layout.quoted and len(lines) > 1 and (at := text.find('"', at)) > 0:
        begins, ends = text[at - 1] in edges, text[at + 1] in edges
        if is_open and text[at + 1] == '"':
            at += 1
        elif is_open and not ends:
            return begins
        elif not is_open and not begins:
            return False
        else:
            is_open = not is_open
        at += 1
    return False


@given(st.text('ab",;\n\r\té ', max_size=80), st.integers(1, 30), st.booleans())
def test_blocks_of_any_size_are_read_as_the_csv_module_reads_the_whole(text: str, size: int, quoted: bool) -> None:
    layout, whole = Layout(KEYS, ",", 1, quoted=quoted), text + "\nx,y,z\n"
    rows = list(by_csv(whole, layout))
    if len(list(by_csv(whole + "x,y,z\n", layout))) > len(rows):
        assert rows_of(whole.encode(), size, layout) == rows
        return
    with pytest.raises(Unreadable, match="never closed") as caught:
        rows_of(whole.encode(), size, layout)
    assert caught.value.line == rows[-1][0]


@given(st.text(max_size=60), st.integers(1, 9), st.sampled_from(["utf-8", "utf-16", "utf-32", "utf-16-le"]))
def test_text_is_the_same_from_every_encoding_and_in_blocks_of_any_size(text: str, size: int, encoding: str) -> None:
    data = ("." + text).encode(encoding, "replace")
    blocks = (data[at : at + size] for at in range(0, len(data), size))
    expected = ("." + text).encode("utf-16", "replace").decode("utf-16").replace("\r\n", "\n").replace("\r", "\n")
    assert b"".join(utf8(blocks, encoding)).decode() == expected


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_a_file_that_turns_out_to_be_western_is_read_as_such_from_there_on(size: int) -> None:
    data = b"plain " * 10 + "Zürich €".encode("cp1252")
    blocks = [data[at : at + size] for at in range(0, len(data), size)]
    assert b"".join(utf8(iter(blocks), "utf-8")).decode() == "plain " * 10 + "Zürich €"


def test_a_damaged_character_in_utf8_is_replaced_and_spoils_no_other() -> None:
    data = "Zürich ".encode() + b"\xff" + "Łódź".encode()
    assert b"".join(utf8(iter([data[:9], data[9:]]), "utf-8")).decode() == "Zürich \ufffdŁódź"


def test_a_quotation_mark_inside_a_cell_costs_no_row_and_shifts_no_line() -> None:
    rows = "".join(f'{n},5" pipe,"two\nlines"\n' for n in range(3_000))
    found = rows_of(rows.encode(), 1_000, Layout(("n", "what", "text"), ",", 1))
    assert [line for line, _, _ in found] == [2 * n + 1 for n in range(3_000)]
    assert {cells["what"] for _, cells, _ in found} == {'5" pipe'}


def test_rows_with_other_numbers_of_cells_stay_in_their_places() -> None:
    text = "a,b,c\n1,2\n\n1,2,3,4\n,,\n5,6,7\n"
    found = rows_of(text.encode(), 1_000, Layout(("x", "y", "z"), ",", 1))
    assert found == [
        (1, {"x": "a", "y": "b", "z": "c"}, False),
        (2, {"x": "1", "y": "2"}, False),
        (4, {"x": "1", "y": "2", "z": "3"}, True),
        (6, {"x": "5", "y": "6", "z": "7"}, False),
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a,b\n" * 5 + "x" * 140_000 + ",y\n", 6, "field larger than field limit"),
        ("a,b\n" * 5 + '"' + "x,\n" * 200_000, 6, "field larger than field limit"),
        ("a,b\n" * 5 + "a", 6, "cut off in its last row, which has 1 of 2 cells"),
    ],
)
def test_text_that_is_no_table_is_refused_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as caught:
        rows_of(text.encode(), 4_096, Layout(("a", "b"), ",", 1))
    assert caught.value.line == line


@pytest.mark.parametrize("size", [7, 1_000_000])
@pytest.mark.parametrize("row", ['"Event,2019,France', 'Event,2019,"France', '5" pipe,2019,"x\ny'])
def test_text_that_ends_inside_quotes_is_refused_with_the_line_of_the_open_row(row: str, size: int) -> None:
    """The rows below an open quotation mark never become the title of one event."""
    text = "a,b,c\n" * 5 + row + "\n" + "a,b,c\n" * 700
    with pytest.raises(Unreadable, match=r"opened in this row is never closed, up to line 70[67]") as caught:
        rows_of(text.encode(), size, Layout(("x", "y", "z"), ",", 1))
    assert caught.value.line == 6


def test_a_row_that_took_in_others_up_to_the_next_quotation_is_at_fault() -> None:
    """An open quotation mark that meets another one costs rows, and these are told by the line of the first."""
    text = 'a,b\n"open,b\nc,d\ne,"f"\ng,h\n'
    batches = list(delimited(iter([text.encode()]), Layout(("x", "y"), ",", 1)))
    assert [line for batch in batches for line in batch.lines.tolist()] == [1, 2, 5]
    assert [fault for batch in batches for fault in batch.faults.values()] == [
        "a quotation mark is left open in this row, which so takes in 2 more lines"
    ]


@pytest.mark.parametrize("row", ['"one\n "two" three",x', '"one\ntwo" ,x', '"one\nsaid ""two""",x'])
def test_a_quotation_inside_a_text_on_several_lines_costs_no_row(row: str) -> None:
    found = rows_of(f"a,b\n{row}\nc,d\n".encode(), 1_000, Layout(("x", "y"), ",", 1))
    assert [(line, cells["y"], fault) for line, cells, fault in found] == [
        (1, "b", False),
        (2, "x", False),
        (4, "d", False),
    ]


def test_only_the_columns_that_are_asked_for_are_read() -> None:
    [batch] = delimited(iter([b"1,2,3\n"]), Layout(("a", "b", "c"), ",", 1), {"b"})
    assert {name: column.to_pylist() for name, column in batch.columns.items()} == {"b": ["2"]}
    assert np.array_equal(batch.lines, [1])
