/* How large a bubble is, and what number stands in it. The twin of dashboard/bubbles.py. */

const LARGEST = 44;
const ROOM = 22;
const MOST_ABSOLUTE = 83;

/** Diameter in pixels: area grows with the count; `most` is the count of the largest bubble there can be. */
export function diameter(count, most) {
  if (!count) return 0;
  if (most <= MOST_ABSOLUTE) return Math.min(13 + 3.4 * Math.sqrt(count), LARGEST);
  return Math.max(4, LARGEST * Math.sqrt(Math.min(1, count / most)));
}

/** The count as far as it has room: “842”, “17.9k”, “179k”, “1.2M”. */
export function number(count, most) {
  if (!count || (most > MOST_ABSOLUTE && diameter(count, most) < ROOM)) return "";
  for (const [unit, sign] of [[1e6, "M"], [1e3, "k"]]) {
    if (count >= unit && count >= 10_000) {
      const value = count / unit;
      return value >= 99.95 ? `${value.toFixed(0)}${sign}` : `${value.toFixed(1)}${sign}`;
    }
  }
  return String(count);
}
