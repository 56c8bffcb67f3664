"""GDELT Events 1.0 and 2.0: tab-separated, without a header, or with the names of the columns.

Codes are text (`043`), countries are FIPS 10-4 for places and CAMEO for actors. Only root events are kept, one for each
event id. A place known as a country is that whole country and never its centroid. The rows are coded by a machine from
news, so none of them is verified; the report says what share is left out (GDELT Event Codebook 2.0).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from events.dates import DateSpan, parse
from events.formats.batches import Layout
from events.formats.building import Builder, Terms
from events.formats.cells import point
from events.formats.coded import Coded, interleaved
from events.formats.counts import Counts
from events.formats.files import File, Refused, refuse, require_columns
from events.formats.flattening import Cites, Columns, Part
from events.formats.rows import Memo, Rows
from events.formats.vectors import joined, repeated
from events.model import ActorKind, Confidence, PlacePrecision, Role, SourceKind

LABEL: Final = "GDELT Events"
NOT_ROOT: Final = "not a root event"
ROOTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "01": "Make public statement",
        "02": "Appeal",
        "03": "Express intent to cooperate",
        "04": "Consult",
        "05": "Engage in diplomatic cooperation",
        "06": "Engage in material cooperation",
        "07": "Provide aid",
        "08": "Yield",
        "09": "Investigate",
        "10": "Demand",
        "11": "Disapprove",
        "12": "Reject",
        "13": "Threaten",
        "14": "Protest",
        "15": "Exhibit force posture",
        "16": "Reduce relations",
        "17": "Coerce",
        "18": "Assault",
        "19": "Fight",
        "20": "Use unconventional mass violence",
    }
)
NOWHERE, COUNTRY = "0", "1"
PRECISIONS: Final = {
    "2": PlacePrecision.REGION,
    "3": PlacePrecision.SETTLEMENT,
    "4": PlacePrecision.SETTLEMENT,
    "5": PlacePrecision.REGION,
}
TERMS: Final = Terms(
    LABEL,
    "News reports coded by a machine as who did what to whom. One news report may be coded several times, and wrongly.",
    "The GDELT Project: free use with attribution, https://www.gdeltproject.org/.",
    "The GDELT Project",
    "https://www.gdeltproject.org/about.html#termsofuse",
)
REGIONS: Final = frozenset(
    {
        *("AFR", "ASA", "BLK", "CRB", "CAU", "CFR", "CAS", "CEU", "EIN", "EAF", "EEU", "EUR", "LAM"),
        *("MEA", "MDT", "NAF", "NMR", "PGS", "SCN", "SAM", "SAS", "SEA", "SAF", "WAF", "WST"),
    }
)
"""CAMEO codes of regions, which are no states."""
FIRST: Final = ("globaleventid", "sqldate")
_ACTOR = ("code", "name", "countrycode", "knowngroupcode", "ethniccode", "religion1code", "religion2code")
_ACTOR_TYPES = ("type1code", "type2code", "type3code")
_MIDDLE = ("isrootevent", "eventcode", "eventbasecode", "eventrootcode", "quadclass", "goldsteinscale")
_COUNTS = ("nummentions", "numsources", "numarticles", "avgtone")
_GEO = ("type", "fullname", "countrycode", "adm1code", "adm2code", "lat", "long", "featureid")


def _names(with_adm2: bool) -> tuple[str, ...]:
    actors = [f"actor{at}{part}" for at in (1, 2) for part in (*_ACTOR, *_ACTOR_TYPES)]
    geo = [part for part in _GEO if with_adm2 or part != "adm2code"]
    places = [f"{who}geo_{part}" for who in ("actor1", "actor2", "action") for part in geo]
    return (*FIRST, "monthyear", "year", "fractiondate", *actors, *_MIDDLE, *_COUNTS, *places, "dateadded", "sourceurl")


COLUMNS: Final[Mapping[int, tuple[str, ...]]] = MappingProxyType(
    {57: _names(with_adm2=False)[:-1], 58: _names(with_adm2=False), 61: _names(with_adm2=True)}
)
"""The columns by their number: 1.0 before April 2013 had no link, 2.0 has a second administrative level."""


PLACE: Final = tuple(f"actiongeo_{part}" for part in ("type", "countrycode", "fullname", "lat", "long"))
ACTORS: Final = tuple(
    tuple(f"actor{at}{part}" for part in ("code", "name", "countrycode", "type1code")) for at in (1, 2)
)
NEEDED: Final = frozenset({"globaleventid", "isrootevent", "eventrootcode"})
READ: Final = frozenset(
    {
        *(*FIRST, "isrootevent", "eventcode", "eventrootcode", "dateadded", "sourceurl"),
        *("nummentions", "numsources", "numarticles"),
        *(column for names in (PLACE, *ACTORS) for column in names),
    }
)
"""The columns that are read."""


def sniff(file: File) -> bool:
    """Whether the first row has as many cells as GDELT, an event id and a day, or the header names them."""
    if not file.is_delimited:
        return set(FIRST) <= file.columns or {"globaleventid", "actiongeo_type"} <= file.columns
    cells = re.split(r"[\r\n]", file.head.lstrip("\r\n"), maxsplit=1)[0].split("\t")
    if len(cells) in COLUMNS and cells[0].isdecimal() and re.fullmatch(r"[12]\d{7}", cells[1]):
        return True
    return set(FIRST) <= file.columns or {"globaleventid", "actiongeo_type"} <= file.columns


def read(file: File, builder: Builder) -> None:
    """Add the root events of the file, and say what share of them is placed as a country. Raises `ReadError` for other
    rows."""
    layout = _layout(file)
    builder.terms.append(TERMS)
    builder.begin(file.name)
    reader = _Reader(file, builder)
    for batch in file.batches(READ, layout):
        reader.add(Rows(builder, file.name, batch))
    if reader.roots:
        share = f"{reader.countries:,} of {reader.roots:,} root events ({100 * reader.countries / reader.roots:.0f} %)"
        builder.note(f"{file.name}: {share} are placed as a whole country")


def _layout(file: File) -> Layout | None:
    """The columns of the codebook, for a file that does not name its own."""
    if file.columns & set(FIRST) or not file.is_delimited:
        require_columns(file, LABEL, NEEDED)
        return None
    line, cells = next((row for row in file.first_rows(quoted=False, delimiter="\t") if any(row[1])), (1, []))
    names = COLUMNS.get(len(cells))
    if names is None:
        refuse(file.name, LABEL, f"the first row has {len(cells)} cells, not 57, 58 or 61")
    return Layout(names, "\t", line, quoted=False, strict=True)


class _Reader:
    """Turns batches into events; remembers what it has judged."""

    def __init__(self, file: File, builder: Builder) -> None:
        self._builder = builder
        self._counts = Counts(file, lambda _: (), (), (), builder.note)
        self._roots, self._kinds, self._dates, self._actors, self._places = (Memo() for _ in range(5))
        self._sources: dict[str, Cites] = {}
        self.roots = self.countries = 0

    def add(self, rows: Rows) -> None:
        """Keep the root events of a batch."""
        is_root = rows.distinct(self._roots, _is_root, "isrootevent").column(pa.bool_()).fill_null(True)
        rows.leave_out(~is_root.to_numpy(zero_copy_only=False), NOT_ROOT)
        rows = rows.living()
        kind = rows.distinct(self._kinds, self._kind, "eventrootcode")
        ids = rows.ids("globaleventid")
        when = rows.spans(self._dates, _day, "sqldate")
        mentions = rows.counts("number of mentions", self._counts, "nummentions")
        amounts = rows.amounts("mentions", mentions, mentions, mentions)
        one, other = rows.judged(self._actors, self._actor, *ACTORS)
        place = rows.distinct(self._places, self._place, *PLACE)
        source = rows.sources(self._sources, "sourceurl", SourceKind.NEWS)
        roots = self._labels(kind)
        rows.add(
            Columns(
                id=ids,
                title=rows.line_of(_title(rows, roots)),
                when=when,
                summary=_summary(rows, roots),
                kind=kind,
                tags=interleaved([joined(" ", repeated("CAMEO", len(rows)), rows.text("eventcode"))]),
                actors=[
                    Part(one, Coded.of_all(Role.AGENT, len(rows))),
                    Part(other, Coded.of_all(Role.COUNTERPART, len(rows))),
                ],
                place=place,
                amounts={"mentions": amounts},
                confidence=Coded.of_all(Confidence.UNVERIFIED, len(rows)),
                source=source,
                note=rows.reported_by(source),
                edited=pc.if_else(pc.equal(rows.text("dateadded"), ""), "0", rows.text("dateadded")),
            )
        )
        self.roots += int(rows.alive.sum())
        is_country = pc.equal(rows.text("actiongeo_type"), COUNTRY).to_numpy(zero_copy_only=False)
        self.countries += int((is_country & rows.alive).sum())

    def _labels(self, kind: Coded[str]) -> Any:
        kinds = self._builder.kinds
        names = [one and kinds.record(kinds.position(one))[1] for one in kind.values]
        return Coded(names, kind.codes).column(pa.string()).fill_null("")

    def _kind(self, code: str) -> str:
        root = ROOTS.get(code.zfill(2))
        if root is None:
            raise Refused("EventRootCode is not 01 to 20", code)
        return self._builder.kind(root)

    def _actor(self, code: str, name: str, country: str, type: str) -> tuple[int, ...]:
        if not (name or code):
            return ()
        kind = ActorKind.GOVERNMENT if type == "GOV" else ActorKind.GROUP
        state = self._builder.state((country, "cameo")) if country not in REGIONS else None
        kind = ActorKind.STATE if code == country and self._builder.is_state(name or code, state) else kind
        return (self._builder.actors.position(self._builder.actor(name or code, kind, state)),)

    def _place(self, precision: str, code: str, name: str, lat: str, lon: str) -> str | None:
        precision = precision or NOWHERE
        if precision == NOWHERE:
            return None
        if precision not in (COUNTRY, *PRECISIONS):
            raise Refused("ActionGeo_Type is not 0 to 5", precision)
        state = self._builder.state((code, "fips"))
        if precision == COUNTRY:
            return self._builder.place(name, state, None, PlacePrecision.COUNTRY)
        where = point(lat, lon)
        return self._builder.place(name, state, where, PRECISIONS[precision] if where else PlacePrecision.COUNTRY)


def _is_root(text: str) -> bool:
    if text not in {"0", "1"}:
        raise Refused("IsRootEvent is not 0 or 1", text)
    return text == "1"


def _day(text: str) -> DateSpan | None:
    return parse(f"{text[:4]}-{text[4:6]}-{text[6:]}") if text else None


# --- columns of text


def _title(rows: Rows, roots: Any) -> Any:
    one, other = rows.text("actor1name", "actor1code"), rows.text("actor2name", "actor2code")
    both = pc.and_(pc.not_equal(one, ""), pc.not_equal(other, ""))
    who = pc.if_else(both, joined(" → ", one, other), joined("", one, other))
    return joined(": ", roots, pc.if_else(pc.equal(who, ""), "actors not named", who))


def _summary(rows: Rows, roots: Any) -> Any:
    def blank(words: str) -> Any:
        return repeated(words, len(rows))

    counts = joined(", ", *(_counted(rows.text(f"num{name}s"), name) for name in ("mention", "source", "article")))
    coded = joined("", roots, blank(" (CAMEO "), rows.text("eventcode"), blank("). Coded by a machine from "))
    return joined("", coded, counts, blank("."))


def _counted(count: Any, name: str) -> Any:
    number = pc.if_else(pc.equal(count, ""), "0", count)
    return joined(" ", number, pc.if_else(pc.equal(number, "1"), name, f"{name}s"))
