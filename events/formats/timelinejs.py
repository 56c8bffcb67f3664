"""TimelineJS: the sheet as CSV, JSON of version 3, and the older version 2.

An end date is a duration. Dates are known as far as they are filled. TimelineJS counts years before our era as people
say them, without a year zero, so its -44 is 44 BCE, which ISO 8601 writes -0043. Texts are HTML; their words are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any, Final

from events.dates import DateSpan, parse
from events.formats.building import Builder, Terms
from events.formats.cells import (
    NOT_FOUND,
    clean,
    event_id,
    is_missing,
    link,
    made,
    one_line,
    point,
    summary_of,
    with_place,
)
from events.formats.days import common_day
from events.formats.files import Entry, File, Refused, as_text, refuse
from events.model import Confidence, Event, PlacePrecision

LABEL: Final = "TimelineJS"
UNITS: Final = ("year", "month", "day")
OLD_SHEET: Final = {"start_date", "headline", "media"}
ERA: Final = "an era, which is a background and no event"
NO_MEDIUM: Final = "the medium is no link and is left away"
UNKNOWN: Final = "Not stated in the imported file"


def sniff(file: File) -> bool:
    """Whether this is a sheet with headlines and years, or JSON with headlines in `text` or in `timeline`."""
    if file.is_json:
        return isinstance(file.document, dict) and (_is_v3(file.document) or _is_v2(file.document))
    return {"headline", "year"} <= file.columns or file.columns >= OLD_SHEET


def read(file: File, builder: Builder) -> None:
    """Add every slide; the title slide names the dossier, and eras are left out. Raises `ReadError` for other data."""
    if not sniff(file):
        refuse(file.name, LABEL, "there are no slides with headlines and dates")
    title, stem = "", builder.begin(file.name)
    for entry, kind in _slides(file):
        if kind == "title":
            title = title or one_line(_words(entry.cells.get("headline", "")))
            continue
        with builder.row(file.name, entry):
            if kind == "era":
                builder.leave_out(ERA)
            else:
                builder.keep(_event(entry, stem, builder))
    name = file.name.rsplit("/", 1)[-1]
    builder.terms.append(Terms(title or name, f"A timeline imported from {name}.", f"{UNKNOWN}.", UNKNOWN))


# --- three layouts of one slide


def _is_v3(document: Mapping[str, Any]) -> bool:
    events = document.get("events")
    slides = [*events, document.get("title")] if isinstance(events, list) else []
    return any(isinstance(one, dict) and ("start_date" in one or isinstance(one.get("text"), dict)) for one in slides)


def _is_v2(document: Mapping[str, Any]) -> bool:
    timeline = document.get("timeline")
    return isinstance(timeline, dict) and isinstance(timeline.get("date"), list)


def _slides(file: File) -> Iterator[tuple[Entry, str]]:
    """Every slide under the keys of the sheet, and whether it is a title, an era or an event (empty)."""
    if not file.is_json:
        for entry in file.entries():
            yield entry, entry.cells.get("type", "").casefold()
    elif _is_v2(file.document):
        yield from _v2_slides(file.document["timeline"])
    else:
        yield from _v3_slides(file.document)


def _v3_slides(document: Mapping[str, Any]) -> Iterator[tuple[Entry, str]]:
    for kind, name in (("title", "title"), ("", "events"), ("era", "eras")):
        members = document.get(name) or []
        for at, slide in enumerate(members if isinstance(members, list) else [members], 1):
            yield _v3_entry(at, slide), kind


def _v3_entry(at: int, slide: Any) -> Entry:
    if not isinstance(slide, dict):
        return Entry(at, {}, "the slide is not an object of fields")
    text, media, place = (_mapping(slide, name) for name in ("text", "media", "location"))
    values = {
        **{unit: as_text(_mapping(slide, "start_date").get(unit)) for unit in UNITS},
        **{f"end_{unit}": as_text(_mapping(slide, "end_date").get(unit)) for unit in UNITS},
        **{name: as_text(slide.get(name)) for name in ("display_date", "group", "unique_id")},
        **{name: as_text(text.get(name)) for name in ("headline", "text")},
        **{"media": as_text(media.get("url")), "media_credit": as_text(media.get("credit"))},
        **{name: as_text(place.get(name)) for name in ("name", "lat", "lon")},
    }
    return Entry(at, {name: value for name, value in values.items() if value})


def _v2_slides(timeline: Mapping[str, Any]) -> Iterator[tuple[Entry, str]]:
    yield Entry(1, {"headline": as_text(timeline.get("headline"))}), "title"
    for kind, name in (("", "date"), ("era", "era")):
        members = timeline.get(name)
        for at, slide in enumerate(members if isinstance(members, list) else [], 1):
            yield _v2_entry(at, slide), kind


def _v2_entry(at: int, slide: Any) -> Entry:
    if not isinstance(slide, dict):
        return Entry(at, {}, "the slide is not an object of fields")
    asset = _mapping(slide, "asset")
    values = {
        "start_date": as_text(slide.get("startDate")),
        "end_date": as_text(slide.get("endDate")),
        "headline": as_text(slide.get("headline")),
        "text": as_text(slide.get("text")),
        "group": as_text(slide.get("tag")),
        "media": as_text(asset.get("media")),
        "media_credit": as_text(asset.get("credit")),
    }
    return Entry(at, {name: value for name, value in values.items() if value})


def _mapping(slide: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = slide.get(name)
    return value if isinstance(value, dict) else {}


# --- a slide as an event


def _event(entry: Entry, stem: str, builder: Builder) -> Event:
    slide = {name: value for name, value in entry.values.items() if not is_missing(value)}
    text = clean(_words(slide.get("text", "")))
    headline = _words(slide.get("headline", "")) or text
    title = one_line(headline)
    if not title:
        raise Refused("the slide has no headline and no text")
    url, shown_as = link(slide.get("media", "")), slide.get("display_date", "")
    if "media" in slide and not url:
        builder.count(builder.files[-1], NO_MEDIUM, 1)
    place = _place(slide, builder)
    told = summary_of(headline, text)
    if place is None and told != (told := with_place(told, slide.get("name", ""))):
        builder.count(builder.files[-1], NOT_FOUND, 1)
    return made(
        Event,
        id=event_id(slide["unique_id"]) if "unique_id" in slide else f"{stem}-{entry.line}",
        title=title,
        when=_when(slide, builder),
        summary=told,
        kind=builder.kind(slide.get("group", "") or slide.get("tag", "") or "Event"),
        place=place,
        confidence=Confidence.UNVERIFIED,
        sources=(builder.source(url, _words(slide.get("media_credit", "")), title),) if url else (),
        note=f"The timeline shows the date as “{one_line(shown_as)}”." if shown_as else "",
    )


def _place(slide: Mapping[str, str], builder: Builder) -> str | None:
    where = point(slide.get("lat", ""), slide.get("lon", ""))
    return builder.place(slide.get("name", ""), None, where, PlacePrecision.EXACT)


def _when(slide: Mapping[str, str], builder: Builder) -> DateSpan | None:
    if "year" in slide or "end_year" in slide:
        first, last = (_partial([slide.get(f"{prefix}{unit}", "") for unit in UNITS]) for prefix in ("", "end_"))
    else:
        first, last = (_old_date(slide.get(name, ""), builder) for name in ("start_date", "end_date"))
    if not first:
        return None
    return parse(f"{first}/{last}") if last and last != first else parse(first)


def _partial(parts: list[str]) -> str:
    """EDTF of a year, month and day as far as they are filled; a month or a day of 0 is not."""
    numbers = [None if at and not part.strip("0") else _whole(part) for at, part in enumerate(parts)]
    known = numbers[: numbers.index(None)] if None in numbers else numbers
    if not known or known[0] is None:
        return ""
    return "-".join([_year(known[0]), *(f"{number:02}" for number in known[1:])])


def _whole(text: str) -> int | None:
    if text and not re.fullmatch(r"[-+]?\d{1,12}(\.0+)?", text, re.ASCII):
        raise Refused("a year, month or day is not a whole number", text)
    return int(float(text)) if text else None


def _year(number: int) -> str:
    iso = number + (number < 0)
    spelled = f"{abs(iso):04}"
    return f"{'-' if iso < 0 else ''}{spelled}" if len(spelled) == 4 else f"Y{iso}"


def _old_date(text: str, builder: Builder) -> str:
    """EDTF of version 2: `2011,12,10`, with a time behind or less than a day, or `12/10/2011` with the month first."""
    parts = text.split(" ", 1)[0].split(",")
    if all(re.fullmatch(r"-?\d{1,6}", part.strip()) for part in parts[:3]):
        return _partial([part.strip() for part in parts[:3]])
    return builder.date(text, common_day(text, "mdy")) if text else ""


class _Words(HTMLParser):
    """Collects the text of HTML; paragraphs and breaks become new lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Begin a line for a block, and hide what is no text."""
        self._hidden += tag in {"script", "style"}
        if tag in {"p", "br", "div", "li", "blockquote"}:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Show text again."""
        self._hidden -= tag in {"script", "style"} and self._hidden > 0

    def handle_data(self, data: str) -> None:
        """Keep text."""
        if not self._hidden:
            self.parts.append(data)


def _words(html: str) -> str:
    """The words of a text in HTML."""
    if "<" not in html and "&" not in html:
        return html
    reader = _Words()
    reader.feed(html)
    reader.close()
    return re.sub(r"[ \t]*\n\s*", "\n", "".join(reader.parts)).strip()
