"""How well a record is sourced: how many independent witnesses it has, on which side, and since when it is public.

One origin is one witness. A source goes back to the agency or document that it repeats (`origin`), or else to its
publisher; so ten reprints of a wire, and the wire itself, are one witness. A copy that does not say whom it repeats
cannot be shown to be a second witness: beside other sources it counts for nothing, and copies of this sort alone are
one witness together, however many they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from events.dates import DateSpan
from events.model import Source, SourceKind
from events.selection import fold


class Sourcing(StrEnum):
    """How many independent origins a record has, best first: two or more, one, none."""

    INDEPENDENT = "independent"
    SINGLE_SOURCED = "single-sourced"
    UNSOURCED = "unsourced"


def origin_of(source: Source) -> str:
    """The agency or document that the source repeats, or its own publisher."""
    return source.origin or source.publisher


def witnesses(sources: Iterable[Source]) -> dict[str, tuple[Source, ...]]:
    """The sources by the origin that they go back to, in order; each key is one witness, written as it is first met.

    Origins are the same if they differ only in case and accents.
    """
    given = list(sources)
    named = [source for source in given if not _is_nameless(source)]
    if not named:
        return {origin_of(given[0]): tuple(given)} if given else {}
    found: dict[str, list[Source]] = {}
    for source in named:
        found.setdefault(fold(origin_of(source)), []).append(source)
    return {origin_of(group[0]): tuple(group) for group in found.values()}


def origins(sources: Iterable[Source]) -> set[str]:
    """The independent origins of some sources."""
    return set(witnesses(sources))


def sides(sources: Iterable[Source]) -> Counter[str | None]:
    """Independent origins per side, None for those that belong to no side; they add up to `len(origins(sources))`.

    An origin is on the side of the first of its sources that names one.
    """
    groups = witnesses(sources).values()
    return Counter(next((source.side for source in group if source.side), None) for group in groups)


def sourcing(sources: Iterable[Source]) -> Sourcing:
    """How well a record with these sources is sourced."""
    count = len(witnesses(sources))
    if count > 1:
        return Sourcing.INDEPENDENT
    return Sourcing.SINGLE_SOURCED if count else Sourcing.UNSOURCED


def first_report(sources: Iterable[Source]) -> DateSpan | None:
    """The date of the source that was published first, or None if no source has a date whose first day is known."""
    dated = [source.date for source in sources if source.date is not None and source.date.earliest is not None]
    return min(dated, key=_order, default=None)


def published(sources: Iterable[Source]) -> int | None:
    """The earliest day (since 1970-01-01) on which any of the sources can have been published, or None."""
    report = first_report(sources)
    return report.earliest if report else None


def _is_nameless(source: Source) -> bool:
    return source.kind is SourceKind.COPY and not source.origin


def _order(span: DateSpan) -> tuple[float, float]:
    first, last = span.earliest, span.latest
    return float("-inf") if first is None else first, float("inf") if last is None else last
