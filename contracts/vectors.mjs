// Makes a block with transactions of every kind, as this chain tells of it over JSON-RPC: what `crates/adapters` reads receipts and headers
// with. `node vectors.mjs` writes it; it is another block each time, so nothing compares it.

import { writeFileSync } from "node:fs";
import { compile } from "./build.mjs";
import { ask, deploy, mine, word } from "./chain.mjs";

const OUT = new URL("../crates/adapters/src/evm_block.json", import.meta.url);

const { address } = await deploy("Checkpoints");
const anchor = `0x${compile("Checkpoints").methods["anchor(bytes32,uint64,bytes32)"]}`;
const accounts = await ask("eth_accounts");
const price = "0x174876e800";
const kinds = [
  { gasPrice: price },
  { gasPrice: price, accessList: [] },
  { maxFeePerGas: price, maxPriorityFeePerGas: "0x3b9aca00" },
];
const hashes = [];
for (let at = 0; at < 20; at += 1) {
  // Every account but the first sends one; the last one's second, of a smaller tree, is refused.
  const from = accounts[Math.min(at + 1, accounts.length - 1)];
  const size = at === 19 ? 1 : at + 10;
  const data = anchor + ["11".repeat(32), size, "a1".repeat(32)].map(word).join("");
  hashes.push(await ask("eth_sendTransaction", { from, to: address, data, gas: "0x30000", ...kinds[at % 3] }));
}
await mine();
const all = await Promise.all(hashes.map((hash) => ask("eth_getTransactionReceipt", hash)));
const receipts = all.sort((one, other) => one.transactionIndex - other.transactionIndex);
const block = await ask("eth_getBlockByHash", receipts[0].blockHash, false);
const kept = ({ type, status, cumulativeGasUsed, logsBloom, logs }) => ({
  type,
  status,
  cumulativeGasUsed,
  logsBloom,
  logs: logs.map(({ address, topics, data }) => ({ address, topics, data })),
});
const lines = receipts.map((one) => ` ${JSON.stringify(kept(one))}`);
writeFileSync(OUT, `{"block":${JSON.stringify(block)},\n"receipts":[\n${lines.join(",\n")}\n]}\n`);
