"""EDGE. Files in the formats of other people → records of a dossier, and a report of what became of every row.

A format is recognised by what is in a file, never by its name. Each has a small module with `sniff(file)` and
`read(file, builder)`.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pyarrow as pa

from events.engines.collection import Flat, Settled
from events.formats import acled, gdelt, geojson, table, timelinejs, timemap, ucdp
from events.formats.building import Builder, Progress, Resolve, Terms, nowhere, unseen
from events.formats.files import File, fail, opened
from events.formats.registers import Register, made_actor, made_kind, made_place, made_source
from events.formats.report import Report
from events.formats.staging import MEASURES, event_of
from events.formats.table import FIELDS
from events.model import Actor, Event, Measure, Named, Place, Source
from events.problems import did_you_mean, sentences, valid_values
from events.reading import ReadError

AUTO: Final = "auto"
MOST_HELD: Final = 20_000
"""Events of an import that become tables for people; more become a collection."""
MOST_UNJUDGED: Final = 100_000
"""New objects between two searches for garbage."""
TWICE: Final = "the id is used twice, with different contents"


@dataclass(frozen=True, slots=True)
class Format:
    """One foreign format: how it is recognised and read."""

    name: str
    label: str
    sniff: Callable[[File], bool]
    read: Callable[[File, Builder], None]
    terms: Terms | None = None
    """What always holds for data in this format, whatever reads them."""


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        format.name: format
        for format in (
            Format("ucdp", ucdp.LABEL, ucdp.sniff, ucdp.read, ucdp.TERMS),
            Format("acled", acled.LABEL, acled.sniff, acled.read, acled.TERMS),
            Format("gdelt", gdelt.LABEL, gdelt.sniff, gdelt.read, gdelt.TERMS),
            Format("timelinejs", timelinejs.LABEL, timelinejs.sniff, timelinejs.read),
            Format("timemap", timemap.LABEL, timemap.sniff, timemap.read),
            Format("geojson", geojson.LABEL, geojson.sniff, geojson.read),
            Format("table", table.LABEL, table.sniff, table.read),
        )
    }
)
"""Every format by its name, in the order in which they are tried; the most general is the last."""


class Imported:
    """The records of foreign files, all of them valid, and what became of every row.

    Up to `MOST_HELD` events are there as records. Of more there is only the flat table, which `write` makes a
    collection of.
    """

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._flat = Flat(builder.staging.volumes)
        self.terms: tuple[Terms, ...] = tuple(dict.fromkeys(builder.terms))
        self.report = _report(builder, self._flat.settled)

    @property
    def is_small(self) -> bool:
        """Whether the events are there as records."""
        return self.report.kept <= MOST_HELD

    @property
    def days(self) -> tuple[int | None, int | None]:
        """The first and the last day that any event names."""
        return self._flat.settled.first_day, self._flat.settled.last_day

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The events in the order of their rows. Raises ValueError where they are too many."""
        if not self.is_small:
            raise ValueError(f"{self.report.kept:,} events are too many to be held as records")
        rows = self._flat.rows()
        records = self._builder.sources.records({at for row in rows for at in row["source"]})
        return tuple(event_of(row, {at: record[0] for at, record in records.items()}) for row in rows)

    @cached_property
    def kinds(self) -> tuple[Named, ...]:
        """The kinds that the events are of."""
        return tuple(made_kind(*one) for one in self._used("kind", self._builder.kinds))

    @cached_property
    def actors(self) -> tuple[Actor, ...]:
        """The actors that the events name."""
        return tuple(made_actor(*one) for one in self._used("actor", self._builder.actors))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The places that the events name."""
        return tuple(made_place(*one) for one in self._used("place", self._builder.places))

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The sources that the events name."""
        records = self._builder.sources.records({at for at, _ in self._flat.used("source")})
        return tuple(made_source(*records[at]) for at in sorted(records))

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """What the events are counted by."""
        return tuple(measure for measure in MEASURES if self._flat.has(measure.id))

    def write(self, target: Path) -> None:
        """Write the file of a collection."""
        builder = self._builder
        self._flat.write(
            target,
            [measure.id for measure in self.measures],
            [kind.id for kind in self.kinds],
            dict(zip(builder.actors.ids, builder.actors.records, strict=True)),
            dict(zip(builder.places.ids, builder.places.records, strict=True)),
            builder.sources.tables(),
        )

    def _used(self, column: str, register: Register) -> list[tuple[Any, ...]]:
        used = {one for one, _ in self._flat.used(column)}
        return [register.record(at) for at, one in enumerate(register.ids) if one in used]


def sniff(path: Path) -> Format:
    """The format of a file, or of the first member of a zip. Raises `ReadError` if it has none that is known."""
    return _sniffed(opened(path)[0])


def read(
    paths: Path | Iterable[Path],
    format: str = AUTO,
    mapping: Mapping[str, str] = MappingProxyType({}),
    resolve: Resolve = nowhere,
    folder: Path | None = None,
    progress: Progress = unseen,
) -> Imported:
    """Read one or several files into one set of records.

    A path that is given twice is read once. `mapping` names the columns of a plain table by field, as
    `{"when": "Datum"}`. Countries become state codes through `resolve`. The rows wait in `folder`, or in one of their
    own. `progress` is told how many rows have been read, and what share of the bytes. Raises `ReadError` for a file of
    which nothing can be read or whose rows are all refused, and ValueError for a format that is not known.
    """
    require_known(format)
    pa.set_memory_pool(pa.system_memory_pool())  # Arrow's own takes more memory and system time.
    times = _distinct([paths] if isinstance(paths, Path) else list(paths))
    names = _names(list(times))
    files = [file for path, name in zip(times, names, strict=True) for file in _opened(path, name)]
    builder = Builder(resolve, mapping, folder)
    for name, number in zip(names, times.values(), strict=True):
        if number > 1:
            builder.note(f"{name}: given {number} times, read once")
    total, before = max(1, sum(file.size for file in files)), 0
    try:
        with _seldom_collected():
            for file in (_sheet_of_events(one, format, mapping) for one in files):
                builder.progress = partial(_tell, progress, builder, file, before, total)
                chosen = _chosen(file, format, bool(mapping))
                builder.note(f"{file.name}: read as {chosen.label}")
                for note in file.notes:
                    builder.note(f"{file.name}: {note}")
                chosen.read(file, builder)
                for note in sorted(file.told):
                    builder.note(f"{file.name}: {note}")
                _keep_terms(file, chosen, builder)
                before += file.size
            builder.flush()
    finally:
        builder.sources.close()
        builder.staging.close()
        _release_memory()
    progress(builder.read, 1.0)
    return Imported(builder)


def _distinct(paths: Sequence[Path]) -> dict[Path, int]:
    """Each file by the first path to it, and how often it is given."""
    first = {path.resolve(): path for path in reversed(paths)}
    return {first[file]: times for file, times in Counter(path.resolve() for path in paths).items()}


def _names(paths: Sequence[Path]) -> list[str]:
    """What files are called: by their names, with as many of their folders as tell them apart."""
    parts = [path.absolute().parts for path in paths]
    times = Counter(one[-length:] for one in parts for length in range(1, len(one) + 1))
    return [
        next("/".join(one[-length:]) for length in range(1, len(one) + 1) if times[one[-length:]] == 1) for one in parts
    ]


def _opened(path: Path, name: str) -> list[File]:
    return [replace(file, name=name + file.name.removeprefix(path.name)) for file in opened(path)]


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Have Python look for garbage less often: what readers keep, millions of objects, is looked through each time."""
    before = gc.get_threshold()
    gc.set_threshold(MOST_UNJUDGED, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _release_memory() -> None:
    """Give memory that reading has left over back."""
    pa.default_memory_pool().release_unused()


def _tell(progress: Progress, builder: Builder, file: File, before: int, total: int) -> None:
    progress(builder.read, (before + file.position) / total)


def _report(builder: Builder, settled: Settled) -> Report:
    for twin in settled.twins:
        builder.reject(builder.files[twin.file], twin.line, TWICE, twin.id)
    refused = Counter(builder.refused)
    if settled.refused:
        refused[TWICE] = settled.refused
    order = {file: at for at, file in enumerate(builder.files)}
    return Report(
        read=builder.read,
        kept=settled.kept,
        merged=settled.merged,
        unplaced=settled.unplaced,
        undated=settled.undated,
        refused=dict(refused),
        examples=tuple(sorted(builder.examples, key=lambda one: (order[one.file], one.line))),
        left_out=dict(builder.left_out),
        unresolved={name: number for name, number in builder.unresolved.items() if number},
        notes=builder.told,
    )


def require_known(format: str) -> None:
    """Raise ValueError, with the valid names and the nearest, unless a format has this name."""
    known = [AUTO, *FORMATS]
    if format not in known:
        raise ValueError(sentences(f"There is no format “{format}”.", did_you_mean(format, known), valid_values(known)))


def mapping_of(words: Iterable[str]) -> dict[str, str]:
    """The mapping that `when=Datum title=Titel` spells. Raises ValueError for another form, and for a field that is
    unknown or there twice."""
    pairs = [word.partition("=") for word in words]
    for field, equals, column in pairs:
        if not equals or not column:
            raise ValueError(f"“{field}{equals}” is not FIELD=COLUMN, as when=Datum.")
        if field not in FIELDS:
            raise ValueError(
                sentences(f"There is no field “{field}”.", did_you_mean(field, FIELDS), valid_values(FIELDS))
            )
    mapping = {field: column for field, _, column in pairs}
    if len(mapping) < len(pairs):
        twice = next(field for field, times in Counter(field for field, _, _ in pairs).items() if times > 1)
        raise ValueError(f"{twice} is mapped twice. Name one column for it.")
    return mapping


def _chosen(file: File, format: str, is_mapped: bool) -> Format:
    """A mapping is for plain tables and features, and so makes every file one."""
    if is_mapped and format == AUTO:
        return FORMATS["geojson" if geojson.sniff(file) else "table"]
    return _sniffed(file) if format == AUTO else FORMATS[format]


def _sheet_of_events(file: File, format: str, mapping: Mapping[str, str]) -> File:
    """The first sheet of a workbook that can be read, where a code book or the like stands before it."""
    if not file.sheet:
        return file
    return next((one for one in chain([file], file.others()) if _holds_events(one, format, mapping)), file)


def _holds_events(file: File, format: str, mapping: Mapping[str, str]) -> bool:
    try:
        chosen = _chosen(file, format, bool(mapping))
        return bool(table.columns_of(file, mapping)) if chosen.name == "table" else chosen.sniff(file)
    except ReadError:
        return False


def _keep_terms(file: File, chosen: Format, builder: Builder) -> None:
    """Give data that were read as something else the terms of the format that they show."""
    shown = next((format for format in FORMATS.values() if format.terms and format.sniff(file)), chosen)
    if shown is not chosen and shown.terms:
        builder.terms[-1] = shown.terms
        builder.note(f"{file.name}: the columns are those of {shown.label}, whose terms stay with the data")


def _sniffed(file: File) -> Format:
    for format in FORMATS.values():
        if format.sniff(file):
            return format
    fail(file.name, "this is none of the formats that can be imported", valid_values(list(FORMATS)))
