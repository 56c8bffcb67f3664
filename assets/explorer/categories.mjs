/* Which category each country falls into at a moment: the same rules as dashboard/view_model/shades.py. */
import { certain, overlap } from "./cube.mjs";

/** Counts per key of a cube in a period, as the view counts uncertain dates. */
export const counts = (cube, { first, last, isCertain }) => (isCertain ? certain : overlap)(cube, first, last);

/** Country → index into scene.categories. */
export function categories(scene, moment) {
  const found = scene.lens === "stands" ? standing(scene, moment.on) : scene.stances ? heard(scene, moment) : happened(scene, moment);
  for (const [territory, holder] of Object.entries(scene.territories)) if (found.has(holder)) found.set(territory, found.get(holder));
  return found;
}

function standing(scene, on) {
  const found = new Map();
  for (const [country, changes] of Object.entries(scene.changes)) {
    let category = changes[0][1];
    for (const [day, next] of changes) if (day === null || day <= on) category = next;
    found.set(country, category);
  }
  return found;
}

function happened(scene, moment) {
  const numbers = counts(scene.countries, moment);
  const least = scene.categories.map((category) => category.least);
  const classOf = (n) => least.findLastIndex((smallest) => smallest <= n);
  return new Map(scene.countries.keys.map((key, i) => [key, classOf(numbers[i])]));
}

const SIDES = { asserts: 1, denies: 2, retracts: 0 };

/** Who asserts, who denies, who does both: the order is that of `STANCES` in dashboard/view_model/shades.py. */
function heard(scene, moment) {
  const sides = new Map(scene.states.map((state) => [state, 0]));
  for (const record of scene.speaking) {
    if (record.state && isIn(record, moment)) sides.set(record.state, sides.get(record.state) | SIDES[record.stance]);
  }
  return new Map([...sides].map(([state, said]) => [state, [3, 0, 1, 2][said]]));
}

/** Whether a record could fall in a period, or certainly does where the view asks for that. */
export function isIn(record, { first, last, isCertain }) {
  if (first === null && last === null) return true;
  if (!record.dated) return false;
  const low = record.earliest ?? -Infinity;
  const high = record.latest ?? Infinity;
  const [from, to] = [first ?? -Infinity, last ?? Infinity];
  return isCertain ? low >= from && high <= to : low <= to && high >= from;
}

/** Number of states per category; what the data do not name is blank. */
export function tally(found, scene) {
  const numbers = new Array(scene.categories.length).fill(0);
  for (const state of scene.states) numbers[found.get(state) ?? scene.blank] += 1;
  return numbers;
}
