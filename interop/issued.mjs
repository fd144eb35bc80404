// node issued.mjs FOLDER PUBLISHED
// What this build issued: accepted by every tool, with the status that the issuer's own list of credentials says.
// FOLDER/list has the credentials of `touchstone credential list --json`.

import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {check, finish} from './lib/count.mjs';
import {documents, publishedIn, replaceNetwork} from './lib/documents.mjs';
import {credentialsIn} from './lib/folder.mjs';
import {digitalBazaar, openBadges, verifierCore} from './lib/verifiers.mjs';

const [folder, published] = process.argv.slice(2);
const found = documents(publishedIn(published));
replaceNetwork(found);
const listed = JSON.parse(readFileSync(join(folder, 'list'), 'utf8'));
const statusOf = new Map(listed.map(({id, state}) => [id, state]));
const seen = new Set();
const toDids = {alone: 0, beside: 0};

for(const {name, credential} of credentialsIn(folder)) {
  const status = statusOf.get(credential.id);
  const {id, identifier = []} = credential.credentialSubject;
  if(id?.startsWith('did:')) {
    const hashed = [].concat(identifier).filter(one => one.hashed);
    toDids[hashed.length ? 'beside' : 'alone']++;
  }
  seen.add(status);
  const entries = [].concat(credential.credentialStatus ?? []);
  check(`${name}: has a revocation entry`, entries.some(entry => entry.statusPurpose === 'revocation'));
  for(const verdict of [await digitalBazaar(credential, found), await verifierCore(credential)]) {
    check(`${name}: ${verdict.tool} accepts it`, verdict.accepted, verdict.reason);
    const {revocation, suspension} = verdict.statuses;
    check(`${name} (${status}): ${verdict.tool} reads the revocation`, revocation === (status === 'revoked'), verdict.statuses);
    if(suspension !== undefined) {
      check(`${name} (${status}): ${verdict.tool} reads the suspension`, suspension === (status === 'suspended'), verdict.statuses);
    }
  }
  // With a second status entry the schema of Open Badges 3.0 fails there, and only there.
  const places = openBadges(credential).places.filter(place => !place.startsWith('/credentialStatus/'));
  const expected = entries.length > 1 ? '/credentialStatus' : '';
  check(`${name}: the schema`, String(places) === expected, places);
}
check('there are credentials issued to a DID, alone and beside an address', toDids.alone === 1 && toDids.beside === 1, toDids);
for(const status of ['standing', 'revoked', 'suspended']) {
  check(`there is a credential that is ${status}`, seen.has(status), [...seen]);
}
finish();
