"""EDGE. The same page written plainly in Dash: pandas callbacks, figures made anew, the full plotly.js.

`python -m tests.benchmarks.peers.dash_plain events.parquet --assets DIR --port 8060` serves it. Map and shapes stay on
this machine: Plotly would ask another host for the outlines of the world.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import dash
import pandas as pd
import plotly
import plotly.graph_objects as go
import waitress
from dash import Input, Output, dcc, html
from playwright.sync_api import Page

from geodata.boundaries import countries
from geodata.geojson import feature_collection
from tests.benchmarks.processes import free_port, python, serving, wait_for
from tests.benchmarks.subjects import Choice, Point, Served, Wanted

READ: Final = "seconds of reading: "
COLUMNS: Final = ["date", "country", "actor1", "actor2", "kind"]
OUTLINES: Final = """
const nothing = { type: "GeometryCollection", geometries: [] };
const layers = ["coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits"];
const objects = Object.fromEntries(layers.map((layer) => [layer, nothing]));
const outline = { type: "Topology", arcs: [], objects };
window.PlotlyGeoAssets = { topojson: { world_110m: outline, world_50m: outline } };
"""


# ── The page ───────────────────────────────────────────────────────────────────────────────


def make_app(events: pd.DataFrame, assets: Path) -> dash.Dash:
    """A map, a histogram of months with a slider under it, and two menus."""
    months = events["date"].dt.to_period("M")
    events = events.assign(month=months.astype("int64") - int(months.min().ordinal))
    last = int(events["month"].max())
    names = [str(months.min() + i) for i in range(last + 1)]
    actors = sorted({*events["actor1"].dropna(), *events["actor2"].dropna()})
    app = dash.Dash(assets_folder=str(assets), title="Events")
    app.layout = html.Div(
        [
            dcc.Dropdown(actors, id="actor", placeholder="Actor"),
            dcc.Dropdown(sorted(events["kind"].unique()), id="kind", placeholder="Kind"),
            dcc.Graph(id="map", style={"height": 520}),
            dcc.Graph(id="histogram", style={"height": 200}),
            dcc.RangeSlider(0, last, 1, value=[0, last], marks=None, id="period", updatemode="drag"),
        ]
    )

    @app.callback(
        Output("map", "figure"),
        Output("histogram", "figure"),
        Input("actor", "value"),
        Input("kind", "value"),
        Input("period", "value"),
    )
    def draw(actor: str | None, kind: str | None, period: list[int]) -> tuple[go.Figure, go.Figure]:
        chosen = events
        if actor:
            chosen = chosen[(chosen["actor1"] == actor) | (chosen["actor2"] == actor)]
        if kind:
            chosen = chosen[chosen["kind"] == kind]
        inside = chosen[chosen["month"].between(period[0], period[1])]
        return world(inside["country"].value_counts()), histogram(chosen["month"].value_counts(), names)

    return app


def world(counts: pd.Series[int]) -> go.Figure:
    figure = go.Figure(
        go.Choropleth(geojson="/assets/world.geojson", locations=counts.index, z=counts, colorscale="Blues", zmin=0)
    )
    figure.update_geos(visible=False, fitbounds=False, projection_type="equal earth")
    return figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0})


def histogram(counts: pd.Series[int], names: list[str]) -> go.Figure:
    counts = counts.reindex(range(len(names)), fill_value=0)
    return go.Figure(go.Bar(x=names, y=counts)).update_layout(margin={"l": 40, "r": 0, "t": 0, "b": 20})


def write_assets(folder: Path) -> None:
    """The shapes of the map, and empty outlines in place of those from elsewhere."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "world.geojson").write_text(json.dumps(feature_collection(countries())), "utf-8")
    (folder / "outlines.js").write_text(OUTLINES, "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers.dash_plain")
    parser.add_argument("events", type=Path)
    parser.add_argument("--assets", type=Path, required=True)
    parser.add_argument("--port", type=int, default=8060)
    wanted = parser.parse_args()
    start = time.perf_counter()
    events = pd.read_parquet(wanted.events, columns=COLUMNS)
    events["date"] = pd.to_datetime(events["date"])
    print(f"{READ}{time.perf_counter() - start}", flush=True)
    app = make_app(events, wanted.assets)
    waitress.serve(app.server, host="127.0.0.1", port=wanted.port, threads=8)


# ── As a subject ───────────────────────────────────────────────────────────────────────────


class PlainDash:
    """That page, served by waitress with as many threads as ours."""

    name = "dash"
    map = "#map"
    countries = "#map .choroplethlayer path"
    is_drawn = '["#map .choroplethlayer path", "#histogram .barlayer path"].every((one) => document.querySelector(one))'

    @contextmanager
    def serve(self, data: Path, folder: Path) -> Iterator[Served]:
        assets, log, port = folder / "assets", folder / "dash.log", free_port()
        write_assets(assets)
        command = python("tests.benchmarks.peers.dash_plain", str(data), "--assets", str(assets), "--port", str(port))
        with serving(command, log) as process:
            url = f"http://127.0.0.1:{port}/"
            wait_for(url, process, log)
            reading = log.read_text("utf-8").partition(READ)[2].split()[0]
            yield Served(url, [process], float(reading))

    def track(self, page: Page) -> tuple[Point, Point]:
        """The upper handle of the slider, drawn to the left."""
        handles = page.locator("#period [role=slider]")
        low, high = (handles.nth(i).bounding_box() for i in range(2))
        if not low or not high:
            raise RuntimeError("the slider has no handles")
        y = high["y"] + high["height"] / 2
        x = high["x"] + high["width"] / 2
        return (x, y), (x - 0.6 * (high["x"] - low["x"]), y)

    def reset(self, page: Page) -> None:
        page.locator("#period [role=slider]").nth(1).press("End")
        page.wait_for_timeout(500)

    def choices(self, page: Page, wanted: Sequence[Wanted]) -> list[Choice]:
        """Each takes the place of the one before in its menu."""
        return [self._choice(page, field, value) for field, value in wanted]

    def _choice(self, page: Page, field: str, value: str) -> Choice:
        option = page.locator(".dash-dropdown-content .dash-dropdown-option", has_text=value).first

        def reach() -> None:
            page.locator(f"#{field}").click()
            page.locator(".dash-dropdown-search").fill(value)
            option.wait_for()

        return Choice(reach, option.click)

    def versions(self) -> dict[str, str]:
        return {"dash": dash.__version__, "plotly": plotly.__version__, "pandas": pd.__version__}


if __name__ == "__main__":
    main()
