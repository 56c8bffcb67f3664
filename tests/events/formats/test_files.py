"""Files as people have them: packed, in any encoding, with any line end, and broken in every way."""

import gzip
import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import formats
from events.formats.files import opened
from events.reading import ReadError

TABLE = "title,date\nDvořák & Łódź €,2019-03-20\nZwölf,2019-03-21\n"
WESTERN = "title,date\nZwölf €,2019-03-20\nÜber,2019-03-21\n"


def titles(path: Path) -> list[str]:
    return [event.title for event in formats.read(path).events]


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "data"
    path.write_bytes(data)
    return path


def zipped(members: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return data.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_read_in_every_encoding_with_and_without_a_mark(encoding: str, tmp_path: Path) -> None:
    assert titles(saved(tmp_path, TABLE.encode(encoding))) == ["Dvořák & Łódź €", "Zwölf"]


@pytest.mark.parametrize(("encoding", "text"), [("cp1252", WESTERN), ("latin-1", WESTERN.replace("€", "\x81"))])
def test_western_encodings_are_read(encoding: str, text: str, tmp_path: Path) -> None:
    path = saved(tmp_path, text.encode(encoding))
    assert (opened(path)[0].encoding, titles(path)[1]) == (encoding, "Über")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Взрыв в Донецке, Украина", "cp1251"),
        ("Вибух у Донецьку, їжак і Київ", "cp1251"),
        ("Mission of the UN: Миссия ООН", "cp1251"),
        ("Żołnierze w Łodzi, piąty dzień", "cp1250"),
        ("Česká vláda žádá, příští týden", "cp1250"),
        ("Vojska je napustila Vukovar u šest sati, čeka se", "cp1250"),
        ("Slovenská vláda, ďalší ťažký deň", "cp1250"),
        ("Übergriff in Köln, Straße gesperrt", "cp1252"),
        ("Une commission créée", "cp1252"),
        ("Élections à Niamey où l’armée a été déployée", "cp1252"),
        ("¿Qué pasó en Málaga? El niño cayó 5 m³, n.º 3", "cp1252"),
        ("São Paulo: não há acordo, ações em João Pessoa", "cp1252"),
        ("Ånderud på Røst, kjøpt i Tromsø for £5 og ½", "cp1252"),
    ],
)
def test_a_text_that_is_not_unicode_is_read_as_it_looks_and_the_report_says_so(
    text: str, encoding: str, tmp_path: Path
) -> None:
    """Whoever has a table of an old Excel in Cyrillic or Polish can read it, and is told what was supposed."""
    table = f'title,date\n"{text}",2019\n' + "Plain title,2019\n" * 50
    imported = formats.read(saved(tmp_path, table.encode(encoding)))
    assert imported.events[0].title == text
    name = {"cp1251": "1251 (Cyrillic)", "cp1250": "1250 (Central European)", "cp1252": "1252 (Western European)"}
    told = f"this is not Unicode; it is read as Windows-{name[encoding]}. If letters are wrong, save it as UTF-8"
    assert f"data: {told}" in imported.report.notes
    assert not [note for note in formats.read(saved(tmp_path, table.encode())).report.notes if "Unicode" in note]


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("x", "this is not Unicode; it is read as Windows-1252. If letters are wrong, save it as UTF-8"),
        ("ö", "some characters are no valid UTF-8; each stands as �"),
    ],
)
def test_what_turns_out_to_be_no_unicode_far_below_is_told(before: str, told: str, tmp_path: Path) -> None:
    """A replaced letter is never silent, however late it comes."""
    data = f"title,date\n{before},2019\n".encode() + b"Plain title,2019\n" * 70_000 + b"Z\xfcrich,2019\n"
    assert f"data: {told}" in formats.read(saved(tmp_path, data)).report.notes


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_read(end: str, tmp_path: Path) -> None:
    assert len(titles(saved(tmp_path, TABLE.replace("\n", end).encode()))) == 2


def test_gzip_and_zip_are_unpacked(tmp_path: Path) -> None:
    assert len(titles(saved(tmp_path, gzip.compress(TABLE.encode())))) == 2
    two = {"a.csv": TABLE, "__MACOSX/a.csv": "x", "b/b.csv": WESTERN}
    assert len(titles(saved(tmp_path, zipped(two)))) == 4


@pytest.mark.parametrize(
    "name",
    ["README", "ReadMe_en.txt", "LICENSE", "licence.txt", "docs/codebook.pdf", "NOTES.md", "index.html", "a.htm"],
)
def test_what_lies_beside_the_data_of_a_zip_is_not_read(name: str, tmp_path: Path) -> None:
    imported = formats.read(saved(tmp_path, zipped({name: "about\x00", "a.csv": TABLE, "licences.csv": TABLE})))
    assert len(imported.events) == 4
    assert f"data/a.csv: not read from the zip: {name}" in imported.report.notes


def test_a_row_is_named_by_its_line_behind_cells_with_line_breaks(tmp_path: Path) -> None:
    path = saved(tmp_path, b'title,date,notes\nA,2019,"one\ntwo"\nB,never,\n')
    assert [one.line for one in formats.read(path).report.examples] == [4]


def test_our_own_export_is_read_below_its_opening_lines(tmp_path: Path) -> None:
    path = saved(tmp_path, b'# Made by, somebody\r\n# A view\r\nid,title,date\r\n"a","A","2019"\r\n')
    assert titles(path) == ["A"]


@pytest.mark.parametrize("sign", [";", ",", "\t", "#"])
def test_the_line_by_which_excel_names_the_separator_is_followed(sign: str, tmp_path: Path) -> None:
    rows = "title;date;notes\nA;2019;a,b\nB;2020;\n".replace(",", "-").replace(";", sign)
    assert titles(saved(tmp_path, f"sep={sign}\r\n{rows}".encode())) == ["A", "B"]


def test_the_separator_is_the_one_that_cuts_all_first_rows_alike(tmp_path: Path) -> None:
    """Commas in the names of columns do not cut a table that has tabs between its cells."""
    text = "title\tdate\tcountry, name, code, x\nA, b\t2019\tFrance\nC\t2020\t\n"
    assert titles(saved(tmp_path, text.encode())) == ["A, b", "C"]
    uneven = "title,date,a;b\nA,2019\nC,2020,x;y,z\n"
    assert opened(saved(tmp_path, uneven.encode()))[0].delimiter == ","


def test_lines_above_the_header_are_named_as_the_likely_cause(tmp_path: Path) -> None:
    text = "Data Source,Some desk\n\ntitle,date\nA,2019\n"
    with pytest.raises(ReadError, match=r"columns are Data Source, Some desk\. If these .* remove the lines above"):
        formats.read(saved(tmp_path, text.encode()))


def test_a_folder_is_called_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"this is a folder\. Name the files in it"):
        formats.read(tmp_path)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "this file is empty"),
        (b"\xef\xbb\xbf \n", "this file is empty"),
        (b"title,date\nA,2019\nB", "cut off in its last row"),
        (b'title,"date\nA,2019\n', "opened in the header is never closed"),
        (b'title,date\nA,2019\n"B,2019\nC,2019\n', "data:3: a quotation mark .* never closed, up to line 4"),
        (b"title,date\n" + b"x" * 200_000 + b",2019\n", "field larger than field limit"),
        (b'[{"title": "A", "date"', "not complete JSON"),
        (b"[" * 100_000, "this JSON cannot be read"),
        (b'{"title": "A", "date": 2019}\n{"title": "B"', "cut off in its last line"),
        (b"{}", "none of the formats"),
        (b"[1, 2]", "none of the formats"),
        (gzip.compress(TABLE.encode())[:-12], "this gzip file is damaged or cut off"),
        (zipped({"a": TABLE})[:60], "this zip file is damaged or cut off"),
        (zipped({}), r"this zip has no files\. Pack the data"),
        (zipped({"README.md": "x"}), r"this zip has no files but README\.md"),
        (zipped({"[Content_Types].xml": "x"}), "this Excel workbook cannot be read"),
        (b"PAR1" + b"\x00" * 50, "not Parquet that can be read"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x01", "not a text file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "data",  # packed bytes hold the time
)
def test_a_file_that_cannot_be_used_says_why(data: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=reason):
        formats.read(saved(tmp_path, data))


FIXTURES = [path.read_bytes() for path in sorted((Path(__file__).parent / "fixtures").iterdir())]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(FIXTURES),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6), st.integers(0, 40)), max_size=4),
    st.floats(0, 1),
    st.sampled_from(["", "gzip", "utf-16"]),
)
def test_a_damaged_file_ends_in_a_report_or_in_words(
    tmp_path: Path, data: bytes, changes: list[tuple[float, bytes, int]], end: float, packing: str
) -> None:
    for where, new, gone in changes:
        at = int(where * len(data))
        data = data[:at] + new + data[at + gone :]
    data = data[: max(1, int(end * len(data)))] if end < 0.5 else data
    packed = {"gzip": gzip.compress(data), "utf-16": data.decode("latin-1").encode("utf-16")}
    with suppress(ReadError):
        report = formats.read(saved(tmp_path, packed.get(packing, data))).report
        assert report.read == report.kept + report.merged + report.rejected + sum(report.left_out.values())


def test_a_zip_gives_each_member_its_own_lines(tmp_path: Path) -> None:
    path = saved(tmp_path, zipped({"a.csv": TABLE, "b.csv": "title,date\nA,never\n"}))
    assert [(one.file, one.line) for one in formats.read(path).report.examples] == [("data/b.csv", 2)]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_progress_goes_from_the_beginning_to_the_end(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    rows = "".join(f"Title {n},2019-03-20,{n * 7919 % 10_007}\n" for n in range(300_000))
    told: list[tuple[int, float]] = []
    path = saved(tmp_path, pack(b"title,date,notes\n" + rows.encode()))
    formats.read(path, progress=lambda count, share: told.append((count, share)))
    assert told == sorted(told)
    assert told[-1] == (300_000, 1.0)
    assert 0 < told[0][1] <= told[-1][1]


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="No such file"):
        formats.read(tmp_path / "nothing")


def test_an_unknown_format_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"Did you mean ucdp\? Valid are auto, ucdp"):
        formats.read(saved(tmp_path, TABLE.encode()), "ucpd")


def test_a_field_that_is_mapped_twice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"title is mapped twice\."):
        formats.mapping_of(["title=a", "when=date", "title=b"])


def test_a_file_that_is_given_twice_is_read_once(tmp_path: Path) -> None:
    path = saved(tmp_path, TABLE.encode())
    (tmp_path / "link").symlink_to(path)
    (tmp_path / "copy").write_bytes(path.read_bytes())
    report = formats.read([path, tmp_path / "copy", tmp_path / "." / "data", tmp_path / "link"]).report
    assert (report.read, report.notes[0]) == (4, "data: given 3 times, read once")
    assert [note.split(":")[0] for note in report.notes if "read as" in note] == ["data", "copy"]


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for folder in ("a/x", "b/x", "c"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "data").write_text("title,date\nA,2019\nB,never\n")
    (tmp_path / "c" / "zip").write_bytes(zipped({"data": TABLE}))
    imported = formats.read([tmp_path / one for one in ("a/x/data", "b/x/data", "c/data", "c/zip")])
    names = [note.split(":")[0] for note in imported.report.notes if "read as" in note]
    assert names == ["a/x/data", "b/x/data", "c/data", "zip/data"]
    assert [one.file for one in imported.report.examples] == names[:3]
    assert [event.id for event in imported.events] == ["data-2", "data.2-2", "data.3-2", "data.4-2", "data.4-3"]


@pytest.mark.parametrize("word", ["when", "when=", "wenn=Datum"])
def test_a_mapping_that_is_misspelled_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match=r"FIELD=COLUMN|Did you mean when"):
        formats.mapping_of([word])
