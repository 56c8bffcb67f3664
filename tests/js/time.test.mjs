import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { iso, parsed, words } from "../../assets/explorer/time.mjs";

const cases = JSON.parse(readFileSync(new URL("../time_cases.json", import.meta.url), "utf8"));

test("a day is named on a handle as in the sentence, in every age", () => {
  for (const one of cases) assert.equal(words(one.day), one.words);
});

test("a day is written into the address as the server reads it, and can be typed as it is written", () => {
  for (const one of cases) {
    assert.equal(iso(one.day), one.iso);
    assert.deepEqual(parsed(one.iso), [one.day, one.day]);
  }
});

test("years, months and days in words can be typed, and nothing else", () => {
  const [first, last] = parsed("2019");
  assert.deepEqual([iso(first), iso(last)], ["2019-01-01", "2019-12-31"]);
  assert.deepEqual(parsed("Feb 2020").map(iso), ["2020-02-01", "2020-02-29"]);
  assert.deepEqual(parsed("20 March 2019").map(iso), ["2019-03-20", "2019-03-20"]);
  for (const text of ["", "soon", "2019-13", "2019-02-29", "31 April 2019", "20/03/2019"]) assert.equal(parsed(text), null, text);
});
