"""EDGE. Files as people have them → batches of rows, or JSON: any common encoding, gzip, zip, any line end.

Tables are read as streams, so that a file may have any size. What has to be read whole has a limit.
"""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from events.formats.ahead import ahead
from events.formats.batches import (
    Batch,
    Layout,
    Record,
    Text,
    Unreadable,
    csv_reader,
    delimited,
    in_batches,
    lines_of,
)
from events.formats.geometry import is_point, middle
from events.formats.streams import BLOCK, SINGLE_BYTE, decoded, encoding_of, utf8
from events.formats.workbook import seemingly_empty
from events.problems import Problem, shown
from events.reading import MEGABYTE, ReadError

LARGEST: Final = 512 * MEGABYTE
"""Bytes of a file that is read whole: JSON, workbooks, and Parquet inside an archive."""
MOST_MEMBERS: Final = 200
HEAD: Final = MEGABYTE
ROWS_OF_PARQUET: Final = 65_536
BYTES_OF_LENGTH: Final = 4
DEEPEST: Final = 3
"""How many objects inside one another become columns."""
DELIMITERS: Final = ",\t;|"
FIRST_ROWS: Final = 20
"""Rows that show which separator a table has."""
MOST_SHEET_NAMES: Final = 20
GEOMETRY_PRECISION: Final = "geometry_precision"
"""The column that says of a line or an area that its middle stands for all of it."""
_RECORD_SEPARATOR: Final = "\x1e"
"""Begins each text of a sequence (RFC 8142)."""
_JSON = json.JSONDecoder(parse_constant=lambda _: None)
_GZIP, _PARQUET, _OLD_OFFICE = b"\x1f\x8b", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
"""How a zip begins, and one without files."""
_BESIDE = re.compile(r"(readme|licen[cs]e|copying)[^.]*(\.txt)?|.*\.(md|markdown|rst|pdf|html?)", re.IGNORECASE)
_SEPARATOR = re.compile(r'"?sep=(.)"?')
_BROKEN = (EOFError, OSError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)


class Refused(ValueError):
    """A row that cannot become an event: a reason that many rows may share, and the value at fault."""

    def __init__(self, reason: str, value: object = "") -> None:
        self.reason, self.value = reason, shown(value)
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a file. `cells` has text only, by `key` of its column; empty cells are absent.

    `line` counts from 1: the line of a text file, the row of Parquet or a sheet, the item of a JSON list.
    `fault` says what is wrong with the row as it is written, or is empty.
    """

    line: int
    cells: dict[str, str]
    fault: str = ""

    @property
    def values(self) -> dict[str, str]:
        """The cells of a sound row. Raises `Refused` for another."""
        if self.fault:
            raise Refused(self.fault)
        return self.cells


@dataclass
class Stream:
    """The unpacked bytes of a file. `position` counts the packed bytes that have been read."""

    name: str
    packing: str
    unpacked: Any
    packed: Any
    position: int = 0

    def blocks(self) -> Iterator[bytes]:
        """The bytes from here on. Raises `ReadError` where the file is damaged."""
        with self.unpacked, self.packed:
            while data := self.read(BLOCK):
                yield data

    def read(self, size: int) -> bytes:
        """The next bytes, fewer only at the end. Raises `ReadError` where the file is damaged."""
        parts: list[bytes] = []
        try:
            while size and (data := self.unpacked.read(size)):
                parts.append(data)
                size -= len(data)
            self.position = int(self.packed.tell())
        except _BROKEN as error:
            self._fail(error)
        return b"".join(parts)

    def _fail(self, error: Exception) -> NoReturn:
        if not self.packing and isinstance(error, OSError):
            fail(self.name, f"this file cannot be read ({error.strerror})", "Check that it is there and may be read.")
        fail(
            self.name, f"this {self.packing} file is damaged or cut off ({shown(error)})", "Save or download it again."
        )


@dataclass(frozen=True)
class File:
    """One file, or one member of a zip. `head` is its beginning as text; `table` is set for Parquet, and for workbooks
    `sheet`, the filled rows with their numbers, the header first; `others` gives the other sheets that hold a table.

    `size` counts the bytes on disk; of a zip each member has its packed size. `notes` are for the report, and `told`
    what reading has found besides.
    """

    name: str
    size: int
    opens: Callable[[], Stream]
    head: str = ""
    encoding: str = ""
    table: Any = None
    sheet: tuple[tuple[int, tuple[str, ...]], ...] = ()
    sheet_name: str = ""
    others: Callable[[], Iterable[File]] = tuple
    notes: tuple[str, ...] = ()
    progress: dict[str, Callable[[], int]] = field(default_factory=dict, compare=False)
    told: set[str] = field(default_factory=set, compare=False)

    @property
    def position(self) -> int:
        """How many bytes of the file on disk have been read in the pass that is going on."""
        return min(self.size, self.progress.get("at", lambda: 0)())

    @property
    def is_delimited(self) -> bool:
        """Whether the rows are delimited text."""
        return not (self.is_json or self.is_json_lines or self.table is not None or self.sheet)

    @cached_property
    def is_json(self) -> bool:
        """Whether the whole text is one JSON value, by its first character; JSON Lines is not."""
        return self.head.lstrip()[:1] in {"{", "["} and not self.is_json_lines

    @cached_property
    def is_json_lines(self) -> bool:
        """Whether the first line is a JSON object of its own and another follows."""
        first, _, rest = re.sub(r"\r\n?", "\n", self.head.lstrip()).partition("\n")
        return first.lstrip()[:1] == "{" and rest.lstrip()[:1] == "{" and isinstance(_json_or_none(first), dict)

    @cached_property
    def document(self) -> Any:
        """The JSON value; None for a file that is not JSON. Raises `ReadError` where it breaks off."""
        if not self.is_json:
            return None
        try:
            return json.loads(self._whole(), parse_constant=lambda _: None)
        except json.JSONDecodeError as error:
            fail(self.name, f"this is not complete JSON: {error.msg}", "Save or download it again.", error.lineno)
        except (RecursionError, ValueError) as error:
            fail(self.name, f"this JSON cannot be read: {shown(error)}", "Check how it was made.")

    @cached_property
    def items(self) -> Sequence[Any]:
        """The members of a JSON list, or what an object holds: see `_items_in`; else none."""
        found = _items_in(self.document) if isinstance(self.document, dict) else self.document
        return found if isinstance(found, list) else []

    @cached_property
    def delimiter(self) -> str:
        """The separator that Excel's line `sep=;` names; else the one that the header has most of, of those that cut
        the first rows into as many cells as the header, or of all where none does."""
        lines = re.split(r"[\r\n]+", self.head.lstrip())
        if told := _SEPARATOR.fullmatch(lines[0]):
            return told[1]
        first = next((line for line in lines if not line.startswith("# ")), "")
        bare = re.sub(r'"[^"]*"', "", first)
        found = [one for one in DELIMITERS if one in bare]
        even = [one for one in found if self._is_even(one)] if len(found) > 1 else found
        return max(even or found or DELIMITERS, key=bare.count)

    def _is_even(self, delimiter: str) -> bool:
        try:
            widths = {len(cells) for _, cells in islice(self.first_rows(delimiter=delimiter), FIRST_ROWS) if any(cells)}
        except ReadError:
            return False
        return len(widths) == 1

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The names of the columns as they are written; none for JSON that holds no records."""
        if self.table is not None:
            return tuple(self.table.schema_arrow.names)
        if self.sheet:
            return self.sheet[0][1]
        if self.is_json or self.is_json_lines:
            return tuple(_names_of(self._objects()))
        return self._opening[0]

    @cached_property
    def columns(self) -> frozenset[str]:
        """The keys of the columns."""
        return frozenset(map(key, self.header)) - {""}

    def first_rows(self, *, quoted: bool = True, delimiter: str = "") -> Iterator[tuple[int, list[str]]]:
        """The line and cells of the rows at the beginning of delimited text, the header included, below opening lines
        that begin with `# ` or say which separator there is."""
        text = re.sub(r"\r\n?", "\n", self.head)
        reader = csv_reader(iter(lines_of(text.encode())), delimiter or self.delimiter, quoted=quoted)
        line, is_opening = 1, True
        try:
            for cells in reader:
                is_opening = is_opening and _is_comment(cells)
                if not is_opening:
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            fix = "A cell may have 131,072 characters; a quotation mark may be open." if "limit" in str(error) else ""
            fail(self.name, f"this is not a table that can be read: {error}", fix, line)

    def scan(self, wanted: Collection[str] | None = None) -> Iterator[Batch]:
        """The rows, in a pass that does not count as progress."""
        progress = dict(self.progress)
        found = self._batches(wanted, None)
        first = next(found, None)
        self.progress.update(progress)
        if first is not None:
            yield first
            yield from found

    def batches(self, wanted: Collection[str] | None = None, layout: Layout | None = None) -> Iterator[Batch]:
        """The rows, with the columns `wanted` of those that there are; `layout` is that of text without a header.
        Raises `ReadError` for a file that is cut off or broken."""
        return ahead(self._batches(wanted, layout))

    def _batches(self, wanted: Collection[str] | None, layout: Layout | None) -> Iterator[Batch]:
        if self.table is not None:
            return self._parquet(wanted)
        if self.sheet:
            return in_batches(_sheet_records(self.sheet))
        if self.is_json:
            return in_batches(_object_record(at, item) for at, item in enumerate(self.items, 1))
        return in_batches(self._json_lines()) if self.is_json_lines else self._delimited(wanted, layout)

    def entries(self) -> Iterator[Entry]:
        """Every row. Raises `ReadError` for a file that is cut off."""
        for batch in self.batches():
            names = list(batch.columns)
            cells = zip(*(batch.columns[name].to_pylist() for name in names), strict=True) if names else None
            for at, line in enumerate(batch.lines.tolist()):
                row = next(cells) if cells else ()
                values = {name: text for name, text in zip(names, row, strict=True) if text}
                yield Entry(line, values, batch.faults.get(at, ""))

    @cached_property
    def _opening(self) -> tuple[tuple[str, ...], int]:
        """The header, and the line on which the rows begin."""
        rows = ((line, cells) for line, cells in self.first_rows() if any(cells))
        first, header = next(rows, (1, []))
        second = next(rows, None)
        if second is None and any("\n" in cell for cell in header):
            fail(self.name, "a quotation mark that is opened in the header is never closed", "Close it.", first)
        if second and _is_hxl(second[1]):
            second = next(rows, (second[0] + 1, []))
        first_line = second[0] if second else len(re.findall(r"\r\n?|\n", self.head)) + 1
        return tuple(cell.strip() for cell in header), first_line

    def _objects(self) -> Iterator[dict[str, Any]]:
        """Every object of a JSON list, or of the lines that hold one."""
        found: Iterable[Any] = self.items
        if self.is_json_lines:
            found = map(_value_of, Text(utf8(self.opens().blocks(), self.encoding)).lines())
        return (item for item in found if isinstance(item, dict))

    def _delimited(self, wanted: Collection[str] | None, layout: Layout | None) -> Iterator[Batch]:
        header, first_line = self._opening if layout is None else ((), 1)
        chosen = layout or Layout(tuple(map(key, header)), self.delimiter, first_line)
        try:
            yield from delimited(self._text(), chosen, wanted)
        except Unreadable as error:
            fail(self.name, error.reason, error.fix, error.line)

    def _json_lines(self) -> Iterator[Record]:
        text = Text(self._text())
        for at, line in enumerate(text.lines(), 1):
            item = _json_or_none(line) if line.strip() else {}
            if item is None and not line.endswith("\n"):
                fail(self.name, "this file is cut off in its last line", "Save or download it again.", at)
            if item != {}:
                yield _object_record(at, item)

    def _parquet(self, wanted: Collection[str] | None) -> Iterator[Batch]:
        names = [name for name in self.header if key(name) and (wanted is None or key(name) in wanted)]
        done, total = 0, max(1, self.table.metadata.num_rows)
        self.progress["at"] = lambda: self.size * done // total
        try:
            for part in self.table.iter_batches(ROWS_OF_PARQUET, columns=names, use_threads=False):
                columns: dict[str, Any] = {}
                for name in names:
                    columns.setdefault(key(name), _unpacked(part.column(name)))
                yield Batch(np.arange(done + 1, done + len(part) + 1), columns)
                done += len(part)
        except (pa.ArrowException, OSError) as error:
            fail(self.name, f"this is not Parquet that can be read: {shown(error)}", "Write or download it again.")

    def _text(self) -> Iterator[bytes]:
        stream = self.opens()
        self.progress["at"] = lambda: stream.position
        return utf8(stream.blocks(), self.encoding, self.told.add)

    def _whole(self) -> str:
        parts, size = [], 0
        for block in self._text():
            parts.append(block)
            size += len(block)
            if size > LARGEST:
                _refuse_large(self.name)
        return b"".join(parts).decode()


def fail(file: str, reason: str, fix: str = "", line: int | None = None) -> NoReturn:
    """Raise the `ReadError` of a file of which nothing can be imported."""
    raise ReadError(Problem(file, line, "", "", reason, fix))


def refuse(file: str, label: str, why: str) -> NoReturn:
    """Raise the `ReadError` of a file that is not in the format that somebody named."""
    fail(file, f"this is not {label}: {why}", "Check the file; without a named format it is recognised by its content.")


def require_columns(file: File, label: str, needed: Collection[str]) -> None:
    """Raise `ReadError` for a file without the columns that a format cannot do without."""
    missing = sorted(set(needed) - file.columns)
    if missing:
        refuse(file.name, label, f"there is no column {', '.join(missing)}")


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """A column's name without case, spaces and signs: `End Year` is `end_year`."""
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")


def opened(path: Path) -> list[File]:
    """The file behind a path, or the members of a zip. Raises `ReadError`."""
    if path.is_dir():
        fail(str(path), "this is a folder", "Name the files in it.")
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(HEAD)
    except OSError as error:
        reason = f"this file cannot be read ({error.strerror})"
        fail(str(path), reason, "Check that it is there and may be read.")
    if head.startswith(_GZIP):
        return [_file(path.name, size, lambda: _gzip_stream(path))]
    if head.startswith(_ZIP):
        return _members(path, size)
    return [_file(path.name, size, lambda: _plain_stream(path), path)]


# --- packing


def _plain_stream(path: Path) -> Stream:
    raw = path.open("rb")
    return Stream(path.name, "", raw, raw)


def _gzip_stream(path: Path) -> Stream:
    raw = path.open("rb")
    return Stream(path.name, "gzip", gzip.GzipFile(fileobj=raw), raw)


def _refuse_large(name: str) -> NoReturn:
    reason = f"this file has more than {LARGEST // MEGABYTE} MB, and files of its kind are read whole"
    fail(name, reason, "Split it, or save it as CSV, JSON Lines or Parquet.")


def _members(path: Path, size: int) -> list[File]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir() and not _is_hidden(one.filename)]
    except _BROKEN as error:
        fail(path.name, f"this zip file is damaged or cut off ({shown(error)})", "Save or download it again.")
    if "[Content_Types].xml" in {one.filename for one in members}:
        if sum(one.file_size for one in members) > LARGEST:
            _refuse_large(path.name)
        return [_workbook(path, size)]
    if len(members) > MOST_MEMBERS:
        fail(path.name, f"this zip has {len(members)} files; it may have 1 to {MOST_MEMBERS}", "Unpack it first.")
    beside = [one.filename for one in members if _BESIDE.fullmatch(Path(one.filename).name)]
    if len(beside) == len(members):
        only = f" but {', '.join(beside)}" if beside else ""
        fail(path.name, f"this zip has no files{only}", "Pack the data into it, and check that it is complete.")
    first, *others = [
        _file(f"{path.name}/{one.filename}", one.compress_size, lambda one=one: _member_stream(path, one))  # type: ignore[misc]
        for one in members
        if one.filename not in beside
    ]
    notes = (f"not read from the zip: {', '.join(beside)}",) if beside else ()
    return [replace(first, notes=first.notes + notes), *others]


def _member_stream(path: Path, member: zipfile.ZipInfo) -> Stream:
    try:
        archive = zipfile.ZipFile(path)
        stream = archive.open(member)
    except _BROKEN as error:
        fail(path.name, f"{member.filename} in this zip cannot be read ({shown(error)})", "Unpack it first.")
    return Stream(f"{path.name}/{member.filename}", "zip", stream, _Tally(stream, archive, member))


class _Tally:
    """How far a member of a zip has been read, counted in packed bytes."""

    def __init__(self, stream: Any, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        self._stream, self._archive = stream, archive
        self._ratio = member.compress_size / max(1, member.file_size)

    def __enter__(self) -> _Tally:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    @property
    def closed(self) -> bool:
        return bool(self._stream.closed)

    def tell(self) -> int:
        return int(self._stream.tell() * self._ratio)


def _is_hidden(member: str) -> bool:
    return member.startswith("__MACOSX/") or Path(member).name.startswith(".")


# --- kinds of files


def _file(name: str, size: int, opens: Callable[[], Stream], path: Path | None = None) -> File:
    """A file by what is in it; `path` is given where it lies unpacked on the disk."""
    stream = opens()
    with stream.unpacked, stream.packed:
        head = stream.read(HEAD)
        if head.startswith(_PARQUET):
            return File(name, size, opens, table=_parquet_file(name, path or io.BytesIO(_rest(name, head, stream))))
    if not head.strip():
        fail(name, "this file is empty", "Check that the download is complete.")
    if head.startswith(_OLD_OFFICE):
        fail(name, "this is a workbook of old Excel (.xls)", "Save it as .xlsx or CSV and import that.")
    encoding = encoding_of(head)
    text = decoded(head, encoding)
    if not text.strip() and len(head) < HEAD:
        fail(name, "this file is empty", "Check that the download is complete.")
    if "\x00" in text[:65_536]:
        known = "Known are CSV, TSV, XLSX, JSON, JSON Lines and Parquet, also in gzip or zip."
        fail(name, "this is not a text file", known)
    return File(name, size, opens, text, encoding, notes=_supposed(encoding))


def _supposed(encoding: str) -> tuple[str, ...]:
    """What the report says of an encoding that nothing proves."""
    if encoding not in SINGLE_BYTE:
        return ()
    return (f"this is not Unicode; it is read as {SINGLE_BYTE[encoding]}. If letters are wrong, save it as UTF-8",)


def _rest(name: str, head: bytes, stream: Stream) -> bytes:
    data = head + stream.read(LARGEST + 1 - len(head))
    return data if len(data) <= LARGEST else _refuse_large(name)


def _parquet_file(name: str, source: Any) -> Any:
    try:
        coded = _coded(pq.ParquetFile(source, pre_buffer=False).metadata)
        return pq.ParquetFile(source, buffer_size=MEGABYTE, pre_buffer=False, read_dictionary=coded)
    except (pa.ArrowException, OSError) as error:
        fail(name, f"this is not Parquet that can be read: {shown(error)}", "Write or download it again.")


def _coded(metadata: Any) -> list[str]:
    """The columns of text that are stored as a few values and codes, which are read as such; of lists and structs Arrow
    cannot do that. Text that is written out takes four bytes for the length alone."""
    groups = [metadata.row_group(at) for at in range(metadata.num_row_groups)]
    return [
        column.path
        for at, column in enumerate(metadata.schema)
        if column.logical_type.type == "STRING"
        and (column.path, column.max_repetition_level) == (column.name, 0)
        and sum(group.column(at).total_uncompressed_size for group in groups) < BYTES_OF_LENGTH * metadata.num_rows
    ]


def _unpacked(column: Any) -> Any:
    """A column with text for bytes, which is how some writers store it."""
    if not (pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type)):
        return column
    try:
        return column.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([data and data.decode(errors="replace") for data in column.to_pylist()], pa.string())


def _workbook(path: Path, size: int) -> File:
    """The first sheet of an Excel workbook that holds a table, with the others that do."""
    first = next(_tables_of(path, size), None)
    if first is None:
        fix = "Put the names of the columns into the first row."
        fail(path.name, "no sheet of this Excel workbook holds a table", fix)
    return replace(first, others=lambda: islice(_tables_of(path, size), 1, None))


def _tables_of(path: Path, size: int) -> Iterator[File]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            names = list(book.sheet_names)
            for name in names:
                rows = _sheet_rows(book.get_sheet_by_name(name))
                if len(rows) > 1 and sum(map(bool, rows[0][1])) > 1:
                    others = [f"“{one}”" for one in names if one != name][:MOST_SHEET_NAMES]
                    note = f"the sheet “{name}” is read" + (f"; not read: {', '.join(others)}" if others else "")
                    notes = (note, *seemingly_empty(path, name))
                    yield File(path.name, size, lambda: _plain_stream(path), sheet=rows, sheet_name=name, notes=notes)
    except (CalamineError, OSError, ValueError) as error:
        fail(
            path.name, f"this Excel workbook cannot be read ({shown(error)})", "Save the sheet as CSV and import that."
        )


def _sheet_rows(sheet: Any) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """The filled rows with their numbers, but not one with HXL tags below the header."""
    rows = enumerate((tuple(map(_sheet_text, row)) for row in sheet.to_python(skip_empty_area=False)), 1)
    header, *below = [(at, row) for at, row in rows if any(row)] or [(0, ())]
    return header, *(below[1:] if below and _is_hxl(below[0][1]) else below)


def _sheet_text(value: object) -> str:
    """A cell as text; a day without a time is an ISO day."""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return as_text(value)


def _sheet_records(sheet: Sequence[tuple[int, Sequence[str]]]) -> Iterator[Record]:
    names = [key(name) for name in sheet[0][1]]
    for line, row in sheet[1:]:
        values: dict[str, str] = {}
        for name, text in zip(names, row, strict=False):
            if name and text:
                values.setdefault(name, text)
        yield line, values, ""


# --- entries


def _is_comment(cells: list[str]) -> bool:
    return not any(cells) or cells[0].startswith("# ") or (cells[0][:4] == "sep=" and not any(cells[1:]))


def _is_hxl(cells: Sequence[str]) -> bool:
    """Whether a row holds the tags of the Humanitarian Exchange Language, as `#date+start`."""
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and all(re.match(r"#[a-z]", cell.strip()) for cell in filled)


def _object_record(line: int, item: Any) -> Record:
    if not isinstance(item, dict):
        return line, {}, "the item is not an object of fields"
    pairs = ((key(str(name)), as_text(value)) for name, value in flat(item).items())
    return line, {name: text for name, text in pairs if name and text}, ""


def flat(item: dict[str, Any]) -> dict[str, Any]:
    """The fields of an object, those of objects inside it as `location.lat`; of a GeoJSON feature its id, properties,
    and the middle of its geometry as `longitude`, `latitude`."""
    if item.get("type") == "Feature":
        properties = item.get("properties")
        own = {"id": item["id"]} if "id" in item else {}
        item = own | (properties if isinstance(properties, dict) else {}) | _placed(item)
    return dict(_leaves(item, "", DEEPEST)) if dict in map(type, item.values()) else item


def _names_of(items: Iterable[dict[str, Any]]) -> dict[str, None]:
    """The names of all fields, in the order in which they first appear."""
    names: dict[str, None] = {}
    for item in items:
        names.update(dict.fromkeys(flat(item)))
    return names


def _leaves(item: dict[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, Any]]:
    for name, value in item.items():
        if isinstance(value, dict) and depth:
            yield from _leaves(value, f"{prefix}{name}.", depth - 1)
        else:
            yield prefix + name, value


def _placed(feature: dict[str, Any]) -> dict[str, Any]:
    """Where a feature is: the middle of its geometry, and whether that stands for more than a point."""
    geometry = feature.get("geometry")
    found = middle(geometry)
    if found is None:
        return {}
    shape = {} if is_point(geometry) else {GEOMETRY_PRECISION: "region"}
    return {"longitude": found[0], "latitude": found[1], **shape}


def as_text(value: object) -> str:
    """A value as a cell: lists are joined by `; `, missing values are empty, whole numbers have no point."""
    if value is None or value != value:
        return ""
    if isinstance(value, list):
        return "; ".join(filter(None, map(as_text, value)))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    return text if text.isascii() else text.encode(errors="replace").decode()  # JSON can spell half a character.


def _json_or_none(text: str) -> Any:
    try:
        return _JSON.decode(text.lstrip(_RECORD_SEPARATOR))
    except (ValueError, RecursionError):
        return None


def _value_of(line: str) -> Any:
    """What `_json_or_none` gives, but for the digits of long numbers, and several times as fast."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return _json_or_none(line)


def _items_in(found: dict[str, Any]) -> Any:
    """The features of a collection, the one list of objects inside an object, or the object where there is none."""
    if found.get("type") in ("Feature", "FeatureCollection"):
        return found.get("features", [found])
    lists = [value for value in found.values() if isinstance(value, list) and _has_object(value)]
    if len(lists) > 1 or not found:
        return []
    return lists[0] if lists else [found]


def _has_object(members: list[Any]) -> bool:
    return any(isinstance(member, dict) for member in members)
