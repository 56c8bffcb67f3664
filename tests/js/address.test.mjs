import assert from "node:assert/strict";
import { test } from "node:test";

import { rebased } from "../../assets/explorer/address.mjs";

const defaults = { lens: "stands", country: "", q: "", from: "", page: "1", camera: "" };
const led = (href, written, now, member) => rebased(href, written, now, defaults, member);

test("a link is followed as it is written while its page is on screen", () => {
  assert.equal(led("?country=RUS&page=1", "", "", "RUS"), "?country=RUS&page=1");
});

test("what was typed since a filter was drawn stays when the filter is chosen", () => {
  assert.equal(led("?country=RUS", "", "?q=gold", "RUS"), "?country=RUS&q=gold");
  assert.equal(led("?lens=said&country=RUS", "?country=RUS", "?country=RUS&from=2019-01-01"), "?lens=said&country=RUS&from=2019-01-01");
});

test("filters that are chosen faster than the server answers all hold", () => {
  assert.equal(led("?country=RUS", "", "?country=VEN", "RUS"), "?country=RUS,VEN");
  assert.equal(led("?country=CUB", "?country=CUB,RUS", "?country=CUB,RUS,VEN", "RUS"), "?country=CUB,VEN");
});

test("other records are still listed from the first page", () => {
  assert.equal(led("?country=RUS", "?page=3", "?q=gold&page=3", "RUS"), "?country=RUS&q=gold");
});

test("a value that holds commas without being a list is taken whole", () => {
  assert.equal(led("?camera=", "?camera=1,2,3", "?q=gold&camera=1,2,3"), "?q=gold");
});
