/* What a click on a mark means: a record opens, several are offered, or a place or a state is filtered. */
import { toggled } from "./address.mjs";
import { isIn } from "./categories.mjs";
import { drawing } from "./drawn.mjs";
import * as popover from "./popover.mjs";
import { iso } from "./time.mjs";

const REACH_OF_CLICK = 4;
let pressed = null;

/** Listen to hands on the maps: one that moves draws the map, and clicks nothing; a single finger scrolls the page. */
export function attach(frame) {
  document.addEventListener("pointerdown", ({ clientX, clientY }) => (pressed = { clientX, clientY }), { capture: true });
  frame.addEventListener("touchmove", leaveToPage, { capture: true, passive: true });
}

function leaveToPage(event) {
  if (event.touches.length === 1) event.stopPropagation();
}

const isDrawn = ({ clientX, clientY }) => pressed !== null && Math.hypot(clientX - pressed.clientX, clientY - pressed.clientY) > REACH_OF_CLICK;

/** A bubble, a journey, a dot or a country of the map has been clicked. */
export function clickedMap(stage, { points, event }) {
  if (isDrawn(event)) return undefined;
  const bubble = bubbleAt(stage.map, event);
  if (bubble?.events) return openSeveral(stage, bubble.events.split("|"), event);
  if (bubble) return stage.commit(toggled(location.search, "place", bubble.places, stage.scene.defaults));
  const [point] = points;
  const name = point.data.name;
  if (name.startsWith("leg ")) return stage.commit({ open: point.customdata });
  const country = name.startsWith("dot") ? point.customdata : name === "states" ? point.location : null;
  const holder = stage.scene.territories[country] ?? country;
  const said = stage.scene.speaking.filter((statement) => statement.state === holder && isIn(statement, stage.moment));
  if (said.length) return offer(stage, said, event);
  if (holder) stage.commit(toggled(location.search, "country", holder, stage.scene.defaults));
}

/** The bubble under the pointer: its events, unless they are too many to be named, and its places. Plotly would give the
    end of a journey that lies beneath it. */
function bubbleAt(map, { clientX, clientY }) {
  const isHit = ({ left, right, top, bottom }) => left <= clientX && clientX <= right && top <= clientY && clientY <= bottom;
  const hit = drawing(map).marks.findLast(({ path, radius }) => radius && isHit(path.getBoundingClientRect()));
  return hit ? { events: hit.path.__data__.data, places: hit.path.__data__.places } : null;
}

const REACH = 8;

/** The record whose mark on the timeline is nearest to the pointer, within a few pixels. */
export function markAt({ timeline, scene }, { clientX, clientY }) {
  const known = new Set(scene.records.map(({ id }) => id));
  const marks = [...timeline.querySelectorAll("g.trace path.point")].filter((path) => known.has(path.__data__.data));
  const away = (path) => {
    const { left, right, top, bottom } = path.getBoundingClientRect();
    return Math.hypot((left + right) / 2 - clientX, (top + bottom) / 2 - clientY);
  };
  const [nearest] = marks.map((path) => [away(path), path]).sort(([a], [b]) => a - b);
  return nearest && nearest[0] <= REACH ? nearest[1].__data__.data : null;
}

/** First and last day of the bar of the density over a day, if there is one. */
export function barAt(timeline, day) {
  const { customdata = [], y } = timeline.data.find(({ name }) => name.startsWith("density")) ?? {};
  return customdata.find(([first, last], i) => y[i] && first <= day && day <= last);
}

/** A mark, a rule or a bar of the timeline has been clicked. */
export function clickedTimeline(stage, { points, event }) {
  if (stage.isSwallowed) return;
  const [point] = points;
  if (!point.customdata) return;
  if (point.data.name === "rule heads") return stage.commit({ open: point.customdata });
  if (!point.data.name.startsWith("density")) return openSeveral(stage, [point.customdata], event);
  const [first, last] = point.customdata;
  stage.commit({ from: iso(first), to: iso(last) });
}

/** Of the records under a mark those in the period count. */
export function openSeveral(stage, ids, event) {
  const known = stage.scene.records.filter(({ id }) => ids.includes(id));
  const inside = known.filter((record) => isIn(record, stage.moment));
  offer(stage, inside.length ? inside : known, event);
}

/** One record opens; several are offered. */
function offer(stage, offered, { clientX, clientY }) {
  if (!offered.length) return;
  if (offered.length === 1) return stage.commit({ open: offered[0].id });
  const entries = offered.map(({ id, title, when }) => ({ title, when, href: stage.href({ open: id }) || "?" }));
  popover.open(document.getElementById("popover"), entries, clientX, clientY);
}
