"""Events as large collections have them, made up: `python -m tests.benchmarks.generate 1000000 -o million.parquet`.

The same seed gives the same file. Rows stand in no order, so that whoever reads them has to sort them, and are made a
chunk at a time, so that memory does not grow with their number.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import shapely
from numpy.typing import NDArray

from geodata.boundaries import countries

COUNTRIES: Final = 200
ACTORS: Final = 300
PLACES: Final = 2_000
BURSTS: Final = 400
CHUNK: Final = 250_000
FIRST_DAY: Final = 7_305
"""1 January 1990, counted from 1970-01-01."""
DAYS: Final = 12_784
"""Thirty-five years: to 31 December 2024."""
KINDS: Final = ("Battle", "Shelling", "Riot", "Protest", "Arrest", "Attack", "Strike", "Talks")
FIRST_WORDS: Final = (
    *("Northern", "Southern", "Eastern", "Western", "United", "Free", "National", "People's", "Popular", "Central"),
    *("Coastal", "Mountain", "River", "Green", "White", "Black", "Red", "New", "Young", "Grand"),
)
LAST_WORDS: Final = (
    *("Front", "Council", "Army", "Guard", "Movement", "League", "Alliance", "Brigade", "Assembly", "Union"),
    *("Committee", "Column", "Party", "Police", "Militia"),
)
SYLLABLES: Final = ("ba", "do", "fa", "ka", "lo", "ma", "ne", "pu", "ri", "sa", "to", "vi", "zu")
SCHEMA: Final = pa.schema(
    {
        "id": pa.string(),
        "date": pa.date32(),
        "date_end": pa.date32(),
        "country": pa.string(),
        "actor1": pa.string(),
        "actor2": pa.string(),
        "kind": pa.string(),
        "place": pa.string(),
        "latitude": pa.float64(),
        "longitude": pa.float64(),
        "deaths": pa.int32(),
        "deaths_low": pa.int32(),
        "deaths_high": pa.int32(),
        "title": pa.string(),
    }
)
"""`country` is ISO 3166 alpha-3; `date_end` is never before `date`; low ≤ deaths ≤ high; `actor2` may be missing."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """What events are drawn from. Each place is in a country: those of country i are the `places[i]` from `first[i]`
    on. A burst is a time in which one country has many events."""

    countries: list[str]
    actors: list[str]
    names: list[str]
    latitudes: NDArray[np.float64]
    longitudes: NDArray[np.float64]
    first: Numbers
    places: Numbers
    burst_country: Numbers
    burst_day: Numbers
    burst_length: NDArray[np.float64]


@cache
def world(seed: int) -> World:
    """The world of a seed, the same for every number of events."""
    rng = np.random.default_rng(seed)
    frame = countries("50m").dropna(subset="geometry")
    members = frame[frame["status"].eq("un_member")]
    others = frame[~frame["status"].eq("un_member")]
    chosen = rng.permutation([*members.index, *others.index][:COUNTRIES])
    places = np.ones(COUNTRIES, dtype=np.int64) + rng.multinomial(PLACES - COUNTRIES, zipf(COUNTRIES, 0.6))
    points = np.concatenate(
        [points_in(frame.geometry[row], number, rng) for row, number in zip(chosen, places, strict=True)]
    )
    return World(
        countries=list(frame["id"][chosen]),
        actors=list(rng.permutation([f"{first} {last}" for first, last in product(FIRST_WORDS, LAST_WORDS)])),
        names=names(PLACES, rng),
        longitudes=points[:, 0],
        latitudes=points[:, 1],
        first=np.cumsum(places) - places,
        places=places,
        burst_country=rng.choice(COUNTRIES, BURSTS, p=zipf(COUNTRIES)),
        burst_day=rng.integers(0, DAYS, BURSTS),
        burst_length=rng.exponential(40, BURSTS) + 2,
    )


def zipf(number: int, exponent: float = 1.0) -> NDArray[np.float64]:
    """Zipf's law: the probability of each rank, the largest first; they add up to 1."""
    weights = 1 / np.arange(1, number + 1) ** exponent
    found: NDArray[np.float64] = weights / weights.sum()
    return found


def points_in(shape: Any, number: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Random points inside a shape: one row (longitude, latitude) in degrees each, to four places."""
    west, south, east, north = shape.bounds
    found = np.empty((0, 2))
    while len(found) < number:
        tried = rng.uniform((west, south), (east, north), (max(4 * number, 200), 2)).round(4)
        found = np.concatenate([found, tried[shapely.contains_xy(shape, tried)]])
    return found[:number]


def names(number: int, rng: np.random.Generator) -> list[str]:
    """That many different names of places."""
    made = ["".join(parts).capitalize() for parts in product(SYLLABLES, repeat=3)]
    return list(rng.permutation(made)[:number])


def chunks(rows: int, seed: int) -> Iterator[pa.Table]:
    """The events, `CHUNK` at a time. A smaller file is not the beginning of a larger one unless both fill chunks."""
    for number, start in enumerate(range(0, rows, CHUNK)):
        yield chunk(world(seed), start, min(CHUNK, rows - start), np.random.default_rng([seed, number]))


def chunk(world: World, start: int, rows: int, rng: np.random.Generator) -> pa.Table:
    """Events `start` and following, as a table of `SCHEMA`."""
    country, day = whereabouts(world, rows, rng)
    length = np.where(rng.random(rows) < 0.9, 0, rng.integers(1, 7, rows))
    place = world.first[country] + (world.places[country] * rng.random(rows) ** 2).astype(np.int64)
    actor, other = rng.choice(ACTORS, (2, rows), p=zipf(ACTORS))
    is_alone = (other == actor) | (rng.random(rows) < 0.3)
    kind = rng.choice(len(KINDS), rows, p=zipf(len(KINDS), 0.7))
    deaths = np.where(rng.random(rows) < 0.6, 0, np.minimum(rng.geometric(0.15, rows) * rng.geometric(0.5, rows), 9999))
    columns = {
        "id": pc.binary_join_element_wise("e", pa.array(np.arange(start, start + rows)).cast(pa.string()), ""),
        "date": days(FIRST_DAY + day),
        "date_end": days(FIRST_DAY + np.minimum(day + length, DAYS - 1)),
        "country": taken(world.countries, country),
        "actor1": taken(world.actors, actor),
        "actor2": taken(world.actors, other, is_alone),
        "kind": taken(KINDS, kind),
        "place": taken(world.names, place),
        "latitude": pa.array(world.latitudes[place]),
        "longitude": pa.array(world.longitudes[place]),
        "deaths": pa.array(deaths, pa.int32()),
        "deaths_low": pa.array((deaths * rng.uniform(0.5, 1, rows)).astype(np.int32)),
        "deaths_high": pa.array((deaths * rng.uniform(1, 2, rows)).round().astype(np.int32)),
    }
    return pa.table({**columns, "title": titles(columns)}, schema=SCHEMA)


def whereabouts(world: World, rows: int, rng: np.random.Generator) -> tuple[Numbers, Numbers]:
    """Country and day (from 0) of each event: half of them belong to a burst, the rest grow more frequent in time."""
    burst = rng.choice(BURSTS, rows, p=zipf(BURSTS, 0.8))
    day = world.burst_day[burst] + rng.exponential(world.burst_length[burst]).astype(np.int64)
    is_apart = (rng.random(rows) < 0.5) | (day >= DAYS)
    country = np.where(is_apart, rng.choice(COUNTRIES, rows, p=zipf(COUNTRIES)), world.burst_country[burst])
    return country, np.where(is_apart, (DAYS * rng.random(rows) ** 0.7).astype(np.int64), day)


def titles(columns: dict[str, Any]) -> Any:
    """A sentence for each event, from what its other columns say."""
    against = pc.if_else(pc.is_null(columns["actor2"]), "", pc.binary_join_element_wise(" and ", columns["actor2"], ""))
    against = pc.fill_null(against, "")
    return pc.binary_join_element_wise(
        *(columns["kind"], " in ", columns["place"], ": ", columns["actor1"]), against, ""
    )


def days(numbers: Numbers) -> Any:
    return pa.array(numbers, pa.int32()).cast(pa.date32())


def taken(values: Sequence[str], codes: Numbers, is_missing: NDArray[np.bool_] | None = None) -> Any:
    """The value of each code as text; missing ones are null."""
    return pa.array(list(values)).take(pa.array(codes, mask=is_missing))


def write(rows: int, paths: Sequence[Path], seed: int = 1) -> None:
    """Write that many events to every path, which ends in .parquet or .csv, in one pass."""
    with ExitStack() as stack:
        writers = [stack.enter_context(writer(path)) for path in paths]
        for table in chunks(rows, seed):
            for one in writers:
                one.write_table(table)


def writer(path: Path) -> Any:
    """An open file that takes tables of `SCHEMA`. Raises ValueError for another ending than .parquet and .csv."""
    match path.suffix:
        case ".parquet":
            return pa.parquet.ParquetWriter(path, SCHEMA, compression="zstd")
        case ".csv":
            options = pa.csv.WriteOptions(quoting_style="needed")
            return pa.csv.CSVWriter(path, SCHEMA, write_options=options)
        case ending:
            raise ValueError(f"{path}: {ending or 'no ending'} cannot be written; write .parquet or .csv")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.generate", description=__doc__)
    parser.add_argument("rows", type=int)
    parser.add_argument("-o", "--output", type=Path, nargs="+", required=True, help=".parquet, .csv or both")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    write(wanted.rows, wanted.output, wanted.seed)


if __name__ == "__main__":
    main()
