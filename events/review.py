"""What a careful editor would ask of a dossier that is already valid: findings, and the exceptions named for them.

Nothing here says that a record is wrong. A finding is mended, or named with its reason in `exceptions.yaml`; an
exception that fits no finding is itself a finding, so that the file says no more than is true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from events.dossier import DOSSIER_FILE, EXCEPTIONS_FILE, STORIES_FOLDER, Dossier
from events.model import EVERY_RECORD, Claim, ClaimStatus, Event, Rule, Source, SourceKind, Stance
from events.problems import did_you_mean, sentences, shown
from events.sourcing import origin_of, origins, sides
from events.wording import LoadedWord, loaded_words

MOST_WORDS_OF_A_QUOTE = 25
UNUSED_EXCEPTION = "unused-exception"
DISPUTED = frozenset({ClaimStatus.CONTESTED, ClaimStatus.UNRESOLVED})
MEANING: Mapping[str, str] = {
    Rule.ONE_SIDED_EVENT: "a contested or unresolved claim is about the event, and all its sources belong to one side",
    Rule.UNANSWERED_CLAIM: "an open claim that nobody denies and fewer than two actors assert",
    Rule.LOADED_WORDING: "a word of the list below in a title, a summary, the text of a claim or a story",
    Rule.LONG_QUOTE: f"a quote or translation of more than {MOST_WORDS_OF_A_QUOTE} words",
    Rule.NO_ARCHIVED_COPY: "a source without an `archive_url`",
    Rule.COPY_ALONE: "an event, claim, statement or position that rests on sources of the kind `copy` alone",
    UNUSED_EXCEPTION: "an exception that fits no finding; it cannot be excepted",
}
"""Every rule, and when it makes a finding."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend or to except. `line` is None where it is not known; `fix` offers a way out."""

    file: str
    line: int | None
    record: str
    rule: str
    message: str
    fix: str = ""

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.record}: {self.rule}: {self.message}. {self.fix}".rstrip()


@dataclass(frozen=True, slots=True)
class Review:
    """What is left to mend, and how many findings the dossier's exceptions cover."""

    findings: tuple[Finding, ...]
    excepted: int


def review(dossier: Dossier) -> Review:
    """Check a dossier against every rule, less the exceptions that it names."""
    found = list(findings(dossier))
    left = [finding for finding in found if not _exceptions_for(finding, dossier)]
    used = {key for finding in found for key in _exceptions_for(finding, dossier)}
    return Review((*left, *_unused(dossier, used)), len(found) - len(left))


def findings(dossier: Dossier) -> Iterator[Finding]:
    """Yield everything that the rules flag, excepted or not."""
    yield from one_sided_events(dossier)
    yield from unanswered_claims(dossier)
    yield from loaded_wording(dossier)
    yield from long_quotes(dossier)
    yield from links_without_copy(dossier)
    yield from copies_alone(dossier)


def finding_in(dossier: Dossier, table: str, record: str, rule: str, message: str, fix: str) -> Finding:
    """Make a finding about a record of a table, with the file and line where it stands."""
    file = dossier.files.get(table, f"{table}.yaml")
    return Finding(file, dossier.lines.get(table, {}).get(record), record, rule, message, fix)


# --- the rules


def one_sided_events(dossier: Dossier) -> Iterator[Finding]:
    """Events under a claim that is still disputed, known only from sources of one side."""
    labels = {side.id: side.label for side in dossier.meta.sides}
    for event, claim in _disputed_events(dossier):
        side, *others = sides(_sources(dossier, event.sources)) or [None]
        if side is not None and not others:
            name = claim.short or claim.text
            message = f"it is disputed (“{shown(name)}”), and all its sources are of one side, {labels.get(side, side)}"
            fix = "Add a source of another side, or of none."
            yield finding_in(dossier, "events", event.id, Rule.ONE_SIDED_EVENT, message, fix)


def unanswered_claims(dossier: Dossier) -> Iterator[Finding]:
    """Open claims that stand on the word of one actor, or of none."""
    stances: dict[str, set[tuple[Stance, str]]] = {}
    for statement in dossier.statements.values():
        stances.setdefault(statement.claim, set()).add((statement.stance, statement.actor))
    for claim in dossier.claims.values():
        said = stances.get(claim.id, set())
        is_denied = any(stance is not Stance.ASSERTS for stance, _ in said)
        if claim.status in DISPUTED and not is_denied and len(said) < 2:
            message = f"nobody denies it and {'nobody else' if said else 'nobody'} asserts it"
            fix = "Add the answer of those it concerns or a second voice, or say in its status what came of it."
            yield finding_in(dossier, "claims", claim.id, Rule.UNANSWERED_CLAIM, message, fix)


def loaded_wording(dossier: Dossier) -> Iterator[Finding]:
    """Words of the dossier's own voice that take a side."""
    meta = dossier.meta
    for field, text in (("title", meta.title), ("summary", meta.summary)):
        for message, fix in _worded(field, text):
            yield Finding(DOSSIER_FILE, None, meta.id, Rule.LOADED_WORDING, message, fix)
    for table, record, field, text in _own_words(dossier):
        for message, fix in _worded(field, text):
            yield finding_in(dossier, table, record, Rule.LOADED_WORDING, message, fix)
    for story in dossier.stories.values():
        for message, fix in (said for field, text in _story_words(dossier, story.id) for said in _worded(field, text)):
            yield Finding(f"{STORIES_FOLDER}/{story.id}.yaml", None, story.id, Rule.LOADED_WORDING, message, fix)


def long_quotes(dossier: Dossier) -> Iterator[Finding]:
    """Quotations that are longer than a quotation should be."""
    for statement in dossier.statements.values():
        for field, words in (("quote", statement.quote), ("translation", statement.translation)):
            if (count := len(words.split())) > MOST_WORDS_OF_A_QUOTE:
                message = f"the {field} has {count} words; {MOST_WORDS_OF_A_QUOTE} are the most"
                fix = "Keep the words that matter, with “…” for what is left out."
                yield finding_in(dossier, "statements", statement.id, Rule.LONG_QUOTE, message, fix)


def links_without_copy(dossier: Dossier) -> Iterator[Finding]:
    """Sources that are lost when their page is."""
    for source in dossier.sources.values():
        if source.archive_url is None:
            message, fix = "its link has no archived copy", "Have the page archived and give the link as archive_url."
            yield finding_in(dossier, "sources", source.id, Rule.NO_ARCHIVED_COPY, message, fix)


def copies_alone(dossier: Dossier) -> Iterator[Finding]:
    """Records that rest on copies of publications and on nothing else."""
    for table, record, names in _sourced(dossier):
        cited = _sources(dossier, names)
        if cited and all(source.kind is SourceKind.COPY for source in cited):
            message = (
                f"it rests on a copy alone: {', '.join(f'{one.publisher}, from {origin_of(one)}' for one in cited)}"
            )
            fix = f"Cite {' and '.join(sorted(origins(cited)))} itself, or another source beside the copy."
            yield finding_in(dossier, table, record, Rule.COPY_ALONE, message, fix)


# --- what the rules look at


def _disputed_events(dossier: Dossier) -> Iterator[tuple[Event, Claim]]:
    """Yield each event that a disputed claim is about, once, with the first such claim."""
    first: dict[str, Claim] = {}
    for claim in dossier.claims.values():
        if claim.status in DISPUTED:
            first |= {name: claim for name in claim.about if name not in first}
    return ((dossier.events[name], claim) for name, claim in first.items())


def _sources(dossier: Dossier, names: Iterable[str]) -> list[Source]:
    return [dossier.sources[name] for name in names]


def _sourced(dossier: Dossier) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield from (("events", one.id, one.sources) for one in dossier.events.values())
    yield from (("claims", one.id, one.sources) for one in dossier.claims.values())
    yield from (("statements", one.id, (one.source,)) for one in dossier.statements.values())
    yield from (("positions", one.id, one.sources) for one in dossier.positions.values())


def _own_words(dossier: Dossier) -> Iterator[tuple[str, str, str, str]]:
    """Yield (table, id, field, text) for what the compilers wrote about events and claims."""
    for event in dossier.events.values():
        yield from (("events", event.id, field, getattr(event, field)) for field in ("title", "summary"))
    for claim in dossier.claims.values():
        yield from (("claims", claim.id, field, getattr(claim, field)) for field in ("short", "text"))


def _story_words(dossier: Dossier, name: str) -> Iterator[tuple[str, str]]:
    story = dossier.stories[name]
    yield from (("title", story.title), ("summary", story.summary))
    for number, step in enumerate(story.steps, 1):
        yield from ((f"title of step {number}", step.title), (f"text of step {number}", step.text))


def _worded(field: str, text: str) -> Iterator[tuple[str, str]]:
    yield from (_words_on(field, found, entry) for found, entry in loaded_words(text))


def _words_on(field: str, found: str, entry: LoadedWord) -> tuple[str, str]:
    return f"the {field} says “{found}”, which {entry.why}", f"Write instead: {entry.instead}."


# --- exceptions


def _exceptions_for(finding: Finding, dossier: Dossier) -> set[tuple[str, str]]:
    return {(finding.rule, name) for name in (finding.record, EVERY_RECORD)} & dossier.exceptions.keys()


def _unused(dossier: Dossier, used: set[tuple[str, str]]) -> Iterator[Finding]:
    for rule, record in dossier.exceptions.keys() - used:
        line = dossier.lines.get("exceptions", {}).get(f"{rule} {record}")
        message = f"the exception from {rule} fits no finding"
        fix = sentences(_meant(record, dossier), "Remove it if there is nothing left to except.")
        yield Finding(EXCEPTIONS_FILE, line, record, UNUSED_EXCEPTION, message, fix)


def _meant(record: str, dossier: Dossier) -> str:
    known = {record for _, record, _ in _sourced(dossier)} | dossier.sources.keys() | dossier.stories.keys()
    return "" if record in known | {EVERY_RECORD} else did_you_mean(record, known)
