"""EDGE. The dossiers of a page, each as its folder has it now: a new version opens beside the old and takes over."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from dashboard.workspace import Workspace, open_dossier
from events.dossier import Dossier, DossierError
from events.engines.errors import EngineError

log = logging.getLogger("standoff")

Signature: TypeAlias = tuple[tuple[str, int, int, int], ...]
LOOK_EVERY: Final = 1.0
"""Seconds between two looks at a folder; it is looked at only while somebody asks for its dossier."""

TRY_AGAIN_AFTER: Final = 10.0
"""Seconds before a version is tried again that could not be opened through no fault of its files."""


def signature(folder: Path) -> Signature:
    """What tells one version of a folder's files from the next: name, inode, time and size of each; empty while the
    folder cannot be read."""
    try:
        found = [(path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file()]
    except OSError:
        return ()
    return tuple((str(path), stat.st_ino, stat.st_mtime_ns, stat.st_size) for path, stat in found)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder, and the version of its files that was there before its dossier was read: whatever has been saved since
    is another."""

    path: Path
    read: Signature

    @classmethod
    def before_reading(cls, path: Path) -> Folder:
        """The folder as it is now."""
        return cls(path, signature(path))


class Library(Mapping[str, Workspace]):
    """Workspaces by name. Those that have a folder follow it: `read` reads it anew once its files have changed.
    Requests go on with the old version until the new one is open, and with the old one alone if it cannot be opened."""

    def __init__(
        self,
        dossiers: Mapping[str, Dossier],
        folders: Mapping[str, Folder] | None = None,
        read: Callable[[Path], Dossier] | None = None,
    ) -> None:
        self._folders = {name: folder.path for name, folder in (folders or {}).items()} if read else {}
        self._read, self._seen = read, {name: folder.read for name, folder in (folders or {}).items()}
        self._due = dict.fromkeys(self._folders, time.monotonic() + LOOK_EVERY)
        self._followed: set[str] = set()
        self._lock = threading.Lock()
        self._spaces = {name: open_dossier(dossier) for name, dossier in dossiers.items()}

    def __getitem__(self, name: str) -> Workspace:
        space = self._spaces[name]
        if name in self._folders and self._is_to_follow(name):
            threading.Thread(target=self._follow, args=[name], daemon=True).start()
        return space

    def __iter__(self) -> Iterator[str]:
        return iter(self._spaces)

    def __len__(self) -> int:
        return len(self._spaces)

    def _is_to_follow(self, name: str) -> bool:
        """Whether there is a new version, and this caller is the one to open it: nobody else does, or a slow old
        version could take the place of a quick new one."""
        with self._lock:
            if name in self._followed or time.monotonic() < self._due[name]:
                return False
            self._due[name] = time.monotonic() + LOOK_EVERY
            if self._unseen(name):
                self._followed.add(name)
            return name in self._followed

    def _unseen(self, name: str) -> Signature:
        """The version that is there now, or nothing if that has been read."""
        found = signature(self._folders[name])
        return () if found == self._seen[name] else found

    def _follow(self, name: str) -> None:
        """Open the version that is there, and what is saved meanwhile."""
        try:
            while found := self._unseen(name):
                self._seen[name] = found
                self._open(name)
        except Exception:
            self._seen[name], self._due[name] = (), time.monotonic() + TRY_AGAIN_AFTER
            log.exception("%s has changed and could not be opened; the last version stays, and it is tried again", name)
        finally:
            self._followed.discard(name)

    def _open(self, name: str) -> None:
        assert self._read
        try:
            self._spaces[name] = open_dossier(self._read(self._folders[name]))
        except (DossierError, EngineError) as error:
            log.warning("%s has changed and cannot be opened; the last version stays: %s", name, error)
