"""A made-up collection of events: in DuckDB as a large collection has it, and as a frame that a loop can read."""

from __future__ import annotations

import random
from typing import Any

import duckdb
import pandas as pd

from events.sourcing import Sourcing

VALUES: dict[str, tuple[str, ...]] = {
    "kind": ("battle", "o'clock", "back\\slash"),
    "confidence": ("corroborated", "claimed"),
    "sourcing": tuple(level.value for level in Sourcing),
    "side": ("east", "others"),
    "place": tuple(f"place-{number}" for number in range(12)),
    "cell": ("north", "south", "state-ven"),
    "country": ("VEN", "RUS", "USA", "ÅLA"),
    "actor": ("guaidó", "maduro", "army", "nobody"),
    "all": ("all",),
}
"""Every value that the dossier names; `nobody` takes part in nothing."""
WORDS = ("caracas", "plane", "landed", "it's", "100%", "new\nline", "tab\tstop", "\\n", "łódź", "日本")
NUMBERS = ("earliest", "latest", "reported_earliest", "reported_latest", "known_from")
MEASURE = ("deaths_best", "deaths_low", "deaths_high")
LISTS = ("country", "actor")


def frame(size: int = 400, seed: int = 4) -> pd.DataFrame:
    """Events in their order: some undated, some with an open end, some without a place, a country or an actor."""
    rng = random.Random(seed)
    rows = sorted((event(rng, number) for number in range(size)), key=order)
    return pd.DataFrame([{"n": n, **row} for n, row in enumerate(rows)], dtype=object)


def event(rng: random.Random, number: int) -> dict[str, Any]:
    earliest, latest = span(rng)
    reported = span(rng)
    place = rng.choice([None, *VALUES["place"]])
    best = rng.choice([None, 0, 3, 40])
    estimates = (None, None, None) if best is None else (best, best // 2, best * 2)
    single = {name: rng.choice(VALUES[name]) for name in ("kind", "confidence", "sourcing", "side")}
    actors = rng.sample(VALUES["actor"][:3], rng.randint(0, 3))
    return {
        "id": f"e{number:04}",
        "earliest": earliest,
        "latest": latest,
        "dated": rng.random() < 0.9 if earliest is latest is None else True,
        "reported_earliest": reported[0],
        "reported_latest": reported[1],
        "reported": reported != (None, None),
        "known_from": rng.choice([None, rng.randint(-30, 30)]),
        **single,
        "place": place,
        "placed": place is not None,
        "cell": place and VALUES["cell"][int(place.split("-")[1]) % 3],
        "country": rng.sample(VALUES["country"], rng.randint(0, 3)),
        "actor": actors,
        "words": "\n".join(rng.sample(WORDS, 3)),
        **dict(zip(MEASURE, estimates, strict=True)),
        "when": rng.choice([None, "2001-05~"]),
        "title": " ".join(rng.sample(WORDS, 2)),
        "summary": "",
        "note": None,
        "tags": rng.choice([None, [], ["a", "it's"]]),
        "role": ["agent" for _ in actors],
        "source": rng.sample(range(5), rng.randint(0, 2)),
    }


def span(rng: random.Random) -> tuple[int | None, int | None]:
    first = rng.randint(-40, 40)
    ends = (first, first + rng.choice([0, 0, 0, 1, 9]))
    return rng.choice([ends, ends, ends, ends, (None, ends[1]), (first, None), (None, None)])


def order(row: dict[str, Any]) -> tuple[Any, ...]:
    first, last = row["earliest"], row["latest"]
    return not row["dated"], -(10**9) if first is None else first, 10**9 if last is None else last, row["id"]


def types() -> dict[str, str]:
    """Of each column, as a collection has it."""
    coded = {name: f"{name}_value" for name in ("kind", "confidence", "sourcing", "side", "place", "cell")}
    lists = {name: f"{name}_value[]" for name in LISTS}
    numbers = dict.fromkeys(("n", *NUMBERS, *MEASURE), "INTEGER")
    truths = dict.fromkeys(("dated", "reported", "placed"), "BOOLEAN")
    texts = dict.fromkeys(("id", "words", "when", "title", "summary", "note"), "VARCHAR")
    return coded | lists | numbers | truths | texts | {"tags": "VARCHAR[]", "role": "VARCHAR[]", "source": "INTEGER[]"}


def database(events: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    """The tables of the collection, in memory."""
    connection = duckdb.connect(":memory:")
    for name, values in VALUES.items():
        connection.execute(f"CREATE TYPE {name}_value AS ENUM ({', '.join(map(quoted, values))})")
    columns = types()
    listed = ", ".join(f'"{name}" {columns[str(name)]}' for name in events)
    connection.execute(f"CREATE TABLE event ({listed})")
    marks = ", ".join("?" * len(events.columns))
    rows = [list(row) for row in events.itertuples(index=False, name=None)]
    if rows:
        connection.executemany(f"INSERT INTO event VALUES ({marks})", rows)
    named = [(field, at, value) for field, values in VALUES.items() for at, value in enumerate(values)]
    connection.execute("CREATE TABLE dictionary (field VARCHAR, position INTEGER, value VARCHAR)")
    connection.executemany("INSERT INTO dictionary VALUES (?, ?, ?)", named)
    connection.execute("CREATE TABLE place (position INTEGER, id VARCHAR, lat DOUBLE, lon DOUBLE)")
    connection.execute("INSERT INTO place VALUES (0, 'place-0', 10.5, -66.9), (1, 'place-1', NULL, NULL)")
    connection.execute("CREATE TABLE meta (key VARCHAR, value VARCHAR)")
    connection.execute("INSERT INTO meta VALUES ('version', 'made-up'), ('format', '2')")
    return connection


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
