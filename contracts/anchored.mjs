// The public log on a chain that others made (hardhat), from the contract to the verdict.
//
//     anchored.mjs TOUCHSTONE FOLDER
//
// Nothing of ours makes a block here: the node takes the binary's transaction or refuses it, and tells of blocks and receipts as it hashed
// them. The last line is the result.

import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KEYS, POOR, ask, check, data, here, holds, json, mine, place, run, url } from "./node.mjs";

async function main(chain) {
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, "evm.key"), `${KEYS[0]}\n`);
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
  const unasked = restore("unasked", {}, 1);
  check("without the anchor nobody knows, and it stays closed", unasked.log === "unknown" && !unasked.open, unasked);

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

await holds(main);
