/* Bubbles: which places share one, how large it is, and its words. `clustered` is the twin of that in
   dashboard/view_model/marks.py; tests/bubble_cases.json holds both to the same. */

import { grouped } from "./writing.mjs";

/**
 * @typedef {object} Bubble
 * @property {string[]} places the first is where it is drawn
 * @property {string} label
 * @property {number} lon degrees
 * @property {number} lat degrees
 * @property {number} count in the period
 * @property {number} total of all time
 * @property {boolean} isArea a place known only as a country
 * @property {boolean} isSettlement
 */

const LARGEST = 44;
const ROOM = 22;
const MOST_ABSOLUTE = 83;
const TYPE = 12; // size of the numbers, in pixels; what follows in shares of it
const DIGIT = 0.65;
const LETTERS = { ",": 0.27, ".": 0.27, k: 0.56, M: 0.92 };
const CAPS = 0.73;
const RIM = 1.4;
const AIR = 1;
const MERGE_DEGREES = 8;
const CLOSE = 2.5; // from this zoom on every place has its name; before, names would cover each other

/** Diameter in pixels: area grows with the count; `most` is the count of the largest bubble there can be. */
export function diameter(count, most) {
  if (!count) return 0;
  if (most <= MOST_ABSOLUTE) return Math.min(13 + 3.4 * Math.sqrt(count), LARGEST);
  return Math.max(4, LARGEST * Math.sqrt(Math.min(1, count / most)));
}

/** The count in its circle, in the longest form that leaves the rim free: “1,842”, “17.9k”, “18k”, “1.2M”; else empty.
    Below a square every number has room. */
export function number(count, most, isArea = false) {
  const size = diameter(count, most);
  if (!count || (most > MOST_ABSOLUTE && size < ROOM)) return "";
  return forms(count).find((form) => isArea || width(form) <= within(size)) ?? "";
}

/** Ways to write a count, the longest first, of at least two figures where it has them. */
function forms(count) {
  const short = [[1e6, "M"], [1e3, "k"]].filter(([unit]) => count >= unit).flatMap(([unit, sign]) => scaled(count / unit, sign));
  return count < 10_000 ? [grouped(count), ...short] : short;
}

function scaled(value, sign) {
  const [exact, whole] = [`${value.toFixed(1)}${sign}`, `${grouped(value.toFixed(0))}${sign}`];
  return value >= 99.95 ? [whole] : value >= 9.95 ? [exact, whole] : [exact];
}

/** Width of a number in pixels, by the widths of its letters in Inter. */
const width = (words) => [...words].reduce((sum, letter) => sum + (LETTERS[letter] ?? DIGIT) * TYPE, 0);

/** Pixels between the rims of a circle at the height of the tops of its digits, less a little air. */
const within = (size) => Math.sqrt(Math.max(0, (size - RIM) ** 2 - (CAPS * TYPE) ** 2)) - AIR;

/** Degrees within which bubbles would hide each other. */
export const reachAt = (zoom) => MERGE_DEGREES / zoom;

/**
 * Merge bubbles within `reach` degrees of a larger one, whose place they take. Areas stay apart, and come first.
 * The larger one's name stays too, unless only the smaller one is a town.
 * @param {Bubble[]} single of one place each
 * @param {number} reach
 * @returns {Bubble[]}
 */
export function clustered(single, reach) {
  const merged = [];
  for (const bubble of [...single].sort((a, b) => b.total - a.total || (a.places[0] < b.places[0] ? -1 : 1))) {
    const near = merged.findIndex((other) => isNear(bubble, other, reach));
    if (near < 0) merged.push(bubble);
    else merged[near] = joined(merged[near], bubble);
  }
  return merged.sort((a, b) => b.isArea - a.isArea);
}

function isNear(a, b, reach) {
  const lat = a.lat - b.lat;
  if (lat >= reach || lat <= -reach || a.isArea || b.isArea) return false;
  const lon = a.lon - b.lon - 360 * Math.round((a.lon - b.lon) / 360);
  return lon * lon + lat * lat < reach * reach;
}

const joined = (large, small) => ({
  ...large,
  label: !large.isSettlement && small.isSettlement ? small.label : large.label,
  isSettlement: large.isSettlement || small.isSettlement,
  places: [...large.places, ...small.places],
  count: large.count + small.count,
  total: large.total + small.total,
});

/** The count of all time at the bubble that has most. */
export const mostOf = (bubbles) => Math.max(0, ...bubbles.map(({ total }) => total));

/** What stands beside each bubble; empty where it would be too much. */
export function names(bubbles, zoom) {
  const largest = bubbles.map(({ count }) => count).sort((a, b) => b - a).slice(0, mostOf(bubbles) > MOST_ABSOLUTE ? 12 : 40);
  const isNamed = ({ count, isArea }) => count > 0 && count >= largest.at(-1) && (zoom >= CLOSE || (count > 2 && !isArea));
  return bubbles.map((bubble) => (isNamed(bubble) ? bubble.label : ""));
}

/** The words of a bubble's tooltip, as Plotly's markup; `noun` is what is counted, for one and for many. */
export function tooltip({ places, label, count, isArea }, [one, many]) {
  const rest = places.length - 1;
  const where = isArea ? `Somewhere in ${label}` : rest ? `${label} and ${rest} ${rest === 1 ? "place" : "places"} close by` : label;
  const counted = count ? `${grouped(count)} ${count === 1 ? one : many}` : `no ${many}`;
  return `<b>${escaped(where)}</b><br>${escaped(counted)}`;
}

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "%{": "%&#123;", $: "&#36;" };

/** Text that Plotly shows as it is: no tags, no entities, no templates, no LaTeX. */
export const escaped = (text) => text.replace(/[&<>$]|%\{/g, (found) => ESCAPES[found]);
