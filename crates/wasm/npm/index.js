// Checks Open Badges and other W3C Verifiable Credentials, presentations and proof bundles where it runs; asks nobody and sends nothing.

import {readFile} from 'node:fs/promises';
import {Verifier, isForWhole} from './verifier.js';

export {Verifier, isForWhole};

/** What was handed in is no credential that can be read. `code` is stable, `message` says the way out. */
export class UnreadableError extends Error {
  constructor({code, words}) {
    super(words);
    this.name = 'UnreadableError';
    this.code = code;
  }
}

const compiled = {};

function compile(name) {
  compiled[name] ??= readFile(new URL(name, import.meta.url)).then(bytes => WebAssembly.compile(bytes));
  return compiled[name];
}

/** Checks what is in `file`: a credential (JSON, or a PNG, SVG or PDF that carries one), a presentation or a proof bundle. */
export async function check(file, {at, documents = [], registers = [], contexts = [], trust, statusProofs = [], statusMaxAge, challenge, domain} = {}) {
  const moment = at ?? new Date();
  const proofs = statusProofs.map(proof => `u${Buffer.from(proof).toString('base64url')}`);
  const inputs = {at: moment instanceof Date ? moment.toISOString() : moment, statusAt: at !== undefined, documents, registers, contexts, trust, statusProofs: proofs, statusMaxAge, challenge, domain};
  // An instance for each: what one check left in memory is nothing to the next.
  const judge = async name => (await Verifier.of(await compile(name))).check(file, inputs);
  let answer = await judge('touchstone.wasm');
  if(isForWhole(file, answer, inputs)) {
    answer = await judge('touchstone-whole.wasm');
  }
  const {error, kind = 'credential', carrier, report, verdict} = answer;
  if(error) {
    throw new UnreadableError(error);
  }
  return {kind, carrier, report, verdict};
}
