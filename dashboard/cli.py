"""EDGE. The `standoff` command: serve, check or import a dossier, or print the schema that its files follow."""

from __future__ import annotations

import errno
import json
import os
import shlex
import shutil
import signal
import socket
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, get_args

import click

from dashboard import __version__
from dashboard.progress import ProgressLine
from dashboard.settings import Settings
from dashboard.workers import can_fork, supervise
from events.dossier import Dossier, DossierError, read
from events.engines.clickhouse import SCHEME, Address
from events.engines.errors import EngineError
from events.engines.opening import dossier_at
from events.model import TABLES
from events.problems import did_you_mean
from events.quotes import look_up
from events.reading import ReadError
from events.review import Review, finding_in, review
from events.schemas import json_schemas
from geodata.places import COUNTRY_IDS, Family, Resolution, resolve

if TYPE_CHECKING:
    from dash import Dash
    from waitress.server import BaseWSGIServer

    from dashboard.library import Folder
    from events.formats.report import Report

FORMATS = ("auto", "ucdp", "acled", "gdelt", "timelinejs", "timemap", "geojson", "table")
"""What `import` can be told that a file is. What reads them is loaded when it is needed: a server never needs it."""
BUNDLED = Path(str(files("events"))) / "dossiers" / "russia-in-venezuela"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class Place(click.Path):
    """The path of a folder or a file, or the address of a dossier on ClickHouse."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """A Path, or the text of an address."""
        return value if str(value).startswith(SCHEME) else super().convert(value, param, ctx)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="standoff %(version)s")
def main() -> None:
    """Standoff: disputed events on one map and one timeline."""


@main.command()
@click.argument("paths", nargs=-1, type=Place(path_type=Path), metavar="[PATH]...")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for every one.")
@click.option("--port", default=8050, show_default=True, type=click.IntRange(0, 65535), help="0 for any free one.")
@click.option("--open", "in_browser", is_flag=True, help="Open the page in a browser.")
@click.option("--base-path", default="/", show_default=True, help="Where the page lives behind a web server.")
@click.option("--trust-host", multiple=True, metavar="NAME", help="Host name that a web server in front passes on.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes behind the port.")
@click.option("--allow-frame", multiple=True, metavar="ORIGIN", help="Site that may show the page in a frame.")
def serve(
    paths: tuple[Path | str, ...],
    host: str,
    port: int,
    in_browser: bool,
    base_path: str,
    trust_host: tuple[str, ...],
    allow_frame: tuple[str, ...],
    workers: int,
) -> None:
    """Serve the dossiers in the folders PATH, or the bundled one.

    A PATH may also be a file that `import` reads, or the address clickhouse://HOST/DATABASE/TABLE of what `load` put
    there.
    """
    if workers > 1 and not can_fork():
        raise click.UsageError("This system cannot share a port between processes: leave --workers out.")
    trusted = (*LOOPBACK, *trust_host) if is_loopback(host) else ()
    try:
        settings = Settings(base_path=base_path, frame_ancestors=("'self'", *allow_frame), trusted_hosts=trusted)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    asked = paths or (BUNDLED,)
    followed = [folder_at(path) for path in asked]
    dossiers = open_dossiers(asked)
    require_sizes(dossiers)
    folders = {name: folder for name, folder in zip(dossiers, followed, strict=True) if folder}
    bound = taken(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{bound.getsockname()[1]}{settings.base_path}"
    announce(dossiers, address)
    if in_browser:
        webbrowser.open(address)
    start = partial(opened, dossiers, folders, settings, bound)
    if workers > 1:
        supervise(workers, start)
    serving = start()
    serving()
    leave()


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Also ask what a careful editor would: sides, wording, quotes, copies.")
@click.option(
    "--source-text",
    "texts",
    multiple=True,
    metavar="[ID=]FILE",
    help="Look quotes up in the text of the source ID, or of the source that FILE is named after.",
)
def check(path: Path, strict: bool, texts: tuple[str, ...]) -> None:
    """Read the dossier in the folder PATH and print everything that is wrong with it.

    Exits with 0 if nothing is, with 1 otherwise. Exceptions from the strict rules are named in the dossier's
    exceptions.yaml.
    """
    try:
        dossier = read(path, COUNTRY_IDS)
    except DossierError as error:
        sys.exit(report(list(map(str, error.problems)), 0))
    found = report(*told_of(path, dossier))
    if strict:
        found += report_review(review(dossier))
    for text in texts:
        found += report_quotes(dossier, *source_text(dossier, text))
    sys.exit(1 if found else 0)


def told_of(path: Path, dossier: Dossier) -> tuple[list[str], int]:
    """The problems of a dossier in words, and the number of its records. A collection is opened to count its events."""
    problems = list(map(str, dossier.problems))
    try:
        return problems, count(dossier) + size_of(dossier)
    except EngineError as error:
        return [*problems, f"{path}: {error}"], count(dossier)


def size_of(dossier: Dossier) -> int:
    """The number of events in the file of a collection, 0 without one. Raises EngineError if it cannot be opened."""
    if not isinstance(dossier.collection, Path):
        return 0
    from events.engines.duckdb import events_in

    return events_in(dossier.collection)


def report(problems: Sequence[str], records: int) -> int:
    """Print problems and their number; return 1 if there are any."""
    for problem in problems:
        click.echo(problem)
    click.echo(f"{amount(len(problems), 'problem')} in {amount(records, 'record')}")
    return 1 if problems else 0


def report_review(result: Review) -> int:
    """Print what a strict check left to mend; return 1 if there is anything."""
    for finding in result.findings:
        click.echo(finding)
    click.echo(f"{amount(len(result.findings), 'finding')}, {result.excepted} more excepted")
    return 1 if result.findings else 0


def report_quotes(dossier: Dossier, source: str, text: str) -> int:
    """Print which quotes of a source stand in its text; return 1 if one does not."""
    lookups = look_up(dossier, source, text)
    for lookup in lookups:
        near = f" The text has: “{lookup.near}”." if lookup.near else ""
        message = f"“{lookup.quote}” is {'found' if lookup.is_found else 'not found'} in {source}"
        click.echo(finding_in(dossier, "statements", lookup.statement, "quote", message, near.strip()))
    found = sum(lookup.is_found for lookup in lookups)
    click.echo(f"{found} of {amount(len(lookups), 'quote')} found in {source}")
    return 1 if found < len(lookups) else 0


def source_text(dossier: Dossier, option: str) -> tuple[str, str]:
    """Read `ID=FILE`, or a FILE that is named after its source. Raises UsageError for an unknown source or no text."""
    name, equals, file = option.partition("=")
    source, path = (name, Path(file)) if equals else (Path(option).stem, Path(option))
    if source not in dossier.sources:
        meant = did_you_mean(source, dossier.sources) or "Write ID=FILE with the id of a source."
        raise click.UsageError(f"--source-text {option}: the dossier has no source “{source}”. {meant}")
    try:
        return source, path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise click.UsageError(f"--source-text {option}: {path} cannot be read ({reason}).") from None


MAP_HELP: Final = (
    "Which column of a plain table is what. FORM says how days are written (when=COLUMN:dmy or :mdy), and "
    "what codes of countries are (country=COLUMN:iso2, :fips, :iso3, :numeric, :gw, :cow, :cameo or :name)."
)


@main.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), metavar="DIR", help="The folder of the dossier."
)
@click.option("--format", "format_name", default=FORMATS[0], show_default=True, help=", ".join(FORMATS[1:]))
@click.option("--map", "columns", multiple=True, metavar="FIELD=COLUMN[:FORM]", help=MAP_HELP)
def import_files(files: tuple[Path, ...], output: Path, format_name: str, columns: tuple[str, ...]) -> None:
    """Turn foreign files into a dossier in the folder DIR, and say what became of every row.

    UCDP, ACLED, GDELT, TimelineJS, GeoJSON, timemap and plain tables are recognised by what is in them. A folder that
    an earlier import wrote is replaced whole, or left untouched if something fails. Up to 20,000 events become tables
    that can be edited, more become a collection.
    """
    from events import formats

    try:
        formats.require_known(format_name)
        mapping = formats.mapping_of(columns)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    try:
        write_imported(files, output, format_name, mapping)
    except ReadError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written ({error.strerror}).") from None
    click.echo(f"The dossier is in {output}. `standoff serve {shlex.quote(str(output))}` opens it.")


def write_imported(
    paths: Sequence[Path], folder: Path, format_name: str = FORMATS[0], mapping: Mapping[str, str] | None = None
) -> None:
    """Import foreign files into a folder and say on stderr what became of every row. Raises `ReadError`."""
    from events import importing

    with ProgressLine(sys.stderr) as progress, interruptible():
        importing.import_files(paths, folder, format_name, mapping or {}, resolved, progress, tell)


@contextmanager
def interruptible() -> Iterator[None]:
    """Have Ctrl+C be Ctrl+C where it meets a query, of which DuckDB makes an error of its own."""
    try:
        yield
    except RuntimeError as error:
        if str(error) != "Query interrupted":
            raise
        raise KeyboardInterrupt from None


def tell(report: Report) -> None:
    """Say on stderr what became of every row."""
    from events import importing

    for line in importing.report_lines(report):
        click.echo(line, err=True)


def resolved(values: Sequence[str], family: str) -> Resolution:
    """State codes of codes or names of a family."""
    return resolve(values, as_family(family))


def as_family(name: str) -> Family:
    """The family of country codes of this name. Raises ValueError if there is none."""
    return next(family for family in get_args(Family) if family == name)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.argument("address", metavar="ADDRESS")
def load(folder: Path, address: str) -> None:
    """Put the collection in the folder DIR on ClickHouse; `serve ADDRESS` opens it.

    ADDRESS is clickhouse://HOST[:PORT]/DATABASE/TABLE. For a cluster name all servers, with commas between them, and
    add ?cluster=NAME. What was there before is read until all of the new is there.
    """
    from events.engines.loading import load_file

    parsed, dossier = address_of(address), open_dossier(folder)
    if not isinstance(dossier.collection, Path):
        raise click.ClickException(f"{folder} has few events, and no need of a server: `standoff serve {folder}`.")
    try:
        with ProgressLine(sys.stderr) as progress, interruptible():
            told = dossier.meta.model_dump_json()
            load_file(dossier.collection, parsed, told, lambda done, total: progress(done, done / max(total, 1)))
    except EngineError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"The dossier is at {parsed}. `standoff serve '{parsed}'` opens it.")


def address_of(text: str) -> Address:
    """The address in a text. Raises UsageError for anything else."""
    try:
        return Address.of(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


@main.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Write one file per schema here."
)
def schema(output: Path | None) -> None:
    """Print the JSON Schema of every file of a dossier, by name."""
    schemas = json_schemas()
    if output is None:
        click.echo(as_text(schemas))
        return
    output.mkdir(parents=True, exist_ok=True)
    for name, content in schemas.items():
        (output / f"{name}.schema.json").write_text(as_text(content) + "\n", "utf-8")
    click.echo(f"{amount(len(schemas), 'schema')} written to {output}")


def as_text(content: Any) -> str:
    """Write JSON for people."""
    return json.dumps(content, indent=2, ensure_ascii=False)


def count(dossier: Dossier) -> int:
    """Give the number of records in a folder, those that were left out included."""
    return sum(len(getattr(dossier, table)) for table in TABLES) + dossier.left_out


def amount(number: int, noun: str) -> str:
    """Count a noun: 1 record, 2 records."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def folder_at(path: Path | str) -> Folder | None:
    """The folder that a dossier is about to be read from; None for a file, or for the address of a server."""
    from dashboard.library import Folder

    return Folder.before_reading(path) if isinstance(path, Path) and not path.is_file() else None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    return host in {"localhost", "::1"} or host.startswith("127.")


def open_dossiers(paths: Sequence[Path | str]) -> dict[str, Dossier]:
    """Read every folder, by the id of its dossier. Raises ClickException for one that cannot be read."""
    dossiers: dict[str, Dossier] = {}
    for path in paths:
        dossier = open_dossier(path) if isinstance(path, Path) else open_address(path)
        if dossier.meta.id in dossiers:
            named = path if isinstance(path, Path) else address_of(path)
            raise click.ClickException(f"{named}: another dossier has the id “{dossier.meta.id}”. Change one of them.")
        dossiers[dossier.meta.id] = dossier
    return dossiers


def open_dossier(path: Path) -> Dossier:
    """Read one folder, or import one file; say on stderr how much of it was left out."""
    try:
        recover(path)
        dossier = read_imported(path) if path.is_file() else read(path, COUNTRY_IDS)
    except ReadError as error:
        raise click.ClickException(str(error)) from None
    except DossierError as error:
        raise click.ClickException(f"{path} cannot be opened.\n{error}") from None
    if dossier.problems:
        found = f"{path}: {amount(len(dossier.problems), 'problem')}, {amount(dossier.left_out, 'record')} left out."
        click.echo(f"{found} `standoff check {path}` lists them.", err=True)
    return dossier


def require_sizes(dossiers: Mapping[str, Dossier]) -> None:
    """Raise ClickException for a collection that cannot be opened, before anybody is told that it is served."""
    for name, dossier in dossiers.items():
        try:
            size_of(dossier)
        except EngineError as error:
            raise click.ClickException(f"{name}: {error}") from None


def recover(path: Path) -> None:
    """Put back what an interrupted import moved away."""
    if not path.exists():
        from events import importing

        importing.recover(path)


def open_address(text: str) -> Dossier:
    """Read what is kept at an address beside the events. Raises ClickException, and UsageError for no address."""
    address_of(text)
    try:
        return dossier_at(text)
    except EngineError as error:
        raise click.ClickException(str(error)) from None


def read_imported(path: Path) -> Dossier:
    """Import a foreign file into a folder that lasts as long as this process. Raises `ReadError`."""
    folder = tempfile.mkdtemp(prefix="standoff-")
    click.get_current_context().call_on_close(partial(shutil.rmtree, folder, ignore_errors=True))
    target = Path(folder) / (path.name.split(".")[0] or "imported")
    write_imported([path], target)
    return read(target, COUNTRY_IDS)


def opened(
    dossiers: Mapping[str, Dossier], folders: Mapping[str, Folder], settings: Settings, bound: socket.socket
) -> Callable[[], None]:
    """Open everything in the process that is to serve, and give what serves until stopped, and follows the folders.
    Raises ClickException."""
    from dashboard.app import create_app
    from dashboard.library import Library
    from dashboard.memory import share_one_heap
    from dashboard.server import listen

    share_one_heap()
    try:
        app = create_app(Library(dossiers, folders, partial(read, states=COUNTRY_IDS)), settings)
    except EngineError as error:
        raise click.ClickException(str(error)) from None
    return partial(run, app, listen(app, bound))


def run(app: Dash, server: BaseWSGIServer) -> None:
    """Serve until stopped."""
    from dashboard.server import warm

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with suppress(KeyboardInterrupt, SystemExit):
        threading.Thread(target=warm, args=[app], daemon=True).start()
        server.run()


def leave() -> NoReturn:
    """End the process here: Python's own end would tear apart the threads that are still in a query."""
    click.get_current_context().close()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def taken(host: str, port: int) -> socket.socket:
    """Take a port, or raise a ClickException that says what to do instead."""
    from dashboard.server import bind

    try:
        return bind(host, port)
    except OSError as error:
        raise click.ClickException(f"Cannot listen on {host}, port {port}: {advice(error, port)}") from None


def advice(error: OSError, port: int) -> str:
    """Say in words why a port could not be had, and the next step."""
    if error.errno == errno.EADDRINUSE:
        return f"another program uses it. Stop that program, or choose another port: --port {port % 65535 + 1}"
    if error.errno == errno.EACCES:
        return "this user may not. Ports from 1024 on are free to all: --port 8050"
    return f"{error.strerror or error}. Give an address of this machine: --host 127.0.0.1"


def announce(dossiers: Mapping[str, Dossier], address: str) -> None:
    """Print what is served, where, and how to stop."""
    for dossier in dossiers.values():
        events = "" if dossier.collection else amount(len(dossier.events), "event")
        click.echo(" · ".join(filter(None, [dossier.meta.title, dossier.meta.period_label, events])))
    click.echo(f"Standoff runs at {address}\nPress Ctrl+C to stop.")
