"""EDGE. The same page with Mosaic over its DuckDB server. npm and PyPI are asked once, before anything is measured."""

from __future__ import annotations

import gzip
import json
import shutil
import socket
import threading
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from urllib.request import Request, urlopen

import duckdb
from playwright.sync_api import Page

from geodata.boundaries import countries
from geodata.geojson import feature_collection
from tests.benchmarks.measuring import seconds
from tests.benchmarks.processes import PATIENCE, run, serving, wait_for
from tests.benchmarks.subjects import Choice, Point, Served, Wanted

HERE: Final = Path(__file__).parent
PORT: Final = 3000
"""Where Mosaic's server listens; it has no option for another."""
ADDRESS: Final = f"http://localhost:{PORT}/"
SERVER: Final = "duckdb-server==0.32.0"
ENGINE: Final = f"duckdb=={duckdb.__version__}"
"""Mosaic's server runs on the same DuckDB as ours."""
TABLE: Final = """
CREATE TABLE events AS SELECT date, country, actor1 AS actor, kind FROM read_parquet('{path}') ORDER BY date
"""
QUESTION: Final = quote('{"type": "arrow", "sql": "SELECT 1"}')
TYPES: Final = {".html": "text/html", ".js": "text/javascript", ".json": "application/json"}
TRACK: Final = """() => {
  const bars = document.querySelector("#histogram svg [aria-label=rect]");
  const { left, top, width, height } = bars.getBoundingClientRect();
  return [[left + 0.3 * width, top + height / 2], [left + 0.9 * width, top + height / 2]];
}"""


class Mosaic:
    """That page, and Mosaic's own server over a database file."""

    name = "mosaic"
    map = "#map"
    countries = "#map path"
    is_drawn = '["#map path[fill]", "#histogram [aria-label=rect] rect"].every((one) => document.querySelector(one))'

    def __init__(self, tools: Path) -> None:
        """`tools` is a folder for Mosaic's programs, filled at first use."""
        self._tools = tools

    @contextmanager
    def serve(self, data: Path, folder: Path) -> Iterator[Served]:
        program = prepared(self._tools)
        require_free(PORT)
        log, database = folder / "mosaic.log", folder / "peer.duckdb"
        database.unlink(missing_ok=True)
        with serving([*program, str(database)], log) as process, files(self._tools) as home:
            wait_for(f"{ADDRESS}?query={QUESTION}", process, log)
            reading = seconds(lambda: execute(TABLE.format(path=data)))
            yield Served(f"{home}?data={ADDRESS}", [process], reading)

    def track(self, page: Page) -> tuple[Point, Point]:
        start, end = page.evaluate(TRACK)
        return (start[0], start[1]), (end[0], end[1])

    def reset(self, page: Page) -> None:
        """A click beside the brush takes it away."""
        (x, y), _ = self.track(page)
        page.mouse.click(x - 60, y)
        page.wait_for_timeout(500)

    def choices(self, page: Page, wanted: Sequence[Wanted]) -> list[Choice]:
        """Each takes the place of the one before in its menu."""
        return [self._choice(page, field, value) for field, value in wanted]

    def _choice(self, page: Page, field: str, value: str) -> Choice:
        select = page.locator("#menus select").nth(("actor", "kind").index(field))
        return Choice(lambda: None, lambda: select.select_option(label=value))

    def versions(self) -> dict[str, str]:
        wanted: dict[str, Any] = json.loads((HERE / "package.json").read_text("utf-8"))
        return {"@uwdata/vgplot": wanted["dependencies"]["@uwdata/vgplot"], "duckdb-server": SERVER.partition("==")[2]}


def prepared(tools: Path) -> list[str]:
    """Fetch and build what the page needs, unless it is there; give the command that serves the data."""
    folder, python = tools / "node", tools / "python" / "bin" / "python"
    if not (tools / "site" / "page.js").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "page.mjs"):
            shutil.copy(HERE / name, folder)
        npm = ["npm", "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund"]
        run(npm, tools / "npm.log")
        esbuild = ["node", str(folder / "node_modules" / "esbuild" / "bin" / "esbuild"), str(folder / "page.mjs")]
        options = ["--bundle", "--minify", "--format=esm", f"--outfile={tools / 'site' / 'page.js'}"]
        run([*esbuild, *options], tools / "esbuild.log")
    shutil.copy(HERE / "index.html", tools / "site")
    (tools / "site" / "world.json").write_text(json.dumps(feature_collection(countries())), "utf-8")
    if not python.exists():
        venv.create(tools / "python", with_pip=True)
        run([str(python), "-m", "pip", "install", "--quiet", SERVER, ENGINE], tools / "pip.log")
    return [str(python), "-m", "pkg"]


def require_free(port: int) -> None:
    """Raises RuntimeError if another program uses a port."""
    with socket.socket() as tried:
        if tried.connect_ex(("127.0.0.1", port)) == 0:
            raise RuntimeError(f"Mosaic's server needs port {port}, which another program uses. Stop that program.")


def execute(sql: str) -> None:
    """Have Mosaic's server run a statement. Raises `HTTPError` if it fails."""
    body = json.dumps({"type": "exec", "sql": sql}).encode()
    with urlopen(Request(ADDRESS, body, {"Content-Type": "application/json"}), timeout=PATIENCE) as answer:
        answer.read()


@contextmanager
def files(tools: Path) -> Iterator[str]:
    """Serve the files of the page, compressed and to be kept; gives the address."""
    bodies = {f"/{path.name}": gzip.compress(path.read_bytes()) for path in (tools / "site").iterdir()}
    bodies["/"] = bodies["/index.html"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(bodies))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def handler(bodies: Mapping[str, bytes]) -> type[BaseHTTPRequestHandler]:
    """Answer with one of these, by its path."""

    class Files(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            body = bodies.get(path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", TYPES.get(Path(path).suffix, "text/html"))
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Cache-Control", "no-cache" if path == "/" else "public, max-age=31536000")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Files
