"""The one shape in which a browser may call a callback.

Dash trusts what it is sent. Here a request is compared with the callback that it names, so that a
body which no page of ours could have sent is refused in words before any of our code sees it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

Callbacks = Mapping[str, Mapping[str, Any]]


def fault(body: object, callbacks: Callbacks) -> str:
    """Say what is wrong with a decoded request body, or give an empty text.

    `callbacks` is `Dash.callback_map`: the declaration of each callback by its output.
    """
    if not isinstance(body, dict):
        return "the body must be a JSON object"
    output = body.get("output")
    if not isinstance(output, str) or output not in callbacks:
        return "output must name a callback of this page"
    return next(filter(None, _faults(body, output, callbacks[output])), "")


def _faults(body: dict[str, Any], output: str, declared: Mapping[str, Any]) -> list[str]:
    outputs = None if declared.get("no_output") else _declared_outputs(output)
    return [
        _list_fault("inputs", body.get("inputs"), declared["inputs"]),
        _list_fault("state", body.get("state", []), declared["state"]),
        "" if outputs is None else _outputs_fault(body.get("outputs"), outputs, output.startswith("..")),
        "" if _is_list_of(body.get("changedPropIds", []), _is_text) else "changedPropIds must be a list of texts",
    ]


def _list_fault(name: str, entries: object, declared: list[Mapping[str, Any]]) -> str:
    if not isinstance(entries, list) or len(entries) != len(declared):
        return f"{name} must be a list of {len(declared)}"
    wrong = [at for at, (entry, wanted) in enumerate(zip(entries, declared, strict=True)) if not _fits(entry, wanted)]
    return f"{name}[{wrong[0]}] must be {_describe(declared[wrong[0]])}" if wrong else ""


def _outputs_fault(outputs: object, declared: list[Mapping[str, Any]], is_list: bool) -> str:
    return _list_fault("outputs", outputs if is_list else [outputs], declared)


def _declared_outputs(output: str) -> list[Mapping[str, Any]]:
    """Undo Dash's callback id: `..a.x...b.y..` for several outputs, `a.x` for one."""
    names = output[2:-2].split("...") if output.startswith("..") else [output]
    pairs = (name.rpartition(".") for name in names)
    return [{"id": identity, "property": prop} for identity, _, prop in pairs]


def _fits(entry: object, wanted: Mapping[str, Any]) -> bool:
    """Whether an entry has the declared id and property; a pattern of many stands for a list of them."""
    if not wanted["id"].startswith("{"):
        return _has(entry, wanted["property"], lambda identity: identity == wanted["id"])
    pattern = json.loads(wanted["id"])
    is_many = any(value in (["ALL"], ["ALLSMALLER"]) for value in pattern.values())
    if is_many != isinstance(entry, list):
        return False
    entries = entry if isinstance(entry, list) else [entry]
    return all(_has(item, wanted["property"], lambda identity: _is_instance_of(identity, pattern)) for item in entries)


def _has(entry: object, prop: str, accepts_id: Callable[[object], bool]) -> bool:
    return isinstance(entry, dict) and entry.get("property") == prop and accepts_id(entry.get("id"))


def _is_instance_of(identity: object, pattern: Mapping[str, Any]) -> bool:
    if not isinstance(identity, dict) or identity.keys() != pattern.keys():
        return False
    return all(
        isinstance(value, str | int | float) and (isinstance(pattern[key], list) or value == pattern[key])
        for key, value in identity.items()
    )


def _describe(declared: Mapping[str, Any]) -> str:
    return f"an object with id {declared['id']} and property {declared['property']}"


def _is_list_of(value: object, accepts: Callable[[object], bool]) -> bool:
    return isinstance(value, list) and all(map(accepts, value))


def _is_text(value: object) -> bool:
    return isinstance(value, str)
