/* Fields in which days or words are typed. */
import { valueIn } from "./address.mjs";
import { iso, parsed } from "./time.mjs";

const element = (id) => document.getElementById(id);

const DAY_FIELDS = ["from", "to", "on", "against", "known"];
const WORDS_REST = 300;
let wordsTimer = 0;

/** Listen to the fields: a day is taken when it is complete, words when the hand rests. */
export function attach(stage) {
  for (const key of DAY_FIELDS) element(key).addEventListener("change", ({ target }) => commitDay(stage, key, target.value));
  const commit = () => {
    clearTimeout(wordsTimer);
    commitWords(stage, element("search").value);
  };
  element("search").addEventListener("change", commit);
  element("search").addEventListener("input", () => {
    clearTimeout(wordsTimer);
    wordsTimer = setTimeout(commit, WORDS_REST);
  });
  addEventListener("popstate", () => sent.clear());
}

/** The days of a view stand in their fields; where they are those of the view before, what is being typed stays, and with
    it what was said against it. */
export function showDays(fields, before = {}) {
  for (const [key, text] of Object.entries(fields)) {
    if (document.activeElement === element(key) && before[key] === text) continue;
    if (element(key).value !== text) element(key).value = text;
    if (isRefused(key)) accept(key);
  }
}

/** Leave a field as the view has it: a search is emptied, a day is what it was. */
export function giveUp(field, { fields }) {
  if (field.id in fields) {
    field.value = fields[field.id];
    if (isRefused(field.id)) accept(field.id);
  } else {
    field.value = "";
    field.dispatchEvent(new Event("change"));
  }
}

/* Words sent while the reader types; an answer to them must not undo what has been typed since. */
const sent = new Set();

function commitWords(stage, text) {
  const wanted = text.trim().replace(/\s+/g, " ");
  if (wanted === stage.scene.words) return;
  const goesOn = sent.size > 0;
  sent.add(wanted);
  stage.commit({ q: wanted }, { goesOn });
}

/** The words of a view stand in their field; what is being typed stays, unless the view has other words than the last. */
export function showWords(words, before) {
  if (document.activeElement === element("search") && (words === before || sent.has(words))) return;
  sent.clear();
  if (element("search").value !== words) element("search").value = words;
}

function commitDay(stage, key, text) {
  const { scene } = stage;
  const chosen = text.trim() || (key === "on" ? scene.defaults.on : "");
  const day = dayIn(key, chosen);
  const period = key === "from" || key === "to" ? typedPeriod(key, day, scene.fields) : null;
  DAY_FIELDS.filter(isRefused).forEach(accept);
  if (day === null) return refuse(key, `“${text}” is not a day. Write 2019-03-20, 2019-03 or 20 March 2019.`);
  if (period && period.from !== "" && period.to !== "" && period.from > period.to) return refuse(key, "The period would end before it begins.");
  const typed = Object.entries(period ?? { [key]: day }).map(([name, value]) => [name, written(value)]);
  element(key).value = written(day);
  const changes = typed.filter(([name, value]) => value !== valueIn(location.search, name, scene.defaults));
  return changes.length ? stage.commit(Object.fromEntries(changes)) : undefined;
}

const written = (day) => (day === "" ? "" : iso(day));

/** The day that a text means in a field, "" for none, or null where it means no day. */
function dayIn(key, text) {
  if (!text) return "";
  return parsed(text)?.[key === "to" ? 1 : 0] ?? null;
}

/** A period of which one day has just been typed; the other is what stands in its field, unless that is no day. */
function typedPeriod(key, day, shown) {
  const other = key === "from" ? "to" : "from";
  return { [key]: day, [other]: dayIn(other, element(other).value.trim()) ?? dayIn(other, shown[other]) };
}

const isRefused = (key) => element(key).hasAttribute("aria-invalid");

function refuse(key, reason) {
  element("typed-error").textContent = reason;
  element(key).setAttribute("aria-invalid", "true");
}

function accept(key) {
  element("typed-error").textContent = "";
  element(key).removeAttribute("aria-invalid");
}
