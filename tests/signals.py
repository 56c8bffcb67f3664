"""Signals as a person sends them."""

import signal


def heed_control_c() -> None:
    """For a process about to start: Ctrl+C ends it, also where the tests run in the background, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
