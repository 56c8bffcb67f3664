/* What Plotly has drawn of a map, found once, and what is written in it, so that nothing is written twice. */

/**
 * @typedef {object} Shape A country, or the dot of a small one
 * @property {string} country
 * @property {SVGPathElement} path
 */

/**
 * @typedef {object} Mark Where a bubble may stand
 * @property {string} place
 * @property {boolean} isArea
 * @property {SVGPathElement} path
 */

const known = new WeakMap();

/**
 * What is painted of a drawn map.
 * @returns {{ traces: Map<string, SVGGElement>, shapes: Shape[], marks: Mark[], legs: [string, SVGGElement][] }}
 */
export const drawing = (graph) => known.get(graph) ?? found(graph);

/** Plotly has drawn a map anew: what was known of it is gone. */
export const forget = (graph) => known.delete(graph);

function found(graph) {
  const groups = traces(graph);
  const states = [...within(groups.get("states"), "path")].map((path) => ({ country: path.__data__.loc, path }));
  const legs = [...groups].filter(([name]) => name.startsWith("leg ")).map(([name, group]) => [name.slice(4), group]);
  const drawn = { traces: groups, shapes: [...states, ...dots(graph, groups)], marks: marks(graph, groups), legs };
  known.set(graph, drawn);
  return drawn;
}

/** The drawn traces of a graph by the names that dashboard/figures gave them. */
export function traces(graph) {
  const found = new Map();
  for (const group of graph.querySelectorAll("g.trace")) {
    const name = group.__data__?.[0]?.trace?.name;
    if (name) found.set(name, group);
  }
  return found;
}

/** A trace as Plotly draws and hovers it. */
export const full = (graph, name) => graph._fullData.find((trace) => trace.name === name);

const within = (group, selector) => group?.querySelectorAll(selector) ?? [];

function dots(graph, groups) {
  const { customdata = [] } = full(graph, "dots") ?? {};
  return [...within(groups.get("dots"), "path.point")].map((path, i) => ({ country: customdata[i], path }));
}

function marks(graph, groups) {
  const { ids, marker } = full(graph, "bubbles") ?? {};
  return [...within(groups.get("bubbles"), "path.point")].map((path, i) => ({ place: ids[i], isArea: marker.symbol[i] === "square", path }));
}
