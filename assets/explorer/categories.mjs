/* Which category each country falls into at a moment: the same rules as dashboard/view_model/shades.py. */
import { certain, overlap } from "./cube.mjs";

/** Counts per key of a cube in a period, as the view counts uncertain dates. */
export const counts = (cube, { first, last, isCertain }) => (isCertain ? certain : overlap)(cube, first, last);

/** Country → index into scene.categories. */
export function categories(scene, moment) {
  const found = scene.lens === "stands" ? standing(scene, moment.on) : happened(scene, moment);
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

/** Number of countries per category; what is not in the map has the first one. */
export function tally(found, size, countries) {
  const numbers = new Array(size).fill(0);
  for (const country of countries) numbers[found.get(country) ?? 0] += 1;
  return numbers;
}
