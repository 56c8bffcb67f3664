"""Today's ClickHouse inside this process (chdb), as a server that `events.engines` can ask."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


class Embedded:
    """A ClickHouse whose tables are in a folder."""

    def __init__(self, folder: Path) -> None:
        from chdb import session  # half a gigabyte, which not every system can have

        self._session = session.Session(str(folder))  # type: ignore[no-untyped-call]

    def ask(self, sql: bytes, settings: Mapping[str, str], seconds: float = 0.0) -> bytes:
        """The answer. What a question may change or how long it may take is up to the server; here, to the test."""
        return bytes(self._session.query(sql.decode(), "Native").bytes())  # type: ignore[no-untyped-call]

    def close(self) -> None:
        self._session.close()  # type: ignore[no-untyped-call]
