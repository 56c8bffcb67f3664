"""UCDP Georeferenced Event Dataset, versions 19.1 to 26.1, also as the answer of its API.

The two dates bound when one event happened; they are no duration. Deaths are a range with a best estimate. In fighting
with a state, side A is the government by definition, and elsewhere the order says nothing: neither side is called the
agent. Only in one-sided violence is side A the one that acts (UCDP GED Codebook, R. Högbladh).
"""

from __future__ import annotations

import re
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from events.dates import DateSpan, day, uncertain
from events.formats.building import Builder, Terms
from events.formats.cells import point
from events.formats.coded import Coded, interleaved
from events.formats.counts import Counts
from events.formats.days import without_clock
from events.formats.files import File, Refused, require_columns
from events.formats.flattening import Amounts, Columns, Part
from events.formats.rows import Memo, Rows
from events.formats.vectors import joined, repeated
from events.model import ActorKind, Confidence, PlacePrecision, Role

LABEL: Final = "UCDP Georeferenced Event Dataset"
HOME: Final = "https://ucdp.uu.se/"
KINDS: Final = {"1": "State-based conflict", "2": "Non-state conflict", "3": "One-sided violence"}
COUNTRY, INTERNATIONAL = "6", "7"
PRECISIONS: Final = {
    "1": PlacePrecision.EXACT,
    "2": PlacePrecision.SETTLEMENT,
    "3": PlacePrecision.REGION,
    "4": PlacePrecision.REGION,
    "5": PlacePrecision.REGION,
    COUNTRY: PlacePrecision.COUNTRY,
}
ESTIMATES: Final = ("best", "low", "high")
SIDES: Final = ("side_a", "side_b")
PLACE: Final = ("where_prec", "where_coordinates", "country", "country_id", "latitude", "longitude")
NEEDED: Final = frozenset({"type_of_violence", "date_start", "date_end", *SIDES})
COLUMNS: Final = frozenset(
    {
        *("id", "type_of_violence", "date_start", "date_end", "dyad_name", "gwnoa", "gwnob", *SIDES, *PLACE),
        *(column for name in ESTIMATES for column in (name, f"{name}_est")),
        *("source_headline", "source_article", "source_office", "where_description"),
    }
)
_CODE: Final = re.compile(r"\d+(\.0+)?", re.ASCII)
"""What stands in gwnoa or gwnob where a side is the government of a state."""
TERMS: Final = Terms(
    LABEL,
    "Events of organised violence with at least one death, as coded by the Uppsala Conflict Data Program. The dates of "
    "an event are the first and last day on which it can have happened, not how long it lasted. Deaths are a best "
    "estimate between a low and a high one.",
    "CC BY 4.0. Cite: Sundberg and Melander (2013), “Introducing the UCDP Georeferenced Event Dataset”, Journal of "
    "Peace Research 50(4), and the article of the version.",
    "Uppsala Conflict Data Program",
    "https://creativecommons.org/licenses/by/4.0/",
)


def sniff(file: File) -> bool:
    """Whether the columns are those of GED."""
    return file.columns >= NEEDED


def read(file: File, builder: Builder) -> None:
    """Add every event of the file. Raises `ReadError` for other columns."""
    require_columns(file, LABEL, NEEDED)
    builder.terms.append(TERMS)
    reader = _Reader(file, builder)
    builder.begin(file.name)
    for batch in file.batches(COLUMNS):
        reader.add(Rows(builder, file.name, batch))


class _Reader:
    """Turns batches into events; remembers what it has judged."""

    def __init__(self, file: File, builder: Builder) -> None:
        self._builder = builder
        self._counts = Counts(
            file,
            file.scan,
            [column for name in ESTIMATES for column in (name, f"{name}_est") if column in file.columns],
            ["latitude", "longitude"],
            lambda words: builder.note(f"{file.name}: {words}"),
        )
        self._source = builder.sources.position(builder.source(HOME, "Uppsala Conflict Data Program", LABEL))
        self._kinds, self._dates, self._actors, self._places = Memo(), Memo(), Memo(), Memo()
        self._confidences, self._first, self._second = Memo(), Memo(), Memo()

    def add(self, rows: Rows) -> None:
        """Keep the events of a batch."""
        kind = rows.distinct(self._kinds, self._kind, "type_of_violence")
        ids = rows.ids("id")
        when = rows.days(self._dates, _when, "date_start", "date_end", lasting=False)
        best, low, high = (
            rows.counts(f"number of deaths ({name})", self._counts, name, f"{name}_est") for name in ESTIMATES
        )
        deaths = rows.amounts("deaths", best, low, high)
        given = rows.figures(best, low, high)
        summary = rows.clean(_summary(rows, given))
        note = rows.clean(_note(rows))
        one, other = rows.judged(self._actors, self._actor, ("side_a", "gwnoa"), ("side_b", "gwnob"))
        acting = rows.distinct(self._first, _first_role, "type_of_violence")
        facing = rows.distinct(self._second, _second_role, "type_of_violence")
        rows.add(
            Columns(
                id=ids,
                title=rows.line_of(_title(rows)),
                when=when,
                summary=summary,
                kind=kind,
                tags=_tags(given),
                actors=[Part(one, acting), Part(other, facing)],
                place=rows.distinct(self._places, self._place, *PLACE),
                amounts={"deaths": deaths},
                confidence=rows.distinct(self._confidences, _confidence, "source_office"),
                source=Coded.of_all(self._source, len(rows)),
                note=note,
            )
        )

    def _kind(self, code: str) -> str:
        if code not in KINDS:
            raise Refused("type_of_violence is not 1, 2 or 3", code)
        return self._builder.kind(KINDS[code])

    def _actor(self, name: str, code: str) -> tuple[int, ...]:
        if not name:
            return ()
        if not _CODE.fullmatch(code):
            return (self._builder.actors.position(self._builder.actor(name, ActorKind.GROUP)),)
        state = self._builder.state((code, "gw"), (name.removeprefix("Government of "), "name"))
        return (self._builder.actors.position(self._builder.actor(name, ActorKind.GOVERNMENT, state)),)

    def _place(self, precision: str, name: str, country: str, code: str, lat: str, lon: str) -> str | None:
        precision = precision.removesuffix(".0")
        if precision == INTERNATIONAL:
            return None
        if precision not in PRECISIONS:
            raise Refused("where_prec is not 1 to 7", precision)
        state = self._builder.state((code, "gw"), (country, "name"))
        if precision == COUNTRY:
            return self._builder.place(country, state, None, PlacePrecision.COUNTRY)
        where = point(lat, lon)
        how = PRECISIONS[precision] if where else PlacePrecision.COUNTRY
        return self._builder.place(name or country, state, where, how)


def _when(first: str, last: str) -> DateSpan | None:
    """Somewhere between two days. Without the last it is the first; without the first it is any day up to the last."""
    earliest, latest = _day(first), _day(last or first)
    return None if earliest is None and latest is None else uncertain(earliest, latest)


def _day(text: str) -> int | None:
    return day(without_clock(text)) if text else None


def _first_role(code: str) -> Role:
    return Role.AGENT if code == "3" else Role.COUNTERPART


def _second_role(code: str) -> Role:
    return Role.SUBJECT if code == "3" else Role.COUNTERPART


def _confidence(offices: str) -> Confidence:
    """Two publishers count as two witnesses; where only a number is known, it may count copies of one."""
    names = {office.strip().casefold() for office in offices.split(";")} - {""}
    return Confidence.CORROBORATED if len(names) > 1 else Confidence.SINGLE_SOURCE


# --- columns of text


def _sides(rows: Rows) -> Any:
    one, other = rows.text("side_a"), rows.text("side_b")
    return pc.utf8_trim(joined(" – ", one, other), " –")


def _title(rows: Rows) -> Any:
    dyad = rows.text("dyad_name")
    who = pc.if_else(pc.equal(dyad, ""), _sides(rows), dyad)
    return pc.utf8_trim(joined(", ", who, rows.text("where_coordinates", "country")), ", ")


def _summary(rows: Rows, deaths: Amounts) -> Any:
    best, low, high = (numbers.cast(pa.string()) for numbers in deaths)
    length = len(rows)
    told = joined("", repeated("Deaths: ", length), best, repeated(" (best estimate), between ", length), low)
    told = joined("", told, repeated(" and ", length), high, repeated(".", length)).fill_null("Deaths: not given.")
    heading = rows.text("source_headline", "source_article")
    reported = pc.if_else(pc.equal(heading, ""), "", joined("", repeated(" Reported as: ", length), heading))
    return joined("", _sides(rows), repeated(". ", length), told, reported)


def _note(rows: Rows) -> Any:
    where, length = rows.text("where_description"), len(rows)
    return pc.if_else(pc.equal(where, ""), "", joined("", repeated("Where: ", length), where, repeated(".", length)))


def _tags(deaths: Amounts) -> Any:
    words = [
        joined("", repeated(f"deaths {name} ", len(numbers)), numbers.cast(pa.string()))
        for name, numbers in zip(ESTIMATES, deaths, strict=True)
    ]
    return interleaved(words)
