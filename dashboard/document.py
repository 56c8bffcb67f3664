"""The document that a browser gets first: what it loads, in which order, and what its first script must know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any, Final

import dash

LEFT_OUT: Final = ("polyfill@", "/dash_table/")
"""Scripts of Dash for browsers that cannot draw this page anyway, and for components that it does not have."""
FIRST: Final = "/assets/app.js"
"""The script that asks for the first view while the others are still loading."""
START: Final = "standoff.start();"
"""Hands over to Dash once the first view is there, or has been waited for long enough."""
FONTS: Final = ("inter-latin-wght-normal", "source-serif-4-latin-wght-normal")
TEMPLATE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{%title%}</title>
<link rel="icon" href="data:,">
{%css%}
</head>
<body>
{%app_entry%}
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""


class Page(dash.Dash):
    """A Dash application with a document of our own. `facts` gives, for a path, what its root element says in `data-`
    attributes; `early` are links for its head, `late` for its end."""

    def __init__(self, name: str, *, facts: Callable[[str], Mapping[str, str]], **options: Any) -> None:
        super().__init__(name, index_string=TEMPLATE, **options)
        self.renderer = START
        self.early: tuple[str, ...] = ()
        self.late: tuple[str, ...] = ()
        self._facts = facts

    def interpolate_index(self, *args: Any, **parts: Any) -> str:
        """The document for the path that is asked for."""
        plain = str(super().interpolate_index(*args, **parts))  # type: ignore[no-untyped-call]
        path = self.backend.request_adapter().path
        return arranged(plain, self._facts(path), self.early, self.late)


def arranged(document: str, facts: Mapping[str, str], early: Iterable[str], last: Iterable[str]) -> str:
    """A document of Dash without what is not needed, its first script and early links in the head, other links after
    the scripts, and facts on its root."""
    told = "".join(f' data-{key}="{escape(value)}"' for key, value in facts.items())
    scripts = re.findall(r'<script src="[^"]*"></script>', document)
    for script in scripts:
        if FIRST in script or any(part in script for part in LEFT_OUT):
            document = document.replace(script, "", 1)
    first = [script for script in scripts if FIRST in script]
    document = document.replace("</title>", "\n".join(["</title>", *first, *early]), 1)
    document = document.replace("</footer>", "\n".join([*last, "</footer>"]), 1)
    return document.replace('<html lang="en">', f'<html lang="en"{told}>', 1)


def preload(address: str, kind: str) -> str:
    """A link to something that a script or a style will ask for."""
    return f'<link rel="preload" as="{kind}" href="{escape(address)}" crossorigin>'


def module_preload(address: str) -> str:
    """A link to a module that other modules import."""
    return f'<link rel="modulepreload" href="{escape(address)}">'
