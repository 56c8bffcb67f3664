"""One number of a run, and how numbers are drawn from samples."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

Part: TypeAlias = Literal["import", "store", "load", "brush", "filter", "readers", "memory"]
OURS = "standoff"


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured of whom: `subject` is `standoff` or a peer, `events` the number of events, `day` an ISO day."""

    part: Part
    name: str
    events: int
    subject: str
    value: float
    unit: str
    day: str = ""

    @property
    def row(self) -> tuple[Part, str, int]:
        """What the same number is called for every subject."""
        return self.part, self.name, self.events

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def quantile(samples: Sequence[float], share: float) -> float:
    """The value that this share of the samples does not exceed, between two of them where it falls there. Raises
    ValueError for no samples."""
    if not samples:
        raise ValueError("nothing was measured")
    return float(np.quantile(np.asarray(samples), share))


def seconds(action: Callable[[], object]) -> float:
    """How long a call takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
