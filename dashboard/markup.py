"""Elements of a panel → HTML text. What only stands there needs no component in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from html import escape
from typing import Any, Final

from dash.development.base_component import Component

from dashboard.elements import Element

VOID: Final = frozenset(("area", "br", "col", "hr", "img", "input", "link", "source", "wbr"))
REMEMBERED: Final = 4_096
"""Texts and attributes that are written once: one view has many of those of the last."""
RENAMED: Final = {"className": "class", "htmlFor": "for"}


def markup(part: Any) -> str:
    """The HTML of an element, of a text or number, or of a list of them; nothing for None.

    Raises ValueError for a component of Dash, which HTML alone cannot draw.
    """
    pieces: list[str] = []
    _write(part, pieces.append)
    return "".join(pieces)


def _write(part: Any, put: Callable[[str], None]) -> None:
    if isinstance(part, Element):
        _write_element(part, put)
    elif isinstance(part, list | tuple):
        for child in part:
            _write(child, put)
    elif isinstance(part, Component):
        raise ValueError(f"{part._namespace}.{part._type} is no element of HTML; use one of dashboard.elements")
    elif part is not None:
        put(_text(str(part)))


def _write_element(element: Element, put: Callable[[str], None]) -> None:
    put(f"<{element.tag}{''.join([_attribute(*pair) for pair in element.attributes.items()])}>")
    if element.tag not in VOID:
        _write(element.children, put)
        put(f"</{element.tag}>")


@lru_cache(maxsize=REMEMBERED)
def _text(text: str) -> str:
    return escape(text, quote=False)


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return f" {_name(name)}"
    return _written(name, _style(value) if name == "style" else str(value))


@lru_cache(maxsize=REMEMBERED)
def _written(name: str, value: str) -> str:
    return f' {_name(name)}="{escape(value)}"'


def _name(name: str) -> str:
    return RENAMED.get(name) or name.lower()


def _style(rules: dict[str, Any]) -> str:
    return "; ".join(f"{re.sub('[A-Z]', lambda m: f'-{m[0].lower()}', name)}: {value}" for name, value in rules.items())
