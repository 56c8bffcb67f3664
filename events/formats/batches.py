"""Rows of a file as columns: what every reader gives, and how delimited text becomes it.

Delimited text is read by Arrow where its quotation marks are regular, and by Python's csv module where they are not, so
that every row means what the csv module says it means.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

LONGEST_CELL: Final = csv.field_size_limit()
FEWEST_SLOW, MOST_SLOW = 500, 100_000
ROWS_OF_RECORDS: Final = 10_000
_QUOTE, _NEWLINE = 34, 10


Record: TypeAlias = tuple[int, Mapping[str, str], str]
"""(line, cells, fault) of one row."""


class Unreadable(ValueError):
    """Delimited text that is no table, or that breaks off: the line, why, and what to do."""

    def __init__(self, line: int, reason: str, fix: str = "") -> None:
        self.line, self.reason, self.fix = line, reason, fix
        super().__init__(reason)


@dataclass(frozen=True)
class Batch:
    """Some rows of a file. `columns` are Arrow arrays of one length, by `key`; text from text files, where an empty
    cell is an empty text. `lines` counts from 1: the line of a text file, the row of Parquet or of a sheet, the item of
    a list. `faults` says what is wrong with a row as it is written, by its place in the batch.
    """

    lines: NDArray[np.int64]
    columns: Mapping[str, Any]
    faults: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lines)


def of_records(records: Sequence[Record]) -> Batch:
    """A batch of records."""
    names = dict.fromkeys(name for _, cells, _ in records for name in cells)
    columns = {name: pa.array([cells.get(name, "") for _, cells, _ in records], pa.string()) for name in names}
    faults = {at: fault for at, (_, _, fault) in enumerate(records) if fault}
    return Batch(np.array([line for line, _, _ in records], np.int64), columns, faults)


def in_batches(records: Iterable[Record]) -> Iterator[Batch]:
    """Batches of records."""
    some: list[Record] = []
    for record in records:
        some.append(record)
        if len(some) == ROWS_OF_RECORDS:
            yield of_records(some)
            some = []
    if some:
        yield of_records(some)


@dataclass(frozen=True)
class Layout:
    """How delimited text is laid out: the key of each column in order, and the line on which its rows begin.

    `quoted` says whether quotation marks mean anything; `strict` refuses a row that has not as many cells as the first.
    """

    keys: tuple[str, ...]
    delimiter: str
    first_line: int
    quoted: bool = True
    strict: bool = False


def delimited(blocks: Iterator[bytes], layout: Layout, wanted: Collection[str] | None = None) -> Iterator[Batch]:
    """The rows of a table below its header, without empty ones. `wanted` names the columns that are needed; None: all.
    Raises `Unreadable`."""
    return _Delimited(Text(blocks), layout, wanted).batches()


class Text:
    """UTF-8 text that is taken in lines or in whole records."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._data, self._at = blocks, b"", 0
        self.line = 1
        self.is_ended = False

    def more(self) -> bool:
        """Read another block; False at the end."""
        block = next(self._blocks, None)
        self.is_ended = block is None
        if block is not None:
            self._data, self._at = self._data[self._at :] + block, 0
        return block is not None

    @property
    def rest(self) -> memoryview:
        """What has been read and not taken; never empty before the end."""
        while self._at == len(self._data) and not self.is_ended and self.more():
            pass
        return memoryview(self._data)[self._at :]

    def lines(self) -> Iterator[str]:
        """The lines from here, each with its end."""
        while True:
            end = self._data.find(b"\n", self._at) + 1
            if not end and not self.is_ended and self.more():
                continue
            line = self._data[self._at : end or len(self._data)]
            if not line:
                return
            self.take(len(line), 1)
            yield line.decode()

    def take(self, size: int, lines: int) -> bytes:
        """The next bytes, which hold so many lines."""
        data = self._data[self._at : self._at + size]
        self._at += size
        self.line += lines
        return data


@dataclass(frozen=True, slots=True)
class _Block:
    """Whole rows: their bytes, where each ends, the line of each, and the number of lines."""

    data: bytes
    ends: NDArray[np.int64]
    lines: NDArray[np.int64]

    @property
    def is_cut(self) -> bool:
        """Whether the last line has no end, which only the last of a file can lack."""
        return not self.data.endswith(b"\n")

    def row(self, at: int) -> list[str]:
        """The lines of a row."""
        return lines_of(self.data[int(self.ends[at - 1]) if at else 0 : int(self.ends[at])])


class _Delimited:
    """Reads blocks by Arrow, and rows that Arrow might read in another way by the csv module."""

    def __init__(self, text: Text, layout: Layout, wanted: Collection[str] | None) -> None:
        self._text, self._layout = text, layout
        self._places = {
            name: [at for at, one in enumerate(layout.keys) if one == name]
            for name in dict.fromkeys(layout.keys)
            if name and (wanted is None or name in wanted)
        }
        self._slow_rows = FEWEST_SLOW

    def batches(self) -> Iterator[Batch]:
        skipped = self._text.lines()
        for _ in range(self._layout.first_line - 1):
            next(skipped, None)
        while len(self._text.rest):
            block = self._block()
            found = self._one_by_one() if block is None else self._at_once(block)
            if len(found):
                yield found

    def _block(self) -> _Block | None:
        """The rows that can be read at once; None where the next one has irregular quotation marks or is too long."""
        text = self._text
        longest = max(4, len(self._layout.keys)) * LONGEST_CELL
        while True:
            ends, newlines, is_blocked = self._row_ends(text.rest)
            if len(ends):
                break
            if is_blocked or text.is_ended or len(text.rest) > longest:
                return None
            text.more()
        size = int(ends[-1])
        inside = newlines[newlines < size]
        lines = text.line + np.searchsorted(inside, np.concatenate([[0], ends[:-1]]))
        return _Block(text.take(size, len(inside) + (inside.size == 0 or inside[-1] != size - 1)), ends, lines)

    def _row_ends(self, view: memoryview) -> tuple[NDArray[np.int64], NDArray[np.int64], bool]:
        """Where rows end, where lines end, and whether an irregular quotation mark stands behind the rows."""
        data = np.frombuffer(view, np.uint8)
        newlines = np.flatnonzero(data == _NEWLINE)
        quotes = np.flatnonzero(data == _QUOTE) if self._layout.quoted else newlines[:0]
        bad = first_irregular(data, quotes, ord(self._layout.delimiter)) if len(quotes) else None
        outside = newlines[np.searchsorted(quotes, newlines) % 2 == 0] if len(quotes) else newlines
        ends = (outside if bad is None else outside[outside < bad]) + 1
        is_whole = bad is None and len(quotes) % 2 == 0
        if self._text.is_ended and is_whole and (not len(ends) or ends[-1] < len(data)):
            ends = np.append(ends, len(data))
        return ends, newlines, bad is not None

    # --- Arrow

    def _at_once(self, block: _Block) -> Batch:
        invalid: list[int] = []
        if block.is_cut or int(np.diff(block.ends, prepend=0).max()) > LONGEST_CELL:
            return self._by_csv(block)
        try:
            table = self._parsed(block.data, invalid)
        except pa.ArrowInvalid:
            return self._by_csv(block)
        if len(table) + len(invalid) != len(block.ends):
            return self._by_csv(block)
        columns = {name: self._column(table, places) for name, places in self._places.items()}
        rows = np.delete(np.arange(len(block.ends)), invalid)
        gone = [at for at in _empty(columns, len(rows)) if not any(self._cells(block.row(int(rows[at]))))]
        if gone:
            rows = np.delete(rows, gone)
            stays = np.delete(np.arange(len(table)), gone)
            columns = {name: column.take(pa.array(stays)) for name, column in columns.items()}
        found = Batch(block.lines[rows], columns)
        ragged = [(int(block.lines[at]), cells) for at in invalid if any(cells := self._cells(block.row(at)))]
        return _merged(found, of_records([self._record(*one, []) for one in ragged])) if ragged else found

    def _parsed(self, data: bytes, invalid: list[int]) -> Any:
        names = [f"c{at}" for at in range(len(self._layout.keys))]
        needed = [names[at] for places in self._places.values() for at in places] or names[:1]

        def skip(row: Any) -> str:
            invalid.append(row.number - 1)
            return "skip"

        return pa_csv.read_csv(
            pa.BufferReader(data),
            pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(data) + 16),
            pa_csv.ParseOptions(
                delimiter=self._layout.delimiter,
                quote_char='"' if self._layout.quoted else False,
                newlines_in_values=self._layout.quoted,
                ignore_empty_lines=False,
                invalid_row_handler=skip,
            ),
            pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=needed,
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )

    def _column(self, table: Any, places: list[int]) -> Any:
        """The column of a key; of several with one name the first cell that is filled."""
        first, *others = (pc.utf8_trim_whitespace(whole(table[f"c{at}"])) for at in places)
        for other in others:
            first = pc.if_else(pc.equal(first, ""), other, first)
        return first

    # --- Python's csv

    def _one_by_one(self) -> Batch:
        """Some rows from here."""
        text, lines = self._text, _Lines(self._text.lines())
        found = self._records(lines, lambda: text.line, self._slow_rows)
        self._slow_rows = min(2 * self._slow_rows, MOST_SLOW)
        return of_records(found)

    def _by_csv(self, block: _Block) -> Batch:
        """The rows of a block."""
        lines = _Lines(iter(lines_of(block.data)))
        first = int(block.lines[0])
        return of_records(self._records(lines, lambda: first + lines.number))

    def _records(self, lines: _Lines, line_now: Callable[[], int], most: int | None = None) -> list[Record]:
        records: list[Record] = []
        line = line_now()
        try:
            for cells in self._reader(lines):
                _refuse_open(line, lines)
                if any(cells):
                    self._refuse_cut(line, cells, lines.is_open)
                    records.append(self._record(line, cells, lines.row))
                line = line_now()
                lines.row = []
                if len(records) == most:
                    break
        except csv.Error as error:
            is_long = "limit" in str(error)
            fix = f"A cell may have {LONGEST_CELL:,} characters; a quotation mark may be open." if is_long else ""
            raise Unreadable(line, f"this is not a table that can be read: {error}", fix) from None
        return records

    def _reader(self, lines: Iterator[str]) -> Any:
        return csv_reader(lines, self._layout.delimiter, quoted=self._layout.quoted)

    def _cells(self, lines: list[str]) -> list[str]:
        return next(self._reader(iter(lines)), [])

    def _refuse_cut(self, line: int, cells: list[str], is_open: bool) -> None:
        """A last row that is short and has no line end is where a download stopped."""
        width = len(self._layout.keys)
        if is_open and len(cells) < width:
            reason = f"this file is cut off in its last row, which has {len(cells)} of {width} cells"
            raise Unreadable(line, reason, "Save or download it again.")

    def _record(self, line: int, cells: list[str], lines: list[str]) -> Record:
        """A row; `lines` are those that it stands on, where its quotation marks may be irregular."""
        keys, values = self._layout.keys, dict[str, str]()
        for name, cell in zip(keys, cells, strict=False):
            if name in self._places and (text := cell.strip()):
                values.setdefault(name, text)
        if self._layout.strict:
            fault = "" if len(cells) == len(keys) else f"the row has {len(cells)} cells, the first has {len(keys)}"
        else:
            fault = f"the row has {len(cells)} cells, the header {len(keys)}" if any(cells[len(keys) :]) else ""
        return line, values, fault or _misquoted(lines, self._layout.delimiter)


class _Lines(Iterator[str]):
    """Lines as they are read: how many, those of the row that is read, whether the last one has no end, and whether
    more were asked for than there are."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.row: list[str] = []
        self.number, self.is_open, self.is_ended = 0, False, False

    def __next__(self) -> str:
        line = next(self._lines, "")
        if not line:
            self.is_ended = True
            raise StopIteration
        self.number += 1
        self.row.append(line)
        self.is_open = not line.endswith("\n")
        return line


def _refuse_open(line: int, lines: _Lines) -> None:
    """A row for which the csv module asked for lines that are not there ends inside quotes, with all that follows."""
    if lines.is_ended:
        reason = f"a quotation mark that is opened in this row is never closed, up to line {line + len(lines.row) - 1}"
        fix = "Close it, or double it where it is part of the text; if the file is cut off, download it again."
        raise Unreadable(line, reason, fix)


def _misquoted(lines: list[str], delimiter: str) -> str:
    """What is wrong with a row on several lines whose quotation ends where another one begins: it was left open."""
    if not lines[1:]:
        return ""
    data = np.frombuffer("".join(lines).encode(), np.uint8)
    bad = first_irregular(data, np.flatnonzero(data == _QUOTE), ord(delimiter))
    if not bad or data[bad - 1] not in (ord(delimiter), _NEWLINE):
        return ""
    return f"a quotation mark is left open in this row, which so takes in {_more_lines(len(lines) - 1)}"


def _more_lines(number: int) -> str:
    return "one more line" if number == 1 else f"{number:,} more lines"


def first_irregular(data: NDArray[np.uint8], quotes: NDArray[np.int64], delimiter: int) -> int | None:
    """The place of the first quotation mark that neither opens nor closes a whole cell nor is doubled inside one.

    `data` begins with a row, `quotes` are the places of all marks. As long as there is none, the marks at even places
    open and those at odd places close: each opens at the beginning of a cell or behind its twin, and closes at the end
    of one or before its twin.
    """
    opening, closing = quotes[::2], quotes[1::2]
    before = data[np.maximum(opening - 1, 0)]
    after = data[np.minimum(closing + 1, len(data) - 1)]
    opens = (opening == 0) | (before == delimiter) | (before == _NEWLINE) | (before == _QUOTE)
    closes = (closing == len(data) - 1) | (after == delimiter) | (after == _NEWLINE) | (after == _QUOTE)
    bad = np.concatenate([opening[~opens], closing[~closes]])
    return int(bad.min()) if len(bad) else None


def csv_reader(lines: Iterator[str], delimiter: str, *, quoted: bool) -> Any:
    """A reader of Python's csv module."""
    if quoted:
        return csv.reader(lines, delimiter=delimiter)
    return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)


def lines_of(data: bytes) -> list[str]:
    """The lines of UTF-8 text, each with its end."""
    lines = data.decode().split("\n")
    return [line + "\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


def whole(column: Any) -> Any:
    """A column in one piece."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _empty(columns: Mapping[str, Any], length: int) -> list[int]:
    """The rows in which all of these columns are empty."""
    empty = np.ones(length, bool)
    for column in columns.values():
        if not empty.any():
            break
        empty &= pc.equal(pc.binary_length(column), 0).to_numpy(zero_copy_only=False)
    found: list[int] = np.flatnonzero(empty).tolist()
    return found


def _merged(one: Batch, other: Batch) -> Batch:
    """The rows of both in the order of their lines."""
    lines = np.concatenate([one.lines, other.lines])
    order = np.argsort(lines, kind="stable")
    columns = {
        name: pa.concat_arrays([batch.columns.get(name, _blank(len(batch))) for batch in (one, other)]).take(
            pa.array(order)
        )
        for name in dict.fromkeys([*one.columns, *other.columns])
    }
    places = {int(at): place for place, at in enumerate(order.tolist())}
    return Batch(lines[order], columns, {places[len(one) + at]: fault for at, fault in other.faults.items()})


def _blank(length: int) -> Any:
    return pa.array([""] * length, pa.string())
