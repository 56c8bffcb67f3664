"""Bytes as people have them → UTF-8 with `\\n` at the end of every line, block by block."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

BLOCK: Final = 8 * 2**20
HEAD: Final = 65_536
FALLBACK: Final = "cp1252"
SINGLE_BYTE: Final = {
    "cp1252": "Windows-1252 (Western European)",
    "latin-1": "Latin-1 (Western European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1250": "Windows-1250 (Central European)",
}
"""Encodings that are taken because of what a text looks like: nothing in the file proves them."""
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
LATE: Final = "this is not Unicode; it is read as Windows-1252. If letters are wrong, save it as UTF-8"
DAMAGED: Final = "some characters are no valid UTF-8; each stands as �"
CYRILLIC, CENTRAL = 3, 20
"""One in so many letters beyond ASCII must show it."""
_SMALL = 0xE0
_UNDEFINED = {byte: chr(byte) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_CP1252 = "".join(_UNDEFINED.get(byte) or bytes([byte]).decode(FALLBACK) for byte in range(256))


def _table(places: Iterable[int]) -> NDArray[np.bool_]:
    found = np.zeros(256, bool)
    found[list(places)] = True
    return found


_NO_LETTER = _table(b"\x8d\x8f\x9d\xa3\xa5\xaf\xb3\xb9\xbc\xbe\xbf")
"""Ť Ź ť Ł Ą Ż ł ą Ľ ľ ż of Windows-1250, which are signs or nothing in Windows-1252."""
_CARON = _table(b"\x8a\x8e\x9a\x9e")
"""Š Ž š ž, in both."""
_HIGH = _table(range(0xC0, 0x100)) | _NO_LETTER | _CARON
_ASCII_LETTER = _table(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


def encoding_of(head: bytes) -> str:
    """The encoding that the beginning of a file shows: by its mark, the zeros of UTF-16, valid UTF-8, or else one of
    `SINGLE_BYTE`."""
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            return name
    start = head[:HEAD]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) * 4 > len(start) and min(even, odd) * 20 < len(start):
        return "utf-16-be" if even > odd else "utf-16-le"
    if _fits(head, "utf-8"):
        return "utf-8"
    return _regional(head) or next(name for name in (FALLBACK, "latin-1") if _fits(head, name))


def _regional(head: bytes) -> str:
    """Cyrillic, where a third of the letters beyond ASCII stand between two others, and most of them are small ones
    (0xE0 to 0xFF).
    Central European, where one in twenty at least is š or ž, or is no letter in Windows-1252 and stands inside a word.
    Else nothing. Western words have letters beyond ASCII one by one, and seldom those."""
    data = np.frombuffer(b" " + head + b" ", np.uint8)
    is_high = _HIGH[data]
    letters = int(is_high.sum())
    between = is_high[1:-1] & is_high[:-2] & is_high[2:]
    if CYRILLIC * int(between.sum()) >= letters > 0 and 2 * int((data >= _SMALL).sum()) > letters:
        return "cp1251"
    is_word = is_high | _ASCII_LETTER[data]
    inside = _NO_LETTER[data][1:-1] & is_word[:-2] & is_word[2:]
    return "cp1250" if CENTRAL * (int(inside.sum()) + int(_CARON[data].sum())) >= letters > 0 else ""


def decoded(head: bytes, encoding: str) -> str:
    """The text of the beginning of a file; a character that is cut off at the end is left away."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    return decoder.decode(head).removeprefix("\ufeff")


def unheard(words: str) -> None:
    """Tell nobody."""


def utf8(blocks: Iterable[bytes], encoding: str, tell: Callable[[str], None] = unheard) -> Iterator[bytes]:
    """The same text as UTF-8 with `\\n` at line ends and without a mark. Never empty blocks.

    A file that turns out not to be UTF-8 after all is Windows-1252 from there on if it was ASCII so far; else what
    cannot be read becomes a replacement character. `tell` is told of either.
    """
    texts = _checked(blocks, tell) if encoding in {"utf-8", "utf-8-sig"} else _transcoded(blocks, encoding)
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


def _checked(blocks: Iterable[bytes], tell: Callable[[str], None]) -> Iterator[bytes]:
    """UTF-8 as it is, cut between characters, and mended where it is not valid."""
    rest, is_ascii, mend = b"", True, None
    for block in blocks:
        data = rest + block
        whole = len(data) - _unfinished(data)
        data, rest = data[:whole], data[whole:]
        if mend is None and not data.isascii():
            bad = _first_bad(data)
            if bad is not None:
                mend = _mender(is_ascii and data[:bad].isascii(), tell)
            is_ascii = False
        yield mend(data) if mend else data
    if rest:
        yield (mend or _mender(is_ascii, tell))(rest)


def _mender(is_ascii: bool, tell: Callable[[str], None]) -> Callable[[bytes], bytes]:
    tell(LATE if is_ascii else DAMAGED)
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
