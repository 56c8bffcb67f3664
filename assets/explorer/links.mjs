/* Links whose address is only a query: they lead to other views of this page, and are followed without loading it anew. */
import { go, rebased } from "./address.mjs";
import { hint } from "./cubes.mjs";

/** Follow links, and ask ahead for the numbers of those that are likely to be followed. `defaults()` are those of the
    view on screen. */
export function attach(defaults) {
  document.addEventListener("click", (event) => follow(event, defaults()));
  document.addEventListener("pointerover", lingered);
  document.addEventListener("pointerdown", (event) => hintAt(linkAt(event)));
}

const linkAt = (event) => event.target.closest?.('a[href^="?"]');
const addressOf = (link) => (link.getAttribute("href") === "?" ? "" : link.getAttribute("href"));

/** What was typed last, or another filter, is not yet in the links that are on screen. */
function destination(link, defaults) {
  const { whole, value } = link.dataset;
  if (whole !== undefined) return addressOf(link);
  return rebased(addressOf(link), document.documentElement.dataset.filled, location.search, defaults, value);
}

/* A hand that rests on a link is likely to follow it: the numbers are asked for before it does. */
const RESTS_AFTER = 65;
let restTimer = 0;

function lingered(event) {
  clearTimeout(restTimer);
  const link = linkAt(event);
  if (link) restTimer = setTimeout(hintAt, RESTS_AFTER, link);
}

function hintAt(link) {
  if (link?.isConnected) hint(addressOf(link));
}

function follow(event, defaults) {
  const link = linkAt(event);
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  remember(link);
  go(destination(link, defaults));
}

/** What is drawn anew loses the focus: remember the link that was followed, and give it back. */
let followed = null;

function remember(link) {
  followed = link === document.activeElement ? place(link) : null;
}

/** Give the focus back to a link that was followed, or to what stands in its place. */
export function refocus() {
  if (followed && document.activeElement === document.body) document.querySelector(followed)?.focus({ preventScroll: true });
  followed = null;
}

/** A selector that finds a link in the next view too; for a chip, which goes, the first that is left or the map. */
function place(link) {
  const quoted = (text) => `"${CSS.escape(text)}"`;
  const group = link.closest("[role=group], nav");
  const within = group ? `[aria-label=${quoted(group.getAttribute("aria-label"))}] ` : "";
  if (link.id) return `#${link.id}`;
  if (link.dataset.value) return `${within}[data-value=${quoted(link.dataset.value)}]`;
  if (link.closest("#chips")) return "#chips a, #map-panel";
  return group ? `${within}a:nth-child(${[...group.children].indexOf(link) + 1})` : null;
}
