"""What a reader sees where there is no page: a few words and the way back."""

from __future__ import annotations

from html import escape
from http import HTTPStatus
from string import Template

from dashboard.settings import Settings

WORDS = {
    400: ("This request makes no sense here", "Reload the page and try again."),
    404: ("There is no page at this address", "The link may be old, or a letter may be missing."),
    405: ("This address does not accept that method", "Pages and data are read with GET."),
    413: ("That is too much to send at once", "A request may hold 2 MiB. Choose less and try again."),
    415: ("This address is spoken to in JSON", "Send the request with Content-Type: application/json."),
    500: ("Something failed on our side", "Reload the page. If it stays, the server's log says what happened."),
}


def sentence(code: int, reason: str = "") -> str:
    """Say what an HTTP status means and why it was given, or what to do about it."""
    headline, advice = _words(code)
    return f"{headline}: {reason}." if reason else f"{headline}. {advice}"


def error_page(code: int, settings: Settings) -> str:
    """Give the whole HTML page for an HTTP status."""
    headline, advice = _words(code)
    texts = {"title": settings.title, "base": settings.base_path, "headline": headline, "advice": advice}
    return PAGE.substitute({name: escape(text) for name, text in texts.items()})


def _words(code: int) -> tuple[str, str]:
    return WORDS.get(code, (HTTPStatus(code).phrase, "Reload the page and try again."))


PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$headline · $title</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${base}assets/css/fonts.css">
<style>
:root { color-scheme: light dark; --paper: #faf8f4; --ink: #1d1b18; --soft: #6a655c; --line: #dfd9ce; --link: #2c66a8 }
@media (prefers-color-scheme: dark) {
  :root { --paper: #171614; --ink: #efebe3; --soft: #a39d92; --line: #35322d; --link: #5b9be0 }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 Inter, "Inter Fallback", sans-serif }
main { max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem }
h1 { font: 600 1.75rem/1.25 "Source Serif 4", "Source Serif 4 Fallback", serif; margin: 0 0 .5rem }
p { margin: 0 0 1.5rem; color: var(--soft) }
nav { border-top: 1px solid var(--line); padding-top: 1rem }
a { color: var(--link) }
</style>
</head>
<body>
<main>
<h1>$headline</h1>
<p>$advice</p>
<nav><a href="$base">Open $title</a></nav>
</main>
</body>
</html>
""")
