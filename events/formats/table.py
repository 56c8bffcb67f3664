"""Plain tables: CSV, TSV, XLSX, JSON, JSON Lines and Parquet with a row for every event.

Columns are guessed from their names, the guess stands in the report, and a mapping overrides it. A date is EDTF, or a
common spelling with one reading: whether 03/04/2019 is in March or April is judged from the whole column, and where
the column does not tell or has both orders, such rows are refused until the mapping says `when=date:dmy` or
`when=date:mdy`. The report says what shows the order. In the same way the column shows of which family codes of
countries are, or the mapping says it: `country=state:iso2`. What only a whole column can tell is looked up there once,
in a pass of its own, when the first row asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from events.dates import DateError, DateSpan, parse
from events.exports.csv import FORMULA
from events.formats.batches import Batch
from events.formats.building import FAMILIES, Builder, Terms
from events.formats.cells import NOT_FOUND, NOTHING, is_missing, number, point, with_place, word
from events.formats.coded import Coded, lists_of
from events.formats.counts import Counts
from events.formats.days import MONTHS_OF_YEAR, Order, depends_on_order, edtf_of, judged
from events.formats.files import GEOMETRY_PRECISION, File, Refused, fail, key
from events.formats.flattening import Cited, Cites, Columns, Days, Part
from events.formats.members import name_in, names_in
from events.formats.rows import Memo, Rows
from events.formats.vectors import distinct_cells, missing, numbers, texts
from events.model import ActorKind, Confidence, PlacePrecision, Role, SourceKind
from events.problems import did_you_mean, sentences

LABEL: Final = "plain table"


def _inside(*names: str) -> tuple[str, ...]:
    """Fields of the object of a place, as JSON nests them."""
    return tuple(f"{place}_{name}" for place in ("location", "geo", "coordinates", "place") for name in names)


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
        "lat": ("lat", "latitude", "y", "breite", "latitud", *_inside("lat", "latitude")),
        "lon": (
            "lon",
            "lng",
            "long",
            "longitude",
            "x",
            "laenge",
            "lange",
            "longitud",
            *_inside("lon", "lng", "long", "longitude"),
        ),
        "place": (
            *("place", "location", "city", "where", "venue", "ort", "lugar", "town"),
            *_inside("name"),
        ),
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
        "actor1": ("actor1", "actor_1"),
        "actor2": ("actor2", "actor_2"),
        "url": ("url", "link", "source_url", "source", "sources", "href", "website"),
        "tags": ("tags", "keywords"),
        "deaths": ("deaths", "deaths_best", "fatalities", "best"),
        "deaths_low": ("deaths_low", "low"),
        "deaths_high": ("deaths_high", "high"),
    }
)
FIELDS: Final = tuple(GUESSES)
JUDGED: Final = ("precision", "confidence")
"""What our own export says of a row, in words that in other tables may mean anything."""
OWN: Final = frozenset({"id", "title", "date", "earliest", "latest", "place", "kind", "actors", "sources", *JUDGED})
COUNTED: Final = ("deaths", "deaths_low", "deaths_high")
POINT: Final = ("lat", "lon")
MOST_CODES: Final = 10_000
_RAW_JSON: Final = r'^(\[?\{"|\[".*"\]$)'
NAMIBIA: Final = "NA"
"""The code that elsewhere means that nothing is known; in a column of countries, the whole column tells."""
_ESCAPED: Final = f"^'([{re.escape(''.join(FORMULA))}])"
DATE_PARTS: Final = ("year", "month", "day")
ORDERS: Final[Mapping[str, Order]] = MappingProxyType({"dmy": "dmy", "mdy": "mdy"})
FORMS: Final[Mapping[str, Collection[str]]] = MappingProxyType({"when": ORDERS, "end": ORDERS, "country": FAMILIES})
"""What a mapping may say of a column behind a colon, by field."""


def sniff(file: File) -> bool:
    """Whether anything has columns; what they mean is judged when the file is read."""
    return bool(file.columns)


def read(file: File, builder: Builder) -> None:
    """Add every row of the file. Raises `ReadError` if no column can be a title or none says when or where."""
    columns = columns_of(file, builder.mapping)
    wanted = {*columns.values(), *DATE_PARTS}
    if not is_own(file):
        read_batches(file, file.batches(wanted), file.scan, builder, columns)
        return
    own = columns | {field: field for field in JUDGED if field not in columns}
    found = map(_unescaped, file.batches({*wanted, *JUDGED}))
    read_batches(file, found, lambda names: map(_unescaped, file.scan(names)), builder, own)


def is_own(file: File) -> bool:
    """Whether the columns are those of Standoff's own export."""
    return file.columns >= OWN


def _unescaped(batch: Batch) -> Batch:
    """The cells without the apostrophe that keeps a spreadsheet from running them."""
    columns = {name: pc.replace_substring_regex(cells, _ESCAPED, r"\1") for name, cells in batch.columns.items()}
    return replace(batch, columns=columns)


def columns_of(file: File, mapping: Mapping[str, str], *, is_placed: bool = False) -> dict[str, str]:
    """The key of the column of each field. Raises `ReadError` if a mapped column is not there or too little is."""
    named = {field: key(_parted(field, column)[0]) for field, column in mapping.items()}
    for field, column in named.items():
        if column not in file.columns:
            fix = sentences(did_you_mean(column, file.columns), _listed(file))
            fail(file.name, f"there is no column “{mapping[field]}” for {field}", fix)
    guessed = {
        field: name
        for field, names in GUESSES.items()
        if field not in named and (name := next((one for one in names if one in file.columns - {*named.values()}), ""))
    }
    columns = guessed | named
    numeric = _numeric(file, {guessed[field] for field in COUNTED if field in guessed})
    for field in COUNTED:
        if field in guessed and not ("deaths" in columns and guessed[field] in numeric):
            del columns[field]
    if "when" not in columns and "year" in file.columns:
        columns["when"] = "year"
    if GEOMETRY_PRECISION in file.columns:
        columns["precision"] = GEOMETRY_PRECISION
    _require_enough(file, columns, is_placed)
    return columns


def _parted(field: str, mapped: str) -> tuple[str, str]:
    """The column that a mapping names for a field, and what it says of its form."""
    column, colon, form = mapped.rpartition(":")
    return (column, form) if colon and form in FORMS.get(field, ()) else (mapped, "")


def _numeric(file: File, columns: set[str]) -> set[str]:
    """Those of some columns of whose first filled cells at least half are numbers."""
    first = next(file.scan(columns), None) if columns else None
    given = first.columns if first is not None else {}
    return {name for name in columns if name not in given or _is_numeric(given[name])}


def _is_numeric(column: Any) -> bool:
    if numbers(column) is not None:
        return True
    filled = [text for text in texts(column).to_pylist() if text and text.casefold() not in NOTHING]
    return 2 * sum(map(_is_number, filled)) >= len(filled)


def _is_number(text: str) -> bool:
    try:
        return number(text, "") is not None
    except Refused:
        return False


def _listed(file: File) -> str:
    where = f" of the sheet “{file.sheet_name}”" if file.sheet_name else ""
    others = "".join(f", of “{one.sheet_name}” {', '.join(one.header)}" for one in file.others())
    return f"The columns{where} are {', '.join(file.header)}{others}."


def _require_enough(file: File, columns: Mapping[str, str], is_placed: bool) -> None:
    above = "If these are no names of columns, remove the lines above them."
    fix = sentences("Name one: --map title=COLUMN.", _listed(file), above)
    if not {"title", "summary"} & columns.keys():
        fail(file.name, "no column is known to hold the title of an event", fix)
    if not is_placed and not {"when", "lat", "place", "country"} & columns.keys():
        fail(file.name, "no column is known to say when or where", fix.replace("title=", "when="))


def read_batches(
    file: File,
    batches: Iterable[Batch],
    scan: Callable[[Collection[str]], Iterable[Batch]],
    builder: Builder,
    columns: Mapping[str, str],
    told: Mapping[str, str] | None = None,
) -> None:
    """Add rows whose columns are known, and say in the report which column was taken for what: `told`, where it is not
    the same. `scan` gives all rows once more, with some columns."""
    builder.terms.append(_terms(file))
    builder.note(_words(file, columns if told is None else told))
    reader = _Reader(file, scan, builder, columns)
    verbatim = frozenset(columns[field] for field in ("country", "title") if field in columns)
    for batch in batches:
        reader.add(Rows(builder, file.name, batch, verbatim))
    reader.tell()


def _terms(file: File) -> Terms:
    name = file.name.rsplit("/", 1)[-1]
    title = name.split(".")[0] or name
    return Terms(title, f"Imported from {name}.", "licence not stated in the file", "an author not named in the file")


def _words(file: File, columns: Mapping[str, str]) -> str:
    written = _written(file)
    taken = ", ".join(f"{field}={written.get(name, name)}" for field, name in columns.items())
    used = {*columns.values(), *(DATE_PARTS if columns.get("when") == "year" else ())}
    unused = [name for name in file.header if name and key(name) not in used]
    return f"{file.name}: {taken}" + (f"; not used: {', '.join(unused)}" if unused else "")


def _written(file: File) -> dict[str, str]:
    """The name of each column as the file has it, by its key."""
    return {key(name): name for name in reversed(file.header)}


class _Reader:
    """Turns batches into events; remembers what it has judged."""

    def __init__(
        self,
        file: File,
        scan: Callable[[Collection[str]], Iterable[Batch]],
        builder: Builder,
        columns: Mapping[str, str],
    ) -> None:
        self._scan, self._builder, self._columns = scan, builder, columns
        self._file, self._stem = file, builder.begin(file.name)
        self._kinds, self._dates, self._people, self._places = Memo(), Memo(), Memo(), Memo()
        self._tags, self._confidences, self._sources = Memo(), Memo(), dict[str, Cites]()
        self._known_countries = False
        self._family = self._form("country") or "auto"
        self._told: dict[str, list[str]] = {"when": [], "deaths": [], "country": []}
        counted, coordinates = ([columns[field] for field in fields if field in columns] for fields in (COUNTED, POINT))
        self._counts = Counts(file, scan, counted, coordinates, self._told["deaths"].append)

    def add(self, rows: Rows) -> None:
        """Keep the events of a batch."""
        at = self._columns.get
        ids = rows.ids(at("id", ""), missing=self._stem)
        summary = rows.clean(rows.text(at("summary", "")))
        given = self._title(rows)
        title = rows.line_of(given)
        rows.reject(pc.equal(title, "").to_numpy(zero_copy_only=False), "the row has no title")
        is_raw = pc.match_substring_regex(title, _RAW_JSON).to_numpy(zero_copy_only=False)
        rows.reject(is_raw, "the title is raw JSON: name a column inside it", title)
        when = self._spans(rows)
        deaths = [rows.counts("number of deaths", self._counts, at(field, "")) for field in COUNTED]
        amounts = {"deaths": rows.amounts("deaths", *deaths)} if "deaths" in self._columns else {}
        kind = rows.distinct(self._kinds, self._kind, at("kind", ""))
        actors = rows.judged(self._people, self._actors, *((at(name, ""),) for name in ("actors", "actor1", "actor2")))
        place = rows.distinct(
            self._places, self._place, *(at(name, "") for name in ("place", "country", "lat", "lon", "precision"))
        )
        source = rows.sources(self._sources, at("url", ""), SourceKind.REFERENCE)
        confidence = _confidence(source)
        if "confidence" in self._columns:
            confidence = rows.distinct(self._confidences, _given_confidence, self._columns["confidence"])
        rows.add(
            Columns(
                id=ids,
                title=title,
                when=when,
                summary=self._with_places(rows, place, rows.summaries(given, title, summary)),
                kind=kind,
                tags=lists_of(rows.distinct(self._tags, _tags, at("tags", ""))),
                actors=[Part(part, Coded.of_all(Role.COUNTERPART, len(rows))) for part in actors],
                place=place,
                amounts=amounts,
                confidence=confidence,
                source=source,
                note=rows.reported_by(source),
            )
        )

    def tell(self) -> None:
        """Say in the report what was judged from whole columns, in an order that does not depend on the batches."""
        for words in (one for told in self._told.values() for one in told):
            self._builder.note(f"{self._file.name}: {words}")

    def _title(self, rows: Rows) -> Any:
        """The title, or the summary where there is none. A title such as NA stands where nothing else can."""
        given, summary = (rows.text(self._columns.get(field, "")) for field in ("title", "summary"))
        is_missing = missing(given)
        known = given if is_missing is None else pc.if_else(is_missing, "", given)
        found = pc.if_else(pc.equal(known, ""), summary, known)
        return found if is_missing is None else pc.if_else(pc.equal(found, ""), given, found)

    def _kind(self, label: str) -> str:
        return self._builder.kind(name_in(label, "kind") or "Event")

    def _actors(self, cell: str) -> tuple[int, ...]:
        names = [name for name in names_in(cell, "actor") if not is_missing(name)]
        found = [self._builder.actor(name, ActorKind.GROUP) for name in names]
        return tuple(map(self._builder.actors.position, found))

    def _place(self, name: str, country: str, lat: str, lon: str, how: str) -> str | None:
        """A point as it is given; a place without one stands for its country."""
        state = self._state(country)
        where = point(lat, lon)
        precision = _precision(how or ("exact" if where else "country"))
        country = "" if where or is_missing(country) else country
        return self._builder.place(name or country, state, where, precision)

    def _with_places(self, rows: Rows, place: Coded[str | None], summary: Any) -> Any:
        """The summaries, which name the places that are known by words alone; the report tells their number."""
        named = [rows.text(self._columns[field]) for field in ("place", "country") if field in self._columns]
        is_lost = rows.alive & np.array([*(one is None for one in place.values), False])[place.codes]
        if not named or not is_lost.any():
            return summary
        lost = pa.array(is_lost)
        cells = zip(*(column.filter(lost).to_pylist() for column in (summary, *named)), strict=True)
        found = pc.replace_with_mask(summary, lost, pa.array([with_place(*one) for one in cells], pa.string()))
        rows.tell(pc.not_equal(found, summary).to_numpy(zero_copy_only=False), NOT_FOUND)
        return found

    # --- what a whole column tells

    def _form(self, field: str) -> str:
        """What the mapping says of the form of a column."""
        return _parted(field, self._builder.mapping.get(field, ""))[1]

    def _state(self, country: str) -> str | None:
        """The state of a name or code. Numbers and two letters are judged by all of their column."""
        if not country or (is_missing(country) and country.upper() != NAMIBIA):
            return None
        if not self._known_countries and re.fullmatch(r"\d+(\.0+)?|[A-Za-z]{2}", country):
            self._known_countries = True
            self._judge_countries(self._columns["country"])
        return self._builder.state((country, self._family))

    def _judge_countries(self, name: str) -> None:
        found = {cell: None for cell in self._distinct(name) if cell.upper() == NAMIBIA or not is_missing(cell)}
        column = _written(self._file).get(name, name)
        for one in self._builder.states(list(found)[:MOST_CODES], self._family):
            which = " or ".join(f"--map country={column}:{family}" for family in one.choices)
            self._told["country"].append(f"{column}: {one.words}" + (f"; say which with {which}" if which else ""))

    @cached_property
    def _order(self) -> Order | None:
        if told := ORDERS.get(self._form("when")):
            return told
        names = [self._columns[field] for field in ("when", "end") if field in self._columns]
        written = _written(self._file)
        order, words = judged(" and ".join(written.get(name, name) for name in names), self._distinct(*names))
        self._told["when"].append(words)
        return order

    def _distinct(self, *names: str) -> Iterator[str]:
        return distinct_cells(self._scan(set(names)), names)

    # --- dates

    def _spans(self, rows: Rows) -> Days:
        first, last = (self._columns.get(name, "") for name in ("when", "end"))
        if first == "year":
            return rows.spans(self._dates, self._when_parts, *DATE_PARTS, last)
        return rows.days(self._dates, self._when, first, last, lasting=True)

    def _when_parts(self, year: str, month: str, day: str, end: str) -> DateSpan | None:
        parts = _date_parts([year, month, day])
        if re.fullmatch(r"00\d\d.*", parts):
            self._builder.remark("the year has one or two digits and is read as one of the first century")
        return self._when(parts, end)

    def _when(self, start: str, end: str) -> DateSpan | None:
        """One date, or with an end the duration between two."""
        first, last = (self._edtf(text) if text else "" for text in (start, end))
        if not first and not last:
            return None
        return parse(f"{first}/{last}") if last and last != first else parse(first)

    def _edtf(self, text: str) -> str:
        return self._builder.date(text, edtf_of(text, self._order if depends_on_order(text) else None))


def _tags(cell: str) -> tuple[str, ...]:
    return tuple(tag for tag in map(word, names_in(cell, "tag", ",;")) if tag and not is_missing(tag))


def _precision(word: str) -> PlacePrecision:
    if word not in list(PlacePrecision):
        raise Refused(f"the precision is not {', '.join(PlacePrecision)}", word)
    return PlacePrecision(word)


def _given_confidence(word: str) -> Confidence:
    if word not in list(Confidence):
        raise Refused(f"the confidence is not {', '.join(Confidence)}", word)
    return Confidence(word)


def _confidence(sources: Coded[Cites]) -> Coded[Confidence]:
    """What has a link is said by one source at least."""
    found = [
        Confidence.UNVERIFIED
        if one is None or (isinstance(one, Cited) and not one.positions)
        else Confidence.SINGLE_SOURCE
        for one in sources.values
    ]
    return Coded(found, sources.codes)


def _date_parts(values: Iterable[str]) -> str:
    """EDTF of a year, month and day, as far as they are filled and not 0."""
    parts = [value.removesuffix(".0") for value in values]
    known = parts[: next((at for at, part in enumerate(parts) if not part.strip("0")), 3)]
    if len(known) > 1 and known[1].isdecimal() and int(known[1]) > MONTHS_OF_YEAR:
        raise DateError(f"“{known[1]}” is not a month")
    return "-".join(part.zfill(2 if at else 4) for at, part in enumerate(known))
