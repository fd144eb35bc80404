// Proves the harness: credentials whose verdicts are known must get these verdicts, and a broken one must be refused.

import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {check, finish} from './lib/count.mjs';
import {SAMPLES, documents, replaceNetwork} from './lib/documents.mjs';
import {digitalBazaar, openBadges, verifierCore} from './lib/verifiers.mjs';

// The samples' lists say that they are served at …/status/N.
const found = documents(({pathname}) => {
  const list = /^\/status\/(\d+)$/.exec(pathname);
  return list ? join(SAMPLES, `status-${list[1]}.json`) : undefined;
});
const nothing = documents(() => undefined);
const sample = name => JSON.parse(readFileSync(join(SAMPLES, `${name}.json`), 'utf8'));

const EXPECTED = {
  aim: {statuses: {revocation: false}},
  named: {statuses: {revocation: false}},
  revoked: {statuses: {revocation: true}},
  suspended: {statuses: {suspension: true}, schema: ['/credentialStatus']},
  two: {statuses: {revocation: false, suspension: false}, schema: ['/credentialStatus']},
};

for(const [name, expected] of Object.entries(EXPECTED)) {
  const credential = sample(name);
  replaceNetwork(found);
  for(const verdict of [await digitalBazaar(credential, found), await verifierCore(credential)]) {
    check(`${verdict.tool} accepts ${name}`, verdict.accepted, verdict.reason);
    for(const [purpose, bit] of Object.entries(expected.statuses)) {
      const read = verdict.statuses[purpose];
      check(`${verdict.tool} reads ${purpose} of ${name} as ${bit}`, read === bit, verdict.statuses);
    }
  }
  const places = openBadges(credential).places.filter(place => !place.startsWith('/credentialStatus/'));
  check(`schema of ${name}`, String(places) === String(expected.schema ?? []), places);

  replaceNetwork(nothing);
  for(const verdict of [await digitalBazaar(credential, nothing), await verifierCore(credential)]) {
    const unknown = Object.values(verdict.statuses).every(read => read === 'unknown');
    check(`${verdict.tool} cannot know the status of ${name} without its list`, unknown, verdict.statuses);
  }
}

replaceNetwork(found);
const altered = sample('aim');
altered.name += '.';
for(const verdict of [await digitalBazaar(altered, found), await verifierCore(altered)]) {
  check(`${verdict.tool} refuses an altered credential`, !verdict.accepted, verdict);
}
delete altered.credentialSubject.achievement.criteria;
check('the schema refuses an achievement without criteria', !openBadges(altered).accepted);

finish();
