/* The words at the bubbles of a map: number and name. They are made where there are any, and move with their bubble, for
   Plotly would lay out two texts for every place there is. */
import { isNew, write } from "./writing.mjs";

const SVG = "http://www.w3.org/2000/svg";
const SIZE = 12;
const GAP = 4;
const LETTER = 0.56; // of the size: the width of a letter, about
const HIDES = 5; // pixels of radius from which a bubble hides the words over it

const holders = new WeakMap();

/** Have a drawn map show words at its bubbles, with none so far. */
export function clear(graph, paper) {
  holders.get(graph)?.observer.disconnect();
  graph.querySelector("g.labels")?.remove();
  const group = document.createElementNS(SVG, "g");
  const { family, color } = graph._fullLayout.font;
  group.setAttribute("class", "labels");
  Object.assign(group.style, { fontFamily: family, fontSize: `${SIZE}px`, fill: color, pointerEvents: "none", stroke: paper });
  graph.querySelector(".geolayer g.scatterlayer, .geolayer .frontplot")?.append(group);
  holders.set(graph, { group, observer: new MutationObserver((records) => new Set(records.map(({ target }) => target)).forEach(follow)) });
}

/** Write the number of a bubble: in a circle, or below a square. */
export function showNumber(graph, mark, words) {
  if (isNew(mark, "number", words)) write(textOf(graph, mark, "counted", words), words);
}

/** Write the name of a bubble, to its right. */
export function showName(graph, mark, words) {
  if (isNew(mark, "name", words)) write(textOf(graph, mark, "named", words), words);
}

/**
 * Which names can be read: none lies over another, over the bubble of another place, or beyond the right edge of the
 * map. Large bubbles come first.
 * @param {{ x: number, y: number, radius: number, name: string }[]} spots in pixels
 * @param {number} width of the map in pixels
 * @returns {Set<number>} indices of spots
 */
export function legible(spots, width) {
  const taken = [];
  const found = new Set();
  const boxes = spots.map(({ x, y, radius, name }) => ({ left: x + radius + GAP, right: x + radius + GAP + name.length * SIZE * LETTER, top: y - SIZE / 2, bottom: y + SIZE / 2 }));
  const order = [...spots.keys()].filter((i) => spots[i].name && boxes[i].right <= width).sort((a, b) => spots[b].radius - spots[a].radius);
  for (const i of order) {
    if (taken.some((other) => isOver(boxes[i], other)) || spots.some((spot, k) => k !== i && spot.radius >= HIDES && isOver(boxes[i], around(spot)))) continue;
    taken.push(boxes[i]);
    found.add(i);
  }
  return found;
}

/** Whether one box lies over another. */
export const isOver = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const around = ({ x, y, radius }) => ({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius });

/** Have the words of a bubble stand where its size leaves them room. */
export function arrange({ radius = 0, isArea, counted, named }) {
  counted?.setAttribute("y", isArea ? radius + SIZE : SIZE * 0.35);
  named?.setAttribute("x", radius + GAP);
}

/** The text of a mark, made when there are words for it. */
function textOf(graph, mark, part, words) {
  if (!mark[part] && words) {
    mark[part] = made(mark, part);
    placeOf(graph, mark).append(mark[part]);
    arrange(mark);
  }
  if (mark[part]) mark[part].style.display = words ? "" : "none";
  return mark[part];
}

function made({ isArea }, part) {
  const text = document.createElementNS(SVG, "text");
  const isCount = part === "counted";
  Object.assign(text.style, { fontWeight: isCount ? 600 : 500, textAnchor: isCount ? "middle" : "start" });
  Object.assign(text.style, isCount && !isArea ? { stroke: "none" } : { paintOrder: "stroke", strokeWidth: "3px", strokeLinejoin: "round" });
  if (!isCount) text.setAttribute("y", SIZE * 0.35);
  return text;
}

const groups = new WeakMap();

/** The group of a mark's words, which stands where Plotly has its bubble, also while the map is moved. */
function placeOf(graph, { path }) {
  if (!groups.has(path) || !groups.get(path).isConnected) {
    const { group, observer } = holders.get(graph);
    groups.set(path, group.appendChild(document.createElementNS(SVG, "g")));
    observer.observe(path, { attributes: true, attributeFilter: ["transform", "display", "style"] });
    follow(path);
  }
  return groups.get(path);
}

function follow(path) {
  const group = groups.get(path);
  group.setAttribute("transform", path.getAttribute("transform") ?? "");
  group.style.display = path.getAttribute("display") === "none" || path.style.display === "none" ? "none" : "";
}
