// Compiles the contracts with the pinned compiler. `node build.mjs` writes what comes out beside their sources; the tests compile them
// again and compare, so that what is deployed is what can be read.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import solc from "solc";

const SOURCES = new URL("src/", import.meta.url);

// Everything that decides about the bytes. An older machine than today's, which every chain has, and nothing of this folder in the
// bytes: the compiler would add a hash over paths and settings.
const SETTINGS = {
  evmVersion: "paris",
  optimizer: { enabled: true, runs: 200 },
  metadata: { appendCBOR: false, bytecodeHash: "none" },
};

/** What comes of a contract's source, as it is kept. */
export function compile(name) {
  const file = `${name}.sol`;
  const source = readFileSync(new URL(file, SOURCES), "utf8");
  const output = { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "evm.methodIdentifiers"] } };
  const input = {
    language: "Solidity",
    sources: { [file]: { content: source } },
    settings: { ...SETTINGS, outputSelection: output },
  };
  const said = JSON.parse(solc.compile(JSON.stringify(input)));
  if (said.errors?.length) throw new Error(said.errors.map((one) => one.formattedMessage).join("\n"));
  const { abi, evm } = said.contracts[file][name];
  return {
    contract: name,
    compiler: solc.version(),
    settings: SETTINGS,
    source: { file: `src/${file}`, sha256: createHash("sha256").update(source).digest("hex") },
    abi,
    methods: evm.methodIdentifiers,
    bytecode: evm.bytecode.object,
    deployedBytecode: evm.deployedBytecode.object,
  };
}

/** The names of all contracts. */
export const contracts = () => readdirSync(SOURCES)
  .filter((file) => file.endsWith(".sol"))
  .map((file) => file.replace(/\.sol$/, ""))
  .sort();

/** Where what came of a contract is kept, and its bytes. */
export const kept = (name) => new URL(`${name}.json`, SOURCES);
export const written = (name) => `${JSON.stringify(compile(name), null, 1)}\n`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of contracts()) {
    writeFileSync(kept(name), written(name));
  }
}
