"""ClickHouse's Native format, columns one after another, as numpy arrays; ClickHouse 18.16 and today's write it alike.

An answer is a row of blocks. A block: the numbers of its columns and rows; then of each column its name, its type, and
its values. Numbers of things are varints, 7 bits a byte, the lowest first; all else is little-endian.
"""

from __future__ import annotations

import re
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Column: TypeAlias = NDArray[Any]

_SIZES: Final = (8, 16, 32, 64)
_NUMBERS: Final = {
    **{f"Int{bits}": f"<i{bits // 8}" for bits in _SIZES},
    **{f"UInt{bits}": f"<u{bits // 8}" for bits in _SIZES},
    "Float32": "<f4",
    "Float64": "<f8",
    "Bool": "?",
}
_NESTED: Final = re.compile(r"(Nullable|Array|LowCardinality)\((.*)\)")
_CODES: Final = ("<u1", "<u2", "<u4", "<u8")


def columns(data: bytes) -> dict[str, Column]:
    """The columns of an answer by name; none if it holds no block.

    Numbers and truths keep the type they come with, and are masked where one is NULL. Texts and arrays (as lists) are
    objects, None where one is NULL. Raises ValueError for any other type and for an answer that ends early.
    """
    reader = _Reader(data)
    blocks = []
    try:
        while not reader.at_end:
            blocks.append(reader.block())
    except IndexError:
        raise ValueError("the answer ends early") from None
    return {name: _joined([block[name] for block in blocks]) for name in (blocks[0] if blocks else ())}


def _joined(parts: list[Column]) -> Column:
    if any(isinstance(part, np.ma.MaskedArray) for part in parts):
        joined: Column = np.ma.concatenate(parts)  # type: ignore[no-untyped-call]
        return joined
    return np.concatenate(parts)


class _Reader:
    """Takes an answer apart from front to back."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._data)

    def block(self) -> dict[str, Column]:
        width, height = self._varint(), self._varint()
        return dict(self._column(height) for _ in range(width))

    def _column(self, count: int) -> tuple[str, Column]:
        name, kind = self._text(), self._text()
        if "LowCardinality" in kind and count:
            self._numbers("<u8", 1)  # the version of its dictionaries
        return name, self._values(kind, count)

    def _values(self, kind: str, count: int) -> Column:
        if kind in _NUMBERS:
            return self._numbers(_NUMBERS[kind], count)
        if kind == "String":
            return _objects([self._text() for _ in range(count)])
        if kind == "Nothing":
            self._numbers("<u1", count)
            return _objects([None] * count)
        nested = _NESTED.fullmatch(kind)
        if nested is None:
            raise ValueError(f"a column has the type {kind}, which no query here gives")
        read = {"Nullable": self._nullable, "Array": self._arrays, "LowCardinality": self._coded}[nested[1]]
        return read(nested[2], count)

    def _nullable(self, kind: str, count: int) -> Column:
        missing = self._numbers("?", count)
        values = self._values(kind, count)
        if values.dtype == object:
            values[missing] = None
        elif missing.any():
            values = np.ma.masked_array(values, missing)
        return values

    def _arrays(self, kind: str, count: int) -> Column:
        ends = self._numbers("<u8", count).tolist()
        flat = self._values(kind, ends[-1] if ends else 0).tolist()
        return _objects([flat[first:last] for first, last in zip([0, *ends], ends, strict=False)])

    def _coded(self, kind: str, count: int) -> Column:
        """Texts as positions in a dictionary; where they may be NULL, its first entry stands for that."""
        if not count:
            return _objects([])
        width = int(self._numbers("<u8", 1)[0]) & 0xFF
        keys = self._values(kind.removeprefix("Nullable(").removesuffix(")"), int(self._numbers("<u8", 1)[0]))
        if kind.startswith("Nullable"):
            keys[0] = None
        codes = self._numbers(_CODES[width], int(self._numbers("<u8", 1)[0]))
        return keys[codes]

    def _numbers(self, kind: str, count: int) -> Column:
        size = np.dtype(kind).itemsize * count
        return np.frombuffer(self._take(size), kind)

    def _text(self) -> str:
        return self._take(self._varint()).decode("utf-8", "replace")

    def _varint(self) -> int:
        number, shift = self._data[self._at], 7
        self._at += 1
        if number < 0x80:
            return number
        number &= 0x7F
        while True:
            byte = self._data[self._at]
            self._at += 1
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
            shift += 7

    def _take(self, size: int) -> bytes:
        first = self._at
        self._at += size
        if self._at > len(self._data):
            raise IndexError
        return self._data[first : self._at]


def _objects(values: list[Any]) -> Column:
    return np.fromiter(values, object, len(values))
