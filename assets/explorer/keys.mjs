/* The keyboard, and what a click elsewhere closes. */
import * as popover from "./popover.mjs";

const element = (id) => document.getElementById(id);

/** Listen to keys, and to clicks that leave an open menu or list. */
export function attach(stage) {
  document.addEventListener("keydown", (event) => keyed(event, stage));
  document.addEventListener("click", left);
}

function left({ target }) {
  for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(target)) menu.open = false;
  if (!element("popover").contains(target) && !target.closest?.(".js-plotly-plot")) popover.close(element("popover"));
}

const isTyping = (target) => target.closest?.("input, textarea, select, [contenteditable]");

const TURNS = { ArrowRight: "next-record", PageDown: "next-record", ArrowLeft: "previous-record", PageUp: "previous-record" };

function keyed(event, { scene }) {
  const link = event.target.closest?.('a[role][href^="?"]');
  if (event.key === " " && link) {
    event.preventDefault();
    link.click();
  } else if (event.key === "Escape") escape();
  else if (isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey) return;
  else if (event.key === "/") {
    event.preventDefault();
    element("search").focus();
  } else if (event.key === "j" || event.key === "k") step(event.key === "j" ? "next-record" : "previous-record");
  else if (scene.story && TURNS[event.key] && !event.target.closest("[role=slider], [role=radiogroup]")) step(TURNS[event.key]);
}

function escape() {
  const menu = document.querySelector(".menu[open]");
  if (!element("popover").hidden) popover.close(element("popover"));
  else if (menu) shut(menu);
  else if (!document.querySelector("dialog[open]")) element("close-record")?.click();
}

function shut(menu) {
  menu.open = false;
  menu.querySelector("summary").focus();
}

/** The next or previous record; from the list, its first. */
function step(id) {
  (element(id) ?? (element("close-record") ? null : document.querySelector("#records .events a")))?.click();
}
