"""The page of some dossiers, served on a free port for as long as a test needs it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from dashboard.app import create_app
from dashboard.server import listen
from dashboard.settings import Settings
from events.dossier import Dossier


@contextmanager
def serving(dossiers: Mapping[str, Dossier]) -> Iterator[str]:
    """Serve as `standoff serve` does; gives the address, which ends with a slash."""
    server = listen(create_app(dossiers, Settings()), "127.0.0.1", 0)

    def run() -> None:
        with suppress(OSError):  # the loop may still listen when its sockets are closed
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}/"
    finally:
        server.task_dispatcher.shutdown()
        server.close()
        thread.join(5)
