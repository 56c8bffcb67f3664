import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { certain, edgeAt, overlap, unpacked } from "../../assets/explorer/cube.mjs";

const received = (name) => unpacked(Uint8Array.from(Buffer.from(cubes[name].packed, "base64")).buffer);
const { cubes, cases } = JSON.parse(readFileSync(new URL("../cube_cases.json", import.meta.url), "utf8"));

for (const { cube, name, first, last, counts } of cases) {
  test(`${cube}, ${name}: the browser counts what the server counts`, () => {
    assert.deepEqual([...overlap(received(cube), first, last)], counts);
  });
}

for (const { cube, name, first, last, certainly } of cases) {
  test(`${cube}, ${name}: the browser is as certain as the server`, () => {
    assert.deepEqual([...certain(received(cube), first, last)], certainly);
  });
}

for (const [name, { keys, cube }] of Object.entries(cubes)) {
  test(`${name}: the browser holds what the server sent`, () => {
    const { edges, starts, ends, resolution, wide, keys: found } = received(name);
    assert.deepEqual([found, [...edges], resolution], [keys, cube.edges, cube.resolution]);
    assert.deepEqual([[...starts], [...ends], [...wide]], [cube.starts.flat(), cube.ends.flat(), cube.wide.flat()]);
  });
}

test("an edge is the last on or before the day, and the first of all before any", () => {
  const edges = Int32Array.from([-4, -3, 5, 9]);
  assert.deepEqual([-99, -4, -3, 4, 5, 8, 9, 99].map((day) => edgeAt(edges, day)), [0, 0, 1, 1, 2, 2, 3, 3]);
});

test("a brush can reuse one array: nothing of the step before is left in it", () => {
  const cube = received("three keys");
  const counts = new Float64Array(3).fill(77);
  assert.equal(overlap(cube, null, null, counts), counts);
  assert.deepEqual([...counts], [0, 2, 4]);
  assert.deepEqual([...overlap(cube, 2, 1, counts)], [0, 0, 0]);
});
