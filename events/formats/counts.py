"""How a file writes whole numbers: whether `1.234` is a thousand and more, or a little more than one.

A count is whole. So a point is taken for that of thousands where the coordinates of the file have decimal commas, or
where every point in its columns of counts stands before three digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from typing import Final

from events.formats.batches import Batch
from events.formats.files import File
from events.formats.vectors import distinct_cells

THOUSANDS: Final = r"^[1-9][0-9]{0,2}(\.[0-9]{3})+$"
_THOUSANDS = re.compile(THOUSANDS)
_DECIMAL_COMMA = re.compile(r"[-+]?\d{1,3},\d+", re.ASCII)


class Counts:
    """The judgement of the columns of counts of one file, made when the first cell asks for it.

    `tell` is given what the report says of it.
    """

    def __init__(
        self,
        file: File,
        scan: Callable[[Collection[str]], Iterable[Batch]],
        counted: Sequence[str],
        coordinates: Sequence[str],
        tell: Callable[[str], None],
    ) -> None:
        self._file, self._scan, self._tell = file, scan, tell
        self._counted, self._coordinates = counted, coordinates

    @cached_property
    def has_points(self) -> bool:
        """Whether points stand between thousands. Numbers of JSON and of workbooks have none."""
        if not self._file.is_delimited:
            return False
        cells = list(dict.fromkeys(self._cells(self._counted)))
        comma = next(filter(_DECIMAL_COMMA.fullmatch, self._cells(self._coordinates)), "")
        found = bool(comma) or are_thousands(cells)
        if found:
            shown_by = f"the file has decimal commas, as in “{comma}”" if comma else "three digits follow each of them"
            columns = " and ".join(dict.fromkeys(self._counted))
            self._tell(f"{columns}: points stand between thousands, since {shown_by}")
        return found

    def plain(self, text: str) -> str:
        """A number without the points between its thousands."""
        return text.replace(".", "") if self.has_points and _THOUSANDS.match(text) else text

    def _cells(self, names: Sequence[str]) -> Iterable[str]:
        return distinct_cells(self._scan(set(names)), names)


def are_thousands(cells: Iterable[str]) -> bool:
    """Whether all points in some counts stand before three digits. `12.000` shows nothing beside its like alone: there
    every number may be written with three decimals."""
    given = list(cells)
    with_points = [cell for cell in given if "." in cell]
    if not with_points or not all(map(_THOUSANDS.match, with_points)):
        return False
    return any("." not in cell and cell.isdecimal() for cell in given) or any(
        not re.fullmatch(r"\d+(\.000)+", cell) for cell in with_points
    )
