"""Elements of a page as values: what the panels are made of. `dashboard.markup` writes them as HTML.

They are written like the components of `dash.html`, but a page of a thousand of them costs a tenth of the time.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Element:
    """One element with its children (an element, text, number, list of these, or None) and its attributes, by the names
    that Dash gives them: `className`, `htmlFor`, and `style` as a dictionary. Attributes can be read like fields."""

    __slots__ = ("attributes", "children")
    tag: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.tag = cls.__name__.lower()

    def __init__(self, children: Any = None, **attributes: Any) -> None:
        self.children, self.attributes = children, attributes

    def __getattr__(self, name: str) -> Any:
        if name in Element.__slots__ or name not in self.attributes:
            raise AttributeError(f"<{self.tag}> has no {name}")
        return self.attributes[name]

    def to_plotly_json(self) -> dict[str, Any]:
        """What Dash sends to the browser for an element of a layout."""
        props = {"children": self.children, **self.attributes}
        return {"props": props, "type": type(self).__name__, "namespace": "dash_html_components"}


class A(Element):
    """`<a>`"""

    __slots__ = ()


class Aside(Element):
    """`<aside>`"""

    __slots__ = ()


class B(Element):
    """`<b>`"""

    __slots__ = ()


class Button(Element):
    """`<button>`"""

    __slots__ = ()


class Caption(Element):
    """`<caption>`"""

    __slots__ = ()


class Dd(Element):
    """`<dd>`"""

    __slots__ = ()


class Details(Element):
    """`<details>`"""

    __slots__ = ()


class Dialog(Element):
    """`<dialog>`"""

    __slots__ = ()


class Div(Element):
    """`<div>`"""

    __slots__ = ()


class Dl(Element):
    """`<dl>`"""

    __slots__ = ()


class Dt(Element):
    """`<dt>`"""

    __slots__ = ()


class H1(Element):
    """`<h1>`"""

    __slots__ = ()


class H2(Element):
    """`<h2>`"""

    __slots__ = ()


class H3(Element):
    """`<h3>`"""

    __slots__ = ()


class H4(Element):
    """`<h4>`"""

    __slots__ = ()


class Header(Element):
    """`<header>`"""

    __slots__ = ()


class Input(Element):
    """`<input>`"""

    __slots__ = ()


class Label(Element):
    """`<label>`"""

    __slots__ = ()


class Li(Element):
    """`<li>`"""

    __slots__ = ()


class Main(Element):
    """`<main>`"""

    __slots__ = ()


class Nav(Element):
    """`<nav>`"""

    __slots__ = ()


class Ol(Element):
    """`<ol>`"""

    __slots__ = ()


class P(Element):
    """`<p>`"""

    __slots__ = ()


class Pre(Element):
    """`<pre>`"""

    __slots__ = ()


class Progress(Element):
    """`<progress>`"""

    __slots__ = ()


class Q(Element):
    """`<q>`"""

    __slots__ = ()


class Section(Element):
    """`<section>`"""

    __slots__ = ()


class Span(Element):
    """`<span>`"""

    __slots__ = ()


class Strong(Element):
    """`<strong>`"""

    __slots__ = ()


class Summary(Element):
    """`<summary>`"""

    __slots__ = ()


class Table(Element):
    """`<table>`"""

    __slots__ = ()


class Tbody(Element):
    """`<tbody>`"""

    __slots__ = ()


class Td(Element):
    """`<td>`"""

    __slots__ = ()


class Th(Element):
    """`<th>`"""

    __slots__ = ()


class Thead(Element):
    """`<thead>`"""

    __slots__ = ()


class Tr(Element):
    """`<tr>`"""

    __slots__ = ()


class Ul(Element):
    """`<ul>`"""

    __slots__ = ()
