"""Dossiers: a folder becomes records, and every mistake in it becomes a sentence that helps."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import reading
from events.dossier import Dossier, DossierError, Problem, read
from events.model import MovementStatus, Role

META = """\
id: harbour
title: The harbour dispute
summary: Who blocked the harbour?
licence: CC BY 4.0
compiled_by: The harbour desk
sides:
  - {id: boats, label: The boats}
kinds:
  - {id: blockade, label: Blockade}
  - {id: speech, label: Speech}
questions:
  - id: owner
    label: Whose is the harbour?
    subject: VEN
    answers:
      - {id: town, label: The town's, verb: say the town, light: '#112233', dark: '#445566'}
      - {id: silent, label: No statement, verb: say nothing, light: '#111111', dark: '#222222', is_silence: true}
"""
EVENT = """\
- id: first
  title: Boats close the harbour
  when: 2019-03-23
  summary: Six hours.
  kind: blockade
  confidence: unverified
"""
ACTORS = """\
- {id: fishers, name: The fishers, kind: group}
- {id: port, name: Port office, kind: government, state: VEN, side: boats}
"""
PLACES = (
    "- {id: pier, name: Pier, lat: 10.6, lon: -66.9, precision: exact}\n- {id: bay, name: Bay, precision: region}\n"
)
SOURCES = "- {id: herald, publisher: Herald, title: Boats, url: https://herald.example/1, kind: news}\n"
CLAIM = "- {id: paid, text: The boats were paid., status: contested, confidence: unverified, about: [first]}\n"
STATEMENT = "- {id: s1, claim: paid, actor: port, stance: asserts, said_on: 2019-03-24, source: herald}\n"
POSITION = (
    "- {id: p1, question: owner, state: COL, answer: town, since: 2019, basis: press_list, confidence: unverified}\n"
)
MOVEMENT = "- {id: m1, event: first, origin: pier, destination: bay, status: observed}\n"
WHOLE = {
    "actors": ACTORS,
    "places": PLACES,
    "sources": SOURCES,
    "claims": CLAIM,
    "statements": STATEMENT,
    "positions": POSITION,
    "movements": MOVEMENT,
}


def write(folder: Path, tables: dict[str, str] | None = None, meta: str = META, events: str = EVENT) -> Path:
    """Write a dossier into a fresh folder; a table's name may carry its suffix."""
    texts = {"dossier": meta, "events": events, **(tables or {})}
    for name, text in texts.items():
        (folder / (name if "." in name else f"{name}.yaml")).write_text(text, "utf-8")
    return folder


def only_problem(dossier: Dossier) -> Problem:
    assert len(dossier.problems) == 1, [str(problem) for problem in dossier.problems]
    return dossier.problems[0]


def refused(folder: Path) -> str:
    with pytest.raises(DossierError) as caught:
        read(folder)
    return str(caught.value)


def more(event: str) -> str:
    """Return the good event with more lines."""
    return EVENT + "".join(f"  {line}\n" for line in event.splitlines())


# --- what is read


def test_the_smallest_dossier_is_one_file_and_one_event(tmp_path: Path) -> None:
    dossier = read(write(tmp_path))
    assert dossier.meta.title == "The harbour dispute"
    assert list(dossier.events) == ["first"]
    assert (dossier.problems, dossier.left_out, dossier.folder) == ((), 0, tmp_path.name)


def test_a_whole_dossier_is_read_without_a_problem(tmp_path: Path) -> None:
    dossier = read(write(tmp_path, WHOLE), states={"VEN", "COL"})
    assert dossier.problems == ()
    assert [len(getattr(dossier, name)) for name in WHOLE] == [2, 2, 1, 1, 1, 1, 1]
    assert dossier.statements["s1"].said_on.text == "2019-03-24"


def test_records_stay_in_the_order_of_their_file(tmp_path: Path) -> None:
    events = "".join(EVENT.replace("id: first", f"id: {name}") for name in ("b", "a", "c"))
    assert list(read(write(tmp_path, events=events)).events) == ["b", "a", "c"]


def test_yaml_texts_stay_texts_and_empty_is_absent(tmp_path: Path) -> None:
    places = "- {id: NO, name: yes, state: ~, note: null, label: '', precision: country}\n"
    place = read(write(tmp_path, {"places": places})).places["NO"]
    assert (place.name, place.state, place.note, place.label) == ("yes", None, "", "")
    assert read(write(tmp_path, events=EVENT.replace("2019-03-23", "2019-01"))).events["first"].when.text == "2019-01"  # type: ignore[union-attr]


def test_participations_and_stops_may_be_short(tmp_path: Path) -> None:
    movement = MOVEMENT.replace("}", ", via: ['pier:tracked', {place: bay, status: alleged}]}")
    events = more("actors: [fishers, 'port:subject', {actor: port, role: reporter}]")
    dossier = read(write(tmp_path, WHOLE | {"movements": movement}, events=events))
    assert dossier.problems == ()
    assert [(one.actor, one.role) for one in dossier.events["first"].actors] == [
        ("fishers", Role.AGENT),
        ("port", Role.SUBJECT),
        ("port", Role.REPORTER),
    ]
    assert [one.status for one in dossier.movements["m1"].via] == [MovementStatus.TRACKED, MovementStatus.ALLEGED]


CSV_EVENTS = (
    "id,title,when,summary,kind,confidence,actors,sources,tags\r\n"
    'first,"Boats, many",2019-03-23,"Two\nlines",blockade,unverified,fishers; port:subject,herald,a;b\r\n'
    "\r\n"
    "second,Later,,Short,speech,unverified,,,\r\n"
)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_holds_the_same_records(tmp_path: Path, mark: str) -> None:
    folder = write(tmp_path, WHOLE | {"events.csv": mark + CSV_EVENTS})
    (folder / "events.yaml").unlink()
    dossier = read(folder)
    assert dossier.problems == ()
    event = dossier.events["first"]
    assert (event.title, event.summary, event.tags, event.sources) == (
        "Boats, many",
        "Two\nlines",
        ("a", "b"),
        ("herald",),
    )
    assert [one.role for one in event.actors] == [Role.AGENT, Role.SUBJECT]
    assert dossier.events["second"].when is None


def test_csv_problems_name_the_line_where_the_record_begins(tmp_path: Path) -> None:
    folder = write(tmp_path, WHOLE | {"events.csv": CSV_EVENTS.replace("speech", "speach")})
    (folder / "events.yaml").unlink()
    assert only_problem(read(folder)).line == 5


def test_parquet_holds_the_same_records(tmp_path: Path) -> None:
    columns = {
        "id": ["first", "second"],
        "title": ["A", "B"],
        "when": pa.array([17_978, None], pa.date32()),
        "summary": ["a", "b"],
        "kind": ["blockade", "speech"],
        "confidence": ["unverified", "unverified"],
        "actors": [[{"actor": "port", "role": "subject"}], None],
        "sources": ["herald", None],
    }
    folder = write(tmp_path, WHOLE)
    (folder / "events.yaml").unlink()
    pq.write_table(pa.table(columns), folder / "events.parquet")
    dossier = read(folder)
    assert dossier.problems == ()
    event = dossier.events["first"]
    assert event.when is not None
    assert (event.when.text, event.actors[0].role, event.sources) == ("2019-03-23", Role.SUBJECT, ("herald",))


def test_a_midnight_timestamp_in_parquet_is_only_a_day(tmp_path: Path) -> None:
    """Table tools write plain days as timestamps; a time of day that no source gave is not invented."""
    stamps = pa.array([1_553_299_200_000, 1_553_320_800_000], pa.timestamp("ms"))
    rows = {"id": ["a", "b"], "title": ["A", "B"], "when": stamps, "summary": ["a", "b"], "kind": ["speech"] * 2}
    folder = write(tmp_path)
    (folder / "events.yaml").unlink()
    pq.write_table(pa.table(rows | {"confidence": ["unverified"] * 2}), folder / "events.parquet")
    spans = [event.when for event in read(folder).events.values()]
    assert [span.text for span in spans if span] == ["2019-03-23", "2019-03-23T06:00:00"]


def test_other_files_in_the_folder_are_ignored(tmp_path: Path) -> None:
    assert read(write(tmp_path, {"notes.txt": "x", "people.yaml": "- a: {"})).problems == ()


def test_the_bundled_dossier_has_no_problem() -> None:
    bundled = Path(reading.__file__).parent / "dossiers" / "russia-in-venezuela"
    dossier = read(bundled)
    assert [str(problem) for problem in dossier.problems] == []
    assert dossier.left_out == 0


# --- one record is wrong: the sentence, the line, and what is left

WRONG_EVENTS = [
    ("  kind: blockade", "  kind: blokade", 5, "there is no kind “blokade”", "Did you mean blockade?", 0),
    ("  when: 2019-03-23", "  when: 2019-13-01", 3, "there is no month 13", "", 0),
    ("  when: 2019-03-23", "  when: 2019-03-23/2019-03-20", 3, "ends before it begins", "", 0),
    ("  title: Boats close the harbour", "  title:", 1, "required and missing", "Add “title: …”.", 0),
    ("  title: Boats close the harbour", "  title: [a, b]", 2, "is not one text", "", 0),
    ("  confidence: unverified", "  confidence: unverfied", 6, "not a valid value", "Did you mean unverified?", 0),
    (
        "  confidence: unverified",
        "  confidence: 9",
        6,
        "not a valid value",
        "corroborated, single-source, unverified",
        0,
    ),
    ("- id: first", "- id: first one", 1, "is not an id", "Did you mean first-one?", 0),
    (
        "  summary: Six hours.",
        "  summary: Six.\n  summary: Seven.",
        5,
        "is written twice, first on line 4",
        "Keep one",
        0,
    ),
    ("  summary: Six hours.", "  summary: &six Six.", 4, "the anchor &six is refused", "Write values out", 0),
    ("  summary: Six hours.", "  summary: *six", 4, "the alias *six is refused", "Write the value out", 0),
    ("  summary: Six hours.", "  summary: !!int 6", 4, "is refused", "Remove it", 0),
    ("  summary: Six hours.", "  summary: Six.\n  palce: pier", 5, "no field “palce”; it is ignored", "mean place?", 1),
    ("  summary: Six hours.", "  summary: Six.\n  place: peir", 5, "there is no place “peir”", "Did you mean pier?", 1),
    (
        "  summary: Six hours.",
        "  summary: Six.\n  sources:\n  - herald\n  - hearld",
        7,
        "no source “hearld”",
        "herald?",
        1,
    ),
    (
        "  summary: Six hours.",
        "  summary: Six.\n  sources: herald",
        5,
        "is not a list",
        "Write a list, as [herald].",
        0,
    ),
    ("  summary: Six hours.", "  summary: Six.\n  actors: [prot]", 5, "there is no actor “prot”", "mean port?", 1),
    ("  summary: Six hours.", "  summary: Six.\n  actors: ['port:agnet']", 5, "“agnet”", "Did you mean agent?", 0),
    (
        "  summary: Six hours.",
        "  summary: Six.\n  actors:\n  - rol: x\n    actor: port",
        6,
        "no field “rol”",
        "role?",
        0,
    ),
]


@pytest.mark.parametrize(("good", "bad", "line", "reason", "fix", "kept"), WRONG_EVENTS)
def test_a_wrong_event_is_explained_and_breaks_no_other(
    tmp_path: Path, good: str, bad: str, line: int, reason: str, fix: str, kept: int
) -> None:
    assert good in EVENT
    tables = {name: WHOLE[name] for name in ("actors", "places", "sources")}
    dossier = read(write(tmp_path, tables, events=EVENT.replace(good, bad) + EVENT.replace("first", "good")))
    problems = [problem for problem in dossier.problems if problem.line == line]
    assert any(reason in problem.reason and fix in problem.fix for problem in problems), dossier.problems
    assert {problem.file for problem in dossier.problems} == {"events.yaml"}
    assert "good" in dossier.events
    assert (len(dossier.events), dossier.left_out) == (1 + kept, 1 - kept)


WRONG_RECORDS = [
    ("actors", "state: VEN", "state: Ven", "is not a state code", "Did you mean VEN?", 1),
    ("actors", "side: boats", "side: boots", "there is no side “boots”", "Did you mean boats?", 0),
    ("actors", "kind: group", "kind: gruop", "is not a valid value", "Did you mean group?", 1),
    ("places", "lat: 10.6", "lat: 91", "91 is out of range", "Latitudes run from -90 to 90.", 1),
    ("places", "lon: -66.9", "lon: -180.5", "-180.5 is out of range", "Longitudes run from -180 to 180.", 1),
    ("places", "lat: 10.6, ", "", "there is a lon but no lat", "", 1),
    ("places", ", lon: -66.9", "", "there is a lat but no lon", "", 1),
    ("places", "lat: 10.6", "lat: nan", "is not a finite number", "", 1),
    ("places", "lat: 10.6", "lat: 10°36", "is not a number", "Use a decimal point", 1),
    ("sources", "https://herald.example/1", "'javascript:alert(1)'", "links begin with http", "", 1),
    ("sources", "https://herald.example/1", "https:///x", "name a host", "", 1),
    ("sources", "https://herald.example/1", "'https://a.example/\"><script>'", "hold no spaces, quotes", "", 1),
    ("movements", "origin: pier, destination: bay, ", "", "needs an origin or a destination", "", 1),
    ("movements", "origin: pier", "origin: pire", "there is no place “pire”", "Did you mean pier?", 0),
    ("movements", "event: first", "event: frist", "there is no event “frist”", "Did you mean first?", 1),
    ("movements", "status: observed", "status: seen", "is not a valid value", "Valid are observed", 1),
    ("positions", "state: COL, ", "", "neither is given", "", 1),
    ("positions", "state: COL", "state: COL, organisation: port", "both are given", "", 1),
    ("positions", "question: owner", "question: owners", "no question “owners”", "Did you mean owner?", 1),
    (
        "positions",
        "answer: town",
        "answer: twon",
        "no answer “twon” to the question “owner”",
        "Valid are town, silent.",
        1,
    ),
    ("claims", "about: [first]", "about: [first, frist]", "there is no event “frist”", "Did you mean first?", 0),
    ("claims", "about: [first]", "rivals: [piad]", "there is no claim “piad”", "Did you mean paid?", 0),
    ("statements", "claim: paid", "claim: piad", "there is no claim “piad”", "Did you mean paid?", 1),
    ("statements", "actor: port", "actor: sailors", "there is no actor “sailors”", "Add it to actors.yaml", 1),
    ("statements", "source: herald", "source: hearld", "no source “hearld”", "Did you mean herald?", 1),
    ("statements", "said_on: 2019-03-24", "said_on: yesterday", "is not a date", "", 1),
    (
        "statements",
        "source: herald",
        "source: herald, answers: s2",
        "no statement “s2”",
        "Add it to statements.yaml",
        0,
    ),
]


@pytest.mark.parametrize(("table", "good", "bad", "reason", "fix", "left_out"), WRONG_RECORDS)
def test_a_wrong_record_of_each_kind_is_explained(
    tmp_path: Path, table: str, good: str, bad: str, reason: str, fix: str, left_out: int
) -> None:
    assert good in WHOLE[table]
    dossier = read(write(tmp_path, WHOLE | {table: WHOLE[table].replace(good, bad)}))
    problem = dossier.problems[0]
    assert problem.file == f"{table}.yaml"
    assert problem.line is not None
    assert reason in problem.reason
    assert fix in problem.fix
    kept = len(getattr(dossier, table))
    assert kept == len(getattr(read(write(tmp_path, WHOLE)), table)) - left_out


def test_an_office_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    actor = "- id: x\n  name: X\n  kind: person\n  affiliations:\n  - {title: Mayor, since: 2019, until: 2018}\n"
    problem = only_problem(read(write(tmp_path, {"actors": actor})))
    assert (problem.line, problem.field) == (5, "affiliations.until")
    assert "ends before it begins" in problem.reason


def test_an_affiliation_to_an_unknown_body_keeps_its_title(tmp_path: Path) -> None:
    actor = "- {id: x, name: X, kind: person, affiliations: [{title: Mayor, actor: twon}]}\n"
    dossier = read(write(tmp_path, {"actors": actor}))
    assert "there is no actor “twon”" in only_problem(dossier).reason
    assert [(one.title, one.actor) for one in dossier.actors["x"].affiliations] == [("Mayor", None)]


def test_an_id_used_twice_keeps_the_first_record(tmp_path: Path) -> None:
    dossier = read(write(tmp_path, events=EVENT + EVENT.replace("Boats close", "Others close")))
    problem = only_problem(dossier)
    assert (problem.line, problem.field, problem.value) == (7, "id", "first")
    assert "already used on line 1" in problem.reason
    assert dossier.events["first"].title.startswith("Boats")
    assert dossier.left_out == 1


def test_what_needs_a_left_out_record_is_left_out_with_a_pointer_to_the_cause(tmp_path: Path) -> None:
    dossier = read(write(tmp_path, WHOLE | {"claims": CLAIM.replace("contested", "unclear")}))
    assert (dict(dossier.claims), dict(dossier.statements), dossier.left_out) == ({}, {}, 2)
    reasons = [(problem.file, problem.reason, problem.fix) for problem in dossier.problems]
    assert reasons[1] == (
        "statements.yaml",
        "the claim “paid” is itself left out; the record is left out",
        "Mend it on line 1 of claims.yaml.",
    )


def test_a_movement_that_loses_both_ends_is_left_out(tmp_path: Path) -> None:
    dossier = read(write(tmp_path, WHOLE | {"places": ""}))
    assert dict(dossier.movements) == {}
    assert "needs an origin or a destination" in dossier.problems[-1].reason


def test_states_are_checked_against_the_map_where_it_is_given(tmp_path: Path) -> None:
    folder = write(tmp_path, WHOLE)
    assert read(folder).problems == ()
    dossier = read(folder, states=frozenset({"PER"}))
    reasons = [problem.reason for problem in dossier.problems]
    assert reasons[0] == "the map knows no state “VEN”; it is ignored"
    assert "the map knows no state “COL”; this reference is left out" in reasons
    assert dossier.meta.questions[0].subject is None
    assert dossier.actors["port"].state is None
    assert dict(dossier.positions) == {}


def test_a_record_that_is_no_mapping_is_left_out(tmp_path: Path) -> None:
    dossier = read(write(tmp_path, events=EVENT + "- just words\n"))
    assert dossier.problems[0].reason == "this record is not a mapping of fields"
    assert (dossier.problems[0].line, dossier.left_out, len(dossier.events)) == (7, 1, 1)


def test_a_problem_reads_as_file_line_field_reason_and_fix() -> None:
    problem = Problem("events.yaml", 5, "kind", "blokade", "there is no kind “blokade”", "Did you mean blockade?")
    assert str(problem) == "events.yaml:5: kind: there is no kind “blokade”. Did you mean blockade?"
    assert str(Problem("a", None, "", "", "it is empty")) == "a: it is empty."


# --- a file is wrong


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("- {id: a", 2, "this is not YAML"),
        ("- id: a\n  name: b: c\n", 2, "this is not YAML"),
        ("- id: a\n\tname: b\n", 2, "this is not YAML"),
        ("id: a\n", 1, "must be a list of records"),
        ("- id: a\n---\n- id: b\n", 2, "more than one document"),
        ("- id: a\n  name: \x01\n", 2, "a character that YAML does not allow"),
        ("- " + "[" * 100_000, 1, "nested more than"),
        ("- " + "{a: " * 100_000, 1, "nested more than"),
    ],
)
def test_a_broken_table_is_explained_and_the_rest_opens(tmp_path: Path, text: str, line: int, words: str) -> None:
    dossier = read(write(tmp_path, {"actors": text}))
    problem = only_problem(dossier)
    assert (problem.file, problem.line) == ("actors.yaml", line)
    assert words in problem.reason
    assert list(dossier.events) == ["first"]


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        ("- id: é\n".encode("utf-16"), 1, "this file is UTF-16, not UTF-8"),
        ("- id: é\n".encode("utf-32"), 1, "this file is UTF-32, not UTF-8"),
        ("- id: a\n  name: José\n".encode("latin-1"), 2, "byte 19 (0xE9) is not UTF-8; the file may be Latin-1"),
    ],
)
@pytest.mark.parametrize("suffix", [".yaml", ".csv"])
def test_a_wrong_encoding_is_named_with_its_place(
    tmp_path: Path, data: bytes, line: int, words: str, suffix: str
) -> None:
    (write(tmp_path) / f"actors{suffix}").write_bytes(data)
    problem = only_problem(read(tmp_path))
    assert (problem.file, problem.line, problem.fix) == (f"actors{suffix}", line, "Save it as UTF-8.")
    assert words in problem.reason


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "names no field of this table"),
        ("id;name;kind\na;b;person\n", 1, "names no field of this table"),
        ("id,name,id\n", 1, "the column “id” is there twice"),
        ('id,name,kind\na,"b"x,person\n', 2, "this is not CSV"),
        ("id,name,kind\na,b,person,c\n", 2, "has 4 cells, the first line 3"),
        ("id,nmae,kind\na,b,person\n", 1, "there is no field “nmae”; it is ignored"),
    ],
)
def test_a_broken_csv_is_explained(tmp_path: Path, text: str, line: int, words: str) -> None:
    dossier = read(write(tmp_path, {"actors.csv": text}))
    assert dossier.problems[0].line == line
    assert words in dossier.problems[0].reason


def test_a_broken_parquet_file_is_explained(tmp_path: Path) -> None:
    (write(tmp_path) / "actors.parquet").write_bytes(b"PAR1 nonsense PAR1")
    assert "this is not Parquet that can be read" in only_problem(read(tmp_path)).reason


def flipped(data: bytes) -> bytes:
    """A file with damaged pages under a whole directory of them."""
    return data[:100] + bytes(byte ^ 0xFF for byte in data[100:300]) + data[300:]


NAMES = pa.array([f"Person {at}" for at in range(2_000)])
DAMAGED: dict[str, tuple[str, Any, Callable[[bytes], bytes]]] = {
    "snappy": ("snappy", NAMES, flipped),
    "gzip": ("gzip", NAMES, flipped),
    "plain": ("none", NAMES, flipped),
    "text that is not UTF-8": ("none", pa.array([b"\xff"] * 2_000).cast(pa.string(), safe=False), bytes),
    "a day that no calendar has": ("none", pa.array([2**31 - 1] * 2_000, pa.date32()), bytes),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_parquet_table_is_one_problem_in_words(tmp_path: Path, name: str) -> None:
    codec, names, damage = DAMAGED[name]
    columns = {"id": [f"a{at}" for at in range(2_000)], "name": names, "kind": ["person"] * 2_000}
    path = write(tmp_path) / "actors.parquet"
    pq.write_table(pa.table(columns), path, compression=codec, use_dictionary=False)
    path.write_bytes(damage(path.read_bytes()))
    problem = only_problem(read(tmp_path))
    assert "this is not Parquet that can be read" in problem.reason
    assert (problem.file, problem.fix) == ("actors.parquet", "Write it again.")


def test_references_into_an_unreadable_table_are_blamed_on_it(tmp_path: Path) -> None:
    dossier = read(write(tmp_path, WHOLE | {"sources": "- {"}, events=more("sources: [herald]")))
    assert dossier.events["first"].sources == ()
    assert [(problem.file, problem.fix) for problem in dossier.problems][1:] == [
        ("statements.yaml", "Mend sources.yaml first.")
    ]


def test_of_two_files_for_one_table_the_second_is_reported(tmp_path: Path) -> None:
    dossier = read(write(tmp_path, {"events.csv": CSV_EVENTS}))
    assert str(only_problem(dossier)) == (
        "events.csv: this file is not read, because events.yaml is there too. Keep one of them."
    )
    assert list(dossier.events) == ["first"]


def test_a_file_that_is_too_large_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(reading.LARGEST, ".yaml", 1000)
    problem = only_problem(read(write(tmp_path, {"actors": "#" * 1001})))
    assert "MB; .yaml may have" in problem.reason
    assert problem.fix == "Keep large tables in Parquet."


def test_aliases_are_refused_before_they_grow(tmp_path: Path) -> None:
    """The “billion laughs” of YAML: ten levels of nine aliases each."""
    bomb = "- a0: &a0 [x]\n" + "".join(f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
    dossier = read(write(tmp_path, {"actors": bomb}))
    assert dossier.left_out == 1
    assert "the anchor &a0 is refused" in dossier.problems[0].reason


# --- nothing can be opened


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert "there is no such folder" in refused(tmp_path / "nowhere")


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    assert "this is not a folder" in refused(tmp_path / "x")


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    assert "this folder is empty" in refused(tmp_path)


def test_a_missing_dossier_file_is_named_and_a_similar_one_pointed_out(tmp_path: Path) -> None:
    folder = write(tmp_path)
    shutil.move(folder / "dossier.yaml", folder / "dossier.yml")
    message = refused(folder)
    assert "there is no dossier.yaml in this folder" in message
    assert "Did you mean dossier.yml to be that file?" in message


def test_missing_events_are_named(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "events.yaml").unlink()
    assert "there is no events.yaml, events.csv, events.parquet or events.duckdb in this folder" in refused(folder)


def test_unreadable_events_are_explained(tmp_path: Path) -> None:
    assert "events.yaml:2: this is not YAML" in refused(write(tmp_path, events="- {id: a"))


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        ("title: The harbour dispute\n", "", "dossier.yaml:1: title: this field is required and missing"),
        ("id: speech", "id: blockade", "kinds: the id “blockade” is used 2 times"),
        ("id: silent", "id: town", "questions.answers: the id “town” is used 2 times"),
        ("'#112233'", "blue", "dossier.yaml:16: questions.answers.light: “blue” is not a colour"),
        (
            "licence: CC BY 4.0",
            "licence: a\nlicence: b",
            "dossier.yaml:5: licence: the field “licence” is written twice",
        ),
        ("subject: VEN", "subject: Venezuela", "is not a state code"),
        ("- {id: boats, label: The boats}", "boats", "sides: “boats” is not a list"),
    ],
)
def test_a_wrong_dossier_file_is_explained(tmp_path: Path, good: str, bad: str, words: str) -> None:
    assert good in META
    assert words in refused(write(tmp_path, meta=META.replace(good, bad)))


def test_an_unknown_field_of_the_dossier_file_is_only_reported(tmp_path: Path) -> None:
    problem = only_problem(read(write(tmp_path, meta=META + "licence_ulr: x\n")))
    assert problem.fix.startswith("Did you mean licence_url?")


def test_a_dossier_file_must_be_a_mapping(tmp_path: Path) -> None:
    assert "must be a mapping of fields" in refused(write(tmp_path, meta="- a\n"))
    assert "must be a mapping of fields" in refused(write(tmp_path, meta=""))


# --- whatever stands in the files

scraps = st.sampled_from(
    [
        "id",
        "first",
        "title",
        "kind",
        "blockade",
        ":",
        " ",
        "\n",
        "\n  ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ",",
        "'",
        '"',
        "&a",
        "*a",
        "#",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(scraps, max_size=40).map("".join) | st.text(max_size=60), st.sampled_from([".yaml", ".csv"]))
def test_no_text_in_a_table_breaks_the_reading(tmp_path: Path, text: str, suffix: str) -> None:
    folder = write(tmp_path)
    for spare in folder.glob("actors.*"):
        spare.unlink()
    (folder / f"actors{suffix}").write_bytes(text.encode("utf-8", "surrogatepass"))
    dossier = read(folder)
    assert list(dossier.events) == ["first"]
    assert all(str(problem) for problem in dossier.problems)
    assert bool(dossier.left_out) <= bool(dossier.problems)
