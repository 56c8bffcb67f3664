/* The cubes of an address: asked for as soon as it is known, once for each question; only the newest answer counts. */
import { unpacked } from "./cube.mjs";

/* Keys of the address that no cube depends on: dashboard/view_model/questions.py. */
const UNASKED = ["from", "to", "certain", "on", "against", "colour", "open", "lanes", "spacing", "page", "sort", "projection", "camera", "table", "theme"];
const KEPT = 6;

/** question → { answer, giveUp }, the one asked for last at the end. */
const asked = new Map();

/** What an address asks of the cubes. Where every day counts for itself, nothing changes with the zoom of the timeline. */
export function question(search) {
  const params = new URLSearchParams(search);
  for (const key of UNASKED) params.delete(key);
  if (!("binned" in document.documentElement.dataset)) params.delete("zoom");
  params.sort();
  return params.toString();
}

/**
 * The cubes of an address by name, and the classes of counts by appearance. Asking for others gives these up.
 * @param {string} search
 * @returns {Promise<{ named: Record<string, import("./cube.mjs").Cube>, categories: Record<string, object[]> }>}
 */
export function ask(search) {
  const wanted = question(search);
  const found = asked.get(wanted) ?? begun(wanted);
  asked.delete(wanted);
  asked.set(wanted, found);
  for (const other of asked.values()) if (other !== found) other.giveUp();
  if (asked.size > KEPT) asked.delete(asked.keys().next().value);
  return found.answer;
}

/** Ask for the cubes of an address that may come next; the next question gives them up unless it is the same. */
export function hint(search) {
  const wanted = question(search);
  if (!asked.has(wanted)) asked.set(wanted, begun(wanted));
}

function begun(wanted) {
  const controller = new AbortController();
  const answer = received(wanted, controller.signal);
  answer.catch(() => asked.delete(wanted));
  return { answer, giveUp: () => controller.abort() };
}

async function received(wanted, signal) {
  const answer = await fetch(address("cubes", `${wanted}&v=${document.documentElement.dataset.version}`), { signal });
  if (!answer.ok) throw new Error(`the server did not count: ${answer.status} ${answer.statusText}`);
  return read(await answer.arrayBuffer());
}

/** Where something of this page's dossier is served. */
export function address(name, query) {
  const { prefix, dossier } = document.documentElement.dataset;
  return `${prefix}data/${dossier}/${name}?${query}`;
}

/** The body that `body` in dashboard/cubes.py wrote. */
export function read(buffer) {
  const size = new DataView(buffer).getUint32(0, true);
  const { cubes, categories } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
  const named = Object.entries(cubes).map(([name, offset]) => [name, unpacked(buffer, 4 + size + offset)]);
  return { named: Object.fromEntries(named), categories };
}
