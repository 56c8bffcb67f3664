"""The records of a dossier: frozen, validated, and the source of the JSON Schemas.

Every field carries its meaning, so the schema that authors read is generated from here and
cannot drift. Records refer to each other by id; that the ids exist is checked in `dossier`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from events.dates import DateSpan, parse


class ActorKind(StrEnum):
    """What kind of actor; a government body is not its state."""

    STATE = "state"
    GOVERNMENT = "government"
    ORGANISATION = "organisation"
    PERSON = "person"
    GROUP = "group"


class Role(StrEnum):
    """What an actor does in an event."""

    AGENT = "agent"
    COUNTERPART = "counterpart"
    SUBJECT = "subject"
    REPORTER = "reporter"


class PlacePrecision(StrEnum):
    """How closely the source names the place, finest first."""

    EXACT = "exact"
    SETTLEMENT = "settlement"
    REGION = "region"
    COUNTRY = "country"


class MovementStatus(StrEnum):
    """How well a leg is known. The first three are drawn solid, the others dashed."""

    OBSERVED = "observed"
    TRACKED = "tracked"
    REPORTED = "reported"
    REFUSED = "refused"
    ALLEGED = "alleged"

    @property
    def is_solid(self) -> bool:
        """Whether the leg is known well enough for a solid line."""
        return self in {self.OBSERVED, self.TRACKED, self.REPORTED}


class Confidence(StrEnum):
    """How well independent sources support a record, strongest first."""

    CORROBORATED = "corroborated"
    SINGLE_SOURCE = "single-source"
    UNVERIFIED = "unverified"


class SourceKind(StrEnum):
    """What kind of publication; a copy repeats another medium."""

    PRIMARY = "primary"
    NEWS = "news"
    STATE_MEDIA = "state-media"
    COPY = "copy"
    REFERENCE = "reference"
    BLOG = "blog"
    NGO = "ngo"


class Stance(StrEnum):
    """What an actor does with a claim."""

    ASSERTS = "asserts"
    DENIES = "denies"
    RETRACTS = "retracts"


class ClaimStatus(StrEnum):
    """Where a claim stands now, as the dossier's compilers judge it."""

    UNRESOLVED = "unresolved"
    CONTESTED = "contested"
    ACKNOWLEDGED = "acknowledged"
    EVIDENCE_FOR = "later_evidence_for"
    EVIDENCE_AGAINST = "later_evidence_against"


class Basis(StrEnum):
    """How strong the evidence for a position is, strongest first."""

    EXECUTIVE_STATEMENT = "executive_statement"
    JOINT_DECLARATION = "joint_declaration"
    OAS_VOTE = "oas_vote"
    UN_VOTE = "un_vote"
    ORGANISATION_STATEMENT = "organisation_statement"
    BLOC_STATEMENT = "bloc_statement"
    PRESS_LIST = "press_list"
    PRESS_REPORT = "press_report"


class Pattern(StrEnum):
    """How the map fills the states that hold an answer."""

    SOLID = "solid"
    HATCH = "hatch"


class Rule(StrEnum):
    """What a strict check asks of a dossier. An exception names one of these."""

    ONE_SIDED_EVENT = "one-sided-event"
    UNANSWERED_CLAIM = "unanswered-claim"
    LOADED_WORDING = "loaded-wording"
    LONG_QUOTE = "long-quote"
    NO_ARCHIVED_COPY = "no-archived-copy"
    COPY_ALONE = "copy-alone"


ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,119}$"
STATE_PATTERN = r"^[A-Z]{3}$"
COLOUR_PATTERN = r"^#[0-9A-Fa-f]{6}$"
MOST_WORDS_OF_A_STEP = 80
_NOT_IN_LINKS = re.compile(r"[\s\x00-\x1f\x7f\"<>\\]")


def _span(value: object) -> DateSpan:
    return value if isinstance(value, DateSpan) else parse(str(value))


def _web_link(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or _NOT_IN_LINKS.search(value):
        raise ValueError("links begin with http:// or https://, name a host and hold no spaces, quotes or brackets")
    return value


def _few_words(value: str) -> str:
    count = len(value.split())
    if count > MOST_WORDS_OF_A_STEP:
        raise ValueError(f"a step has at most {MOST_WORDS_OF_A_STEP} words, this one has {count}")
    return value


def _rule(field: str, reason: str) -> PydanticCustomError:
    """Build the refusal of a rule between fields, blamed on one of them."""
    return PydanticCustomError("rule", "{reason}", {"reason": reason, "field": field})


def _refuse_twins(field: str, members: Sequence[Named]) -> None:
    for name, count in Counter(member.id for member in members).items():
        if count > 1:
            raise _rule(field, f"the id “{name}” is used {count} times; every id of a list is used once")


def _written_as(first: str, second: str, model: type[BaseModel]) -> BeforeValidator:
    """Read `a` or `a:b` as the two fields of a small record."""

    def split(value: object) -> object:
        if not isinstance(value, str):
            return value
        head, colon, tail = (part.strip() for part in value.partition(":"))
        return {first: head, second: tail} if colon else {first: head}

    return BeforeValidator(split, json_schema_input_type=Annotated[str, Field(pattern=r"^[^:]+(:[^:]+)?$")] | model)


Id = Annotated[str, Field(pattern=ID_PATTERN)]
Iso3 = Annotated[str, Field(pattern=STATE_PATTERN)]
Text = Annotated[str, Field(min_length=1)]
Link = Annotated[str, AfterValidator(_web_link), Field(json_schema_extra={"format": "uri"})]
When = Annotated[
    DateSpan,
    BeforeValidator(_span),
    PlainSerializer(lambda span: span.text, return_type=str),
    WithJsonSchema({"type": ["string", "integer"], "format": "edtf", "examples": ["2019-03-23", "2019-02~", 2019]}),
]
Whole = Annotated[int, Field(ge=0, le=2**31 - 1)]
Colour = Annotated[str, Field(pattern=COLOUR_PATTERN)]


class Record(BaseModel):
    """A frozen row of a dossier. Unknown fields and infinite or missing numbers are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, arbitrary_types_allowed=True, allow_inf_nan=False
    )


class Affiliation(Record):
    """An actor's office or membership between two dates."""

    title: Text = Field(description="the office or membership")
    actor: Id | None = Field(None, description="the body the office belongs to: an actor id")
    since: When | None = Field(None, description="when it began")
    until: When | None = Field(None, description="when it ended; empty: still held or unknown")

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        first = self.since.earliest if self.since else None
        last = self.until.latest if self.until else None
        if first is not None and last is not None and first > last:
            raise _rule("until", "it ends before it begins; the earlier date belongs in since")
        return self


class Actor(Record):
    """A state, government body, organisation, group or person."""

    id: Id = Field(description="unique among the actors")
    name: Text = Field(description="the name in English")
    kind: ActorKind = Field(description="what kind of actor")
    description: str = Field("", description="who this is, in a sentence")
    state: Iso3 | None = Field(None, description="the state the actor acts for: ISO 3166-1 alpha-3, or XKX for Kosovo")
    side: Id | None = Field(None, description="a side named in dossier.yaml")
    aliases: tuple[str, ...] = Field((), description="other names and spellings, for search")
    affiliations: tuple[Affiliation, ...] = Field((), description="offices and memberships with their dates")


class Place(Record):
    """A place on the map. Without coordinates it stands for its whole state or region."""

    id: Id = Field(description="unique among the places")
    name: Text = Field(description="the name in English")
    label: str = Field("", description="a short name for the map; the name where absent")
    state: Iso3 | None = Field(None, description="the state the place lies in: ISO 3166-1 alpha-3, or XKX for Kosovo")
    lat: float | None = Field(None, ge=-90, le=90, description="degrees north, WGS 84")
    lon: float | None = Field(None, ge=-180, le=180, description="degrees east, WGS 84")
    precision: PlacePrecision = Field(description="how closely the source names the place")
    note: str = Field("", description="doubts about the place")

    @model_validator(mode="after")
    def _has_both_coordinates(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            given, absent = ("lat", "lon") if self.lon is None else ("lon", "lat")
            raise _rule(absent, f"there is a {given} but no {absent}; give both or neither")
        return self


class Source(Record):
    """One publication that a record rests on."""

    id: Id = Field(description="unique among the sources")
    publisher: Text = Field(description="who published it")
    title: Text = Field(description="its title, in its own language")
    date: When | None = Field(None, description="day of publication")
    url: Link = Field(description="where it is read")
    archive_url: Link | None = Field(None, description="an archived copy")
    accessed: When | None = Field(None, description="when it was last read there")
    kind: SourceKind = Field(description="what kind of publication")
    language: str = Field("en", description="BCP 47 tag")
    origin: str = Field("", description="the agency or document this one repeats; one origin is one witness")
    side: Id | None = Field(None, description="the side whose medium or office this is")


class Participation(Record):
    """An actor's part in an event; in a file also `actor` or `actor:role`."""

    actor: Id = Field(description="an actor id")
    role: Role = Field(Role.AGENT, description="what the actor does in the event")


class Amount(Record):
    """A number that an event is counted by, with the range it may lie in; in a file `measure:best:low:high`."""

    measure: Id = Field(description="a measure named in dossier.yaml")
    best: Whole = Field(description="the best estimate")
    low: Whole = Field(description="the lowest estimate; the best where absent")
    high: Whole = Field(description="the highest estimate; the best where absent")

    @model_validator(mode="before")
    @classmethod
    def _fill_the_range(cls, values: object) -> object:
        if not isinstance(values, dict) or "best" not in values:
            return values
        return {"low": values["best"], "high": values["best"], **values}

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if not self.low <= self.best <= self.high:
            raise _rule("best", f"{self.best} does not lie between {self.low} and {self.high}; check the three")
        return self


def _amount(value: object) -> object:
    """Read `measure:best`, or `measure:best:low:high`, as an amount."""
    if not isinstance(value, str):
        return value
    names = ("measure", "best", "low", "high")
    parts = [part.strip() for part in value.split(":")]
    return dict(zip(names, parts, strict=False)) if len(parts) in {2, 4} else {"measure": value}


AMOUNT_PATTERN = r"^[^:]+:[0-9]+(:[0-9]+:[0-9]+)?$"
Counted = Annotated[
    Amount,
    BeforeValidator(_amount, json_schema_input_type=Annotated[str, Field(pattern=AMOUNT_PATTERN)] | Amount),
]


class Event(Record):
    """Something that happened."""

    id: Id = Field(description="unique among the events")
    title: Text = Field(description="a headline without judgement")
    when: When | None = Field(None, description="when it happened, local date of the place; empty: undated")
    time_zone: str = Field("", description="offset from UTC at the place on that day, as +HH:MM")
    summary: Text = Field(description="what happened, in a few sentences")
    kind: Id = Field(description="a kind named in dossier.yaml")
    tags: tuple[str, ...] = Field((), description="free words")
    actors: tuple[Annotated[Participation, _written_as("actor", "role", Participation)], ...] = Field(
        (), description="who took part and how"
    )
    place: Id | None = Field(None, description="where it happened: a place id; empty: unplaced")
    measures: tuple[Counted, ...] = Field((), description="numbers the event is counted by, such as deaths")
    confidence: Confidence = Field(description="how well independent sources support it")
    sources: tuple[Id, ...] = Field((), description="source ids")
    note: str = Field("", description="doubts about date, place or numbers")


class Stop(Record):
    """A place on the way; in a file also `place:status`."""

    place: Id = Field(description="a place id")
    status: MovementStatus = Field(description="how well the stop is known")


class Movement(Record):
    """One leg of an event's journey; either end may be unknown."""

    id: Id = Field(description="unique among the movements")
    event: Id = Field(description="the event it is part of")
    origin: Id | None = Field(None, description="place id; empty: unknown")
    destination: Id | None = Field(None, description="place id; empty: unknown")
    via: tuple[Annotated[Stop, _written_as("place", "status", Stop)], ...] = Field(
        (), description="places on the way, in order"
    )
    when: When | None = Field(None, description="the days of the leg; empty: those of the event")
    status: MovementStatus = Field(description="how well the leg is known")
    carrier: str = Field("", description="aircraft, ship or convoy")
    operator: str = Field("", description="who ran the carrier")
    registration: str = Field("", description="tail number, hull number or call sign")
    departs: str = Field("", description="local clock time with offset, HH:MM±HH:MM")
    arrives: str = Field("", description="local clock time with offset, HH:MM±HH:MM")
    note: str = Field("", description="doubts about the leg")

    @model_validator(mode="after")
    def _has_an_end(self) -> Self:
        if self.origin is None and self.destination is None:
            raise _rule("origin", "a movement needs an origin or a destination; give the end that is known")
        return self


class Claim(Record):
    """A proposition that somebody asserts or denies."""

    id: Id = Field(description="unique among the claims")
    text: Text = Field(description="the proposition, in neutral words")
    short: str = Field("", description="a heading of a few words")
    about: tuple[Id, ...] = Field((), description="event ids")
    status: ClaimStatus = Field(description="where the claim stands now")
    evidence: str = Field("", description="what speaks for and against it")
    rivals: tuple[Id, ...] = Field((), description="ids of the claims that cannot be true together with this one")
    confidence: Confidence = Field(description="how well the status is supported")
    sources: tuple[Id, ...] = Field((), description="source ids for the status and the evidence")


class Statement(Record):
    """One actor asserting, denying or retracting a claim."""

    id: Id = Field(description="unique among the statements")
    claim: Id = Field(description="a claim id")
    actor: Id = Field(description="who spoke: an actor id")
    stance: Stance = Field(description="what the actor does with the claim")
    said_on: When = Field(description="when it was said")
    quote: str = Field("", description="the words, in the language they were published in")
    language: str = Field("", description="BCP 47 tag of the quote")
    translation: str = Field("", description="English of a quote in another language")
    channel: str = Field("", description="where it was said: a speech, interview, post …")
    capacity: str = Field("", description="the office in which the actor spoke")
    source: Id = Field(description="a source id")
    answers: Id | None = Field(None, description="the statement this one replies to")
    event: Id | None = Field(None, description="the event in which it was said")
    note: str = Field("", description="doubts about words, date or speaker")


class Position(Record):
    """The answer that a state, or an organisation, holds from a date until its next record."""

    id: Id = Field(description="unique among the positions")
    question: Id = Field(description="a question named in dossier.yaml")
    state: Iso3 | None = Field(None, description="who holds it: ISO 3166-1 alpha-3, or XKX for Kosovo")
    organisation: Id | None = Field(None, description="actor id; organisations never paint their members")
    answer: Id = Field(description="an answer of that question")
    since: When = Field(description="when it was first held")
    basis: Basis = Field(description="what kind of evidence shows it")
    confidence: Confidence = Field(description="how well independent sources support it")
    note: str = Field("", description="doubts, reservations or wording")
    sources: tuple[Id, ...] = Field((), description="source ids")

    @model_validator(mode="after")
    def _has_one_holder(self) -> Self:
        if (self.state is None) == (self.organisation is None):
            found = "neither is given" if self.state is None else "both are given"
            raise _rule("state", f"a position is held by a state or by an organisation; {found}")
        return self


class Named(Record):
    """An id and the words that stand for it on screen."""

    id: Id = Field(description="unique in its list")
    label: Text = Field(description="the words on screen")


class Answer(Named):
    """One answer to a question, and how the map shows it."""

    verb: Text = Field(description="completes “54 states …”, for example “recognise Guaidó”")
    light: Colour = Field(description="colour on light paper, #RRGGBB")
    dark: Colour = Field(description="colour on dark paper, #RRGGBB")
    pattern: Pattern = Field(Pattern.SOLID, description="how the map fills it")
    is_silence: bool = Field(False, description="true for “no statement”")


class Question(Named):
    """What the states answer, such as “Who is Venezuela's president?”."""

    subject: Iso3 | None = Field(None, description="the state the question is about; it holds no position itself")
    subject_note: str = Field("", description="why the subject is left out")
    answers: tuple[Answer, ...] = Field(description="every answer that a position may give", min_length=1)
    note: str = Field("", description="why other counts differ")

    @model_validator(mode="after")
    def _has_distinct_answers(self) -> Self:
        _refuse_twins("answers", self.answers)
        return self


class Measure(Named):
    """What events are counted by beside their number, such as deaths."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,30}$")] = Field(description="lower-case letters and _")
    unit: Text = Field(description="completes “1,204 …”, for example “deaths”")
    unit_of_one: str = Field("", description="completes “1 …”, for example “death”; the unit where absent")


class DossierFile(Record):
    """The contents of dossier.yaml."""

    id: Id = Field(description="unique among the dossiers")
    title: Text = Field(description="the masthead")
    period_label: str = Field("", description="the years in words, for the masthead")
    summary: Text = Field(description="what the dossier is about, in a few sentences")
    language: str = Field("en", description="BCP 47 tag of its texts")
    licence: Text = Field(description="how the dossier may be used")
    licence_url: Link | None = Field(None, description="the text of the licence")
    compiled_by: Text = Field(description="who answers for it")
    focus: When | None = Field(None, description="the days the timeline opens on")
    view: str = Field("", description="query string of the view a reader meets first")
    sides: tuple[Named, ...] = Field((), description="the parties that actors and media may belong to")
    kinds: tuple[Named, ...] = Field(description="every kind that an event may be of", min_length=1)
    questions: tuple[Question, ...] = Field((), description="what the positions answer")
    measures: tuple[Measure, ...] = Field((), description="what the events are counted by")
    may_share_rows: bool = Field(True, description="false where the licence forbids to pass single records on")

    @model_validator(mode="after")
    def _has_distinct_names(self) -> Self:
        for field in ("sides", "kinds", "questions", "measures"):
            _refuse_twins(field, getattr(self, field))
        return self


class Step(Record):
    """One step of a story: a short text beside one view of the dossier."""

    title: Text = Field(description="a heading of a few words")
    text: Annotated[Text, AfterValidator(_few_words)] = Field(
        description="what the reader sees here, in up to 80 words"
    )
    view: str = Field("", description="query string of a whole view, without “?”")
    mark: tuple[Id, ...] = Field((), description="ids of the records to highlight")


class Story(Record):
    """A file `stories/<id>.yaml`: ordered steps through the dossier."""

    id: Id = Field("", description="the name of the file without .yaml; not written in the file")
    title: Text = Field(description="a headline without judgement")
    summary: Text = Field(description="what the story shows, in a sentence or two")
    steps: tuple[Step, ...] = Field(description="the steps, in order", min_length=1)


EVERY_RECORD = "*"


class Exemption(Record):
    """A named exception from a rule of the strict check."""

    rule: Rule = Field(description="the rule")
    record: Text = Field(description="the id of the record, or “*” for all")
    reason: Text = Field(description="why the rule is not kept")


TableName = Literal["actors", "places", "sources", "events", "movements", "claims", "statements", "positions"]
TABLES: dict[TableName, type[Record]] = {
    "actors": Actor,
    "places": Place,
    "sources": Source,
    "events": Event,
    "movements": Movement,
    "claims": Claim,
    "statements": Statement,
    "positions": Position,
}
