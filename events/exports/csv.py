"""Records as CSV: UTF-8 without a byte-order mark, CRLF line ends (RFC 4180), under `# ` lines that describe it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeAlias

from events.dates import DateSpan, isoday
from events.dossier import Dossier
from events.model import Event, Place, PlacePrecision, Position, Source, Statement
from events.queries import estimates

Cell: TypeAlias = str | float

STATEMENT_COLUMNS: Final = (
    "id",
    "claim",
    "claim_text",
    "stance",
    "actor",
    "state",
    "date",
    "earliest",
    "latest",
    "quote",
    "language",
    "translation",
    "channel",
    "note",
    "source",
)
POSITION_COLUMNS: Final = (
    "day",
    "state",
    "name",
    "answer",
    "position",
    "since",
    "earliest",
    "latest",
    "basis",
    "confidence",
    "note",
    "source_titles",
    "publishers",
    "published",
    "links",
    "changed",
    "id",
)
COLUMNS: Final = (
    "id",
    "title",
    "date",
    "earliest",
    "latest",
    "place",
    "country",
    "lat",
    "lon",
    "precision",
    "kind",
    "actors",
    "confidence",
    "summary",
    "sources",
    "tags",
)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for the beginning of a formula; the last four are the full-width signs."""
_AFTER_SEPARATOR: Final = re.compile(r"([,;]\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")


def events_csv(dossier: Dossier, ids: Iterable[str], header: Sequence[str]) -> Iterator[str]:
    """Line by line, one an event, in the order of `ids`, below a comment line for each line of `header`.

    Text is quoted, numbers are not; a text that a spreadsheet would run as a formula gets a leading apostrophe.
    `date` is EDTF; an open, unknown or missing day is empty. `lat` and `lon` are degrees (WGS 84), empty for a place
    that is known only as a country. Several actors, sources or tags are joined by `; `. Raises KeyError at an unknown
    id.
    """
    measures = [measure.id for measure in dossier.meta.measures]
    columns = [*COLUMNS, *(column for measure in measures for column in estimates(measure))]
    rows = (dossier.events[one] for one in ids)
    return _written(header, columns, ((*_row(dossier, event), *_amounts(event, measures)) for event in rows))


def statements_csv(dossier: Dossier, ids: Iterable[str], header: Sequence[str]) -> Iterator[str]:
    """Line by line, one a statement, as `events_csv` writes events. Raises KeyError at an unknown id."""
    return _written(header, STATEMENT_COLUMNS, (_said(dossier, dossier.statements[one]) for one in ids))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a state (alpha-3) stands on a day: the record in force, or none, and the words for either.

    `changed` says whether another day has another answer; None where no other day is asked for.
    """

    day: int
    state: str
    name: str
    words: str
    held: Position | None
    changed: bool | None = None


def positions_csv(dossier: Dossier, standings: Iterable[Standing], header: Sequence[str]) -> Iterator[str]:
    """Line by line, one a state and day, in the order of `standings`, as `events_csv` writes events.

    `answer` and what follows it but `position` are empty where no record is in force. Several sources are joined by
    `; `, in one order in all four columns. `changed` is yes, no or empty.
    """
    return _written(header, POSITION_COLUMNS, (_stood(dossier, standing) for standing in standings))


def _written(header: Sequence[str], columns: Sequence[str], rows: Iterable[tuple[Cell, ...]]) -> Iterator[str]:
    yield from (f"# {_comment(line)}\r\n" for line in header)
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    for row in chain([tuple(columns)], rows):
        writer.writerow([_safe(cell) for cell in row])
        yield text.getvalue()
        text.seek(0)
        text.truncate()


def _said(dossier: Dossier, statement: Statement) -> tuple[Cell, ...]:
    actor = dossier.actors[statement.actor]
    return (
        statement.id,
        statement.claim,
        dossier.claims[statement.claim].text,
        statement.stance.value,
        actor.name,
        actor.state or "",
        *_dates(statement.said_on),
        statement.quote,
        statement.language,
        statement.translation,
        statement.channel,
        statement.note,
        _source(dossier.sources[statement.source]),
    )


def _stood(dossier: Dossier, standing: Standing) -> tuple[Cell, ...]:
    changed = {True: "yes", False: "no", None: ""}[standing.changed]
    record = _record(dossier, standing.held) if standing.held else ("",) * 11
    answer, *rest, key = (*record, standing.held.id if standing.held else "")
    return (isoday(standing.day), standing.state, standing.name, answer, standing.words, *rest, changed, key)


def _record(dossier: Dossier, held: Position) -> tuple[str, ...]:
    sources = [dossier.sources[one] for one in held.sources]

    def joined(part: Callable[[Source], str]) -> str:
        return "; ".join(map(part, sources))

    return (
        held.answer,
        *_dates(held.since),
        held.basis.value,
        held.confidence.value,
        held.note,
        joined(lambda source: source.title),
        joined(lambda source: source.publisher),
        joined(lambda source: source.date.text if source.date else ""),
        joined(lambda source: source.url),
    )


def _row(dossier: Dossier, event: Event) -> tuple[Cell, ...]:
    kinds = {kind.id: kind.label for kind in dossier.meta.kinds}
    return (
        event.id,
        event.title,
        *_dates(event.when),
        *_place(dossier.places[event.place] if event.place else None),
        kinds.get(event.kind, event.kind),
        "; ".join(dossier.actors[part.actor].name for part in event.actors),
        event.confidence.value,
        event.summary,
        "; ".join(_source(dossier.sources[one]) for one in event.sources),
        "; ".join(event.tags),
    )


def _dates(when: DateSpan | None) -> tuple[str, str, str]:
    return ("", "", "") if when is None else (when.text, _day(when.earliest), _day(when.latest))


def _day(day: int | None) -> str:
    return "" if day is None else isoday(day)


def _place(place: Place | None) -> tuple[Cell, ...]:
    if place is None:
        return "", "", "", "", ""
    is_point = place.precision is not PlacePrecision.COUNTRY
    degrees = ("" if one is None or not is_point else one for one in (place.lat, place.lon))
    return place.name, place.state or "", *degrees, place.precision.value


def _source(source: Source) -> str:
    return f"{source.publisher} {source.url}"


def _amounts(event: Event, measures: Iterable[str]) -> Iterator[Cell]:
    """Best, lowest and highest estimate of each measure; empty where the event has none."""
    found = {one.measure: (one.best, one.low, one.high) for one in event.measures}
    return (number for measure in measures for number in found.get(measure, ("", "", "")))


def _safe(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _comment(line: str) -> str:
    """One line without quotes, so that no reader takes it for several, and no part of it for a formula."""
    return _AFTER_SEPARATOR.sub(r"\1'", " ".join(line.split()).replace('"', "'"))
