"""EDGE. The dossiers of a page, each as its folder has it now: a new version opens beside the old and takes over."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from dashboard.workspace import Workspace, open_dossier
from events.dossier import Dossier, DossierError
from events.engines.errors import EngineError

log = logging.getLogger("standoff")

Signature: TypeAlias = tuple[tuple[str, int, int, int], ...]
LOOK_EVERY: Final = 1.0
"""Seconds between two looks at a folder; it is looked at only while somebody asks for its dossier."""


def signature(folder: Path) -> Signature:
    """What tells one version of a folder's files from the next: name, inode, time and size of each; empty while the
    folder cannot be read."""
    try:
        found = [(path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file()]
    except OSError:
        return ()
    return tuple((str(path), stat.st_ino, stat.st_mtime_ns, stat.st_size) for path, stat in found)


class Library(Mapping[str, Workspace]):
    """Workspaces by name. Those that have a folder follow it: `read` reads it anew once its files have changed.
    Requests go on with the old version until the new one is open, and with the old one alone if it cannot be opened."""

    def __init__(
        self,
        dossiers: Mapping[str, Dossier],
        folders: Mapping[str, Path] | None = None,
        read: Callable[[Path], Dossier] | None = None,
    ) -> None:
        self._folders, self._read = dict(folders or {}) if read else {}, read
        self._seen = {name: signature(folder) for name, folder in self._folders.items()}
        self._looked = dict.fromkeys(self._folders, time.monotonic())
        self._lock = threading.Lock()
        self._spaces = {name: open_dossier(dossier) for name, dossier in dossiers.items()}

    def __getitem__(self, name: str) -> Workspace:
        space = self._spaces[name]
        if name in self._folders and self._has_changed(name):
            threading.Thread(target=self._follow, args=[name], daemon=True).start()
        return space

    def __iter__(self) -> Iterator[str]:
        return iter(self._spaces)

    def __len__(self) -> int:
        return len(self._spaces)

    def _has_changed(self, name: str) -> bool:
        """Whether this caller is the one to open a new version."""
        with self._lock:
            if time.monotonic() - self._looked[name] < LOOK_EVERY:
                return False
            self._looked[name] = time.monotonic()
            found = signature(self._folders[name])
            is_new = bool(found) and found != self._seen[name]
            self._seen[name] = found if is_new else self._seen[name]
            return is_new

    def _follow(self, name: str) -> None:
        assert self._read
        try:
            self._spaces[name] = open_dossier(self._read(self._folders[name]))
        except (DossierError, EngineError, OSError) as error:
            log.warning("%s has changed and cannot be opened; the last version stays: %s", name, error)
