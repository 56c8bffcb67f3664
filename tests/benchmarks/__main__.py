"""EDGE. The benchmarks: `python -m tests.benchmarks --sizes 1k,100k,1M --peers dash,mosaic --out docs`.

Measures import, store and pages at every size and writes benchmarks.md and benchmarks.json. Sizes beyond 1M take long
and much room: about 4 GB for 10M, 40 GB for 100M.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb
import yaml

from tests.benchmarks import browsing, generate, importing, querying, readers
from tests.benchmarks.forms import FORMS, Form
from tests.benchmarks.machine import machine
from tests.benchmarks.measuring import Measurement
from tests.benchmarks.peers.dash_plain import PlainDash
from tests.benchmarks.peers.mosaic.adapter import Mosaic
from tests.benchmarks.processes import ROOT, python, run
from tests.benchmarks.report import PEERS, Run, as_json, count, from_json, markdown, merged
from tests.benchmarks.standoff import Standoff
from tests.benchmarks.subjects import Subject, Wanted

DEFAULT_SIZES: Final = "1k,100k,1M"
PARTS: Final = ("import", "store", "page")
NOTES: Final = Path(__file__).with_name("notes.yaml")
SEED: Final = 1
FILTERS: Final = 8
"""Actors and kinds that are filtered by, those with most events; there are as many clicks of each."""
MOST: Final = {"dash": 10_000_000}
"""Beyond so many events a peer is left out: pandas would need more memory than most machines have."""
SUFFIXES: Final = {"k": 1_000, "M": 1_000_000}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a run measures, and where it writes."""

    sizes: tuple[int, ...]
    peers: tuple[str, ...]
    parts: tuple[str, ...]
    out: Path
    is_kept: bool
    is_reused: bool


@dataclass(slots=True)
class Bench:
    """A run under way: the folder it works in, and what it has found."""

    wishes: Wishes
    scratch: Path
    facts: dict[str, str] = field(default_factory=machine)
    found: list[Measurement] = field(default_factory=list)
    failed: int = 0

    # ── What is measured ──────────────────────────────────────────────────────────────────

    def measure(self) -> None:
        for events in self.wishes.sizes:
            folder = self.scratch / str(events)
            folder.mkdir(parents=True, exist_ok=True)
            data = self.made(events, folder / "events.parquet")
            steps = {"import": self.imports, "store": self.queries, "page": self.pages}
            for part in self.wishes.parts:
                self.attempt(f"{events:,} events, {part}", steps[part], events, data)
            self.write()
            if not self.wishes.is_reused:
                fresh(folder)

    def made(self, events: int, path: Path) -> Path:
        """A file of that many events; what an earlier run has made is used again."""
        if not path.exists():
            say(f"{events:,} events are being made")
            new = path.with_name(f"new-{path.name}")
            generate.write(events, [new], SEED)
            new.rename(path)
        return path

    def imports(self, events: int, data: Path) -> None:
        self.add(importing.imports("Parquet", data, fresh(data.with_name("dossier")), events))
        for name, form in FORMS.items():
            if events <= form.most:
                self.attempt(f"{events:,} events, import of {name}", self.foreign, events, name, form, data.parent)

    def foreign(self, events: int, name: str, form: Form, folder: Path) -> None:
        """Import a file that is made for this alone; neither it nor its dossier stays."""
        file, dossier = folder / f"foreign{form.ending}", folder / "from-foreign"
        form.write(file, events, SEED)
        try:
            self.add(importing.imports(name, file, fresh(dossier), events))
        finally:
            file.unlink()
            fresh(dossier)

    def queries(self, events: int, data: Path) -> None:
        self.add(querying.queries(self.dossier(data), events))

    def dossier(self, data: Path) -> Path:
        """The events as a dossier; that of an earlier import is used again."""
        folder = data.with_name("dossier")
        if not folder.exists():
            say("importing")
            run(python("dashboard", "import", str(data), "-o", str(folder)), folder.with_suffix(".log"))
        return folder

    def pages(self, events: int, data: Path) -> None:
        self.attempt(f"{events:,} events, standoff", self.page, events, Standoff(), self.dossier(data), data)
        made: dict[str, Callable[[], Subject]] = {"dash": PlainDash, "mosaic": lambda: Mosaic(self.scratch / "mosaic")}
        for name in self.wishes.peers:
            if events <= MOST.get(name, events):
                self.attempt(f"{events:,} events, {name}", self.page, events, made[name](), data, data)

    def page(self, events: int, subject: Subject, served: Path, data: Path) -> None:
        with subject.serve(served, data.parent) as home:
            if home.reading:
                speed = events / home.reading
                self.add([Measurement("import", "Parquet, rows a second", events, subject.name, speed, "/s")])
            browsed = browsing.browse(subject, home, events, most_frequent(data))
            self.add(browsed.measurements)
            self.add(readers.crowds(subject.name, events, browsed.views))
        self.facts |= {"Chromium": browsed.chromium, **subject.versions()}

    # ── What comes of it ──────────────────────────────────────────────────────────────────

    def attempt(self, what: str, action: Callable[..., None], *values: object) -> None:
        """Do something; if it fails, say so and go on."""
        say(what)
        start = time.perf_counter()
        try:
            action(*values)
        except Exception:
            self.failed += 1
            traceback.print_exc()
        say(f"{what}: {time.perf_counter() - start:.0f} s")

    def add(self, measurements: Iterable[Measurement]) -> None:
        day = datetime.now(UTC).date().isoformat()
        self.found += [replace(one, day=day) for one in measurements]

    def write(self) -> None:
        """Write the page and its numbers, with those of the run before if they are to be kept."""
        page, numbers = self.wishes.out / "benchmarks.md", self.wishes.out / "benchmarks.json"
        before = from_json(json.loads(numbers.read_text("utf-8"))) if self.wishes.is_kept and numbers.exists() else None
        old = before.measurements if before else []
        facts = {**before.facts, **self.facts} if before else self.facts
        measurements = merged(old, self.found)
        run = Run(command({one.events for one in measurements}), facts, measurements)
        notes = yaml.safe_load(NOTES.read_text("utf-8"))
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(markdown(run, notes), "utf-8")
        numbers.write_text(json.dumps(as_json(run), indent=1, ensure_ascii=False) + "\n", "utf-8")


def command(sizes: Iterable[int]) -> str:
    """What measures these sizes."""
    words = ",".join(count(events).replace(" ", "") for events in sorted(sizes))
    return "make benchmarks" if words == DEFAULT_SIZES else f'make benchmarks ARGS="--sizes {words}"'


def most_frequent(data: Path) -> list[Wanted]:
    """The actors and kinds with most events, in turn."""

    def values(column: str) -> Iterator[str]:
        sql = f"SELECT {column} FROM read_parquet(?) GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {FILTERS}"
        with duckdb.connect() as connection:
            yield from (value for (value,) in connection.execute(sql, [str(data)]).fetchall())

    pairs = zip(values("actor1"), values("kind"), strict=True)
    return [one for actor, kind in pairs for one in (("actor", actor), ("kind", kind))]


def fresh(folder: Path) -> Path:
    """A folder that is not there any more."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def say(text: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {text}", file=sys.stderr, flush=True)


# ── What is asked for ──────────────────────────────────────────────────────────────────────


def size(text: str) -> int:
    """A number of events, such as 1k or 10M. Raises ValueError for another word."""
    number, letter = (text[:-1], text[-1]) if text[-1:] in SUFFIXES else (text, "")
    events = int(number) * SUFFIXES.get(letter, 1)
    if events < 1:
        raise ValueError(f"{text} is no number of events")
    return events


def some_of(valid: Sequence[str], text: str) -> tuple[str, ...]:
    """Names from a list, in the order of the list. Raises ArgumentTypeError for a name that is not in it."""
    wanted = [name for name in text.split(",") if name]
    if wrong := [name for name in wanted if name not in valid]:
        raise argparse.ArgumentTypeError(f"{wrong[0]!r} is none of {', '.join(valid)}")
    return tuple(name for name in valid if name in wanted)


def wishes(words: Sequence[str] | None = None) -> tuple[Wishes, Path | None]:
    """What the command line asks for, and the folder to work in if it names one."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--sizes", default=DEFAULT_SIZES, help=f"numbers of events; default: {DEFAULT_SIZES}")
    parser.add_argument("--peers", default=",".join(PEERS), type=lambda text: some_of(tuple(PEERS), text))
    parser.add_argument("--parts", default=",".join(PARTS), type=lambda text: some_of(PARTS, text))
    parser.add_argument("--out", default=ROOT / "docs", type=Path, help="folder of the report; default: docs")
    parser.add_argument("--keep", action="store_true", help="keep what the report says and this run does not measure")
    parser.add_argument("--scratch", type=Path, help="folder for data and peers, kept for the next run")
    found = parser.parse_args(words)
    try:
        sizes = tuple(sorted(map(size, found.sizes.split(","))))
    except ValueError:
        parser.error(f"--sizes {found.sizes}: write numbers of events such as 1k,100k,1M")
    return Wishes(sizes, found.peers, found.parts, found.out, found.keep, bool(found.scratch)), found.scratch


@contextmanager
def workshop(wanted: Path | None) -> Iterator[Path]:
    """The folder to work in: the one asked for, or one that goes away again."""
    if wanted:
        yield wanted.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="standoff-benchmarks-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def main() -> None:
    wanted, scratch = wishes()
    with workshop(scratch) as folder:
        bench = Bench(wanted, folder)
        bench.measure()
    sys.exit(1 if bench.failed else 0)


if __name__ == "__main__":
    main()
