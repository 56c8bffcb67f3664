"""The HTTP around the page: what a browser, a proxy and a stranger get."""

import gzip
import http.client
import json
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import brotli
import dash
import pytest
from dash import ALL, MATCH, Input, Output, State, dcc, html
from flask import Response
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from plotly.offline import get_plotlyjs_version

from dashboard import server
from dashboard.error_page import error_page
from dashboard.settings import Settings, assets_folder
from tests.browser.serving import running

HELLO = json.dumps({"hello": "world " * 500}).encode()


def small_page(settings: Settings, **options: Any) -> dash.Dash:
    """A page with one callback of every shape that ours has."""
    app = dash.Dash("small", assets_folder=str(assets_folder()), url_base_pathname=settings.base_path)
    app.layout = html.Main([dcc.Input(id="word", value=""), html.P(id="echo"), html.P(id="two"), dcc.Graph(id="map")])
    app.callback(Output("echo", "children"), Input("word", "value"), State("map", "figure"))(lambda word, _: str(word))
    app.callback(Output("echo", "title"), Output("two", "title"), Input("word", "value"))(lambda w: (str(w), "b"))
    app.callback(Output("echo", "lang"), Input({"kind": ALL, "of": "x"}, "n_clicks"))(lambda clicks: str(clicks))
    app.callback(Output({"row": MATCH}, "children"), Input({"row": MATCH}, "n_clicks"))(lambda clicks: str(clicks))
    app.callback(Output("echo", "children", allow_duplicate=True), Input("map", "figure"), prevent_initial_call=True)(
        lambda figure: str(figure)
    )
    app.callback(Output("echo", "dir"), Input("word", "debounce"))(lambda _: 1 / 0)
    app.clientside_callback("word => word", Output("word", "title"), Input("word", "value"))
    server.harden(app, settings, **options)
    return app


class Visitor(FlaskClient):
    """A client that closes every answer, as a server does."""

    def open(self, *args: Any, **options: Any) -> Any:
        return super().open(*args, **{"buffered": True, **options})


def visit(app: dash.Dash) -> Visitor:
    return Visitor(app.server, Response)


@pytest.fixture(scope="module")
def app() -> dash.Dash:
    page = small_page(Settings(), pages={"d/one"}, ready=lambda: ["one"], inline_scripts=["let early = 1;"])
    server.cached_bytes(page, "data/hello.json", HELLO, "application/json")
    return page


@pytest.fixture(scope="module")
def client(app: dash.Dash) -> FlaskClient:
    return visit(app)


def ref(identity: Any, prop: str, **value: Any) -> dict[str, Any]:
    return {"id": identity, "property": prop, **value}


ECHO: dict[str, Any] = {
    "output": "echo.children",
    "outputs": ref("echo", "children"),
    "inputs": [ref("word", "value", value="hi")],
    "state": [ref("map", "figure", value=None)],
    "changedPropIds": ["word.value"],
}
GOOD = [
    ECHO,
    {
        "output": "..echo.title...two.title..",
        "outputs": [ref("echo", "title"), ref("two", "title")],
        "inputs": [ref("word", "value", value="hi")],
    },
    {
        "output": "echo.lang",
        "outputs": ref("echo", "lang"),
        "inputs": [[ref({"kind": 1, "of": "x"}, "n_clicks", value=3), ref({"kind": "b", "of": "x"}, "n_clicks")]],
    },
    {
        "output": '{"row":["MATCH"]}.children',
        "outputs": ref({"row": 4}, "children"),
        "inputs": [ref({"row": 4}, "n_clicks", value=1)],
    },
]


def call(client: FlaskClient, body: Any) -> Any:
    return client.post("/_dash-update-component", json=body)


# Pages and errors


@pytest.mark.parametrize("path", ["/", "/d/one"])
def test_a_page_answers_with_html(client: FlaskClient, path: str) -> None:
    assert "_dash-config" in client.get(path).get_data(as_text=True)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/health", 404),
        ("GET", "/d/two", 404),
        ("GET", "/d/one/more", 404),
        ("GET", "/assets/../pyproject.toml", 404),
        ("GET", "/assets/nothing.js", 404),
        ("GET", "/_dash-component-suites/os/path.js", 404),
        ("GET", "/_dash-component-suites/dash/nothing.js", 404),
        ("POST", "/", 405),
        ("DELETE", "/healthz", 405),
        ("GET", "/_dash-update-component", 404),
        ("POST", "/_dash-update-component", 415),
    ],
)
def test_what_is_not_there_says_so_in_words(client: FlaskClient, method: str, path: str, code: int) -> None:
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (code, "no-store")
    assert answer.get_json()["error"].count(" ") > 3
    assert "Registered libraries" not in answer.text


def test_a_reader_who_follows_a_dead_link_finds_the_way_back(client: FlaskClient) -> None:
    answer = client.get("/nowhere", headers={"Accept": "text/html,*/*"})
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "There is no page at this address" in answer.text
    assert '<a href="/">' in answer.text


@pytest.mark.parametrize("code", [status for status in HTTPStatus if status >= 400])
def test_every_error_has_a_page(code: HTTPStatus) -> None:
    assert "<h1>" in error_page(code, Settings(title="<Tom & Co>"))


def test_a_title_cannot_become_markup() -> None:
    assert "<Tom" not in error_page(404, Settings(title="<Tom & Co>"))


def test_a_wrong_method_names_the_right_one(client: FlaskClient) -> None:
    assert "GET" in client.post("/healthz").headers["Allow"]


# Health


def test_health_says_the_process_lives(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_readiness_names_the_dossiers(client: FlaskClient) -> None:
    assert client.get("/readyz").json == {"status": "ready", "dossiers": ["one"]}


def test_without_a_dossier_the_server_is_not_ready() -> None:
    assert visit(small_page(Settings())).get("/readyz").status_code == 503


# Security headers


@pytest.mark.parametrize("path", ["/", "/nowhere", "/assets/css/fonts.css", "/_dash-layout", "/healthz"])
def test_every_answer_carries_the_security_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert {name: headers[name] for name in server.HEADERS} == server.HEADERS
    assert "object-src 'none'" in headers["Content-Security-Policy"]


def test_scripts_come_from_files_or_are_known_by_hash(app: dash.Dash, client: FlaskClient) -> None:
    policy = dict(rule.split(" ", 1) for rule in client.get("/").headers["Content-Security-Policy"].split("; "))
    sources = policy["script-src"].split()
    assert sources[0] == "'self'"
    assert set(app.csp_hashes()) < set(sources)
    assert all(source.startswith("'sha256-") for source in sources[1:])
    assert len(sources) == 4, "self, the renderer, the inline callback, the script of the template"


def test_a_page_is_framed_only_by_whom_it_was_told() -> None:
    assert "frame-ancestors 'self'" in visit(small_page(Settings())).get("/").headers["Content-Security-Policy"]
    assert server.content_security_policy([], ()).endswith("frame-ancestors 'none'")
    assert server.content_security_policy([], ("https://news.example",)).endswith("https://news.example")


def test_a_page_for_this_machine_does_not_answer_to_other_names() -> None:
    local = visit(small_page(Settings(trusted_hosts=("localhost", "127.0.0.1"))))
    assert local.get("/healthz", headers={"Host": "localhost:8050"}).status_code == 200
    assert local.get("/healthz", headers={"Host": "rebound.example"}).status_code == 400


def test_a_page_can_live_below_a_path() -> None:
    deep = visit(small_page(Settings(base_path="/standoff/")))
    assert [deep.get(path).status_code for path in ("/standoff/", "/standoff/healthz", "/")] == [200, 200, 404]


def test_a_base_path_without_slashes_is_refused() -> None:
    with pytest.raises(ValueError, match="must begin and end with a slash"):
        Settings(base_path="standoff")


# Caching and compression

TEXTS = ["/assets/css/fonts.css", "/_dash-layout", "/_dash-dependencies", "/data/hello.json"]


@pytest.mark.parametrize(("encoding", "decode"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_text_travels_compressed_and_arrives_whole(client: FlaskClient, encoding: str, decode: Any) -> None:
    plain = client.get("/assets/vendor/plotly-geo.min.js")
    small = client.get("/assets/vendor/plotly-geo.min.js", headers={"Accept-Encoding": encoding})
    assert small.headers["Content-Encoding"] == encoding
    assert decode(small.data) == plain.data
    assert len(small.data) < 0.35 * len(plain.data)


@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
def test_a_browser_that_has_it_is_sent_nothing(client: FlaskClient, path: str, encoding: str) -> None:
    first = client.get(path, headers={"Accept-Encoding": encoding})
    again = client.get(path, headers={"Accept-Encoding": encoding, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Accept-Encoding" in first.headers["Vary"]


def test_every_encoding_has_its_own_tag(client: FlaskClient) -> None:
    tags = {client.get("/data/hello.json", headers={"Accept-Encoding": e}).headers["ETag"] for e in ("br", "gzip", "")}
    assert len(tags) == 3


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/assets/css/fonts.css?m=1", "public, max-age=31536000, immutable"),
        ("/assets/css/fonts.css", "no-cache"),
        ("/assets/fonts/inter-latin-wght-normal.woff2", "public, max-age=604800"),
        ("/data/hello.json?m=1", "public, max-age=31536000, immutable"),
        ("/data/hello.json", "no-cache"),
        ("/?m=1", "no-cache"),
        ("/_dash-layout?m=1", "no-cache"),
        ("/healthz", "no-cache"),
        ("/assets/nothing.css?m=1", "no-store"),
    ],
)
def test_a_browser_keeps_what_its_address_names(client: FlaskClient, path: str, rule: str) -> None:
    assert client.get(path).headers["Cache-Control"] == rule


def test_the_scripts_of_dash_are_kept_for_good(client: FlaskClient) -> None:
    script = client.get("/").text.split('src="')[1].split('"')[0]
    assert client.get(script).headers["Cache-Control"].endswith("immutable")


def test_the_address_of_data_changes_with_the_data() -> None:
    one, same, other = (
        server.cached_bytes(small_page(Settings()), "data/x", body, "text/csv") for body in (b"1", b"1", b"2")
    )
    assert one == same != other


def test_pictures_and_fonts_are_not_compressed_again(client: FlaskClient) -> None:
    font = client.get("/assets/fonts/inter-latin-wght-normal.woff2", headers={"Accept-Encoding": "br"})
    assert "Content-Encoding" not in font.headers


# Callbacks


@pytest.mark.parametrize("body", GOOD)
def test_what_the_page_sends_is_answered(client: FlaskClient, body: Any) -> None:
    answer = call(client, body)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


def test_a_long_answer_travels_compressed_and_a_short_one_as_it_is(client: FlaskClient) -> None:
    words = [ref("word", "value", value="word " * count) for count in (1, 1000)]
    answers = [
        client.post("/_dash-update-component", json=ECHO | {"inputs": [word]}, headers={"Accept-Encoding": "br, gzip"})
        for word in words
    ]
    assert [answer.headers.get("Content-Encoding") for answer in answers] == [None, "br"]
    assert b"word word" in brotli.decompress(answers[1].data)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"output": "nothing.here"}, "output"),
        ({"output": ["echo.children"]}, "output"),
        ({"outputs": ref("echo", "style")}, "outputs[0]"),
        ({"outputs": [ref("echo", "children")]}, "outputs[0]"),
        ({"inputs": []}, "inputs must be a list of 1"),
        ({"inputs": "word.value"}, "inputs"),
        ({"inputs": [ref("other", "value")]}, "inputs[0] must be an object with id word and property value"),
        ({"inputs": [[ref("word", "value")]]}, "inputs[0]"),
        ({"state": None}, "state"),
        ({"changedPropIds": [{}]}, "changedPropIds"),
    ],
)
def test_a_body_that_no_page_sends_is_refused_with_the_reason(client: FlaskClient, change: Any, word: str) -> None:
    answer = call(client, ECHO | change)
    assert answer.status_code == 400
    assert word in answer.json["error"]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"output": "\\ud800"}'])
def test_a_body_that_is_not_json_of_unicode_text_is_refused(client: FlaskClient, data: bytes) -> None:
    assert client.post("/_dash-update-component", data=data, content_type="application/json").status_code == 400


def test_a_body_over_the_limit_is_refused(client: FlaskClient) -> None:
    assert call(client, ECHO | {"inputs": [ref("word", "value", value="x" * server.MAX_BODY)]}).status_code == 413


def test_a_failing_callback_answers_in_words_without_its_insides(client: FlaskClient) -> None:
    failing = {"output": "echo.dir", "outputs": ref("echo", "dir"), "inputs": [ref("word", "debounce", value=1)]}
    answer = call(client, failing)
    assert (answer.status_code, "ZeroDivision" in answer.text) == (500, False)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A good body with something else put, or taken away, at one place in it."""
    root = json.loads(json.dumps(draw(st.sampled_from(GOOD))))
    node = root
    while True:
        key = draw(st.sampled_from(list(node) if isinstance(node, dict) else range(len(node))))
        if node[key] and isinstance(node[key], dict | list) and draw(st.booleans()):
            node = node[key]
        elif draw(st.booleans()):
            del node[key]
            return root
        else:
            node[key] = draw(json_values)
            return root


@given(mutated())
@profile(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_mutation_of_a_body_makes_the_server_fail(client: FlaskClient, body: Any) -> None:
    assert call(client, body).status_code in {200, 204, 400}


# The server itself


@pytest.fixture
def address(app: dash.Dash) -> Iterator[tuple[str, int]]:
    with running(app) as port:
        yield "127.0.0.1", port


def test_the_server_names_no_software_and_answers_many_at_once(address: tuple[str, int]) -> None:
    connection = http.client.HTTPConnection(*address, timeout=5)
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Server")) == (200, None)
    connection.close()


def test_a_taken_port_is_an_os_error(app: dash.Dash, address: tuple[str, int]) -> None:
    with pytest.raises(OSError, match="in use"):
        server.bind(*address)


def test_after_warming_the_first_visit_is_smaller(
    app: dash.Dash, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server, "PREPARED", {})
    address, ask = "/assets/vendor/plotly-geo.min.js", {"Accept-Encoding": "br"}
    before = client.get(address, headers=ask).data
    server.warm(app)
    after = client.get(address, headers=ask).data
    assert len(after) < 0.95 * len(before)
    assert brotli.decompress(after) == brotli.decompress(before)
    assert not caplog.records, "nothing that was asked for failed"


# The files beside it


def test_the_page_draws_with_the_plotly_of_the_python_package() -> None:
    script = (assets_folder() / "vendor" / "plotly-geo.min.js").read_text("utf-8")
    assert f"plotly.js (geo - minified) v{get_plotlyjs_version()}" in script[:200]
    assert f"{get_plotlyjs_version()}," in (assets_folder() / "vendor" / "NOTICE.md").read_text("utf-8")


def test_every_font_that_is_named_is_there() -> None:
    styles: Path = assets_folder() / "css" / "fonts.css"
    named = {part.split('"')[0] for part in styles.read_text("utf-8").split('url("')[1:]}
    assert named
    assert all((styles.parent / name).is_file() for name in named)
    assert {Path(name).name for name in named} == {file.name for file in (assets_folder() / "fonts").glob("*.woff2")}
