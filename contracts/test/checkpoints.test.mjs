// The contract that keeps checkpoints, on a chain of this test's own.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ask, deploy, signature, word } from "../chain.mjs";

const ANCHOR = "anchor(bytes32,uint64,bytes32)";
const SIZE = "sizeOf(address,bytes32)";
const ROOT = "rootOf(address,bytes32,uint64)";
const [LOG, OTHER_LOG] = ["11".repeat(32), "12".repeat(32)];
const [FIRST, SECOND, THIRD] = ["a1", "a2", "a3"].map((byte) => byte.repeat(32));

let contract, north, south;

before(async () => {
  [north, south] = await ask("eth_accounts");
});

/** A fresh one, in which `north` has anchored a tree of ten entries. */
async function anchored() {
  contract = await deploy("Checkpoints");
  return contract.send(north, ANCHOR, LOG, 10, FIRST);
}

const error = async (text, ...words) => `${(await signature(text)).slice(0, 10)}${words.map(word).join("")}`;

test("a checkpoint is kept, and told as an event", async () => {
  const receipt = await anchored();
  assert.equal(receipt.status, "0x1");
  assert.equal(receipt.logs.length, 1);
  const [log] = receipt.logs;
  assert.equal(log.address, contract.address);
  assert.deepEqual(log.topics, [
    await signature("Anchored(address,bytes32,uint64,bytes32)"),
    `0x${word(north)}`,
    `0x${LOG}`,
  ]);
  assert.equal(log.data, `0x${word(10)}${FIRST}`);
  assert.deepEqual(await contract.read(SIZE, north, LOG), [word(10)]);
  assert.deepEqual(await contract.read(ROOT, north, LOG, 10), [FIRST]);
  assert.deepEqual(await contract.read(ROOT, north, LOG, 9), [word(0)]);
});

test("a log grows, and what it was stays there", async () => {
  await anchored();
  const receipt = await contract.send(north, ANCHOR, LOG, 12, SECOND);
  assert.equal(receipt.status, "0x1");
  assert.deepEqual(await contract.read(SIZE, north, LOG), [word(12)]);
  assert.deepEqual(await contract.read(ROOT, north, LOG, 10), [FIRST]);
  assert.deepEqual(await contract.read(ROOT, north, LOG, 12), [SECOND]);
});

test("a smaller tree of the same log is refused", async () => {
  await anchored();
  const told = await contract.refusal(north, ANCHOR, [LOG, 9, SECOND]);
  assert.equal(told, await error("Smaller(uint64)", 10));
  const receipt = await contract.send(north, ANCHOR, LOG, 9, SECOND);
  assert.equal(receipt.status, "0x0");
  assert.deepEqual(receipt.logs, []);
  assert.deepEqual(await contract.read(SIZE, north, LOG), [word(10)]);
});

test("another tree of the same size is refused, and the same one is told again", async () => {
  await anchored();
  const told = await contract.refusal(north, ANCHOR, [LOG, 10, SECOND]);
  assert.equal(told, await error("Forked(uint64,bytes32)", 10, FIRST));
  const again = await contract.send(north, ANCHOR, LOG, 10, FIRST);
  assert.equal(again.status, "0x1");
  assert.equal(again.logs.length, 1);
  assert.deepEqual(await contract.read(ROOT, north, LOG, 10), [FIRST]);
});

test("an empty tree is refused", async () => {
  await anchored();
  const told = await contract.refusal(south, ANCHOR, [LOG, 0, word(0)]);
  assert.equal(told, await error("Forked(uint64,bytes32)", 0, word(0)));
});

test("senders and logs do not get in each other's way", async () => {
  await anchored();
  assert.equal((await contract.send(south, ANCHOR, LOG, 3, THIRD)).status, "0x1");
  assert.equal((await contract.send(north, ANCHOR, OTHER_LOG, 2, SECOND)).status, "0x1");
  assert.deepEqual(await contract.read(SIZE, north, LOG), [word(10)]);
  assert.deepEqual(await contract.read(SIZE, south, LOG), [word(3)]);
  assert.deepEqual(await contract.read(SIZE, north, OTHER_LOG), [word(2)]);
  assert.deepEqual(await contract.read(ROOT, south, LOG, 10), [word(0)]);
});

test("it takes no coin", async () => {
  await anchored();
  const told = await contract.refusal(north, ANCHOR, [LOG, 11, SECOND], "0x1");
  assert.equal(told, "0x");
});

test("a checkpoint costs what the documentation says", async () => {
  const first = Number((await anchored()).gasUsed);
  const later = Number((await contract.send(north, ANCHOR, LOG, 12, SECOND)).gasUsed);
  assert.ok(first < 75_000, `${first}`);
  assert.ok(later < 58_000, `${later}`);
});
