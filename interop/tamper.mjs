// node tamper.mjs [FOLDER PUBLISHED]
// One credential per achievement in FOLDER (without arguments: the sample), changed in every way, one change at a time.
// Whatever changes the signed statements must be refused by each verifier. What leaves them as they were is listed.

import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import jsonld from 'jsonld';
import {check, finish} from './lib/count.mjs';
import {SAMPLES, documents, publishedIn, replaceNetwork} from './lib/documents.mjs';
import {credentialsIn} from './lib/folder.mjs';
import {tamperings} from './lib/tampering.mjs';
import {digitalBazaar, verifierCore} from './lib/verifiers.mjs';

const [folder, published] = process.argv.slice(2);
const found = documents(folder ? publishedIn(published) : () => undefined);
replaceNetwork(found);

for(const {name, credential} of folder ? onePerAchievement() : [sample('aim.json')]) {
  const untouched = await statements(credential);
  check(`${name}: has statements`, untouched !== undefined);
  const equivalent = [];
  for(const {what, credential: forged} of tamperings(credential)) {
    if(await statements(forged) === untouched) {
      equivalent.push(what);
      continue;
    }
    for(const verdict of [await digitalBazaar(forged, found), await verifierCore(forged)]) {
      check(`${name}: ${verdict.tool} refuses ${what}`, !verdict.accepted, verdict);
    }
  }
  console.log(`${name}: ${equivalent.length} rewritings leave the statements as they were:`);
  for(const what of equivalent) {
    console.log(`  ${what}`);
  }
}
await alteredLists();
finish();

/** What is signed: the statements of the credential, of the proof's options, and the signature itself. */
async function statements(credential) {
  const {proof, ...unsigned} = credential;
  try {
    const signed = new Set([await quads(unsigned)]);
    for(const {proofValue, ...options} of [].concat(proof ?? [])) {
      signed.add(proofValue + await quads({'@context': unsigned['@context'], ...options}));
    }
    return JSON.stringify([...signed]);
  } catch{
    return undefined; // Not JSON-LD any more, or a term that nothing defines.
  }
}

function quads(document) {
  const options = {algorithm: 'RDFC-1.0', format: 'application/n-quads', safe: true, documentLoader: found.loader};
  return jsonld.canonize(document, options);
}

/** A status list whose bits were changed after signing says nothing. */
async function alteredLists() {
  if(!folder) {
    return;
  }
  const [{name, credential}] = credentialsIn(folder);
  const altered = documents(publishedIn(published));
  const read = altered.read;
  altered.read = url => {
    const text = read(url);
    return text?.includes('"encodedList"') ? withAnotherList(text) : text;
  };
  const loader = url => url.startsWith('did:') ?
    found.loader(url) : {contextUrl: null, documentUrl: url, document: JSON.parse(altered.read(url))};
  replaceNetwork(altered);
  for(const verdict of [await digitalBazaar(credential, {loader}), await verifierCore(credential)]) {
    const unknown = Object.values(verdict.statuses).every(bit => bit === 'unknown');
    check(`${name}: ${verdict.tool} does not believe an altered list`, unknown, verdict.statuses);
  }
}

/** The list with nobody revoked: what a forger would want. */
function withAnotherList(text) {
  const list = JSON.parse(text);
  list.credentialSubject.encodedList =
    'uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQsvoAAAAAAAAAAAAAAAAP4GcwM92tQwAAA';
  return JSON.stringify(list);
}

function onePerAchievement() {
  const seen = new Set();
  return credentialsIn(folder).filter(({credential}) => {
    const {id} = credential.credentialSubject.achievement;
    return !seen.has(id) && seen.add(id);
  });
}

function sample(name) {
  return {name, credential: JSON.parse(readFileSync(join(SAMPLES, name), 'utf8'))};
}
