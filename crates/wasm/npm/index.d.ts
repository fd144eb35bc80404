export {Verifier, isForWhole} from './verifier.js';

/** A document that a verdict is judged from: an issuer's list of keys (DID document) or a status list. */
export interface Document {
  /** Where it is published. For `did:web` the https address of its DID document. */
  address: string;
  /** When it was fetched, RFC 3339. */
  fetchedAt: string;
  /** Its bytes as text, where they are text. */
  text?: string;
  /** Its bytes in multibase (`u` and base64url), where they are no text: a file of evidence. One of both is there. */
  bytes?: string;
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
  /**
   * The moment to judge as of: a date, or RFC 3339 text. Default: now. If it is given, the status in a proof bundle has to reach to that moment.
   */
  at?: Date | string;
  /** Default: none. What decides and is missing makes a check unknown, never passed or failed. */
  documents?: Document[];
  /** Default: none. */
  registers?: Register[];
  /** Default: none. A credential that names a context which is not here could not be checked. */
  contexts?: Context[];
  /** Of a proof bundle and of status proofs: the text of your trust file (a C2SP tlog-policy). Default: none, and nothing of the log can be told. */
  trust?: string;
  /** Status proofs (`.status-proof`) that came with a credential or a presentation: they take the place of its lists, and one that does not count is an error. */
  statusProofs?: Uint8Array[];
  /** Of a proof bundle or of status proofs: how old the status may be, in milliseconds. Default: any age will do, and the report says as of when it speaks. */
  statusMaxAge?: number;
  /** Of a presentation: the challenge that you gave to who presents it. */
  challenge?: string;
  /** Of a presentation: the name under which you asked, beside the challenge. */
  domain?: string;
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

/** The report on a presentation: its own checks, then those of each credential in it. */
export interface PresentationReport {
  verdict: Verdict;
  at: string;
  holder?: string;
  checks: {check: string; outcome: Check['outcome']; fault?: string; [detail: string]: unknown}[];
  credentials: {path: string; about: string; report?: Report; error?: string}[];
}

/** The report on a proof bundle. What is not known is `null`. */
export interface BundleReport {
  verdict: 'pass' | 'unknown' | 'failed';
  at: string;
  /** As of when its status lists speak. */
  statusAsOf: string | null;
  successor: string | null;
  endedAt: string | null;
  /** By when it was in the log, and who states that. */
  seenBy: {time: string; kind: 'witness' | 'anchor'; name: string | null} | null;
  lines: {
    question: 'log' | 'witnesses' | 'time' | 'documents' | 'credential' | 'entry' | 'key' | 'status' | 'successor' | 'endorsement';
    answer: 'pass' | 'unknown' | 'fail';
    why: string | null;
  }[];
  witnesses: {name: string; seenAt: string | null}[];
  /** What others signed about what was awarded, and whether that stands; by whom, where that is shown. It decides nothing. */
  endorsements: {stands: boolean; why: string | null; issuer: string | null; name: string | null; comment: string | null; until: string | null}[];
  /** `null` of one that cannot be read. */
  credentials: (Report | null)[];
}

interface Found {
  /** In what it came. */
  carrier: 'json' | 'png' | 'svg' | 'pdf';
  verdict: {
    outcome: Verdict;
    /** How a page colours it. */
    tone: 'pass' | 'fail' | 'unsure' | 'warn';
    /** In words for people. */
    words: string;
  };
}

export type Result = Found & (
  | {kind: 'credential'; report: Report}
  | {kind: 'presentation'; report: PresentationReport}
  | {kind: 'bundle'; report: BundleReport}
);

/**
 * Checks what is in `file`: a credential (JSON, or a PNG, SVG or PDF that carries one), a presentation or a proof bundle. Asks nobody and
 * sends nothing.
 *
 * @throws {UnreadableError} if there is none of these in it that can be read.
 */
export function check(file: Uint8Array, options?: Options): Promise<Result>;

/** What was handed in is no credential that can be read. */
export class UnreadableError extends Error {
  /**
   * Stable: `not_a_credential`, `unreadable_credential`, `unreadable_presentation`, `unreadable_bundle`, `trust_unreadable`, `status_proof_refused`, `too_large`,
   * `envelope_unsupported`, `inputs_unreadable`; from `touchstone.wasm` alone also `presentation_given`.
   */
  code: string;
}
