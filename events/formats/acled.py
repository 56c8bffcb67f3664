"""ACLED, the Armed Conflict Location & Event Data project: exports of every vintage, its API, and GeoJSON of them.

Actor 1 is not an aggressor: ACLED orders the two by its own rules of coding, and the order does not say who began or
who acted. So all of them are counterparts, and nobody is called the agent. Time and place carry a precision: a day, the
week around it or its month; a named place, one nearby, or a region (ACLED Codebook).

The terms of ACLED do not let raw rows be passed on; the licence of the dossier says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from events.dates import DateSpan, civil, day, parse, uncertain
from events.formats.building import (
    Builder,
    Terms,
    clean,
    event_id,
    made,
    number,
    one_line,
    point,
    taking_part,
    word,
)
from events.formats.days import common_day, excel_day
from events.formats.files import File, Refused
from events.model import ActorKind, Confidence, Event, PlacePrecision, Role

LABEL: Final = "ACLED"
HOME: Final = "https://acleddata.com/"
TERMS: Final = Terms(
    "ACLED events",
    "Political violence and protest, as coded by ACLED from reports. The order of two actors does not say who began.",
    "ACLED's terms of use apply: the raw rows of this dossier may not be passed on or published. Results may be shown "
    "if ACLED is named as the source, with the day of access.",
    "Armed Conflict Location & Event Data (ACLED)",
    "https://acleddata.com/terms-and-conditions/",
)
STATE_FORCES: Final = frozenset({"1", "state forces"})
DAY, WEEK, MONTH = "1", "2", "3"
PRECISIONS: Final = {"1": PlacePrecision.EXACT, "2": PlacePrecision.SETTLEMENT, "3": PlacePrecision.REGION}
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SERIAL = re.compile(r"\d{5}(\.0+)?", re.ASCII)
_FORCES_OF = re.compile(r"(?:Military|Police) Forces of (.+?)(?: \(|$)|Government of (.+?)(?: \(|$)")


def sniff(file: File) -> bool:
    """Whether the columns are those of ACLED, old or new."""
    return {"event_date", "event_type", "actor1"} <= file.columns and bool(
        {"event_id_cnty", "data_id", "interaction", "inter1"} & file.columns
    )


def read(file: File, builder: Builder) -> None:
    """Add every event of the file; of two rows with one id the one that was edited later stands for both."""
    builder.terms.append(TERMS)
    source = builder.source(HOME, "ACLED", "Armed Conflict Location & Event Data")
    for entry in file.entries():
        with builder.row(file.name, entry):
            builder.keep(_event(entry.values, source, builder), order=entry.values.get("timestamp", ""))


def _event(row: Mapping[str, str], source: str, builder: Builder) -> Event:
    kind, what, where = (row.get(name, "") for name in ("event_type", "sub_event_type", "location"))
    if not kind:
        raise Refused("event_type is empty")
    who = " and ".join(row[name] for name in ("actor1", "actor2") if name in row)
    deaths = number(row.get("fatalities", ""), "number of fatalities")
    return made(
        Event,
        id=event_id(row.get("event_id_cnty") or row.get("data_id", "")),
        title=one_line(f"{what or kind}: {who}" + (f", {where}" if where else "")),
        when=_when(row.get("event_date", ""), row.get("time_precision") or row.get("time_prec") or DAY),
        summary=clean(row.get("notes", "") or f"{what or kind}: {who}."),
        kind=builder.kind(kind),
        tags=tuple(filter(None, [word(what), f"fatalities {int(deaths)}" if deaths is not None else ""])),
        actors=taking_part(Role.COUNTERPART, *_actors(row, builder)),
        place=_place(row, builder),
        confidence=_confidence(row),
        sources=(source,),
        note=one_line(f"Reported by: {row['source']}.") if "source" in row else "",
    )


def _confidence(row: Mapping[str, str]) -> Confidence:
    """Sources are separated by semicolons; two of them count as two witnesses."""
    names = {name.strip().casefold() for name in row.get("source", "").split(";")} - {""}
    return Confidence.CORROBORATED if len(names) > 1 else Confidence.SINGLE_SOURCE


def _when(text: str, precision: str) -> DateSpan:
    """The day, or for a coarser precision the week around it or its month."""
    middle = day(excel_day(text) if _SERIAL.fullmatch(text) else _day(text))
    match precision.removesuffix(".0"):
        case "1":
            return uncertain(middle, middle)
        case "2":
            return uncertain(middle - 3, middle + 3)
        case "3":
            year, month, _ = civil(middle)
            return parse(f"{year:04}-{month:02}")
        case other:
            raise Refused("time_precision is not 1, 2 or 3", other)


def _day(text: str) -> str:
    """Any of the spellings that ACLED has used; numbers have the day first."""
    return text if _ISO.fullmatch(text) else common_day(text, "dmy")


def _actors(row: Mapping[str, str], builder: Builder) -> list[str]:
    found = []
    for at in ("1", "2"):
        main = row.get(f"actor{at}", "")
        found += [_actor(main, row.get(f"inter{at}", ""), builder)] if main else []
        allies = row.get(f"assoc_actor_{at}") or row.get(f"ally_actor_{at}", "")
        found += [_actor(name.strip(), "", builder) for name in allies.split(";") if name.strip()]
    return found


def _actor(name: str, inter: str, builder: Builder) -> str:
    forces = _FORCES_OF.match(name)
    if forces is None and inter.casefold() not in STATE_FORCES:
        return builder.actor(name, ActorKind.GROUP)
    state = builder.state(((forces[1] or forces[2]), "name")) if forces else None
    return builder.actor(name, ActorKind.GOVERNMENT, state)


def _place(row: Mapping[str, str], builder: Builder) -> str | None:
    country = row.get("country", "")
    state = builder.state((row.get("iso3", ""), "iso3"), (row.get("iso", ""), "numeric"), (country, "name"))
    where = point(row.get("latitude", ""), row.get("longitude", ""))
    precision = (row.get("geo_precision") or row.get("geo_precis") or "1").removesuffix(".0")
    if precision not in PRECISIONS:
        raise Refused("geo_precision is not 1, 2 or 3", precision)
    return builder.place(
        row.get("location", "") or country, state, where, PRECISIONS[precision] if where else PlacePrecision.COUNTRY
    )
