"""The view is a value: one frozen record, and everything that is rendered from it.

The URL, the sentence over the map, the chips, the file name of a picture and the header of a
CSV all come from the same `View`. One registry, `FIELDS`, drives both directions of the URL.
"""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Final
from urllib.parse import parse_qsl, quote

from dashboard.labels import STANCE_VERBS
from events import dates
from events.model import Stance
from events.selection import Clock as ClockName
from events.selection import Known, OneOf, Selection, ValueField, Within, Words


class Lens(StrEnum):
    """Which table the map, the timeline and the list read: events, statements on claims, or positions."""

    HAPPENED = "happened"
    SAID = "said"
    STANDS = "stands"


class Lanes(StrEnum):
    """What the lanes of the timeline stand for."""

    SIDE = "side"
    KIND = "kind"
    NONE = "none"


class Spacing(StrEnum):
    """Whether a day is as wide as a day, or every gap between events as wide as the next."""

    PROPORTIONAL = "proportional"
    EVEN = "even"


class Clock(StrEnum):
    """Which day of an event counts: the day it happened, or the day it was first reported."""

    HAPPENED = "happened"
    REPORTED = "reported"


class Colouring(StrEnum):
    """What the colour of a mark on the timeline stands for."""

    NONE = "none"
    CONFIDENCE = "confidence"
    SOURCING = "sourcing"


class Sort(StrEnum):
    """In which order events are listed; *most* and *least* go by the measure that is counted."""

    OLDEST = "oldest"
    NEWEST = "newest"
    MOST = "most"
    LEAST = "least"


class Projection(StrEnum):
    """How the globe is laid flat. The first is equal-area."""

    EQUAL_EARTH = "equal-earth"
    NATURAL_EARTH = "natural-earth"
    GLOBE = "globe"


class Table(StrEnum):
    """Which picture is shown as the table of its numbers."""

    NONE = "none"
    MAP = "map"
    TIMELINE = "timeline"
    MATRIX = "matrix"


class Theme(StrEnum):
    """Light or dark paper; *system* follows the reader's device."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Camera:
    """Where the map looks: centre in degrees, and magnification (1 shows the world)."""

    lon: float
    lat: float
    zoom: float


@dataclass(frozen=True, slots=True)
class View:
    """All that a reader has chosen. Days count from 1970-01-01, as in `events.dates`."""

    lens: Lens = Lens.HAPPENED
    on: int | None = None
    first: int | None = None
    last: int | None = None
    certain: bool = False
    countries: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    confidences: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    stances: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    agreements: tuple[str, ...] = ()
    sourcings: tuple[str, ...] = ()
    words: str = ""
    patience: int = 1
    known: int | None = None
    clock: Clock = Clock.HAPPENED
    against: int | None = None
    colour: Colouring = Colouring.NONE
    story: str = ""
    step: int = 1
    record: str = ""
    lanes: Lanes = Lanes.SIDE
    spacing: Spacing = Spacing.PROPORTIONAL
    window: tuple[int, int] | None = None
    projection: Projection = Projection.EQUAL_EARTH
    camera: Camera | None = None
    table: Table = Table.NONE
    measure: str = ""
    sort: Sort = Sort.OLDEST
    page: int = 1
    theme: Theme = Theme.SYSTEM

    @property
    def selection(self) -> Selection:
        """The filters alone, as the query layer takes them."""
        chosen = (OneOf(name, frozenset(getattr(self, attr))) for name, attr in CLAUSES)
        period = [Within(self.first, self.last, self.certain, self.clock_name)] if self.has_period else []
        return Selection.of(*chosen, *period, Words(self.words, self.patience), Known(self.known))

    @property
    def clock_name(self) -> ClockName:
        """The clock as the query layer spells it."""
        return "reported" if self.clock is Clock.REPORTED else "happened"

    @property
    def has_period(self) -> bool:
        """Whether the timeline is filtered on either side."""
        return self.first is not None or self.last is not None

    def toggled(self, attr: str, value: str) -> View:
        """The view with one value of a filter added, or removed where it was set."""
        changes: dict[str, Any] = {attr: toggled(getattr(self, attr), value)}
        return replace(self, **changes)


def toggled(values: Iterable[str], value: str) -> tuple[str, ...]:
    """Chosen values with one added, or removed where it was among them."""
    return tuple(sorted({*values} ^ {value}))


CLAUSES: tuple[tuple[ValueField, str], ...] = (
    ("country", "countries"),
    ("actor", "actors"),
    ("kind", "kinds"),
    ("place", "places"),
    ("claim", "claims"),
    ("stance", "stances"),
    ("status", "statuses"),
    ("agreement", "agreements"),
    ("confidence", "confidences"),
    ("sourcing", "sourcings"),
)
"""Name of a clause in `events.selection`, and the field of the view that holds its values."""


@dataclass(frozen=True)
class Vocabulary:
    """The values that a parameter may take in one dossier."""

    countries: Mapping[str, str]
    actors: Mapping[str, str]
    places: Mapping[str, str]
    kinds: Mapping[str, str]
    confidences: Mapping[str, str]
    claims: Mapping[str, str]
    stances: Mapping[str, str]
    statuses: Mapping[str, str]
    agreements: Mapping[str, str]
    sourcings: Mapping[str, str]
    measures: Mapping[str, str]
    records: Collection[str]
    stories: Collection[str]
    lenses: Collection[str]

    def names(self, attr: str) -> Mapping[str, str]:
        """Id → name on screen of what a list-valued field of the view may hold."""
        names: Mapping[str, str] = getattr(self, attr)
        return names


class ParameterError(ValueError):
    """A value that a parameter cannot take; the message says which it can. `wrong` may be meant for one of `valid`."""

    def __init__(self, message: str, wrong: str = "", valid: Collection[str] = ()) -> None:
        super().__init__(message)
        self.wrong, self.valid = wrong, valid


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of the view: its attribute, its key in the URL, and both directions."""

    attr: str
    key: str
    parse: Callable[[str, Vocabulary], Any]
    render: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Ignored:
    """A part of an address that was left aside, and why."""

    key: str
    text: str
    why: ParameterError

    def note(self, *, with_guess: bool) -> str:
        """What a reader is told; to guess what was meant takes long where a dossier names much."""
        guess = _guess(self.why.wrong, self.why.valid) if with_guess else ""
        return f"“{_short(self.key)}={_short(self.text)}” in the address was ignored: {self.why}{guess}"


@dataclass(frozen=True)
class Parsed:
    """A view read from a URL, and what was left aside; a period that ends before it begins is left aside whole."""

    view: View
    ignored: tuple[Ignored, ...] = field(default=())
    reversed_period: tuple[int, int] | None = None

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """One sentence for each parameter that was left aside; of very many, for the first and for how many there
        are. Made where they are read, for an address is read more often than its notes."""
        told = (one.note(with_guess=at < MOST_GUESSED) for at, one in enumerate(self.ignored[:MOST_NOTED]))
        return (*told, *self._others(), *self._reversed())

    def _others(self) -> Iterator[str]:
        others = len(self.ignored) - MOST_NOTED
        if others > 0:
            yield f"Also ignored in the address: {others:,} more."

    def _reversed(self) -> Iterator[str]:
        if self.reversed_period:
            first, last = map(dates.isoday, self.reversed_period)
            yield f"The period in the address was ignored: {first} is after {last}."


MOST_NOTED: Final = 10
"""Ignored parameters of an address that are named one by one."""
MOST_GUESSED: Final = 3
"""Of these the ones for which the nearest valid name is looked for."""
MOST_COMPARED: Final = 5_000
"""Names among which the nearest is looked for."""


def _guess(wrong: str, valid: Collection[str]) -> str:
    if not 0 < len(wrong) <= LONGEST_NOTED or len(valid) > MOST_COMPARED:
        return ""
    near = difflib.get_close_matches(wrong, list(valid), n=1)
    return f" Did you mean “{near[0]}”?" if near else ""


def _one_of(kind: type[StrEnum]) -> Callable[[str, Vocabulary], StrEnum]:
    valid = [member.value for member in kind]

    def parse(text: str, _: Vocabulary) -> StrEnum:
        if text in valid:
            return kind(text)
        raise ParameterError(f"it can be {', '.join(valid)}.", text, valid)

    return parse


def _lens(text: str, vocabulary: Vocabulary) -> StrEnum:
    lens = _one_of(Lens)(text, vocabulary)
    if lens not in vocabulary.lenses:
        raise ParameterError("the dossier has no statements or positions to show there.")
    return lens


def _members(attr: str) -> Callable[[str, Vocabulary], tuple[str, ...]]:
    def parse(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
        valid = vocabulary.names(attr)
        asked = {part for part in text.split(",") if part}
        for value in sorted(value for value in asked if value not in valid):
            raise ParameterError(f"the dossier has no “{_short(value)}”.", value, valid)
        return tuple(sorted(asked))

    return parse


def _record(text: str, vocabulary: Vocabulary) -> str:
    if text and text not in vocabulary.records:
        raise ParameterError(f"the dossier has no record “{_short(text)}”.", text, vocabulary.records)
    return text


def _story(text: str, vocabulary: Vocabulary) -> str:
    if text and text not in vocabulary.stories:
        raise ParameterError(f"the dossier has no story “{_short(text)}”.", text, vocabulary.stories)
    return text


def _measure(text: str, vocabulary: Vocabulary) -> str:
    valid = vocabulary.measures
    if text and text not in valid:
        offered = f"it can be {', '.join(valid)}" if valid else "the dossier counts nothing but its records"
        raise ParameterError(f"{offered}.", text, valid)
    return text


def _counted(what: str, most: int = 9_999_999) -> Callable[[str, Vocabulary], int]:
    def parse(text: str, _: Vocabulary) -> int:
        if not re.fullmatch(r"[1-9]\d{0,6}", text) or int(text) > most:
            raise ParameterError(f"{what} is a number from 1 to {most:,}.")
        return int(text)

    return parse


def _day(text: str, _: Vocabulary) -> int | None:
    if not text:
        return None
    try:
        return dates.day(text)
    except dates.DateError as error:
        raise ParameterError("a day is written like 2019-04-30.") from error


def _render_day(day: int | None) -> str:
    return "" if day is None else dates.isoday(day)


def _window(text: str, vocabulary: Vocabulary) -> tuple[int, int] | None:
    if not text:
        return None
    start, _, end = text.partition("..")
    first, last = _day(start, vocabulary), _day(end, vocabulary)
    if first is None or last is None or first >= last:
        raise ParameterError("a stretch of time is written like 2019-01-01..2019-06-30.")
    return first, last


def _render_window(window: tuple[int, int] | None) -> str:
    return "" if window is None else "..".join(map(dates.isoday, window))


def _camera(text: str, _: Vocabulary) -> Camera | None:
    if not text:
        return None
    if not re.fullmatch(r"-?\d{1,3}(\.\d+)?,-?\d{1,2}(\.\d+)?,\d{1,3}(\.\d+)?", text):
        raise ParameterError("a camera is written as longitude, latitude, zoom, like -66.9,10.5,4.")
    lon, lat, zoom = (round(float(part), CAMERA_DIGITS) for part in text.split(","))
    if not (-180 <= lon <= 180 and -90 <= lat <= 90 and 0.5 <= zoom <= 100):
        raise ParameterError("longitude is −180 to 180, latitude −90 to 90, zoom 0.5 to 100.")
    return Camera(lon, lat, zoom)


def render_camera(camera: Camera | None) -> str:
    """A camera as an address spells it: longitude, latitude, zoom; empty for the whole world."""
    values = (camera.lon, camera.lat, camera.zoom) if camera else ()
    return ",".join(f"{round(value, CAMERA_DIGITS):g}" for value in values)


CAMERA_DIGITS = 2


def _flag(text: str, _: Vocabulary) -> bool:
    if text not in {"", "0", "1"}:
        raise ParameterError("it can be 0 or 1.")
    return text == "1"


def _words(text: str, _: Vocabulary) -> str:
    if len(text) > 200:
        raise ParameterError("a search is at most 200 characters long.")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


LONGEST_SEARCH: Final = 60
"""Seconds that an address can ask a search to take."""
FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("lens", "lens", _lens, str),
    FieldSpec("on", "on", _day, _render_day),
    FieldSpec("first", "from", _day, _render_day),
    FieldSpec("last", "to", _day, _render_day),
    FieldSpec("certain", "certain", _flag, lambda value: "1" if value else "0"),
    *(FieldSpec(attr, name, _members(attr), ",".join) for name, attr in CLAUSES),
    FieldSpec("words", "q", _words, str),
    FieldSpec("patience", "patience", _counted("the seconds for a search", LONGEST_SEARCH), str),
    FieldSpec("known", "known", _day, _render_day),
    FieldSpec("clock", "clock", _one_of(Clock), str),
    FieldSpec("against", "against", _day, _render_day),
    FieldSpec("colour", "colour", _one_of(Colouring), str),
    FieldSpec("record", "open", _record, str),
    FieldSpec("lanes", "lanes", _one_of(Lanes), str),
    FieldSpec("spacing", "spacing", _one_of(Spacing), str),
    FieldSpec("window", "zoom", _window, _render_window),
    FieldSpec("projection", "projection", _one_of(Projection), str),
    FieldSpec("camera", "camera", _camera, render_camera),
    FieldSpec("table", "table", _one_of(Table), str),
    FieldSpec("measure", "measure", _measure, str),
    FieldSpec("story", "story", _story, str),
    FieldSpec("step", "step", _counted("a step of a story"), str),
    FieldSpec("sort", "sort", _one_of(Sort), str),
    FieldSpec("page", "page", _counted("a page of the list"), str),
    FieldSpec("theme", "theme", _one_of(Theme), str),
)
STAYING = frozenset(
    (
        "record",
        "page",
        "on",
        "against",
        "colour",
        "lanes",
        "spacing",
        "window",
        "projection",
        "camera",
        "table",
        "measure",
        "theme",
    )
)
"""The fields that change without turning the list back to its first page."""
_BY_KEY = {spec.key: spec for spec in FIELDS}
_BY_ATTR = {spec.attr: spec for spec in FIELDS}


LONGEST_ADDRESS: Final = 4096
"""Characters of an address that are read."""


def parse(search: str, vocabulary: Vocabulary, default: View) -> Parsed:
    """Read a query string. A parameter that cannot be read, or that has been read before, is left aside."""
    values: dict[str, Any] = {}
    ignored: list[Ignored] = []
    for key, text in parse_qsl(search.lstrip("?")[:LONGEST_ADDRESS], keep_blank_values=True):
        try:
            spec = _spec(key)
            if spec.attr in values:
                raise ParameterError(_twice(spec))
            values[spec.attr] = spec.parse(text, vocabulary)
        except ParameterError as error:
            ignored.append(Ignored(key, text, error))
    view = _possible(replace(default, **values), default)
    if view.first is None or view.last is None or view.first <= view.last:
        return Parsed(view, tuple(ignored))
    whole = replace(view, first=default.first, last=default.last)
    return Parsed(whole, tuple(ignored), (view.first, view.last))


def _possible(view: View, default: View) -> View:
    """The view without what its lens does not have: only *Said* has a matrix, and *Stands* is always on a day."""
    if view.table is Table.MATRIX and view.lens is not Lens.SAID:
        view = replace(view, table=Table.NONE)
    return replace(view, on=default.on) if view.lens is Lens.STANDS and view.on is None else view


def _twice(spec: FieldSpec) -> str:
    several = f" Several values are written as one, {spec.key}=A,B." if spec.attr in dict(CLAUSES).values() else ""
    return f"“{spec.key}” stands there before, and that is what holds.{several}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_NOTED else f"{text[:LONGEST_NOTED]}…"


LONGEST_NOTED = 60
"""Characters of a key or a value of an address that a note repeats."""


def _spec(key: str) -> FieldSpec:
    if key not in _BY_KEY:
        raise ParameterError("there is no such setting.", key, _BY_KEY)
    return _BY_KEY[key]


def query(view: View, default: View) -> str:
    """The query string of a view: only what differs from the default, in the order of `FIELDS`."""
    parts = [part for spec in FIELDS if (part := spelled(spec.attr, getattr(view, spec.attr), default))]
    return f"?{'&'.join(parts)}" if parts else ""


def spelled(attr: str, value: Any, default: View) -> str:
    """The part of a query string that sets a field; empty where the default sets it."""
    if value == getattr(default, attr):
        return ""
    spec = _BY_ATTR[attr]
    return f"{spec.key}={quote(spec.render(value), safe=',.~:')}"


def any_of(names: Iterable[str], conjunction: str = "or") -> str:
    """“A”, “A or B”, “A, B or C”."""
    *head, tail = names
    return f"{', '.join(head)} {conjunction} {tail}" if head else tail


ARTICLED = frozenset(
    (
        *("ARE", "BHS", "BVT", "CAF", "CCK", "COD", "COG", "COK", "COM", "CYM", "DOM"),
        *("FLK", "FRO", "GBR", "GMB", "HMD", "IOT", "MDV", "MHL", "MNP", "NLD", "PCN"),
        *("PHL", "SGS", "SLB", "SYC", "TCA", "UMI", "USA", "VAT", "VGB", "VIR", "x-spratly-islands"),
    )
)
"""Countries whose names take an article in a sentence."""


def in_sentence(country: str, vocabulary: Vocabulary) -> str:
    """“the United States”, “Cuba”."""
    name = vocabulary.countries[country]
    return f"the {name}" if country in ARTICLED else name


def period_text(view: View) -> str:
    """“20 March – 30 April 2019”, “since 20 March 2019”, “until 30 April 2019”, or empty."""
    if view.first is not None and view.last is not None:
        return dates.describe_days(view.first, view.last)
    if view.first is not None:
        return f"since {day_text(view.first)}"
    return f"until {day_text(view.last)}" if view.last is not None else ""


def day_text(day: int) -> str:
    """“30 April 2019”."""
    return dates.describe_days(day, day)


def at_least(counted: str, searched: float) -> str:
    """“at least 1,200 events” where a search was stopped and there may be more; else what was counted as it is.

    searched: the share of the dossier that the search has seen.
    """
    return counted if searched >= 1 else f"at least {counted}"


def searched_text(searched: float) -> str:
    """“in 40% of the dossier, the earliest first”: how far a search had come when it was stopped. Never 0% or 100%."""
    share = f"{math.floor(100 * searched)}%" if searched >= 0.01 else "less than 1%"
    return f"in {share} of the dossier, the earliest first"


def events_phrase(view: View, count: int, searched: float, vocabulary: Vocabulary) -> str:
    """The events of the view in words: “23 events involving Russia or Cuba, 20 March – 30 April 2019”; where a search
    was stopped at a share of the dossier, “At least 23 events mentioning “plane” (in 40% of the dossier, …)”.

    count: of the records that pass all filters, as the list has them.
    """
    is_said = view.lens is Lens.SAID
    noun = ("statement" if is_said else "event") + ("" if count == 1 else "s")
    counted = at_least(f"{count:,} {noun}", searched) if count else f"no {noun}"
    parts = [counted[0].upper() + counted[1:]]
    if view.stances:
        parts.append(_stances_phrase(view.stances, is_said, count == 1))
    if view.kinds:
        parts.append(f"of the kind {any_of(vocabulary.kinds[kind].lower() for kind in view.kinds)}")
    if view.countries:
        parts.append(f"involving {any_of(in_sentence(country, vocabulary) for country in view.countries)}")
    if view.actors:
        parts.append(
            f"{'and' if view.countries else 'with'} {any_of(vocabulary.actors[actor] for actor in view.actors)}"
        )
    if view.places:
        parts.append(f"in {any_of(vocabulary.places[place] for place in view.places)}")
    if view.words:
        parts.append(f"mentioning “{view.words}”")
    if searched < 1:
        parts.append(f"({searched_text(searched)}, where the search stopped)")
    for attr in ("statuses", "agreements", "confidences", "sourcings"):
        if chosen := getattr(view, attr):
            parts.append(f"({any_of(vocabulary.names(attr)[value].lower() for value in chosen)})")
    if view.claims and not (is_said and len(view.claims) == 1):  # one claim leads the sentence
        parts.append(f"about {any_of(f'“{vocabulary.claims[claim]}”' for claim in view.claims)}")
    when = period_text(view)
    certainly = "certainly within " if view.certain and when else ""
    reported = "first reported " if view.clock is Clock.REPORTED and when and not is_said else ""
    known = f", as known on {day_text(view.known)}" if view.known is not None else ""
    return " ".join(parts) + (f", {reported}{certainly}{when}" if when else "") + known


def _stances_phrase(stances: Iterable[str], is_said: bool, is_one: bool) -> str:
    """“that assert or deny” of statements, “about which a claim is asserted or denied” of events."""
    verbs = [STANCE_VERBS[Stance(stance)] for stance in stances]
    if is_said:
        return f"that {any_of(one if is_one else several for one, several, _ in verbs)}"
    return f"about which a claim is {any_of(done for _, _, done in verbs)}"


def sentence(view: View, count: int, searched: float, standing: str, vocabulary: Vocabulary, amount: str = "") -> str:
    """The sentence over the map. `count` is that of the records that pass all filters; `searched` is the share of the
    dossier that a search has seen; `standing` says where states stand, and is empty outside that lens; `amount` says
    what the events add up to, and is empty while they are only counted."""
    events = "; ".join(filter(None, (events_phrase(view, count, searched, vocabulary), amount)))
    return f"{standing}; {events[0].lower()}{events[1:]}." if standing else f"{events}."


def slug(text: str) -> str:
    """ASCII words joined by hyphens, for file names."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def file_stem(view: View, dossier_id: str, subject: str, vocabulary: Vocabulary) -> str:
    """A telling file name without its ending: dossier, subject, filters, days."""
    names = [vocabulary.names(attr)[value] for _, attr in CLAUSES for value in getattr(view, attr)][:4]
    days = [_render_day(view.on), _compared_day(view)] if view.lens is Lens.STANDS else []
    days += [_render_day(day) for day in (view.first, view.last) if day is not None]
    filters = slug(" ".join([*names, view.words]))[:LONGEST_FILTERS].rstrip("-")
    return "_".join(filter(None, [slug(dossier_id), slug(subject), filters, *days]))


def _compared_day(view: View) -> str:
    return "" if view.against is None else f"against-{_render_day(view.against)}"


LONGEST_FILTERS = 80
"""Characters that the filters take in a file name; file systems allow 255 bytes for all of it."""
