"""Who asks the guide what a sign means finds it, with a picture of every lens in light and in dark."""

import re
from pathlib import Path

import pytest

from dashboard.labels import AGREEMENT_LABELS, CONFIDENCE_LABELS, SOURCING_LABELS
from dashboard.panels.masthead import LENS_LABELS
from dashboard.panels.timeline import GLYPHS

DOCS = Path(__file__).parents[1] / "docs"
READING = (DOCS / "reading.md").read_text("utf-8")
LARGEST = 400_000


def headings() -> list[str]:
    return re.findall(r"^## (.+)$", READING, re.MULTILINE)


def anchor(heading: str) -> str:
    return re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-"))


@pytest.mark.parametrize(("sign", "words"), GLYPHS, ids=[words for _, words in GLYPHS])
def test_every_sign_of_the_key_is_explained_in_the_words_of_the_page(sign: str, words: str) -> None:
    assert f"| {sign} | {words}" in READING


@pytest.mark.parametrize("name", LENS_LABELS.values())
def test_every_lens_has_a_section_with_its_picture_in_light_and_dark(name: str) -> None:
    section = READING.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert re.findall(r"\(images/([\w-]+)\.png\)", section) == [f"{name.lower()}-light", f"{name.lower()}-dark"]


def test_every_picture_is_there_described_and_small() -> None:
    pictures = re.findall(r"!\[(.+?)\]\((.+?)\)", READING)
    assert len(pictures) >= 12
    for _, path in pictures:
        assert 0 < (DOCS / path).stat().st_size <= LARGEST, path


def test_every_value_of_the_filters_for_trust_is_explained() -> None:
    labels = [*AGREEMENT_LABELS.values(), *SOURCING_LABELS.values(), *CONFIDENCE_LABELS.values()]
    assert [label for label in labels if label not in READING] == []


def test_every_link_leads_somewhere() -> None:
    inside = re.findall(r"\]\(#([\w-]+)\)", READING)
    assert sorted(inside) == sorted(map(anchor, headings()))
    files = re.findall(r"\]\(([^#)\s]+)\)", READING)
    assert [path for path in files if not (DOCS / path).exists()] == []


def test_the_guide_says_what_the_classes_of_green_depend_on() -> None:
    assert "under all filters but those by\nperiod and country" in READING
    assert "set once for the whole dossier" not in READING
