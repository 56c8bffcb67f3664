"""The document that a browser gets first: what it loads, in which order, and what its first script must know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any, Final

import dash

LEFT_OUT: Final = ("polyfill@", "/dash_table/", "/dash/html/", "/dash/dcc/")
"""Scripts of Dash for browsers that cannot draw this page anyway, and for components that it does not have."""
FONTS: Final = ("inter-latin-wght-normal", "source-serif-4-latin-wght-normal")
SHELL: Final = "{{shell}}"
TEMPLATE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<meta name="color-scheme" content="light dark">
<title>{%title%}</title>
{%renderer%}
<link rel="icon" href="data:,">
{%css%}
</head>
<body>
{{shell}}
<footer>{%app_entry%}{%config%}<template id="dash">{%scripts%}</template></footer>
</body>
</html>"""


class Page(dash.Dash):
    """A Dash application with a document of our own. For a path, `facts` gives what its root element says in `data-`
    attributes, `titled` its title, and `shell` the HTML of the empty page; `first` is the text of the script that
    stands in the document and starts everything else, the scripts of Dash last; `early` are links and scripts for its
    head."""

    def __init__(
        self,
        name: str,
        *,
        facts: Callable[[str], Mapping[str, str]],
        titled: Callable[[str], str],
        shell: Callable[[str], str],
        first: str,
        **options: Any,
    ) -> None:
        super().__init__(name, index_string=TEMPLATE, **options)
        self.renderer = first
        self.early: tuple[str, ...] = ()
        self._facts, self._titled, self._shell = facts, titled, shell

    def interpolate_index(self, *args: Any, **parts: Any) -> str:
        """The document for the path that is asked for."""
        path = self.backend.request_adapter().path
        parts["title"] = inert(self._titled(path))
        plain = str(super().interpolate_index(*args, **parts))  # type: ignore[no-untyped-call]
        return arranged(plain, self._facts(path), self.early).replace(SHELL, self._shell(path), 1)


def inert(text: str) -> str:
    """Text that is neither markup nor, by its braces, a place in a template."""
    return escape(text).replace("{", "&#123;")


def arranged(document: str, facts: Mapping[str, str], early: Iterable[str]) -> str:
    """A document of Dash without what is not needed, with early links in the head, and facts on its root."""
    told = "".join(f' data-{key}="{inert(value)}"' for key, value in facts.items())
    for script in re.findall(r'<script src="[^"]*"></script>', document):
        if any(part in script for part in LEFT_OUT):
            document = document.replace(script, "", 1)
    document = document.replace("</title>", "\n".join(["</title>", *early]), 1)
    return document.replace('<html lang="en">', f'<html lang="en"{told}>', 1)


def urgent_script(address: str) -> str:
    """A script that is loaded before all else and runs when the document is there."""
    return f'<script defer fetchpriority="high" src="{escape(address)}"></script>'


def preload(address: str, kind: str) -> str:
    """A link to something that a script or a style will ask for."""
    return f'<link rel="preload" as="{kind}" href="{escape(address)}" crossorigin>'


def module_preload(address: str) -> str:
    """A link to a module that a script will import."""
    return f'<link rel="modulepreload" href="{escape(address)}">'
