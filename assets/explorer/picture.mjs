/* A picture that stands alone: what is on screen, with its title, sentence, legend, sources and boundary note. */
import { bounds, geometry, HALF_DAY } from "./brush.mjs";
import { categories, tally } from "./categories.mjs";
import { colours, dress, fillOf, paintMap, patternMarkup } from "./paint.mjs";
import { words } from "./time.mjs";

const WIDTH = 1200;
const MARGIN = 36;
const INNER = WIDTH - 2 * MARGIN;
const TIMELINE = { happened: 196, said: 284, stands: 232 }; // heights in pixels by lens
const SANS = "Inter, system-ui, sans-serif";
const SERIF = "'Source Serif 4', Georgia, serif";

/** Escape text for XML. */
export const xml = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const ruler = document.createElement("canvas").getContext("2d");

/** Text broken into lines that fit a width in pixels. */
export function lines(text, font, width) {
  ruler.font = font;
  const found = [""];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = `${found.at(-1)} ${word}`.trim();
    if (found.at(-1) && ruler.measureText(longer).width > width) found.push(word);
    else found[found.length - 1] = longer;
  }
  return found;
}

/** SVG text of the picture `name` (map, timeline, both or matrix), with its size in pixels. */
export async function compose(stage, name, { link, date, fonts }) {
  const { scene } = stage;
  const page = { y: MARGIN, parts: [], tint: colours() };
  const [hasMap, hasTimeline] = ["map", "timeline"].map((part) => name === part || name === "both");
  paragraph(page, scene.caption.title, { size: 15, weight: 600, family: SANS, fill: page.tint.soft, leading: 24 });
  paragraph(page, scene.caption.sentence, { size: 25, weight: 600, family: SERIF, fill: page.tint.ink, leading: 33 });
  if (name === "matrix") await matrix(page, stage);
  if (hasMap) await maps(page, stage);
  if (hasTimeline) await timeline(page, stage);
  legend(page, [...(hasMap ? [] : { said: signs, stands: shades, happened: () => [] }[scene.lens](stage)), ...(hasTimeline ? [...kinds(), ...doubts(stage)] : [])]);
  page.y += 8;
  for (const note of [scene.caption.sources, hasMap ? scene.caption.map : "", hasTimeline ? scene.caption.timeline : "", `${scene.caption.licence} Seen on ${date}. ${link}`]) {
    paragraph(page, note, { size: 12.5, weight: 400, family: SANS, fill: page.tint.soft, leading: 18 });
  }
  const height = Math.ceil(page.y + MARGIN - 12);
  return { svg: document_(page, scene, fonts, height), width: WIDTH, height };
}

function document_(page, scene, fonts, height) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title alt">`,
    `<title id="title">${xml(scene.caption.title)}</title><desc id="alt">${xml(scene.caption.alt)}</desc>`,
    `<defs><style>${fonts}</style>${patternMarkup(scene)}</defs>`,
    `<rect width="${WIDTH}" height="${height}" fill="${page.tint.paper}"/>`,
    ...page.parts,
    "</svg>",
  ].join("\n");
}

function paragraph(page, text, { size, weight, family, fill, leading }) {
  if (!text) return;
  for (const line of lines(text, `${weight} ${size}px ${family}`, INNER)) {
    page.y += leading;
    page.parts.push(`<text x="${MARGIN}" y="${page.y - leading * 0.25}" font-family="${xml(family)}" font-size="${size}" font-weight="${weight}" fill="${fill}">${xml(line)}</text>`);
  }
}

/** A figure, drawn anew at the width of the picture, so that its words are as large whatever the screen is. `over` gives
    what is laid over it, `prepare` changes what Plotly has drawn. */
async function graphic(page, { data, layout }, height, { over = () => "", prepare = () => {} } = {}) {
  const sheet = document.body.appendChild(document.createElement("div"));
  Object.assign(sheet.style, { position: "fixed", left: `${-2 * WIDTH}px`, top: 0, width: `${INNER}px`, height: `${height}px` });
  try {
    await Plotly.newPlot(sheet, structuredClone(data), { ...structuredClone(layout), width: INNER, height, autosize: false }, { topojsonURL: "/none/", showSendToCloud: false, displayModeBar: false });
    prepare(sheet);
    place(page, sheet, over(sheet));
  } finally {
    Plotly.purge(sheet);
    sheet.remove();
  }
}

function place(page, graph, over) {
  const { top, height } = drawnBand(graph);
  page.y += 12;
  page.parts.push(`<svg x="${MARGIN}" y="${page.y}" width="${INNER}" height="${height}" viewBox="0 ${top} ${INNER} ${height}">${markup(graph)}${over}</svg>`);
  page.y += height + 6;
}

/** The band of a graph that holds its drawing: a map may leave its frame empty above and below. */
function drawnBand(graph) {
  const ground = graph.querySelector(".geolayer .bg rect");
  if (!ground) return { top: 0, height: graph._fullLayout.height };
  return { top: Number(ground.getAttribute("y")), height: Number(ground.getAttribute("height")) };
}

/** Plotly draws on several sheets; tooltips and what is hidden stay behind. */
function markup(graph) {
  return [...graph.querySelectorAll(".main-svg")].map((sheet) => sheetMarkup(sheet.cloneNode(true))).join("");
}

function sheetMarkup(copy) {
  for (const unseen of copy.querySelectorAll(".draglayer, .hoverlayer, [style*='visibility: hidden'], [style*='display: none']")) unseen.remove();
  copy.style.background = "none";
  return new XMLSerializer().serializeToString(copy);
}

const matrix = (page, { matrix: graph }) => graphic(page, graph, graph._fullLayout.height);

/** The map, or two of them, the earlier day first, where two days are compared; with its legend. */
async function maps(page, stage) {
  const { map, against, moment, scene } = stage;
  const both = [[moment, map, scene.paint.map], [{ ...moment, on: scene.against }, against, scene.paint["map-against"]]];
  for (const [at, graph, paint] of scene.against === null ? both.slice(0, 1) : both.sort(([a], [b]) => a.on - b.on)) {
    if (scene.against !== null) {
      page.y += 10;
      paragraph(page, words(at.on), { size: 15, weight: 600, family: SANS, fill: page.tint.ink, leading: 24 });
    }
    await mapOf(page, stage, graph, at, paint);
  }
  legend(page, [...shades(stage), ...signs()]);
}

/** A map of the region that is on screen. */
function mapOf(page, { scene }, graph, moment, paint) {
  const { width, height } = graph._fullLayout;
  const prepare = (sheet) => {
    dress(sheet, scene, paint);
    paintMap(sheet, scene, moment);
  };
  return graphic(page, graph, Math.round((height / width) * INNER), { prepare });
}

/** The timeline, with how many records lie before and after it. */
async function timeline(page, stage) {
  const { scene } = stage;
  const outside = ["left", "right"].map((side) => document.getElementById(`outside-${side}`).textContent);
  if (outside.some(Boolean)) {
    page.y += 20;
    page.parts.push(aside(MARGIN, page, outside[0], "start"), aside(WIDTH - MARGIN, page, outside[1], "end"));
  }
  await graphic(page, await wide(stage), TIMELINE[scene.lens], { over: (sheet) => overlay(stage, geometry(sheet, scene.knots), page.tint) });
}

/** The figure of the timeline for wide screens: that of narrow ones has no room for the names of its lanes. */
async function wide({ timeline: graph }) {
  if (!matchMedia("(max-width: 760px)").matches) return graph;
  const { prefix, dossier, theme } = document.documentElement.dataset;
  const answer = await fetch(`${prefix}data/${dossier}/view/${theme}/wide${location.search}`);
  if (!answer.ok) throw new Error("the server did not give the timeline");
  return (await answer.json()).figures.data.timeline;
}

const aside = (x, page, text, anchor) =>
  `<text x="${x}" y="${page.y}" text-anchor="${anchor}" font-family="${xml(SANS)}" font-size="12" fill="${page.tint.soft}">${xml(text)}</text>`;

/** Swatches with the numbers of states; of two days, those of the earlier one first. */
function shades({ scene, numbers, moment }) {
  const other = scene.against === null ? null : tally(categories(scene, { ...moment, on: scene.against }), scene);
  const counted = (i) => (other === null ? `${numbers[i]}` : (scene.against < moment.on ? [other[i], numbers[i]] : [numbers[i], other[i]]).join(" → "));
  const shown = scene.categories.map((category, i) => ({ category, number: counted(i), isUsed: numbers[i] || other?.[i] || category.least }));
  return shown.filter(({ isUsed }) => isUsed).map(({ category, number }) => ({
    width: measure(`${category.label} ${number}`),
    draw: (x, y, tint) => swatch(x, y, category, tint) + label(x + 22, y, category.label, number, tint),
  }));
}

/** The colours of the kinds, where the page parts the density by them. */
function kinds() {
  return [...document.querySelectorAll("#timeline-legend li")].map(({ textContent: text, firstElementChild: drawn }) => {
    const category = { id: "", colour: drawn.style.getPropertyValue("--swatch"), pattern: "solid" };
    return { width: measure(text), draw: (x, y, tint) => swatch(x, y, category, tint) + label(x + 22, y, text, "", tint) };
  });
}

/** The colours of marks on the timeline, where they say how certain or how well sourced an event is. */
function doubts({ scene }) {
  return scene.markColours.map(({ label: text, colour }) => ({
    width: measure(text),
    draw: (x, y, tint) => `<circle cx="${x + 8}" cy="${y - 4}" r="4.5" fill="${colour}"/>${label(x + 22, y, text, "", tint)}`,
  }));
}

/** The signs that the page explains under its map. */
function signs() {
  return [...document.querySelectorAll("#signs li")].map(({ textContent: text, firstElementChild: drawn }) => ({
    width: measure(text),
    draw: (x, y, tint) => sign(x, y, drawn, tint) + label(x + 26, y, text, "", tint),
  }));
}

function legend(page, entries) {
  if (!entries.length) return;
  let x = MARGIN;
  page.y += 22;
  for (const { width, draw } of entries) {
    if (x + width > WIDTH - MARGIN) {
      x = MARGIN;
      page.y += 24;
    }
    page.parts.push(draw(x, page.y, page.tint));
    x += width;
  }
  page.y += 10;
}

function measure(text) {
  ruler.font = `400 13.5px ${SANS}`;
  return ruler.measureText(text).width + 52;
}

/** A circle, a square, a line or the sign of a stance, by the class that the page gives it. */
function sign(x, y, drawn, tint) {
  const name = drawn.className;
  const { color } = getComputedStyle(drawn);
  if (name.includes("asserts")) return `<circle cx="${x + 8}" cy="${y - 4}" r="5" fill="${color}"/>`;
  if (name.includes("denies")) return `<path d="M${x + 4},${y - 8}l8,8m0,-8l-8,8" stroke="${color}" stroke-width="3"/>`;
  if (name.includes("retracts")) return `<circle cx="${x + 8}" cy="${y - 4}" r="4.5" fill="none" stroke="${color}" stroke-width="1.4"/>`;
  const stroke = `fill="${tint.panel}" stroke="${tint.ink}" stroke-width="1.4"`;
  if (name.includes("arc")) return `<path d="M${x},${y - 4}h20" ${stroke} ${name.includes("dashed") ? 'stroke-dasharray="2 2"' : ""}/>`;
  return name.includes("circle") ? `<circle cx="${x + 8}" cy="${y - 4}" r="6" ${stroke}/>` : `<rect x="${x + 2}" y="${y - 10}" width="12" height="12" ${stroke}/>`;
}

const swatch = (x, y, category, tint) => `<rect x="${x}" y="${y - 11}" width="14" height="14" rx="2" fill="${fillOf(category)}" stroke="${tint.soft}" stroke-width="0.5"/>`;

const label = (x, y, text, number, tint) =>
  `<text x="${x}" y="${y + 1}" font-family="${xml(SANS)}" font-size="13.5" fill="${tint.ink}">${xml(text)} <tspan font-weight="600">${number}</tspan></text>`;

/** Veils, bounds and cursor of the timeline, as the page lays them over the plot. */
function overlay({ moment, scene }, area, tint) {
  const parts = [];
  const bottom = area.top + area.height;
  const right = area.left + area.width;
  const clamp = (x) => Math.min(Math.max(x, area.left), right);
  if (moment.first !== null || moment.last !== null) {
    const [low, high] = bounds(moment, scene.window);
    const [a, b] = [clamp(area.x(low - HALF_DAY)), clamp(area.x(high + HALF_DAY))];
    for (const [x, width] of [[area.left, a - area.left], [b, right - b]]) {
      parts.push(`<rect x="${x}" y="${area.top}" width="${Math.max(width, 0)}" height="${area.height}" fill="${tint.paper}" fill-opacity="0.66"/>`);
    }
    parts.push(rule(a, area.top, bottom, tint.ink), rule(b, area.top, bottom, tint.ink));
    parts.push(flag(a, area.top - 8, words(low), tint.ink, "end"));
    if (low !== high) parts.push(flag(Math.min(b, right - 90), area.top - 8, words(high), tint.ink, "start"));
  }
  if (scene.lens === "stands" && moment.on !== null) {
    const x = clamp(area.x(moment.on));
    const plate = `<rect x="${x - 46}" y="${bottom + 1}" width="92" height="17" fill="${tint.paper}"/>`;
    parts.push(rule(x, area.top, bottom, tint.accent), plate, flag(x, bottom + 13, words(moment.on), tint.accent, "middle"));
  }
  return parts.join("");
}

const rule = (x, top, bottom, colour) => `<path d="M${x},${top}V${bottom}" stroke="${colour}" stroke-width="1.4"/>`;

const flag = (x, y, text, colour, anchor) =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}" font-family="${xml(SANS)}" font-size="12" font-weight="600" fill="${colour}">${xml(text)}</text>`;

/** PNG of a composed picture at a scale. */
export async function raster({ svg, width, height }, scale) {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: width * scale, height: height * scale });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large for this browser"))), "image/png"));
  } finally {
    URL.revokeObjectURL(url);
  }
}
