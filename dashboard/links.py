"""Every control is a link to the view that it leads to, so it can be opened, copied and stepped back from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dashboard import elements as html
from dashboard.view import FIELDS, STAYING, View, spelled, toggled

WHOLE = {"data-whole": ""}
"""Attributes of a link that leads to a view of its own. Every other link means the change that it makes, also to a view
that has changed since the link was written."""


@dataclass(frozen=True)
class Links:
    """Addresses of the views around the current one."""

    view: View
    default: View

    def to(self, **changes: Any) -> str:
        """Query string of the current view with some fields changed; other records are listed from the first page."""
        page = self.view.page if changes.keys() <= STAYING else 1
        changed = {attr: spelled(attr, value, self.default) for attr, value in {"page": page, **changes}.items()}
        return "?" + "&".join([part for part in (self._spelled | changed).values() if part])

    def toggle(self, attr: str, value: str) -> str:
        """Query string of the current view with one value of a filter added, or removed where it is set."""
        return self.to(**{attr: toggled(getattr(self.view, attr), value)})

    @cached_property
    def _spelled(self) -> dict[str, str]:
        """The parts of the address of the view itself, by field."""
        return {spec.attr: spelled(spec.attr, getattr(self.view, spec.attr), self.default) for spec in FIELDS}


def choice(label: Any, href: str, is_current: bool, **props: Any) -> html.A:
    """One of several views of which exactly one is current."""
    current = {"aria-current": "true"} if is_current else {}
    return html.A(label, href=href, className="choice", **current, **props)


def choices(name: str, entries: Sequence[html.A]) -> html.Nav:
    """A named row of choices."""
    return html.Nav(list(entries), className="choices", **{"aria-label": name})


def outside(label: Any, url: str, **props: Any) -> html.A:
    """A link that leaves the page. It opens apart and tells the other site nothing."""
    return html.A(label, href=url, target="_blank", rel="noopener noreferrer", **props)
