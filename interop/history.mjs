// node history.mjs TOUCHSTONE FOLDER
// The history of a did:webvh that was just published, in the hands of somebody else's library: after founding, after a rotation, after a key was
// given up, and with every line altered. Asks nobody.

import {execFileSync} from 'node:child_process';
import {createPublicKey, verify} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {isDeepStrictEqual} from 'node:util';
import {generateParallelDidWeb, resolveDIDFromLog} from 'didwebvh-ts';
import {check, finish} from './lib/count.mjs';

const [touchstone, folder] = process.argv.slice(2);
const published = join(folder, 'published');
const environment = {...process.env, TOUCHSTONE_SITE_PUBLIC_URL: 'https://verify.example.edu'};

function run(...args) {
  const all = ['--data', join(folder, 'data'), ...args];
  return execFileSync(touchstone, all, {env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit']});
}

// The library leaves signatures to whoever calls it.
const verifier = {
  async verify(signature, message, key) {
    const x = Buffer.from(key).toString('base64url');
    return verify(null, message, createPublicKey({format: 'jwk', key: {kty: 'OKP', crv: 'Ed25519', x}}), signature);
  },
};

async function resolve(lines) {
  try {
    return await resolveDIDFromLog(lines, {verifier});
  } catch(error) {
    return {refused: error.message};
  }
}

function read() {
  // Two versions are never of one second, so the second of two quick changes is published when the next begins.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_200);
  run('work', '--once');
  run('publish', '--to', published);
  const text = readFileSync(join(published, 'i/history/did.jsonl'), 'utf8');
  return {text, lines: text.trimEnd().split('\n').map(line => JSON.parse(line))};
}

const keys = () => JSON.parse(run('--json', 'key', 'list')).keys;

async function holds(when, {lines}, versions) {
  const found = await resolve(lines);
  check(`${when}: the history is resolved`, found.did === did, found.refused);
  if(found.refused) {
    return undefined;
  }
  check(`${when}: it has ${versions} versions`, lines.length === versions && found.meta.versionId.startsWith(`${versions}-`), found.meta.versionId);
  check(`${when}: the next key is promised`, found.meta.prerotation === true && found.meta.nextKeyHashes.length === 1, found.meta);
  check(`${when}: it may move, and goes on`, found.meta.portable === true && found.meta.deactivated === false, found.meta);
  const named = keys().map(key => key.verificationMethod).sort();
  const methods = found.doc.verificationMethod.map(method => method.id).sort();
  check(`${when}: it has the institution's keys`, isDeepStrictEqual(named, methods), methods);
  const beside = JSON.parse(readFileSync(join(published, 'i/history/did.json'), 'utf8'));
  const made = generateParallelDidWeb(did, lines.at(-1).state);
  check(`${when}: the did:web beside it is the one that the library makes`, isDeepStrictEqual(beside, made), beside);
  return found.doc;
}

run('init', '--name', 'History', '--slug', 'history', '--email', 'registrar@example.edu', '--did-method', 'webvh');
const founded = read();
const did = founded.lines[0].state.id;
check('the DID has a history', did.startsWith('did:webvh:'), did);
await holds('founded', founded, 1);

run('key', 'rotate', '--now');
const rotated = read();
await holds('rotated', rotated, 2);
check('rotated: the first line is what it was', rotated.text.startsWith(founded.text));

const [signs] = keys().filter(key => key.state === 'active');
run('key', 'compromise', signs.id, '--reason', 'A rehearsal of theft', '--yes');
const given = read();
const document = await holds('given up', given, 3);
check('given up: the lines before are what they were', given.text.startsWith(rotated.text));
const method = document?.verificationMethod.find(one => one.id === signs.verificationMethod);
check('given up: the key is told as revoked', typeof method?.revoked === 'string', method);
check('given up: it asserts nothing', !document?.assertionMethod.includes(signs.verificationMethod));

// What anybody could try who gets hold of the file.
const ALTERED = {
  state: line => { line.state.alsoKnownAs = ['did:web:evil.example']; },
  keys: line => { line.parameters.updateKeys = ['z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK']; },
  time: line => { line.versionTime = '2026-01-01T00:00:00Z'; },
  proof: line => { line.proof[0].proofValue = line.proof[0].proofValue.replace(/.$/, last => last === '2' ? '3' : '2'); },
  promise: line => { line.parameters.nextKeyHashes = []; },
};
for(const [what, alter] of Object.entries(ALTERED)) {
  for(const at of given.lines.keys()) {
    const lines = structuredClone(given.lines);
    alter(lines[at]);
    const found = await resolve(lines);
    check(`line ${at + 1} with another ${what} is refused`, found.refused !== undefined, found.meta);
  }
}
const without = given.lines.filter((_, at) => at !== 1);
check('a history without its middle is refused', (await resolve(without)).refused !== undefined);
finish();
