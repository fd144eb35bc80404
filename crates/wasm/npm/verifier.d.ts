import type {Result} from './index.js';

/**
 * The verifier, given its WebAssembly (`touchstone.wasm` for credentials, `touchstone-whole.wasm` for everything): for browsers and
 * workers. Of a credential the answer has no `kind`.
 */
export class Verifier {
  constructor(instance: WebAssembly.Instance);
  static of(module: WebAssembly.Module): Promise<Verifier>;
  /** `inputs` are the options with `at` as text; the answer has `error` (`{code, words}`) instead of a result if nothing can be read. */
  check(file: Uint8Array, inputs: object): Result | {error: {code: string; words: string}};
  /** The same as text. */
  checkText(file: Uint8Array, inputs: object): string;
}

/** Whether `touchstone.wasm` refers this file to `touchstone-whole.wasm`, given its answer and what was judged from: a presentation, a proof bundle, or status proofs. */
export function isForWhole(file: Uint8Array, answer: {error?: {code: string}}, inputs?: {statusProofs?: string[]}): boolean;
