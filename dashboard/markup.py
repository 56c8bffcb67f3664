"""Components of a panel → HTML text. What only stands there needs no component in the browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any, Final

from dash.development.base_component import Component

VOID: Final = frozenset(("area", "br", "col", "hr", "img", "input", "link", "source", "wbr"))
RENAMED: Final = {"className": "class", "htmlFor": "for"}


def markup(part: Any) -> str:
    """The HTML of a component of `dash.html`, of a text or number, or of a list of them; nothing for None.

    Raises ValueError for a component of another library, which HTML alone cannot draw.
    """
    return "".join(_pieces(part))


def _pieces(part: Any) -> Iterator[str]:
    if isinstance(part, list | tuple):
        for child in part:
            yield from _pieces(child)
    elif isinstance(part, Component):
        yield from _element(part)
    elif part is not None:
        yield escape(str(part), quote=False)


def _element(component: Component) -> Iterator[str]:
    if component._namespace != "dash_html_components":
        raise ValueError(f"{component._namespace}.{component._type} is no element of HTML; use one of dash.html")
    name = component._type.lower()
    props = component.to_plotly_json()["props"]
    children = props.pop("children", None)
    yield f"<{name}{''.join(_attribute(*prop) for prop in props.items())}>"
    if name not in VOID:
        yield from _pieces(children)
        yield f"</{name}>"


def _attribute(prop: str, value: Any) -> str:
    name = RENAMED.get(prop, prop.lower())
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    return f' {name}="{escape(_style(value) if prop == "style" else str(value))}"'


def _style(rules: dict[str, Any]) -> str:
    return "; ".join(f"{re.sub('[A-Z]', lambda m: f'-{m[0].lower()}', name)}: {value}" for name, value in rules.items())
