/* The page in the browser: takes a rendered scene, listens to the reader, changes the address. */
import { go, isSame, onChange, patched, valueIn } from "./address.mjs";
import * as brush from "./brush.mjs";
import { counts } from "./categories.mjs";
import { ask } from "./cubes.mjs";
import { forget } from "./drawn.mjs";
import { setUpExport } from "./export.mjs";
import * as fields from "./fields.mjs";
import * as keys from "./keys.mjs";
import * as links from "./links.mjs";
import * as marks from "./marks.mjs";
import { morph } from "./morph.mjs";
import * as paper from "./paper.mjs";
import { bubblesOf, definePatterns, dress, legend, paintDensity, paintMap } from "./paint.mjs";
import { player } from "./play.mjs";
import * as popover from "./popover.mjs";
import { dayAt } from "./scale.mjs";
import { iso, parsed, words } from "./time.mjs";
import { grouped, write } from "./writing.mjs";

const element = (id) => document.getElementById(id);
const graphOf = (id) => element(id).querySelector(".js-plotly-plot");
const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
const nextTask = () => new Promise((resolve) => setTimeout(resolve));
/* What was written is on screen when the frame after it begins; work before that would hold it back. */
const painted = () => nextFrame().then(nextFrame).then(nextTask);
const CAMERA_REST = 400;

let stage = null;
let hasMoved = false;

/** Whether the page shows a view, and the reader has gone to no other since. */
export const isAtFirst = () => stage !== null && !hasMoved;

/** A view has been rendered: write its panels, draw its figures, wait for its cubes, then show it. Returns when it is on screen. */
export async function settle(scene, panels, figures) {
  if (!isSame(scene.asked, location.search)) return null;
  const cubes = ask(scene.asked);
  fill(panels, scene.asked);
  await drawAll(Object.entries(figures).filter(([, figure]) => figure));
  const { named } = await cubes;
  if (!isSame(scene.asked, location.search)) return null;
  const [map, timeline, matrix, against] = ["map", "timeline", "matrix", "map-against"].map(graphOf);
  const isFirst = stage === null;
  const before = stage?.scene;
  stage ??= makeStage();
  Object.assign(stage, { scene: { ...scene, ...named }, map, timeline, matrix, against });
  if (!stage.isHeld) stage.moment = { first: scene.first, last: scene.last, on: scene.on, isCertain: scene.certain };
  regroup(stage);
  definePatterns(stage.scene);
  listen(stage);
  if (isFirst) setUp(stage);
  dressMaps(stage);
  stage.show({});
  tell(scene, before);
  fields.showDays(scene.fields, before?.fields);
  fields.showWords(scene.words, before?.words);
  links.refocus();
  document.documentElement.dataset.settled = scene.search;
  return Date.now();
}

let early = {};

/** Write the panels of the first view as soon as they are there, so that the figures are drawn in the room they keep. */
export function prefill(panels) {
  if (stage) return;
  fill(panels, location.search);
  early = panels;
}

/** The page grows with its headline, so that many filters leave the map its room. */
const growing = new ResizeObserver(([{ borderBoxSize: [{ blockSize }] }]) => {
  element("standoff").style.setProperty("--headline", `${blockSize}px`);
});

function fill(panels, asked) {
  growing.observe(document.querySelector(".headline"));
  for (const [id, html] of Object.entries(panels)) if (early[id] !== html) morph(element(id), html);
  early = {};
  document.documentElement.dataset.filled = asked;
}

/** Of the first view one figure is drawn while another waits for its outlines; of others, one after the other. */
async function drawAll(figures) {
  if (!stage) return Promise.all(figures.map(([id, figure]) => draw(id, figure)));
  for (const [id, figure] of figures) await draw(id, figure);
}

/** Have Plotly draw the figure of a panel; on a page that is in use in a task of its own, so that a hand can come between. */
async function draw(id, { data, layout }) {
  if (stage) await nextTask();
  const panel = element(id);
  fitting.observe(panel);
  return Plotly.react(panel.firstElementChild, data, { ...layout, autosize: true }, JSON.parse(panel.dataset.config));
}

/** What is drawn follows the size of its panel. */
const fitting = new ResizeObserver((entries) => entries.forEach(({ target }) => fit(target.firstElementChild)));

function fit(graph) {
  const { clientWidth: width, clientHeight: height, _fullLayout: drawn } = graph;
  const isOff = (side, was) => Math.abs(side - was) >= 1; // the sides of a panel may be broken
  if (drawn && width && height && (isOff(width, drawn.width) || isOff(height, drawn.height))) Plotly.Plots.resize(graph);
}

/** Which places share a bubble, by what there is at each. */
function regroup({ map, scene, moment }) {
  scene.zoom = Number(valueIn(location.search, "camera", scene.defaults).split(",")[2] || 1);
  scene.bubbles = bubblesOf(map, scene, moment);
}

/** Words and outlines on the maps, which change with the view and not with the hand. */
function dressMaps({ scene, map, against }) {
  dress(map, scene, scene.paint.map);
  if (scene.against !== null && isDrawn(against)) dress(against, scene, scene.paint["map-against"]);
}

const isDrawn = (graph) => Boolean(graph?.querySelector(".choroplethlayer path"));

// ── Ahead of the server ────────────────────────────────────────────────────────────────────

/* Keys of the address on which more depends than the numbers: these wait for the view. */
const SLOW = ["lens", "clock", "known", "against", "measure", "story", "step", "projection", "camera"];

/* Milliseconds after which the view is asked for beside its numbers. */
const NUMBERS_WITHIN = 300;

/** Ask for the cubes of the address that comes, and show its numbers before the rest of its view, which may be asked for
    when the promise is kept. */
function anticipate(search) {
  hasMoved ||= !isSame(search, stage.scene.asked); // a link within the page leads to no other view
  const shown = ask(search).then((answer) => foreseen(search, answer)).catch(() => null); // given up, or the view will say that the server is gone
  return Promise.race([shown, new Promise((resolve) => setTimeout(resolve, NUMBERS_WITHIN))]);
}

async function foreseen(search, answer) {
  const { scene } = stage;
  const isQuick = SLOW.every((key) => valueIn(search, key, scene.defaults) === valueIn(scene.asked, key, scene.defaults));
  if (!isQuick || !isSame(search, location.search) || isSame(scene.asked, search)) return;
  foresee(search, answer);
  await painted();
}

function foresee(search, { named, categories }) {
  const { scene, moment } = stage;
  const value = (key) => valueIn(search, key, scene.defaults);
  const members = (key) => value(key).split(",").filter(Boolean);
  const isCounted = scene.lens === "happened" || (scene.lens === "said" && !scene.stances && !members("claim").length);
  if (!isCounted && scene.lens === "said") return;
  Object.assign(scene, named, { exact: null }, isCounted ? { categories: categories[scene.appearance] } : {});
  scene.paint.map = { ...scene.paint.map, selected: members("country") };
  if (isCounted) legend(element("legend"), scene.categories);
  if (!stage.isHeld) stage.moment = { ...moment, ...momentOf(value) };
  regroup(stage);
  paintDensity(stage.timeline, scene);
  dressMaps(stage);
  stage.show({});
}

/** The period and the cursor of an address. */
function momentOf(value) {
  const [first, last, on] = ["from", "to", "on"].map((key) => parsed(value(key))?.[0] ?? null);
  return { first, last, on, isCertain: value("certain") === "1" };
}

// ── The stage: what is on screen now ───────────────────────────────────────────────────────

function makeStage() {
  const frame = element("timeline-frame");
  let windowTimer = 0;
  const self = {
    isMoving: () => element("play-mode")?.getAttribute("aria-pressed") === "true",
    geometry: () => brush.geometry(self.timeline, self.scene.knots),
    show(change) {
      Object.assign(self.moment, change);
      brush.draw(frame, self);
      const numbers = (self.numbers = paintMap(self.map, self.scene, self.moment));
      for (const counter of document.querySelectorAll("[data-category]")) write(counter, numbers[counter.dataset.category]);
      live(self);
      compare(self);
      dim(self);
    },
    commitMoment(fields) {
      const keys = { first: "from", last: "to", on: "on" };
      self.commit(Object.fromEntries(fields.map((name) => [keys[name], self.moment[name] === null ? "" : iso(self.moment[name])])));
    },
    commit: (changes, how) => go(self.href(changes), how),
    /* Other records are listed from the first page. */
    href(changes) {
      const { defaults, stay } = self.scene;
      const turned = Object.keys(changes).every((key) => stay.includes(key)) ? {} : { page: defaults.page };
      return patched(location.search, { ...turned, ...changes }, defaults);
    },
    isSwallowed: false, // the click that ends a drag means nothing
    isHeld: false, // a hand is on the period or the cursor: an answer that arrives now does not take it away
    /* Beside every mark: a bar of the density gives its days, elsewhere the cursor of Stands comes. */
    clicked(day, y) {
      if (self.timeline._hoverdata?.some(({ customdata }) => customdata)) return;
      const bar = y >= self.timeline._fullLayout.yaxis2._offset ? marks.barAt(self.timeline, day) : null;
      if (bar) self.commit({ from: iso(bar[0]), to: iso(bar[1]) });
      else if (self.scene.lens === "stands") self.commit({ on: iso(day) });
    },
    /* On a handle or the cursor: the mark that lies under it. */
    clickedThrough(event) {
      const mark = marks.markAt(self, event);
      if (mark) marks.openSeveral(self, [mark], event);
    },
    zoom(range, rest) {
      if (!within(range, self.scene)) return;
      Plotly.relayout(self.timeline, { "xaxis.range": range });
      clearTimeout(windowTimer);
      if (rest !== null) windowTimer = setTimeout(self.commitWindow, rest);
    },
    commitWindow() {
      const [a, b] = self.geometry().range.map((x) => Math.round(dayAt(x, self.scene.knots)));
      if (a < b) self.commit({ zoom: `${iso(a)}..${iso(b)}` });
    },
  };
  return self;
}

/** Zoom stops at a few days and at twice the dossier's extent. */
function within([low, high], { knots, extent }) {
  if (knots.length > 1) return high - low > 1 && high - low < knots.length * 2;
  return high - low > 3 && high - low < (extent[1] - extent[0]) * 2 + 60;
}

/** Numbers that follow the reader's hand. */
function live(self) {
  const { scene, moment } = self;
  const isSettled = scene.exact && moment.first === scene.first && moment.last === scene.last;
  const counted = () => [false, true].map((isCertain) => counts(scene.overall, { ...moment, isCertain })[0]);
  const numbers = isSettled ? scene.exact : counted(); // bins may be wider than the period
  ["could", "certain"].forEach((id, i) => write(element(id), grouped(numbers[i])));
}

const MOVES_AFTER = 120;
let movesTimer = 0;

/** Words that wait for the hand to rest are dimmed while it moves, and what was pointed at is not any more; not in the
    first frames, which have enough to do. */
function dim({ scene, moment, timeline }) {
  const isResting = ["first", "last", "on"].every((name) => moment[name] === scene[name]);
  if (isResting) {
    clearTimeout(movesTimer);
    movesTimer = 0;
    delete document.documentElement.dataset.moving;
  } else movesTimer ||= setTimeout(moves, MOVES_AFTER, timeline);
}

function moves(timeline) {
  document.documentElement.dataset.moving = "";
  Plotly.Fx.unhover(timeline);
}

/** The map of the day compared with stands still; its day and the cursor's are written over the two maps. */
function compare({ scene, moment, against }) {
  const isComparing = scene.against !== null;
  element("map-day").textContent = isComparing ? words(moment.on) : "";
  element("map-against-day").textContent = isComparing ? words(scene.against) : "";
  if (isComparing && isDrawn(against)) paintMap(against, scene, { ...moment, on: scene.against });
}

function tell(scene, before) {
  document.title = `${scene.caption.title}: ${scene.caption.sentence}`;
  element("standoff").dataset.table = scene.table;
  element("standoff").dataset.lens = scene.lens;
  if (scene.against === null) delete element("standoff").dataset.comparing;
  else element("standoff").dataset.comparing = scene.against < scene.on ? "before" : "after";
  const [left, right] = scene.outside;
  write(element("outside-left"), left ? `◂ ${grouped(left)} earlier` : "");
  write(element("outside-right"), right ? `${grouped(right)} later ▸` : "");
  for (const [id, direction] of NEIGHBOURS) element(id).setAttribute("aria-disabled", neighbour(stage, direction) === null);
  follows(scene, before);
  if (before && !scene.story && scene.record !== before.record) {
    element("records").parentElement.scrollTop = 0;
    element("records").focus({ preventScroll: true });
  }
  popover.close(element("popover"));
}

let reading = null;

/** In a story the step that the reader scrolls to is opened; the step that a link opens is scrolled to. */
function follows(scene, before) {
  reading?.disconnect();
  if (!scene.story) return;
  const rail = element("records").parentElement;
  const current = rail.querySelector(".story-step.current");
  if (before?.story !== scene.story || before?.step !== scene.step) current?.scrollIntoView({ block: "nearest" });
  const root = getComputedStyle(rail).overflowY === "auto" ? rail : null;
  let isSettled = false;
  setTimeout(() => (isSettled = true), 600);
  reading = new IntersectionObserver(
    (entries) => {
      const entered = entries.find((entry) => entry.isIntersecting);
      const isLeft = new URLSearchParams(location.search).get("story") !== scene.story;
      if (isSettled && entered && !isLeft && !entered.target.matches(".current")) go(entered.target.dataset.href);
    },
    { root, rootMargin: "-45% 0px -45% 0px" },
  );
  for (const step of rail.querySelectorAll(".story-step")) reading.observe(step);
}

// ── Listening ──────────────────────────────────────────────────────────────────────────────

const heard = new WeakSet();

function listen({ map, timeline, matrix, against }) {
  const clickedMap = (event) => marks.clickedMap(stage, event);
  const clickedTimeline = (event) => marks.clickedTimeline(stage, event);
  once(map, { plotly_afterplot: redrawn, plotly_click: clickedMap, plotly_relayout: aimed });
  once(against, { plotly_afterplot: redrawn, plotly_click: clickedMap });
  once(timeline, { plotly_afterplot: () => brush.draw(element("timeline-frame"), stage), plotly_click: clickedTimeline });
  once(matrix, { plotly_click: ({ points }) => stage.commit({ open: points[0].customdata }) });
}

function redrawn() {
  for (const graph of [stage.map, stage.against]) forget(graph);
  dressMaps(stage);
  stage.show({});
}

/** Attach handlers to a graph the first time it is seen. */
function once(graph, handlers) {
  if (!graph || heard.has(graph)) return;
  heard.add(graph);
  for (const [name, handler] of Object.entries(handlers)) graph.on(name, handler);
}

let cameraTimer = 0;

function aimed(change) {
  if (!Object.keys(change).some((key) => key.startsWith("geo."))) return;
  clearTimeout(cameraTimer);
  cameraTimer = setTimeout(() => {
    stage.map.aimed = { key: stage.map.layout.meta.key, camera: camera(stage.map) };
    stage.commit({ camera: stage.map.aimed.camera });
  }, CAMERA_REST);
}

function camera(map) {
  const { projection, center } = map._fullLayout.geo;
  const lat = projection.type === "orthographic" ? projection.rotation.lat : center.lat;
  const lon = ((((projection.rotation.lon + 180) % 360) + 360) % 360) - 180;
  const short = (value, digits) => String(Number(Number(value).toFixed(digits)));
  return [short(lon, 2), short(Math.max(-90, Math.min(90, lat)), 2), short(projection.scale, 2)].join(",");
}

// ── Setting up, once ───────────────────────────────────────────────────────────────────────

function setUp(self) {
  brush.attach(element("timeline-frame"), self);
  fields.attach(self);
  marks.attach(element("map").parentElement);
  const playing = player(self, (isPlaying) => {
    const button = element("play");
    write(button, isPlaying ? "❚❚" : "▶");
    for (const name of ["aria-label", "title"]) button.setAttribute(name, isPlaying ? "Pause" : "Play");
  });
  element("play").addEventListener("click", playing.toggle);
  self.halt = playing.halt;
  onChange(playing.halt);
  element("play-mode")?.addEventListener("click", ({ currentTarget }) => {
    const isMoving = currentTarget.getAttribute("aria-pressed") !== "true";
    currentTarget.setAttribute("aria-pressed", String(isMoving));
  });
  for (const [id, direction] of NEIGHBOURS) element(id).addEventListener("click", () => stepCursor(direction));
  for (const [id, factor] of [["zoom-in", 1.6], ["zoom-out", 1 / 1.6]]) element(id).addEventListener("click", () => magnify(factor));
  element("zoom-home").addEventListener("click", () => self.commit({ camera: "" }));
  for (const id of ["outside-left", "outside-right"]) {
    element(id).addEventListener("click", () => self.commit({ zoom: self.scene.extent.map(iso).join("..") }));
  }
  keys.attach(self);
  links.attach(() => self.scene.defaults);
  onChange(anticipate);
  setUpExport(() => self);
  paper.attach(() => [self.map, self.against, self.timeline, self.matrix]);
  new ResizeObserver(() => requestAnimationFrame(() => brush.draw(element("timeline-frame"), self))).observe(element("timeline-frame"));
}

/** The nearest day with events before (-1) or after (1) the period or the cursor; without one, the last or the first in
    sight. Null where none is listed. */
function neighbour({ scene, moment }, direction) {
  const [first, last] = scene.lens === "stands" ? [moment.on, moment.on] : [moment.first, moment.last];
  const isOpen = first === null && last === null;
  const limit = direction > 0 ? (isOpen ? scene.window[0] - 1 : last ?? Infinity) : isOpen ? scene.window[1] + 1 : first ?? -Infinity;
  const days = scene.records.map(({ earliest }) => earliest).filter((day) => day !== null && (day - limit) * direction > 0);
  return days.length ? (direction > 0 ? Math.min : Math.max)(...days) : null;
}

const NEIGHBOURS = [["previous-event", -1], ["next-event", 1]];

function stepCursor(direction) {
  const day = neighbour(stage, direction);
  if (day === null) return;
  stage.commit(stage.scene.lens === "stands" ? { on: iso(day) } : { from: iso(day), to: iso(day) });
}

function magnify(factor) {
  const { scale } = stage.map._fullLayout.geo.projection;
  Plotly.relayout(stage.map, { "geo.projection.scale": Math.min(Math.max(scale * factor, 0.5), 40) });
}
