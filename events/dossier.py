"""EDGE. A folder becomes a `Dossier`, or a list of problems that say what to mend.

The folder format is described for authors in `events/dossiers/README.md`. A bad record never
breaks a good one: it is left out, counted and reported. A reference to something that is not there
is left out alone where the field may be empty, and takes its record with it where it may not.
Stories and the exceptions from the strict check stand beside the tables and count as no records.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from events.model import (
    TABLES,
    Actor,
    Affiliation,
    Amount,
    Answer,
    Claim,
    DossierFile,
    Event,
    Exemption,
    Movement,
    Named,
    Participation,
    Place,
    Position,
    Question,
    Record,
    Source,
    Statement,
    Step,
    Stop,
    Story,
    TableName,
)
from events.problems import (
    DossierError,
    Problem,
    did_you_mean,
    field_of,
    reason_and_fix,
    sentences,
    shown,
    valid_values,
)
from events.reading import SUFFIXES, Node, ReadError, Row, plain, read_mapping, read_rows, unknown_field
from events.stories import Known, checked

__all__ = ["Dossier", "DossierError", "Problem", "read"]

DOSSIER_FILE, EXCEPTIONS_FILE, STORIES_FOLDER = "dossier.yaml", "exceptions.yaml", "stories"
COLLECTION_FILE = "events.duckdb"
"""Stands in place of the tables where there are too many events for them; `standoff import` writes it."""
MOST_GUESSED = 200  # Guessing what was meant compares with every id: after so many problems it stops.


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything a folder holds. Each table maps id to record, in the order of its file.

    `left_out` counts the records that are not here; `problems` says why each of them is not. Exceptions go by rule and
    record. `files` and `lines` say where each table and each of its ids stands; a dossier that was made in memory, and
    not read from a folder, has neither. `collection` is the database file, or the address of a server, with the events
    of a dossier that has too many to be held: then the tables here are empty, and `events.collection` reads records as
    they are asked for.
    """

    meta: DossierFile
    actors: Mapping[str, Actor] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    movements: Mapping[str, Movement] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    statements: Mapping[str, Statement] = field(default_factory=dict)
    positions: Mapping[str, Position] = field(default_factory=dict)
    stories: Mapping[str, Story] = field(default_factory=dict)
    exceptions: Mapping[tuple[str, str], Exemption] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    left_out: int = 0
    folder: str = ""
    collection: Path | str | None = None


def read(folder: str | Path, states: Container[str] | None = None) -> Dossier:
    """Read a dossier's folder.

    `states` are the state codes that the map knows; without them only the form of a code is
    checked. Raises `DossierError` when the folder, its dossier.yaml or its events cannot be read.
    """
    path = Path(folder)
    files, problems = _files(path)
    meta, meta_problems = _meta(path / DOSSIER_FILE, states)
    problems += meta_problems
    if (path / COLLECTION_FILE).exists():
        spare = [_beside_collection(file.name) for file in files.values()]
        found = path / COLLECTION_FILE
        return Dossier(meta, problems=(*problems, *spare), folder=path.resolve().name, collection=found)
    tables = {name: _table(name, files.get(name)) for name in TABLES}
    if not tables["events"].is_readable:
        raise DossierError([*problems, *tables["events"].problems])
    targets = _targets(meta, states)
    for name in _REFERENCES:
        _link(tables[name], targets, meta)
    stories, story_problems = _stories(path / STORIES_FOLDER, _known(meta, tables, states))
    exceptions, lines, exception_problems = _exceptions(path / EXCEPTIONS_FILE)
    problems += [problem for table in tables.values() for problem in table.problems]
    return Dossier(
        meta=meta,
        stories=stories,
        exceptions=exceptions,
        files={name: file.name for name, file in files.items()},
        lines={name: table.lines() for name, table in tables.items()} | {"exceptions": lines},
        problems=(*problems, *story_problems, *exception_problems),
        left_out=sum(table.left_out for table in tables.values()),
        folder=path.resolve().name,
        **{name: table.records() for name, table in tables.items()},
    )


# --- the folder


def _files(folder: Path) -> tuple[dict[TableName, Path], list[Problem]]:
    """Find the file of each table; of two for one table the first kind of `SUFFIXES` is read."""
    names = _names_in(folder)
    if DOSSIER_FILE not in names:
        raise DossierError([_absent(folder, DOSSIER_FILE, names)])
    found = {name: [name + suffix for suffix in SUFFIXES if name + suffix in names] for name in TABLES}
    if not found["events"] and COLLECTION_FILE not in names:
        raise DossierError([_absent(folder, f"events.yaml, events.csv, events.parquet or {COLLECTION_FILE}", names)])
    problems = [
        Problem(spare, None, "", "", f"this file is not read, because {first} is there too", "Keep one of them.")
        for first, *rest in filter(None, found.values())
        for spare in rest
    ]
    return {name: folder / paths[0] for name, paths in found.items() if paths}, problems


def _beside_collection(name: str) -> Problem:
    reason = f"this file is not read, because the events are in {COLLECTION_FILE}, which holds them alone"
    return Problem(name, None, "", "", reason, "Move it, or give the events as a table.")


def _names_in(folder: Path) -> list[str]:
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError as error:
        fix = "Name a folder that holds a dossier.yaml and an events table."
        reason = "this is not a folder" if folder.exists() else "there is no such folder"
        if folder.is_dir():
            reason = f"this folder cannot be read ({error.strerror})"
        raise DossierError([Problem(str(folder), None, "", "", reason, fix)]) from None
    if not names:
        fix = "A dossier is a folder that holds a dossier.yaml and an events table."
        raise DossierError([Problem(str(folder), None, "", "", "this folder is empty", fix)])
    return names


def _absent(folder: Path, wanted: str, names: list[str]) -> Problem:
    close = did_you_mean(wanted.split(",")[0], names)
    fix = f"{close[:-1]} to be that file? Then rename it." if close else "Every dossier needs it."
    return Problem(str(folder), None, "", "", f"there is no {wanted} in this folder", fix)


# --- dossier.yaml


def _meta(path: Path, states: Container[str] | None) -> tuple[DossierFile, list[Problem]]:
    try:
        row = read_mapping(path)
    except ReadError as error:
        raise DossierError([error.problem]) from None
    record, problems = _record(row, DossierFile)
    if not isinstance(record, DossierFile):
        raise DossierError(problems)
    if states is None:
        return record, problems
    questions = tuple(
        _checked_subject(question, row, index, states, problems) for index, question in enumerate(record.questions)
    )
    return record.model_copy(update={"questions": questions}), problems


def _checked_subject(
    question: Question, row: Row, index: int, states: Container[str], problems: list[Problem]
) -> Question:
    if question.subject is None or question.subject in states:
        return question
    line = row.line_of(("questions", index, "subject"))
    reason, fix = _unknown(question.subject, _Target("states", "", states))
    problems.append(Problem(row.file, line, "questions.subject", question.subject, f"{reason}; it is ignored", fix))
    return question.model_copy(update={"subject": None})


# --- tables, one by one


@dataclass(slots=True)
class _Table:
    """A table while it is being read; `kept` and `dropped` (id to line) change as references are checked."""

    name: TableName
    file: str
    kept: dict[str, tuple[Record, Row]]
    dropped: dict[str, int]
    problems: list[Problem]
    left_out: int = 0
    is_readable: bool = True

    def drop(self, name: str) -> None:
        """Leave a record out; its problem is already reported."""
        _, row = self.kept.pop(name)
        self.dropped[name] = row.line
        self.left_out += 1

    def records(self) -> Any:
        """Return the records that stayed, by id."""
        return {name: record for name, (record, _) in self.kept.items()}

    def lines(self) -> dict[str, int]:
        """Return the line on which each of them begins, by id."""
        return {name: row.line for name, (_, row) in self.kept.items()}


def _table(name: TableName, path: Path | None) -> _Table:
    if path is None:
        return _Table(name, "", {}, {}, [])
    try:
        rows, problems = read_rows(path, TABLES[name])
    except ReadError as error:
        return _Table(name, path.name, {}, {}, [error.problem], is_readable=False)
    table = _Table(name, path.name, {}, {}, problems)
    for row in rows:
        _add(table, row)
    return table


def _add(table: _Table, row: Row) -> None:
    record, problems = _record(row, TABLES[table.name])
    name = getattr(record, "id", None) or _id_of(row)
    table.problems += problems
    if record is None:
        table.left_out += 1
        table.dropped.setdefault(name, row.line)
    elif name in table.kept:
        line = table.kept[name][1].line
        reason = f"the id “{name}” is already used on line {line}; this record is left out"
        table.problems.append(Problem(row.file, row.line_of(("id",)), "id", name, reason, "Give it an id of its own."))
        table.left_out += 1
    else:
        table.kept[name] = record, row


def _id_of(row: Row) -> str:
    """Return the id as it is written, valid or not."""
    node = row.fields.get("id")
    return str(node.value) if node else ""


def _record(row: Row, model: type[Record]) -> tuple[Record | None, list[Problem]]:
    """Validate one row: the record, or None and the reasons. Unknown fields are ignored and reported."""
    known = list(model.model_fields)
    strange = [(name, node.line) for name, node in row.fields.items() if name not in known]
    problems = [*row.faults, *(unknown_field(row.file, line, name, known) for name, line in strange)]
    values = {name: value for name, value in row.plain().items() if name in known}
    try:
        record = model.model_validate(values)
    except ValidationError as error:
        return None, problems + _worded(error, row)
    return (None if row.faults else record), problems


def _worded(error: ValidationError, row: Row) -> list[Problem]:
    found = error.errors(include_url=False)
    return [_problem_of(details, row) for details in found if not _is_echo(details, found)]


def _is_echo(details: Any, found: Sequence[Any]) -> bool:
    """Whether a list is only called empty because all in it is refused, which other problems say."""
    place = details["loc"]
    inside = (one["loc"] for one in found if len(one["loc"]) > len(place))
    return details["type"] == "too_short" and any(one[: len(place)] == place for one in inside)


_NESTED = (Participation, Amount, Stop, Affiliation, Named, Answer, Question, Step)
_NESTED_FIELDS = sorted({name for model in _NESTED for name in model.model_fields})


def _problem_of(details: Any, row: Row) -> Problem:
    reason, fix = reason_and_fix(details, _NESTED_FIELDS)
    blamed = details.get("ctx", {}).get("field")
    line = row.line_of((*details["loc"], blamed) if blamed else details["loc"])
    is_whole = details["type"] in {"missing", "rule"}
    return Problem(row.file, line, field_of(details), "" if is_whole else shown(details["input"]), reason, fix)


# --- stories and exceptions


def _known(meta: DossierFile, tables: Mapping[TableName, _Table], states: Container[str] | None) -> Known:
    ids = {name: table.kept.keys() for name, table in tables.items()}
    return Known(
        records=frozenset(one for name, members in ids.items() if name != "sources" for one in members),
        claims=ids["claims"],
        actors=ids["actors"],
        kinds=[kind.id for kind in meta.kinds],
        states=states,
    )


def _stories(folder: Path, known: Known) -> tuple[dict[str, Story], list[Problem]]:
    """Read the stories in the order of their files' names. A dossier need not have any."""
    read_files = [_story(path, known) for path in sorted(folder.glob("*.y*ml"))]
    stories = {story.id: story for story, _ in read_files if story}
    return stories, [problem for _, problems in read_files for problem in problems]


def _story(path: Path, known: Known) -> tuple[Story | None, list[Problem]]:
    file = f"{STORIES_FOLDER}/{path.name}"
    if path.suffix != ".yaml":
        return None, [Problem(file, None, "", "", "this file is not read", f"Rename it to {path.stem}.yaml.")]
    try:
        row = replace(read_mapping(path), file=file)
    except ReadError as error:
        return None, [replace(error.problem, file=file)]
    record, problems = _record(_named_after_file(row, path.stem), Story)
    if not isinstance(record, Story):
        return None, problems
    story, lost = checked(record, row, known)
    return story, problems + _other_name(row, path.stem) + lost


def _named_after_file(row: Row, stem: str) -> Row:
    return replace(row, fields={**row.fields, "id": Node(row.line_of(("id",)), stem)})


def _other_name(row: Row, stem: str) -> list[Problem]:
    written = row.fields.get("id")
    if written is None or written.value == stem:
        return []
    reason = f"a story's id is the name of its file, “{stem}”; this one is ignored"
    return [Problem(row.file, written.line, "id", shown(plain(written.value)), reason, "Leave the id out.")]


def _exceptions(path: Path) -> tuple[dict[tuple[str, str], Exemption], dict[str, int], list[Problem]]:
    """Read the exceptions by rule and record, and the line of each by “rule record”."""
    if not path.exists():
        return {}, {}, []
    try:
        rows, problems = read_rows(path, Exemption)
    except ReadError as error:
        return {}, {}, [error.problem]
    exceptions, lines = {}, {}
    for row in rows:
        record, found = _record(row, Exemption)
        problems += found
        if isinstance(record, Exemption):
            exceptions[record.rule.value, record.record] = record
            lines[f"{record.rule} {record.record}"] = row.line
    return exceptions, lines, problems


# --- references between them


@dataclass(frozen=True, slots=True)
class _Reference:
    """A field that holds an id, or ids, of a target; `item` is the field inside a list of small records."""

    field: str
    target: str
    item: str = ""


# In an order in which every table comes after those that its required fields refer to.
_REFERENCES: dict[TableName, tuple[_Reference, ...]] = {
    "places": (_Reference("state", "states"),),
    "sources": (_Reference("side", "sides"),),
    "actors": (
        _Reference("state", "states"),
        _Reference("side", "sides"),
        _Reference("affiliations", "actors", "actor"),
    ),
    "events": (
        _Reference("kind", "kinds"),
        _Reference("actors", "actors", "actor"),
        _Reference("place", "places"),
        _Reference("measures", "measures", "measure"),
        _Reference("sources", "sources"),
    ),
    "movements": (
        _Reference("event", "events"),
        _Reference("origin", "places"),
        _Reference("destination", "places"),
        _Reference("via", "places", "place"),
    ),
    "claims": (_Reference("about", "events"), _Reference("rivals", "claims"), _Reference("sources", "sources")),
    "statements": (
        _Reference("claim", "claims"),
        _Reference("actor", "actors"),
        _Reference("source", "sources"),
        _Reference("answers", "statements"),
        _Reference("event", "events"),
    ),
    "positions": (
        _Reference("question", "questions"),
        _Reference("state", "states"),
        _Reference("organisation", "actors"),
        _Reference("sources", "sources"),
    ),
}


@dataclass(frozen=True, slots=True)
class _Target:
    """The ids that a reference may name, and the file they stand in."""

    name: str
    file: str
    ids: Container[str]
    dropped: Mapping[str, int] = field(default_factory=dict)
    is_readable: bool = True
    of: str = ""


def _targets(meta: DossierFile, states: Container[str] | None) -> dict[str, _Target]:
    named: dict[str, Sequence[Named]] = {"sides": meta.sides, "kinds": meta.kinds, "questions": meta.questions}
    named["measures"] = meta.measures
    targets = {name: _Target(name, DOSSIER_FILE, [one.id for one in members]) for name, members in named.items()}
    return targets if states is None else targets | {"states": _Target("states", "", states)}


def _link(table: _Table, targets: dict[str, _Target], meta: DossierFile) -> None:
    """Check a table's references, and make it a target for the tables after it."""
    fields = TABLES[table.name].model_fields
    needed = [one for one in _REFERENCES[table.name] if fields[one.field].is_required()]
    for name, (record, row) in list(table.kept.items()):
        if _lacks(table, record, row, needed, targets) or _has_foreign_answer(table, record, row, meta):
            table.drop(name)
    targets[table.name] = _Target(table.name, table.file, table.kept, table.dropped, table.is_readable)
    spare = [one for one in _REFERENCES[table.name] if one not in needed and one.target in targets]
    for name, (record, row) in list(table.kept.items()):
        _prune(table, name, record, row, spare, targets)


def _lacks(table: _Table, record: Record, row: Row, needed: list[_Reference], targets: Mapping[str, _Target]) -> bool:
    """Report required references that lead nowhere."""
    bad = [one for one in needed if getattr(record, one.field) not in targets[one.target].ids]
    for one in bad:
        _report(table, row, (one.field,), getattr(record, one.field), targets[one.target], "the record is left out")
    return bool(bad)


def _has_foreign_answer(table: _Table, record: Record, row: Row, meta: DossierFile) -> bool:
    if not isinstance(record, Position):
        return False
    question = next(one for one in meta.questions if one.id == record.question)
    answers = [answer.id for answer in question.answers]
    target = _Target("answers", DOSSIER_FILE, answers, of=f" to the question “{question.id}”")
    if record.answer in target.ids:
        return False
    _report(table, row, ("answer",), record.answer, target, "the record is left out")
    return True


def _prune(
    table: _Table, name: str, record: Record, row: Row, spare: list[_Reference], targets: Mapping[str, _Target]
) -> None:
    """Leave out optional references that lead nowhere; the record goes too if its rules then fail."""
    changes = {}
    for one in spare:
        value, target = getattr(record, one.field), targets[one.target]
        pruned = _pruned(value, one, target)
        if pruned != value:
            changes[one.field] = pruned
            for location, bad in _lost(value, one, target):
                _report(table, row, location, bad, target, "this reference is left out")
    if not changes:
        return
    try:
        table.kept[name] = type(record).model_validate({**dict(record), **changes}), row
    except ValidationError as error:
        table.problems += _worded(error, row)
        table.drop(name)


def _pruned(value: Any, reference: _Reference, target: _Target) -> Any:
    """Return a field's value without the ids that the target does not have."""
    if isinstance(value, tuple):
        return tuple(kept for item in value if (kept := _pruned_item(item, reference, target)) is not None)
    return None if value is not None and value not in target.ids else value


def _pruned_item(item: Any, reference: _Reference, target: _Target) -> Any:
    name = getattr(item, reference.item) if reference.item else item
    if name is None or name in target.ids:
        return item
    is_needed = not reference.item or type(item).model_fields[reference.item].is_required()
    return None if is_needed else item.model_copy(update={reference.item: None})


def _lost(value: Any, reference: _Reference, target: _Target) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield where each id stands that the target does not have, and the id."""
    if not isinstance(value, tuple):
        yield (reference.field,), value
        return
    for index, item in enumerate(value):
        name = getattr(item, reference.item) if reference.item else item
        if name is not None and name not in target.ids:
            yield (reference.field, index, *filter(None, [reference.item])), name


def _report(
    table: _Table, row: Row, location: tuple[str | int, ...], value: str, target: _Target, outcome: str
) -> None:
    """Report a reference that leads nowhere, unless the unreadable file behind it is reported already."""
    if not target.is_readable and outcome.startswith("this reference"):
        return
    reason, fix = _unknown(value, target, guess=len(table.problems) < MOST_GUESSED)
    names = ".".join(part for part in location if isinstance(part, str))
    table.problems.append(Problem(row.file, row.line_of(location), names, value, f"{reason}; {outcome}", fix))


def _unknown(value: str, target: _Target, *, guess: bool = True) -> tuple[str, str]:
    """Say why an id leads nowhere, and what was meant."""
    if target.name == "states":
        return f"the map knows no state “{value}”", "Use a code of ISO 3166-1 alpha-3, as VEN, or XKX for Kosovo."
    kind = target.name.removesuffix("s")
    if not target.is_readable:
        return f"the {kind} “{value}” is missing because {target.file} could not be read", f"Mend {target.file} first."
    if value in target.dropped:
        return f"the {kind} “{value}” is itself left out", f"Mend it on line {target.dropped[value]} of {target.file}."
    known = target.ids if guess and isinstance(target.ids, Collection) else []
    listed = valid_values(known) if target.file == DOSSIER_FILE else ""
    where = f"Add it to {target.file or target.name + '.yaml'} or correct the id."
    return f"there is no {kind} “{value}”{target.of}", sentences(did_you_mean(value, known), listed or where)
