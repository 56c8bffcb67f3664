"""JSON of timemap, the map of incidents by Forensic Architecture and its forks.

An event has a description rather than a title, filters or associations, and names its sources by id, by link or as
objects. Dates are ISO or have the month first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from events.dates import DateSpan, parse
from events.formats.building import Builder, Terms
from events.formats.cells import (
    NO_LINK,
    NOT_FOUND,
    clean,
    event_id,
    is_missing,
    made,
    one_line,
    point,
    summary_of,
    with_place,
    word,
)
from events.formats.days import Order, depends_on_order, edtf_of, judged
from events.formats.files import Entry, File, Refused, as_text, key, refuse
from events.formats.members import cited
from events.model import Confidence, Event, PlacePrecision

LABEL: Final = "timemap"
PLAIN: Final = frozenset({"date", "latitude", "longitude"})
OWN: Final = frozenset({"associations", "filters", "time_precision", "civid"})
UNKNOWN: Final = "Not stated in the imported file"


def sniff(file: File) -> bool:
    """Whether a list of events has dates, coordinates, and a field that only timemap has."""
    keys = _keys(file)
    return keys >= PLAIN and bool(keys & OWN)


def read(file: File, builder: Builder) -> None:
    """Add every event of the file. Raises `ReadError` for other data."""
    if not _keys(file) >= PLAIN:
        refuse(file.name, LABEL, f"there is no list of events with {', '.join(sorted(PLAIN))}")
    name = file.name.rsplit("/", 1)[-1]
    builder.terms.append(Terms(name, f"Incidents imported from {name}.", f"{UNKNOWN}.", UNKNOWN))
    builder.begin(file.name)
    items, known = _items(file.document), dict(_sources(file.document))
    dates = [as_text(item.get("date")) for item in items if isinstance(item, dict)]
    order, words = judged("date", dates, "mdy")
    if any(map(depends_on_order, dates)):
        builder.note(f"{file.name}: {words}")
    for at, item in enumerate(items, 1):
        with builder.row(file.name, Entry(at, {})):
            builder.keep(_event(item, order, known, builder))


def _keys(file: File) -> set[str]:
    """The fields of the first events."""
    return {key(str(name)) for item in _items(file.document)[:50] if isinstance(item, dict) for name in item}


def _items(document: Any) -> list[Any]:
    found = document.get("events") if isinstance(document, dict) else document
    return found if isinstance(found, list) else []


def _sources(document: Any) -> Iterator[tuple[str, str]]:
    """(id, the source as a cell) of the sources that stand beside the events."""
    found = document.get("sources") if isinstance(document, dict) else None
    members = found.items() if isinstance(found, dict) else ((None, one) for one in found or [])
    for name, source in members:
        if isinstance(source, dict):
            yield as_text(source.get("id") or name), as_text(source)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _event(item: Any, order: Order | None, known: Mapping[str, str], builder: Builder) -> Event:
    if not isinstance(item, dict):
        raise Refused("the item is not an object of fields", item)
    item = {name: value for name, value in item.items() if not is_missing(as_text(value))}
    summary = clean(as_text(item.get("description")))
    heading = as_text(item.get("title")) or summary
    title = one_line(heading)
    if not title:
        raise Refused("the event has no description")
    found = [cited(_cell_of(one, known)) for one in _listed(item.get("sources"))]
    sources = tuple(dict.fromkeys(builder.source(*link) for links, _ in found for link in links))
    words = "; ".join(word for _, others in found for word in others)
    builder.count(builder.files[-1], NO_LINK, bool(words))
    place = _place(item, builder)
    told = summary_of(heading, summary)
    if place is None and told != (told := with_place(told, as_text(item.get("location")))):
        builder.count(builder.files[-1], NOT_FOUND, 1)
    return made(
        Event,
        id=event_id(as_text(item.get("id") or item.get("civId"))),
        title=title,
        when=_when(as_text(item.get("date")), order, builder),
        summary=told,
        kind=builder.kind(as_text(item.get("category") or item.get("type")) or "Incident"),
        tags=tuple(dict.fromkeys(filter(None, map(word, _tags(item))))),
        place=place,
        confidence=Confidence.SINGLE_SOURCE if sources else Confidence.UNVERIFIED,
        sources=sources,
        note=clean("\n".join(filter(None, [as_text(item.get("comments")), words and f"Reported by: {words}."]))),
    )


def _cell_of(source: Any, known: Mapping[str, str]) -> str:
    """A source as a cell; one that is named by its id is looked up, if it does not say itself where it is read."""
    text = as_text(source)
    if isinstance(source, dict) and not cited(text)[0]:
        return known.get(as_text(source.get("id")), text)
    return known.get(text, text)


def _tags(item: Mapping[str, Any]) -> Iterator[str]:
    for name in ("associations", "filters", "tags"):
        for one in _listed(item.get(name)):
            yield (
                ": ".join(filter(None, (as_text(one.get(part)) for part in ("key", "value"))))
                if isinstance(one, dict)
                else as_text(one)
            )


def _place(item: Mapping[str, Any], builder: Builder) -> str | None:
    where = point(as_text(item.get("latitude")), as_text(item.get("longitude")))
    return builder.place(as_text(item.get("location")), None, where, PlacePrecision.EXACT)


def _when(text: str, order: Order | None, builder: Builder) -> DateSpan | None:
    edtf = builder.date(text, edtf_of(text, order)) if text else ""
    return parse(edtf) if edtf else None
