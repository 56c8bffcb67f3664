"""EDGE. `standoff import` in a process of its own: rows a second, and the most memory it ever held."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.measuring import OURS, Measurement
from tests.benchmarks.processes import MEGABYTE, python, run


def imports(form: str, file: Path, dossier: Path, events: int) -> Iterator[Measurement]:
    """Import a file into a folder, which stays; `form` is what the report calls its format. Raises RuntimeError if the
    import fails."""
    done = run(python("dashboard", "import", str(file), "-o", str(dossier)), dossier.with_suffix(".log"))
    yield Measurement("import", f"{form}, rows a second", events, OURS, events / done.seconds, "/s")
    yield Measurement("import", f"{form}, seconds", events, OURS, done.seconds, "s")
    yield Measurement("import", f"{form}, most memory", events, OURS, done.peak / MEGABYTE, "MB")
    size = sum(path.stat().st_size for path in dossier.iterdir())
    yield Measurement("import", f"{form}, size of the dossier", events, OURS, size / MEGABYTE, "MB")
