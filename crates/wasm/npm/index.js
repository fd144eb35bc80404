// Checks Open Badges and other W3C Verifiable Credentials where it runs; asks nobody and sends nothing.

import {readFile} from 'node:fs/promises';
import {Verifier} from './verifier.js';

export {Verifier};

/** What was handed in is no credential that can be read. `code` is stable, `message` says the way out. */
export class UnreadableError extends Error {
  constructor({code, words}) {
    super(words);
    this.name = 'UnreadableError';
    this.code = code;
  }
}

let ready;

/** Checks the credential in `file`: JSON, or a PNG, SVG or PDF that carries one. */
export async function check(file, {at = new Date(), documents = [], registers = [], contexts = []} = {}) {
  ready ??= readFile(new URL('touchstone.wasm', import.meta.url)).then(bytes => WebAssembly.compile(bytes));
  // An instance for each: what one check left in memory is nothing to the next.
  const verifier = await Verifier.of(await ready);
  const moment = at instanceof Date ? at.toISOString() : at;
  const {error, carrier, report, verdict} = verifier.check(file, {at: moment, documents, registers, contexts});
  if(error) {
    throw new UnreadableError(error);
  }
  return {carrier, report, verdict};
}
