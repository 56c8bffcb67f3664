"""The only component that Dash has here. Those that come with it are a tenth of all that a first visit would load."""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component


class Value(Component):
    """Something that Dash keeps for the page and nobody sees: what the page depends on, what is asked, what came for an
    answer. Callbacks know it as `data`; the browser's half of it stands in `assets/app.js`."""

    _namespace = "standoff"
    _type = "Value"

    def __init__(self, id: str, data: Any = None) -> None:
        self._prop_names, self._valid_wildcard_attributes = ["id", "data"], []
        super().__init__(id=id, data=data)  # type: ignore[no-untyped-call]
