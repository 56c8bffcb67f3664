"""What rows name is told apart as far as memory allows, and never lost beyond."""

from pathlib import Path

import pytest

from events.formats.building import Builder, Limits
from events.formats.registers import Sources
from events.model import ActorKind, PlacePrecision
from events.reading import ReadError


def named(sources: Sources, numbers: list[int]) -> list[int]:
    """The positions of links of these numbers, on two hosts."""
    urls = [f"https://{'ab'[number % 2]}.example/{number}" for number in numbers]
    return [sources.position(sources.name(url[8:9], url, ("by", "title", url, "news"))) for url in urls]


def test_sources_beyond_those_that_are_held_wait_in_a_file_in_their_order(tmp_path: Path) -> None:
    sources = Sources(tmp_path / "sources", most=3)
    assert named(sources, [0, 1, 0, 2, 3, 3, 1, 4, 5, 5]) == [0, 1, 0, 2, 3, 3, 1, 4, 5, 5]
    sources.close()
    rows = [row for table in sources.tables() for row in table.to_pylist()]
    assert [row["position"] for row in rows] == list(range(6))
    assert len({row["id"] for row in rows}) == 6
    assert {at: record[3][-1] for at, record in sources.records({1, 4}).items()} == {1: "1", 4: "4"}


def test_a_link_that_comes_back_after_too_many_others_is_a_source_of_its_own(tmp_path: Path) -> None:
    sources = Sources(tmp_path / "sources", most=2)
    assert named(sources, [0, 1, 2, 3, 4, 2, 0]) == [0, 1, 2, 3, 4, 5, 0]
    sources.close()


def test_points_beyond_the_places_that_are_told_apart_are_joined_to_squares() -> None:
    builder = Builder(limits=Limits(places=1))
    names = [builder.place("", None, (lat, 2.0), PlacePrecision.EXACT) for lat in (1.0, 1.0, 1.2345, 1.2346, 9.0)]
    assert [names.index(name) for name in names] == [0, 0, 2, 2, 4]
    assert builder.places.records[1] == ("around 1.2, 2", None, 1.2, 2.0, "region")
    assert builder.notes == ["more than 1 places are named: further points are joined to squares of 0.1°"]


def test_a_column_that_names_too_many_actors_is_the_wrong_one() -> None:
    builder = Builder(limits=Limits(actors=2))
    builder.begin("t.csv")
    names = [builder.actor(f"A{number}", ActorKind.GROUP) for number in range(3)]
    assert len(set(names)) == 3
    with pytest.raises(ReadError, match=r"t\.csv: this file names more than 2 actors\. .* --map"):
        builder.actor("A4", ActorKind.GROUP)
