"""The rows of a batch on their way to flat events: whole columns at a time, Python only for what is distinct."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final, NamedTuple, TypeAlias, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from events.dates import DateError, DateSpan
from events.formats.batches import Batch
from events.formats.building import Builder, is_plain, near, why
from events.formats.cells import LONGEST_TEXT, LONGEST_TITLE, MOST_COUNTED, NO_LINK, event_id, link, number, summary_of
from events.formats.coded import Coded, Codes, Value, numbered
from events.formats.counts import THOUSANDS, Counts
from events.formats.files import Refused
from events.formats.flattening import Amounts, Cited, Cites, Columns, Days, Mask, Origin, flat, says_more
from events.formats.members import cited
from events.formats.vectors import cleaned, joined, lines, missing, numbers, plain_days, repeated, texts, tidy_ids
from events.model import SourceKind

Numbers: TypeAlias = NDArray[np.float64]
MOST_REMEMBERED: Final = 100_000


class _Answer(NamedTuple):
    """What a function said of some cells: a value, or why their rows are refused; and what is counted of them."""

    value: Any
    refusal: tuple[str, str] | None
    noticed: tuple[tuple[Counter[Any], Any], ...]


class Memo(dict[tuple[str, ...], _Answer]):
    """The answers of one function, so that no cells are judged twice."""


@dataclass(frozen=True, slots=True)
class _Spelled:
    """What `Days` holds of one date."""

    earliest: int | None
    latest: int | None
    dated: bool
    text: str | None


class Rows:
    """The rows of a batch. A row that is refused or left out stays where it is, but is `alive` no more."""

    def __init__(self, builder: Builder, file: str, batch: Batch, verbatim: frozenset[str] = frozenset()) -> None:
        """`verbatim` names columns whose cells are left as they are, also where they seem to say that nothing is
        known."""
        self.builder, self.file, self._batch, self._verbatim = builder, file, batch, verbatim
        self._searched: set[str] = set()
        self.alive = np.ones(len(batch), bool)
        self._texts: dict[str, Any] = {}
        self._encoded: dict[str, Any] = {}
        builder.read += len(batch)
        for at, fault in batch.faults.items():
            self._reject_one(at, fault)

    def __len__(self) -> int:
        return len(self._batch)

    # --- cells

    def has(self, name: str) -> bool:
        """Whether there is a column."""
        return name in self._batch.columns

    def text(self, *names: str) -> Any:
        """A column as text; of several the first cell that is filled. Without any, empty texts."""
        found = None
        for name in filter(self.has, names):
            one = self._text(name)
            found = one if found is None else pc.if_else(pc.equal(found, ""), one, found)
        return repeated("", len(self)) if found is None else found

    def _text(self, name: str) -> Any:
        if name not in self._texts:
            column = texts(self._batch.columns[name])
            is_missing = None if name in self._verbatim else missing(column)
            if is_missing is not None:
                self._tell_missing(name, is_missing.to_numpy(zero_copy_only=False))
                column = pc.if_else(is_missing, "", column)
            self._texts[name] = column
        return self._texts[name]

    def _tell_missing(self, name: str, mask: Mask) -> None:
        if name not in self._searched:
            self._searched.add(name)
            self.tell(mask, f"the {name} is a word for “not known”, as NA or unknown, and is left empty")

    def counts(self, what: str, written: Counts, *names: str) -> Numbers:
        """A column of whole numbers, NaN where there is none; of several the first that is filled. Refuses what is no
        number, and tells of how many rows it is not whole."""
        names = tuple(filter(self.has, names))
        found = np.full(len(self), np.nan)
        for name in names:
            values = None if self._has_points(name, written) else numbers(self._batch.columns[name])
            if values is None:
                judged = self.distinct(Memo(), lambda text: number(written.plain(text), what), name)
                values = judged.column(pa.float64()).fill_null(float("nan")).to_numpy(zero_copy_only=False)
            whole = np.trunc(values)
            is_cut = (whole != values) & ~np.isnan(values) & np.isnan(found)
            self.tell(is_cut, f"the {name} is not whole: what follows its point is left away")
            found = np.where(np.isnan(found), whole, found)
        return found

    def _has_points(self, name: str, written: Counts) -> bool:
        """Whether a column has points between thousands."""
        column = self._batch.columns[name]
        if not pa.types.is_string(column.type) or not pc.any(pc.match_substring(column, ".")).as_py():
            return False
        return bool(pc.any(pc.match_substring_regex(self._text(name), THOUSANDS)).as_py()) and written.has_points

    @cached_property
    def lines(self) -> Codes:
        """The line of each row."""
        return self._batch.lines

    # --- what becomes of rows

    def reject(self, mask: Mask, reason: str, values: Any = None) -> None:
        """Refuse living rows; `values` is a column with the value at fault."""
        for at in np.flatnonzero(mask & self.alive).tolist():
            refused = Refused(reason, "" if values is None else values[at].as_py())
            self._reject_one(at, refused.reason, refused.value)

    def leave_out(self, mask: Mask, reason: str) -> None:
        """Leave living rows out on purpose."""
        gone = mask & self.alive
        self.builder.leave_out(reason, int(gone.sum()))
        self.alive &= ~gone

    def _reject_one(self, at: int, reason: str, value: str = "") -> None:
        self.alive[at] = False
        self.builder.reject(self.file, int(self.lines[at]), reason, value)

    def living(self) -> Rows:
        """The living rows alone; faster where many are left out."""
        if self.alive.all():
            return self
        kept = pa.array(np.flatnonzero(self.alive))
        columns = {name: column.take(kept) for name, column in self._batch.columns.items()}
        rows = Rows(self.builder, self.file, Batch(self.lines[self.alive], columns), self._verbatim)
        rows._searched = self._searched
        self.builder.read -= len(rows)
        return rows

    # --- what Python judges

    def distinct(
        self, memo: Memo, function: Callable[..., Value], *names: str, only: Mask | None = None
    ) -> Coded[Value]:
        """What a function says of the cells in some columns, asked once for each distinct set of cells of living rows,
        in the order of the rows. Rows of which it raises `Refused` or `DateError` are refused. `only` names the rows
        that are asked about."""
        return self.judged(memo, function, names, only=only)[0]

    def judged(
        self, memo: Memo, function: Callable[..., Value], *parts: Sequence[str], only: Mask | None = None
    ) -> list[Coded[Value]]:
        """The same for several sets of columns; the function is asked of one row after the other."""
        living = np.flatnonzero(self.alive if only is None else self.alive & only)
        if len(memo) > MOST_REMEMBERED:
            memo.clear()
        found = [self._distinct(names, living) for names in parts]
        asked = [
            (first, part, cells)
            for part, (_, cells_of, firsts) in enumerate(found)
            for first, cells in zip(firsts.tolist(), cells_of, strict=True)
            if cells not in memo
        ]
        for _, _, cells in sorted(asked):
            if cells not in memo:
                memo[cells] = self._ask(function, cells)
        return [self._coded([memo[one] for one in cells], codes, living) for codes, cells, _ in found]

    def sources(self, memo: dict[str, Cites], name: str, kind: SourceKind) -> Coded[Cites]:
        """What a column says of sources: the positions of the publications to which it links, and words. `memo`
        remembers cells: there may be as many of them as rows, too many to be judged one by one like others."""
        if len(memo) > MOST_REMEMBERED:
            memo.clear()
        if not self.has(name):
            return Coded.of_all(None, len(self))
        codes, words = self._codes(name)
        again, first = numbered([codes[self.alive]])
        cells = words[codes[self.alive][first]].tolist()
        for cell in cells:
            if cell not in memo:
                memo[cell] = self._cites(cell, kind) if cell else None
        found = np.full(len(self), -1, np.int64)
        found[self.alive] = again
        return Coded([memo[cell] for cell in cells], found)

    def _cites(self, cell: str, kind: SourceKind) -> Cites:
        url = link(cell)
        if url and cell.find("://", len("https://")) < 0:
            return self.builder.source_at(url, kind)
        links, words = cited(cell)
        return self.builder.cites(links, "; ".join(words), kind)

    def reported_by(self, sources: Coded[Cites]) -> Any:
        """A note of each row that names the sources which are no link, and the report tells their number; None without
        any."""
        if not says_more(sources):
            return None
        words = [one.words if isinstance(one, Cited) else "" for one in sources.values]
        column = Coded(words, sources.codes).column(pa.string()).fill_null("")
        is_empty = pc.equal(column, "")
        self.tell(~is_empty.to_numpy(zero_copy_only=False), NO_LINK)
        told = joined("", repeated("Reported by: ", len(self)), column, repeated(".", len(self)))
        return pc.if_else(is_empty, "", cleaned(told))

    def _ask(self, function: Callable[..., Any], cells: tuple[str, ...]) -> _Answer:
        noticed = self.builder.noticed
        noticed.clear()
        try:
            value, refusal = function(*cells), None
        except (Refused, DateError) as error:
            value, refusal = None, why(error)
        return _Answer(value, refusal, tuple(noticed))

    def _distinct(self, names: Sequence[str], living: Codes) -> tuple[Codes, list[tuple[str, ...]], Codes]:
        """(number of the cells of each living row, cells of each number, first living row of each)."""
        known = [name for name in names if self.has(name)]
        if not known or not len(living):
            some = min(1, len(living))
            return np.zeros(len(living), np.int64), [("",) * len(names)] * some, np.zeros(some, np.int64)
        columns = [self._codes(name) for name in known]
        codes, first = numbered([column if len(living) == len(self) else column[living] for column, _ in columns])
        cells = {
            name: words[column[living[first]]].tolist() for name, (column, words) in zip(known, columns, strict=True)
        }
        blank = [""] * len(first)
        return codes, list(zip(*(cells.get(name, blank) for name in names), strict=True)), first

    def _codes(self, name: str) -> tuple[Codes, NDArray[np.object_]]:
        """The number of each cell among the distinct ones of a column, and these as text."""
        if name not in self._encoded:
            column = self._batch.columns[name]
            if not pa.types.is_dictionary(column.type):
                try:
                    column = column.dictionary_encode()
                except pa.ArrowNotImplementedError:
                    column = self._text(name).dictionary_encode()
            dictionary = texts(column.dictionary)
            words = np.array([*dictionary.to_pylist(), ""], object)
            codes = column.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False).astype(np.int64)
            is_missing = None if name in self._verbatim else missing(dictionary)
            if is_missing is not None:
                mask = np.append(is_missing.to_numpy(zero_copy_only=False), False)
                self._tell_missing(name, mask[codes])
                words[mask] = ""
            self._encoded[name] = codes, words
        found: tuple[Codes, NDArray[np.object_]] = self._encoded[name]
        return found

    def _coded(self, answers: Sequence[_Answer], codes: Codes, living: Codes) -> Coded[Any]:
        whole = np.full(len(self), -1, np.int64)
        whole[living] = codes
        if any(answer.noticed for answer in answers):
            times = np.bincount(codes, minlength=len(answers))
            for answer, count in zip(answers, times.tolist(), strict=True):
                for counter, name in answer.noticed:
                    counter[name] += count
        refused = [at for at, answer in enumerate(answers) if answer.refusal]
        if refused:
            for at in np.flatnonzero(np.isin(whole, refused)).tolist():
                self._reject_one(at, *(answers[whole[at]].refusal or ("",)))
            whole[~self.alive] = -1
        return Coded([answer.value for answer in answers], whole)

    # --- columns of an event

    def days(
        self, memo: Memo, function: Callable[..., DateSpan | None], first: str, last: str, *, lasting: bool
    ) -> Days:
        """When things happened from a first day to a last one, or where `lasting` is not, somewhere between them.

        What is spelled as plain days is read here; of all else, and of reversed days, `function` gives the date.
        """
        begin, end = plain_days(self._texts_or_days(first)), plain_days(self._texts_or_days(last))
        has_end = pc.not_equal(self.text(last), "").to_numpy(zero_copy_only=False)
        start, stop = (found.fill_null(0).to_numpy(zero_copy_only=False) for found in (begin, end))
        stop = np.where(has_end, stop, start)
        is_plain = begin.is_valid().to_numpy(zero_copy_only=False) & (start <= stop)
        is_plain &= ~has_end | end.is_valid().to_numpy(zero_copy_only=False)
        given = self.spans(memo, function, first, last, only=~is_plain)
        plain = pa.array(is_plain)
        text = given.text
        if lasting and (is_plain & (start != stop)).any():
            spelled = joined(
                "/",
                pa.array(start).cast(pa.date32()).cast(pa.string()),
                pa.array(stop).cast(pa.date32()).cast(pa.string()),
            )
            text = pc.if_else(pa.array(is_plain & (start != stop)), spelled, text)
        return Days(
            pc.if_else(plain, pa.array(start, pa.int32()), given.earliest),
            pc.if_else(plain, pa.array(stop, pa.int32()), given.latest),
            pc.or_(plain, given.dated),
            text,
        )

    def spans(
        self, memo: Memo, function: Callable[..., DateSpan | None], *names: str, only: Mask | None = None
    ) -> Days:
        """When things happened, as a function says of the cells in some columns."""
        found = self.distinct(memo, lambda *cells: _spelled(function(*cells)), *names, only=only)
        known = [_UNDATED if one is None else one for one in cast("Sequence[_Spelled | None]", found.values)]
        return Days(
            Coded([one.earliest for one in known], found.codes).column(pa.int32()),
            Coded([one.latest for one in known], found.codes).column(pa.int32()),
            Coded([one.dated for one in known], found.codes).column(pa.bool_()).fill_null(False),
            Coded([one.text for one in known], found.codes).column(pa.string()),
        )

    def _texts_or_days(self, name: str) -> Any:
        if not self.has(name):
            return repeated("", len(self))
        column = self._batch.columns[name]
        is_day = pa.types.is_date(column.type) or (pa.types.is_timestamp(column.type) and column.type.tz is None)
        return column if is_day else self._text(name)

    def ids(self, name: str, missing: str = "") -> Any:
        """The ids of events; where one is missing `missing` and the line, or without that the row is refused."""
        given = self.text(name)
        is_tidy = tidy_ids(given).to_numpy(zero_copy_only=False)
        if is_tidy.all():
            return given
        found = given.to_pylist()
        for at in np.flatnonzero(~is_tidy & self.alive).tolist():
            if not found[at] and missing:
                found[at] = f"{missing}-{self.lines[at]}"
                continue
            try:
                found[at] = event_id(found[at])
            except Refused as error:
                self._reject_one(at, error.reason, error.value)
        return pa.array(found, pa.string())

    def line_of(self, column: Any) -> Any:
        """`one_line` of a column."""
        return lines(column)

    def clean(self, column: Any) -> Any:
        """`clean` of a column. Refuses rows with a text that is too long."""
        is_long = pc.greater(pc.utf8_length(column), LONGEST_TEXT).to_numpy(zero_copy_only=False)
        if is_long.any():
            self.reject(is_long, f"a cell has more than {LONGEST_TEXT:,} characters", column)
            column = pc.if_else(pa.array(is_long), "", column)
        return cleaned(column)

    def summaries(self, given: Any, title: Any, text: Any) -> Any:
        """`summary_of` of the titles as they are given and of texts; `title` is their `line_of`. Refuses rows with a
        title that is too long for a text."""
        plain = pc.if_else(pc.equal(text, ""), title, text)
        is_long = pc.and_(pc.greater(pc.utf8_length(given), LONGEST_TITLE), pc.not_equal(given, text))
        if not pc.any(is_long).as_py():
            return plain
        pairs = zip(self.clean(given).filter(is_long).to_pylist(), text.filter(is_long).to_pylist(), strict=True)
        return pc.replace_with_mask(plain, is_long, pa.array([summary_of(*one) for one in pairs], pa.string()))

    def amounts(self, what: str, best: Numbers, low: Numbers, high: Numbers) -> Amounts:
        """The `figures`, the range widened to include the best estimate; of rows where it does not, or where there is
        none, the report tells the number. Refuses what is out of range."""
        for values in (best, low, high):
            is_odd = (values < 0) | (values > MOST_COUNTED)
            if is_odd.any():
                reason = f"the number of {what} is below zero or above {MOST_COUNTED:,}"
                self.reject(is_odd, reason, pa.array(values).cast(pa.string()))
        is_beside = (low > best) | (high < best)
        self.tell(is_beside, f"the range of {what} does not include the best estimate; it is widened to it")
        is_without = np.isnan(best) & ~(np.isnan(low) & np.isnan(high))
        self.tell(is_without, f"the range of {what} has no best estimate and is left away")
        return self.figures(best, np.fmin(low, best), np.fmax(high, best))

    def figures(self, best: Numbers, low: Numbers, high: Numbers) -> Amounts:
        """Whole values of living rows as they are given, null where there is no best estimate; a bound that is missing
        is the best estimate."""
        known = ~np.isnan(best) & self.alive
        columns = (np.where(np.isnan(values), best, values) for values in (best, low, high))
        return Amounts(*(pa.array(np.where(known, values, 0).astype(np.int32), mask=~known) for values in columns))

    def tell(self, mask: Mask, what: str) -> None:
        """Count living rows of which something is said in the report."""
        self.builder.count(self.file, what, int((mask & self.alive).sum()))

    def add(self, columns: Columns) -> None:
        """Keep the living rows as events. Their table is made in the thread that writes it."""
        builder = self.builder
        origin = Origin(len(builder.files) - 1, self.lines, self.alive)
        builder.flush()
        builder.staging.add(partial(flat, columns, origin, builder.actors, builder.places))
        builder.progress()


_UNDATED: Final = _Spelled(None, None, False, None)


def _spelled(span: DateSpan | None) -> _Spelled:
    if span is None:
        return _UNDATED
    text = None if is_plain(span.text, span.earliest, span.latest) else span.text
    return _Spelled(near(span.earliest), near(span.latest), True, text)
