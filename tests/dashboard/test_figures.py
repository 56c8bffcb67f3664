"""The figures mean what the view models say, and no word of a dossier becomes markup in them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures import map as maps
from dashboard.figures import timeline as timelines
from dashboard.figures.map import BaseMap
from dashboard.panels import atlas, timeline
from dashboard.view import Camera, Projection
from dashboard.view_model.appearance import Appearance
from dashboard.view_model.maps import MapView
from dashboard.view_model.text import count_noun, escape, wrapped
from dashboard.view_model.timelines import TimelineView

MapOf = Callable[..., MapView]
LineOf = Callable[..., TimelineView]
MARKUP = re.compile(r"<(?!/?(?:b|i|br)>)|%\{|\$")


def drawn(shown: MapView, base: BaseMap, projection: Projection = Projection.EQUAL_EARTH, **more: Any) -> go.Figure:
    return go.Figure(maps.figure(shown, base, projection, more.get("camera"), more.get("look", Appearance.LIGHT)))


def plotted(*args: Any, **more: Any) -> go.Figure:
    return go.Figure(timelines.figure(*args, **more))


def traces(figure: go.Figure) -> dict[str, Any]:
    return {trace.name: trace for trace in figure.data}


@pytest.fixture(scope="module")
def events_map(map_of: MapOf, base: BaseMap) -> go.Figure:
    return drawn(map_of("?lens=happened"), base)


# --- the map


def test_the_map_is_states_under_disputes_under_dots_arcs_and_bubbles(events_map: go.Figure) -> None:
    order = ["states", "disputed", "dot targets", "dots", "leg", "bubbles"]
    names = [trace.name.partition(" ")[0] if trace.name.startswith("leg ") else trace.name for trace in events_map.data]
    assert [name for name in dict.fromkeys(names) if name in order] == order


def test_every_state_is_where_its_category_says(map_of: MapOf, base: BaseMap) -> None:
    shown = map_of("?lens=stands&on=2019-04-30")
    states = traces(drawn(shown, base))["states"]
    assert list(states.locations) == [shade.country for shade in shown.shades]
    assert list(states.z) == [shade.category for shade in shown.shades]
    assert [colour for _, colour in states.colorscale[::2]] == [category.colour for category in shown.categories]


def test_a_step_of_the_colour_scale_is_one_category(map_of: MapOf, base: BaseMap) -> None:
    shown = map_of("?lens=stands")
    states = traces(drawn(shown, base))["states"]
    n = len(shown.categories)
    for z in range(n):
        share = (z - states.zmin) / (states.zmax - states.zmin)
        assert [c for edge, c in states.colorscale if edge <= share][-1] == shown.categories[z].colour


def test_only_what_is_known_is_a_solid_line(map_of: MapOf, base: BaseMap) -> None:
    shown = map_of("?lens=happened")
    lines = traces(drawn(shown, base))
    assert {leg.is_solid: lines[f"leg {leg.id}"].line.dash for leg in shown.legs} == {True: "solid", False: "dot"}


def test_a_country_is_a_square_and_a_place_a_circle_wherever_a_bubble_may_stand(map_of: MapOf, base: BaseMap) -> None:
    shown = map_of("?lens=happened")
    bubbles = traces(drawn(shown, base))["bubbles"]
    signs = dict(zip(bubbles.ids, bubbles.marker.symbol, strict=True))
    assert {bubble.places[0] for bubble in shown.bubbles} <= set(signs)
    assert {place for place, sign in signs.items() if sign == "square"} == {
        b.places[0] for b in shown.bubbles if b.is_area
    }


def test_a_journey_that_was_not_surely_flown_says_so_once_on_its_line(map_of: MapOf, base: BaseMap) -> None:
    shown = map_of("?lens=happened")
    lines = traces(drawn(shown, base))
    for leg in shown.legs:
        said = [text for text in lines[f"leg {leg.id}"].text if text]
        assert said == ([] if leg.is_solid else [leg.status])


def test_a_small_state_can_be_hit_with_a_finger(events_map: go.Figure) -> None:
    assert traces(events_map)["dot targets"].marker.size >= 24


@pytest.mark.parametrize("projection", Projection)
@pytest.mark.parametrize("camera", [None, Camera(-66.9, 10.5, 4)])
def test_the_map_draws_itself_from_our_files_alone(
    map_of: MapOf, base: BaseMap, projection: Projection, camera: Camera | None
) -> None:
    figure = drawn(map_of("?lens=happened"), base, projection, camera=camera)
    geo = figure.layout.geo
    assert (geo.visible, geo.fitbounds) == (False, False)
    assert geo.projection.scale == (camera.zoom if camera else 1)
    assert {trace.geojson for trace in figure.data if trace.type == "choropleth"} <= {
        base.countries_url,
        base.disputed_url,
    }


def test_the_outline_of_the_chosen_is_painted_and_needs_no_other_map(map_of: MapOf, base: BaseMap) -> None:
    chosen, plain = map_of("?lens=happened&country=RUS,CUB"), map_of("?lens=happened")
    assert maps.painted(chosen)["selected"] == ("CUB", "RUS")
    assert named(chosen, base) == named(plain, base)


FILTERS = ["country=RUS", "kind=flight", "q=flight", "from=2019-03-20&to=2019-04-30", "known=2019-04-01"]


@pytest.mark.parametrize("search", FILTERS)
@pytest.mark.parametrize("lens", ["happened", "stands"])
def test_no_filter_and_no_period_draws_the_map_anew(map_of: MapOf, base: BaseMap, lens: str, search: str) -> None:
    filtered, plain = map_of(f"?lens={lens}&{search}"), map_of(f"?lens={lens}")
    assert named(filtered, base) == named(plain, base)
    spots, every = ([trace for trace in drawn(one, base).data if trace.name == "bubbles"] for one in (filtered, plain))
    assert [one.ids for one in spots] == [one.ids for one in every]


def test_another_lens_projection_camera_or_paper_is_another_map(map_of: MapOf, base: BaseMap) -> None:
    happened, stands = map_of("?lens=happened"), map_of("?lens=stands")
    other = [
        named(stands, base),
        named(happened, base, projection=Projection.GLOBE),
        named(happened, base, camera=Camera(1, 2, 3)),
        named(happened, base, look=Appearance.DARK),
    ]
    assert len({named(happened, base), *other}) == 5


def named(shown: MapView, base: BaseMap, projection: Projection = Projection.EQUAL_EARTH, **more: Any) -> str:
    return maps.key(shown, base, projection, more.get("camera"), more.get("look", Appearance.LIGHT))


# --- the timeline


def test_a_mark_is_drawn_by_its_precision(line_of: LineOf) -> None:
    view = line_of("?lens=happened")
    figure = plotted(view, Appearance.LIGHT)
    keys = {key for trace in figure.data if trace.name not in {"density"} for key in (trace.customdata or ())}
    assert {mark.record for mark in view.marks} <= {str(key) for key in keys}


def test_the_axis_is_the_window_and_its_ticks(line_of: LineOf) -> None:
    view = line_of("?lens=happened&zoom=2019-01-01..2019-06-30")
    axis = plotted(view, Appearance.LIGHT).layout.xaxis
    assert tuple(axis.range) == view.window
    assert list(axis.tickvals) == [tick.day for tick in view.ticks]


def test_lanes_read_from_above_as_they_are_listed(line_of: LineOf) -> None:
    view = line_of("?lens=happened&lanes=side")
    axis = plotted(view, Appearance.LIGHT).layout.yaxis
    assert [html.unescape(re.sub("<br>", " ", text)) for text in axis.ticktext] == [label for _, label in view.lanes]
    assert axis.range[0] > axis.range[1]


def test_a_narrow_screen_gets_a_narrow_margin(line_of: LineOf) -> None:
    wide, narrow = (plotted(line_of("?lens=happened"), Appearance.LIGHT, is_narrow=n) for n in (False, True))
    assert narrow.layout.margin.l < wide.layout.margin.l


@pytest.mark.parametrize("config", [atlas.GRAPH_CONFIG, timeline.GRAPH_CONFIG], ids=["map", "timeline"])
def test_no_figure_offers_to_send_its_data_to_a_cloud(config: dict[str, object]) -> None:
    assert config["showSendToCloud"] is False
    assert config["displayModeBar"] is False


def test_the_map_asks_no_other_host_for_its_topology() -> None:
    assert str(atlas.GRAPH_CONFIG["topojsonURL"]).startswith("/")


# --- words


@given(st.text() | st.lists(st.sampled_from(["<", ">", "&", "%", "{", "$", "%{x}", "<b>", "&#36;", "a"])).map("".join))
def test_an_escaped_text_has_nothing_that_plotly_would_act_on(text: str) -> None:
    safe = escape(text)
    assert not {"<", ">", "$"} & set(safe)
    assert "%{" not in safe


@given(st.text(st.characters(exclude_categories=["C"], exclude_characters="\u0085"), max_size=40))
def test_an_escaped_text_reads_as_it_was_written(text: str) -> None:
    assert html.unescape(escape(text)) == text


@given(st.text(max_size=200), st.integers(5, 60))
def test_wrapping_adds_line_ends_and_nothing_else(text: str, width: int) -> None:
    lines = wrapped(text, width).split("<br>")
    assert not any(MARKUP.search(line) for line in lines)
    assert all(len(html.unescape(line)) <= width for line in lines)
    assert "".join(html.unescape("".join(lines)).split()) == "".join(html.unescape(escape(text)).split())


@pytest.mark.parametrize(("count", "said"), [(0, "no events"), (1, "1 event"), (2, "2 events"), (1200, "1,200 events")])
def test_a_count_reads_as_english(count: int, said: str) -> None:
    assert count_noun(count, "event") == said
