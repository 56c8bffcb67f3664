"""Stories: a file in the folder becomes steps that lead somewhere, and every mistake in it a sentence that helps."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import events
from events.dossier import Dossier, Problem, read
from events.exports.story import story_yaml

BUNDLED = Path(events.__file__).parent / "dossiers" / "russia-in-venezuela"
META = """\
id: harbour
title: The harbour dispute
summary: Who blocked the harbour?
licence: CC BY 4.0
compiled_by: The harbour desk
kinds: [{id: blockade, label: Blockade}]
"""
EVENT = "- {id: first-blockade, title: Boats, summary: Six hours., kind: blockade, confidence: unverified}\n"
STORY = """\
title: Six hours
summary: How it went.
steps:
  - title: The boats
    text: They came at six.
    view: {view}
    mark: {mark}
"""


def story(view: str = "lens=happened", mark: str = "[]") -> str:
    return STORY.format(view=view, mark=mark)


def dossier(folder: Path, text: str, name: str = "six-hours.yaml", states: frozenset[str] | None = None) -> Dossier:
    """Read a small dossier with one story."""
    (folder / "stories").mkdir()
    for file, content in {"dossier.yaml": META, "events.yaml": EVENT, f"stories/{name}": text}.items():
        (folder / file).write_text(content, "utf-8")
    return read(folder, states)


def only_problem(dossier: Dossier) -> Problem:
    assert len(dossier.problems) == 1, [str(problem) for problem in dossier.problems]
    return dossier.problems[0]


def test_a_story_is_named_after_its_file_and_keeps_its_steps(tmp_path: Path) -> None:
    read_story = dossier(tmp_path, story("lens=happened&open=first-blockade", "[first-blockade]")).stories["six-hours"]
    step = read_story.steps[0]
    assert (read_story.id, read_story.title, len(read_story.steps)) == ("six-hours", "Six hours", 1)
    assert (step.view, step.mark) == ("lens=happened&open=first-blockade", ("first-blockade",))


def test_a_dossier_without_stories_has_none(tmp_path: Path) -> None:
    for file, content in {"dossier.yaml": META, "events.yaml": EVENT}.items():
        (tmp_path / file).write_text(content, "utf-8")
    assert read(tmp_path).stories == {}


def test_an_unknown_mark_is_reported_with_what_was_meant_and_the_step_stays(tmp_path: Path) -> None:
    result = dossier(tmp_path, story(mark="[first-blokade, first-blockade]"))
    problem = only_problem(result)
    assert str(problem).startswith("stories/six-hours.yaml:7: steps.mark: there is no record “first-blokade”")
    assert problem.fix == "Did you mean first-blockade?"
    assert result.stories["six-hours"].steps[0].mark == ("first-blockade",)


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("open=first-blokade", "there is no record “first-blokade”"),
        ("claim=paid", "there is no claim “paid”"),
        ("actor=port", "there is no actor “port”"),
        ("kind=blockade,speech", "there is no kind “speech”"),
        ("country=RUS,XXX", "there is no state “XXX”"),
        ("open", "“open” is not of the form setting=value"),
        ("=1", "“=1” is not of the form setting=value"),
        ("q=%zz", "“q=%zz” is not of the form setting=value"),
        ("q=two words", "“q=two words” is not of the form setting=value"),
        ("lens=said", "“lens” is set twice"),
    ],
)
def test_a_setting_that_leads_nowhere_is_left_out_alone(tmp_path: Path, setting: str, reason: str) -> None:
    text = story(f"'lens=happened&{setting}&from=2019-03-23'")
    result = dossier(tmp_path, text, states=frozenset({"RUS"}))
    assert only_problem(result).line == 6
    assert reason in str(only_problem(result))
    assert result.stories["six-hours"].steps[0].view == "lens=happened&from=2019-03-23"


def test_settings_that_only_the_page_knows_are_left_to_it(tmp_path: Path) -> None:
    view = "lens=happened&camera=-66.9,10.5,6&q=caf%C3%A9&country=RUS&shape=round"
    result = dossier(tmp_path, story(view))
    assert (result.problems, result.stories["six-hours"].steps[0].view) == ((), view)


def test_a_step_has_at_most_80_words(tmp_path: Path) -> None:
    result = dossier(tmp_path, story().replace("They came at six.", "word " * 81))
    assert "a step has at most 80 words, this one has 81" in str(only_problem(result))
    assert result.stories == {}


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("six-hours.yaml", "- title: x\n", "this file must be a mapping"),
        ("six-hours.yaml", "title: [\n", "this is not YAML"),
        ("six-hours.yaml", story().replace("steps:", "stops:"), "there is no field “stops”"),
        ("six hours.yaml", story(), "“six hours” is not an id"),
        ("six-hours.yml", story(), "Rename it to six-hours.yaml"),
    ],
)
def test_a_file_that_is_no_story_is_left_out_and_named(tmp_path: Path, name: str, text: str, reason: str) -> None:
    result = dossier(tmp_path, text, name)
    assert result.stories == {}
    assert reason in str(result.problems[0])
    assert all(problem.file == f"stories/{name}" for problem in result.problems)
    assert len(result.events) == 1


def test_the_name_of_the_file_wins_over_an_id_inside(tmp_path: Path) -> None:
    result = dossier(tmp_path, "id: other\n" + story())
    assert "a story's id is the name of its file, “six-hours”" in str(only_problem(result))
    assert list(result.stories) == ["six-hours"]


def test_the_bundled_dossier_tells_two_stories_that_lead_somewhere() -> None:
    bundled = read(BUNDLED)
    assert list(bundled.stories) == ["a-hundred-soldiers", "the-plane-that-did-not-leave"]
    assert bundled.problems == ()
    for told in bundled.stories.values():
        assert 6 <= len(told.steps) <= 9
        assert all(step.view and step.mark for step in told.steps)


def test_the_plane_is_told_from_the_claim_to_the_last_denial() -> None:
    steps = read(BUNDLED).stories["the-plane-that-did-not-leave"].steps
    marked = [name for step in steps for name in step.mark]
    said = ["st-plane-pompeo", "st-plane-maduro", "st-plane-arreaza", "st-plane-zakharova", "st-plane-lavrov"]
    assert [name for name in marked if name in said] == said


def test_a_hundred_soldiers_runs_from_the_agreement_to_the_departure() -> None:
    steps = read(BUNDLED).stories["a-hundred-soldiers"].steps
    assert "bg-2001-05-mtc-agreement" in steps[0].mark
    assert "ev-2019-06-26-departure" in steps[-1].mark


# --- a view as a story


def test_a_view_becomes_a_story_that_is_read_back_unchanged(tmp_path: Path) -> None:
    result = dossier(tmp_path, story_yaml("Six hours", "?lens=happened&open=first-blockade"))
    assert result.problems == ()
    assert result.stories["six-hours"].steps[0].view == "lens=happened&open=first-blockade"


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs"])),
    st.text(st.characters(codec="ascii", exclude_categories=["Cc"])),
)
def test_any_title_and_any_view_make_a_file_that_can_be_read(title: str, view: str) -> None:
    made = yaml.safe_load(story_yaml(title, view))
    assert made["title"] == (" ".join(title.split()) or "A story without a title")
    assert made["steps"][0]["view"] == view.lstrip("?")
