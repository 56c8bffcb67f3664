"""The page in verbs: what a reader does and sees, so that a test reads like a person at work."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Download, Locator, Page, Request

from events import dates

Point = tuple[float, float]
PATIENCE = 15_000
"""Milliseconds to wait for a view before a test gives up."""

UNTIL = """async ([arg, patience]) => {
  const isSo = %s;
  const end = performance.now() + patience;
  while (!isSo(arg)) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  return true;
}"""
"""Polls within one evaluation, for `wait_for_function` evaluates strings, which the policy of the page forbids."""

SETTLED = """(before) => {
  const { settled } = document.documentElement.dataset;
  const plain = (search) => new URLSearchParams(search).toString();
  return location.search !== before && settled !== undefined && plain(settled) === plain(location.search);
}"""

BLANK = "about:blank"
ASKED = "(name) => performance.getEntriesByType('resource').some((one) => one.name.includes(name))"

ON_MAP = """([lon, lat]) => {
  const graph = document.querySelector("#map .js-plotly-plot");
  const { left, top } = graph.getBoundingClientRect();
  const [x, y] = graph._fullLayout.geo._subplot.projection([lon, lat]);
  return [left + x, top + y];
}"""

MARK = """([graph, id]) => {
  const skipped = ["open record", "density", "dots", "dot targets", "labels"];
  const marks = [...document.querySelectorAll(`#${graph} g.trace`)]
    .filter((group) => !skipped.includes(group.__data__[0].trace.name))
    .flatMap((group) => [...group.querySelectorAll("path.point")])
    .map((path) => ({ ids: String(path.__data__.data).split("|"), box: path.getBoundingClientRect() }))
    .map(({ ids, box }) => ({ ids, x: box.left + box.width / 2, y: box.top + box.height / 2, r: box.width / 2 }));
  const mark = marks.find(({ ids }) => ids.includes(id));
  if (!mark) return null;
  const others = marks.filter((other) => other !== mark);
  const room = ([x, y]) => Math.min(...others.map((other) => Math.hypot(x - other.x, y - other.y) - other.r));
  const directions = [[0, 0], [-0.6, 0], [0.6, 0], [0, -0.6], [0, 0.6]];
  const around = directions.map(([dx, dy]) => [mark.x + dx * mark.r, mark.y + dy * mark.r]);
  return room(around[0]) > 2 ? around[0] : around.reduce((best, point) => (room(point) > room(best) ? point : best));
}"""
"""The middle of the mark of an event, or the part of it that lies freest where another covers the middle."""

DAY_ON_TIMELINE = """(day) => {
  const timeline = document.querySelector("#timeline .js-plotly-plot");
  const { left, top } = timeline.getBoundingClientRect();
  const { xaxis, _size: size, height } = timeline._fullLayout;
  const [low, high] = xaxis.range.map(Number);
  const x = left + xaxis._offset + ((day - low) / (high - low)) * xaxis._length;
  return [x, top + size.t + (height - size.t - size.b) * 0.88];
}"""

FILLS = """(map) => {
  const groups = [...document.querySelectorAll(`#${map} g.trace`)];
  const paths = groups.find((group) => group.__data__[0].trace.name === "states").querySelectorAll("path");
  return Object.fromEntries([...paths].map((path) => [path.__data__.loc, path.style.fill]));
}"""


BARS = """([first, last]) => {
  const { data, _fullLayout: { xaxis } } = document.querySelector("#timeline .js-plotly-plot");
  const { x, customdata } = data.find(({ name }) => name.startsWith("density"));
  const at = (i) => xaxis._offset + xaxis.d2p(x[i]);
  return [at(customdata.findIndex(([day]) => day === first)), at(customdata.findIndex(([, day]) => day === last) + 1)];
}"""


TIMELINE = 'document.querySelector("#timeline .js-plotly-plot")'

SHAPES = """(graph) => {
  const skipped = ["density", "rules", "rule heads", "ties", "open record", "open start", "open end"];
  const traces = document.querySelector(`#${graph} .js-plotly-plot`).data.filter(({ name }) => !skipped.includes(name));
  const pairs = traces.flatMap(({ customdata, marker: { symbol } }) =>
    (customdata ?? []).map((id, i) => [id, Array.isArray(symbol) ? symbol[i] : symbol]));
  return Object.fromEntries(pairs);
}"""
"""The last point of a stretch of days has the shape of its middle."""


class StandoffPage:
    """One reader at one page. Verbs that change the view return when the new one is on screen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    # ── Coming and going ──────────────────────────────────────────────────────────────────

    def open(self, query: str = "", path: str = "/") -> StandoffPage:
        """Go to the page of a view; `query` is a query string with or without its question mark."""
        self.page.goto(path + (f"?{query.removeprefix('?')}" if query else ""))
        self._wait_loaded()
        return self

    def _wait_loaded(self) -> None:
        self.page.wait_for_selector("html[data-settled]", state="attached", timeout=PATIENCE)

    def wait_connected(self) -> None:
        """Wait until Dash, whose scripts come after the first view, is there too."""
        self.until(ASKED, "_dash-dependencies", "Dash")

    def wait_settled(self, before: str | None = None) -> None:
        """Wait until the view of the address, another one than `before`, is on screen."""
        self.until(SETTLED, before, f"the view {self.address} to be on screen")

    def until(self, predicate: str, arg: Any = None, what: str = "") -> None:
        """Wait until a JavaScript function of `arg` is true in the page."""
        assert self.page.evaluate(UNTIL % predicate, [arg, PATIENCE]), f"waited in vain for {what or predicate}"

    @contextmanager
    def committing(self) -> Iterator[None]:
        """Whatever happens inside leads to another view; wait for it."""
        before = self.address
        yield
        self.wait_settled(before)

    def reload(self) -> None:
        self.page.reload()
        self._wait_loaded()

    def back(self) -> None:
        with self.committing():
            self.page.go_back()

    def forward(self) -> None:
        with self.committing():
            self.page.go_forward()

    @property
    def address(self) -> str:
        """The query string of the address, as it stands there."""
        search: str = self.page.evaluate("location.search")
        return search

    @property
    def history_length(self) -> int:
        length: int = self.page.evaluate("history.length")
        return length

    @contextmanager
    def requests(self) -> Iterator[list[str]]:
        """The addresses asked for while inside; of a page that is open, after it has asked for all it began with."""
        if self.page.url != BLANK:
            self.wait_connected()
        asked: list[str] = []

        def note(request: Request) -> None:
            asked.append(request.url)

        self.page.on("request", note)
        yield asked
        self.page.remove_listener("request", note)

    # ── Period and cursor ─────────────────────────────────────────────────────────────────

    def day_at(self, day: str) -> Point:
        """Where a day stands on the timeline, below its lanes, in pixels of the window."""
        return _point(self.page.evaluate(DAY_ON_TIMELINE, dates.day(day)))

    def bars(self, first: str, last: str) -> Point:
        """Where the bar of one day begins and that of another ends, in pixels of the timeline."""
        return _point(self.page.evaluate(BARS, [dates.day(first), dates.day(last)]))

    def covered(self) -> Point:
        """From where to where the period lies over the timeline, in its pixels."""
        brush, timeline = self.box("#brush"), self.box("#timeline")
        return brush["x"] - timeline["x"], brush["x"] + brush["width"] - timeline["x"]

    def brush(self, first: str, last: str) -> None:
        """Choose a period by drawing over the timeline with the pointer."""
        with self.committing():
            self.drag(self.day_at(first), self.day_at(last))

    def drag(self, start: Point, end: Point, *, steps: int = 8, during: Callable[[], None] | None = None) -> None:
        """Press, move and let go; `during` is called before letting go."""
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move(*end, steps=steps)
        if during:
            during()
        mouse.up()

    def touch(self, steps: Sequence[Sequence[Point]]) -> None:
        """Put fingers down at the first of some points, move them over the others, and lift them."""
        device = self.page.context.new_cdp_session(self.page)
        for at, points in enumerate([*steps, []]):
            kind = "touchEnd" if not points else "touchMove" if at else "touchStart"
            fingers = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
            device.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
            self.page.wait_for_timeout(16)
        device.detach()

    def drag_cursor(self, day: str, during: Callable[[], None] | None = None) -> None:
        """Drag the cursor of *Stands* to a day."""
        with self.committing():
            self.drag(self.centre(self.slider("cursor")), self.day_at(day), during=during)

    def slider(self, which: Literal["first", "last", "cursor"]) -> Locator:
        return self.page.locator("#cursor" if which == "cursor" else f"#handle-{which}")

    def move_handle(self, which: Literal["first", "last", "cursor"], *keys: str) -> None:
        """Move a handle by keys, such as `ArrowLeft` or `Shift+ArrowRight`, and leave it."""
        with self.committing():
            self.slider(which).focus()
            for key in keys:
                self.page.keyboard.press(key)

    def day_of(self, which: Literal["first", "last", "cursor"]) -> str:
        """The day a handle or the cursor stands on, as assistive technology is told, in ISO form."""
        return dates.isoday(int(self.slider(which).get_attribute("aria-valuenow") or ""))

    def flags(self) -> list[tuple[str, float, float]]:
        """What the flags over the timeline say, and from where to where each reaches, in pixels of the window."""
        words = """[...document.querySelectorAll("#timeline-frame .flag")].filter((flag) => flag.textContent)
          .map((flag) => [flag.textContent, flag.getBoundingClientRect()])
          .map(([text, box]) => [text, box.left, box.right])"""
        return [(str(text), float(left), float(right)) for text, left, right in self.page.evaluate(words)]

    def type_day(self, key: Literal["from", "to", "on"], text: str) -> None:
        """Fill in one field of days and press Enter. The view need not change."""
        field = self.page.locator(f"#{key}")
        field.fill(text)
        field.press("Enter")

    def type_period(self, first: str, last: str) -> None:
        """Choose a period by filling in both days."""
        with self.committing():
            self.type_day("from", first)
        with self.committing():
            self.type_day("to", last)

    def period_error(self) -> str:
        return self.page.inner_text("#typed-error")

    def play(self) -> None:
        """Play, and wait for the end of the run."""
        with self.committing():
            self.page.click("#play")

    def begin_playing(self) -> None:
        """Play, and go on while it runs."""
        self.page.click("#play")
        assert self.is_playing()

    def is_playing(self) -> bool:
        return self.page.get_attribute("#play", "aria-label") == "Pause"

    # ── Filters ───────────────────────────────────────────────────────────────────────────

    def option(self, facet: str, value: str) -> Locator:
        return self.page.locator(f'[role=group][aria-label="{facet}"] [data-value="{value}"]')

    def _toggle(self, facet: str, value: str) -> None:
        option = self.option(facet, value)
        if not option.is_visible():
            self.page.locator(f'[role=group][aria-label="{facet}"] summary').click()
        with self.committing():
            option.click()

    def toggle_country(self, iso3: str) -> None:
        self._toggle("Countries", iso3)

    def toggle_actor(self, actor: str) -> None:
        self._toggle("Actors", actor)

    def toggle_kind(self, kind: str) -> None:
        self._toggle("Kind", kind)

    def search(self, words: str) -> None:
        """Search events by words."""
        with self.committing():
            self.page.fill("#search", words)

    def remove_chip(self, text: str) -> None:
        with self.committing():
            self.page.locator(".chip", has_text=text).click()

    def follow(self, link: str) -> None:
        """Follow the link with this id."""
        with self.committing():
            self.page.click(f"#{link}")

    def chips(self) -> list[str]:
        """The active filters, as their chips say."""
        return [text.removesuffix("×").strip() for text in self.page.locator(".chip").all_inner_texts()]

    # ── Map ───────────────────────────────────────────────────────────────────────────────

    def click_state(self, lon: float, lat: float) -> None:
        """Click the map at a longitude and latitude."""
        with self.committing():
            self.click(self.point_on_map(lon, lat))

    def point_on_map(self, lon: float, lat: float) -> Point:
        """Where a longitude and latitude stand, in pixels of the window."""
        return _point(self.page.evaluate(ON_MAP, [lon, lat]))

    def click(self, at: Point) -> None:
        """Move there, let the page notice, and click."""
        self.page.mouse.move(at[0] - 3, at[1] - 1)
        self.page.mouse.move(*at, steps=2)
        self.page.evaluate("() => new Promise((done) => setTimeout(done, 120))")
        self.page.mouse.click(*at)

    def fills(self, graph: Literal["map", "map-against"] = "map") -> dict[str, str]:
        """How each state of the map is filled now, by ISO 3166 alpha-3."""
        found: dict[str, str] = self.page.evaluate(FILLS, graph)
        return found

    def read_legend(self) -> dict[str, int]:
        """The number of states per category of the legend, by the category's id."""
        entries = "[...document.querySelectorAll('#legend li')]"
        number = "Number(li.querySelector('b').textContent)"
        return dict(self.page.evaluate(f"{entries}.map((li) => [li.dataset.id, {number}])"))

    # ── Records ───────────────────────────────────────────────────────────────────────────

    def open_record_from_list(self, record: str) -> None:
        with self.committing():
            self.page.click(f'#records [data-record="{record}"]')

    def open_record_from_map(self, record: str) -> None:
        """Click the bubble that holds an event and, where it holds several, the event in the list that opens."""
        self.click(self.mark_of("map", record))
        with self.committing():
            self.page.locator(f'#popover a[href*="open={record}"]').click()

    def open_record_from_timeline(self, record: str) -> None:
        with self.committing():
            self.click(self.mark_of("timeline", record))

    def mark_of(self, graph: Literal["map", "timeline"], record: str) -> Point:
        """Where the mark of an event stands, in pixels of the window."""
        return _point(self.page.evaluate(MARK, [graph, record]))

    def press(self, key: str) -> None:
        """Press a key that leads to another view."""
        with self.committing():
            self.page.keyboard.press(key)

    def record_title(self) -> str:
        return self.page.inner_text("#record-title")

    def listed(self) -> list[str]:
        """The ids of the events in the list, in its order."""
        found: list[str] = self.page.evaluate(
            "[...document.querySelectorAll('#records a[data-record]')].map((link) => link.dataset.record)"
        )
        return found

    # ── Words and numbers ─────────────────────────────────────────────────────────────────

    def sentence(self) -> str:
        return self.page.inner_text("#sentence")

    def notices(self) -> str:
        return self.page.inner_text("#notices")

    def read_totals(self) -> dict[str, int]:
        """The totals over the map: shown, undated, unplaced, filtered out, total."""
        words = self.page.inner_text("#totals").replace("= ", "total ")
        named = re.findall(r"([\d,]+) (shown|undated|unplaced|filtered out)|(total) ([\d,]+)", words)
        found = {name or total: int((count or sum_).replace(",", "")) for count, name, total, sum_ in named}
        assert list(found) == ["shown", "undated", "unplaced", "filtered out", "total"], words
        return found

    # ── Appearance ────────────────────────────────────────────────────────────────────────

    def choose(self, group: str, label: str) -> None:
        """Follow one of the links of a named group of views, such as *Lens* or *Projection*."""
        with self.committing():
            self.page.locator(f'nav[aria-label="{group}"]').get_by_role("link", name=label, exact=True).click()

    def set_theme(self, label: Literal["System", "Light", "Dark"]) -> None:
        self.choose("Theme", label)

    @contextmanager
    def on_paper(self) -> Iterator[None]:
        """Inside, the page is laid out for an upright sheet of A4, as a browser does that prints it."""
        size = self.page.viewport_size
        assert size
        self.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        self.page.emulate_media(media="print")
        self.page.set_viewport_size({"width": 718, "height": 1046})
        yield
        self.page.set_viewport_size(size)
        self.page.emulate_media(media="screen")
        self.page.evaluate("dispatchEvent(new Event('afterprint'))")

    def paper(self) -> str:
        """The colour of the page."""
        colour: str = self.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        return colour

    def box(self, selector: str) -> Mapping[str, float]:
        """Left, top, width and height of something that must be there, in pixels."""
        found = self.page.locator(selector).bounding_box()
        assert found, f"{selector} is not on the page"
        return {name: float(found[name]) for name in ("x", "y", "width", "height")}

    def centre(self, locator: Locator) -> Point:
        found = locator.bounding_box()
        assert found
        return found["x"] + found["width"] / 2, found["y"] + found["height"] / 2

    # ── Taking away ───────────────────────────────────────────────────────────────────────

    def export_picture(self, picture: str, form: Literal["png", "svg"], size: int, folder: Path) -> Path:
        """Save a picture (`both`, `map` or `timeline`) by the dialog; gives the file under its own name."""
        self._open_export()
        for group, value in (("picture", picture), ("format", form), ("size", str(size))):
            self.page.click(f'[data-group={group}][data-value="{value}"]')
        with self.page.expect_download() as saving:
            self.page.click("#save-picture")
        return _keep(saving.value, folder)

    def save_csv(self, folder: Path, rows: Literal["csv", "positions"] = "csv") -> Path:
        """Save the list of the view, or its positions, as CSV by the dialog."""
        self._open_export()
        with self.page.expect_download() as saving:
            self.page.click(f"#save-{rows}")
        return _keep(saving.value, folder)

    def _open_export(self) -> None:
        if not self.page.locator("#export").is_visible():
            self.page.click("#export-button")

    # ── Said ──────────────────────────────────────────────────────────────────────────────

    def toggle_claim(self, claim: str) -> None:
        self._toggle("Claims", claim)

    def toggle_stance(self, stance: str) -> None:
        self._toggle("Stance", stance)

    def toggle_status(self, status: str) -> None:
        self._toggle("Status of the claim", status)

    def toggle_agreement(self, agreement: str) -> None:
        self._toggle("Agreement", agreement)

    def toggle_sourcing(self, sourcing: str) -> None:
        self._toggle("Sourcing", sourcing)

    def press_state(self, lon: float, lat: float) -> None:
        """Click the map at a longitude and latitude where this offers records instead of changing the view."""
        self.click(_point(self.page.evaluate(ON_MAP, [lon, lat])))

    def offered(self) -> list[str]:
        """What is offered where one mark stands for several records, without its dates."""
        words = "[...document.querySelectorAll('#popover:not([hidden]) a')].map((link) => link.lastChild.textContent)"
        found: list[str] = self.page.evaluate(words)
        return found

    def take_offer(self, words: str) -> None:
        """Open one of the records offered."""
        with self.committing():
            self.page.locator("#popover a", has_text=words).click()

    def open_statement_from_matrix(self, statement: str) -> None:
        with self.committing():
            self.click(_point(self.page.evaluate(MARK, ["matrix", statement])))

    def side(self, stance: Literal["asserts", "denies", "retracts"]) -> list[tuple[str, str]]:
        """Who stands on one side of the open card, in its order: the name, and the words under it."""
        words = """(stance) => [...document.querySelectorAll(`#records .side.${stance} .statement`)]
          .map((one) => [one.querySelector("b").textContent, one.lastElementChild.textContent])"""
        return [(str(name), str(rest)) for name, rest in self.page.evaluate(words, stance)]

    def marked_speakers(self) -> list[str]:
        """Whose statements are marked on the open card."""
        return self.page.locator("#records .statement.marked > b").all_inner_texts()

    def signs_of(self, graph: Literal["timeline", "matrix"]) -> dict[str, str]:
        """The shape that stands for each record in a picture, by its id."""
        found: dict[str, str] = self.page.evaluate(SHAPES, graph)
        return found

    def lanes(self) -> list[str]:
        """The names of the lanes of the timeline, from above."""
        found: list[str] = self.page.evaluate(f"{TIMELINE}.layout.yaxis.ticktext")
        return found

    # ── Stands, knowledge and certainty ───────────────────────────────────────────────────

    def set_option(self, key: Literal["against", "known"], day: str) -> None:
        """Type the day compared with, or the day of knowledge, among the options of the timeline; leave them shut."""
        options = self.page.locator("summary", has_text="Options")
        options.click()
        with self.committing():
            self.page.fill(f"#{key}", day)
            self.page.press(f"#{key}", "Enter")
        options.click()

    def choose_option(self, group: str, label: str) -> None:
        """Follow a link among the options of the timeline."""
        options = self.page.locator("summary", has_text="Options")
        options.click()
        self.choose(group, label)
        options.click()

    def changed_states(self) -> dict[str, str]:
        """The states in the list of changes, with what is said of each."""
        rows = """[...document.querySelectorAll("#changes a")].map((link) =>
          [new URLSearchParams(link.getAttribute("href")).get("open"), link.querySelector(".when").textContent])"""
        return dict(self.page.evaluate(rows))

    def read_trays(self) -> dict[str, int]:
        """Every number over the map by its words; `total` is what they add up to."""
        text = self.page.inner_text("#totals").replace(",", "")
        words = "shown|from one origin|unsourced|undated|unplaced|speaking for no state|filtered out"
        found = {name: int(number) for number, name in re.findall(rf"(\d+) ({words})", text)}
        return found | {"total": int(text.rpartition("=")[2])}

    def could_and_certainly(self) -> tuple[int, int]:
        """How many could fall in the period, and how many certainly do."""
        could, certain = (self.page.inner_text(f"#{key}").replace(",", "") for key in ("could", "certain"))
        return int(could), int(certain)

    def read_key(self) -> dict[str, str]:
        """Open the key of the timeline: each sign and its meaning. The key stays open."""
        self.page.locator("summary", has_text="Key").click()
        rows = """[...document.querySelectorAll(".menu[open] dl > div")]
          .map((row) => [...row.children].map((part) => part.innerText))"""
        return dict(self.page.evaluate(rows))

    # ── Stories ───────────────────────────────────────────────────────────────────────────

    def start_story(self, title: str) -> None:
        """Choose a story from the menu in the masthead."""
        self.page.locator("#stories summary").click()
        with self.committing():
            self.page.locator("#stories a", has_text=title).click()

    def step_title(self) -> str:
        return self.page.inner_text(".story-step.current h3")

    def scroll_story(self) -> None:
        """Turn the wheel over the rail until another step is opened."""
        with self.committing():
            before = self.address
            self.page.mouse.move(*self.centre(self.page.locator("aside.records")))
            for _ in range(20):
                self.page.mouse.wheel(0, 60)
                self.page.evaluate("() => new Promise((done) => setTimeout(done, 60))")
                if self.address != before:
                    break

    def leave_story(self) -> None:
        with self.committing():
            self.page.get_by_role("link", name="Leave the story").click()

    def make_story(self, folder: Path) -> Path:
        """Save the view as a story by the dialog of sharing."""
        self.page.click("#share-button")
        with self.page.expect_download() as saving:
            self.page.click("#save-story")
        return _keep(saving.value, folder)


def _point(found: Any) -> Point:
    assert found, "there is no such mark"
    x, y = found
    return float(x), float(y)


def _keep(download: Download, folder: Path) -> Path:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path
