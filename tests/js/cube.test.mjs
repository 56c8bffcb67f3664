import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { certain, edgeAt, fromPayload, overlap } from "../../assets/explorer/cube.mjs";

const { cubes, cases } = JSON.parse(readFileSync(new URL("../cube_cases.json", import.meta.url), "utf8"));

for (const { cube, name, first, last, counts } of cases) {
  test(`${cube}, ${name}: the browser counts what the server counts`, () => {
    assert.deepEqual([...overlap(fromPayload(cubes[cube].payload), first, last)], counts);
  });
}

for (const { cube, name, first, last, certainly } of cases.filter((one) => one.certainly)) {
  test(`${cube}, ${name}: the browser is as certain as the server`, () => {
    assert.deepEqual([...certain(fromPayload(cubes[cube].payload), first, last)], certainly);
  });
}

test("a cube is held in typed arrays, key after key", () => {
  const cube = fromPayload(cubes["three keys"].payload);
  assert.ok(cube.edges instanceof Int32Array && cube.starts instanceof Uint32Array && cube.ends instanceof Uint32Array);
  assert.equal(cube.starts.length, cube.keys.length * cube.edges.length);
});

test("a cube sent without a resolution is exact", () => {
  const { resolution, wide, ...payload } = cubes["three keys"].payload;
  assert.equal(fromPayload(payload).resolution, resolution);
  assert.deepEqual(fromPayload(payload).wide, []);
});

test("an edge is the last on or before the day, and the first of all before any", () => {
  const edges = Int32Array.from([-4, -3, 5, 9]);
  assert.deepEqual([-99, -4, -3, 4, 5, 8, 9, 99].map((day) => edgeAt(edges, day)), [0, 0, 1, 1, 2, 2, 3, 3]);
});

test("a brush can reuse one array: nothing of the step before is left in it", () => {
  const cube = fromPayload(cubes["three keys"].payload);
  const counts = new Uint32Array(3).fill(77);
  assert.equal(overlap(cube, null, null, counts), counts);
  assert.deepEqual([...counts], [0, 2, 4]);
  assert.deepEqual([...overlap(cube, 2, 1, counts)], [0, 0, 0]);
});
