/** Counts over time by key as prefix sums. The twin of events/cube.py; both are held to tests/cube_cases.json. */

/**
 * @typedef {object} Cube
 * @property {Int32Array} edges n rising days since 1970-01-01; the first lies before every known start and end
 * @property {string[]} keys k
 * @property {Float64Array} starts k rows of n: events of a key with earliest <= edge; open starts count from edge 0
 * @property {Float64Array} ends k rows of n: events of a key with latest <= edge; open ends never count
 * @property {number} resolution days of the widest bin; 1: every start and end is an edge and all counts are exact
 * @property {Int32Array} wide m rows of 4, the events that reach over a whole bin or more: index of the first edge on or
 *   after their earliest day, of that on or after their latest day (n: open), of the key, and number of such events
 */

const TYPES = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, i1: Int8Array, i2: Int16Array, i4: Int32Array, f8: Float64Array };

/**
 * The cube that `packed` in events/cube.py wrote.
 * @param {ArrayBuffer} buffer
 * @param {number} [offset] where it begins, a multiple of eight
 * @returns {Cube}
 */
export function unpacked(buffer, offset = 0) {
  const size = new DataView(buffer).getUint32(offset, true);
  const { keys, edges: n, resolution, wide: m, types } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, offset + 4, size)));
  let at = offset + 4 + size;
  const take = (type, length) => {
    const array = new TYPES[type](buffer, at, length);
    at += Math.ceil(array.byteLength / 8) * 8;
    return array;
  };
  const [edges, started, moved, wide] = [take("i4", n), take(types[0], keys.length * n), take(types[1], keys.length * n), take("i4", m * 4)];
  return { edges, keys, starts: summed(started, null, n), ends: summed(started, moved, n), resolution, wide };
}

/** Prefix sums of each row of n bins, which are those of the first array and, if given, of the second added. */
function summed(bins, more, n) {
  const sums = new Float64Array(bins.length);
  for (let row = 0; row < bins.length; row += n) {
    let sum = 0;
    for (let i = row; i < row + n; i += 1) sums[i] = sum += bins[i] + (more ? more[i] : 0);
  }
  return sums;
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

/* Indices of the last edge before a period and of its own last edge; of a binned cube that of the whole bin. */
function bounds({ edges, resolution }, first, last) {
  let to = last === null ? edges.length - 1 : edgeAt(edges, last);
  if (last !== null && resolution > 1 && edges[0] < last && edges[to] < last) to = Math.min(to + 1, edges.length - 1);
  return [first === null ? null : edgeAt(edges, first - 1), to];
}

/**
 * The events of each key that could fall between two days, both inside; null leaves a side unbounded.
 * Exact if `cube.resolution` is 1; otherwise the answer for the whole bins that hold the two days.
 * A range that ends before it begins holds nothing.
 * @param {Cube} cube
 * @param {number | null} first
 * @param {number | null} last
 * @param {Float64Array} [counts] filled and returned, so that a brush need not allocate
 * @returns {Float64Array} one count a key, in the order of `cube.keys`
 */
export function overlap(cube, first, last, counts = new Float64Array(cube.keys.length)) {
  if (first !== null && last !== null && last < first) return counts.fill(0);
  const { edges, starts, ends } = cube;
  const [before, to] = bounds(cube, first, last);
  for (let key = 0; key < cube.keys.length; key += 1) {
    const row = key * edges.length;
    counts[key] = starts[row + to] - (before === null ? 0 : ends[row + before]);
  }
  return counts;
}

/**
 * The events of each key that certainly fall between two days: both their bounds lie inside. As exact as `overlap`.
 * @param {Cube} cube
 * @param {number | null} first
 * @param {number | null} last
 * @returns {Float64Array} one count a key, in the order of `cube.keys`
 */
export function certain(cube, first, last) {
  const counts = new Float64Array(cube.keys.length);
  const { edges, starts, ends, wide } = cube;
  const [before, to] = bounds(cube, first, last);
  if (first !== null && last !== null && (last < first || before === to)) return counts;
  for (let key = 0; key < cube.keys.length; key += 1) {
    const row = key * edges.length;
    counts[key] = (last === null ? starts[row + to] : ends[row + to]) - (before === null ? 0 : starts[row + before]);
  }
  if (before === null || last === null) return counts;
  for (let i = 0; i < wide.length; i += 4) {
    if (wide[i] <= before && wide[i + 1] > to) counts[wide[i + 2]] += wide[i + 3];
  }
  return counts;
}
