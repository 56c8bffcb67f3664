/* A picture that stands alone: what is on screen, with its title, sentence, legend, sources and boundary note. */
import { bounds } from "./brush.mjs";
import { colours, fillOf, patternMarkup } from "./paint.mjs";
import { words } from "./time.mjs";

const WIDTH = 1200;
const MARGIN = 36;
const INNER = WIDTH - 2 * MARGIN;
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

/** SVG text of the picture `name` (map, timeline or both), with its size in pixels. */
export function compose(stage, name, { link, date, fonts }) {
  const { scene } = stage;
  const tint = colours();
  const page = { y: MARGIN, parts: [], tint };
  paragraph(page, scene.caption.title, { size: 15, weight: 600, family: SANS, fill: tint.soft, leading: 24 });
  paragraph(page, scene.caption.sentence, { size: 25, weight: 600, family: SERIF, fill: tint.ink, leading: 33 });
  if (name === "matrix") graphic(page, stage.matrix, "");
  if (name === "map" || name === "both") {
    maps(page, stage);
    legend(page, [...shades(stage), ...signs(stage)]);
  }
  if (name === "timeline" || name === "both") graphic(page, stage.timeline, overlay(stage, tint));
  if (name === "timeline" || name === "matrix") legend(page, { said: signs, stands: shades, happened: kinds }[scene.lens](stage));
  page.y += 8;
  for (const note of [scene.caption.sources, name === "map" || name === "both" ? scene.caption.boundaries : "", `${scene.caption.licence} Seen on ${date}. ${link}`]) {
    paragraph(page, note, { size: 12.5, weight: 400, family: SANS, fill: tint.soft, leading: 18 });
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

/** A drawn graph, scaled to the width of the picture, with something laid over it. */
function graphic(page, graph, over) {
  const { width } = graph._fullLayout;
  const { top, height } = drawnBand(graph);
  const scale = INNER / width;
  page.y += 12;
  page.parts.push(`<svg x="${MARGIN}" y="${page.y}" width="${INNER}" height="${height * scale}" viewBox="0 ${top} ${width} ${height}">${markup(graph)}${over}</svg>`);
  page.y += height * scale + 6;
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

/** The map; or two of them, the earlier day first, where two days are compared. */
function maps(page, stage) {
  const { map, against, moment, scene } = stage;
  if (scene.against === null) return graphic(page, map, "");
  for (const [day, graph] of [[moment.on, map], [scene.against, against]].sort(([a], [b]) => a - b)) {
    page.y += 10;
    paragraph(page, words(day), { size: 15, weight: 600, family: SANS, fill: page.tint.ink, leading: 24 });
    graphic(page, graph, "");
  }
}

/** Swatches with the numbers of states. */
function shades({ scene, numbers }) {
  const shown = scene.categories.map((category, i) => ({ category, number: numbers[i] })).filter(({ category, number }) => number || category.least);
  return shown.map(({ category, number }) => ({
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
function overlay(stage, tint) {
  const { moment, scene } = stage;
  const area = stage.geometry();
  const parts = [];
  const bottom = area.top + area.height;
  const right = area.left + area.width;
  const clamp = (x) => Math.min(Math.max(x, area.left), right);
  if (moment.first !== null || moment.last !== null) {
    const [low, high] = bounds(moment, scene.window);
    const [a, b] = [clamp(area.x(low - 0.5)), clamp(area.x(high + 0.5))];
    for (const [x, width] of [[area.left, a - area.left], [b, right - b]]) {
      parts.push(`<rect x="${x}" y="${area.top}" width="${Math.max(width, 0)}" height="${area.height}" fill="${tint.paper}" fill-opacity="0.66"/>`);
    }
    parts.push(rule(a, area.top, bottom, tint.ink), rule(b, area.top, bottom, tint.ink));
    parts.push(flag(Math.max(a, 40), area.top - 8, words(low), tint.ink, "end"), flag(Math.min(b, right - 60), area.top - 8, words(high), tint.ink, "start"));
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
