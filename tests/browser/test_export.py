"""Taking something away: pictures that stand alone, and the rows behind them."""

from __future__ import annotations

import base64
import csv
import struct
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.page import StandoffPage

pytestmark = pytest.mark.browser

VIEW = "lens=happened&from=2019-03-20&to=2019-04-30&country=RUS"
SENTENCE = "events involving Russia, 20 March – 30 April 2019."
COLOURS = """async (text) => {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const counts = new Map();
  for (const pixel of new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer)) {
    counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  }
  const most = Math.max(...counts.values());
  return { colours: counts.size, plain: most / (image.width * image.height) };
}"""


def png_size(path: Path) -> tuple[int, int]:
    """Width and height from the header of a PNG."""
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", head[16:24])
    return int(width), int(height)


def words(root: ET.Element) -> str:
    """All text of a picture, its lines joined."""
    return " ".join(" ".join(element.itertext()).strip() for element in root.iter("{http://www.w3.org/2000/svg}text"))


def test_pictures_come_in_three_sizes_under_a_telling_name(reader: StandoffPage, tmp_path: Path) -> None:
    reader.open(VIEW)
    sizes = {}
    for size in (1, 2, 4):
        path = reader.export_picture("both", "png", size, tmp_path)
        sizes[size] = png_size(path)
        assert path.name == "russia-in-venezuela_events_russia_2019-03-20_2019-04-30.png"
        if size == 2:
            found = reader.page.evaluate(COLOURS, base64.b64encode(path.read_bytes()).decode())
            assert found["colours"] > 100
            assert found["plain"] < 0.95
    width, height = sizes[1]
    assert width == 1200
    assert sizes == {size: (size * width, size * height) for size in (1, 2, 4)}
    assert "Saved " in reader.page.inner_text("#export-status")


def test_a_vector_picture_says_what_it_shows_and_whence(reader: StandoffPage, tmp_path: Path) -> None:
    reader.open(VIEW)
    for picture, name in (("map", "events-map"), ("timeline", "events-timeline"), ("both", "events")):
        path = reader.export_picture(picture, "svg", 1, tmp_path)
        assert path.name == f"russia-in-venezuela_{name}_russia_2019-03-20_2019-04-30.svg"
        assert_stands_alone(reader, path, picture)


def assert_stands_alone(reader: StandoffPage, path: Path, picture: str) -> None:
    """Everything that a reader of the picture alone needs is in its text."""
    root = ET.fromstring(path.read_text("utf-8"))
    text = words(root)
    assert "Russia in Venezuela, 2018–2019" in text
    assert SENTENCE in text
    assert "Sources: " in text
    assert "Data: Standoff contributors, CC BY 4.0." in text
    assert "Seen on " in text
    assert reader.address in text.replace(" ", "")
    assert ("Natural Earth" in text) == (picture != "timeline"), "who draws boundaries says whose they are"
    assert ("No events" in text) == (picture != "timeline"), "a map has its legend"
    assert ("20 March 2019" in text) == (picture != "map"), "a timeline shows its period"
    described = {
        child.tag.rpartition("}")[2]: child.text or "" for child in root if child.get("id") in {"title", "alt"}
    }
    assert SENTENCE in described["desc"]
    assert described["title"]


def test_a_vector_picture_refers_to_nothing_outside_itself(reader: StandoffPage, tmp_path: Path) -> None:
    reader.open()
    root = ET.fromstring(reader.export_picture("both", "svg", 1, tmp_path).read_text("utf-8"))
    for element in root.iter():
        assert element.tag.rpartition("}")[2] not in {"script", "foreignObject", "image"}
        for key, value in element.attrib.items():
            assert not key.endswith("href") or value.startswith("#"), (element.tag, value)
            assert "http" not in value, (element.tag, key, value[:80])
            assert "url(" not in value or "url(#" in value or 'url("#' in value, value
    for style in root.iter("{http://www.w3.org/2000/svg}style"):
        assert "url(http" not in (style.text or "")
        assert "url(data:font/woff2" in (style.text or ""), "the picture carries its fonts"
    text = words(root)
    assert "On 30 April 2019, 54 states recognise Guaidó and 33 recognise Maduro" in text
    for entry in ("Recognise Guaidó 54", "Recognise Maduro 33", "Call for dialogue 19"):
        assert entry in " ".join(text.split())
    ids = {element.get("id") for element in root.iter()}
    used = {value[5:-1].strip('"') for element in root.iter() for value in _fills(element) if value.startswith("url(#")}
    assert used
    assert used <= ids, "every pattern that is used is defined"


def test_where_positions_are_shown_they_can_be_saved_and_the_events_too(reader: StandoffPage, tmp_path: Path) -> None:
    reader.open("lens=stands&on=2019-04-30&against=2019-01-28")
    path = reader.save_csv(tmp_path, "positions")
    assert path.name == "russia-in-venezuela_positions_2019-04-30_against-2019-01-28.csv"
    assert "Recognise Guaid\u00f3" in path.read_text("utf-8")
    assert reader.page.inner_text("#save-csv") == "Save the events as CSV"
    assert "_events_" in reader.save_csv(tmp_path).name
    reader.page.locator("#export .close").click()
    reader.choose("Lens", "Happened")
    reader.page.click("#export-button")
    assert reader.page.inner_text("#save-csv") == "Save the list as CSV"
    assert not reader.page.locator("#save-positions").is_visible()


# ── Nothing of a picture is left unsaid ────────────────────────────────────────────────────

SVG = "{http://www.w3.org/2000/svg}"


def exported(reader: StandoffPage, picture: str, folder: Path) -> ET.Element:
    return ET.fromstring(reader.export_picture(picture, "svg", 1, folder).read_text("utf-8"))


def test_marks_in_colours_are_explained_in_the_picture(reader: StandoffPage, tmp_path: Path) -> None:
    reader.open("lens=happened&colour=sourcing")
    assert "Independent sources One origin only" in plain(exported(reader, "both", tmp_path))
    reader.open("lens=happened&colour=confidence")
    assert "Single source" in plain(exported(reader, "timeline", tmp_path))
    reader.open("lens=happened")
    assert "Single source" not in plain(exported(reader, "timeline", tmp_path))


def test_a_comparison_names_both_days_and_explains_the_colours_of_both(reader: StandoffPage, tmp_path: Path) -> None:
    reader.open("lens=stands&on=2019-04-30&against=2019-01-28")
    path = reader.export_picture("both", "svg", 1, tmp_path)
    assert path.name == "russia-in-venezuela_positions_2019-04-30_against-2019-01-28.svg"
    root = ET.fromstring(path.read_text("utf-8"))
    text = plain(root)
    assert "None recorded yet 35 → 0" in text
    assert "Recognise Guaidó 21 → 54" in text
    assert "against 21 and 16 on 28 January 2019" in text
    assert "Two world maps" in next(root.iter(f"{SVG}desc")).itertext().__next__()


def test_records_before_the_timeline_begins_are_counted_in_the_picture(reader: StandoffPage, tmp_path: Path) -> None:
    reader.open("lens=happened&zoom=2019-03-01..2019-05-01")
    text = plain(exported(reader, "timeline", tmp_path))
    assert reader.page.inner_text("#outside-left") in text
    assert reader.page.inner_text("#outside-right") in text


@pytest.mark.parametrize("page", [{}, {"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_the_words_of_a_picture_are_as_large_from_any_screen(reader: StandoffPage, tmp_path: Path) -> None:
    reader.open("lens=stands")
    root = exported(reader, "both", tmp_path)
    for drawing in (one for one in root if one.tag == f"{SVG}svg"):
        _, _, width, height = drawing.get("viewBox", "").split()
        assert (drawing.get("width"), drawing.get("height")) == (width, height), "nothing is magnified"
    assert "Caracas · government" in plain(root), "no name of a lane is cut"


def plain(root: ET.Element) -> str:
    return " ".join(words(root).split())


def _fills(element: ET.Element) -> list[str]:
    style = dict(part.split(":", 1) for part in (element.get("style") or "").split(";") if ":" in part)
    return [value.strip().replace('"', "") for value in (element.get("fill", ""), style.get("fill", ""))]


def test_rows_can_be_saved_with_the_view_that_they_belong_to(reader: StandoffPage, tmp_path: Path) -> None:
    reader.open(VIEW)
    path = reader.save_csv(tmp_path)
    assert path.name == "russia-in-venezuela_events_russia_2019-03-20_2019-04-30.csv"
    lines = path.read_text("utf-8").splitlines()
    header = [line for line in lines if line.startswith("# ")]
    assert any(reader.sentence() in line for line in header)
    assert any(line.startswith("# http://") and line.endswith(reader.address) for line in header)
    rows = list(csv.DictReader(line for line in lines if not line.startswith("# ")))
    assert [row["id"] for row in rows] == reader.listed()
    texts = [cell for row in rows for key, cell in row.items() if key not in {"lat", "lon"}]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@"))], "no cell runs as a formula"


def test_a_picture_can_be_saved_after_a_try_while_the_server_was_gone(
    page: Page, troubles: list[str], tmp_path: Path
) -> None:
    reader = StandoffPage(page).open("lens=happened")
    page.context.set_offline(True)
    page.click("#export-button")
    page.click("#save-picture")
    expect(page.locator("#export-status")).to_contain_text("The server does not answer")
    page.context.set_offline(False)
    page.click("[data-close=export]")
    troubles.clear()
    assert reader.export_picture("map", "svg", 1, tmp_path).stat().st_size > 0
