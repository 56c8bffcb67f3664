"""EDGE. The questions that a view puts to the store, opened as the server opens it, each about another actor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

import brotli

from dashboard.cubes import body
from dashboard.view_model.questions import ALL_EVENTS, Question
from dashboard.workspace import Workspace, open_dossier
from events.dossier import read
from events.selection import OneOf, Selection, Within, Words
from geodata.places import COUNTRY_IDS
from tests.benchmarks.measuring import OURS, Measurement, quantile, seconds

REPEATS: Final = 9
YEARS: Final = Within(10_957, 11_687)
"""The years 2000 and 2001."""
Ask: TypeAlias = Callable[[Workspace, Selection], Any]
QUESTIONS: Final[Mapping[str, Ask]] = {
    "totals": lambda space, chosen: space.store.totals(chosen),
    "totals of two years": lambda space, chosen: space.store.totals(chosen.with_(YEARS)),
    "countries, counted": lambda space, chosen: space.store.facet(chosen, "country"),
    "kinds, counted": lambda space, chosen: space.store.facet(chosen, "kind"),
    "list, first page": lambda space, chosen: space.store.ids(chosen, limit=100),
    "list, newest first": lambda space, chosen: space.store.ids(chosen, limit=100, sort="newest"),
    "cubes": lambda space, chosen: body(space, Question("event", chosen, "happened", None)),
}
"""What is asked, by name."""
PLACE_NAMES: Final = ("baba", "doka", "fane", "kapu", "lori", "masa", "neto", "puvi", "rizu")


def queries(dossier: Path, events: int) -> Iterator[Measurement]:
    """How long the store of a dossier takes for each question, and how large the cubes are."""
    space = open_dossier(read(dossier, COUNTRY_IDS))
    actors = space.store.dictionary["actor"][:REPEATS]
    chosen = [Selection.of(OneOf("actor", frozenset({actor}))) for actor in actors]
    for name, ask in QUESTIONS.items():
        yield from latency(name, [partial(ask, space, selection) for selection in chosen], events)
    found = [Selection.of(Words(name)) for name in PLACE_NAMES]
    yield from latency("search", [partial(space.store.totals, selection) for selection in found], events)
    whole: list[bytes] = []
    yield Measurement("store", "cubes of all", events, OURS, 1000 * seconds(lambda: whole.append(cube(space))), "ms")
    yield Measurement("store", "cubes of all, size", events, OURS, len(whole[0]) / 1000, "kB")
    packed = len(brotli.compress(whole[0], quality=5))
    yield Measurement("store", "cubes of all, compressed", events, OURS, packed / 1000, "kB")


def cube(space: Workspace) -> bytes:
    return body(space, ALL_EVENTS)


def latency(name: str, asks: list[Callable[[], Any]], events: int) -> Iterator[Measurement]:
    """Milliseconds that questions took, none of which had been asked before."""
    taken = [1000 * seconds(ask) for ask in asks]
    yield Measurement("store", f"{name}, p50", events, OURS, quantile(taken, 0.5), "ms")
    yield Measurement("store", f"{name}, max", events, OURS, max(taken), "ms")
