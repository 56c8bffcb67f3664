"""A panel as HTML says what its components say, and no word in it is markup."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from dash import dcc
from hypothesis import given
from hypothesis import strategies as st

from dashboard import elements as html
from dashboard.markup import markup


class Br(html.Element):
    """An element that has no end."""


class Reading(HTMLParser):
    """The elements and the words of a text, as a browser finds them."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (None, ""),
        (3, "3"),
        (["a", html.B("b"), None], "a<b>b</b>"),
        (Br(), "<br>"),
        (html.Label("From", htmlFor="from"), '<label for="from">From</label>'),
        (html.Div(className="a b", tabIndex=0, hidden=True), '<div class="a b" hidden tabindex="0"></div>'),
        (html.Div(hidden=False, title=None), "<div></div>"),
        (html.Span(style={"--swatch": "#fff", "fontSize": 3}), '<span style="--swatch: #fff; font-size: 3"></span>'),
        (html.A("x", href="?a=1&b=2", **{"aria-current": "true"}), '<a href="?a=1&amp;b=2" aria-current="true">x</a>'),
    ],
)
def test_a_component_is_its_element(part: Any, text: str) -> None:
    (one, other) = (Reading(written) for written in (markup(part), text))
    assert (one.elements, one.words) == (other.elements, other.words)


@given(st.text(st.characters(exclude_categories=["C"])))
def test_any_words_are_read_as_they_are_and_make_no_element(words: str) -> None:
    read = Reading(markup(html.P([words, html.Q(words, title=words)])))
    assert read.words == words + words
    assert read.elements == [("p", {}), ("q", {"title": words})]


def test_a_component_that_html_cannot_draw_is_an_error() -> None:
    with pytest.raises(ValueError, match="no element of HTML"):
        markup(html.Div(dcc.Graph(id="map")))
