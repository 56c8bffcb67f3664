import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { clustered, diameter, escaped, names, number, tooltip } from "../../assets/explorer/bubbles.mjs";

const { cases } = JSON.parse(readFileSync(new URL("../bubble_cases.json", import.meta.url), "utf8"));
const EVENTS = ["event", "events"];
const bubble = (more) => ({ places: ["a"], label: "Havana", lon: 0, lat: 0, count: 3, total: 3, isArea: false, isSettlement: true, ...more });

for (const { name, reach, single, clustered: expected } of cases) {
  test(`${name}: the browser joins the places that the server joins`, () => {
    assert.deepEqual(clustered(single, reach), expected);
  });
}

test("a bubble grows by area, vanishes at zero and is never larger than the largest", () => {
  assert.equal(diameter(0, 80), 0);
  assert.ok(Math.abs((diameter(16, 80) - 13) - 2 * (diameter(4, 80) - 13)) < 1e-9);
  for (const most of [1, 83, 84, 5_000_000]) {
    const sizes = [1, 2, 40, 83, 84, 900, 70_000, 5_000_000].filter((count) => count <= most).map((count) => diameter(count, most));
    assert.deepEqual(sizes, [...sizes].sort((a, b) => a - b));
    assert.ok(sizes.every((size) => size > 0 && size <= 44));
  }
});

test("a number in a bubble is short, and exact as far as it has room", () => {
  const written = [[0, ""], [842, "842"], [9_999, "9,999"], [17_865, "17.9k"], [178_656, "179k"], [1_204_000, "1.2M"]];
  for (const [count, words] of written) assert.equal(number(count, Math.max(count, 1)), words);
  assert.equal(number(3, 1_000_000), "", "no room in the smallest circle");
});

test("a number never reaches over the rim of its circle, and is left to the tooltip where it has no room", () => {
  const written = [[84_900, 179_000, "85k"], [2_704, 5_000, "2.7k"], [59_900, 179_000, ""], [2_704, 10_000, ""]];
  for (const [count, most, words] of written) assert.equal(number(count, most), words);
  assert.equal(number(59_900, 179_000, true), "59.9k", "below a square there is room");
  for (let count = 1; count <= 83; count += 1) assert.equal(number(count, 83), String(count));
});

test("a tooltip says how many events of how many places, and that a country's are somewhere in it", () => {
  assert.equal(tooltip(bubble({ count: 1 }), EVENTS), "<b>Havana</b><br>1 event");
  assert.equal(tooltip(bubble({ count: 0 }), EVENTS), "<b>Havana</b><br>no events");
  assert.equal(tooltip(bubble({ count: 1204, places: ["a", "b"] }), ["death", "deaths"]), "<b>Havana and 1 place close by</b><br>1,204 deaths");
  assert.equal(tooltip(bubble({ places: ["a", "b", "c"] }), EVENTS), "<b>Havana and 2 places close by</b><br>3 events");
  assert.equal(tooltip(bubble({ label: "Cuba", isArea: true }), EVENTS), "<b>Somewhere in Cuba</b><br>3 events");
});

test("no name of a place is markup, a template or a formula", () => {
  assert.equal(escaped("<b>&%{x}$"), "&lt;b&gt;&amp;%&#123;x}&#36;");
  assert.ok(!tooltip(bubble({ label: "<script>" }), EVENTS).includes("<script>"));
});

test("far out only places with several events are named, and never a country; near by all are", () => {
  const three = [bubble({ label: "Cuba", isArea: true }), bubble({}), bubble({ label: "Mariel", count: 1 })];
  const found = (zoom) => names(three, zoom).map((name) => name.trim());
  assert.deepEqual(found(1), ["", "Havana", ""]);
  assert.deepEqual(found(3), ["Cuba", "Havana", "Mariel"]);
});

test("where thousands lie at a place, no more than the twelve largest are named", () => {
  const many = Array.from({ length: 40 }, (_, i) => bubble({ count: 100 + i, total: 100 + i }));
  assert.equal(names(many, 1).filter(Boolean).length, 12);
});
