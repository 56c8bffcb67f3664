"""EDGE. Files as people have them → text, rows and JSON: any common encoding, gzip, zip, any line end."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa
import pyarrow.parquet as pq

from events.problems import Problem, shown
from events.reading import MEGABYTE, ReadError

LARGEST = 512 * MEGABYTE
MOST_MEMBERS = 200
HEAD = 65_536
DELIMITERS = ",\t;|"
_GZIP, _ZIP, _PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+\Z")
_BROKEN = (EOFError, OSError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)


class Refused(ValueError):
    """A row that cannot become an event: a reason that many rows may share, and the value at fault."""

    def __init__(self, reason: str, value: object = "") -> None:
        self.reason, self.value = reason, shown(value)
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a file. `cells` has text only, by `key` of its column; empty cells are absent.

    `line` counts from 1: the line of a text file, the row of Parquet, the item of a JSON list.
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


@dataclass(frozen=True)
class File:
    """One file, or one member of a zip; the text is decoded. `table` is set for Parquet alone."""

    name: str
    text: str = ""
    table: Any = None
    encoding: str = ""

    @cached_property
    def is_json(self) -> bool:
        """Whether the whole text is one JSON value, by its first character; JSON Lines is not."""
        return self.text.lstrip()[:1] in {"{", "["} and not self.is_json_lines

    @cached_property
    def is_json_lines(self) -> bool:
        """Whether the first line is a JSON object of its own and another follows."""
        first, _, rest = self.text.lstrip().partition("\n")
        return first.lstrip()[:1] == "{" and rest.lstrip()[:1] == "{" and isinstance(_json_or_none(first), dict)

    @cached_property
    def document(self) -> Any:
        """The JSON value; None for a file that is not JSON. Raises `ReadError` where it breaks off."""
        if not self.is_json:
            return None
        try:
            return json.loads(self.text, parse_constant=lambda _: None)
        except json.JSONDecodeError as error:
            fail(self.name, f"this is not complete JSON: {error.msg}", "Save or download it again.", error.lineno)
        except (RecursionError, ValueError) as error:
            fail(self.name, f"this JSON cannot be read: {shown(error)}", "Check how it was made.")

    @cached_property
    def items(self) -> Sequence[Any]:
        """The members of a JSON list, of the one list inside an object, or of a GeoJSON collection; else none."""
        found = self.document
        if isinstance(found, dict):
            lists = [value for value in found.values() if isinstance(value, list) and _has_object(value)]
            found = lists[0] if len(lists) == 1 else []
        return found if isinstance(found, list) else []

    @cached_property
    def delimiter(self) -> str:
        """The separator that the first line has most of."""
        lines = re.split(r"[\r\n]+", self.text[:HEAD].lstrip())
        first = next((line for line in lines if not line.startswith("# ")), "")
        bare = re.sub(r'"[^"]*"', "", first)
        return max(DELIMITERS, key=bare.count)

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The names of the columns as they are written; none for JSON that holds no records."""
        if self.table is not None:
            return tuple(self.table.column_names)
        if self.is_json or self.is_json_lines:
            return tuple(dict.fromkeys(name for entry in self._first_entries() for name in entry))
        return next((tuple(cell.strip() for cell in cells) for _, cells in self.rows() if any(cells)), ())

    @cached_property
    def columns(self) -> frozenset[str]:
        """The keys of the columns."""
        return frozenset(map(key, self.header)) - {""}

    def rows(self, *, quoted: bool = True, delimiter: str = "") -> Iterator[tuple[int, list[str]]]:
        """The line and cells of every row of delimited text, the header included, below opening lines that begin with
        `# `. Raises `ReadError`."""
        lines, mark = (match[0] for match in _LINE.finditer(self.text)), delimiter or self.delimiter
        plain = csv.reader(lines, delimiter=mark, quoting=csv.QUOTE_NONE)
        reader = csv.reader(lines, delimiter=mark) if quoted else plain
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

    def entries(self) -> Iterator[Entry]:
        """Every record under the keys of the header. Raises `ReadError` for a file that is cut off."""
        if self.table is not None:
            return _table_entries(self.table)
        if self.is_json:
            return (_object_entry(at, item) for at, item in enumerate(self.items, 1))
        return self._json_lines() if self.is_json_lines else self._delimited()

    def _first_entries(self) -> Iterator[dict[str, Any]]:
        first, _, _ = self.text.lstrip().partition("\n")
        members = [json.loads(first)] if self.is_json_lines else self.items[:50]
        for item in members:
            if isinstance(item, dict):
                yield _flat(item)

    def _json_lines(self) -> Iterator[Entry]:
        lines = self.text.splitlines()
        for at, line in enumerate(lines, 1):
            item = _json_or_none(line) if line.strip() else {}
            if item is None and at == len(lines) and not self.text.endswith(("\n", "\r")):
                fail(self.name, "this file is cut off in its last line", "Save or download it again.", at)
            if item != {}:
                yield _object_entry(at, item)

    def _delimited(self) -> Iterator[Entry]:
        rows = ((line, cells) for line, cells in self.rows() if any(cells))
        header = [key(name) for name in next(rows, (1, [""]))[1]]
        previous: tuple[int, list[str]] | None = None
        for at, row in enumerate(rows):
            if at == 0 and _is_hxl(row[1]):
                continue
            if previous:
                yield _cells_entry(*previous, header)
            previous = row
        if previous:
            self._refuse_cut(*previous, len(header))
            yield _cells_entry(*previous, header)

    def _refuse_cut(self, line: int, cells: list[str], width: int) -> None:
        """A last row that is short and has no line end is where a download stopped."""
        if len(cells) < width and not self.text.endswith(("\n", "\r")):
            reason = f"this file is cut off in its last row, which has {len(cells)} of {width} cells"
            fail(self.name, reason, "Save or download it again.", line)


def fail(file: str, reason: str, fix: str = "", line: int | None = None) -> NoReturn:
    """Raise the `ReadError` of a file of which nothing can be imported."""
    raise ReadError(Problem(file, line, "", "", reason, fix))


def key(name: str) -> str:
    """A column's name without case, spaces and signs: `End Year` is `end_year`."""
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")


def opened(path: Path) -> list[File]:
    """The file behind a path, or the members of a zip. Raises `ReadError`."""
    found = _unpacked(path.name, _bytes(path))
    return [_file(*found.pop(0)) for _ in range(len(found))]  # So that no bytes outlive their text.


# --- bytes


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            _refuse_large(path.name)
        return path.read_bytes()
    except OSError as error:
        reason = f"this file cannot be read ({error.strerror})"
        fail(str(path), reason, "Check that it is there and may be read.")


def _refuse_large(name: str) -> NoReturn:
    fail(name, f"this file has more than {LARGEST // MEGABYTE} MB", "Split it, or import a part of it.")


def _unpacked(name: str, data: bytes) -> list[tuple[str, bytes]]:
    if data.startswith(_GZIP):
        return [(name, _read_whole(name, gzip.GzipFile(fileobj=io.BytesIO(data)), "gzip"))]
    return _members(name, data) if data.startswith(_ZIP) else [(name, data)]


def _read_whole(name: str, stream: Any, packing: str) -> bytes:
    try:
        with stream:
            data: bytes = stream.read(LARGEST + 1)
    except _BROKEN as error:
        fail(name, f"this {packing} file is damaged or cut off ({shown(error)})", "Save or download it again.")
    return data if len(data) <= LARGEST else _refuse_large(name)


def _members(name: str, data: bytes) -> list[tuple[str, bytes]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        fail(name, f"this zip file is damaged or cut off ({shown(error)})", "Save or download it again.")
    names = [one for one in archive.namelist() if not one.endswith("/") and not _is_hidden(one)]
    if "[Content_Types].xml" in names:
        fail(name, "this is an Excel workbook", "Save the sheet as CSV and import that.")
    if not names or len(names) > MOST_MEMBERS:
        fail(name, f"this zip has {len(names)} files; it may have 1 to {MOST_MEMBERS}", "Unpack it first.")
    unpacked = [(f"{name}/{one}", _read_member(name, archive, one)) for one in names]
    return unpacked if sum(len(data) for _, data in unpacked) <= LARGEST else _refuse_large(name)


def _read_member(name: str, archive: zipfile.ZipFile, member: str) -> bytes:
    try:
        stream = archive.open(member)
    except _BROKEN as error:
        fail(name, f"{member} in this zip cannot be read ({shown(error)})", "Unpack it first.")
    return _read_whole(f"{name}/{member}", stream, "zip")


def _is_hidden(member: str) -> bool:
    return member.startswith("__MACOSX/") or Path(member).name.startswith(".")


# --- text


def _file(name: str, data: bytes) -> File:
    if not data.strip():
        fail(name, "this file is empty", "Check that the download is complete.")
    if data.startswith(_PARQUET):
        return File(name, table=_parquet(name, data))
    encoding = _encoding(data)
    text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
    if not text.strip():
        fail(name, "this file is empty", "Check that the download is complete.")
    if "\x00" in text[:HEAD]:
        fail(name, "this is not a text file", "Known are CSV, TSV, JSON, JSON Lines and Parquet, also in gzip or zip.")
    return File(name, text, encoding=encoding)


def _parquet(name: str, data: bytes) -> Any:
    try:
        return pq.read_table(pa.BufferReader(data))
    except (pa.ArrowException, OSError) as error:
        fail(name, f"this is not Parquet that can be read: {shown(error)}", "Write or download it again.")


def _encoding(data: bytes) -> str:
    """The mark at the beginning, the zeros of UTF-16, valid UTF-8, or else Windows-1252 or Latin-1."""
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return name
    head = data[:HEAD]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 4 > len(head) and min(even, odd) * 20 < len(head):
        return "utf-16-be" if even > odd else "utf-16-le"
    return next(name for name in ("utf-8", "cp1252", "latin-1") if _fits(data, name))


def _fits(data: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(data)  # A character cut off at the very end is forgiven.
    except UnicodeDecodeError:
        return False
    return True


# --- entries


def _cells_entry(line: int, cells: list[str], header: list[str]) -> Entry:
    values: dict[str, str] = {}
    for name, cell in zip(header, cells, strict=False):
        if name and (text := cell.strip()):
            values.setdefault(name, text)
    has_spare = any(cells[len(header) :])
    return Entry(line, values, f"the row has {len(cells)} cells, the header {len(header)}" if has_spare else "")


def _is_comment(cells: list[str]) -> bool:
    return not any(cells) or cells[0].startswith("# ")


def _is_hxl(cells: list[str]) -> bool:
    """Whether a row holds the tags of the Humanitarian Exchange Language, as `#date+start`."""
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and all(re.match(r"#[a-z]", cell.strip()) for cell in filled)


def _table_entries(table: Any) -> Iterator[Entry]:
    line = 0
    for batch in table.to_batches(max_chunksize=10_000):
        for item in batch.to_pylist():
            line += 1
            yield _object_entry(line, item)


def _object_entry(line: int, item: Any) -> Entry:
    if not isinstance(item, dict):
        return Entry(line, {}, "the item is not an object of fields")
    pairs = ((key(str(name)), as_text(value)) for name, value in _flat(item).items())
    return Entry(line, {name: text for name, text in pairs if name and text})


def _flat(item: dict[str, Any]) -> dict[str, Any]:
    """The fields of an object; of a GeoJSON feature its properties, and its point as `longitude`, `latitude`."""
    if item.get("type") != "Feature":
        return item
    properties = item.get("properties")
    return (properties if isinstance(properties, dict) else {}) | _point(item.get("geometry"))


def _point(geometry: Any) -> dict[str, Any]:
    match geometry:
        case {"type": "Point", "coordinates": [lon, lat, *_]}:
            return {"longitude": lon, "latitude": lat}
        case _:
            return {}


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
        return json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None


def _has_object(members: list[Any]) -> bool:
    return any(isinstance(member, dict) for member in members)
