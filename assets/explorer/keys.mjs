/* The keyboard, and what a hand elsewhere closes. */
import { giveUp } from "./fields.mjs";
import * as popover from "./popover.mjs";

const element = (id) => document.getElementById(id);

/** Listen to keys, and to clicks that leave an open menu or list. */
export function attach(stage) {
  document.addEventListener("keydown", (event) => keyed(event, stage));
  document.addEventListener("click", left);
  // A list opens when a hand lets go of a mark: what closes it comes before. A wheel moves the marks away from it.
  for (const name of ["pointerdown", "wheel"]) document.addEventListener(name, unlisted, { capture: true, passive: true });
}

function left({ target }) {
  for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(target)) menu.open = false;
}

function unlisted({ target }) {
  const list = element("popover");
  if (!list.hidden && !list.contains(target)) popover.close(list);
}

const isTyping = (target) => target.closest?.("input, textarea, select, [contenteditable]");

const TURNS = { ArrowRight: "next-record", PageDown: "next-record", ArrowLeft: "previous-record", PageUp: "previous-record" };

const isAsking = () => document.querySelector("dialog[open]") !== null;

function keyed(event, { scene }) {
  const link = event.target.closest?.('a[role][href^="?"]');
  if (event.key === " " && link) {
    event.preventDefault();
    link.click();
  } else if (event.key === "Escape") escape(event, scene);
  else if (isAsking() || isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey) return;
  else if (event.key === "/") {
    event.preventDefault();
    element("search").focus();
  } else if (event.key === "j" || event.key === "k") step(event.key === "j" ? "next-record" : "previous-record");
  else if (scene.story && TURNS[event.key] && !event.target.closest("[role=slider], [role=radiogroup]")) step(TURNS[event.key]);
}

/** What is nearest to the reader goes: a dialog, by itself, or a list, a menu, what is being typed, the open record. */
function escape({ target }, scene) {
  if (isAsking()) return;
  const menu = document.querySelector(".menu[open]");
  if (!element("popover").hidden) popover.close(element("popover"));
  else if (menu) shut(menu);
  else if (isTyping(target)) giveUp(target, scene);
  else element("close-record")?.click();
}

function shut(menu) {
  menu.open = false;
  menu.querySelector("summary").focus();
}

/** The next or previous record; from the list, its first. */
function step(id) {
  (element(id) ?? (element("close-record") ? null : document.querySelector("#records .events a")))?.click();
}
