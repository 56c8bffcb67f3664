/* Colours what Plotly has drawn, straight in the DOM, so that a frame costs no redraw. */
import { diameter, number } from "./bubbles.mjs";
import { categories, counts, isIn, tally } from "./categories.mjs";

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
  `<pattern id="fill-disputed" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="0.9" height="5" fill="${ink}" fill-opacity="0.55"/></pattern>`;

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

/** The drawn traces of a graph by the names that dashboard/figures/map.py gave them. */
export function traces(graph) {
  const found = new Map();
  for (const group of graph.querySelectorAll("g.trace")) {
    const name = group.__data__?.[0]?.trace?.name;
    if (name) found.set(name, group);
  }
  return found;
}

/** Recolour the map for a moment: a period, a cursor day, and how uncertain dates count. */
export function paintMap(graph, scene, moment) {
  const drawn = traces(graph);
  const found = categories(scene, moment);
  const fills = scene.categories.map(fillOf);
  const states = [...(drawn.get("states")?.querySelectorAll("path") ?? [])];
  for (const path of states) path.style.fill = fills[found.get(path.__data__.loc) ?? scene.blank];
  for (const path of drawn.get("disputed")?.querySelectorAll("path") ?? []) dispute(path);
  paintDots(graph, drawn, found, fills, scene.blank);
  for (const text of drawn.get("labels")?.querySelectorAll("text") ?? []) halo(text);
  paintBubbles(drawn.get("bubbles"), scene, moment);
  paintLegs(drawn, scene, moment);
  return tally(found, scene);
}

/** Labels stay readable on any fill. */
function halo(text) {
  Object.assign(text.style, { paintOrder: "stroke", stroke: colours().paper, strokeWidth: "3px", strokeLinejoin: "round" });
}

function dispute(path) {
  path.style.fill = "url(#fill-disputed)";
  path.style.strokeDasharray = "2.5 2";
}

function paintDots(graph, drawn, found, fills, blank) {
  const ids = graph.data.find((trace) => trace.name === "dots")?.customdata ?? [];
  drawn.get("dots")?.querySelectorAll("path.point").forEach((path, i) => {
    path.style.fill = fills[found.get(ids[i]) ?? blank];
  });
}

function paintBubbles(group, scene, moment) {
  if (!group) return;
  const numbers = counts(scene.places, moment);
  const index = new Map(scene.places.keys.map((key, i) => [key, i]));
  const sizes = scene.clusters.map((places) => places.reduce((sum, key) => sum + numbers[index.get(key)], 0));
  const texts = group.querySelectorAll("text");
  group.querySelectorAll("path.point").forEach((path, i) => {
    const radius = diameter(sizes[i], scene.most) / 2;
    path.setAttribute("d", scene.areas[i] ? square(radius) : circle(radius));
    path.style.visibility = radius ? "visible" : "hidden";
    if (texts[i]) write(texts[i].querySelector("tspan") ?? texts[i], number(sizes[i], scene.most) || "\u200b");
    if (texts[i] && scene.areas[i]) halo(texts[i]);
  });
}

const circle = (r) => `M${r},0A${r},${r} 0 1,1 0,${-r}A${r},${r} 0 0,1 ${r},0Z`;
const square = (r) => `M${r},${r}H${-r}V${-r}H${r}Z`;

function paintLegs(drawn, scene, moment) {
  const byEvent = new Map(scene.records.map((event) => [event.id, event]));
  for (const [name, group] of drawn) {
    if (!name.startsWith("leg ")) continue;
    const event = byEvent.get(scene.legs[name.slice(4)]);
    group.style.display = event && isIn(event, moment) ? "" : "none";
    group.style.opacity = 1;
    for (const text of group.querySelectorAll("text")) halo(text);
  }
}

/** Replace the words of an element in place, so that the text node Dash's renderer knows stays its own. */
export function write(element, text) {
  if (!element) return;
  if (element.firstChild?.nodeType === Node.TEXT_NODE) element.firstChild.nodeValue = text;
  else element.textContent = text;
}
