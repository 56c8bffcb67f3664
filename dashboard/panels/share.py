"""Share and export: the link of the view, pictures of it, and its rows."""

from __future__ import annotations

from typing import Any

from dashboard import elements as html


def layout() -> list[Any]:
    """The two dialogs, closed."""
    return [_share(), _export()]


def _dialog(key: str, heading: str, body: list[Any]) -> html.Dialog:
    close = html.Button("×", type="button", className="close", **{"aria-label": "Close", "data-close": key})
    return html.Dialog(
        [html.H2([heading], id=f"{key}-heading"), close, *body], id=key, **{"aria-labelledby": f"{key}-heading"}
    )


def _share() -> html.Dialog:
    return _dialog(
        "share",
        "Share this view",
        [
            html.P("The address holds the whole view: lens, filters, period, cursor, map and open record."),
            html.Pre(id="share-link", tabIndex=0),
            html.Div(
                [html.Button("Copy link", id="copy-link", type="button"), html.Span(id="copied", role="status")],
                className="row",
            ),
            html.P(
                [
                    html.A("Make a story of this", id="save-story", href="#", download="story.yaml"),
                    ": a file with this view as its first step, to edit and put in the dossier's folder.",
                ]
            ),
        ],
    )


def _radio(group: str, value: str, label: str, is_first: bool) -> html.Button:
    checked = "true" if is_first else "false"
    return html.Button(
        label, type="button", role="radio", **{"data-group": group, "data-value": value, "aria-checked": checked}
    )


def _radios(group: str, heading: str, entries: list[tuple[str, str]]) -> html.Div:
    buttons = [_radio(group, value, label, i == 0) for i, (value, label) in enumerate(entries)]
    return html.Div(
        [html.Span(heading, id=f"label-{group}"), *buttons],
        className="row",
        role="radiogroup",
        **{"aria-labelledby": f"label-{group}"},
    )


def _save(key: str, words: str) -> html.A:
    return html.A(words, id=key, href="#", download="", className="primary")


NOT_SHARED = "The licence of these data forbids to pass single records on, so they cannot be saved."


def _export() -> html.Dialog:
    return _dialog(
        "export",
        "Export",
        [
            _radios(
                "picture",
                "Picture",
                [("both", "Map and timeline"), ("map", "Map"), ("matrix", "Matrix"), ("timeline", "Timeline")],
            ),
            _radios("format", "Format", [("png", "PNG"), ("svg", "SVG")]),
            _radios("size", "Size", [("2", "2×"), ("1", "1×"), ("4", "4×")]),
            html.Div(
                [
                    html.Button("Save picture", id="save-picture", type="button", className="primary"),
                    html.A(
                        "Save the positions as CSV", id="save-positions", href="#", download="", className="primary"
                    ),
                    html.A("Save the list as CSV", id="save-csv", href="#", download=""),
                ],
                className="row",
            ),
            html.P(NOT_SHARED, id="csv-refused", hidden=True),
            html.Progress(id="export-progress", hidden=True),
            html.P(id="export-status", role="status"),
            html.Div(
                [
                    html.H3("Alt text"),
                    html.P(id="alt-text"),
                    html.Button("Copy alt text", id="copy-alt", type="button"),
                ],
                className="alt",
            ),
        ],
    )
