"""ACLED, the Armed Conflict Location & Event Data project: exports of every vintage, its API, and GeoJSON of them.

Actor 1 is not an aggressor: ACLED orders the two by its own rules of coding, and the order does not say who began or
who acted. So all of them are counterparts, and nobody is called the agent. Time and place carry a precision: a day, the
week around it or its month; a named place, one nearby, or a region (ACLED Codebook).

The terms of ACLED do not let raw rows be passed on; the licence of the dossier says so.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from events.dates import DateSpan, civil, day, parse, uncertain
from events.formats.building import Builder, Terms
from events.formats.cells import is_missing, point, word
from events.formats.coded import Coded, interleaved
from events.formats.counts import Counts
from events.formats.days import Order, common_day, depends_on_order, excel_day, judged
from events.formats.files import File, Refused, require_columns
from events.formats.flattening import Columns, Part
from events.formats.rows import Memo, Rows
from events.formats.vectors import distinct_cells, joined, repeated
from events.model import ActorKind, Confidence, PlacePrecision, Role

LABEL: Final = "ACLED"
HOME: Final = "https://acleddata.com/"
TERMS: Final = Terms(
    "ACLED events",
    "Political violence and protest, as coded by ACLED from reports. The order of two actors does not say who began.",
    "ACLED's terms of use apply: the raw rows of this dossier may not be passed on or published. Results may be shown "
    "if ACLED is named as the source, with the day of access.",
    "Armed Conflict Location & Event Data (ACLED)",
    "https://acleddata.com/terms-and-conditions/",
    may_share_rows=False,
)
TIME: Final = ("event_date", "time_precision", "time_prec")
PLACE: Final = (
    *("country", "iso3", "iso", "location", "latitude", "longitude"),
    *("geo_precision", "geo_precis"),
)
SIDES: Final = tuple((f"actor{at}", f"inter{at}") for at in (1, 2))
ALLIES: Final = tuple((f"assoc_actor_{at}", f"ally_actor_{at}") for at in (1, 2))
NEEDED: Final = frozenset({"event_date", "event_type", "actor1"})
COLUMNS: Final = frozenset(
    {
        *("event_id_cnty", "data_id", "event_type", "sub_event_type", "fatalities", "notes", "source", "timestamp"),
        *(column for names in (TIME, PLACE, *SIDES, *ALLIES) for column in names),
    }
)
STATE_FORCES: Final = frozenset({"1", "state forces"})
DAY, WEEK, MONTH = "1", "2", "3"
PRECISIONS: Final = {"1": PlacePrecision.EXACT, "2": PlacePrecision.SETTLEMENT, "3": PlacePrecision.REGION}
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SERIAL = re.compile(r"\d{5}(\.0+)?", re.ASCII)
_FORCES_OF = re.compile(r"(?:Military|Police) Forces of (.+?)(?: \(|$)|Government of (.+?)(?: \(|$)")


def sniff(file: File) -> bool:
    """Whether the columns are those of ACLED, old or new."""
    return file.columns >= NEEDED and bool({"event_id_cnty", "data_id", "interaction", "inter1"} & file.columns)


def read(file: File, builder: Builder) -> None:
    """Add every event of the file; of two rows with one id the one that was edited later stands for both. Raises
    `ReadError` for other columns."""
    require_columns(file, LABEL, NEEDED)
    builder.terms.append(TERMS)
    builder.begin(file.name)
    reader = _Reader(file, builder)
    for batch in file.batches(COLUMNS):
        reader.add(Rows(builder, file.name, batch))


class _Reader:
    """Turns batches into events; remembers what it has judged."""

    def __init__(self, file: File, builder: Builder) -> None:
        self._file, self._builder = file, builder
        coordinates = ["latitude", "longitude"]
        self._counts = Counts(
            file, file.scan, ["fatalities"], coordinates, lambda words: builder.note(f"{file.name}: {words}")
        )
        source = builder.source(HOME, "ACLED", "Armed Conflict Location & Event Data")
        self._source = builder.sources.position(source)
        self._kinds, self._dates, self._actors, self._allies = Memo(), Memo(), Memo(), Memo()
        self._places, self._confidences, self._tags = Memo(), Memo(), Memo()

    def add(self, rows: Rows) -> None:
        """Keep the events of a batch."""
        kind = rows.distinct(self._kinds, self._kind, "event_type")
        fatalities = rows.counts("number of fatalities", self._counts, "fatalities")
        deaths = rows.amounts("fatalities", fatalities, fatalities, fatalities)
        ids = rows.ids("event_id_cnty" if rows.has("event_id_cnty") else "data_id")
        when = rows.spans(self._dates, self._when, *TIME)
        summary = rows.clean(_summary(rows))
        one, other = rows.judged(self._actors, self._actor, *SIDES)
        friends, others = rows.judged(self._allies, self._all_of, *ALLIES)
        together = Coded.of_all(Role.COUNTERPART, len(rows))
        rows.add(
            Columns(
                id=ids,
                title=rows.line_of(_title(rows)),
                when=when,
                summary=summary,
                kind=kind,
                tags=interleaved([self._what(rows), _told(deaths[0])]),
                actors=[Part(part, together) for part in (one, friends, other, others)],
                place=rows.distinct(self._places, self._place, *PLACE),
                amounts={"deaths": deaths},
                confidence=rows.distinct(self._confidences, _confidence, "source"),
                source=Coded.of_all(self._source, len(rows)),
                note=_note(rows),
                edited=rows.text("timestamp"),
            )
        )

    def _kind(self, label: str) -> str:
        if not label:
            raise Refused("event_type is empty")
        return self._builder.kind(label)

    def _what(self, rows: Rows) -> Any:
        found = rows.distinct(self._tags, word, "sub_event_type").column(pa.string())
        return pc.if_else(pc.equal(found, ""), None, found)

    def _actor(self, name: str, inter: str) -> tuple[int, ...]:
        return (self._named(name, inter),) if name else ()

    def _all_of(self, names: str, old: str) -> tuple[int, ...]:
        given = map(str.strip, (names or old).split(";"))
        return tuple(self._named(name, "") for name in given if name and not is_missing(name))

    def _named(self, name: str, inter: str) -> int:
        forces = _FORCES_OF.match(name)
        if forces is None and inter.casefold() not in STATE_FORCES:
            return self._builder.actors.position(self._builder.actor(name, ActorKind.GROUP))
        state = self._builder.state(((forces[1] or forces[2]), "name")) if forces else None
        return self._builder.actors.position(self._builder.actor(name, ActorKind.GOVERNMENT, state))

    def _when(self, text: str, precision: str, old: str) -> DateSpan | None:
        return _around(day(self._day(text)), (precision or old or DAY).removesuffix(".0")) if text else None

    def _day(self, text: str) -> str:
        """Any of the spellings that ACLED has used, as an ISO day."""
        if _ISO.fullmatch(text):
            return text
        if _SERIAL.fullmatch(text):
            return excel_day(text)
        return self._builder.date(text, common_day(text, self._order if depends_on_order(text) else None))

    @cached_property
    def _order(self) -> Order | None:
        """What the whole column tells; ACLED's own files have the day first."""
        [name, *_] = TIME
        order, words = judged(name, distinct_cells(self._file.scan({name}), [name]), "dmy")
        self._builder.note(f"{self._file.name}: {words}")
        return order

    def _place(
        self, country: str, iso3: str, iso: str, location: str, lat: str, lon: str, how: str, old: str
    ) -> str | None:
        state = self._builder.state((iso3, "iso3"), (iso, "numeric"), (country, "name"))
        where = point(lat, lon)
        precision = (how or old or "1").removesuffix(".0")
        if precision not in PRECISIONS:
            raise Refused("geo_precision is not 1, 2 or 3", precision)
        fine = PRECISIONS[precision] if where else PlacePrecision.COUNTRY
        return self._builder.place(location or country, state, where, fine)


def _confidence(sources: str) -> Confidence:
    """Sources are separated by semicolons; two of them count as two witnesses."""
    names = {name.strip().casefold() for name in sources.split(";")} - {""}
    return Confidence.CORROBORATED if len(names) > 1 else Confidence.SINGLE_SOURCE


def _around(middle: int, precision: str) -> DateSpan:
    """The day, or for a coarser precision the week around it or its month."""
    match precision:
        case "1":
            return uncertain(middle, middle)
        case "2":
            return uncertain(middle - 3, middle + 3)
        case "3":
            year, month, _ = civil(middle)
            return parse(f"{year:04}-{month:02}")
        case other:
            raise Refused("time_precision is not 1, 2 or 3", other)


# --- columns of text


def _heading(rows: Rows) -> Any:
    """What happened, and between whom."""
    one, other = rows.text("actor1"), rows.text("actor2")
    both = pc.and_(pc.not_equal(one, ""), pc.not_equal(other, ""))
    who = pc.if_else(both, joined(" and ", one, other), joined("", one, other))
    return joined(": ", rows.text("sub_event_type", "event_type"), who)


def _title(rows: Rows) -> Any:
    where, heading = rows.text("location"), _heading(rows)
    return pc.if_else(pc.equal(where, ""), heading, joined(", ", heading, where))


def _summary(rows: Rows) -> Any:
    notes = rows.text("notes")
    return pc.if_else(pc.equal(notes, ""), joined("", _heading(rows), repeated(".", len(rows))), notes)


def _told(deaths: Any) -> Any:
    return joined("", repeated("fatalities ", len(deaths)), deaths.cast(pa.string()))


def _note(rows: Rows) -> Any:
    source, length = rows.text("source"), len(rows)
    words = joined("", repeated("Reported by: ", length), source, repeated(".", length))
    return rows.line_of(pc.if_else(pc.equal(source, ""), "", words))
