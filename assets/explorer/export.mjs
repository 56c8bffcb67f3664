/* The dialogs of sharing and exporting. */
import { compose, raster } from "./picture.mjs";
import { write } from "./writing.mjs";

const element = (id) => document.getElementById(id);
const FONTS = [
  ["Inter", "inter-latin-wght-normal.woff2", "U+0000-00FF, U+2000-206F, U+2190-22FF"],
  ["Inter", "inter-latin-ext-wght-normal.woff2", "U+0100-02FF, U+1E00-1EFF"],
  ["Source Serif 4", "source-serif-4-latin-wght-normal.woff2", "U+0000-00FF, U+2000-206F"],
  ["Source Serif 4", "source-serif-4-latin-ext-wght-normal.woff2", "U+0100-02FF, U+1E00-1EFF"],
];
const PATIENCE = 500;

let fontRules = null;

/** The page's fonts as rules that carry their own data: a picture cannot fetch. What failed is asked for again. */
function fonts() {
  fontRules ??= Promise.all(FONTS.map(fontRule)).then((rules) => rules.join("\n"));
  fontRules.catch(() => (fontRules = null));
  return fontRules;
}

async function fontRule([family, file, range]) {
  const answer = await fetch(new URL(`../fonts/${file}`, import.meta.url));
  const bytes = new Uint8Array(await answer.arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return `@font-face{font-family:'${family}';font-weight:200 900;unicode-range:${range};src:url(data:font/woff2;base64,${btoa(text)}) format('woff2')}`;
}

/** Wire the dialogs. `current()` gives the stage. */
export function setUpExport(current) {
  element("share-button").addEventListener("click", () => openShare(current()));
  element("export-button").addEventListener("click", () => openExport(current()));
  element("copy-link").addEventListener("click", () => copy(location.href, "Link copied."));
  element("copy-alt").addEventListener("click", () => copy(current().scene.caption.alt, "Alt text copied.", "export-status"));
  element("save-picture").addEventListener("click", () => save(current()));
  for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => element(button.dataset.close).close());
  for (const dialog of document.querySelectorAll("dialog")) dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  for (const group of document.querySelectorAll("[role=radiogroup]")) setUpRadios(group);
}

function setUpRadios(group) {
  const radios = [...group.querySelectorAll("[role=radio]")];
  const choose = (chosen) => radios.forEach((radio) => {
    radio.setAttribute("aria-checked", String(radio === chosen));
    radio.tabIndex = radio === chosen ? 0 : -1;
  });
  choose(radios[0]);
  group.addEventListener("click", (event) => event.target.matches("[role=radio]") && choose(event.target));
  group.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = radios[(radios.indexOf(event.target) + step + radios.length) % radios.length];
    choose(next);
    next.focus();
  });
}

const chosen = (group) => document.querySelector(`[data-group=${group}][aria-checked=true]`).dataset.value;

function openShare({ scene }) {
  element("save-story").href = scene.storyFile;
  element("share-link").textContent = location.href;
  element("copied").textContent = "";
  element("share").showModal();
}

function openExport(stage) {
  const { caption, csv, positionsCsv } = stage.scene;
  element("alt-text").textContent = caption.alt;
  element("export-status").textContent = "";
  const isMatrix = stage.scene.table === "matrix";
  for (const radio of document.querySelectorAll("[data-group=picture]")) radio.hidden = (radio.dataset.value === "matrix") !== isMatrix && radio.dataset.value !== "timeline";
  document.querySelector(`[data-group=picture][data-value=${isMatrix ? "matrix" : "both"}]`).click();
  element("csv-refused").hidden = Boolean(csv);
  Object.assign(element("save-csv"), { href: csv, download: `${caption.stems.csv}.csv`, hidden: !csv });
  Object.assign(element("save-positions"), { href: positionsCsv, download: `${caption.stems.both}.csv`, hidden: !positionsCsv });
  write(element("save-csv"), positionsCsv ? "Save the events as CSV" : "Save the list as CSV");
  element("export").showModal();
}

async function copy(text, done, status = "copied") {
  try {
    await navigator.clipboard.writeText(text);
    element(status).textContent = done;
  } catch {
    element(status).textContent = "This browser did not allow copying; select the text and copy it by hand.";
  }
}

async function save(stage) {
  const status = element("export-status");
  const progress = element("export-progress");
  const timer = setTimeout(() => (progress.hidden = false), PATIENCE);
  status.textContent = "Drawing…";
  try {
    const [name, format, size] = ["picture", "format", "size"].map(chosen);
    const picture = await compose(stage, name, { link: location.href, date: today(), fonts: await fonts() });
    const blob = format === "svg" ? new Blob([picture.svg], { type: "image/svg+xml" }) : await raster(picture, Number(size));
    const file = `${stage.scene.caption.stems[name]}.${format}`;
    download(blob, file);
    status.textContent = `Saved ${file}.`;
  } catch (error) {
    const advice = error instanceof TypeError ? "The server does not answer. Try again when it does." : "Try a smaller size, or SVG.";
    status.textContent = `The picture could not be made: ${error.message}. ${advice}`;
  } finally {
    clearTimeout(timer);
    progress.hidden = true;
  }
}

const today = () => new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" }).format(new Date());

function download(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
