"""The strict check: each rule flags what it is for and nothing else, and exceptions have to be needed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import events
from events.dossier import Dossier, read
from events.model import Rule
from events.quotes import look_up, nearest, stands_in
from events.review import UNUSED_EXCEPTION, Finding, findings, review
from events.wording import LOADED, loaded_words

BUNDLED = Path(events.__file__).parent / "dossiers" / "russia-in-venezuela"
META = """\
id: harbour
title: The harbour dispute
summary: Who blocked the harbour?
licence: CC BY 4.0
compiled_by: The harbour desk
sides: [{id: boats, label: The boats}, {id: town, label: The town}]
kinds: [{id: blockade, label: Blockade}]
questions:
  - id: owner
    label: Whose is the harbour?
    answers: [{id: town, label: The town's, verb: say the town, light: '#112233', dark: '#445566'}]
"""
TABLES = {
    "events": """\
- {id: first, title: Boats, summary: Six hours., kind: blockade, confidence: unverified, sources: [a, b]}
""",
    "actors": "- {id: fishers, name: Fishers, kind: group}\n- {id: port, name: Port, kind: government}\n",
    "sources": """\
- {id: a, publisher: A, title: A, url: https://a.example/, archive_url: https://x.example/a, kind: news, side: boats}
- {id: b, publisher: B, title: B, url: https://b.example/, archive_url: https://x.example/b, kind: news, side: town}
""",
    "claims": """\
- {id: paid, text: The boats were paid., about: [first], status: contested, confidence: unverified, sources: [a]}
""",
    "statements": """\
- {id: s1, claim: paid, actor: port, stance: asserts, said_on: 2019-03-24, source: b, quote: They were paid}
- {id: s2, claim: paid, actor: fishers, stance: denies, said_on: 2019-03-25, source: a, quote: Nobody paid us}
""",
}


def dossier(folder: Path, table: str = "events", old: str = "", new: str = "", exceptions: str = "") -> Dossier:
    """Read a small dossier that passes, with one text of a table replaced."""
    texts = {**TABLES, "dossier": META}
    assert old in texts[table]
    texts[table] = texts[table].replace(old, new, 1) if old else texts[table]
    for name, text in (texts | ({"exceptions": exceptions} if exceptions else {})).items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    result = read(folder)
    assert result.problems == ()
    return result


def only_finding(dossier: Dossier) -> Finding:
    found = review(dossier).findings
    assert len(found) == 1, [str(finding) for finding in found]
    return found[0]


def test_a_balanced_dossier_has_no_findings(tmp_path: Path) -> None:
    assert list(findings(dossier(tmp_path))) == []


@pytest.mark.parametrize(
    ("rule", "record", "table", "old", "new"),
    [
        (Rule.ONE_SIDED_EVENT, "first", "events", "sources: [a, b]", "sources: [a]"),
        (Rule.UNANSWERED_CLAIM, "paid", "statements", TABLES["statements"].splitlines()[1], ""),
        (Rule.UNANSWERED_CLAIM, "paid", "statements", TABLES["statements"], "[]"),
        (Rule.LOADED_WORDING, "first", "events", "title: Boats", "title: The regime's boats"),
        (Rule.LOADED_WORDING, "first", "events", "Six hours.", "The largest blockade in history."),
        (Rule.LOADED_WORDING, "paid", "claims", "were paid", "were puppets"),
        (Rule.LOADED_WORDING, "harbour", "dossier", "Who blocked", "Which terrorists blocked"),
        (Rule.LONG_QUOTE, "s2", "statements", "Nobody paid us", "paid " * 26),
        (Rule.LONG_QUOTE, "s2", "statements", "quote: Nobody paid us", f"translation: {'paid ' * 26}"),
        (Rule.NO_ARCHIVED_COPY, "b", "sources", "archive_url: https://x.example/b, ", ""),
        (Rule.COPY_ALONE, "s1", "sources", "kind: news, side: town", "kind: copy, origin: C, side: town"),
    ],
)
def test_each_rule_fires(tmp_path: Path, rule: Rule, record: str, table: str, old: str, new: str) -> None:
    found = only_finding(dossier(tmp_path, table, old, new))
    assert (found.rule, found.record) == (rule, record)
    assert found.fix


@pytest.mark.parametrize(
    ("reason", "table", "old", "new"),
    [
        ("one side is enough where nothing is disputed", "claims", "status: contested", "status: acknowledged"),
        ("a source of no side is no party", "sources", ", side: town", ""),
        ("a second voice corroborates", "statements", "stance: denies", "stance: asserts"),
        ("a retraction is an answer", "statements", "stance: denies", "stance: retracts"),
        ("words in quotation marks are somebody's own", "events", "title: Boats", "title: Boats of the “regime”"),
        ("a superlative may belong to someone", "events", "Six hours.", "The port called it the largest blockade."),
        ("25 words are allowed", "statements", "Nobody paid us", "paid " * 25),
        ("a copy beside another source is fine", "events", "sources: [a, b]", "sources: [b, a]"),
    ],
)
def test_each_rule_lets_pass_what_it_is_not_for(tmp_path: Path, reason: str, table: str, old: str, new: str) -> None:
    assert list(findings(dossier(tmp_path, table, old, new))) == [], reason


def test_a_claim_that_evidence_has_settled_needs_no_denial(tmp_path: Path) -> None:
    settled = TABLES["claims"].replace("contested", "later_evidence_for")
    (tmp_path / "kept").mkdir()
    with_one_voice = dossier(tmp_path, "statements", TABLES["statements"].splitlines()[1], "")
    (tmp_path / "claims.yaml").write_text(settled, "utf-8")
    assert [finding.rule for finding in findings(with_one_voice)] == [Rule.UNANSWERED_CLAIM]
    assert list(findings(read(tmp_path))) == []


def test_a_loaded_word_in_a_story_names_the_step(tmp_path: Path) -> None:
    dossier(tmp_path)
    (tmp_path / "stories").mkdir()
    steps = "[{title: One, text: Boats come.}, {title: Two, text: The thugs leave.}]"
    (tmp_path / "stories" / "six-hours.yaml").write_text(f"title: Six hours\nsummary: How.\nsteps: {steps}\n", "utf-8")
    found = str(only_finding(read(tmp_path)))
    assert found.startswith("stories/six-hours.yaml: six-hours: loaded-wording: the text of step 2 says “thugs”")


def test_a_finding_says_where_it_stands(tmp_path: Path) -> None:
    found = only_finding(dossier(tmp_path, "sources", "archive_url: https://x.example/b, ", ""))
    assert str(found).startswith("sources.yaml:2: b: no-archived-copy: its link has no archived copy. ")


# --- exceptions


@pytest.mark.parametrize("record", ["b", "'*'"])
def test_a_named_exception_covers_its_finding(tmp_path: Path, record: str) -> None:
    exceptions = f"- {{rule: no-archived-copy, record: {record}, reason: The archive is down.}}\n"
    result = review(dossier(tmp_path, "sources", "archive_url: https://x.example/b, ", "", exceptions))
    assert (result.findings, result.excepted) == ((), 1)


def test_an_exception_covers_its_own_rule_and_record_alone(tmp_path: Path) -> None:
    exceptions = "- {rule: no-archived-copy, record: a, reason: The archive is down.}\n"
    result = review(dossier(tmp_path, "sources", "archive_url: https://x.example/b, ", "", exceptions))
    assert [(finding.rule, finding.record) for finding in result.findings] == [
        (Rule.NO_ARCHIVED_COPY, "b"),
        (UNUSED_EXCEPTION, "a"),
    ]


def test_an_exception_for_nothing_is_reported_with_what_was_meant(tmp_path: Path) -> None:
    exceptions = "- {rule: long-quote, record: frist, reason: It is a poem.}\n"
    found = str(only_finding(dossier(tmp_path, exceptions=exceptions)))
    assert found.startswith("exceptions.yaml:1: frist: unused-exception: ")
    assert "Did you mean first?" in found


def test_an_exception_needs_a_known_rule_and_a_reason(tmp_path: Path) -> None:
    dossier(tmp_path)
    (tmp_path / "exceptions.yaml").write_text("- {rule: long-quotes, record: s1}\n", "utf-8")
    problems = [str(problem) for problem in read(tmp_path).problems]
    assert any("Did you mean long-quote?" in problem for problem in problems)
    assert any("exceptions.yaml:1: reason: this field is required" in problem for problem in problems)


def test_the_bundled_dossier_passes_and_says_why_where_it_does_not() -> None:
    bundled = read(BUNDLED)
    assert [str(finding) for finding in review(bundled).findings] == []
    assert all(exemption.reason for exemption in bundled.exceptions.values())


def test_a_dossier_made_in_memory_can_be_reviewed_too(tmp_path: Path) -> None:
    made = dossier(tmp_path, "sources", "archive_url: https://x.example/b, ", "")
    bare = Dossier(meta=made.meta, sources=made.sources)
    assert [(finding.file, finding.line) for finding in findings(bare)] == [("sources.yaml", None)]


# --- wording


@pytest.mark.parametrize(
    "text", ["the Regime", "he admitted", "the so-called republic", "a puppet", "Terrorists", "It was clearly so"]
)
def test_loaded_words_are_found_in_any_case(text: str) -> None:
    assert list(loaded_words(text))


@pytest.mark.parametrize(
    "text",
    [
        "the sanctions regime",
        "regimen",
        "the ‘regime’",
        '"regime"',
        "«regime»",
        "most of the crew",
        "the most senior envoy",
    ],
)
def test_other_words_are_not(text: str) -> None:
    assert list(loaded_words(text)) == []


def test_every_entry_of_the_list_says_why_and_what_to_write_instead() -> None:
    assert all(entry.why and entry.instead for entry in LOADED)
    assert len({entry.word for entry in LOADED}) == len(LOADED)


# --- quotes


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("It's a typical war", "“It’s a\n typical   WAR”, she said"),
        ("as long - as needed", "As long—as needed."),
        ("They left … at dawn", "They left the harbour at dawn"),
        ("They [the boats] left", "They — as everybody saw — left"),
        ("They left.", "they left, and"),
    ],
)
def test_forms_of_writing_do_not_hide_a_quote(quote: str, text: str) -> None:
    assert stands_in(quote, text)


@pytest.mark.parametrize(("quote", "text"), [("They left", "They had left"), ("dawn … left", "They left at dawn")])
def test_other_words_or_another_order_are_not_the_quote(quote: str, text: str) -> None:
    assert not stands_in(quote, text)


def test_a_missed_quote_comes_with_the_passage_that_resembles_it(tmp_path: Path) -> None:
    text = "The harbour was shut. They were all paid, he said. Nobody answered him."
    (missed,) = look_up(dossier(tmp_path), "b", text)
    assert (missed.statement, missed.is_found, missed.near) == ("s1", False, "They were all")


def test_nothing_resembles_a_quote_in_another_text() -> None:
    assert nearest("They were paid", "12 34 56 78") == ""
    assert nearest("They were paid", "") == ""


@given(st.lists(st.text("abc'“— ", min_size=1), min_size=1, max_size=30), st.data())
def test_any_stretch_of_a_text_is_found_in_it(words: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    stop = data.draw(st.integers(start + 1, len(words)))
    assert stands_in(" ".join(words[start:stop]), " ".join(words))
