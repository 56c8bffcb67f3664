"""Plain tables: CSV, TSV, JSON, JSON Lines and Parquet with a row for every event.

Columns are guessed from their names, the guess stands in the report, and a mapping overrides it. A date is EDTF, or a
common spelling with one reading: whether 03/04/2019 is in March or April is judged from the whole column, and where
the column does not tell, the rows are refused until the mapping says `when=date:dmy` or `when=date:mdy`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from events.dates import DateError, DateSpan, parse
from events.formats.building import (
    Builder,
    Terms,
    clean,
    event_id,
    link,
    made,
    one_line,
    point,
    taking_part,
    word,
)
from events.formats.days import Order, common_day, order_of
from events.formats.files import Entry, File, Refused, fail, key
from events.model import ActorKind, Confidence, Event, PlacePrecision, Role
from events.problems import did_you_mean, sentences

LABEL: Final = "plain table"
GUESSES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "id": ("id", "event_id", "uid", "guid", "key"),
        "title": ("title", "headline", "name", "event", "event_name", "label", "titel", "titre", "titulo"),
        "when": (
            *("when", "date", "event_date", "start", "start_date", "date_start", "begin", "datetime", "timestamp"),
            *("day_date", "incident_date", "datum", "fecha"),
        ),
        "end": ("end", "end_date", "date_end", "until", "finish"),
        "summary": ("summary", "description", "desc", "text", "notes", "details", "body", "content", "beschreibung"),
        "kind": ("kind", "type", "category", "event_type", "group", "kategorie", "categoria", "categorie"),
        "lat": ("lat", "latitude", "y", "breite", "latitud"),
        "lon": ("lon", "lng", "long", "longitude", "x", "laenge", "lange", "longitud"),
        "place": ("place", "location", "city", "where", "venue", "place_name", "location_name", "ort", "lugar", "town"),
        "country": (
            "country",
            "country_name",
            "iso3",
            "iso_3",
            "country_code",
            "iso",
            "nation",
            "land",
            "pais",
            "pays",
        ),
        "actors": ("actors", "actor", "who", "participants"),
        "url": ("url", "link", "source_url", "source", "sources", "href", "website"),
        "tags": ("tags", "keywords"),
    }
)
FIELDS: Final = tuple(GUESSES)
DATE_PARTS: Final = ("year", "month", "day")
ORDERS: Final[Mapping[str, Order]] = MappingProxyType({":dmy": "dmy", ":mdy": "mdy"})


def sniff(file: File) -> bool:
    """Whether anything has columns; what they mean is judged when the file is read."""
    return bool(file.columns)


def read(file: File, builder: Builder) -> None:
    """Add every row of the file. Raises `ReadError` if no column can be a title or none says when or where."""
    entries = list(file.entries())
    read_entries(file, entries, builder, columns_of(file, builder.mapping))


def columns_of(file: File, mapping: Mapping[str, str], *, is_placed: bool = False) -> dict[str, str]:
    """The key of the column of each field. Raises `ReadError` if a mapped column is not there or too little is."""
    named = {
        field: key(column.rsplit(":", 1)[0] if column[-4:] in ORDERS else column) for field, column in mapping.items()
    }
    for field, column in named.items():
        if column not in file.columns:
            fix = sentences(did_you_mean(column, file.columns), f"The columns are {', '.join(file.header)}.")
            fail(file.name, f"there is no column “{mapping[field]}” for {field}", fix)
    guessed = {
        field: name
        for field, names in GUESSES.items()
        if field not in named and (name := next((one for one in names if one in file.columns - {*named.values()}), ""))
    }
    columns = guessed | named
    if "when" not in columns and "year" in file.columns:
        columns["when"] = "year"
    _require_enough(file, columns, is_placed)
    return columns


def _require_enough(file: File, columns: Mapping[str, str], is_placed: bool) -> None:
    fix = f"Name one: --map title=COLUMN. The columns are {', '.join(file.header)}."
    if not {"title", "summary"} & columns.keys():
        fail(file.name, "no column is known to hold the title of an event", fix)
    if not is_placed and not {"when", "lat", "place", "country"} & columns.keys():
        fail(file.name, "no column is known to say when or where", fix.replace("title=", "when="))


def read_entries(file: File, entries: Sequence[Entry], builder: Builder, columns: Mapping[str, str]) -> None:
    """Add rows whose columns are known, and say in the report which column was taken for what."""
    builder.terms.append(_terms(file))
    builder.note(_words(file, columns))
    values = [{field: entry.cells.get(name, "") for field, name in columns.items()} for entry in entries]
    order = ORDERS.get(f":{builder.mapping.get('when', '').rsplit(':', 1)[-1]}") or order_of(
        [row[field] for row in values for field in ("when", "end") if field in row]
    )
    states = builder.states([row.get("country", "") for row in values], "auto")
    for entry, row, state in zip(entries, values, states, strict=True):
        with builder.row(file.name, entry):
            cells = entry.values
            parts = {"when": _date_parts(cells)} if columns.get("when") == "year" else {}
            builder.keep(_event(row | parts, _id(row, file, entry, builder), state, order, builder))


def _terms(file: File) -> Terms:
    name = file.name.rsplit("/", 1)[-1]
    return Terms(name, f"Imported from {name}.", "Not stated in the imported file.", "Not stated in the imported file")


def _words(file: File, columns: Mapping[str, str]) -> str:
    written = {key(name): name for name in reversed(file.header)}
    taken = ", ".join(f"{field}={written.get(name, name)}" for field, name in columns.items() if name[0] != "_")
    used = {*columns.values(), *(DATE_PARTS if columns.get("when") == "year" else ())}
    unused = [name for name in file.header if name and key(name) not in used]
    return f"{file.name}: {taken}" + (f"; not used: {', '.join(unused)}" if unused else "")


def _id(row: Mapping[str, str], file: File, entry: Entry, builder: Builder) -> str:
    return event_id(row["id"]) if row.get("id") else builder.new_id(file.name, entry.line)


def _event(row: Mapping[str, str], name: str, state: str | None, order: Order | None, builder: Builder) -> Event:
    summary = clean(row.get("summary", ""))
    title = one_line(row.get("title", "") or summary)
    if not title:
        raise Refused("the row has no title")
    url = link(row.get("url", ""))
    return made(
        Event,
        id=name,
        title=title,
        when=_when(row.get("when", ""), row.get("end", ""), order),
        summary=summary or title,
        kind=builder.kind(row.get("kind", "") or "Event"),
        tags=tuple(tag for tag in map(word, row.get("tags", "").replace(",", ";").split(";")) if tag),
        actors=taking_part(Role.COUNTERPART, *_actors(row.get("actors", ""), builder)),
        place=_place(row, state, builder),
        confidence=Confidence.SINGLE_SOURCE if url else Confidence.UNVERIFIED,
        sources=(builder.source(url),) if url else (),
    )


def _actors(cell: str, builder: Builder) -> list[str]:
    return [builder.actor(name, ActorKind.GROUP) for name in cell.split(";") if name.strip()]


def _place(row: Mapping[str, str], state: str | None, builder: Builder) -> str | None:
    """A point as it is given; a place without one stands for its country."""
    where = point(*(_decimal(row.get(name, "")) for name in ("lat", "lon")))
    precision = PlacePrecision(row.get("precision") or "exact") if where else PlacePrecision.COUNTRY
    return builder.place(row.get("place", "") or (row.get("country", "") if not where else ""), state, where, precision)


def _decimal(text: str) -> str:
    """A number with a decimal point, where one comma stands for it."""
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text


# --- dates


def _date_parts(values: Mapping[str, str]) -> str:
    """EDTF of the columns year, month and day, as far as they are filled."""
    parts = [values.get(name, "").removesuffix(".0") for name in DATE_PARTS]
    known = parts[: next((at for at, part in enumerate(parts) if not part), 3)]
    return "-".join(part.zfill(2 if at else 4) for at, part in enumerate(known))


def _when(start: str, end: str, order: Order | None) -> DateSpan | None:
    """One date, or with an end the duration between two."""
    first, last = (_edtf(text, order) if text else "" for text in (start, end))
    if not first and not last:
        return None
    return parse(f"{first}/{last}") if last and last != first else parse(first)


def _edtf(text: str, order: Order | None) -> str:
    try:
        return parse(text).text
    except DateError:
        return common_day(text, order)
