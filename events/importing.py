"""EDGE. Imported records → the folder of a dossier, in one step: an interruption leaves the old folder or the new one.

The new folder is written beside the old one under a hidden name, flushed to the disk, and exchanged with it by the
system in one call where there is one (Linux, macOS). Elsewhere two renames follow each other, and the next import or
`recover` puts the old folder back if only the first of them happened. What a killed import leaves behind is locked by
nobody, and the next import of the same folder sweeps it away.
"""

from __future__ import annotations

import csv
import ctypes
import glob
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Final

import yaml

from events import formats
from events.dates import civil, year_words
from events.dossier import COLLECTION_FILE, DOSSIER_FILE
from events.formats import Imported
from events.formats.building import Progress, Resolve, nowhere, unseen
from events.formats.cells import identifier, made
from events.formats.files import fail
from events.formats.report import Report
from events.model import TABLES, DossierFile, Named, Record, TableName

REPORT_FILE: Final = "import-report.txt"
"""Stands in every folder that an import wrote; only such a folder is ever replaced."""
MOST_EXAMPLES, MOST_LISTED = 5, 10_000
DAY_OF_SECONDS = 86_400
ROWS_FOLDER, LOCK_FILE, NEW_FOLDER = "rows", "lock", "new"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
WRITTEN: Final[tuple[TableName, ...]] = ("events", "places", "actors", "sources")


def dossier_file(imported: Imported, name: str) -> DossierFile:
    """The dossier.yaml of imported records; `name` becomes the id."""
    terms = imported.terms
    return made(
        DossierFile,
        id=identifier(name).lower() or "imported",
        title=_joined((one.title for one in terms), " and "),
        period_label=_period(imported),
        summary=_joined([*(one.summary for one in terms), *_shares(imported.report)], " "),
        licence=_joined((one.licence for one in terms), " "),
        licence_url=terms[0].licence_url if len(terms) == 1 else None,
        compiled_by=_joined((one.compiled_by for one in terms), "; "),
        kinds=imported.kinds or (Named(id="event", label="Event"),),
        measures=imported.measures,
        may_share_rows=all(one.may_share_rows for one in terms),
    )


def import_files(
    paths: Sequence[Path],
    folder: Path,
    format: str = formats.AUTO,
    mapping: Mapping[str, str] = MappingProxyType({}),
    resolve: Resolve = nowhere,
    progress: Progress = unseen,
    tell: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Read foreign files and write them as the dossier in a folder, in place of the one that is there.

    `tell` is given the report when everything is read and nothing is written yet. What does not fit into memory waits
    beside the folder. Raises what `formats.read` and `write_dossier` raise.
    """
    with _workshop(folder) as shop:
        rows = shop / ROWS_FOLDER
        rows.mkdir()
        imported = formats.read(paths, format, mapping, resolve, rows, progress)
        tell(imported.report)
        _replace(shop, imported, _target(folder))
    return imported.report


def write_dossier(imported: Imported, folder: Path) -> None:
    """Write a folder that `events.dossier.read` opens, in place of the one that is there.

    Files that an import does not write, such as stories, are taken over from the old folder. Raises `ReadError` if no
    event was kept, or if the folder holds something that no import wrote, and OSError if it cannot be written.
    """
    with _workshop(folder) as shop:
        _replace(shop, imported, _target(folder))


def _replace(shop: Path, imported: Imported, target: Path) -> None:
    if not imported.report.kept:
        fail(target.name, "no event could be imported, so nothing is written", "The report says why.")
    new = shop / NEW_FOLDER
    _fill(new, imported, target)
    _put(new, target)


def require_replaceable(folder: Path) -> None:
    """Raise `ReadError` unless a folder is absent, empty, or was written by an import."""
    if not folder.exists():
        return
    if not folder.is_dir():
        fail(str(folder), "this is a file, not a folder", "Name a folder that does not exist yet.")
    if any(folder.iterdir()) and not (folder / REPORT_FILE).exists():
        fail(str(folder), "this folder was not written by an import and is left alone", "Name another folder.")


def recover(folder: Path) -> None:
    """Put the old folder back if an import was interrupted between two renames."""
    target = _target(folder)
    old = _hidden(target, "old")
    if old.is_dir() and not target.exists():
        old.rename(target)


# --- the report in words


def report_lines(report: Report, most: int = MOST_EXAMPLES) -> list[str]:
    """Say what became of every row; of each reason for a rejection up to `most` rows are named."""
    left_out = sum(report.left_out.values())
    rows = {
        "read": report.read,
        "kept": report.kept,
        "merged": report.merged,
        "left out": left_out,
        "rejected": report.rejected,
    }
    events = f"of the kept: {report.unplaced:,} without a place, {report.undated:,} without a date"
    lines = [*report.notes, ", ".join(f"{number:,} {word}" for word, number in rows.items()), events]
    lines += [f"left out: {number:,} × {reason}" for reason, number in report.left_out.items()]
    for reason, examples in report.by_reason.items():
        number, shown = report.refused[reason], examples[:most]
        lines.append(f"rejected: {number:,} × {reason}")
        lines += [*(f"  {one}" for one in shown), *_more(number - len(shown))]
    if report.unresolved:
        named = [f"{name} ({number:,})" for name, number in report.unresolved.items()]
        lines.append(f"countries without an answer: {', '.join(named[:30])}" + "".join(_more(len(named) - 30)))
    return [_CONTROL.sub("�", line) for line in lines]


def _more(number: int) -> list[str]:
    return [f"  … and {number:,} more"] if number > 0 else []


def _shares(report: Report) -> list[str]:
    """Sentences for the page that say what share of the rows is not in the dossier."""
    lost = {**report.left_out, **{reason: report.refused[reason] for reason in report.by_reason}}
    if not lost or not report.read:
        return []
    reasons = "; ".join(f"{number:,} ({_percent(number, report.read)}): {reason}" for reason, number in lost.items())
    return [f"Of {report.read:,} rows, {report.kept:,} are here. Not here: {reasons}."]


def _percent(number: int, whole: int) -> str:
    return f"{100 * number / whole:.0f} %" if number * 100 >= whole else "under 1 %"


# --- dossier.yaml


def _joined(words: Iterable[str], separator: str) -> str:
    return separator.join(dict.fromkeys(filter(None, words)))


def _period(imported: Imported) -> str:
    days = imported.days
    if days[0] is None or days[1] is None:
        return ""
    first, last = (year_words(civil(day)[0]) for day in (days[0], days[1]))
    return first if first == last else f"{first}–{last}"


# --- the folder


def _fill(new: Path, imported: Imported, old: Path) -> None:
    """Write every file of the new folder and flush it to the disk."""
    new.mkdir()
    _take_over(old, new)
    meta = dossier_file(imported, old.name).model_dump(mode="json", exclude_defaults=True)
    _write(new / DOSSIER_FILE, yaml.safe_dump(meta, allow_unicode=True, sort_keys=False, width=120))
    if imported.is_small:
        for name in WRITTEN:
            _write_table(new, name, getattr(imported, name))
    else:
        imported.write(new / COLLECTION_FILE)
    _write(new / REPORT_FILE, "\n".join(report_lines(imported.report, MOST_LISTED)) + "\n")
    for path in [*new.rglob("*"), new]:
        _flush(path)


def _take_over(old: Path, new: Path) -> None:
    """Copy what an import does not write. A folder that no import wrote is empty by now."""
    if not old.is_dir():
        return
    written = {
        DOSSIER_FILE,
        REPORT_FILE,
        COLLECTION_FILE,
        *(f"{name}.{suffix}" for name in WRITTEN for suffix in ("csv", "parquet")),
    }
    for path in old.iterdir():
        if path.name not in written:
            (shutil.copytree if path.is_dir() else shutil.copy2)(path, new / path.name)


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")


def _write_table(folder: Path, name: TableName, records: Sequence[Record]) -> None:
    """A table as CSV, for people to edit."""
    if not records and name != "events":
        return
    rows = [_cells(record) for record in records]
    columns = [field for field in TABLES[name].model_fields if any(row.get(field) for row in rows)]
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([row.get(field, "") for field in columns] for row in rows)


def _cells(record: Record) -> dict[str, str]:
    values = record.model_dump(mode="json", exclude_defaults=True)
    return {name: cell for name, value in values.items() if (cell := _cell(value))}


def _cell(value: Any) -> str:
    """A value as a dossier's tables spell it: members of a list are joined by `;`, a participant is `actor:role`, an
    amount `measure:best:low:high`."""
    if isinstance(value, list):
        return ";".join(map(_cell, value))
    if not isinstance(value, dict):
        return str(value)
    if "measure" in value:
        return f"{value['measure']}:{value['best']}:{value['low']}:{value['high']}"
    return f"{value['actor']}:{value.get('role', 'agent')}"


def _flush(path: Path) -> None:
    """Flush a file, or where the system can do that a folder, to the disk."""
    if path.is_dir() and os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# --- the exchange


def _target(folder: Path) -> Path:
    """The folder itself, where the path is a link to it. Raises `ReadError` for the root of a disk."""
    target = Path(os.path.realpath(folder))
    if not target.name:
        fail(str(folder), "this is not a folder that an import can write", "Name a folder in it.")
    return target


def _hidden(target: Path, role: str) -> Path:
    return target.with_name(f".{target.name}.import-{role}")


def _beside(target: Path, role: str) -> Path:
    """A hidden name of this process beside the target, on the same disk."""
    return _hidden(target, f"{role}-{os.getpid()}-{time.monotonic_ns()}")


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """A hidden folder beside the target, on the same disk, which is gone afterwards. Raises `ReadError`, see
    `require_replaceable`."""
    target = _target(folder)
    recover(target)
    require_replaceable(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target)
    shop = _beside(target, "new")
    shop.mkdir()
    try:
        with (shop / LOCK_FILE).open("w") as lock:
            _hold(lock)
            yield shop
    finally:
        shutil.rmtree(shop, ignore_errors=True)


def _sweep(target: Path) -> None:
    """Remove what imports left behind that were killed; one that is running holds its lock."""
    for path in target.parent.glob(glob.escape(_hidden(target, "new-").name) + "*"):
        if _is_left(path):
            shutil.rmtree(path, ignore_errors=True)


def _is_left(shop: Path) -> bool:
    """Whether nobody works there any more. Without its lock a workshop is just being made, or was being cleared away:
    then the process that its name tells decides."""
    try:
        is_old = time.time() - shop.stat().st_mtime > DAY_OF_SECONDS
    except OSError:
        return False
    try:
        with (shop / LOCK_FILE).open("r+") as lock:
            return _hold(lock) or is_old
    except OSError:
        return is_old or not _is_running(shop)


def _is_running(shop: Path) -> bool:
    """Whether the process that made a workshop is still there; where the system does not tell, it is."""
    made_by = re.search(r"-(\d+)-\d+$", shop.name)
    if made_by is None or os.name != "posix":
        return True
    try:
        os.kill(int(made_by[1]), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _hold(lock: IO[str]) -> bool:
    """Take a lock that ends with the process; False where another has it, or the system has no such locks."""
    try:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        return False
    return True


def _put(new: Path, target: Path) -> None:
    if not target.exists():
        os.replace(new, target)
    elif not _exchanged(new, target):
        old = _hidden(target, "old")
        shutil.rmtree(old, ignore_errors=True)
        os.replace(target, old)
        os.replace(new, target)
        shutil.rmtree(old, ignore_errors=True)
    _flush(target.parent)


def _exchanged(one: Path, other: Path) -> bool:
    """Swap two folders in one step; False where the system or its disk cannot."""
    names = os.fsencode(one), os.fsencode(other)
    try:
        system = ctypes.CDLL(None)
        if sys.platform == "darwin":
            return bool(system.renamex_np(*names, 2) == 0)
        here = -100  # AT_FDCWD; the last argument is RENAME_EXCHANGE.
        return sys.platform == "linux" and bool(system.renameat2(here, names[0], here, names[1], 2) == 0)
    except (OSError, AttributeError, TypeError):
        return False
