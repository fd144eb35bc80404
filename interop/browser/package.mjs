// The npm package as its README says it is used: the example runs, and what it prints is true.

import {execFileSync} from 'node:child_process';
import {generateKeyPairSync, sign} from 'node:crypto';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {check as judge, UnreadableError} from '../../crates/wasm/npm/index.js';

const PACKAGE = fileURLToPath(new URL('../../crates/wasm/npm', import.meta.url));

/** `taken` is a credential that stands, with its files and the address of its server. */
export async function npmPackage(taken, check) {
  example(taken, check);
  await typed(check);
  const supplied = await (await fetch(new URL(`${taken.open}/documents.json`, taken.address))).json();
  const {report, verdict, carrier} = await judge(taken.files.png, supplied);
  check('the package reads a picture', carrier === 'png', carrier);
  check('the package comes to the verdict', ['pass', 'not_listed'].includes(report.verdict) && verdict.outcome === report.verdict, report);
  const later = await judge(taken.files.json, {...supplied, at: new Date('2090-01-01T00:00:00Z')});
  check('the package judges as of a moment', later.report.at.startsWith('2090-01-01') && later.report.verdict !== 'pass', later.report);
  const alone = await judge(taken.files.json);
  check('without documents it is unknown, not good and not bad', alone.report.verdict === 'unknown', alone.report);
  await keyAtAnAddress(judge, check);
  const refused = await judge(Buffer.from('no credential')).catch(error => error);
  check('what is no credential is refused with a code', refused instanceof UnreadableError && refused.code === 'not_a_credential', String(refused));
}

/** A badge as a token that names its key by an address (Open Badges 3.0 §8.2): the small module reads it too. */
export async function keyAtAnAddress(judge, check) {
  const kid = 'https://keys.example/1';
  const [key, other] = [0, 1].map(() => generateKeyPairSync('ed25519'));
  const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = {
    '@context': ['https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'],
    id: 'urn:uuid:0f7c8f2a-6a0e-4a43-9a1d-2f7f3f1b8f11',
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    issuer: {id: 'https://issuer.example', type: ['Profile'], name: 'Issuer'},
    validFrom: '2026-01-01T00:00:00Z',
    name: 'Turning',
    credentialSubject: {
      id: 'did:example:learner', type: ['AchievementSubject'],
      achievement: {id: 'urn:uuid:0f7c8f2a-6a0e-4a43-9a1d-2f7f3f1b8f12', type: ['Achievement'], name: 'Turning', description: 'Turns.', criteria: {narrative: 'Turns.'}}
    },
    iss: 'https://issuer.example', jti: 'urn:uuid:0f7c8f2a-6a0e-4a43-9a1d-2f7f3f1b8f11', nbf: 1767225600, sub: 'did:example:learner'
  };
  const input = `${part({alg: 'EdDSA', typ: 'JWT', kid})}.${part(payload)}`;
  const token = `${input}.${sign(null, Buffer.from(input), key.privateKey).toString('base64url')}`;
  const proof = async jwk => {
    const text = jwk && JSON.stringify(jwk.export({format: 'jwk'}));
    const documents = jwk ? [{address: kid, fetchedAt: '2026-06-01T00:00:00Z', text}] : [];
    const {report} = await judge(Buffer.from(token), {at: new Date('2026-06-01T00:00:00Z'), documents});
    return report.checks.find(one => one.check === 'proof').outcome;
  };
  check('a key at the address in kid shows that nothing was changed', await proof(key.publicKey) === 'pass', await proof(key.publicKey));
  check('another key there shows that something was', await proof(other.publicKey) === 'fail', await proof(other.publicKey));
  check('without it nobody can say', await proof() === 'unknown', await proof());
}

/** Whatever can be imported has types, which name all that it exports and are packed with it. */
async function typed(check) {
  const {exports, files} = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  const modules = Object.entries(exports).filter(([, entry]) => (entry.default ?? entry).endsWith('.js'));
  check('the package has two ways in', modules.length === 2, modules);
  for(const [name, {types, default: module}] of modules) {
    const packed = types !== undefined && [types, module].every(path => files.includes(path.replace('./', '')));
    check(`${name} has types, which are packed`, packed, {types, files});
    const written = packed ? readFileSync(join(PACKAGE, types), 'utf8') : '';
    const named = Object.keys(await import(join(PACKAGE, module ?? './verifier.js')));
    const untold = named.filter(one => !new RegExp(`export (class|function) ${one}\\b|export \\{[^}]*\\b${one}\\b`).test(written));
    check(`the types of ${name} name all that it exports`, named.length > 0 && untold.length === 0, untold);
  }
}

/** The three lines of the README, in a folder of somebody who installed the package. */
function example(taken, check) {
  const lines = /```js\n(.*?)```/s.exec(readFileSync(join(PACKAGE, 'README.md'), 'utf8'))[1];
  check('the example has three lines', lines.trim().split('\n').length === 3, lines);
  const folder = mkdtempSync(join(tmpdir(), 'touchstone-package-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(PACKAGE, join(folder, 'node_modules/touchstone-verifier'));
    writeFileSync(join(folder, 'example.mjs'), lines);
    for(const [what, credential, expect] of [
      ['a credential alone', taken.files.json, 'Could not be fully checked'],
      ['a changed one', taken.files.json.toString().replace(/("name"\s*:\s*")/, '$1x'), 'Changed or forged. Do not rely on it'],
    ]) {
      writeFileSync(join(folder, 'credential.json'), credential);
      const said = execFileSync('node', ['example.mjs'], {cwd: folder, encoding: 'utf8', timeout: 60_000}).trim();
      check(`the example says of ${what}: ${expect}`, said === expect, said);
    }
  } finally {
    rmSync(folder, {recursive: true});
  }
}
