"""EDGE. Events in one flat table on their way into a dossier: one row an event, in Parquet files that grow.

`FLAT` holds what a row says under the ids of the dossier. The values that many rows share are dictionary-encoded.
Beyond the first million rows neighbouring days share files, so that any stretch of time can be read, and put in order
in memory, without opening all the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from events.cube import OPEN_END, OPEN_START
from events.dates import parse, uncertain
from events.formats.ahead import Behind
from events.model import Amount, Confidence, Event, Measure, Role
from events.queries import estimates

MEASURES: Final[tuple[Measure, ...]] = (
    Measure(id="deaths", label="Deaths", unit="deaths", unit_of_one="death"),
    Measure(id="mentions", label="Mentions", unit="mentions", unit_of_one="mention"),
)
"""What imported events are counted by."""
AMOUNTS: Final = tuple(column for measure in MEASURES for column in estimates(measure.id))
_SHARED = pa.dictionary(pa.int32(), pa.string())
FLAT: Final = pa.schema(
    [
        ("file", pa.int32()),
        ("line", pa.int64()),
        ("edited", pa.string()),
        ("id", pa.string()),
        ("earliest", pa.int32()),
        ("latest", pa.int32()),
        ("dated", pa.bool_()),
        ("when", pa.string()),
        ("kind", _SHARED),
        ("confidence", _SHARED),
        ("sourcing", _SHARED),
        ("place", _SHARED),
        ("country", pa.list_(_SHARED)),
        ("actor", pa.list_(_SHARED)),
        ("role", pa.list_(_SHARED)),
        ("source", pa.list_(pa.int32())),
        ("title", pa.string()),
        ("summary", pa.string()),
        ("note", pa.string()),
        ("tags", pa.list_(pa.string())),
        ("words", pa.string()),
        *((name, pa.int32()) for name in AMOUNTS),
    ]
)
"""file, line: where the row stands. edited: when, as text that sorts; empty if that is not known. when: EDTF where it
says more than the two days. summary: null where it is the title. source: positions in the list of sources."""
DAY: Final = pa.field("day", pa.int32())
"""The column of the files by which rows are parted: the first in the order of time. The undated have `OPEN_END`."""
ROWS_AT_ONCE: Final = 2**20
"""Rows that fit into memory to be put in order."""
ROWS_OF_PART: Final = 2**15
_PARTED_ALIKE: Final = 8
"""Times `at_once` rows that are parted at the same days at least."""
_UNEVEN: Final = 4
"""Times its size that a part may have."""
_ENCODED = [
    *("kind", "confidence", "sourcing", "place"),
    *(f"{name}.list.element" for name in ("country", "actor", "role", "source")),
    "edited",
]


class Volume:
    """One Parquet file of rows, and their first and last `DAY`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows, self.first, self.last = 0, OPEN_END, OPEN_START
        self._writer: Any = pq.ParquetWriter(
            path, FLAT.append(DAY), compression="lz4", use_dictionary=_ENCODED, write_statistics=[DAY.name]
        )

    def write(self, table: Any) -> None:
        """Add rows that have their days."""
        self._writer.write_table(table)
        if len(table):
            self.rows += len(table)
            found = pc.min_max(table[DAY.name]).as_py()
            self.first, self.last = min(self.first, found["min"]), max(self.last, found["max"])

    def close(self) -> None:
        """End the file, which can be read from then on, and let go what the writer knows of every part of it."""
        self._writer.close()
        self._writer = None


class Staging:
    """The flat table of an import. The first `at_once` rows are written as they come. All others are parted at days
    between which about `part` of so many rows lie, and each part goes into files of its own.

    The days are those of the first rows to be parted, and are chosen anew where later rows lie quite otherwise.
    """

    def __init__(self, folder: Path, at_once: int = ROWS_AT_ONCE, part: int = ROWS_OF_PART) -> None:
        self.volumes: list[Volume] = []
        self._folder = folder
        self._at_once, self._part = at_once, part
        self._waiting: list[Any] = []
        self._cuts: NDArray[np.int32] = np.array([], np.int32)
        self._open: dict[int, Volume] = {}
        self._parted = 0
        self._hand_over = Behind[Callable[[], Any]](self._write)

    def add(self, make: Callable[[], Any]) -> None:
        """Add rows of `FLAT`, which are made in the thread that writes them. What goes wrong there may be raised by a
        later call."""
        self._hand_over(make)

    def close(self) -> None:
        """Write what is left; there is a file even without rows."""
        self._hand_over(FLAT.empty_table)
        self._hand_over.close()
        self._write_parts()
        self._close_parts()
        self.volumes[0].close()

    def _write(self, make: Callable[[], Any]) -> None:
        table = make()
        table = table.append_column(DAY, first_days(table))
        first = self.volumes[0] if self.volumes else self._volume()
        if first.rows < self._at_once:
            first.write(table)
        else:
            self._waiting.append(by_day(table))
        if sum(map(len, self._waiting)) >= self._at_once:
            self._write_parts()

    def _volume(self) -> Volume:
        self.volumes.append(Volume(self._folder / f"rows-{len(self.volumes)}.parquet"))
        return self.volumes[-1]

    def _write_parts(self) -> None:
        found = parts(self._waiting, self._cuts)
        if not self._open or self._are_uneven(found):
            self._close_parts()
            self._cuts = cuts(self._waiting, self._part)
            found = parts(self._waiting, self._cuts)
        for at, part in enumerate(found):
            if len(part):
                self._write_part(at, part)
        self._waiting = []

    def _are_uneven(self, found: Sequence[Any]) -> bool:
        """Whether other days would part these rows better, and the present ones have served for long enough."""
        return self._parted >= _PARTED_ALIKE * self._at_once and max(map(len, found)) > _UNEVEN * self._part

    def _write_part(self, at: int, part: Any) -> None:
        """Add rows between two cuts to the file that is open for them. A file is ended when it is large."""
        volume = self._open[at] = self._open.get(at) or self._volume()
        volume.write(part)
        self._parted += len(part)
        if volume.rows >= self._at_once:
            self._open.pop(at).close()

    def _close_parts(self) -> None:
        for volume in self._open.values():
            volume.close()
        self._open, self._parted = {}, 0


def first_days(table: Any) -> Any:
    """The `DAY` of rows of `FLAT`."""
    return pc.if_else(table["dated"], pc.fill_null(table["earliest"], OPEN_START), pa.scalar(OPEN_END, DAY.type))


def by_day(table: Any) -> Any:
    """Rows in the order of their days."""
    days = _days(table)
    return table if (days[1:] >= days[:-1]).all() else table.take(pa.array(np.argsort(days, kind="stable")))


def cuts(tables: Sequence[Any], rows: int) -> NDArray[np.int32]:
    """Days between which about so many rows of the tables lie."""
    days = [_days(table) for table in tables]
    return np.unique(np.sort(np.concatenate(days))[rows::rows]) if days else np.array([], np.int32)


def parts(tables: Sequence[Any], cuts: NDArray[np.int32]) -> list[Any]:
    """Tables in the order of days → their rows before the first of the cuts, from each up to the next, and from the
    last."""
    if not tables:
        return []
    ends = [[0, *np.searchsorted(days, cuts).tolist(), len(days)] for days in map(_days, tables)]
    return [
        pa.concat_tables([table.slice(end[at], end[at + 1] - end[at]) for table, end in zip(tables, ends, strict=True)])
        for at in range(len(cuts) + 1)
    ]


def _days(table: Any) -> NDArray[np.int32]:
    found: NDArray[np.int32] = table[DAY.name].to_numpy()
    return found


def event_of(row: dict[str, Any], sources: Mapping[int, str]) -> Event:
    """The record of one row, as Arrow gives it; `sources` are the ids by position."""
    amounts = [(measure.id, [row[name] for name in estimates(measure.id)]) for measure in MEASURES]
    when = None
    if row["dated"]:
        when = parse(row["when"]) if row["when"] else uncertain(row["earliest"], row["latest"])
    return Event.model_validate(
        {
            "id": row["id"],
            "title": row["title"],
            "when": when,
            "summary": row["summary"] or row["title"],
            "kind": row["kind"],
            "tags": tuple(row["tags"] or ()),
            "actors": [
                {"actor": actor, "role": Role(role)} for actor, role in zip(row["actor"], row["role"], strict=True)
            ],
            "place": row["place"],
            "measures": tuple(
                Amount(measure=measure, best=best, low=low, high=high)
                for measure, (best, low, high) in amounts
                if best is not None
            ),
            "confidence": Confidence(row["confidence"]),
            "sources": tuple(sources[at] for at in row["source"]),
            "note": row["note"] or "",
        }
    )
