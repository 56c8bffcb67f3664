"""EDGE. The HTTP around the page: headers, limits, errors in words, compression, health, and the server itself.

`harden` turns the Flask application under a Dash page into one that can stand in the open; `cached_bytes` adds
data that browsers keep; `listen` binds a port and `warm` prepares the first visit.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import logging
import re
import socket
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Final

import brotli
import dash
from dash.exceptions import DependencyException
from flask import Flask, Response, jsonify, request
from waitress.server import BaseWSGIServer, create_server
from werkzeug.exceptions import BadRequest, HTTPException, NotFound

from dashboard.answers import Answers
from dashboard.callback_body import fault
from dashboard.error_page import error_page, sentence
from dashboard.memory import give_back
from dashboard.settings import Settings

MAX_BODY = 2 * 1024 * 1024
YEAR = 31_536_000
WEEK = 604_800
WORTH_COMPRESSING = 1024
COMPRESSIBLE = ("text/", "application/json", "application/geo+json", "application/javascript", "image/svg+xml")
SENT_WHILE_MADE = ("text/csv",)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def harden(
    app: dash.Dash,
    settings: Settings,
    *,
    pages: Collection[str] = (),
    ready: Callable[[], Sequence[str]] = lambda: (),
    inline_scripts: Sequence[str] = (),
) -> None:
    """Put limits, security headers, errors in words, compression and health around a Dash page.

    The root is a page; `pages` names the other paths below `base_path` that are, such as `d/russia-in-venezuela`.
    `ready` names the dossiers that are loaded: none means not ready. `inline_scripts` are the texts of scripts in
    the page's own template, which the Content-Security-Policy then allows.
    """
    server: Flask = app.server
    server.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    server.config["TRUSTED_HOSTS"] = list(settings.trusted_hosts) or None
    server.before_request(lambda: _refuse(app, frozenset(pages)))
    add_headers = _security_headers(app, settings, inline_scripts)
    server.after_request(lambda response: add_headers(_compress(_cache_rules(response))))
    _answer_errors_in_words(server, settings)
    _answer_health(server, settings, ready)


def cached_bytes(app: dash.Dash, path: str, body: bytes, mimetype: str) -> str:
    """Serve `body` at `path` below the base path; give the address to ask for, which names this very content.

    Browsers keep what they fetched from that address for a year; without its `?m=` they ask again and get a 304.
    """
    route = app.config.routes_pathname_prefix + path.lstrip("/")

    def view() -> Response:
        return Response(body, mimetype=mimetype)

    app.server.add_url_rule(route, endpoint=f"{route}:static", view_func=view)
    address: str = app.config.requests_pathname_prefix + path.lstrip("/")
    return f"{address}?m={hashlib.sha256(body).hexdigest()[:12]}"


def known_by_tag(tag: str, mimetype: str, body: Callable[[str], bytes], *, is_lasting: bool = False) -> Response:
    """An answer that has a name: 304 where the browser has it, and else its `body` in the best encoding it takes.

    `body` takes the name of an encoding, or an empty text for the plain bytes. `is_lasting`: the address names the
    contents too, and the browser may keep them for a year without asking.
    """
    encoding = next((name for name in ENCODERS if request.accept_encodings[name] > 0), "")
    response = Response(mimetype=mimetype)
    response.vary.add("Accept-Encoding")
    response.set_etag(f"{tag}-{encoding}" if encoding else tag)
    if is_lasting:
        response.cache_control.max_age = YEAR
    if request.if_none_match.contains(response.get_etag()[0] or ""):
        response.status_code = 304
        return response
    response.set_data(body(encoding))
    if encoding:
        response.headers["Content-Encoding"] = encoding
    return response


def compressed(body: bytes, encoding: str) -> bytes:
    """In an encoding, as prepared or else quickly, for a reader waits; plain where the encoding has no name."""
    return (PREPARED.get((_name(body), encoding)) or ENCODERS[encoding](body, QUICK[encoding])) if encoding else body


def in_chunks(lines: Iterable[str], size: int = 65_536) -> Iterator[bytes]:
    """Text as bytes of about `size`, for an answer that is sent while it is made."""
    held = io.StringIO()
    for line in lines:
        if held.write(line) and held.tell() >= size:
            yield held.getvalue().encode()
            held = io.StringIO()
    yield held.getvalue().encode()


def bind(host: str, port: int) -> socket.socket:
    """Take a port (0: any free one), which several processes may then share. Raises OSError where it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def listen(app: dash.Dash, bound: socket.socket) -> BaseWSGIServer:
    """A server on a port, to `run()`. That requests wait for a thread is no news."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    return create_server(app.server, sockets=[bound], threads=8, ident=None, max_request_body_size=4 * MAX_BODY)


def warm(app: dash.Dash) -> None:
    """Compress as well as it can be done, which takes seconds, everything that the first visit asks for."""
    client = app.server.test_client()
    host = (app.server.config["TRUSTED_HOSTS"] or ["localhost"])[0]

    def ask(address: str) -> Response:
        answer: Response = client.get(address, buffered=True, headers={"Host": host})
        return answer

    page = ask(app.config.routes_pathname_prefix).get_data(as_text=True)
    for address in [
        *app.server.config.get("WARM", ()),
        *re.findall(r'(?:src|href)="(/[^"]+)"', page),
        *_plain_routes(app.server),
    ]:
        answer = ask(address)
        if "Accept-Encoding" in answer.vary and answer.mimetype != "text/html":
            _prepare(answer.get_data())
    give_back()


def _prepare(body: bytes) -> None:
    PREPARED.update({(_name(body), name): encode(body, BEST[name]) for name, encode in ENCODERS.items()})


def _name(body: bytes) -> bytes:
    """What stands for a body, so that it need not be held itself."""
    return hashlib.sha256(body).digest()


def _plain_routes(server: Flask) -> list[str]:
    rules = [rule for rule in server.url_map.iter_rules() if not rule.arguments]
    return [rule.rule for rule in rules if "GET" in (rule.methods or ())]


def _refuse(app: dash.Dash, pages: Collection[str]) -> None:
    """Raise the error that Dash would not: for addresses that are no text, for paths that are no page, and for bodies
    no page of ours sends."""
    _require_text(request.query_string)
    prefix = app.config.routes_pathname_prefix
    if request.endpoint == f"{prefix}<path:path>" and (request.view_args or {})["path"] not in pages:
        raise NotFound
    if request.endpoint == f"{prefix}_dash-update-component":
        reason = fault(_json_body(), app.callback_map)
        if reason:
            raise BadRequest(reason)


def _require_text(query: bytes) -> None:
    try:
        query.decode()
    except UnicodeDecodeError as error:
        raise BadRequest("what follows the “?” must be text in UTF-8") from error


def _json_body() -> object:
    try:
        body = request.get_json()
        json.dumps(body, ensure_ascii=False).encode()
    except (UnicodeError, RecursionError) as error:
        raise BadRequest("the body must be JSON of Unicode text, not nested without end") from error
    return body


def _cache_rules(response: Response) -> Response:
    """Keep what an address names for good; ask again for the rest; keep no failure and no answer to a POST."""
    if response.status_code not in {200, 304} or request.method == "POST":
        response.headers["Cache-Control"] = "no-store"
    elif _names_its_content(response):
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    elif response.mimetype == "font/woff2":
        response.headers["Cache-Control"] = f"public, max-age={WEEK}"
    else:
        response.headers["Cache-Control"] = "no-cache"
    return response


def _names_its_content(response: Response) -> bool:
    is_file = (request.endpoint or "").endswith("static")
    return (is_file and "m" in request.args) or response.cache_control.max_age == YEAR


def _compress(response: Response) -> Response:
    """Send text in the smallest encoding the browser takes, with an ETag of its own and a 304 where it has it."""
    mimetype, is_ready = response.mimetype or "", "Content-Encoding" in response.headers
    is_text = mimetype.startswith(COMPRESSIBLE) and mimetype not in SENT_WHILE_MADE
    if response.status_code != 200 or is_ready or not is_text:
        return response
    response.direct_passthrough = False
    response.vary.add("Accept-Encoding")
    encoding = next((name for name in ENCODERS if request.accept_encodings[name] > 0), "")
    if response.mimetype == "text/html":  # never the same twice: Dash signs every page
        return _encode(response, encoding, _compressed_now)
    if request.method == "POST":
        return _encode(response, encoding, _compressed_once)
    response.add_etag()
    _encode(response, encoding, _compressed_best).make_conditional(request)
    return response


def _encode(response: Response, encoding: str, compress: Callable[[bytes, str], bytes]) -> Response:
    body = response.get_data()
    if encoding and len(body) >= WORTH_COMPRESSING:
        response.set_data(compress(body, encoding))
        response.headers["Content-Encoding"] = encoding
        _tag_variant(response, encoding)
    return response


def _tag_variant(response: Response, encoding: str) -> None:
    tag, _ = response.get_etag()
    if tag:
        response.set_etag(f"{tag}-{encoding}")


ENCODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "br": lambda body, quality: brotli.compress(body, quality=quality),
    "gzip": lambda body, level: gzip.compress(body, level, mtime=0),
}


QUICK = {"br": 2, "gzip": 1}
"""On a million events a tenth larger than at the next useful level, and made in a quarter of the time."""
BEST = {"br": 10, "gzip": 9}
PREPARED: dict[tuple[bytes, str], bytes] = {}
"""What was compressed before anybody asked, by the name of the body and the encoding."""
ONCE: Final[Answers[tuple[bytes, str], bytes]] = Answers(4 * 1024 * 1024, len)
"""What somebody has asked for, by the same names."""


def _compressed_now(body: bytes, encoding: str) -> bytes:
    return ENCODERS[encoding](body, 5)


def _compressed_once(body: bytes, encoding: str) -> bytes:
    return ONCE.get((_name(body), encoding), lambda: _compressed_now(body, encoding))


def _compressed_best(body: bytes, encoding: str) -> bytes:
    return PREPARED.get((_name(body), encoding)) or _compressed_once(body, encoding)


def _security_headers(
    app: dash.Dash, settings: Settings, inline_scripts: Sequence[str]
) -> Callable[[Response], Response]:
    @cache
    def policy() -> str:
        hashes = [*app.csp_hashes(), *map(_script_hash, inline_scripts)]
        return content_security_policy(hashes, settings.frame_ancestors)

    def add(response: Response) -> Response:
        response.headers.update(HEADERS)
        response.headers["Content-Security-Policy"] = policy()
        return response

    return add


def content_security_policy(script_hashes: Sequence[str], frame_ancestors: Sequence[str]) -> str:
    """Write the policy: everything from this server, scripts by file or by hash, and nothing from anywhere else.

    Styles may be inline because Plotly writes them so; fonts may be data because an exported picture holds its own.
    """
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": " ".join(frame_ancestors) or "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _script_hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _answer_health(server: Flask, settings: Settings, ready: Callable[[], Sequence[str]]) -> None:
    def healthz() -> Response:
        return jsonify(status="ok")

    def readyz() -> tuple[Response, int]:
        loaded = list(ready())
        return jsonify(status="ready" if loaded else "loading", dossiers=loaded), 200 if loaded else 503

    server.add_url_rule(f"{settings.base_path}healthz", view_func=healthz)
    server.add_url_rule(f"{settings.base_path}readyz", view_func=readyz)


def _answer_errors_in_words(server: Flask, settings: Settings) -> None:
    def answer(error: HTTPException) -> Response:
        code = error.code or 500
        reason = (error.description or "") if code == BadRequest.code else ""
        as_page = "text/html" in request.headers.get("Accept", "")
        response = Response(error_page(code, settings)) if as_page else jsonify(error=sentence(code, reason))
        response.status_code = code
        response.headers.extend([pair for pair in error.get_headers() if pair[0] == "Allow"])
        return response

    server.register_error_handler(HTTPException, answer)
    server.register_error_handler(DependencyException, lambda _: answer(NotFound()))
