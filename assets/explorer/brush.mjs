/* The timeline's own control: period, handles, cursor, zoom — drawn over the plot, moved without a redraw. */
import { dayAt, place } from "./scale.mjs";
import { words } from "./time.mjs";
import { put, write } from "./writing.mjs";

const DRAG_THRESHOLD = 4;
const KEY_STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageDown: -30, PageUp: 30 };
const KEY_REST = 450;
const WHEEL_REST = 300;
export const HALF_DAY = 0.5; // a day reaches as far before as after the place of its marks

/** Where the plot lies inside its frame, and how days map to pixels. */
export function geometry(graph, knots) {
  const { xaxis, _size: size } = graph._fullLayout;
  const range = xaxis.range.map(Number);
  const scale = xaxis._length / (range[1] - range[0]);
  return {
    left: xaxis._offset,
    width: xaxis._length,
    top: size.t,
    height: graph._fullLayout.height - size.t - size.b,
    x: (day) => xaxis._offset + (place(day, knots) - range[0]) * scale,
    day: (x) => Math.floor(dayAt(range[0] + (x - xaxis._offset) / scale, knots) + 0.5),
    range,
  };
}

/**
 * Attach the control to its frame once.
 * `stage` is that of main.mjs: it gives the geometry, scene and moment, is told `isHeld` and `isSwallowed`, and takes
 * show, commitMoment, zoom, commitWindow and clicks; what plays is halted by a hand.
 */
export function attach(frame, stage) {
  const gesture = { pointers: new Map(), kind: null };
  frame.addEventListener("pointerdown", (event) => begin(event, frame, stage, gesture));
  // Plotly lays a cover over the page while a button is down, so what follows a press is heard on the document.
  document.addEventListener("pointermove", (event) => move(event, frame, stage, gesture));
  // What lies under a hand that drags is not pointed at: Plotly need not look for it.
  addEventListener("mousemove", (event) => gesture.moved && event.stopImmediatePropagation(), { capture: true });
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, (event) => end(event, frame, stage, gesture));
  frame.addEventListener("wheel", (event) => wheel(event, frame, stage), { passive: false });
  // Before all else that Escape closes: here it gives up the drag, and only that.
  document.addEventListener("keydown", (event) => event.key === "Escape" && cancel(event, frame, stage, gesture), { capture: true });
  for (const slider of frame.querySelectorAll("[role=slider]")) attachKeys(slider, stage);
}

const locate = (event, frame) => event.clientX - frame.getBoundingClientRect().left;

function begin(event, frame, stage, gesture) {
  if (event.button !== 0 || event.target.closest(".outside")) return;
  stage.isSwallowed = false;
  stage.halt();
  gesture.pointers.set(event.pointerId, locate(event, frame));
  if (gesture.pointers.size === 2) return beginPinch(stage, gesture);
  const handle = event.target.closest("[role=slider], #brush");
  const at = stage.geometry();
  const x = locate(event, frame);
  if (!handle && (x < at.left || x > at.left + at.width)) return;
  Object.assign(gesture, {
    kind: handle ? handle.id : "new",
    from: x,
    day: at.day(x),
    moved: false,
    before: { ...stage.moment },
  });
  if (handle) {
    handle.focus?.();
    event.preventDefault();
  }
}

function move(event, frame, stage, gesture) {
  const x = locate(event, frame);
  if (gesture.pointers.has(event.pointerId)) gesture.pointers.set(event.pointerId, x);
  if (gesture.kind === "pinch") return pinch(stage, gesture);
  if (!gesture.kind || (!gesture.moved && Math.abs(x - gesture.from) < DRAG_THRESHOLD)) return;
  if (!gesture.moved) {
    gesture.moved = stage.isHeld = true;
    frame.setPointerCapture(event.pointerId);
    frame.classList.add("dragging");
  }
  stage.show(dragged(gesture, stage.geometry().day(x), stage));
}

/** The moment that a drag has led to. */
function dragged({ kind, day: origin, before }, day, stage) {
  const [low, high] = bounds(before, stage.scene.window);
  switch (kind) {
    case "handle-first":
      return { first: Math.min(day, high), last: high };
    case "handle-last":
      return { first: low, last: Math.max(day, low) };
    case "cursor":
      return { on: day };
    case "brush":
      return { first: low + day - origin, last: high + day - origin };
    default:
      return { first: Math.min(origin, day), last: Math.max(origin, day) };
  }
}

/** First and last day of a period, closed by the window where it is open. */
export function bounds({ first, last }, window) {
  return [first ?? Math.min(window[0], last ?? window[0]), last ?? Math.max(window[1], first ?? window[1])];
}

function end(event, frame, stage, gesture) {
  gesture.pointers.delete(event.pointerId);
  const { kind, moved } = gesture;
  if (!kind || (kind === "pinch" && gesture.pointers.size)) return;
  release(frame, stage, gesture);
  if (kind === "pinch") return stage.commitWindow();
  if (moved) {
    stage.isSwallowed = true;
    stage.commitMoment(kind === "cursor" ? ["on"] : ["first", "last"]);
  } else if (event.type !== "pointerup") return;
  else if (kind === "new") stage.clicked(gesture.day, event.clientY - frame.getBoundingClientRect().top);
  else stage.clickedThrough(event);
}

function cancel(event, frame, stage, gesture) {
  if (!gesture.kind || gesture.kind === "pinch") return;
  event.stopPropagation();
  stage.show(gesture.before);
  stage.isSwallowed = true;
  gesture.pointers.clear();
  release(frame, stage, gesture);
}

/** No hand is on the control any more. */
function release(frame, stage, gesture) {
  Object.assign(gesture, { kind: null, moved: false });
  stage.isHeld = false;
  frame.classList.remove("dragging");
}

// ── Zoom ────────────────────────────────────────────────────────────────────────────────────

function wheel(event, frame, stage) {
  event.preventDefault();
  const at = stage.geometry();
  const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
  const delta = event.deltaY || event.deltaX;
  const [low, high] = at.range;
  if (sideways) return stage.zoom([low, high].map((v) => v + ((event.deltaX || delta) / at.width) * (high - low)), WHEEL_REST);
  stage.zoom(around(at, locate(event, frame), Math.exp(Math.max(-0.5, Math.min(0.5, delta * 0.002)))), WHEEL_REST);
}

/** The axis range grown by a factor around a pixel. */
function around(at, x, factor) {
  const centre = at.range[0] + ((x - at.left) / at.width) * (at.range[1] - at.range[0]);
  return at.range.map((v) => centre + (v - centre) * factor);
}

function beginPinch(stage, gesture) {
  const [a, b] = [...gesture.pointers.values()];
  if (gesture.moved) stage.show(gesture.before);
  Object.assign(gesture, { kind: "pinch", at: stage.geometry(), spread: Math.max(Math.abs(a - b), 20) });
}

function pinch(stage, gesture) {
  const [a, b] = [...gesture.pointers.values()];
  if (b === undefined) return;
  stage.zoom(around(gesture.at, (a + b) / 2, gesture.spread / Math.max(Math.abs(a - b), 20)), null);
}

// ── Keyboard ────────────────────────────────────────────────────────────────────────────────

function attachKeys(slider, stage) {
  let timer = 0;
  const fields = slider.id === "cursor" ? ["on"] : ["first", "last"];
  const settle = () => {
    clearTimeout(timer);
    stage.isHeld = false;
    if (timer) stage.commitMoment(fields);
    timer = 0;
  };
  slider.addEventListener("keydown", (event) => {
    const moment = stepped(slider.id, event, stage);
    if (moment) {
      event.preventDefault();
      stage.isHeld = true;
      stage.show(moment);
      clearTimeout(timer);
      timer = setTimeout(settle, KEY_REST);
    } else if (event.key === "Enter") settle();
  });
  slider.addEventListener("blur", settle);
}

function stepped(id, event, stage) {
  if (!(event.key in KEY_STEPS) && event.key !== "Home" && event.key !== "End") return null;
  stage.halt();
  const { moment, scene } = stage;
  const [low, high] = bounds(moment, scene.window);
  const now = { "handle-first": low, "handle-last": high, cursor: moment.on ?? scene.window[1] }[id];
  const ends = { Home: scene.window[0] - now, End: scene.window[1] - now };
  const step = ends[event.key] ?? KEY_STEPS[event.key] * (event.shiftKey ? 7 : 1);
  return dragged({ kind: id, before: moment, day: now }, now + step, stage);
}

// ── Drawing ─────────────────────────────────────────────────────────────────────────────────

const style = (part, name, value) => (part.style[name] = `${value}px`);
const attribute = (part, name, value) => part.setAttribute(name, value);
const at = (part, left, top, width, height) => put(part, style, { left, top, width: Math.max(width, 0), height });

/** Lay veils, handles and cursor over the plot for a moment. */
export function draw(frame, stage) {
  const { moment, scene } = stage;
  const area = stage.geometry();
  const [low, high] = bounds(moment, scene.window);
  const clamp = (x) => Math.min(Math.max(x, area.left), area.left + area.width);
  const [left, right] = [clamp(area.x(low - HALF_DAY)), clamp(area.x(high + HALF_DAY))];
  const find = (id) => frame.querySelector(`#${id}`);
  const open = moment.first === null && moment.last === null;
  frame.classList.toggle("whole", open);
  at(find("veil-left"), area.left, area.top, left - area.left, area.height);
  at(find("veil-right"), right, area.top, area.left + area.width - right, area.height);
  at(find("brush"), left, area.top, right - left, 12);
  frame.classList.toggle("tight", !open && right - left < 24);
  const [first, last] = open ? [NO_FLAG, NO_FLAG] : flags(low, high, left, right, area);
  handle(find("handle-first"), left, area, low, scene, first);
  handle(find("handle-last"), right, area, high, scene, last);
  const cursor = find("cursor");
  const on = moment.on ?? scene.window[1];
  const away = Math.sign(area.x(on) - clamp(area.x(on)));
  const x = clamp(area.x(on));
  handle(cursor, x, area, on, scene, scene.lens === "stands" ? { text: words(on), side: edge(x, area) } : NO_FLAG);
  cursor.hidden = scene.lens !== "stands";
  cursor.dataset.away = ["◂", "", "▸"][away + 1];
}

const NO_FLAG = { text: "", side: "" };

/** What the flags of a period say, and to which side they hang: apart where they would meet, and where one of them would
    leave the page, the other says both days. */
function flags(low, high, left, right, area) {
  const isLeft = left < Math.max(area.left + 50, 120);
  const isRight = right > area.left + area.width - 90;
  const isNarrow = right - left < (isLeft || isRight ? 190 : 130);
  const [first, last] = [words(low), words(high)];
  if (low === high) return [{ text: first, side: edge(left, area) || (isNarrow ? "leftwards" : "") }, NO_FLAG];
  if (!isNarrow) return [{ text: first, side: edge(left, area) }, { text: last, side: edge(right, area) }];
  if (isRight) return [NO_FLAG, { text: `${first} – ${last}`, side: "leftwards" }];
  if (isLeft) return [{ text: `${first} – ${last}`, side: "rightwards" }, NO_FLAG];
  return [{ text: first, side: "leftwards" }, { text: last, side: "rightwards" }];
}

/** To which side a flag hangs that has no room on both. */
function edge(x, { left, width }) {
  if (x > left + width - 70) return "leftwards";
  return x < left + 50 ? "rightwards" : "";
}

function handle(element, x, area, day, scene, { text, side }) {
  at(element, x - 12, area.top, 24, area.height);
  const [least, most] = [Math.min(scene.extent[0], day), Math.max(scene.extent[1], day)];
  put(element, attribute, { "aria-valuemin": least, "aria-valuemax": most, "aria-valuenow": day, "aria-valuetext": words(day) });
  const flag = element.querySelector(".flag");
  write(flag, text);
  flag.classList.toggle("leftwards", side === "leftwards");
  flag.classList.toggle("rightwards", side === "rightwards");
}
