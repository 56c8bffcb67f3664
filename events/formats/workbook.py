"""EDGE. What an Excel workbook (.xlsx) holds beside its values: cells that look empty to whoever reads only these."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from pathlib import Path
from typing import Final

_SHEET: Final = re.compile(r"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION: Final = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE: Final = re.compile(r'([\w:]+)="([^"]*)"')
_ERROR: Final = re.compile(rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+\d+)"')
_UNCOMPUTED: Final = re.compile(
    rb'<(?:\w+:)?c\b(?![^>]*\bt="str")[^>]*\br="([A-Z]+\d+)"[^>]*>\s*'
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</"
)


def seemingly_empty(path: Path, sheet: str) -> tuple[str, ...]:
    """What to say of the cells of a sheet that hold an error, or a formula whose result is not in the file."""
    data = _part(path, sheet)
    errors, formulas = _ERROR.findall(data), _UNCOMPUTED.findall(data)
    return (
        *_told(errors, "an error such as #N/A", "Mend the formulas."),
        *_told(formulas, "a formula without its result", "Open the workbook in Excel or LibreOffice and save it."),
    )


def _told(cells: list[bytes], what: str, fix: str) -> tuple[str, ...]:
    if not cells:
        return ()
    first = cells[0].decode()
    if len(cells) == 1:
        return (f"the cell {first} holds {what} and counts as empty. {fix}",)
    return (f"{len(cells):,} cells, the first of them {first}, hold {what} and count as empty. {fix}",)


def _part(path: Path, sheet: str) -> bytes:
    """The XML of a sheet; nothing where the workbook is laid out in another way."""
    try:
        with zipfile.ZipFile(path) as archive:
            book = archive.read("xl/workbook.xml").decode()
            relations = archive.read("xl/_rels/workbook.xml.rels").decode()
            names = [dict(_ATTRIBUTE.findall(one)) for one in _SHEET.findall(book)]
            wanted = next(one.get("r:id") for one in names if unescape(one.get("name", "")) == sheet)
            targets = [dict(_ATTRIBUTE.findall(one)) for one in _RELATION.findall(relations)]
            target = next(one["Target"] for one in targets if one.get("Id") == wanted)
            return archive.read(target.removeprefix("/") if target.startswith("/") else f"xl/{target}")
    except (KeyError, StopIteration, ValueError):
        return b""
