/* Colours what Plotly has drawn, straight in the DOM, so that a frame costs no redraw. */
import { clustered, diameter, mostOf, names, number, reachAt, tooltip } from "./bubbles.mjs";
import { categories, counts, isIn, tally } from "./categories.mjs";
import { overlap } from "./cube.mjs";
import { drawing, full, traces } from "./drawn.mjs";
import { arrange, clear, isOver, legible, showName, showNumber } from "./labels.mjs";
import { isNew, write } from "./writing.mjs";

const SVG = "http://www.w3.org/2000/svg";

/** CSS value that fills a category, by pattern where it has one. */
export const fillOf = (category) => (category.pattern === "solid" ? category.colour : `url(#fill-${category.id})`);

/** Pattern definitions for the categories of a scene. The same markup goes into exported pictures. */
export function patternMarkup(scene) {
  const { ink, paper } = colours();
  return scene.categories.filter((category) => category.pattern !== "solid").map((category) => pattern(category, ink, paper)).join("") + hatch(ink);
}

export function colours() {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(`--${name}`).trim();
  return { ink: token("ink"), soft: token("soft-ink"), paper: token("paper"), panel: token("panel"), line: token("hairline"), accent: token("accent") };
}

const STROKES = {
  hatch: (colour, _ink, paper) => `<rect width="6" height="6" fill="${paper}"/><rect width="3.4" height="6" fill="${colour}"/>`,
  dots: (colour, ink) => `<rect width="6" height="6" fill="${colour}"/><circle cx="3" cy="3" r="0.8" fill="${ink}" fill-opacity="0.35"/>`,
  outline: (colour, ink) => `<rect width="6" height="6" fill="${colour}"/><rect width="6" height="1.1" fill="${ink}"/>`,
};

function pattern(category, ink, paper) {
  const marks = (STROKES[category.pattern] ?? STROKES.hatch)(category.colour, ink, paper);
  return `<pattern id="fill-${category.id}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">${marks}</pattern>`;
}

const hatch = (ink) =>
  `<pattern id="fill--disputed" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="0.9" height="5" fill="${ink}" fill-opacity="0.55"/></pattern>`;

/** Put the pattern definitions of a scene into the page. */
export function definePatterns(scene) {
  let holder = document.getElementById("patterns");
  if (!holder) {
    holder = document.createElementNS(SVG, "svg");
    Object.assign(holder, { id: "patterns" });
    holder.setAttribute("aria-hidden", "true");
    holder.setAttribute("class", "patterns");
    document.body.append(holder);
  }
  holder.innerHTML = `<defs>${patternMarkup(scene)}</defs>`;
}

/** Recolour the map for a moment: a period, a cursor day, and how uncertain dates count. */
export function paintMap(graph, scene, moment) {
  const { shapes, marks, legs } = drawing(graph);
  const found = categories(scene, moment);
  const fills = scene.categories.map(fillOf);
  for (const shape of shapes) fill(shape, fills[found.get(shape.country) ?? scene.blank]);
  paintBubbles(graph, marks, scene, moment);
  paintLegs(legs, scene, moment);
  return tally(found, scene);
}

// ── What changes with the view ─────────────────────────────────────────────────────────────

/** Write into a drawn map what its view says beside the colours: tooltips, names, marks, outlines. */
export function dress(graph, scene, paint) {
  const drawn = drawing(graph);
  const ink = colours();
  if (isNew(drawn, "isPrepared", true)) prepare(graph, drawn, ink);
  for (const name of ["states", "dots", "dot targets"]) explain(full(graph, name), paint.hovers);
  dressBubbles(graph, drawn.marks, scene, paint, ink);
  giveWay(drawn);
  outline(graph, drawn.shapes, paint, ink);
}

/** What stays as long as a map is not drawn anew. */
function prepare(graph, { traces: groups, legs }, { paper }) {
  clear(graph, paper);
  for (const path of groups.get("disputed")?.querySelectorAll("path") ?? []) dispute(path);
  for (const [, group] of legs) for (const text of group.querySelectorAll("text")) halo(text, paper);
}

/** Tooltips by country. */
function explain(trace, hovers) {
  const countries = trace?.locations ?? trace?.customdata ?? [];
  countries.forEach((country, i) => (trace.text[i] = hovers[country] ?? ""));
}

/** Each bubble is drawn at the first of its places: there it has its name, its tooltip, and the events that a click offers. */
function dressBubbles(graph, marks, scene, paint, { ink, accent }) {
  const { hovertext } = full(graph, "bubbles") ?? {};
  const named = readable(graph, scene.bubbles, names(scene.bubbles, scene.zoom));
  const bubbleAt = new Map(scene.bubbles.map((bubble, i) => [bubble.places[0], i]));
  const events = eventsByPlace(scene);
  marks.forEach((mark, i) => {
    const at = bubbleAt.get(mark.place);
    const places = scene.bubbles[at]?.places ?? [];
    const isMarked = places.some((one) => paint.marked.includes(one));
    hovertext[i] = at === undefined ? "" : tooltip(scene.bubbles[at], scene.noun);
    Object.assign(mark.path.__data__, { places, data: places.flatMap((one) => events.get(one) ?? []).join("|") });
    if (isNew(mark, "isMarked", isMarked)) Object.assign(mark.path.style, { stroke: isMarked ? accent : ink, strokeWidth: isMarked ? "2.6px" : "1.4px" });
    showName(graph, mark, named[at] ?? "");
  });
}

/** Words at journeys give way to the names of places. */
function giveWay({ legs, marks }) {
  const texts = legs.flatMap(([, group]) => [...group.querySelectorAll("text")]);
  if (!texts.length) return;
  const names = marks.flatMap(({ named }) => (named ? [named.getBoundingClientRect()] : []));
  const covered = texts.map((text) => names.some((name) => isOver(text.getBoundingClientRect(), name)));
  texts.forEach((text, i) => (text.style.visibility = covered[i] ? "hidden" : ""));
}

/** The names of bubbles without those that could not be read where the map stands now. */
function readable(graph, bubbles, given) {
  const { geo, width } = graph._fullLayout;
  const projection = geo?._subplot?.projection;
  const most = mostOf(bubbles);
  const spots = bubbles.map(({ lon, lat, count }, i) => {
    const [x, y] = projection([lon, lat]) ?? [NaN, NaN];
    return { x, y, radius: diameter(count, most) / 2, name: given[i] };
  });
  const found = legible(spots, width);
  return given.map((name, i) => (found.has(i) ? name : ""));
}

/** The events at each place, unless there are too many to name them. */
function eventsByPlace({ isComplete, records }) {
  const found = new Map();
  for (const { id, place: at } of isComplete ? records : []) found.set(at, [...(found.get(at) ?? []), id]);
  return found;
}

const OUTLINES = [["changed", 0.9], ["selected", 1.8]];
const following = new WeakMap();

/** Lines around some countries, over all countries, which follow the map as it is moved. */
function outline(graph, drawn, paint, { ink }) {
  const shapes = new Map(drawn.filter(({ path }) => path.closest(".choroplethlayer")).map(({ country, path }) => [country, path]));
  following.get(graph)?.disconnect();
  graph.querySelector("g.outlines")?.remove();
  const group = document.createElementNS(SVG, "g");
  group.setAttribute("class", "outlines");
  const lines = OUTLINES.flatMap(([name, width]) => paint[name].filter((country) => shapes.has(country)).map((country) => [shapes.get(country), line(name, country, width, ink)]));
  const follow = () => lines.forEach(([shape, drawnLine]) => drawnLine.setAttribute("d", shape.getAttribute("d") ?? "")); // none behind the globe
  follow();
  group.append(...lines.map(([, drawnLine]) => drawnLine));
  graph.querySelector(".choroplethlayer")?.after(group);
  const observer = new MutationObserver(follow);
  for (const [shape] of lines) observer.observe(shape, { attributes: true, attributeFilter: ["d"] });
  following.set(graph, observer);
}

function line(name, country, width, ink) {
  const path = document.createElementNS(SVG, "path");
  path.dataset[name] = country;
  Object.assign(path.style, { fill: "none", stroke: ink, strokeWidth: `${width}px`, pointerEvents: "none" });
  return path;
}

/** The entries of the legend, where the classes of counts have changed; the numbers are written as in `stage.show`. */
export function legend(holder, categories) {
  const entries = [...holder.querySelectorAll("li")];
  const isKnown = ({ id, colour }, i) => entries[i]?.dataset.id === id && entries[i].querySelector(".swatch").style.getPropertyValue("--swatch") === colour;
  if (entries.length === categories.length && categories.every(isKnown)) return;
  holder.querySelector("ul")?.replaceChildren(...categories.map(entry));
}

function entry({ id, label, colour, pattern }, i) {
  const item = document.createElement("li");
  const [swatch, words, number] = ["span", "span", "b"].map((name) => item.appendChild(document.createElement(name)));
  item.dataset.id = id;
  swatch.className = `swatch ${pattern}`;
  swatch.style.setProperty("--swatch", colour);
  swatch.setAttribute("aria-hidden", "true");
  words.textContent = label;
  number.dataset.category = i;
  return item;
}

const HEADROOM = 0.95;

/** The density of a drawn timeline, all of it or by kind, as the cubes of a view have it; the view draws it again. */
export function paintDensity(timeline, scene) {
  const drawn = [...traces(timeline)].filter(([name]) => name.startsWith("density")).reverse();
  const layers = drawn.map(([name, group]) => ({ group, cube: scene.kinds ?? scene.overall, ...full(timeline, name) }));
  if (!layers.length || layers.some(({ cube, meta }) => !cube || meta === "*")) return;
  const days = layers[0].customdata.slice(0, -1);
  const rows = layers.map(({ cube, meta }) => days.map(([first, last]) => countOf(cube, meta, first, last)));
  for (let k = 1; k < rows.length; k += 1) rows[k] = rows[k].map((count, i) => count + rows[k - 1][i]);
  const most = Math.max(1, ...rows.at(-1));
  layers.forEach(({ group, x }, k) => step(group, timeline._fullLayout, x, rows[k].map((count) => count / most)));
}

function countOf(cube, kind, first, last) {
  const numbers = overlap(cube, first, last);
  return kind ? (numbers[cube.keys.indexOf(kind)] ?? 0) : numbers.reduce((sum, number) => sum + number, 0);
}

/** A stepped area over the bins, its heights as shares of the highest. */
function step(group, { xaxis, yaxis2 }, x, heights) {
  const [left, floor] = [xaxis.d2p(x[0]), yaxis2._length];
  const tops = heights.map((height, i) => `V${floor * (1 - HEADROOM * height)}H${xaxis.d2p(x[i + 1])}`).join("");
  group.querySelector("path.js-line")?.setAttribute("d", `M${left},${floor}${tops}`);
  group.querySelector("path.js-fill")?.setAttribute("d", `M${left},${floor}${tops}V${floor}Z`);
}

// ── What changes with the hand ─────────────────────────────────────────────────────────────

/** Labels stay readable on any fill. */
function halo(text, paper) {
  Object.assign(text.style, { paintOrder: "stroke", stroke: paper, strokeWidth: "3px", strokeLinejoin: "round" });
}

function dispute(path) {
  path.style.fill = "url(#fill--disputed)";
  path.style.strokeDasharray = "2.5 2";
}

function fill(shape, value) {
  if (isNew(shape, "fill", value)) shape.path.style.fill = value;
}

/** The bubbles of a view on a drawn map, where it has any: near places share one. */
export function bubblesOf(graph, { places, zoom }, moment) {
  const { ids = [], lon, lat, marker, meta } = full(graph, "bubbles") ?? {};
  const at = new Map(places.keys.map((key, i) => [key, i]));
  const [numbers, totals] = [counts(places, moment), overlap(places, null, null)];
  const single = ids.map((place, i) => ({
    places: [place],
    label: meta.labels[i],
    lon: lon[i],
    lat: lat[i],
    count: numbers[at.get(place)] ?? 0,
    total: totals[at.get(place)] ?? 0,
    isArea: marker.symbol[i] === "square",
    isSettlement: meta.settlements[i],
  }));
  return clustered(single.filter(({ total }) => total), reachAt(zoom));
}

function paintBubbles(graph, marks, scene, moment) {
  const numbers = counts(scene.places, moment);
  const at = new Map(scene.places.keys.map((key, i) => [key, i]));
  const countOf = ({ places }) => places.reduce((sum, key) => sum + numbers[at.get(key)], 0);
  const countAt = new Map(scene.bubbles.map((bubble) => [bubble.places[0], countOf(bubble)]));
  const most = mostOf(scene.bubbles);
  for (const mark of marks) {
    const count = countAt.get(mark.place) ?? 0;
    const radius = Math.round(diameter(count, most) * 5) / 10; // no eye sees less than a tenth of a pixel
    if (isNew(mark, "radius", radius)) resize(graph, mark);
    showNumber(graph, mark, number(count, most, mark.isArea));
  }
}

function resize(graph, mark) {
  const { path, radius, isArea } = mark;
  path.setAttribute("d", isArea ? square(radius) : circle(radius));
  path.style.display = radius ? "" : "none";
  path.__data__.mrc = radius;
  place(graph, path, radius > 0);
  arrange(mark);
}

const AWAY = [0, -90];

/** A bubble without events stands where nothing can point at it, for Plotly finds points by where they are. */
function place(graph, path, isThere) {
  const datum = path.__data__;
  datum.home ??= datum.lonlat;
  const wanted = isThere ? datum.home : AWAY;
  if (datum.lonlat === wanted) return;
  const { projection } = graph._fullLayout.geo._subplot;
  datum.lonlat = wanted;
  if (projection.isLonLatOverEdges(wanted)) path.setAttribute("display", "none");
  else {
    path.setAttribute("transform", `translate(${projection(wanted)})`);
    path.removeAttribute("display");
  }
}

const circle = (r) => `M${r},0A${r},${r} 0 1,1 0,${-r}A${r},${r} 0 0,1 ${r},0Z`;
const square = (r) => `M${r},${r}H${-r}V${-r}H${r}Z`;

function paintLegs(legs, scene, moment) {
  const byEvent = new Map(legs.length ? scene.records.map((event) => [event.id, event]) : []);
  for (const [leg, group] of legs) {
    const event = byEvent.get(scene.legs[leg]);
    const isThere = Boolean(event && isIn(event, moment));
    group.style.display = isThere ? "" : "none";
    group.style.opacity = 1;
    group.__data__[0].trace.hoverinfo = isThere ? "all" : "skip";
  }
}
