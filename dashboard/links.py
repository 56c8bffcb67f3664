"""Every control is a link to the view that it leads to, so it can be opened, copied and stepped back from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from dash import html

from dashboard.view import STAYING, View, query


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of the views around the current one."""

    view: View
    default: View

    def to(self, **changes: Any) -> str:
        """Query string of the current view with some fields changed; other records are listed from the first page."""
        page = self.view.page if changes.keys() <= STAYING else 1
        return query(replace(self.view, **{"page": page, **changes}), self.default) or "?"

    def toggle(self, attr: str, value: str) -> str:
        """Query string of the current view with one value of a filter added, or removed where it is set."""
        return self.to(**{attr: getattr(self.view.toggled(attr, value), attr)})


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
