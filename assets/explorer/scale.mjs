/* From days to places on the time axis and back; the twin of dashboard/scale.py. */

/** Axis coordinate of a day. */
export function place(day, knots) {
  if (knots.length < 2) return day;
  const i = pair(knots, (knot) => knot <= day);
  return i + (day - knots[i]) / (knots[i + 1] - knots[i]);
}

/** Day at an axis coordinate. */
export function dayAt(x, knots) {
  if (knots.length < 2) return x;
  const i = Math.min(Math.max(Math.floor(x), 0), knots.length - 2);
  return knots[i] + (x - i) * (knots[i + 1] - knots[i]);
}

function pair(knots, isBefore) {
  let low = 0;
  let high = knots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(knots[middle])) low = middle + 1;
    else high = middle;
  }
  return Math.min(Math.max(low - 1, 0), knots.length - 2);
}
