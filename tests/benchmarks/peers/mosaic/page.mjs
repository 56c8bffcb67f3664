/* The same page with Mosaic: a brushed histogram of months, a map by country, and two menus, over a DuckDB server whose
   address stands in ?data=. Shapes are redrawn never, their fills with every answer. */
import { MosaicClient, coordinator, restConnector, Selection } from "@uwdata/mosaic-core";
import { Query, count } from "@uwdata/mosaic-sql";
import * as vg from "@uwdata/vgplot";
import { geoEqualEarth, geoPath, interpolateBlues, select } from "d3";

const WIDTH = 1424;
const SVG = { map: 560, histogram: 220 };

/** Countries filled by their number of events. */
class World extends MosaicClient {
  constructor(parent, shapes, filterBy) {
    super(filterBy);
    const path = geoPath(geoEqualEarth().fitSize([WIDTH, SVG.map], shapes));
    const svg = select(parent).append("svg").attr("width", WIDTH).attr("height", SVG.map);
    this.paths = svg.selectAll("path").data(shapes.features).join("path").attr("d", path).attr("stroke", "#fff");
  }

  query(filter = []) {
    return Query.from("events").select({ country: "country", events: count() }).groupby("country").where(filter);
  }

  queryResult(data) {
    const { country, events } = data.toColumns();
    const numbers = new Map(Array.from(country, (id, i) => [id, Number(events[i])]));
    const most = Math.max(1, ...numbers.values());
    this.paths.attr("fill", ({ id }) => interpolateBlues((numbers.get(id) ?? 0) / most));
    return this;
  }
}

coordinator().logger(null);
coordinator().databaseConnector(restConnector({ uri: new URLSearchParams(location.search).get("data") }));
const shapes = await (await fetch("world.json")).json();
const chosen = Selection.crossfilter();
document.getElementById("menus").append(
  vg.menu({ label: "Actor", as: chosen, from: "events", column: "actor" }),
  vg.menu({ label: "Kind", as: chosen, from: "events", column: "kind" }),
);
coordinator().connect(new World(document.getElementById("map"), shapes, chosen));
document.getElementById("histogram").append(
  vg.plot(
    vg.rectY(vg.from("events", { filterBy: chosen }), { x: vg.bin("date", { interval: "month" }), y: vg.count(), fill: "steelblue" }),
    vg.intervalX({ as: chosen }),
    vg.width(WIDTH),
    vg.height(SVG.histogram),
  ),
);
