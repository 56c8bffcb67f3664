"""GDELT Events 1.0 and 2.0: tab-separated, without a header, or with the names of the columns.

Codes are text (`043`), countries are FIPS 10-4 for places and CAMEO for actors. Only root events are kept, one for each
event id. A place known as a country is that whole country and never its centroid. The rows are coded by a machine from
news, so none of them is verified; the report says what share is left out (GDELT Event Codebook 2.0).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from events.dates import DateSpan, parse
from events.formats.building import Builder, Terms, event_id, link, made, one_line, point, taking_part
from events.formats.files import Entry, File, Refused, fail
from events.model import ActorKind, Confidence, Event, Participation, PlacePrecision, Role, SourceKind

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


def sniff(file: File) -> bool:
    """Whether the first row has as many cells as GDELT, an event id and a day, or the header names them."""
    if set(FIRST) <= file.columns or {"globaleventid", "actiongeo_type"} <= file.columns:
        return True
    if file.table is not None:
        return False
    cells = re.split(r"[\r\n]", file.text.lstrip("\r\n"), maxsplit=1)[0].split("\t")
    return len(cells) in COLUMNS and cells[0].isdecimal() and bool(re.fullmatch(r"[12]\d{7}", cells[1]))


def read(file: File, builder: Builder) -> None:
    """Add the root events of the file, and say what share of them is placed as a country."""
    builder.terms.append(TERMS)
    roots = countries = 0
    for entry in _entries(file):
        with builder.row(file.name, entry):
            match entry.values.get("isrootevent", ""):
                case "1":
                    builder.keep(_event(entry.values, builder), order=entry.values.get("dateadded", "0"))
                    roots += 1
                    countries += entry.values.get("actiongeo_type") == COUNTRY
                case "0":
                    builder.leave_out(NOT_ROOT)
                case other:
                    raise Refused("IsRootEvent is not 0 or 1", other)
    if roots:
        share = f"{countries:,} of {roots:,} root events ({100 * countries / roots:.0f} %)"
        builder.note(f"{file.name}: {share} are placed as a whole country")


def _entries(file: File) -> Iterator[Entry]:
    """The rows, by the names of the codebook or by those of a header."""
    if file.columns & set(FIRST):
        yield from file.entries()
        return
    rows = [(line, cells) for line, cells in file.rows(quoted=False, delimiter="\t") if any(cells)]
    width = len(rows[0][1])
    names = COLUMNS.get(width)
    if names is None:
        fail(file.name, f"the first row has {width} cells; GDELT has 57, 58 or 61", "", rows[0][0])
    line, last = rows[-1]
    if len(last) < width and not file.text.endswith(("\n", "\r")):
        reason = f"this file is cut off in its last row, which has {len(last)} of {width} cells"
        fail(file.name, reason, "Save or download it again.", line)
    for line, cells in rows:
        fault = "" if len(cells) == width else f"the row has {len(cells)} cells, the first has {width}"
        values = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if cell.strip()}
        yield Entry(line, values, fault)


def _event(row: Mapping[str, str], builder: Builder) -> Event:
    code = row.get("eventcode", "")
    root = ROOTS.get(row.get("eventrootcode", "").zfill(2))
    if root is None:
        raise Refused("EventRootCode is not 01 to 20", row.get("eventrootcode", ""))
    who = [row.get(f"actor{at}name") or row.get(f"actor{at}code", "") for at in (1, 2)]
    url = link(row.get("sourceurl", ""))
    return made(
        Event,
        id=event_id(row.get("globaleventid", "")),
        title=one_line(f"{root}: {' → '.join(filter(None, who)) or 'actors not named'}"),
        when=_day(row.get("sqldate", "")),
        summary=f"{root} (CAMEO {code}). {_mentions(row)}",
        kind=builder.kind(root),
        tags=(f"CAMEO {code}",),
        actors=_actors(row, builder),
        place=_place(row, builder),
        confidence=Confidence.UNVERIFIED,
        sources=(builder.source(url, kind=SourceKind.NEWS),) if url else (),
    )


def _day(text: str) -> DateSpan:
    return parse(f"{text[:4]}-{text[4:6]}-{text[6:]}")


def _mentions(row: Mapping[str, str]) -> str:
    counts = [f"{row.get(f'num{name}', '0')} {name}" for name in ("mentions", "sources", "articles")]
    return f"Coded by a machine from {', '.join(counts)}."


def _actors(row: Mapping[str, str], builder: Builder) -> tuple[Participation, ...]:
    """The first actor does what the second is the object of; one that is both takes part once."""
    one, two = _actor(row, 1, builder), _actor(row, 2, builder)
    return taking_part(Role.AGENT, one) + taking_part(Role.COUNTERPART, two if two != one else "")


def _actor(row: Mapping[str, str], at: int, builder: Builder) -> str:
    code, country = row.get(f"actor{at}code", ""), row.get(f"actor{at}countrycode", "")
    name = row.get(f"actor{at}name", "") or code
    if not name:
        return ""
    kind = ActorKind.GOVERNMENT if row.get(f"actor{at}type1code") == "GOV" else ActorKind.GROUP
    state = builder.state((country, "cameo")) if country not in REGIONS else None
    return builder.actor(name, ActorKind.STATE if code == country and builder.is_state(name, state) else kind, state)


def _place(row: Mapping[str, str], builder: Builder) -> str | None:
    precision, code = row.get("actiongeo_type", NOWHERE), row.get("actiongeo_countrycode", "")
    if precision == NOWHERE:
        return None
    if precision not in (COUNTRY, *PRECISIONS):
        raise Refused("ActionGeo_Type is not 0 to 5", precision)
    state, name = builder.state((code, "fips")), row.get("actiongeo_fullname", "")
    if precision == COUNTRY:
        return builder.place(name, state, None, PlacePrecision.COUNTRY)
    where = point(row.get("actiongeo_lat", ""), row.get("actiongeo_long", ""))
    return builder.place(name, state, where, PRECISIONS[precision] if where else PlacePrecision.COUNTRY)
