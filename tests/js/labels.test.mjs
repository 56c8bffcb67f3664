import assert from "node:assert/strict";
import { test } from "node:test";

import { legible } from "../../assets/explorer/labels.mjs";

const spot = (x, y, radius, name) => ({ x, y, radius, name });

test("of two names over each other, that of the larger bubble can be read", () => {
  assert.deepEqual([...legible([spot(0, 0, 6, "Mariel"), spot(10, 4, 9, "Havana")], 400)], [1]);
});

test("names that stand apart are all there", () => {
  assert.equal(legible([spot(0, 0, 6, "Mariel"), spot(0, 40, 9, "Havana"), spot(200, 0, 9, "Caracas")], 400).size, 3);
});

test("no name lies over the bubble of another place, unless that is a mere dot", () => {
  assert.equal(legible([spot(0, 0, 10, "Moscow"), spot(30, 0, 8, "")], 400).size, 0);
  assert.equal(legible([spot(0, 0, 10, "Moscow"), spot(30, 0, 2, "")], 400).size, 1);
});

test("a place behind the globe takes no room", () => {
  assert.deepEqual([...legible([spot(NaN, NaN, 20, "Sydney"), spot(0, 0, 6, "Lima")], 400)].includes(1), true);
});

test("a name that the edge of the map would cut is not begun", () => {
  assert.deepEqual([...legible([spot(380, 0, 9, "Auckland"), spot(300, 40, 9, "Suva")], 400)], [1]);
});
