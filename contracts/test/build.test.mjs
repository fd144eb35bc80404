// What is kept beside the sources is what the pinned compiler makes of them, byte for byte.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { contracts, kept, written } from "../build.mjs";

test("there is a contract", () => assert.ok(contracts().includes("Checkpoints")));

for (const name of contracts()) {
  test(`${name}.json comes out of ${name}.sol`, () => {
    assert.equal(readFileSync(kept(name), "utf8"), written(name), "run `node build.mjs`, and say why in the commit");
  });
}
