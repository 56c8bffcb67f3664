"""Bytes as people have them → UTF-8 with `\\n` at the end of every line, block by block."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from typing import Final

BLOCK: Final = 8 * 2**20
HEAD: Final = 65_536
FALLBACK: Final = "cp1252"
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_UNDEFINED = {byte: chr(byte) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_CP1252 = "".join(_UNDEFINED.get(byte) or bytes([byte]).decode(FALLBACK) for byte in range(256))


def encoding_of(head: bytes) -> str:
    """The encoding that the beginning of a file shows: by its mark, the zeros of UTF-16, valid UTF-8, or else
    Windows-1252 or Latin-1."""
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            return name
    start = head[:HEAD]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) * 4 > len(start) and min(even, odd) * 20 < len(start):
        return "utf-16-be" if even > odd else "utf-16-le"
    return next(name for name in ("utf-8", FALLBACK, "latin-1") if _fits(head, name))


def decoded(head: bytes, encoding: str) -> str:
    """The text of the beginning of a file; a character that is cut off at the end is left away."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    return decoder.decode(head).removeprefix("\ufeff")


def utf8(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The same text as UTF-8 with `\\n` at line ends and without a mark. Never empty blocks.

    A file that turns out not to be UTF-8 after all is Windows-1252 from there on if it was ASCII so far; else what
    cannot be read becomes a replacement character.
    """
    texts = _checked(blocks) if encoding in {"utf-8", "utf-8-sig"} else _transcoded(blocks, encoding)
    return filter(None, _with_newlines(_without_mark(texts)))


def _fits(data: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(data)  # A character cut off at the very end is forgiven.
    except UnicodeDecodeError:
        return False
    return True


def _transcoded(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    if encoding in {FALLBACK, "latin-1"}:
        yield from map(_western, blocks)
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for block in blocks:
        yield decoder.decode(block).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _western(block: bytes) -> bytes:
    """Windows-1252 as UTF-8; the five bytes that it leaves undefined are those of Latin-1."""
    if block.isascii():
        return block
    return codecs.charmap_decode(block, "strict", _CP1252)[0].encode()


def _checked(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """UTF-8 as it is, cut between characters, and mended where it is not valid."""
    rest, is_ascii, mend = b"", True, None
    for block in blocks:
        data = rest + block
        whole = len(data) - _unfinished(data)
        data, rest = data[:whole], data[whole:]
        if mend is None and not data.isascii():
            bad = _first_bad(data)
            if bad is not None:
                mend = _western if is_ascii and data[:bad].isascii() else _replaced
            is_ascii = False
        yield mend(data) if mend else data
    yield (mend or _tail_mender(is_ascii))(rest)


def _tail_mender(is_ascii: bool) -> Callable[[bytes], bytes]:
    return _western if is_ascii else _replaced


def _replaced(data: bytes) -> bytes:
    return data.decode("utf-8", "replace").encode()


def _first_bad(data: bytes) -> int | None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return None


def _unfinished(data: bytes) -> int:
    """How many bytes at the end begin a character that goes on in the next block."""
    for back in range(1, min(3, len(data)) + 1):
        byte = data[-back]
        if byte >= 0xC0:
            return back if back < (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4) else 0
        if byte < 0x80:
            return 0
    return 0


def _without_mark(texts: Iterator[bytes]) -> Iterator[bytes]:
    first = b""
    for text in texts:
        first += text
        if len(first) >= len(codecs.BOM_UTF8):
            break
    yield first.removeprefix(codecs.BOM_UTF8)
    yield from texts


def _with_newlines(texts: Iterable[bytes]) -> Iterator[bytes]:
    """`\\r\\n` and `\\r` become `\\n`; a `\\r` at the end of a block waits for the next."""
    is_held = False
    for text in texts:
        data = b"\r" + text if is_held else text
        is_held = data.endswith(b"\r")
        data = data[:-1] if is_held else data
        yield data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data
    if is_held:
        yield b"\n"
