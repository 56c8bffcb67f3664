/** Counts over time by key as prefix sums. The twin of events/cube.py; both are held to tests/cube_cases.json. */

/**
 * @typedef {object} Cube
 * @property {Int32Array} edges n rising days since 1970-01-01; the first lies before every known start and end
 * @property {string[]} keys k
 * @property {Uint32Array} starts k rows of n: events of a key with earliest <= edge; open starts count from edge 0
 * @property {Uint32Array} ends k rows of n: events of a key with latest <= edge; open ends never count
 * @property {number} resolution days a bin; 1: every start and end is an edge and all counts are exact
 * @property {number[][]} wide the events not known to one day: earliest, latest, index of key, number of such events
 */

/** Stand for an open or unknown earliest or latest day. */
export const OPEN_START = -(2 ** 31);
export const OPEN_END = 2 ** 31 - 1;

/**
 * The typed arrays of a cube sent as JSON.
 * @param {{edges: number[], keys: string[], starts: number[][], ends: number[][], resolution?: number, wide?: number[][]}} payload
 * @returns {Cube}
 */
export function fromPayload({ edges, keys, starts, ends, resolution = 1, wide = [] }) {
  const rows = (table) => Uint32Array.from(table.flat());
  return { edges: Int32Array.from(edges), keys, starts: rows(starts), ends: rows(ends), resolution, wide };
}

/**
 * The index of the last edge on or before a day; 0 if there is none.
 * @param {Int32Array} edges
 * @param {number} day
 * @returns {number}
 */
export function edgeAt(edges, day) {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle] <= day) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/**
 * The events of each key that could fall between two days, both inside; null leaves a side unbounded.
 * Exact if `cube.resolution` is 1; otherwise the answer for the whole bins that hold the two days.
 * A range that ends before it begins holds nothing.
 * @param {Cube} cube
 * @param {number | null} first
 * @param {number | null} last
 * @param {Uint32Array} [counts] filled and returned, so that a brush need not allocate
 * @returns {Uint32Array} one count a key, in the order of `cube.keys`
 */
export function overlap(cube, first, last, counts = new Uint32Array(cube.keys.length)) {
  if (first !== null && last !== null && last < first) return counts.fill(0);
  const { edges, starts, ends, resolution } = cube;
  const width = edges.length;
  const to = last === null ? width - 1 : edgeAt(edges, last + resolution - 1);
  const from = first === null ? null : edgeAt(edges, first - 1);
  for (let key = 0; key < cube.keys.length; key += 1) {
    counts[key] = starts[key * width + to] - (from === null ? 0 : ends[key * width + from]);
  }
  return counts;
}

/**
 * The events of each key that certainly fall between two days: both their bounds lie inside.
 * @param {Cube} cube
 * @param {number | null} first
 * @param {number | null} last
 * @returns {Uint32Array} one count a key, in the order of `cube.keys`
 */
export function certain(cube, first, last) {
  const counts = overlap(cube, first, last);
  const [low, high] = [first ?? OPEN_START, last ?? OPEN_END];
  for (const [start, end, key, number] of cube.wide) {
    const isInside = start >= low && end <= high;
    if (low <= high && start <= high && end >= low && !isInside) counts[key] -= number;
  }
  return counts;
}
