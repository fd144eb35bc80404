// The contract of tokens that stay with their holder, on a chain of this test's own.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ask, deploy, signature, word } from "../chain.mjs";

const MINT = "mint(bytes32,address,uint8,bytes32,bytes32)";
const [BURN, WITHDRAW] = ["burn(uint256)", "withdraw(bytes32)"];
const [OWNER, STANDING, HELD] = ["ownerOf(uint256)", "standing(uint256)", "balanceOf(address)"];
const [COMMITMENT, OTHER] = ["c1", "c2"].map((byte) => byte.repeat(32));
const NOBODY = "00".repeat(20);
const BOTH = 2;

let contract, school, ada, kofi, chainId;

before(async () => {
  [school, ada, kofi] = await ask("eth_accounts");
  chainId = Number(await ask("eth_chainId"));
});

const field = (name, type) => ({ name, type });

/** What an issuer signs, as wallets show it (EIP-712), and the words of the call that mints by it. */
async function permitted(issuer, holder, commitment, { at = contract.address, chain = chainId } = {}) {
  const signed = await ask("eth_signTypedData_v4", issuer, {
    types: {
      EIP712Domain: [
        field("name", "string"),
        field("version", "string"),
        field("chainId", "uint256"),
        field("verifyingContract", "address"),
      ],
      Mint: [field("holder", "address"), field("commitment", "bytes32")],
    },
    primaryType: "Mint",
    domain: { name: "Touchstone tokens", version: "1", chainId: chain, verifyingContract: at },
    message: { holder, commitment: `0x${commitment}` },
  });
  const [r, s, v] = [signed.slice(2, 66), signed.slice(66, 130), signed.slice(130)];
  return [commitment, issuer, v, r, s];
}

/** A fresh contract, in which `ada` has minted what `school` permitted her; and the token. */
async function minted() {
  contract = await deploy("Tokens");
  const call = await permitted(school, ada, COMMITMENT);
  const receipt = await contract.send(ada, MINT, ...call);
  assert.equal(receipt.status, "0x1");
  const [token] = await contract.read("tokenOf(address,bytes32)", school, COMMITMENT);
  return { call, receipt, token };
}

const error = async (text, ...words) => `${(await signature(text)).slice(0, 10)}${words.map(word).join("")}`;
const refused = async (from, method, words, text, ...told) =>
  assert.equal(await contract.refusal(from, method, words), await error(text, ...told));

test("whom an issuer permitted it mints, and all three standards tell of it", async () => {
  const { receipt, token } = await minted();
  const told = receipt.logs.map(({ address, topics, data }) => ({ address, topics, data }));
  const event = async (text, topics, data) => ({
    address: contract.address,
    topics: [await signature(text), ...topics.map((topic) => `0x${word(topic)}`)],
    data,
  });
  assert.deepEqual(told, [
    await event("Transfer(address,address,uint256)", [NOBODY, ada, token], "0x"),
    await event("Locked(uint256)", [], `0x${token}`),
    await event("Issued(address,address,uint256,uint8)", [school, ada, token], `0x${word(BOTH)}`),
  ]);
  assert.deepEqual(await contract.read(OWNER, token), [word(ada)]);
  assert.deepEqual(await contract.read(STANDING, token), [word(school), word(ada)]);
  assert.deepEqual(await contract.read(HELD, ada), [word(1)]);
  assert.deepEqual(await contract.read("locked(uint256)", token), [word(1)]);
  assert.deepEqual(await contract.read("burnAuth(uint256)", token), [word(BOTH)]);
  assert.deepEqual(await contract.read("getApproved(uint256)", token), [word(NOBODY)]);
  assert.deepEqual(await contract.read("isApprovedForAll(address,address)", ada, school), [word(0)]);
});

test("what is on the chain is the hash of an issuer and a commitment", async () => {
  const { token } = await minted();
  assert.equal(`0x${token}`, await ask("web3_sha3", `0x${word(school)}${COMMITMENT}`));
});

test("it says which standards it keeps", async () => {
  await minted();
  const kept = async (id) => contract.read("supportsInterface(bytes4)", id.padEnd(64, "0"));
  for (const id of ["01ffc9a7", "80ac58cd", "b45a3c0e", "0489b56f"]) assert.deepEqual(await kept(id), [word(1)], id);
  for (const id of ["ffffffff", "5b5e139f"]) assert.deepEqual(await kept(id), [word(0)], id);
});

test("nobody mints what was permitted to another, or elsewhere, or not at all", async () => {
  const { call } = await minted();
  const [, , v, r, s] = call;
  const fresh = await permitted(school, ada, OTHER);
  for (const [from, words] of [
    [kofi, fresh],
    [ada, [OTHER, school, v, r, s]],
    [ada, [OTHER, kofi, ...fresh.slice(2)]],
    [ada, [OTHER, NOBODY, 0, word(0), word(0)]],
    [ada, await permitted(kofi, ada, OTHER, { at: school })],
    [ada, await permitted(kofi, ada, OTHER, { chain: chainId + 1 })],
  ]) {
    await refused(from, MINT, words, "NotPermitted()");
  }
  assert.equal(await contract.refusal(ada, MINT, fresh), null, "what was permitted is");
});

test("a stranger who takes a commitment takes no token of the issuer's", async () => {
  const { token } = await minted();
  const call = await permitted(kofi, kofi, COMMITMENT);
  assert.equal((await contract.send(kofi, MINT, ...call)).status, "0x1");
  assert.deepEqual(await contract.read(OWNER, token), [word(ada)]);
});

test("it stays with its holder", async () => {
  const { token } = await minted();
  for (const [method, ...words] of [
    ["transferFrom(address,address,uint256)", ada, kofi, token],
    ["safeTransferFrom(address,address,uint256)", ada, kofi, token],
    ["safeTransferFrom(address,address,uint256,bytes)", ada, kofi, token, 128, 0],
    ["approve(address,uint256)", kofi, token],
    ["setApprovalForAll(address,bool)", kofi, 1],
  ]) {
    await refused(ada, method, words, "Bound()");
  }
});

for (const [who, by] of [["holder", () => ada], ["issuer", () => school]]) {
  test(`its ${who} burns it, and then there is none for good`, async () => {
    const { call, token } = await minted();
    const receipt = await contract.send(by(), BURN, token);
    assert.deepEqual(receipt.logs.map(({ topics }) => topics), [[
      await signature("Transfer(address,address,uint256)"),
      `0x${word(ada)}`,
      `0x${word(NOBODY)}`,
      `0x${token}`,
    ]]);
    for (const method of [OWNER, "locked(uint256)", "burnAuth(uint256)", "getApproved(uint256)", BURN]) {
      await refused(ada, method, [token], "Nonexistent(uint256)", token);
    }
    assert.deepEqual(await contract.read(HELD, ada), [word(0)]);
    assert.deepEqual(await contract.read(STANDING, token), [word(school), word(NOBODY)]);
    await refused(ada, MINT, call, "Ended(uint256)", token);
  });
}

test("nobody else burns it", async () => {
  const { token } = await minted();
  await refused(kofi, BURN, [token], "NotYours(uint256)", token);
  // Of a stranger it is another token, and none was minted by their permission.
  assert.equal((await contract.send(kofi, WITHDRAW, COMMITMENT)).status, "0x1");
  assert.deepEqual(await contract.read(OWNER, token), [word(ada)]);
});

test("a permission that was taken back mints nothing, and what it had minted is burnt", async () => {
  const { token } = await minted();
  assert.equal((await contract.send(school, WITHDRAW, COMMITMENT)).logs.length, 1);
  await refused(ada, OWNER, [token], "Nonexistent(uint256)", token);
  assert.equal((await contract.send(school, WITHDRAW, COMMITMENT)).status, "0x1", "again changes nothing");
  const later = await permitted(school, kofi, OTHER);
  assert.equal((await contract.send(school, WITHDRAW, OTHER)).logs.length, 0);
  const [never] = await contract.read("tokenOf(address,bytes32)", school, OTHER);
  assert.deepEqual(await contract.read(STANDING, never), [word(school), word(NOBODY)]);
  await refused(kofi, MINT, later, "Ended(uint256)", never);
});

test("it takes no coin, and nobody has no address", async () => {
  await minted();
  const call = await permitted(school, ada, OTHER);
  assert.equal(await contract.refusal(ada, MINT, call, "0x1"), "0x");
  await refused(ada, HELD, [NOBODY], "ZeroAddress()");
});

test("minting and burning cost what the documentation says", async () => {
  const { receipt, token } = await minted();
  assert.ok(Number(receipt.gasUsed) < 102_000, receipt.gasUsed);
  const burnt = await contract.send(ada, BURN, token);
  assert.ok(Number(burnt.gasUsed) < 30_000, burnt.gasUsed);
});
