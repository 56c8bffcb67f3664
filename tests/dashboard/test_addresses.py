"""No address, however odd, costs the server more than a plain one: what it asks for is bounded by what there is."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.app import create_app
from dashboard.cubes import body
from dashboard.page import Request
from dashboard.view import CLAUSES, FIELDS, Lens, parse
from dashboard.view_model.questions import Question
from dashboard.workspace import Workspace, opened
from events.dossier import Dossier
from events.store import Store

FIRST, LAST = "Y-5877640-01-01", "Y5881579-01-01"
MEGABYTE = 2**20
MOST_HELD = 64 * MEGABYTE
"""Bytes at once for one answer; a plain view of the bundled dossier takes some six million."""
MOST_SENT = 4 * MEGABYTE
"""Bytes of one answer, whose hundreds of links each repeat an address of up to 4,096 characters."""

far_days = st.sampled_from([FIRST, LAST, "0001-01-01", "9999-12-31", "1970-01-01", "2019-04-30"])
numbers = st.sampled_from(["1", "0", "-1", str(10**7 - 1), str(10**9), "9" * 300, "1e9"])
cameras = st.sampled_from(["180,90,100", "-180,-90,0.5", f"0.{'9' * 900},0,100", "999,99,999"])
FAR: dict[str, st.SearchStrategy[str]] = {
    "window": st.tuples(far_days, far_days).map("..".join),
    "camera": cameras,
    "words": st.sampled_from(["a " * 100, "a" * 200, "oil", "%"]),
    **dict.fromkeys(["on", "first", "last", "known", "against"], far_days),
    **dict.fromkeys(["page", "step", "patience"], numbers),
}
"""What is far out, by field of the view; the others take any of what follows."""


def far(attr: str, space: Workspace) -> st.SearchStrategy[str]:
    """Values of a field that an address can hold and no reader would ask for."""
    if attr in dict(CLAUSES).values():
        return st.just(",".join(space.vocabulary.names(attr))[:1_500])
    named = {"story": [*space.dossier.stories], "record": [*space.dossier.events], "lens": [*Lens]}
    others = ["timeline", "matrix", "even", "globe", "reported", "most", "1"]
    return FAR.get(attr, st.sampled_from(list(map(str, named.get(attr, others)))))


@pytest.fixture(scope="module")
def addresses(space: Workspace) -> st.SearchStrategy[str]:
    """Addresses of several fields far out at once."""
    pairs = {spec.key: far(spec.attr, space) for spec in FIELDS}
    return st.fixed_dictionaries({}, optional=pairs).map(lambda given: f"?{urlencode(given)}")


def held(ask: Callable[[], Any]) -> tuple[int, Any]:
    """The most bytes that were held at once while something was asked, and the answer."""
    tracemalloc.start()
    try:
        answer = ask()
        return tracemalloc.get_traced_memory()[1], answer
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module")
def client(dossier: Dossier) -> FlaskClient:
    found: FlaskClient = create_app({"one": dossier}).server.test_client()
    return found


@pytest.mark.parametrize("path", ["", "data/one/view/light/wide", "data/one/records.csv", "data/one/cubes"])
def test_an_address_that_is_no_text_is_refused_in_words(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/{path}", environ_overrides={"QUERY_STRING": "country=\xff&lens=stands"})
    assert (answer.status_code, "must be text in UTF-8" in answer.text) == (400, True)


@pytest.fixture(scope="module")
def cubes_of(dossier: Dossier) -> Callable[[str], bytes]:
    """The cubes of an address of a dossier that counts as a crowd."""
    crowd = opened(dossier, Store.of(dossier, most_exact=10))
    return lambda search: body(crowd, Question.of(crowd, parse(search, crowd.vocabulary, crowd.default).view))


@settings(max_examples=60)
@given(st.data())
def test_whatever_an_address_asks_for_the_answer_takes_bounded_room(
    client: FlaskClient, addresses: st.SearchStrategy[str], data: st.DataObject
) -> None:
    search = data.draw(addresses)
    path = data.draw(st.sampled_from(["view/light/wide", "view/light/wide", "positions.csv", "cubes", "story.yaml"]))
    took, answer = held(lambda: client.get(f"/data/one/{path}{search}", buffered=True))
    assert answer.status_code == 200
    assert took < MOST_HELD
    assert len(answer.get_data()) < MOST_SENT


@pytest.mark.parametrize("lens", Lens)
@pytest.mark.parametrize("first", [FIRST, "2019-01-01"])
def test_a_timeline_of_all_the_years_that_can_be_written_costs_what_one_of_a_week_costs(
    client: FlaskClient, lens: Lens, first: str
) -> None:
    took, answer = held(lambda: client.get(f"/data/one/view/light/wide?lens={lens}&zoom={first}..{LAST}"))
    assert (answer.status_code, took < MOST_HELD) == (200, True)


@settings(max_examples=20)
@given(st.data())
def test_the_cubes_of_a_crowd_have_no_more_bins_for_a_longer_window(
    cubes_of: Callable[[str], bytes], data: st.DataObject
) -> None:
    window = data.draw(FAR["window"])
    took, cubes = held(lambda: cubes_of(f"zoom={window}"))
    assert (took < MOST_HELD, len(cubes) < MOST_SENT) == (True, True)


def test_a_browser_makes_the_server_keep_no_more_than_the_names_of_its_figures() -> None:
    sent = {
        "map": "a~1,2,3",
        "matrix": "x" * 10_000,
        "timeline": ["x"],
        "y" * 10_000: "b",
    }
    assert Request.of({"search": "", "drawn": sent}).drawn == {"map": "a~1,2,3"}
