"""Whole columns at a time: texts, ids and numbers as `cells` makes them one by one, for Arrow arrays.

Each function gives exactly what its twin gives for every cell. What Arrow can tell to be in order already is left as it
is, and only the rest goes through Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from events.dates import DateError, day
from events.formats.batches import Batch
from events.formats.cells import LONGEST_TITLE, MISSING, clean, one_line
from events.formats.days import CLOCK
from events.formats.files import as_text
from events.selection import fold

LONGEST_TIDY_ID: Final = 110
_MISSING: Final = pa.array(sorted(MISSING), pa.string())
_LONGEST_MISSING: Final = max(len(word.encode()) for word in MISSING)
_TIDY_ID: Final = r"^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$"
_DECIMAL: Final = r"\.0+$"
_PLAIN_DAY: Final = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}( {CLOCK})?$"
_NOT_ASCII: Final = 0x80
_UNTIDY: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{80}-\x{9f}]"


def texts(column: Any) -> Any:
    """Any column as text, the way `as_text` writes it: no nulls, an empty text where there is no value."""
    if pa.types.is_string(column.type):
        return pc.utf8_trim_whitespace(column.fill_null("") if column.null_count else column)
    if pa.types.is_dictionary(column.type):
        return texts(column.dictionary_decode())
    if pa.types.is_large_string(column.type) or pa.types.is_integer(column.type) or pa.types.is_date32(column.type):
        return (
            texts(column.cast(pa.string()))
            if pa.types.is_large_string(column.type)
            else column.cast(pa.string()).fill_null("")
        )
    unique = column.dictionary_encode() if _can_be_encoded(column.type) else None
    if unique is None:
        return pa.array([as_text(value) for value in column.to_pylist()], pa.string())
    spell = _number_as_text if pa.types.is_floating(column.type) else as_text
    words = pa.array([spell(value) for value in unique.dictionary.to_pylist()], pa.string())
    return words.take(unique.indices).fill_null("")


@lru_cache(65_536)
def _number_as_text(value: float | None) -> str:
    """`as_text` of a number; the same few stand in every batch."""
    return as_text(value)


def _can_be_encoded(type: Any) -> bool:
    return bool(pa.types.is_floating(type) or pa.types.is_timestamp(type) or pa.types.is_boolean(type))


def distinct_cells(batches: Iterable[Batch], names: Sequence[str]) -> Iterator[str]:
    """The distinct filled cells of each batch in some columns."""
    for batch in batches:
        for name in names:
            if name in batch.columns:
                yield from filter(None, texts(pc.unique(batch.columns[name])).to_pylist())


def numbers(column: Any) -> NDArray[np.float64] | None:
    """A column as numbers, NaN where it is empty; None where a cell is no finite number."""
    if pa.types.is_dictionary(column.type):
        return numbers(column.dictionary_decode())
    if pa.types.is_string(column.type):
        column = pc.if_else(pc.equal(column, ""), None, column)
    try:
        found = column.cast(pa.float64())
    except pa.ArrowInvalid:
        return None
    if pa.types.is_floating(column.type) or pa.types.is_string(column.type):
        is_finite = (
            pc.all(pc.or_(pc.is_finite(found), pc.is_nan(found)))
            if pa.types.is_floating(column.type)
            else (pc.all(pc.is_finite(found)))
        )
        if is_finite.as_py() is False:
            return None
    values: NDArray[np.float64] = found.fill_null(float("nan")).to_numpy(zero_copy_only=False)
    return values


def missing(column: Any) -> Any | None:
    """Which texts say that nothing is known, as `is_missing` finds of each; None where no text does."""
    lengths = pc.binary_length(column)
    is_short = pc.and_(pc.greater(lengths, 0), pc.less_equal(lengths, _LONGEST_MISSING))
    if not pc.any(is_short).as_py():
        return None
    found = pc.is_in(column, _MISSING)
    return found if pc.any(found).as_py() else None


def plain_days(column: Any) -> Any:
    """The days (since 1970-01-01, int32) of a column of days, or of text that spells them as `2019-03-20`, with a clock
    time behind a space or without; null for all else."""
    if not pa.types.is_string(column.type):
        return column.cast(pa.date32(), safe=False).cast(pa.int32())
    unique = column.dictionary_encode()
    words = unique.dictionary
    plain = pc.if_else(pc.match_substring_regex(words, _PLAIN_DAY), pc.utf8_slice_codeunits(words, 0, 10), None)
    try:
        days = plain.cast(pa.date32()).cast(pa.int32())
    except pa.ArrowInvalid:
        days = pa.array([_day_or_none(text) for text in plain.to_pylist()], pa.int32())
    return days.take(unique.indices)


def _day_or_none(text: str | None) -> int | None:
    try:
        return None if text is None else day(text)
    except DateError:
        return None


def lines(column: Any) -> Any:
    """`one_line` of every text."""
    is_tidy = pc.and_(
        pc.and_(_printable(column), pc.invert(pc.match_substring(column, "  "))),
        pc.and_(pc.invert(pc.starts_with(column, " ")), pc.invert(pc.ends_with(column, " "))),
    )
    is_short = pc.less_equal(pc.utf8_length(column), LONGEST_TITLE)
    return mended(column, pc.or_(pc.and_(is_tidy, is_short), pc.equal(column, "")), one_line)


def _printable(column: Any) -> Any:
    """Whether each text has no white space but blanks and nothing that cannot be seen; of ASCII that is told faster."""
    is_ascii = pc.ascii_is_printable(column)
    return is_ascii if pc.all(is_ascii).as_py() is not False else pc.utf8_is_printable(column)


def cleaned(column: Any) -> Any:
    """`clean` of every text; none may be longer than `clean` allows, and white space at the ends is gone already."""
    is_printable = pc.or_(pc.ascii_is_printable(column), pc.equal(column, ""))
    if pc.all(is_printable).as_py() is not False:
        return column
    return mended(column, pc.or_(is_printable, pc.invert(pc.match_substring_regex(column, _UNTIDY))), clean)


def folded(column: Any) -> Any:
    """`fold` of every text."""
    lowered = pc.ascii_lower(column)
    changing = "".join(one for one in _beyond_ascii(column) if fold(one) != one)
    return mended(lowered, pc.invert(pc.match_substring_regex(lowered, f"[{changing}]")), fold) if changing else lowered


def _beyond_ascii(column: Any) -> set[str]:
    """The characters of a column that are not ASCII; most often there are none, or a few signs."""
    if pc.all(pc.string_is_ascii(column)).as_py() is not False:
        return set()
    given = column.drop_null()
    [text] = pc.binary_join(pa.ListArray.from_arrays([0, len(given)], given), "")
    data = np.frombuffer(text.as_buffer(), np.uint8)
    return set(data[data >= _NOT_ASCII].tobytes().decode())


def tidy_ids(column: Any) -> Any:
    """Whether each text is an id that `event_id` leaves as it is."""
    is_short = pc.less_equal(pc.binary_length(column), LONGEST_TIDY_ID)
    is_simple = pc.and_(pc.ascii_is_alnum(column), is_short)
    if pc.all(is_simple).as_py() is not False:
        return is_simple
    is_other = pc.and_(
        pc.match_substring_regex(column, _TIDY_ID), pc.invert(pc.match_substring_regex(column, _DECIMAL))
    )
    return pc.or_(is_simple, pc.and_(is_other, is_short))


def mended(column: Any, is_fine: Any, mend: Callable[[str], str]) -> Any:
    """The column with the cells that are not fine put through a function."""
    fine = is_fine.to_numpy(zero_copy_only=False)
    if fine.all():
        return column
    found = [mend(text) for text in column.filter(pc.invert(is_fine)).to_pylist()]
    return pc.replace_with_mask(column, pc.invert(is_fine), pa.array(found, pa.string()))


def joined(separator: str, *columns: Any) -> Any:
    """The texts of each row, joined."""
    return pc.binary_join_element_wise(*columns, separator)


def repeated(value: str, length: int) -> Any:
    """A column of one text."""
    return pa.repeat(pa.scalar(value, pa.string()), length)


def encoded(values: Sequence[str | None], codes: NDArray[np.int64]) -> Any:
    """A dictionary-encoded column of the value of each code; null for none and for a negative code."""
    is_known = np.array([*(value is not None for value in values), False])[codes]
    indices = pa.array(codes.astype(np.int32), mask=~is_known)
    return pa.DictionaryArray.from_arrays(indices, pa.array([value or "" for value in values], pa.string()))
