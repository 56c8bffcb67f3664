"""Cells that name several things: a list in words, links among words, or a list or objects as JSON and Python spell
them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from events.formats.cells import LONGEST_TITLE, is_missing, link
from events.formats.files import Refused, as_text

NAMES: Final = ("name", "title", "label")
LINKS: Final = ("url", "link", "href", "path", "urls", "links", "paths")
PUBLISHERS: Final = ("publisher", "source", "name")
_JSON = json.JSONDecoder()
_BETWEEN = re.compile(r"[;\s]*")
_PARTS = re.compile(r";\s+|[;,]\s*(?=https?://)|\s*[\n|]\s*")
_SIDE_BY_SIDE = re.compile(r"""['"]\s+['"]""")
"""How NumPy prints a list, which Python reads as one text."""
_ROUND: Final = " :,;–—-()"


class Link(NamedTuple):
    """A link, and who published it and under which title, as far as that is said."""

    url: str
    publisher: str = ""
    title: str = ""


def objects(cell: str) -> list[Any] | None:
    """The members of a list that is spelled as JSON or Python, or of objects with `;` between them; None for words."""
    if not cell.startswith(("[", "{")):
        return None
    found, at = list[Any](), 0
    try:
        while at < len(cell):
            value, end = _JSON.raw_decode(cell, at)
            found += value if isinstance(value, list) else [value]
            at = _end(_BETWEEN, cell, end)
    except (ValueError, RecursionError):
        return _python(cell)
    return found


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _python(cell: str) -> list[Any] | None:
    if _SIDE_BY_SIDE.search(cell):
        return None
    try:
        found = ast.literal_eval(cell)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return found if isinstance(found, list) else [found]


def names_in(cell: str, what: str, separators: str = ";") -> list[str]:
    """The names in a cell, of objects what they call themselves. Raises `Refused` for an object without a name."""
    found = objects(cell)
    if found is None:
        given = re.split(f"[{separators}]", cell)
    else:
        given = [_field(one, NAMES) if isinstance(one, Mapping) else as_text(one) for one in found]
        if any(isinstance(one, Mapping) and not name for one, name in zip(found, given, strict=True)):
            raise Refused(f"the {what} is raw JSON without a name", cell)
    return [name for name in map(str.strip, given) if name]


def name_in(cell: str, what: str) -> str:
    """A cell that is one name, or the names of a list with `; ` between them. Raises what `names_in` raises."""
    return cell if objects(cell) is None else "; ".join(names_in(cell, what))


def _field(item: Mapping[Any, Any], wanted: tuple[str, ...]) -> str:
    """The first of some fields that is filled."""
    fields = {str(name).casefold(): value for name, value in item.items()}
    return next(filter(None, (as_text(fields.get(name)) for name in wanted)), "")


def cited(cell: str) -> tuple[list[Link], list[str]]:
    """The links in a cell, and the words in it that belong to no link. Words before a link say who published it."""
    links, words = list[Link](), list[str]()
    for part in _parts(cell):
        if isinstance(part, Mapping):
            _add_object(part, links, words)
        else:
            _add_words(part, links, words)
    said = [word for word in words if not is_missing(word)]
    return list({one.url: one for one in reversed(links)}.values())[::-1], said


def _parts(cell: str) -> Iterator[str | Mapping[Any, Any]]:
    for one in objects(cell) or [cell]:
        yield from [one] if isinstance(one, Mapping) else _PARTS.split(as_text(one))


def _add_words(part: str, links: list[Link], words: list[str]) -> None:
    before = list[str]()
    for token in part.split():
        if url := link(token.strip("<>").rstrip(",;")):
            by = " ".join(before).strip(_ROUND)
            links.append(Link(url, by if len(by) <= LONGEST_TITLE else ""))
            words += [by] if len(by) > LONGEST_TITLE else []
            before = []
        else:
            before.append(token)
    words += filter(None, [" ".join(before).strip(_ROUND)])


def _add_object(item: Mapping[Any, Any], links: list[Link], words: list[str]) -> None:
    fields = {str(name).casefold(): value for name, value in item.items()}
    given = [fields.get(name) for name in LINKS]
    texts = [as_text(one) for value in given for one in (value if isinstance(value, list) else [value])]
    by = _field(item, PUBLISHERS)
    found = [Link(url, by, _field(item, ("title",))) for url in map(link, texts) if url]
    links += found
    words += [text for text in texts if text and not link(text)]
    words += [] if found else filter(None, [by or _field(item, NAMES)])
