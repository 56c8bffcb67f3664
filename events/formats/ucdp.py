"""UCDP Georeferenced Event Dataset, versions 19.1 to 26.1, also as the answer of its API.

The two dates bound when one event happened; they are no duration. Deaths are a range with a best estimate. In fighting
with a state, side A is the government by definition, and elsewhere the order says nothing: neither side is called the
agent. Only in one-sided violence is side A the one that acts (UCDP GED Codebook, R. Högbladh).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from events.dates import day, uncertain
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
)
from events.formats.files import File, Refused
from events.model import ActorKind, Confidence, Event, Participation, PlacePrecision, Role

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
    return {"type_of_violence", "date_start", "date_end", "side_a", "side_b"} <= file.columns


def read(file: File, builder: Builder) -> None:
    """Add every event of the file."""
    builder.terms.append(TERMS)
    source = builder.source(HOME, "Uppsala Conflict Data Program", LABEL)
    for entry in file.entries():
        with builder.row(file.name, entry):
            builder.keep(_event(entry.values, source, builder))


def _event(row: Mapping[str, str], source: str, builder: Builder) -> Event:
    kind = row.get("type_of_violence", "")
    if kind not in KINDS:
        raise Refused("type_of_violence is not 1, 2 or 3", kind)
    where = row.get("where_coordinates") or row.get("country", "")
    return made(
        Event,
        id=event_id(row.get("id", "")),
        title=one_line(f"{row.get('dyad_name') or _sides(row)}, {where}".strip(", ")),
        when=uncertain(_day(row, "date_start"), _day(row, "date_end")),
        summary=clean(_summary(row)),
        kind=builder.kind(KINDS[kind]),
        tags=tuple(f"deaths {name} {_deaths(row, name)}" for name in ESTIMATES if _deaths(row, name) is not None),
        actors=_actors(row, kind, builder),
        place=_place(row, builder),
        confidence=_confidence(row),
        sources=(source,),
        note=_note(row),
    )


def _sides(row: Mapping[str, str]) -> str:
    return " – ".join(row[side] for side in ("side_a", "side_b") if side in row)


def _day(row: Mapping[str, str], name: str) -> int:
    return day(re.split(r"[ T]", row.get(name, ""), maxsplit=1)[0])


def _deaths(row: Mapping[str, str], name: str) -> int | None:
    value = number(row.get(name) or row.get(f"{name}_est", ""), f"number of deaths ({name})")
    return None if value is None else int(value)


def _summary(row: Mapping[str, str]) -> str:
    best, low, high = (_deaths(row, name) for name in ESTIMATES)
    deaths = f"Deaths: {best} (best estimate), between {low} and {high}." if best is not None else "Deaths: not given."
    heading = row.get("source_headline") or row.get("source_article", "")
    return f"{_sides(row)}. {deaths}" + (f" Reported as: {heading}" if heading else "")


def _note(row: Mapping[str, str]) -> str:
    return clean(f"Where: {row['where_description']}.") if "where_description" in row else ""


def _actors(row: Mapping[str, str], kind: str, builder: Builder) -> tuple[Participation, ...]:
    one, two = (_actor(row, side, builder) for side in ("a", "b"))
    if kind == "3":
        return taking_part(Role.AGENT, one) + taking_part(Role.SUBJECT, *{two} - {one})
    return taking_part(Role.COUNTERPART, one, two)


def _actor(row: Mapping[str, str], side: str, builder: Builder) -> str:
    name, code = row.get(f"side_{side}", ""), row.get(f"gwno{side}", "")
    if not name or not code:
        return builder.actor(name, ActorKind.GROUP) if name else ""
    country = name.removeprefix("Government of ")
    return builder.actor(name, ActorKind.GOVERNMENT, builder.state((code, "gw"), (country, "name")))


def _place(row: Mapping[str, str], builder: Builder) -> str | None:
    precision = row.get("where_prec", "").removesuffix(".0")
    if precision == INTERNATIONAL:
        return None
    if precision not in PRECISIONS:
        raise Refused("where_prec is not 1 to 7", precision)
    country = row.get("country", "")
    state = builder.state((row.get("country_id", ""), "gw"), (country, "name"))
    if precision == COUNTRY:
        return builder.place(country, state, None, PlacePrecision.COUNTRY)
    where = point(row.get("latitude", ""), row.get("longitude", ""))
    name = row.get("where_coordinates") or country
    return builder.place(name, state, where, PRECISIONS[precision] if where else PlacePrecision.COUNTRY)


def _confidence(row: Mapping[str, str]) -> Confidence:
    """Two publishers count as two witnesses; where only a number is known, it may count copies of one."""
    offices = {office.strip().casefold() for office in row.get("source_office", "").split(";")} - {""}
    return Confidence.CORROBORATED if len(offices) > 1 else Confidence.SINGLE_SOURCE
