"""The scripts of the page as they are sent: quick to ask for and quick to start. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Final

IMPORT: Final = re.compile(r'^import (?:\* as (?P<whole>\w+)|(?P<some>\{[^}]*\})) from "\./(?P<name>\w+)\.mjs";$', re.M)
EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|const) (?P<name>\w+))", re.M)
BODY: Final = re.compile(r"(?<=this, )(\(\) => \{\n.*\n\})(?=\)\);\s*$)", re.S)
"""The function that holds all of Plotly's build."""
OTHER: Final = re.compile(r"^(?:import|export)\b.*$", re.M)


def bundled(modules: Mapping[str, str]) -> str:
    """One module that exports each of these, by name, as a value with what it exports. Each keeps its own names.
    Many small files asked for at once hold up the one large script.

    Imports are of whole modules or of names in braces, one statement a line; exports are functions and constants.
    Raises ValueError for any other, KeyError for an unknown module, CycleError for modules that need each other.
    """
    needed = {name: {found["name"] for found in IMPORT.finditer(text)} for name, text in modules.items()}
    parts = [_wrapped(name, modules[name]) for name in TopologicalSorter(needed).static_order()]
    return "\n".join([*parts, f"export {{ {', '.join(f'${name} as {name}' for name in modules)} }};\n"])


def compiled_early(script: str) -> str:
    """The script of Plotly with its body in parentheses. Browsers compile such a function while they load it, and else
    a second time when it is called: 150 ms on the main thread. Raises ValueError for a script built in another way.
    """
    text, found = BODY.subn(r"(\1)", script)
    if not found:
        raise ValueError("the script of Plotly is not one function any more; see BODY in dashboard/bundle.py")
    return text


def _wrapped(name: str, text: str) -> str:
    given = ", ".join(found["name"] for found in EXPORT.finditer(text))
    body = EXPORT.sub("", IMPORT.sub(_taken, text))
    for left in _left(body):
        raise ValueError(f"{name}.mjs: cannot bundle “{left}”; write a named import or export of its own line")
    return f"const ${name} = (() => {{\n{body}return {{ {given} }};\n}})();"


def _taken(found: re.Match[str]) -> str:
    names = found["whole"] or found["some"].replace(" as ", ": ")
    return f"const {names} = ${found['name']};"


def _left(body: str) -> Iterator[str]:
    return (found[0] for found in OTHER.finditer(body))
