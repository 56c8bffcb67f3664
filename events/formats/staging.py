"""Events in one flat table on their way into a dossier: one row an event, a Parquet file that grows.

`FLAT` holds what a row says under the ids of the dossier. The values that many rows share are dictionary-encoded.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

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
_ENCODED = [
    *("kind", "confidence", "sourcing", "place"),
    *(f"{name}.list.element" for name in ("country", "actor", "role", "source")),
    "edited",
]


class Staging:
    """The flat table of an import."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: Any = None
        self._hand_over = Behind[Any](self._write)

    def add(self, table: Any) -> None:
        """Add rows of `FLAT`. What goes wrong in writing them may be raised by a later call."""
        self._hand_over(table)

    def close(self) -> None:
        """Write what is left; there is a file even without rows."""
        self._hand_over(FLAT.empty_table())
        self._hand_over.close()
        self._writer.close()

    def _write(self, table: Any) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self.path, FLAT, compression="lz4", use_dictionary=_ENCODED, write_statistics=False
            )
        self._writer.write_table(table)


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
