"""The cubes on their way to the browser: complete, named by what they depend on, and sent no more than once."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import brotli
import numpy as np
import pytest
from flask import Response
from flask.testing import FlaskClient

from dashboard import server
from dashboard.app import create_app
from dashboard.cubes import body, tag
from dashboard.view import parse
from dashboard.view_model import results
from dashboard.view_model.appearance import Appearance
from dashboard.view_model.questions import Question, cubes
from dashboard.view_model.shades import count_categories
from dashboard.view_model.text import EVENT
from dashboard.view_model.timelines import TimelineView, timeline_view
from dashboard.workspace import Workspace, opened
from events.cube import overlap
from events.dossier import Dossier
from events.store import Store

PATH = "/data/russia-in-venezuela/cubes"
SEARCHES = ("", "lens=happened", "lens=said", "lens=happened&country=RUS&kind=meeting", "lens=happened&q=flight")


@pytest.fixture(scope="module")
def client(dossier: Dossier) -> FlaskClient:
    return FlaskClient(create_app({"russia-in-venezuela": dossier}).server, Response)


@pytest.fixture(scope="module")
def crowd(space: Workspace) -> Workspace:
    """The bundled dossier, opened as one of so many events that days are counted in bins."""
    return opened(space.dossier, Store.of(space.dossier, most_exact=10))


def header(answer: bytes) -> tuple[dict[str, Any], bytes]:
    """What stands before the cubes, and the cubes."""
    size = int.from_bytes(answer[:4], "little")
    assert (size + 4) % 8 == 0
    return json.loads(answer[4 : 4 + size]), answer[4 + size :]


def asked(space: Workspace, search: str) -> Question:
    return Question.of(space, parse(search, space.vocabulary, space.default).view)


# --- the body


@pytest.mark.parametrize("search", SEARCHES)
def test_every_cube_begins_where_the_header_says(space: Workspace, search: str) -> None:
    question = asked(space, search)
    told, rest = header(body(space, question))
    for name, cube in cubes(space, question).items():
        at = told["cubes"][name]
        assert at % 8 == 0
        own, edges = header(rest[at:])
        assert own["keys"] == list(cube.keys)
        assert np.array_equal(np.frombuffer(edges[: 4 * own["edges"]], "<i4"), cube.edges)


def test_the_classes_of_counts_come_with_the_counts(space: Workspace) -> None:
    question = asked(space, "lens=happened")
    told, _ = header(body(space, question))
    for look in Appearance:
        wanted = count_categories(cubes(space, question)["countries"], look, EVENT)
        assert [(one["id"], one["colour"], one["least"]) for one in told["categories"][look]] == [
            (one.id, one.colour, one.least) for one in wanted
        ]


# --- what it depends on

SAME = (
    "from=2019-03-01",
    "to=2019-03-31&certain=1",
    "on=2019-01-23",
    "open=ev-2019-05-14-sochi",
    "theme=dark",
    "page=2",
)
OTHER = ("country=RUS", "kind=meeting", "q=flight", "known=2019-01-01", "clock=reported", "lens=said", "place=caracas")


@pytest.mark.parametrize("search", SAME)
def test_neither_period_nor_looks_make_another_question(space: Workspace, search: str) -> None:
    assert asked(space, search) == asked(space, "")


@pytest.mark.parametrize("search", OTHER)
def test_every_filter_makes_another_question(space: Workspace, search: str) -> None:
    names = {tag(asked(space, one), "v") for one in ("lens=happened", f"{search}&lens=happened")}
    assert len(names) == 2
    assert tag(asked(space, search), "v") != tag(asked(space, search), "another version")


def test_the_order_in_which_values_were_chosen_does_not_matter(space: Workspace) -> None:
    assert tag(asked(space, "country=RUS,CUB"), "v") == tag(asked(space, "country=CUB,RUS"), "v")


def test_the_zoom_matters_only_where_days_are_counted_in_bins(space: Workspace, crowd: Workspace) -> None:
    zoom = "zoom=2019-03-01..2019-05-15"
    assert asked(space, zoom) == asked(space, "")
    assert asked(crowd, zoom) != asked(crowd, "")


def test_readers_share_the_cubes_of_a_question(space: Workspace) -> None:
    whole, period = (cubes(space, asked(space, f"country=RUS{more}")) for more in ("", "&from=2019-03-01"))
    assert all(whole[name] is period[name] for name in whole)


def test_another_country_leaves_the_cube_of_the_countries_as_it_is(space: Workspace) -> None:
    one, other = (cubes(space, asked(space, f"kind=flight&country={country}")) for country in ("RUS", "CUB"))
    assert one["countries"] is other["countries"]
    assert one["places"] is not other["places"]


# --- over the wire


@pytest.mark.parametrize(
    ("accepted", "decode"), [("", bytes), ("gzip", gzip.decompress), ("gzip, br", brotli.decompress)]
)
def test_the_body_comes_in_the_best_encoding(
    client: FlaskClient, space: Workspace, accepted: str, decode: Callable[[bytes], bytes]
) -> None:
    answer = client.get(PATH, headers={"Accept-Encoding": accepted})
    assert decode(answer.data) == body(space, asked(space, ""))
    assert "Accept-Encoding" in answer.vary


def test_what_every_first_visit_asks_for_is_prepared_and_sent_so(
    client: FlaskClient, space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "PREPARED", {})
    assert PATH in client.application.config["WARM"]
    quick = server.compressed(counts := body(space, asked(space, "")), "br")
    server._prepare(counts)
    assert len(server.compressed(counts, "br")) < len(quick)


def test_who_has_the_cubes_is_not_sent_them_again(client: FlaskClient) -> None:
    first = client.get(PATH, headers={"Accept-Encoding": "br"})
    name = first.headers["ETag"]
    again = client.get(f"{PATH}?from=2019-03-01", headers={"Accept-Encoding": "br", "If-None-Match": name})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", name)
    other = client.get(f"{PATH}?country=RUS", headers={"Accept-Encoding": "br", "If-None-Match": name})
    assert other.status_code == 200


def test_cubes_are_kept_for_good_where_the_address_names_the_version_of_the_data(
    client: FlaskClient, space: Workspace
) -> None:
    rules = [client.get(f"{PATH}?v={v}").headers["Cache-Control"] for v in (space.store.version, "old", "")]
    assert "immutable" in rules[0]
    assert rules[1:] == ["no-cache", "no-cache"]


def test_there_are_no_cubes_of_an_unknown_dossier(client: FlaskClient) -> None:
    assert client.get("/data/other/cubes").status_code == 404


# --- crowds


def line_of_crowd(space: Workspace, search: str = "?lens=happened") -> TimelineView:
    view = parse(search, space.vocabulary, space.default).view
    return timeline_view(space, view, results.fetch(space, view), Appearance.LIGHT)


def test_where_no_event_is_drawn_by_itself_the_density_is_parted_by_kind(
    crowd: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "MOST_DRAWN", 10)
    line = line_of_crowd(crowd)
    assert line.marks == ()
    assert [sum(bins) for bins in zip(*(kind.counts for kind in line.kinds), strict=True)] == [
        count for _, _, count in line.density
    ]
    assert len({kind.colour for kind in line.kinds}) == len(line.kinds) <= 7


def test_the_bars_of_the_density_are_whole_bins_and_follow_each_other(made: Callable[..., Dossier]) -> None:
    days = ("1900-01-01", "1950-06-01", "1950-06-02", "2019-12-31")
    far = made([{"when": day} for day in days])
    line = line_of_crowd(opened(far, Store.of(far, most_exact=1)))
    assert line.bin_days > 1
    assert [first for first, _, _ in line.density][1:] == [last + 1 for _, last, _ in line.density][:-1]
    assert sum(count for _, _, count in line.density) == len(days)


def test_every_event_of_a_crowd_is_in_its_cubes(crowd: Workspace) -> None:
    found = cubes(crowd, asked(crowd, "lens=happened"))
    assert int(overlap(found["kinds"], None, None).sum()) == int(overlap(found["overall"], None, None)[0]) > 0
