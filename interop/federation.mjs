// node federation.mjs TOUCHSTONE
// A federation of documents, resolved by somebody else's library and by `touchstone registry federation`: the same entities have a chain, and the
// same metadata at its end. Asks nobody.

import {execFileSync} from 'node:child_process';
import {generateKeyPairSync, createPublicKey, sign, verify} from 'node:crypto';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {isDeepStrictEqual} from 'node:util';
import {resolveTrustChains} from '@openid-federation/core';
import {check, finish} from './lib/count.mjs';

const ANCHOR = 'https://anchor.example';
const NOW = Math.floor(Date.now() / 1000);

const keys = new Map();
function keyOf(entity) {
  if (!keys.has(entity)) keys.set(entity, makeKey(`key-${keys.size}`, ['ec', 'ed25519'][keys.size % 2]));
  return keys.get(entity);
}

function makeKey(kid, kind) {
  const {privateKey, publicKey} = generateKeyPairSync(kind, kind === 'ec' ? {namedCurve: 'P-256'} : {});
  const alg = kind === 'ec' ? 'ES256' : 'EdDSA';
  return {privateKey, alg, kid, jwk: {...publicKey.export({format: 'jwk'}), kid, alg, use: 'sig'}};
}

const base64url = value => Buffer.from(JSON.stringify(value)).toString('base64url');

function statement(by, about, more = {}, {signer = keyOf(by), typ = 'entity-statement+jwt'} = {}) {
  const claims = {iss: by, sub: about, iat: NOW - 10, exp: NOW + 3600, jwks: {keys: [keyOf(about).jwk]}, ...more};
  const input = `${base64url({alg: signer.alg, typ, kid: signer.kid})}.${base64url(claims)}`;
  const signature = signer.alg === 'ES256'
    ? sign('sha256', Buffer.from(input), {key: signer.privateKey, dsaEncoding: 'ieee-p1363'})
    : sign(null, Buffer.from(input), signer.privateKey);
  return `${input}.${signature.toString('base64url')}`;
}

const superior = of => ({federation_entity: {federation_fetch_endpoint: `${of}/fetch`, federation_list_endpoint: `${of}/list`}});
const configuration = of => `${of}/.well-known/openid-federation`;
const about = (by, leaf) => `${by}/fetch?sub=${encodeURIComponent(leaf)}`;

// What a superior asks of the metadata of a leaf, which says {organization_name: "Riverside", contacts: ["a", "b", "c"]}.
const POLICIES = [
  {},
  {contacts: {subset_of: ['a', 'b']}},
  {contacts: {subset_of: ['x']}},
  {contacts: {superset_of: ['a']}},
  {contacts: {superset_of: ['z']}},
  {contacts: {add: ['d']}},
  {contacts: {value: ['a', 'd']}},
  {contacts: {value: ['d', 'a']}},
  {contacts: {subset_of: ['a', 'b', 'c'], superset_of: ['a']}},
  {organization_name: {one_of: ['Riverside', 'Lakeside']}},
  {organization_name: {one_of: ['Lakeside']}},
  {organization_name: {one_of: ['Hillside']}},
  {organization_name: {value: 'Lakeside'}},
  {organization_name: {value: null}},
  {organization_name: {essential: true}},
  {homepage_uri: {default: 'https://anchor.example'}},
  {homepage_uri: {default: 'https://other.example'}},
  {homepage_uri: {essential: true}},
  {homepage_uri: {essential: false}},
];

// Leaves right below the anchor, each with one thing wrong: in what it says itself, or in what is said about it.
function broken(web) {
  const stranger = makeKey('stranger', 'ec');
  const cases = {
    stranger: [{}, {}, {}, {signer: stranger}],
    'own-stranger': [{}, {signer: stranger}, {}, {}],
    ended: [{}, {}, {exp: NOW - 400}, {}],
    'own-ended': [{exp: NOW - 400}, {}, {}, {}],
    type: [{}, {}, {}, {typ: 'JWT'}],
    keys: [{}, {}, {jwks: {keys: [stranger.jwk]}}, {}],
    critical: [{}, {}, {crit: ['x'], x: 1}, {}],
    operators: [{}, {}, {metadata_policy: {federation_entity: {contacts: {x: 1}}}, metadata_policy_crit: ['x']}, {}],
    hints: [{authority_hints: ['https://other.example']}, {}, {}, {}],
    name: [{}, {}, {constraints: {naming_constraints: {permitted: ['.edu']}}}, {}],
  };
  return Object.entries(cases).map(([name, [own, ownSigned, said, saidSigned]]) => {
    const leaf = `https://broken-${name}.example`;
    web.set(configuration(leaf), statement(leaf, leaf, {authority_hints: [ANCHOR], metadata: {federation_entity: {organization_name: 'X'}}, ...own}, ownSigned));
    web.set(about(ANCHOR, leaf), statement(ANCHOR, leaf, said, saidSigned));
    return leaf;
  });
}

function federation() {
  const [web, leaves, top] = [new Map(), [], []];
  const asked = policy => (Object.keys(policy).length ? {metadata_policy: {federation_entity: policy}} : {});
  POLICIES.forEach((upper, u) => {
    const middle = `https://middle-${u}.example`;
    top.push(middle);
    // What is asked of those below is asked of the intermediate's own metadata only where it is looked at as a subject.
    web.set(about(ANCHOR, middle), statement(ANCHOR, middle, asked(upper)));
    web.set(configuration(middle), statement(middle, middle, {authority_hints: [ANCHOR], metadata: superior(middle)}));
    const below = POLICIES.map((lower, l) => {
      const leaf = `https://leaf-${u}-${l}.example/i/x`;
      const metadata = {federation_entity: {organization_name: 'Riverside', contacts: ['a', 'b', 'c']}};
      web.set(about(middle, leaf), statement(middle, leaf, asked(lower)));
      web.set(configuration(leaf), statement(leaf, leaf, {authority_hints: [middle], metadata}));
      return leaf;
    });
    web.set(`${middle}/list`, JSON.stringify(below));
    leaves.push(...below);
  });
  const wrong = broken(web);
  web.set(`${ANCHOR}/list`, JSON.stringify([...top, ...wrong]));
  web.set(configuration(ANCHOR), statement(ANCHOR, ANCHOR, {metadata: superior(ANCHOR)}));
  return {web, leaves, wrong};
}

async function theirs(web, leaf) {
  globalThis.fetch = async address => {
    const text = web.get(String(address)) ?? web.get(spelled(String(address)));
    if (text === undefined) return new Response('', {status: 404});
    const type = text.startsWith('[') ? 'application/json' : 'application/entity-statement+jwt';
    return new Response(text, {headers: {'content-type': type}});
  };
  const verifyJwtCallback = async ({jwk, data, signature}) => {
    const key = createPublicKey({key: jwk, format: 'jwk'});
    return jwk.kty === 'OKP' ? verify(null, data, key, signature) : verify('sha256', data, {key, dsaEncoding: 'ieee-p1363'}, signature);
  };
  try {
    const chains = await resolveTrustChains({entityId: leaf, trustAnchorEntityIds: [ANCHOR], verifyJwtCallback});
    return chains[0]?.resolvedLeafMetadata?.federation_entity;
  } catch {
    return undefined;
  }
}

// One address in one spelling: `iss` may be asked for too.
function spelled(address) {
  const url = new URL(address);
  const sub = url.searchParams.get('sub');
  return sub ? about(url.origin, sub) : address.replace(/\?$/, '');
}

function ours(touchstone, web) {
  const folder = mkdtempSync(join(tmpdir(), 'federation-'));
  try {
    const [documents, anchor] = [join(folder, 'documents.json'), join(folder, 'anchor.jwks')];
    const kept = [...web].map(([address, text]) => ({address, text, fetchedAt: '2026-01-01T00:00:00Z'}));
    writeFileSync(documents, JSON.stringify({documents: kept}));
    writeFileSync(anchor, JSON.stringify({keys: [keyOf(ANCHOR).jwk]}));
    const said = execFileSync(touchstone, ['registry', 'federation', ANCHOR, '--keys', anchor, '--documents', documents, '--json'], {maxBuffer: 1 << 26});
    const known = JSON.parse(said).known;
    return new Map(known.map(one => [one.entity, one.metadata.federation_entity]));
  } finally {
    rmSync(folder, {recursive: true});
  }
}

// Where the library follows an older draft, or nothing at all: it lets `value` stand beside no other operator and `null` under any other value,
// refuses every `superset_of` and two `subset_of` with nothing in common, and does not ask whether what is added may be there (§6.1.3.1.2).
function differs(leaf) {
  const [upper, lower] = /leaf-(\d+)-(\d+)/.exec(leaf).slice(1).map(number => POLICIES[number]);
  const operators = [upper, lower].flatMap(policy => Object.entries(policy)).flatMap(([name, asked]) => Object.keys(asked).map(one => [name, one]));
  if (operators.some(([, one]) => one === 'superset_of')) return true;
  const [one, other] = [upper, lower].map(policy => policy.contacts?.subset_of);
  if (one && other && !one.some(value => other.includes(value))) return true;
  const of = name => new Set(operators.filter(([other]) => other === name).map(([, one]) => one));
  const names = ['contacts', 'organization_name'].map(of);
  const nothing = [upper, lower].filter(policy => policy.organization_name?.value === null).length === 1 && names[1].size === 1 && names[1].has('value');
  return nothing || names.some(set => (set.has('value') && set.size > 1) || (set.has('add') && set.has('subset_of')));
}

// It leaves out what a subset left empty, and §6.1.3.1.5 keeps it.
function withoutEmpty(metadata) {
  if (!metadata) return metadata;
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => !(Array.isArray(value) && value.length === 0)));
}

const {web, leaves, wrong} = federation();
const known = ours(process.argv[2], web);
let [chains, left] = [0, 0];
for(const leaf of leaves) {
  if(differs(leaf)) {
    left += 1;
    continue;
  }
  const [one, other] = [withoutEmpty(known.get(leaf)), await theirs(web, leaf)];
  chains += one ? 1 : 0;
  check(`${leaf}: the same metadata, or none`, isDeepStrictEqual(one, other), [one, other]);
}
for(const leaf of wrong) check(`${leaf} has no chain`, !known.has(leaf));
check('some have a chain and some have none', chains > 50 && chains < leaves.length - left, chains);
console.error(`${leaves.length} entities below intermediates, ${left} of them where the library differs; ${chains} of the others have a chain`);
finish();
