// Three tools that nobody here wrote, each asked in its own way and read into one form of verdict:
// {tool, accepted, statuses, reason}: `accepted` is about signature and shape alone; `statuses` says, per purpose, whether
// the bit is set; a status that could not be read is 'unknown'.

import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';

export {openBadges} from './schema.mjs';

/** Digital Bazaar's library, with the loader that is passed in. */
export async function digitalBazaar(credential, {loader}) {
  const suite = new DataIntegrityProof({cryptosuite});
  const result = await vc.verifyCredential({
    credential,
    suite,
    documentLoader: loader,
    checkStatus: credential.credentialStatus ? checkStatus : undefined,
  });
  // It says `verified` of a revoked credential; the bits stand apart.
  const entries = [].concat(credential.credentialStatus ?? []);
  const bits = result.statusResult?.results ?? [];
  const statuses = Object.fromEntries(entries.map(({statusPurpose}) => {
    const read = bits.find(bit => bit.credentialStatus.statusPurpose === statusPurpose);
    return [statusPurpose, read ? read.status : 'unknown'];
  }));
  const signed = result.results?.length > 0 && result.results.every(proof => proof.verified);
  return {
    tool: '@digitalbazaar/vc',
    accepted: Boolean(signed),
    statuses,
    reason: signed ? undefined : reasons(result.error),
  };
}

/** The Digital Credentials Consortium's verifier, unmodified; it brings its own loader, which `replaceNetwork` serves. */
export async function verifierCore(credential) {
  // Imported late: its HTTP client keeps the `fetch` that it finds.
  const {verifyCredential} = await import('@digitalcredentials/verifier-core');
  const result = await quietly(() => verifyCredential({credential, knownDIDRegistries: []}));
  const step = id => (result.log ?? []).find(entry => entry.id === id);
  const accepted = !result.errors && step('valid_signature')?.valid === true;
  const entries = [].concat(credential.credentialStatus ?? []);
  const statuses = Object.fromEntries(entries.map(({statusPurpose}) => {
    const read = step(`${statusPurpose}_status`);
    // `valid` means that the bit is not set.
    return [statusPurpose, typeof read?.valid === 'boolean' ? !read.valid : 'unknown'];
  }));
  return {
    tool: '@digitalcredentials/verifier-core',
    accepted,
    statuses,
    reason: accepted ? undefined : (result.errors ?? []).map(error => error.message).join('; '),
  };
}

function reasons(error) {
  const errors = error?.errors ?? [error];
  return errors.map(one => one?.message ?? String(one)).join('; ').slice(0, 300);
}

/** Some of these tools write their errors to the console as well. */
async function quietly(work) {
  const {log, warn, error} = console;
  console.log = console.warn = console.error = () => undefined;
  try {
    return await work();
  } finally {
    Object.assign(console, {log, warn, error});
  }
}
