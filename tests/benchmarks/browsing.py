"""EDGE. A page in Chromium, driven by a hand that moves the pointer: how long it takes to stand and to follow.

The same script drives every subject; what differs between them stands in `subjects.Subject`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.benchmarks.hand import hand
from tests.benchmarks.measuring import Measurement, Part, quantile
from tests.benchmarks.processes import MEGABYTE, family, free_port, proportional, renderers, resident, wait_idle
from tests.benchmarks.subjects import Choice, Point, Served, Subject, Wanted
from tests.browser.conftest import QUIET
from tests.browser.provide import ADVICE, find

PROBE: Final = Path(__file__).with_name("probe.js")
SCREEN: Final = {"width": 1440, "height": 900}
PATIENCE: Final = 60_000
"""Milliseconds to wait for a page or a view."""
STEP_PATIENCE: Final = 10_000
QUIET_TIME: Final = 600
"""Milliseconds without a change after which a map is taken to stand."""
LOADS: Final = 5
STEPS: Final = 60
MOVES: Final = 120
AGAIN: Final = 4
"""Of so many filters one is followed by a drag at once."""
WIDE_STEPS: Final = 10
"""Of that drag: wide enough for a map of few events to change."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that a page made: what is needed to make it again."""

    method: str
    address: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Wire:
    """What passed between a page and its servers: bytes received, and the number of requests."""

    received: int = 0
    requests: int = 0
    kept: set[str] = field(default_factory=set)

    def listen(self, page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestServedFromCache", lambda event: self.kept.add(event["requestId"]))
        session.on("Network.loadingFinished", self._finished)
        page.on("request", self._asked)

    def _finished(self, event: Mapping[str, Any]) -> None:
        if event["requestId"] not in self.kept:
            self.received += int(event["encodedDataLength"])

    def _asked(self, request: Request) -> None:
        self.requests += urlsplit(request.url).scheme not in {"data", "blob"}


@dataclass(frozen=True, slots=True)
class Browsed:
    """What a hand at a page found, and the requests that led to each of its views."""

    measurements: list[Measurement]
    views: list[list[Asked]]
    chromium: str


def browse(subject: Subject, served: Served, events: int, wanted: Sequence[Wanted]) -> Browsed:
    """Measure one page from the first visit to the last of the filters, in a browser of its own."""

    def measured(part: Part, name: str, value: float | None, unit: str) -> list[Measurement]:
        return [] if value is None else [Measurement(part, name, events, subject.name, value, unit)]

    for process in served.processes:
        wait_idle(process)
    with chromium() as (browser, port):
        found = [measured(*one) for one in visits(browser, subject, served.url)]
        found += [measured(*one) for one in beginning(browser, subject, served.url)]
        page = opened(browser, subject, served.url)
        found += [measured(*one) for one in brushing(page, subject, port)]
        views: list[list[Asked]] = []
        found += [measured(*one) for one in filtering(page, subject, wanted, views)]
        found += [measured(*one) for one in weighing(page, served)]
        return Browsed([one for several in found for one in several], views, browser.version)


@contextmanager
def chromium() -> Iterator[tuple[Browser, int]]:
    """The browser of the browser tests, and the port where it listens for debuggers. Raises RuntimeError if there is
    none."""
    path, port = find(), free_port()
    if path is None:
        raise RuntimeError(ADVICE)
    with sync_playwright() as playwright:
        arguments = [*QUIET, f"--remote-debugging-port={port}"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser, port
        browser.close()


Found = Iterator[tuple[Part, str, float | None, str]]
"""Part, name, value, which is missing if the page did not do it, and unit."""


# ── Coming ─────────────────────────────────────────────────────────────────────────────────


def visits(browser: Browser, subject: Subject, url: str) -> Found:
    """First visits, each with an empty cache, and after each a second."""
    cold, back = zip(*(visit(browser, subject, url) for _ in range(LOADS)), strict=True)
    yield "load", "both views drawn", quantile([one.milliseconds for one in cold], 0.5), "ms"
    yield "load", "both views drawn, on return", quantile([one.milliseconds for one in back], 0.5), "ms"
    yield "load", "received", quantile([one.received for one in cold], 0.5) / 1000, "kB"
    yield "load", "received on return", quantile([one.received for one in back], 0.5) / 1000, "kB"
    yield "load", "layout shift", max(one.shift for one in cold), ""


@dataclass(frozen=True, slots=True)
class Visit:
    """How long until both views stood, bytes received, and how much the page jumped (CLS)."""

    milliseconds: float
    received: int
    shift: float


def visit(browser: Browser, subject: Subject, url: str) -> tuple[Visit, Visit]:
    """A first and a second visit of the same reader."""
    context = browser.new_context(viewport={"width": SCREEN["width"], "height": SCREEN["height"]})
    both = [visited(context.new_page(), subject, url) for _ in range(2)]
    context.close()
    return both[0], both[1]


def visited(page: Page, subject: Subject, url: str) -> Visit:
    wire = Wire()
    wire.listen(page)
    milliseconds = entered(page, subject, url)
    page.wait_for_timeout(700)
    shift = float(page.evaluate("bench.shift"))
    page.close()
    return Visit(milliseconds, wire.received, shift)


def entered(page: Page, subject: Subject, url: str) -> float:
    """Go to a page and wait until it stands: milliseconds. Raises RuntimeError if it does not."""
    selectors = {"map": subject.map, "countries": subject.countries}
    described = f"const subject = {{ ...{json.dumps(selectors)}, isDrawn: () => {subject.is_drawn} }};\n"
    page.add_init_script(described + PROBE.read_text("utf-8"))
    page.goto(url, wait_until="commit")
    milliseconds = page.evaluate(f"bench.load({PATIENCE})")
    if milliseconds is None:
        raise RuntimeError(f"the page of {subject.name} did not stand within {PATIENCE / 1000:.0f} s")
    return float(milliseconds)


def opened(browser: Browser, subject: Subject, url: str) -> Page:
    """A page that stands and has come to rest."""
    page = browser.new_page(viewport={"width": SCREEN["width"], "height": SCREEN["height"]})
    entered(page, subject, url)
    page.wait_for_timeout(1500)
    return page


# ── Brushing ───────────────────────────────────────────────────────────────────────────────


def beginning(browser: Browser, subject: Subject, url: str) -> Found:
    """The first step on pages that nobody has touched."""
    found = []
    for _ in range(LOADS):
        page = opened(browser, subject, url)
        found.append(next(stepping(page, subject, STEPS)))
        page.close()
    if shown := [step[0] for step in found if step]:
        yield "brush", "first step", quantile(shown, 0.5), "ms"


def brushing(page: Page, subject: Subject, port: int) -> Found:
    """One drag that waits for the map after every step, and one that does not wait."""
    wire = Wire()
    wire.listen(page)
    steps = list(stepping(page, subject, STEPS))
    shown = [step[0] for step in steps if step]
    yield "brush", "steps followed", 100 * len(shown) / STEPS, "%"
    if shown:
        yield "brush", "step, p50", quantile(shown, 0.5), "ms"
        yield "brush", "step, p95", quantile(shown, 0.95), "ms"
        yield "brush", "step from the hand, p50", quantile([step[1] for step in steps if step], 0.5), "ms"
    yield "brush", "requests in a drag", float(wire.requests), ""
    page.wait_for_timeout(1000)
    subject.reset(page)
    page.wait_for_timeout(1000)
    yield from flowing(page, subject, port)
    page.wait_for_timeout(1000)
    subject.reset(page)


def stepping(page: Page, subject: Subject, steps: int) -> Iterator[list[float] | None]:
    """Draw the brush step by step, waiting until the map has followed: milliseconds since the page heard, since the
    hand moved, and when; None where the map did not change."""
    start, *rest = path(subject.track(page), steps)
    page.mouse.move(*start)
    page.mouse.down()
    for point in rest:
        page.evaluate("bench.clear()")
        page.mouse.move(*point)
        yield page.evaluate(f"bench.step({STEP_PATIENCE})")
        page.evaluate("() => new Promise((done) => setTimeout(done, 32))")
    page.wait_for_timeout(50)
    page.mouse.up()


def flowing(page: Page, subject: Subject, port: int) -> Found:
    """Draw the brush in one go, there and back, as fast as a hand does."""
    start, end = subject.track(page)
    back = between(start, end, 0.1)
    page.mouse.move(*start)
    page.mouse.down()
    with hand(port, page.url) as moving:
        page.evaluate("bench.clear()")
        moving.drag([*path((start, end), MOVES // 2)[1:], *path((end, back), MOVES // 2)[1:]])
        heard, frames, paints, tasks = page.evaluate("[bench.heard, bench.frames, bench.paints, bench.tasks]")
    page.mouse.move(*back)
    page.mouse.up()
    gaps = [later - earlier for earlier, later in pairwise(frames)]
    span = (frames[-1] - frames[0]) / 1000
    yield "brush", "frames a second", len(gaps) / span, "/s"
    yield "brush", "moves heard a second", len(heard) / span, "/s"
    yield "brush", "map repaints a second", len(paints) / span, "/s"
    yield "brush", "frame, p95", quantile(gaps, 0.95), "ms"
    inside = [length for begun, length in tasks if begun >= frames[0]]
    yield "brush", "longest task in a drag", max(inside, default=0.0), "ms"


def path(track: tuple[Point, Point], steps: int) -> list[Point]:
    """Points along a track, both ends included."""
    return [between(*track, i / steps) for i in range(steps + 1)]


def between(start: Point, end: Point, share: float) -> Point:
    """The point at this share of the way."""
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


# ── Filtering ──────────────────────────────────────────────────────────────────────────────


def filtering(page: Page, subject: Subject, wanted: Sequence[Wanted], views: list[list[Asked]]) -> Found:
    """Set filters; after some of them take hold of the brush as soon as the map stands. Adds what was asked to
    `views`."""
    times: list[list[float]] = []
    drags, tasks = [], []
    for number, choice in enumerate(subject.choices(page, wanted)):
        asked: list[Asked] = []
        taken = timed(page, choice, asked)
        if taken is None:
            continue
        views.append(asked)
        times.append(taken)
        if number % AGAIN == 1:
            step = next(stepping(page, subject, WIDE_STEPS))
            page.mouse.up()
            if step:
                drags.append(step[0])
                tasks.append(float(page.evaluate("([from, to]) => bench.longest(from, to)", [taken[3], step[2]])))
            page.wait_for_timeout(500)
            subject.reset(page)
    if not times:
        return
    settled, recoloured, appeared = ([taken[i] for taken in times] for i in range(3))
    yield "filter", "map repainted, p50", quantile(settled, 0.5), "ms"
    yield "filter", "map repainted, max", max(settled), "ms"
    yield "filter", "countries repainted, p50", quantile(recoloured, 0.5), "ms"
    yield "filter", "countries repainted, max", max(recoloured), "ms"
    yield "filter", "first change of the map, p50", quantile(appeared, 0.5), "ms"
    yield "filter", "requests", sum(map(len, views)) / len(views), ""
    if drags:
        yield "filter", "next step of the brush, max", max(drags), "ms"
        yield "filter", "longest task until then", max(tasks), "ms"


def timed(page: Page, choice: Choice, asked: list[Asked]) -> list[float] | None:
    """Set a filter: milliseconds from the click until the map stood, until its countries did, until its first change,
    and when the click was. None if the map did not change. Adds what the page asked for to `asked`."""
    choice.reach()
    page.wait_for_timeout(100)
    with noting(page) as requests:
        page.evaluate("bench.arm()")
        choice.take()
        found: list[float] | None = page.evaluate(f"bench.settled({QUIET_TIME}, {PATIENCE})")
    asked += map(repeatable, requests)
    return found


@contextmanager
def noting(page: Page) -> Iterator[list[Request]]:
    """The requests that a page makes in the block."""
    requests: list[Request] = []

    def note(request: Request) -> None:
        if urlsplit(request.url).scheme in {"http", "https"}:
            requests.append(request)

    page.on("request", note)
    yield requests
    page.remove_listener("request", note)


def repeatable(request: Request) -> Asked:
    return Asked(request.method, request.url, request.all_headers(), request.post_data_buffer or b"")


# ── Weighing ───────────────────────────────────────────────────────────────────────────────


def weighing(page: Page, served: Served) -> Found:
    """Memory at the end of a session."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    yield "memory", "page, heap", metrics["JSHeapUsedSize"] / MEGABYTE, "MB"
    yield "memory", "page", max(proportional([one]) for one in renderers()) / MEGABYTE, "MB"
    yield "memory", "browser", proportional(browser_processes()) / MEGABYTE, "MB"
    yield "memory", "server", sum(proportional(family(one.pid)) for one in served.processes) / MEGABYTE, "MB"
    yield "memory", "server, resident", sum(resident(one.pid) for one in served.processes) / MEGABYTE, "MB"


def browser_processes() -> Sequence[Any]:
    """Every process of the browser that this program started."""
    return [one for one in family(os.getpid()) if "chrom" in one.name()]
