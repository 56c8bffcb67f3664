"""Measurements → the page in Markdown and JSON, in which every number of ours is also a ratio to the peers'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from tests.benchmarks.goals import GOALS, Goal, Verdict, verdicts
from tests.benchmarks.measuring import OURS, Measurement, Part

TITLES: Final[Mapping[Part, str]] = {
    "load": "Load",
    "brush": "Brush",
    "filter": "Filter",
    "memory": "Memory",
    "readers": "Readers at once",
    "import": "Import",
    "store": "Store",
}
"""The parts in the order of the page."""
PEERS: Final = {"mosaic": "Mosaic", "dash": "Dash"}
"""Those compared with, by the name of the subject."""
UNWRITTEN: Final = "not yet written."
METHOD: Final = """\
The events are made up by `tests/benchmarks/generate.py`: 200 countries and 300 actors after Zipf's law, 2,000 places,
35 years of days with bursts, in no order, from a seed. Every page shows the same ones on this one machine: a world map
by country, a histogram over time with a brush, filters by actor and kind. *Mosaic* is `@uwdata/vgplot` with its DuckDB
server; *Dash* is the page written plainly, with pandas callbacks and the full plotly.js. Chromium is driven by a real
pointer; software renders. *÷* is our number divided by the peer's.

A step lasts from the moment the page hears of the pointer until the end of the frame in which the map has followed;
each waits for the one before. The first step is the median of those on five pages that nobody has touched. A filter
lasts from the click until nothing on the map changes any more; its countries, which are all that the peers' maps show,
may stand before its circles do. A load lasts from navigation until both views stand with their data, with an empty
cache, the median of five. Memory is proportional: pages shared by several processes are divided among them; that of
the page is that of the process that holds it. Of tasks of the main thread those over 50 ms are counted, so 0 means
that none was. Readers look at each view for half a second to one and a half; each of these views has been asked for
before. What the peers import are the columns that they show, unchecked.

Every format that is imported holds the same events under its own columns: UCDP GED names governments and civilians
where its rules ask for them, and ACLED, GDELT and timemap know no end of an event. Parquet and CSV are measured at
every size, UCDP GED, ACLED and GDELT up to a million events, the others up to a hundred thousand."""


@dataclass(frozen=True, slots=True)
class Run:
    """What was measured, on what, and by which command. `facts` are words by name."""

    command: str
    facts: Mapping[str, str]
    measurements: Sequence[Measurement]


# ── JSON ───────────────────────────────────────────────────────────────────────────────────


def as_json(run: Run) -> dict[str, Any]:
    """The run as plain values: facts, measurements with their ratios to the peers, goals with what came of them."""
    peers = by_row(run.measurements)
    return {
        "command": run.command,
        "machine": dict(run.facts),
        "measurements": [one.as_json() | {"ratios": ratios(one, peers)} for one in run.measurements],
        "goals": [
            {
                "id": verdict.goal.id,
                "events": verdict.measurement.events,
                "value": verdict.measurement.value,
                "limit": verdict.limit,
                "at_least": verdict.goal.is_least,
                "met": verdict.is_met,
            }
            for verdict in verdicts(run.measurements)
        ],
    }


def from_json(values: Mapping[str, Any]) -> Run:
    """The run of `as_json`. Raises KeyError or TypeError for other values."""
    names = Measurement.__slots__
    kept = [Measurement(**{name: one[name] for name in names}) for one in values["measurements"]]
    return Run(values["command"], values["machine"], kept)


def merged(old: Iterable[Measurement], new: Sequence[Measurement]) -> list[Measurement]:
    """The old measurements, except those taken anew, and the new ones."""
    anew = {(one.row, one.subject) for one in new}
    return [*(one for one in old if (one.row, one.subject) not in anew), *new]


Rows: TypeAlias = Mapping[tuple[Part, str, int], Mapping[str, Measurement]]
Found: TypeAlias = tuple[tuple[Part, str, int], Mapping[str, Measurement]]
"""A row, and what was measured of each subject."""


def by_row(measurements: Iterable[Measurement]) -> Rows:
    """The measurements of each row by subject, the rows in the order in which they were first measured."""
    found: dict[tuple[Part, str, int], dict[str, Measurement]] = {}
    for one in measurements:
        found.setdefault(one.row, {})[one.subject] = one
    return found


def ratios(measurement: Measurement, rows: Rows) -> dict[str, float]:
    """What was measured of us, divided by what was measured of each peer, where that is not zero."""
    if measurement.subject != OURS:
        return {}
    others = {name: one.value for name, one in rows[measurement.row].items() if name in PEERS}
    return {name: measurement.value / value for name, value in others.items() if value}


# ── Markdown ───────────────────────────────────────────────────────────────────────────────


def markdown(run: Run, notes: Mapping[str, str]) -> str:
    """The page. `notes` say of a goal that was missed what the time goes into, by the goal's id."""
    sizes = sorted({one.events for one in run.measurements})
    parts = [
        "# Benchmarks",
        f"```\n{run.command}\n```",
        "\n".join(f"- {name}: {value}" for name, value in {"measured on": days(run), **run.facts}.items()),
        METHOD,
        "## Goals",
        "\n".join(goals_table(run, sizes)),
        *missed(list(verdicts(run.measurements)), notes),
        *sections(run, sizes),
    ]
    return "\n\n".join(parts) + "\n"


def days(run: Run) -> str:
    return ", ".join(sorted({one.day for one in run.measurements if one.day})) or "no day"


def goals_table(run: Run, sizes: Sequence[int]) -> Iterator[str]:
    """A row for every goal: of each size the limit, what was measured, and whether it was met."""
    found = {(verdict.goal.id, verdict.measurement.events): verdict for verdict in verdicts(run.measurements)}
    yield from head(["goal", *map(count, sizes)])
    for goal in GOALS:
        cells = [found.get((goal.id, events)) for events in sizes]
        if any(cells):
            yield line([goal.words, *(judged(cell) if cell else "" for cell in cells)])


def judged(verdict: Verdict) -> str:
    sign, bound = "✓" if verdict.is_met else "✗", "≥" if verdict.goal.is_least else "≤"
    value, unit = figure(verdict.measurement.value), verdict.measurement.unit
    return f"{sign} {value} ({bound} {figure(verdict.limit)}{f' {unit}' if unit else ''})"


def missed(found: Sequence[Verdict], notes: Mapping[str, str]) -> Iterator[str]:
    """What the time goes into, for every goal that was missed at some size."""
    wrong: dict[str, list[Verdict]] = {}
    for verdict in found:
        if not verdict.is_met:
            wrong.setdefault(verdict.goal.id, []).append(verdict)
    if wrong:
        yield "Where a goal was missed, what the time or the room goes into:"
        yield "\n".join(explained(several, notes) for several in wrong.values())


def explained(several: Sequence[Verdict], notes: Mapping[str, str]) -> str:
    goal: Goal = several[0].goal
    at = ", ".join(count(verdict.measurement.events) for verdict in several)
    return f"- **{goal.words}** ({at}): {notes.get(goal.id) or UNWRITTEN}"


def sections(run: Run, sizes: Sequence[int]) -> Iterator[str]:
    rows = by_row(run.measurements)
    peers = [name for name in PEERS if any(one.subject == name for one in run.measurements)]
    for part, title in TITLES.items():
        names = dict.fromkeys(name for known, name, _ in rows if known == part)
        wanted = [(part, name, events) for name in names for events in sizes]
        found = [(row, rows[row]) for row in wanted if row in rows]
        if found:
            own = [peer for peer in peers if any(peer in subjects for _, subjects in found)]
            yield f"## {title}"
            yield "\n".join(by_form(found, own) if part == "import" else by_number(found, own))


def by_number(found: Sequence[Found], peers: Sequence[str]) -> Iterator[str]:
    """A row for every number at every size."""
    yield from head(["", "events", "Standoff", *heads(peers)])
    for (_, name, events), subjects in found:
        yield line([with_unit(name, subjects), count(events), *figures(subjects, peers)])


def by_form(found: Sequence[Found], peers: Sequence[str]) -> Iterator[str]:
    """A row for every format at every size, in which its numbers, called `format, number`, stand side by side; those
    that were measured of peers too stand beside theirs."""
    titles: dict[str, str] = {}
    compared: dict[str, list[str]] = {}
    lines: dict[tuple[str, int], dict[str, Mapping[str, Measurement]]] = {}
    for (_, name, events), subjects in found:
        form, _, number = name.partition(", ")
        titles.setdefault(number, with_unit(number, subjects))
        compared[number] = [one for one in peers if one in subjects or one in compared.get(number, ())]
        lines.setdefault((form, events), {})[number] = subjects
    yield from head(["", "events", *(text for one in titles for text in (titles[one], *heads(compared[one])))])
    for (form, events), numbers in lines.items():
        cells = (text for one in titles for text in figures(numbers.get(one, {}), compared[one]))
        yield line([form, count(events), *cells])


def heads(peers: Sequence[str]) -> list[str]:
    return [text for peer in peers for text in (PEERS[peer], f"÷ {PEERS[peer]}")]


def figures(subjects: Mapping[str, Measurement], peers: Sequence[str]) -> Iterator[str]:
    """What was measured of us, and of each peer with the ratio to it; empty where nothing was."""
    ours = subjects.get(OURS)
    divided = ratios(ours, {ours.row: subjects}) if ours else {}
    yield figure(ours.value) if ours else ""
    for peer in peers:
        yield figure(subjects[peer].value) if peer in subjects else ""
        yield figure(divided[peer]) if peer in divided else ""


def with_unit(name: str, subjects: Mapping[str, Measurement]) -> str:
    unit = next(iter(subjects.values())).unit
    return f"{name} ({unit})" if unit else name


def head(texts: Sequence[str]) -> Iterator[str]:
    yield line(texts)
    yield line(["---", *["---:"] * (len(texts) - 1)])


def line(texts: Iterable[str]) -> str:
    return f"| {' | '.join(texts)} |"


def count(events: int) -> str:
    """A number of events in few letters: 1 k, 10 M."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if events >= size and events % size == 0:
            return f"{events // size} {letter}"
    return f"{events:,}"


def figure(value: float) -> str:
    """A number with two or three digits that matter."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.2g}"
