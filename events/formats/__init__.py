"""EDGE. Files in the formats of other people → records of a dossier, and a report of what became of every row.

A format is recognised by what is in a file, never by its name. Each has a small module with `sniff(file)` and
`read(file, builder)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from events.formats import acled, gdelt, geojson, table, timelinejs, timemap, ucdp
from events.formats.building import Builder, Report, Resolve, Terms, nowhere
from events.formats.files import File, fail, opened
from events.formats.table import FIELDS
from events.model import Actor, Event, Named, Place, Source
from events.problems import did_you_mean, sentences, valid_values

AUTO: Final = "auto"


@dataclass(frozen=True, slots=True)
class Format:
    """One foreign format: how it is recognised and read."""

    name: str
    label: str
    sniff: Callable[[File], bool]
    read: Callable[[File, Builder], None]


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        format.name: format
        for format in (
            Format("ucdp", ucdp.LABEL, ucdp.sniff, ucdp.read),
            Format("acled", acled.LABEL, acled.sniff, acled.read),
            Format("gdelt", gdelt.LABEL, gdelt.sniff, gdelt.read),
            Format("timelinejs", timelinejs.LABEL, timelinejs.sniff, timelinejs.read),
            Format("timemap", timemap.LABEL, timemap.sniff, timemap.read),
            Format("geojson", geojson.LABEL, geojson.sniff, geojson.read),
            Format("table", table.LABEL, table.sniff, table.read),
        )
    }
)
"""Every format by its name, in the order in which they are tried; the most general is the last."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The records of foreign files, all of them valid, and what became of every row."""

    terms: tuple[Terms, ...]
    kinds: tuple[Named, ...]
    events: tuple[Event, ...]
    places: tuple[Place, ...]
    actors: tuple[Actor, ...]
    sources: tuple[Source, ...]
    report: Report


def sniff(path: Path) -> Format:
    """The format of a file, or of the first member of a zip. Raises `ReadError` if it has none that is known."""
    return _sniffed(opened(path)[0])


def read(
    paths: Path | Iterable[Path],
    format: str = AUTO,
    mapping: Mapping[str, str] = MappingProxyType({}),
    resolve: Resolve = nowhere,
) -> Imported:
    """Read one or several files into one set of records.

    `mapping` names the columns of a plain table by field, as `{"when": "Datum"}`. Countries become state codes through
    `resolve`. Raises `ReadError` for a file of which nothing can be read or whose rows are all refused, and ValueError
    for a format that is not known.
    """
    require_known(format)
    builder = Builder(resolve, mapping)
    for path in [paths] if isinstance(paths, Path) else paths:
        for file in opened(path):
            chosen = _chosen(file, format, bool(mapping))
            builder.note(f"{file.name}: read as {chosen.label}")
            chosen.read(file, builder)
    return Imported(
        tuple(dict.fromkeys(builder.terms)),
        builder.kinds,
        builder.events,
        builder.places,
        builder.actors,
        builder.sources,
        builder.report(),
    )


def require_known(format: str) -> None:
    """Raise ValueError, with the valid names and the nearest, unless a format has this name."""
    known = [AUTO, *FORMATS]
    if format not in known:
        raise ValueError(sentences(f"There is no format “{format}”.", did_you_mean(format, known), valid_values(known)))


def mapping_of(words: Iterable[str]) -> dict[str, str]:
    """The mapping that `when=Datum title=Titel` spells. Raises ValueError for another form or an unknown field."""
    pairs = [word.partition("=") for word in words]
    for field, equals, column in pairs:
        if not equals or not column:
            raise ValueError(f"“{field}{equals}” is not FIELD=COLUMN, as when=Datum.")
        if field not in FIELDS:
            raise ValueError(
                sentences(f"There is no field “{field}”.", did_you_mean(field, FIELDS), valid_values(FIELDS))
            )
    return {field: column for field, _, column in pairs}


def _chosen(file: File, format: str, is_mapped: bool) -> Format:
    """A mapping is for plain tables and features, and so makes every file one."""
    if is_mapped and format == AUTO:
        return FORMATS["geojson" if geojson.sniff(file) else "table"]
    return _sniffed(file) if format == AUTO else FORMATS[format]


def _sniffed(file: File) -> Format:
    for format in FORMATS.values():
        if format.sniff(file):
            return format
    fail(file.name, "this is none of the formats that can be imported", valid_values(list(FORMATS)))
