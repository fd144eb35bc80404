/** A document that a verdict is judged from: an issuer's list of keys (DID document) or a status list. */
export interface Document {
  /** Where it is published. For `did:web` the https address of its DID document. */
  address: string;
  /** When it was fetched, RFC 3339. */
  fetchedAt: string;
  /** Its bytes as text. */
  text: string;
}

/** A list of issuers that somebody answers for. */
export interface Register {
  /** Its name, as a reader knows it. */
  name: string;
  /** Issuers by identifier; `removedOn` (RFC 3339) if one is listed no longer. */
  issuers: {id: string; removedOn?: string}[];
  /** Where it is kept, if somewhere else. */
  source?: string;
  /** When the copy was read, RFC 3339. */
  asOf?: string;
  /** Whether it could not be read since, and the copy is too old to decide. */
  unread?: boolean;
}

/** A JSON-LD context besides those that come with the verifier, which it cannot replace. */
export interface Context {
  /** The URL by which credentials name it. */
  url: string;
  /** Its document as text: JSON with `@context`. */
  text: string;
}

/** What to judge from. */
export interface Options {
  /** The moment to judge as of: a date, or RFC 3339 text. Default: now. */
  at?: Date | string;
  /** Default: none. What decides and is missing makes a check unknown, never passed or failed. */
  documents?: Document[];
  /** Default: none. */
  registers?: Register[];
  /** Default: none. A credential that names a context which is not here could not be checked. */
  contexts?: Context[];
}

export type Verdict = 'pass' | 'take_care' | 'not_listed' | 'unknown' | 'failed';

/** One check, with details of its kind. */
export interface Check {
  check: 'proof' | 'issuer' | 'recognition' | 'validity' | 'status' | 'schema' | 'evidence';
  outcome: 'pass' | 'fail' | 'unknown' | 'not_listed';
  /** Why, if it did not pass. */
  fault?: string;
  /** JSON Pointer to the place in the credential. */
  path?: string;
  [detail: string]: unknown;
}

/** The report, as the server's API and command line give it. */
export interface Report {
  verdict: Verdict;
  /** The moment it was judged as of, RFC 3339. */
  at: string;
  checks: Check[];
  /** What the credential does not offer; counts neither way. */
  notOffered: string[];
}

export interface Result {
  /** In what the credential came. */
  carrier: 'json' | 'png' | 'svg' | 'pdf';
  report: Report;
  verdict: {
    outcome: Verdict;
    /** How a page colours it. */
    tone: 'pass' | 'fail' | 'unsure' | 'warn';
    /** In words for people. */
    words: string;
  };
}

/**
 * Checks the credential in `file`: JSON, or a PNG, SVG or PDF that carries one. Asks nobody and sends nothing.
 *
 * @throws {UnreadableError} if there is no credential in it that can be read.
 */
export function check(file: Uint8Array, options?: Options): Promise<Result>;

/** What was handed in is no credential that can be read. */
export class UnreadableError extends Error {
  /** Stable: `not_a_credential`, `unreadable_credential`, `presentation_given`, `too_large`, `envelope_unsupported`, `inputs_unreadable`. */
  code: string;
}

/** The verifier, given its WebAssembly: for browsers and workers. */
export class Verifier {
  constructor(instance: WebAssembly.Instance);
  static of(module: WebAssembly.Module): Promise<Verifier>;
  /** `inputs` are the options with `at` as text; the answer has `error` (`{code, words}`) instead of a result if nothing can be read. */
  check(file: Uint8Array, inputs: object): Result | {error: {code: string; words: string}};
  /** The same as text. */
  checkText(file: Uint8Array, inputs: object): string;
}
