// A node of a chain that others made (hardhat), in a process of its own, and the binary beside it: what the checks over JSON-RPC share.

import { spawn, spawnSync } from "node:child_process";
import { request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** This folder. */
export const here = fileURLToPath(new URL(".", import.meta.url));
/** The keys of the first accounts of every such chain: everybody knows them, and each has ten thousand coins of no worth. */
export const KEYS = [
  "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
  "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
  "5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
];
/** A key whose address has nothing. */
export const POOR = "11".repeat(32);

const [touchstone, folder] = process.argv.slice(2);

let checks = 0;
let failed = 0;

/** Counts a claim; one that does not hold is said, with what was seen. */
export function check(claim, held, seen) {
  checks += 1;
  if (held) return;
  failed += 1;
  console.error(`FAILED ${claim}: ${typeof seen === "string" ? seen : JSON.stringify(seen)}`);
}

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});
/** Where the node answers. */
export const url = `http://127.0.0.1:${port}`;
const node = spawn(
  process.execPath,
  [join(here, "node_modules/hardhat/internal/cli/bootstrap.js"), "node", "--hostname", "127.0.0.1", "--port", String(port)],
  {
    cwd: here,
    env: { ...process.env, HARDHAT_CONFIG: join(here, "hardhat.config.cjs"), HARDHAT_DISABLE_TELEMETRY_PROMPT: "true" },
    stdio: "ignore",
  },
);

/** On a connection of its own each time: while the binary runs nothing is read here, and the node closes what is idle. */
const post = (body) =>
  new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const sent = request(url, { method: "POST", agent: false, headers }, (answer) => text(answer).then(resolve, reject));
    sent.on("error", reject).end(body);
  });

/** Asks the node, as JSON-RPC has it. */
export async function ask(method, ...params) {
  const said = JSON.parse(await post(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params })));
  if (said.error) throw new Error(`${method}: ${said.error.message}`);
  return said.result;
}

/** Closes so many blocks. */
export async function mine(blocks) {
  for (let block = 0; block < blocks; block += 1) await ask("evm_mine");
}

async function ready() {
  for (let tries = 0; tries < 240; tries += 1) {
    if (node.exitCode !== null) throw new Error(`the node ended with ${node.exitCode}`);
    try {
      return await ask("eth_chainId");
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
  throw new Error("the node does not answer");
}

/** A file of this run's, and the data folder among them. */
export const place = (name) => join(folder, name);
export const data = place("data");

/** Runs the binary, perhaps as if it were so many minutes later, perhaps of another data folder. */
export function run(args, { environment = {}, later = 0, ends = 0, at = data } = {}) {
  const words = [touchstone, ...args, "--data", at, "--local"];
  const [program, ...rest] = later ? ["faketime", "-f", `+${later}m`, ...words] : words;
  const env = { ...process.env, TOUCHSTONE_FETCH_LOOPBACK: "true", HOME: folder, ...environment };
  const done = spawnSync(program, rest, { env, encoding: "utf8", cwd: folder });
  check(`${args.join(" ")} ends with ${ends}`, done.status === ends, done.stdout + done.stderr);
  return done.stdout + done.stderr;
}

/** What the binary answered in JSON. */
export const json = (text) => JSON.parse(text.slice(text.indexOf("{")));

/** Makes the checks on the chain with this number, and ends with how many there were. */
export async function holds(main) {
  try {
    await main(Number(await ready()));
  } finally {
    node.kill();
  }
  console.log(JSON.stringify({ checks, failed }));
  process.exit(failed ? 1 : 0);
}
