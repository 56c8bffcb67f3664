"""EDGE. A hand that moves the pointer at its own pace and waits for nothing, as Playwright's does after every move."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import urlopen

from tests.benchmarks.subjects import Point

PACE: Final = 60
"""Moves a second: as many as a page hears of, for browsers hand on one move a frame."""


class Hand:
    """The pointer of one page, by way of the browser's debugging port."""

    def __init__(self, wire: socket.socket) -> None:
        self._wire = wire
        self._sent = 0

    def drag(self, points: Sequence[Point]) -> None:
        """Move along points with the button down, `PACE` of them a second. Answers are left unread."""
        begun = time.perf_counter()
        for number, (x, y) in enumerate(points):
            time.sleep(max(0, begun + number / PACE - time.perf_counter()))
            self._send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y, button="left", buttons=1)

    def _send(self, method: str, **params: Any) -> None:
        self._sent += 1
        self._wire.sendall(frame(json.dumps({"id": self._sent, "method": method, "params": params}).encode()))


@contextmanager
def hand(port: int, url: str) -> Iterator[Hand]:
    """The hand over the page at an address in the browser that listens for debuggers at a port. Raises LookupError if
    there is no such page."""
    with urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
        pages = [one for one in json.load(answer) if one["type"] == "page" and one["url"] == url]
    if not pages:
        raise LookupError(f"no page of the browser is at {url}")
    with socket.create_connection(("127.0.0.1", port)) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire.sendall(greeting(port, urlsplit(pages[0]["webSocketDebuggerUrl"]).path))
        if b" 101 " not in wire.recv(4096).partition(b"\r\n")[0]:
            raise LookupError(f"the browser lets no debugger to {url}")
        yield Hand(wire)


def greeting(port: int, path: str) -> bytes:
    """The request that opens a WebSocket (RFC 6455, section 4.1)."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        *(f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade"),
        *(f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", ""),
    ]
    return "\r\n".join(lines).encode()


def frame(text: bytes, mask: bytes = b"\0\0\0\0") -> bytes:
    """A WebSocket message of at most 65,535 bytes in one frame (RFC 6455, section 5.2)."""
    size = bytes([0x80 | len(text)]) if len(text) < 126 else struct.pack("!BH", 0x80 | 126, len(text))
    return b"\x81" + size + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(text))
