"""A page, or that of some dossiers, served on a free port for as long as a test needs it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import dash

from dashboard.app import create_app
from dashboard.server import bind, listen
from dashboard.settings import Settings
from events.dossier import Dossier


@contextmanager
def running(app: dash.Dash) -> Iterator[int]:
    """Serve a page on a free port of this machine; gives the port."""
    server = listen(app, bind("127.0.0.1", 0))

    def run() -> None:
        with suppress(OSError):  # the loop may still listen when its sockets are closed
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        server.task_dispatcher.shutdown()
        server.close()
        thread.join(5)
    assert not thread.is_alive()


@contextmanager
def serving(dossiers: Mapping[str, Dossier]) -> Iterator[str]:
    """Serve as `standoff serve` does; gives the address, which ends with a slash."""
    with running(create_app(dossiers, Settings())) as port:
        yield f"http://127.0.0.1:{port}/"
