"""Columns of codes: which of a few values each row has; and columns of lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

Value = TypeVar("Value")
Codes: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Coded(Generic[Value]):
    """Values, and which of them each row has; a negative code is none."""

    values: Sequence[Value]
    codes: Codes

    @classmethod
    def of_all(cls, value: Any, length: int) -> Coded[Any]:
        """One value for every row."""
        return cls([value], np.zeros(length, np.int64))

    def column(self, type: Any) -> Any:
        """The values as an Arrow column."""
        return pa.array(self.values, type).take(pa.array(self.codes, mask=self.codes < 0))


def numbered(columns: Sequence[Codes]) -> tuple[Codes, Codes]:
    """Number the distinct rows of some columns of codes from 0 in the order in which they come: the number of each row,
    and the first row of each number."""
    combined, *others = columns
    for column in others:
        wide = combined * (int(column.max(initial=0)) + 1) + column
        combined = pd.factorize(wide)[0].astype(np.int64)
    codes, uniques = pd.factorize(combined)
    first = np.zeros(len(uniques), np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return codes.astype(np.int64), first


def each_once(rows: Codes, values: Codes, other: Codes) -> tuple[Codes, Codes, Codes]:
    """The members of lists in the order of their rows, each value once a row."""
    order = np.argsort(rows, kind="stable")
    rows, values, other = rows[order], values[order], other[order]
    is_again = pd.Series(rows * (int(values.max(initial=0)) + 1) + values).duplicated().to_numpy()
    return (rows, values, other) if not is_again.any() else (rows[~is_again], values[~is_again], other[~is_again])


def offsets(rows: Codes, length: int) -> NDArray[np.int32]:
    """int32[length + 1]: where the list of each row begins and the last ends; `rows` has the row of each member."""
    counts = np.bincount(rows, minlength=length)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def list_array(offsets: Any, values: Any) -> Any:
    """A column of lists of values, by where each begins and the last one ends."""
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)


def no_lists(length: int) -> Any:
    """A column of empty lists of texts."""
    return list_array(np.zeros(length + 1, np.int32), pa.array([], pa.string()))


def lists_of(coded: Coded[tuple[str, ...]]) -> Any:
    """A column of lists of texts."""
    return coded.column(pa.list_(pa.string())).fill_null([]) if len(coded.values) else no_lists(len(coded.codes))


def interleaved(columns: Sequence[Any]) -> Any:
    """A column of lists with the texts of each row that are not null."""
    length, width = len(columns[0]), len(columns)
    order = np.arange(length * width).reshape(width, length).T.ravel()
    values = pa.concat_arrays(columns).take(pa.array(order))
    counts = values.is_valid().to_numpy(zero_copy_only=False).reshape(length, width).sum(axis=1)
    return list_array(np.concatenate([[0], np.cumsum(counts)]), values.drop_null())
