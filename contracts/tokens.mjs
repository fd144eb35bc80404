// A token over a credential, from the contract to the burning, on a chain that others made (hardhat).
//
//     tokens.mjs TOUCHSTONE FOLDER
//
// The node takes the binary's transactions or refuses them, and checks the issuer's signature as every such chain does. The last line is the
// result.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KEYS, POOR, ask, check, data, here, holds, json, mine, place, run, url } from "./node.mjs";

async function main(chain) {
  mkdirSync(data, { recursive: true });
  const [payer, issuer, ada] = KEYS.map((key, at) => {
    const file = place(`${at}.key`);
    writeFileSync(file, `${key}\n`);
    return file;
  });
  const poor = place("poor.key");
  writeFileSync(poor, `${POOR}\n`);
  const [, school, holder] = (await ask("eth_accounts")).map((one) => one.toLowerCase());
  const paid = (key, fee = "0.5") => ["--rpc", url, "--key", key, "--max-fee", fee];

  // The contract.
  const told = json(run(["token", "deploy", ...paid(payer), "--json"]));
  check("nothing is sent unless it is asked for", !told.sent && Number(told.most) < 0.5, told);
  const { contract } = json(run(["token", "deploy", ...paid(payer), "--send", "--json"]));
  await mine(1);
  const kept = JSON.parse(readFileSync(join(here, "src/Tokens.json"), "utf8"));
  check("the contract stands where it was said", (await ask("eth_getCode", contract, "latest")) === `0x${kept.deployedBytecode}`);

  // Credentials, and what the issuer permits.
  run(["init", "--name", "Example University", "--slug", "example", "--email", "a@example.edu"]);
  const sample = join(here, "../crates/touchstone/sample");
  run(["achievement", "import", join(sample, "achievements/precision-measurement.json")]);
  run(["issue", "--achievement", "precision-measurement", "--csv", join(sample, "cohort.csv"), "--out", place("issued")]);
  const [{ id }, other, withdrawn] = json(run(["credential", "list", "--json"])).credentials;
  const credential = place("ada.json");
  run(["credential", "export", id, "--out", credential]);
  run(["credential", "export", other.id, "--out", place("other.json")]);
  const permit = (id, out, { key = issuer, of = holder, ends = 0 } = {}) =>
    run(["token", "permit", id, "--holder", of, "--chain", String(chain), "--contract", contract, "--key", key, "--out", place(out)], { ends });
  const said = permit(id, "ada.token");
  check("whoever checks is told to know the issuer's address", said.includes(`${school} is your address`), said);
  const file = readFileSync(place("ada.token"), "utf8");
  const written = JSON.parse(file);
  check("it is over this credential", written.credential === `urn:uuid:${id.replace("urn:uuid:", "")}`, written);
  check("a file is not replaced", permit(id, "ada.token", { ends: 1 }).includes("is there already"));
  check("another permission has another salt", (permit(id, "again.token"), JSON.parse(readFileSync(place("again.token"))).token !== written.token));
  run(["credential", "revoke", withdrawn.id, "--reason", "Issued in error."]);
  const refused = permit(withdrawn.id, "never.token", { ends: 1 });
  check("over one that was withdrawn there is none", refused.includes("the credential was withdrawn"), refused);
  check("and no file", !existsSync(place("never.token")));
  check("the record says who permitted", json(run(["audit", "export", "--json", "--out", place("audit.json")])) && readFileSync(place("audit.json"), "utf8").includes("credential.permit-token"));

  // Checked: only who names the issuer and the credential gets a yes, and nobody before it is minted.
  const verdict = (ends, name = "ada.token", words = ["--credential", credential, "--issuer", school]) =>
    json(run(["token", "check", place(name), "--rpc", url, ...words, "--json"], { ends })).state;
  check("nobody has minted it", verdict(1) === "not-minted");

  // Minted: by nobody else, for no more than allowed, and once.
  const mint = (key, { fee, send = true, ends = 0, name = "ada.token" } = {}) =>
    run(["token", "mint", place(name), ...paid(key, fee), ...(send ? ["--send"] : []), "--json"], { ends });
  check("another key cannot", mint(payer, { ends: 1 }).includes(`the issuer permitted ${holder} to mint`));
  check("what would cost more is not sent", mint(ada, { fee: "0.0000001", ends: 2 }).includes("nothing was sent"));
  check("it says what it would cost", !json(mint(ada, { send: false })).sent);
  check("nothing was sent", Number(await ask("eth_getTransactionCount", holder, "pending")) === 0);
  const minted = json(mint(ada));
  await mine(1);
  const receipt = await ask("eth_getTransactionReceipt", minted.transaction);
  check("the chain took it", receipt.status === "0x1" && receipt.logs.length === 3, receipt);
  check("the chain knows it by the token in the file", receipt.logs[1].data === written.token, receipt.logs);
  check("what the file says to wallets is what was sent", (await ask("eth_getTransactionByHash", minted.transaction)).input === written.transaction.data);
  check("once", mint(ada, { ends: 1 }).includes("is minted already"));
  check("it is held", verdict(0) === "held");
  check("without the issuer's address nobody knows", verdict(2, "ada.token", ["--credential", credential]) === "unknown");
  check("without the credential neither", verdict(2, "ada.token", ["--issuer", school]) === "unknown");
  check("of another issuer it is not", verdict(1, "ada.token", ["--credential", credential, "--issuer", holder]) === "other-issuer");
  check("over another credential it is not", verdict(1, "ada.token", ["--credential", place("other.json"), "--issuer", school]) === "other-credential");

  // What was altered is not read, and a contract of others' not asked.
  for (const [name, change] of [
    ["salt", { salt: "00".repeat(32) }],
    ["holder", { holder: school }],
    ["token", { token: `0x${"00".repeat(32)}` }],
    ["transaction", { transaction: { ...written.transaction, to: holder } }],
  ]) {
    writeFileSync(place("bad.token"), JSON.stringify({ ...written, ...change }));
    const told = run(["token", "check", place("bad.token"), "--rpc", url], { ends: 2 });
    check(`an altered ${name} is told`, told.includes("was altered or cut off"), told);
  }
  const elsewhere = ["--holder", holder, "--chain", String(chain), "--contract", holder, "--key", poor];
  run(["token", "permit", id, ...elsewhere, "--out", place("nowhere.token")]);
  const nowhere = run(["token", "check", place("nowhere.token"), "--rpc", url], { ends: 2 });
  check("where there is no such contract, nothing is said", nowhere.includes("no contract of `contracts/src/Tokens.sol`"), nowhere);

  // Burnt by its holder, for good; and one that was only permitted, by its issuer.
  const burn = (key, { ends = 0, name = "ada.token" } = {}) => run(["token", "burn", place(name), ...paid(key), "--send", "--json"], { ends });
  check("a stranger cannot", burn(payer, { ends: 1 }).includes("neither the holder"));
  burn(ada);
  await mine(1);
  check("nobody holds it", verdict(1) === "ended");
  check("it is not minted again", mint(ada, { ends: 1 }).includes("cannot be minted any more"));
  burn(issuer, { name: "again.token" });
  await mine(1);
  check("what was permitted is not minted", mint(ada, { ends: 1, name: "again.token" }).includes("cannot be minted any more"));
  permit(id, "third.token");
  mint(ada, { name: "third.token" });
  await mine(1);
  burn(issuer, { name: "third.token" });
  await mine(1);
  check("an issuer ends what was minted", verdict(1, "third.token") === "ended");
  run(["audit", "export", "--json", "--out", place("burnt.json")]);
  const burnt = readFileSync(place("burnt.json"), "utf8").split("credential.burn-token").length - 1;
  check("the record has what the issuer ended, and nothing of the holder's", burnt === 2, burnt);
  check("a node that is away says nothing", run(["token", "check", place("ada.token"), "--rpc", "http://127.0.0.1:9"], { ends: 2 }).length > 0);
}

await holds(main);
