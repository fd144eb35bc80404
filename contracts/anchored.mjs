// The public log on a chain that others made (hardhat), from the contract to the verdict.
//
//     anchored.mjs TOUCHSTONE FOLDER
//
// Nothing of ours makes a block here: the node takes the binary's transaction or refuses it, and tells of blocks and receipts as it hashed
// them. The last line is the result.

import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const [touchstone, folder] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));
// The first account of every such chain: everybody knows its key, and it has ten thousand coins of no worth.
const KEY = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const POOR = "11".repeat(32);

let checks = 0;
let failed = 0;
const check = (claim, held, seen) => {
  checks += 1;
  if (held) return;
  failed += 1;
  console.error(`FAILED ${claim}: ${typeof seen === "string" ? seen : JSON.stringify(seen)}`);
};

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});
const url = `http://127.0.0.1:${port}`;
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

async function ask(method, ...params) {
  const said = JSON.parse(await post(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params })));
  if (said.error) throw new Error(`${method}: ${said.error.message}`);
  return said.result;
}

const mine = async (blocks) => {
  for (let block = 0; block < blocks; block += 1) await ask("evm_mine");
};

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

const data = join(folder, "data");
const place = (name) => join(folder, name);

/** Runs the binary, perhaps as if it were so many minutes later, perhaps of another data folder. */
function run(args, { environment = {}, later = 0, ends = 0, at = data } = {}) {
  const words = [touchstone, ...args, "--data", at, "--local"];
  const [program, ...rest] = later ? ["faketime", "-f", `+${later}m`, ...words] : words;
  const env = { ...process.env, TOUCHSTONE_FETCH_LOOPBACK: "true", HOME: folder, ...environment };
  const done = spawnSync(program, rest, { env, encoding: "utf8", cwd: folder });
  check(`${args.join(" ")} ends with ${ends}`, done.status === ends, done.stdout + done.stderr);
  return done.stdout + done.stderr;
}

const json = (text) => JSON.parse(text.slice(text.indexOf("{")));

async function main() {
  const chain = Number(await ready());
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, "evm.key"), `${KEY}\n`);
  writeFileSync(join(data, "poor.key"), `${POOR}\n`);

  // The contract: what it would cost, and then the contract.
  const deploy = ["log", "deploy", "--rpc", url, "--key", join(data, "evm.key"), "--max-fee", "0.5"];
  const told = json(run([...deploy, "--json"]));
  check("nothing is sent unless it is asked for", !told.sent && Number(told.most) < 0.5, told);
  check("nobody sent anything", Number(await ask("eth_getTransactionCount", told.payer, "pending")) === 0);
  const cheap = run([...deploy.slice(0, -1), "0.000001", "--send"], { ends: 2 });
  check("what would cost more is not sent", cheap.includes("nothing was sent: it would cost"), cheap);
  const sent = json(run([...deploy, "--send", "--json"]));
  await mine(1);
  const kept = JSON.parse(readFileSync(join(here, "src/Checkpoints.json"), "utf8"));
  const code = await ask("eth_getCode", sent.contract, "latest");
  check("the contract stands where it was said", code === `0x${kept.deployedBytecode}`, code);

  // The settings, with what may be spent.
  const line = (words) => ({ TOUCHSTONE_LOG_ANCHORS: `evm chain ${url} ${words} confirmations=3` });
  const terms = `chain=${chain} contract=${sent.contract} key=evm.key`;
  const environment = line(`${terms} max_fee=0.01`);
  const anchors = (options = {}) => json(run(["log", "anchors", "--json"], { environment, ...options }));
  const work = (options = {}) => run(["work", "--once"], { environment, ...options });
  run(["init", "--name", "Example University", "--slug", "example", "--email", "a@example.edu"]);
  const sample = join(here, "../crates/touchstone/sample");
  run(["achievement", "import", join(sample, "achievements/precision-measurement.json")]);
  run(["issue", "--achievement", "precision-measurement", "--csv", join(sample, "cohort.csv"), "--out", place("issued")]);

  // A backup, and what was published by then. Something changes after it, and that is what is anchored.
  run(["publish", "--to", place("stale")]);
  run(["backup", "--to", place("backup.zip")]);
  const issued = json(run(["credential", "list", "--json"])).credentials;
  run(["credential", "revoke", issued.at(-1).id, "--reason", "Issued in error."]);
  run(["work", "--once"]);

  // Whatever is wrong with the chain or the money is said, holds up nothing, and nothing is sent.
  const before = Number(await ask("eth_getTransactionCount", sent.payer, "pending"));
  const wrong = [
    [`${terms} max_fee=0.00000001`, "and may cost 0.00000001 at most"],
    [`${terms.replace(`chain=${chain}`, "chain=1")} max_fee=0.01`, `it is a node of chain ${chain}`],
    [`${terms.replace(sent.contract, sent.payer)} max_fee=0.01`, "there is no contract"],
    [`${terms.replace("evm.key", "missing.key")} max_fee=0.01`, "key= cannot be read: entity not found"],
    [`${terms.replace("evm.key", "poor.key")} max_fee=0.01`, "which pays, has 0"],
  ];
  for (const [turn, [words, says]] of wrong.entries()) {
    const environment = line(words);
    // It is tried again after twice as long each time.
    const later = 10 * 2 ** turn;
    work({ environment, later });
    const one = anchors({ environment, later }).checkpoints[0];
    check(`it is pending, because ${says}`, one.state === "pending" && one.why?.includes(says), one);
  }
  check("nothing was sent", Number(await ask("eth_getTransactionCount", sent.payer, "pending")) === before);
  const doctor = run(["doctor"], { environment, ends: 1 });
  check("what one more costs is said first", /one more would cost 0\.0\d+ now, and may cost 0\.01/.test(doctor), doctor);

  // Sent once, however often it is asked; confirmed when the block is deep enough.
  work({ later: 600 });
  check("it is pending", anchors().checkpoints[0].state === "pending", anchors());
  check("it has no proof", anchors().checkpoints[0].proof === null, anchors());
  work({ later: 630 });
  const pending = await ask("eth_getBlockByNumber", "pending", false);
  check("one transaction waits", pending.transactions.length === 1, pending.transactions);
  await mine(1);
  work({ later: 660 });
  check("one block is not enough", anchors().checkpoints[0].state === "pending", anchors());
  await mine(2);
  work({ later: 690 });
  const one = anchors().checkpoints[0];
  check("it is confirmed", one.state === "confirmed" && one.seenBy !== null, one);
  check("it was sent once", Number(await ask("eth_getTransactionCount", sent.payer, "latest")) === before + 1);
  const [log] = await ask("eth_getLogs", { address: sent.contract, fromBlock: "0x0", toBlock: "latest" });
  check("the chain has the size of the log", Number(log.data.slice(0, 66)) === one.size, log);

  // Restored where nothing but the old copy is left: what stands on the chain keeps it closed; whoever does not ask it finds nothing wrong.
  const restore = (at, environment, ends) => {
    const from = ["--from", place("backup.zip"), "--passphrase-file", join(data, "keys/passphrase"), "--documents", place("stale")];
    return json(run(["restore", ...from, "--json"], { at: place(at), environment, ends }));
  };
  const asked = line(`${terms.replace("evm.key", join(data, "evm.key"))} max_fee=0.01`);
  const closed = restore("restored", asked, 1);
  check("a restored log that is behind what is anchored stays closed", closed.log === "anchored" && !closed.open, closed);
  const unasked = restore("unasked", {}, 0);
  check("without the anchor nobody would know", unasked.log === "unchanged" && unasked.open, unasked);

  // Published, exported, and judged by who names the contract and the block.
  run(["publish", "--to", place("public")], { environment });
  const proof = place(`public/${one.proof}`);
  const [id] = json(run(["credential", "list", "--json"], { environment })).credentials.map((one) => one.id);
  run(["credential", "export", id, "--bundle", "--out", place("ada.bundle")], { environment });
  run(["log", "trust", "--out", place("trust.policy")], { environment });
  const trust = readFileSync(place("trust.policy"), "utf8");
  check("the trust file names the contract", trust.includes(`\n#anchor evm chain ${chain} ${sent.contract}\n`), trust);
  const verify = () => run(["verify", place("ada.bundle"), "--offline", "--trust", place("trust.policy")]);
  check("which block to look up is said", verify().includes(`block ${Number(log.blockNumber)} of an EVM chain`), verify());
  const block = (file) => ["log", "block", file, "--trust", place("trust.policy"), "--rpc", url];
  await mine(100);
  const lines = run(block(place("ada.bundle")));
  const hash = (await ask("eth_getBlockByNumber", log.blockNumber, false)).hash;
  const wanted = `#anchor evm chain ${chain} ${sent.contract} ${Number(log.blockNumber)} ${hash}`;
  check("the node's block is written as a line", lines.trim() === wanted, lines);
  check("so it is from the published file", run(block(proof)).trim() === wanted);
  appendFileSync(place("trust.policy"), `${wanted}\n`);
  check("then it is a time", verify().includes("as the anchor chain states"), verify());

  // The chain without that block: the bundle stays what it was, and the node says no.
  await ask("hardhat_reset");
  await mine(Number(log.blockNumber) + 5);
  const other = run(block(place("ada.bundle")), { ends: 1 });
  check("another chain is told from this one", other.includes("it is not on this chain"), other);
}

try {
  await main();
} finally {
  node.kill();
}
console.log(JSON.stringify({ checks, failed }));
process.exit(failed ? 1 : 0);
