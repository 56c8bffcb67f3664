/* Fields in which days or words are typed. */
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

/** The days of a view stand in their fields; where they are those of the view before, what is being typed stays. */
export function showDays(fields, before = {}) {
  for (const [key, text] of Object.entries(fields)) {
    const isTyped = document.activeElement === element(key) && before[key] === text;
    if (!isTyped && element(key).value !== text) element(key).value = text;
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
  const { first, last, on, against, known } = stage.scene;
  const now = { from: first, to: last, on, against, known }[key];
  const shown = now === null ? "" : iso(now);
  const span = text.trim() ? parsed(text) : [null, null];
  const day = span?.[key === "to" ? 1 : 0];
  const reversed = (key === "from" && day > (stage.scene.last ?? Infinity)) || (key === "to" && day !== null && day < (stage.scene.first ?? -Infinity));
  const error = span === null ? `“${text}” is not a day. Write 2019-03-20, 2019-03 or 20 March 2019.` : reversed ? "The period would end before it begins." : "";
  element("typed-error").textContent = error;
  if (error) element(key).setAttribute("aria-invalid", "true");
  else element(key).removeAttribute("aria-invalid");
  if (!error && text.trim() !== shown) stage.commit({ [key]: day === null ? "" : iso(day) });
}
