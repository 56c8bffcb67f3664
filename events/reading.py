"""EDGE. The files of a dossier as raw rows: every value knows its line, and every text stays a text.

YAML is read from its event stream, so nothing is converted (`NO` is Norway, `2019-01` is a text),
and aliases, anchors and tags are refused before anything is expanded. Empty values vanish here:
null, `~`, an empty text and an empty cell are the same as an absent field.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, get_origin

import yaml

from events.model import Record
from events.problems import Problem, did_you_mean, sentences, shown

Value: TypeAlias = "str | float | bool | list[Node] | dict[str, Node] | None"

SUFFIXES = (".yaml", ".csv", ".parquet")
MEGABYTE = 2**20
LARGEST = {".yaml": 64 * MEGABYTE, ".csv": 1024 * MEGABYTE, ".parquet": 4096 * MEGABYTE}
MOST_ROWS, DEEPEST, MOST_PROBLEMS = 5_000_000, 12, 10_000
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WIDE_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the line it stands on, counted from 1."""

    line: int
    value: Value


@dataclass(frozen=True, slots=True)
class Row:
    """One record as it stands in a file; `faults` are errors of writing inside it."""

    file: str
    line: int
    fields: dict[str, Node]
    faults: tuple[Problem, ...] = ()

    def line_of(self, location: tuple[int | str, ...]) -> int:
        """Return the line of a nested value, or of the nearest thing around it that exists."""
        line = self.line
        inside: Any = self.fields
        for step in location:
            try:
                node: Node = inside[step]
            except (KeyError, IndexError, TypeError):
                return line
            line, inside = node.line, node.value
        return line

    def plain(self) -> dict[str, object]:
        """Return the fields without their lines."""
        return {name: plain(node.value) for name, node in self.fields.items()}


class ReadError(Exception):
    """A file of which nothing can be read."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def plain(value: Value) -> object:
    """Return a value without its lines."""
    if isinstance(value, list):
        return [plain(node.value) for node in value]
    return {name: plain(node.value) for name, node in value.items()} if isinstance(value, dict) else value


def read_rows(path: Path, model: type[Record]) -> tuple[list[Row], list[Problem]]:
    """Read a table of records. Raises `ReadError`; the problems returned concern the whole file."""
    readers = {".yaml": _yaml_rows, ".csv": _csv_rows, ".parquet": _parquet_rows}
    return readers[path.suffix](path, model)


def read_mapping(path: Path) -> Row:
    """Read a YAML file that is one mapping. Raises `ReadError`, also for errors of writing in it."""
    builder = _Builder(path.name, _text(path))
    node = builder.whole()
    if builder.faults:
        raise ReadError(builder.faults[0])
    if node is None or not isinstance(node.value, dict):
        raise ReadError(Problem(path.name, 1, "", "", "this file must be a mapping of fields", "Begin with “id: …”."))
    return Row(path.name, node.line, node.value)


def list_fields(model: type[Record]) -> frozenset[str]:
    """Name the fields that hold several values."""
    return frozenset(name for name, field in model.model_fields.items() if get_origin(field.annotation) is tuple)


# --- bytes


def _bytes(path: Path) -> bytes:
    try:
        size, limit = path.stat().st_size, LARGEST[path.suffix]
        if size > limit:
            raise ReadError(_too_large(path, size, limit))
        return path.read_bytes()
    except OSError as error:
        reason = f"this file cannot be read ({error.strerror})"
        raise ReadError(Problem(path.name, None, "", "", reason, "Check that it is there and may be read.")) from None


def _too_large(path: Path, size: int, limit: int) -> Problem:
    reason = f"this file has {size / MEGABYTE:,.0f} MB; {path.suffix} may have {limit // MEGABYTE}"
    return Problem(path.name, None, "", "", reason, "Keep large tables in Parquet.")


def _text(path: Path) -> str:
    data = _bytes(path)
    for mark, name in _WIDE_MARKS.items():
        if data.startswith(mark):
            raise ReadError(Problem(path.name, 1, "", "", f"this file is {name}, not UTF-8", "Save it as UTF-8."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"byte {error.start} (0x{data[error.start]:02X}) is not UTF-8; the file may be Latin-1 or Windows-1252"
        raise ReadError(Problem(path.name, line, "", "", reason, "Save it as UTF-8.")) from None


# --- YAML


class _Builder:
    """Builds nodes from YAML's events. Errors of writing are collected, broken syntax raises `ReadError`."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.faults: list[Problem] = []
        self._events = self._checked(text)

    def whole(self) -> Node | None:
        """Return the one document, or None for an empty file."""
        for event in self._events:
            if not isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentStartEvent)):
                node = self._node(event, 0)
                self._end()
                return node
        return None

    def items(self) -> Iterator[tuple[Node, tuple[Problem, ...]]]:
        """Yield the items of a document that is a list, each with the errors of writing inside it."""
        for event in self._events:
            if isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentStartEvent)):
                continue
            if not isinstance(event, yaml.SequenceStartEvent):
                yield from self._no_list(event)
                return
            yield from self._members()
            self._end()

    def _members(self) -> Iterator[tuple[Node, tuple[Problem, ...]]]:
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            already = len(self.faults)
            node = self._node(event, 1)
            faults = tuple(self.faults[already:])
            if node is not None or faults:
                yield node or Node(self._line(event), {}), faults

    def _no_list(self, event: Any) -> Iterator[tuple[Node, tuple[Problem, ...]]]:
        if isinstance(event, yaml.ScalarEvent) and event.value in _NULLS:
            return
        fix = "Begin each record with “- id: …”."
        raise ReadError(Problem(self.file, self._line(event), "", "", "this file must be a list of records", fix))
        yield

    def _end(self) -> None:
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                fix = "Remove the line “---” that begins the second."
                raise ReadError(
                    Problem(self.file, self._line(event), "", "", "this file has more than one document", fix)
                )

    def _checked(self, text: str) -> Iterator[Any]:
        try:
            yield from yaml.parse(text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else None
            reason = f"this is not YAML: {error.problem or error.context}"
            fix = "Check indentation, colons and quotes there; put texts that hold “: ” or “#” in quotes."
            raise ReadError(Problem(self.file, line, "", "", reason, fix)) from None
        except yaml.YAMLError as error:
            position = getattr(error, "position", 0)
            reason = "this file holds a character that YAML does not allow"
            fix = "Remove control characters."
            raise ReadError(Problem(self.file, text.count("\n", 0, position) + 1, "", "", reason, fix)) from None

    def _node(self, event: Any, depth: int) -> Node | None:
        """Build the value that begins with an event; None stands for an empty one."""
        line = self._line(event)
        if depth > DEEPEST:
            reason = f"values are nested more than {DEEPEST} deep"
            raise ReadError(Problem(self.file, line, "", "", reason, "Check brackets and indentation."))
        if isinstance(event, yaml.AliasEvent):
            self._fault(line, f"the alias *{event.anchor} is refused", "Write the value out.")
            return None
        self._refuse_marks(event, line)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(line, self._sequence(depth))
        if isinstance(event, yaml.MappingStartEvent):
            return Node(line, self._mapping(depth))
        is_null = event.value == "" or (event.style in {None, ""} and event.value in _NULLS)
        return None if is_null else Node(line, event.value)

    def _sequence(self, depth: int) -> list[Node]:
        members = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            node = self._node(event, depth + 1)
            if node is not None:
                members.append(node)
        return members

    def _mapping(self, depth: int) -> dict[str, Node]:
        fields: dict[str, Node] = {}
        seen: dict[str, int] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key, line = self._node(event, depth + 1), self._line(event)
            node = self._node(next(self._events), depth + 1)
            name = key.value if key else ""
            if not isinstance(name, str):
                self._fault(line, "a field's name must be a word", "Check brackets and indentation.")
            elif name in seen:
                reason = f"the field “{shown(name)}” is written twice, first on line {seen[name]}"
                self._fault(line, reason, "Keep one of them.", name)
            else:
                seen[name] = line
                fields |= {name: Node(line, node.value)} if node else {}
        return fields

    def _refuse_marks(self, event: Any, line: int) -> None:
        if event.anchor:
            self._fault(line, f"the anchor &{event.anchor} is refused", "Write values out where they are needed.")
        if event.tag:
            self._fault(line, f"the tag {shown(event.tag)} is refused", "Remove it; the field decides the type.")

    def _fault(self, line: int, reason: str, fix: str, field: str = "") -> None:
        if len(self.faults) >= MOST_PROBLEMS:
            reason = f"this file has more than {MOST_PROBLEMS:,} errors of writing"
            raise ReadError(Problem(self.file, line, "", "", reason, "Check how it was made."))
        self.faults.append(Problem(self.file, line, field, "", reason, fix))

    def _line(self, event: Any) -> int:
        return int(event.start_mark.line) + 1


def _yaml_rows(path: Path, model: type[Record]) -> tuple[list[Row], list[Problem]]:
    builder = _Builder(path.name, _text(path))
    return [_yaml_row(path.name, node, faults) for node, faults in builder.items()], []


def _yaml_row(file: str, node: Node, faults: tuple[Problem, ...]) -> Row:
    if isinstance(node.value, dict):
        return Row(file, node.line, node.value, faults)
    fix = "Begin it with “- id: …” and indent its fields below."
    fault = Problem(file, node.line, "", shown(plain(node.value)), "this record is not a mapping of fields", fix)
    return Row(file, node.line, {}, (*faults, fault))


# --- CSV


def _csv_rows(path: Path, model: type[Record]) -> tuple[list[Row], list[Problem]]:
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        problems = _header_problems(path.name, header, model)
        return list(_csv_records(path.name, reader, header, model)), problems
    except csv.Error as error:
        reason = f"this is not CSV: {error}"
        fix = "Put cells that hold commas, quotes or line breaks in double quotes, and double the quotes inside."
        raise ReadError(Problem(path.name, reader.line_num, "", "", reason, fix)) from None


def _header_problems(file: str, header: list[str], model: type[Record]) -> list[Problem]:
    known = list(model.model_fields)
    twins = {name for name in header if header.count(name) > 1 and name}
    if not header or twins or not set(header) & set(known):
        reason = f"the column “{min(twins)}” is there twice" if twins else "the first line names no field of this table"
        fix = f"Separate columns by commas; the fields are {', '.join(known)}."
        raise ReadError(Problem(file, 1, min(twins, default=""), shown(",".join(header)), reason, fix))
    return [unknown_field(file, 1, name, known) for name in header if name and name not in known]


def unknown_field(file: str, line: int, name: str, known: list[str]) -> Problem:
    """Report a field that no record of the table has; it is ignored."""
    fix = sentences(did_you_mean(name, known), f"The fields are {', '.join(known)}.")
    return Problem(file, line, shown(name), "", f"there is no field “{shown(name)}”; it is ignored", fix)


def _csv_records(file: str, reader: Any, header: list[str], model: type[Record]) -> Iterator[Row]:
    lists, known = list_fields(model), set(model.model_fields)
    line = reader.line_num + 1
    for cells in reader:
        if any(cells):
            pairs = [(name, cell) for name, cell in zip(header, cells, strict=False) if name in known]
            fields = {name: node for name, cell in pairs if (node := _cell(cell, line, name in lists))}
            yield Row(file, line, fields, _spare_cells(file, line, header, cells))
        line = reader.line_num + 1


def _spare_cells(file: str, line: int, header: list[str], cells: list[str]) -> tuple[Problem, ...]:
    spare = cells[len(header) :]
    if not any(spare):
        return ()
    reason = f"this row has {len(cells)} cells, the first line {len(header)}"
    fix = "Put cells that hold commas in double quotes."
    return (Problem(file, line, "", shown(",".join(spare)), reason, fix),)


def _cell(cell: str, line: int, is_list: bool) -> Node | None:
    text = cell.strip()
    if not text:
        return None
    if not is_list:
        return Node(line, text)
    return Node(line, [Node(line, part.strip()) for part in text.split(";") if part.strip()])


# --- Parquet


def _parquet_rows(path: Path, model: type[Record]) -> tuple[list[Row], list[Problem]]:
    import pyarrow as pa  # large, and needed for no other kind of file
    import pyarrow.parquet as pq

    data = _bytes(path)
    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        columns = file.schema_arrow.names
        if file.metadata.num_rows > MOST_ROWS:
            reason = f"this file has {file.metadata.num_rows:,} rows; a dossier's table may have {MOST_ROWS:,}"
            raise ReadError(Problem(path.name, None, "", "", reason, "Import it as a table of events instead."))
        problems = _header_problems(path.name, columns, model)
        return list(_parquet_records(path.name, file, model)), problems
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as error:
        reason = f"this is not Parquet that can be read: {shown(error)}"
        raise ReadError(Problem(path.name, None, "", "", reason, "Write it again.")) from None


def _parquet_records(file: str, table: Any, model: type[Record]) -> Iterator[Row]:
    lists, row = list_fields(model), 0
    columns = [name for name in table.schema_arrow.names if name in model.model_fields]
    for batch in table.iter_batches(columns=columns):
        for values in batch.to_pylist():
            row += 1
            nodes = {name: _parquet_node(value, row, name in lists) for name, value in values.items()}
            yield Row(file, row, {name: node for name, node in nodes.items() if node})


def _day_or_time(value: datetime.date) -> str:
    """Spell a date; a timestamp at midnight is how table tools write a plain day."""
    is_midnight = isinstance(value, datetime.datetime) and value.time() == datetime.time()
    return value.isoformat()[:10] if is_midnight else value.isoformat()


def _parquet_node(value: Any, row: int, is_list: bool) -> Node | None:
    if isinstance(value, str):
        return _cell(value, row, is_list)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, dict):
        nodes = {name: _parquet_node(member, row, False) for name, member in value.items()}
        return Node(row, {name: node for name, node in nodes.items() if node})
    if isinstance(value, list):
        return Node(row, [node for member in value if (node := _parquet_node(member, row, False))])
    if isinstance(value, datetime.date):
        return Node(row, _day_or_time(value))
    return Node(row, value if isinstance(value, (int, float, bool)) else str(value))
