"""EDGE. The `standoff` command: serve, check or import a dossier, or print the schema that its files follow."""

from __future__ import annotations

import errno
import json
import signal
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from dashboard import __version__
from dashboard.server import listen, warm
from dashboard.settings import Settings
from events import formats
from events.dossier import Dossier, DossierError, read
from events.formats import Imported
from events.importing import recover, report_lines, require_replaceable, write_dossier
from events.model import TABLES
from events.problems import did_you_mean
from events.quotes import look_up
from events.reading import ReadError
from events.review import Review, finding_in, review
from events.schemas import json_schemas
from geodata.places import COUNTRY_IDS, Family, resolve

if TYPE_CHECKING:
    import dash
    from waitress.server import BaseWSGIServer

BUNDLED = Path(str(files("events"))) / "dossiers" / "russia-in-venezuela"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="standoff %(version)s")
def main() -> None:
    """Standoff: disputed events on one map and one timeline."""


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for every one.")
@click.option("--port", default=8050, show_default=True, type=click.IntRange(0, 65535), help="0 for any free one.")
@click.option("--open", "in_browser", is_flag=True, help="Open the page in a browser.")
@click.option("--base-path", default="/", show_default=True, help="Where the page lives behind a web server.")
@click.option("--trust-host", multiple=True, metavar="NAME", help="Host name that a web server in front passes on.")
@click.option("--allow-frame", multiple=True, metavar="ORIGIN", help="Site that may show the page in a frame.")
def serve(
    paths: tuple[Path, ...],
    host: str,
    port: int,
    in_browser: bool,
    base_path: str,
    trust_host: tuple[str, ...],
    allow_frame: tuple[str, ...],
) -> None:
    """Serve the dossiers in the folders PATH, or the bundled one. A PATH may also be a file that `import` reads."""
    trusted = (*LOOPBACK, *trust_host) if is_loopback(host) else ()
    try:
        settings = Settings(base_path=base_path, frame_ancestors=("'self'", *allow_frame), trusted_hosts=trusted)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    run(open_dossiers(paths or (BUNDLED,)), settings, host, port, in_browser)


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
    found = report(list(map(str, dossier.problems)), count(dossier))
    if strict:
        found += report_review(review(dossier))
    for text in texts:
        found += report_quotes(dossier, *source_text(dossier, text))
    sys.exit(1 if found else 0)


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


@main.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), metavar="DIR", help="The folder of the dossier."
)
@click.option("--format", "format_name", default=formats.AUTO, show_default=True, help=", ".join(formats.FORMATS))
@click.option("--map", "columns", multiple=True, metavar="FIELD=COLUMN", help="Which column of a plain table is what.")
def import_files(files: tuple[Path, ...], output: Path, format_name: str, columns: tuple[str, ...]) -> None:
    """Turn foreign files into a dossier in the folder DIR, and say what became of every row.

    UCDP, ACLED, GDELT, TimelineJS, GeoJSON, timemap and plain tables are recognised by what is in them. A folder that
    an earlier import wrote is replaced whole, or left untouched if something fails.
    """
    try:
        formats.require_known(format_name)
        mapping = formats.mapping_of(columns)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    try:
        require_replaceable(output)
        write_dossier(imported(files, format_name, mapping), output)
    except ReadError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written ({error.strerror}).") from None
    click.echo(f"The dossier is in {output}. `standoff serve {output}` opens it.")


def imported(
    paths: Sequence[Path], format_name: str = formats.AUTO, mapping: Mapping[str, str] | None = None
) -> Imported:
    """Read foreign files and say on stderr what became of every row. Raises `ReadError`."""
    found = formats.read(
        paths, format_name, mapping or {}, lambda values, family: resolve(values, as_family(family)).ids
    )
    for line in report_lines(found.report):
        click.echo(line, err=True)
    return found


def as_family(name: str) -> Family:
    """The family of country codes of this name. Raises ValueError if there is none."""
    return next(family for family in get_args(Family) if family == name)


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


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    return host in {"localhost", "::1"} or host.startswith("127.")


def open_dossiers(paths: Sequence[Path]) -> dict[str, Dossier]:
    """Read every folder, by the id of its dossier. Raises ClickException for one that cannot be read."""
    dossiers: dict[str, Dossier] = {}
    for path in paths:
        dossier = open_dossier(path)
        if dossier.meta.id in dossiers:
            raise click.ClickException(f"{path}: another dossier has the id “{dossier.meta.id}”. Change one of them.")
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


def read_imported(path: Path) -> Dossier:
    """Import a foreign file into a folder that lasts only until it is read. Raises `ReadError`."""
    with tempfile.TemporaryDirectory(prefix="standoff-") as folder:
        target = Path(folder) / (path.name.split(".")[0] or "imported")
        write_dossier(imported([path]), target)
        return read(target, COUNTRY_IDS)


def run(dossiers: Mapping[str, Dossier], settings: Settings, host: str, port: int, in_browser: bool) -> None:
    """Serve until stopped."""
    from dashboard.app import create_app

    app = create_app(dossiers, settings)
    server = bind(app, host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{server.effective_port}{settings.base_path}"
    announce(dossiers, address)
    threading.Thread(target=warm, args=[app], daemon=True).start()
    if in_browser:
        webbrowser.open(address)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.run()


def bind(app: dash.Dash, host: str, port: int) -> BaseWSGIServer:
    """Listen, or raise a ClickException that says what to do instead."""
    try:
        return listen(app, host, port)
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
        events = amount(len(dossier.events), "event")
        click.echo(" · ".join(filter(None, [dossier.meta.title, dossier.meta.period_label, events])))
    click.echo(f"Standoff runs at {address}\nPress Ctrl+C to stop.")
