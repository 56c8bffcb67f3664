"""What was promised of speed and size, and whether a run keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tests.benchmarks.measuring import OURS, Measurement, Part

K: Final = 1_000
M: Final = 1_000_000
EVERY: Final = (K, 100 * K, M, 10 * M, 100 * M)


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit for one number at each size: at most so much, or at least. `name` is that of the measurement."""

    id: str
    words: str
    part: Part
    name: str
    limits: Mapping[int, float]
    is_least: bool = False

    def is_met(self, measurement: Measurement) -> bool:
        limit = self.limits[measurement.events]
        return measurement.value >= limit if self.is_least else measurement.value <= limit


@dataclass(frozen=True, slots=True)
class Verdict:
    """A goal at one size, and what was measured."""

    goal: Goal
    measurement: Measurement

    @property
    def is_met(self) -> bool:
        return self.goal.is_met(self.measurement)

    @property
    def limit(self) -> float:
        return self.goal.limits[self.measurement.events]


def always(limit: float) -> dict[int, float]:
    """The same limit at every size."""
    return dict.fromkeys(EVERY, limit)


def by_size(*limits: float) -> dict[int, float]:
    """A limit for each size, from the smallest on."""
    return dict(zip(EVERY, limits, strict=False))


GOALS: Final = (
    Goal("brush-step", "Brush: a step, p50", "brush", "step, p50", always(6)),
    Goal("brush-slow-step", "Brush: a step, p95", "brush", "step, p95", always(17)),
    Goal(
        "brush-frames",
        "Brush: 60 frames a second, of which one may be lost",
        "brush",
        "frames a second",
        always(59),
        True,
    ),
    Goal("brush-requests", "Brush: requests", "brush", "requests in a drag", always(0)),
    Goal("brush-first", "Brush: the first step", "brush", "first step", always(14)),
    Goal(
        "brush-after-filter", "Brush: the next step after a filter", "filter", "next step of the brush, max", always(15)
    ),
    Goal(
        "no-long-task", "No long task between a filter and the brush", "filter", "longest task until then", always(50)
    ),
    Goal("filter", "Filter to repaint, p50", "filter", "map repainted, p50", by_size(15, 15, 30, 50, 400)),
    Goal("filter-slow", "Filter to repaint, max", "filter", "map repainted, max", by_size(50, 50, 60, 250, 800)),
    Goal("load", "Load to both views drawn", "load", "both views drawn", by_size(310, 440, 590, 1080)),
    Goal("wire", "On the wire, first visit", "load", "received", always(900)),
    Goal("wire-return", "On the wire, on return", "load", "received on return", always(30)),
    Goal("layout-shift", "No layout shift", "load", "layout shift", always(0.0005)),
    Goal("page-memory", "Memory of the page", "memory", "page", by_size(360, 360, 360, 360)),
    Goal("server-memory", "Memory of the server", "memory", "server", by_size(60, 60, 60, 560)),
    Goal("import-memory", "Most memory of an import", "import", "Parquet, most memory", {100 * M: 1000}),
    Goal(
        "import-parquet", "Import from Parquet", "import", "Parquet, rows a second", dict.fromkeys(EVERY[2:], M), True
    ),
    Goal("import-csv", "Import from CSV", "import", "CSV, rows a second", dict.fromkeys(EVERY[2:], 300 * K), True),
)


def verdicts(measurements: Iterable[Measurement]) -> Iterator[Verdict]:
    """Every goal at every size that was measured, in the order of `GOALS`."""
    found = {(one.part, one.name, one.events): one for one in measurements if one.subject == OURS}
    for goal in GOALS:
        for events in goal.limits:
            if measurement := found.get((goal.part, goal.name, events)):
                yield Verdict(goal, measurement)
