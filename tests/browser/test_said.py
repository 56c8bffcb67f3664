"""Who said what: a claim opens from wherever it is seen, and its two sides stand apart by shape, place and date."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest

from dashboard.cli import BUNDLED
from events.dossier import Dossier, read
from tests.browser.page import StandoffPage
from tests.browser.test_access import findings

pytestmark = pytest.mark.browser

PLANE = "cl-plane-to-cuba"
CHOSEN = f"lens=said&claim={PLANE}"
RUSSIA, UNITED_STATES, BRAZIL = (95, 62), (-98, 40), (-52, -10)
SHAPES = {"asserts": "circle", "denies": "x", "retracts": "circle-open"}


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return read(BUNDLED)


def assert_plane(reader: StandoffPage) -> None:
    """The card of the plane is open: Pompeo on one side, four officials on the other, in the order of their days."""
    assert reader.record_title().startswith("On the morning of 30 April 2019 Maduro had an aircraft waiting")
    asserting, denying = reader.side("asserts"), reader.side("denies")
    assert [name for name, _ in asserting] == ["Mike Pompeo", "US officials (unnamed)"]
    assert [name for name, _ in denying] == ["Nicolás Maduro", "Jorge Arreaza", "Maria Zakharova", "Sergey Lavrov"]
    days = ["30 April 2019", "30 April 2019", "1 May 2019", "2 May 2019"]
    assert all(day in words for day, (_, words) in zip(days, denying, strict=True))
    assert "30 April 2019 · CNN · Miami Herald" in asserting[0][1]
    left, right = reader.box(".side.asserts"), reader.box(".side.denies")
    assert left["x"] + left["width"] <= right["x"], "the sides stand beside each other"
    assert left["y"] == right["y"]
    words = reader.page.inner_text("#records")
    assert "Unresolved. Pompeo named no source" in words
    assert "ABOUT" in words
    for link in reader.page.locator("#records .statement a[target]").all():
        assert (link.get_attribute("href") or "").startswith("http")


# ── The claim opens from the map, the timeline, the matrix, search, a list and a link ──────────


def test_the_plane_opens_from_the_map_in_two_clicks(reader: StandoffPage) -> None:
    reader.open(CHOSEN)
    reader.press_state(*RUSSIA)
    assert reader.offered() == [f"{name}: A plane waiting for Cuba" for name in ("Maria Zakharova", "Sergey Lavrov")]
    reader.take_offer("Sergey Lavrov")
    assert_plane(reader)
    assert reader.marked_speakers() == ["Sergey Lavrov"]
    reader.press_state(*UNITED_STATES)
    reader.take_offer("Mike Pompeo")
    assert_plane(reader)
    assert reader.marked_speakers() == ["Mike Pompeo"]
    assert reader.address == f"?{CHOSEN}&open=st-plane-pompeo", "opening filters nothing"


def test_a_state_without_a_chosen_claim_leads_to_the_claims_that_it_speaks_of(reader: StandoffPage) -> None:
    reader.open("lens=said")
    reader.click_state(*RUSSIA)
    assert reader.chips() == ["Russia"]
    reader.open_record_from_list(PLANE)
    assert_plane(reader)


def test_the_plane_opens_from_the_timeline(reader: StandoffPage) -> None:
    reader.open(CHOSEN)
    for statement, speaker in (("st-plane-lavrov", "Sergey Lavrov"), ("st-plane-pompeo", "Mike Pompeo")):
        reader.open_record_from_timeline(statement)
        assert_plane(reader)
        assert reader.marked_speakers() == [speaker]


def test_a_statement_under_the_handles_of_its_day_opens_all_the_same(reader: StandoffPage) -> None:
    reader.open(f"{CHOSEN}&from=2019-04-30&to=2019-04-30")
    reader.open_record_from_timeline("st-plane-arreaza")
    assert_plane(reader)
    assert reader.marked_speakers() == ["Jorge Arreaza"]


def test_the_plane_opens_from_the_matrix(reader: StandoffPage) -> None:
    reader.open("lens=said&table=matrix")
    reader.open_statement_from_matrix("st-plane-zakharova")
    assert_plane(reader)
    assert reader.marked_speakers() == ["Maria Zakharova"]


@pytest.mark.parametrize(("lens", "words"), [("lens=happened", "plane"), ("lens=said", "Havana"), ("", "plane")])
def test_the_plane_opens_from_a_search_under_every_lens(reader: StandoffPage, words: str, lens: str) -> None:
    reader.open(lens)
    reader.search(words)
    reader.open_record_from_list(PLANE)
    assert_plane(reader)


@pytest.mark.parametrize("link", [f"lens=said&open={PLANE}", f"open={PLANE}", "lens=said&open=st-plane-maduro"])
def test_the_plane_opens_from_a_link(reader: StandoffPage, link: str) -> None:
    reader.open(link)
    assert_plane(reader)
    assert reader.marked_speakers() == (["Nicolás Maduro"] if "maduro" in link else [])


def test_a_quote_says_from_which_language_it_is_translated(reader: StandoffPage) -> None:
    reader.open("lens=said&open=st-plane-maduro")
    words = reader.page.inner_text(".statement[data-record=st-plane-maduro]")
    assert "Please, Mr. Pompeo, you are not being serious" in words
    assert "(translated from es)" in words
    assert "30 April 2019 · television · " in words


# ── Timeline and map ───────────────────────────────────────────────────────────────────────


def test_each_statement_stands_at_its_speaker_in_the_shape_of_its_stance(
    reader: StandoffPage, dossier: Dossier
) -> None:
    reader.open("lens=said")
    drawn = reader.signs_of("timeline")
    assert drawn == {one.id: SHAPES[one.stance] for one in dossier.statements.values()}
    lanes = reader.lanes()
    assert lanes.index("Sergey Lavrov") < lanes.index("Mike Pompeo") < lanes.index("Nicolás Maduro"), "by side"
    reader.choose("Lanes", "By claim")
    assert reader.lanes()[0] == "A plane waiting for Cuba"
    reader.open(CHOSEN)
    assert set(reader.lanes()) == {name for side in ("asserts", "denies") for name in speakers(dossier, side)}
    traces = "document.querySelector('#timeline .js-plotly-plot').data"
    assert reader.page.evaluate(f"{traces}.find(({{ name }}) => name === 'rule heads').customdata") == [
        "ev-2019-04-30-pompeo-claim",
        "ev-2019-04-30-uprising",
    ]
    ties = reader.page.evaluate(f"{traces}.find(({{ name }}) => name === 'ties').x.length / 3")
    assert ties == 6, "four answers to Pompeo; he and his officials speak of the event"


def speakers(dossier: Dossier, stance: str) -> set[str]:
    said = (one for one in dossier.statements.values() if one.claim == PLANE and one.stance == stance)
    return {dossier.actors[one.actor].name for one in said}


def test_the_map_of_a_claim_shows_who_asserts_and_who_denies(reader: StandoffPage) -> None:
    reader.open("lens=said")
    assert "5–10 statements" in reader.page.inner_text("#legend"), "none chosen: how much each state said"
    reader.toggle_claim(PLANE)
    assert reader.sentence().startswith("“A plane waiting for Cuba”: 2 speakers assert, 4 deny")
    legend = reader.read_legend()
    assert {key: legend[key] for key in ("asserts", "denies", "both")} == {"asserts": 1, "denies": 2, "both": 0}
    fills = reader.fills()
    assert fills["RUS"] == fills["VEN"] != fills["USA"]
    assert fills["BRA"] not in {fills["RUS"], fills["USA"]}


def test_brushing_recolours_the_stances_without_asking_the_server(reader: StandoffPage) -> None:
    reader.open(f"{CHOSEN}&zoom=2019-04-25..2019-05-06")
    seen: list[dict[str, str]] = []
    with reader.requests() as asked:

        def look() -> None:
            seen.append(reader.fills())
            assert asked == []

        with reader.committing():
            reader.drag(reader.day_at("2019-04-28"), reader.day_at("2019-04-30"), during=look)
    assert reader.day_of("last") == "2019-04-30"
    assert seen[0] == reader.fills(), "what was seen under the hand is what stays"
    assert seen[0]["RUS"] == seen[0]["BRA"] != seen[0]["VEN"], "Moscow speaks on the next day"
    assert reader.read_legend()["denies"] == 1


# ── Filters ────────────────────────────────────────────────────────────────────────────────


def test_statements_are_filtered_by_stance_status_and_agreement(reader: StandoffPage, dossier: Dossier) -> None:
    said = dossier.statements.values()
    reader.open("lens=said")
    reader.toggle_stance("denies")
    assert set(reader.signs_of("timeline").values()) == {"x"}
    assert len(reader.signs_of("timeline")) == Counter(str(one.stance) for one in said)["denies"]
    reader.toggle_stance("denies")
    reader.toggle_status("unresolved")
    expected = {one.id for one in said if dossier.claims[one.claim].status == "unresolved"}
    assert set(reader.signs_of("timeline")) == expected
    reader.toggle_status("unresolved")
    groups: list[set[str]] = []
    for agreement in ("acknowledged", "one-sided", "disputed", "unasserted"):
        option = reader.option("Agreement", agreement)
        if option.count():
            reader.toggle_agreement(agreement)
            groups.append(set(reader.signs_of("timeline")))
            reader.toggle_agreement(agreement)
    assert sum(map(len, groups)) == len(set().union(*groups)) == len(said), "each statement is in one of them"


# ── Matrix ─────────────────────────────────────────────────────────────────────────────────


def test_the_matrix_holds_every_statement_and_explains_its_signs(reader: StandoffPage, dossier: Dossier) -> None:
    reader.open("lens=said")
    reader.choose("Map as", "Matrix")
    assert reader.signs_of("matrix") == {one.id: SHAPES[one.stance] for one in dossier.statements.values()}
    assert reader.page.locator("#signs").inner_text().split("\n") == ["a speaker asserts", "a speaker denies"]
    reader.toggle_claim(PLANE)
    assert len(reader.signs_of("matrix")) == 6


@pytest.mark.parametrize(
    ("picture", "table", "expected"),
    [("matrix", "&table=matrix", "A plane waiting for Cuba"), ("timeline", "", "Sergey Lavrov")],
)
def test_pictures_of_what_was_said_stand_alone(
    reader: StandoffPage, tmp_path: Path, picture: str, table: str, expected: str
) -> None:
    reader.open(f"lens=said{table}")
    root = ET.fromstring(reader.export_picture(picture, "svg", 1, tmp_path).read_text("utf-8"))
    text = " ".join(" ".join(root.itertext()).split())
    for words in (expected, "Sources: ", "Data: Standoff contributors", reader.sentence(), "a speaker denies"):
        assert words in text
    assert "statements" in reader.page.inner_text("#alt-text")


# ── For everybody ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("page", "width"), [({"color_scheme": "light"}, 390), ({"color_scheme": "dark"}, 1440)], indirect=["page"]
)
def test_axe_finds_nothing_in_claims(reader: StandoffPage, width: int) -> None:
    reader.page.set_viewport_size({"width": width, "height": 900})
    reader.open(f"{CHOSEN}&open={PLANE}")
    found = findings(reader, "Said with a card")
    reader.choose("Map as", "Matrix")
    found += findings(reader, "Matrix")
    assert found == []
