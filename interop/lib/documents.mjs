// What the verifiers may read: bundled contexts, the OB schema, and one folder of published documents. Nothing else, and no
// network: every request that a verifier makes ends here, and one for anything else is refused as "not found".

import {createHash} from 'node:crypto';
import {existsSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';

const VECTORS = new URL('../../../shared/vectors/', import.meta.url).pathname;

const CONTEXTS = new Map([
  ['https://www.w3.org/ns/credentials/v2', {
    file: 'credentials-v2.jsonld',
    sha256: '59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734',
  }],
  ['https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json', {
    file: 'ob-v3p0-3.0.3.json',
    sha256: '3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84',
  }],
  ['https://purl.imsglobal.org/spec/ob/v3p0/extensions.json', {file: 'ob-v3p0-extensions.json'}],
  ['https://www.w3.org/ns/did/v1', {file: 'did-v1.jsonld'}],
  ['https://w3id.org/security/data-integrity/v1', {file: 'data-integrity-v1.jsonld'}],
]);

const SCHEMAS = new Map([[
  'https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json',
  'ob3-json-schema/schemas/ob_v3p0_achievementcredential_schema.json',
]]);

const MULTIKEY = 'https://w3id.org/security/multikey/v1';

/** The Open Badges 3.0 schema, for Ajv. */
export function openBadgesSchema() {
  return JSON.parse(readFileSync(join(VECTORS, [...SCHEMAS.values()][0]), 'utf8'));
}

/** The folder with credentials whose verdicts are known. */
export const SAMPLES = join(VECTORS, 'sample-shapes');

/**
 * Finds documents by address.
 *
 * @param {(url: URL) => (string|undefined)} published Gives the file that stands for a published address.
 */
export function documents(published) {
  const read = url => {
    const context = CONTEXTS.get(url);
    if(context) {
      return pinned(context);
    }
    if(SCHEMAS.has(url)) {
      return readFileSync(join(VECTORS, SCHEMAS.get(url)), 'utf8');
    }
    const file = URL.canParse(url) ? published(new URL(url)) : undefined;
    return file && existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined;
  };
  return {
    /** The text at `url`, or nothing. */
    read,
    /** A loader as JSON-LD libraries want it. */
    async loader(url) {
      const document = url.startsWith('did:') ? resolve(url, read) : JSON.parse(read(url) ?? 'null');
      if(!document) {
        throw new Error(`NotFoundError loading "${url}": it is not among the documents at hand`);
      }
      return {contextUrl: null, documentUrl: url, document};
    },
  };
}

/** Documents that `touchstone publish` wrote: the path of the address is the path in the folder. */
export function publishedIn(folder) {
  return url => {
    const path = decodeURIComponent(url.pathname);
    return path.includes('..') ? undefined : join(folder, path);
  };
}

/** Puts `found` in the place of the network, for tools that bring a loader of their own. */
export function replaceNetwork(found) {
  globalThis.fetch = async request => {
    const url = typeof request === 'string' || request instanceof URL ? String(request) : request.url;
    const text = found.read(url);
    if(text === undefined) {
      return new Response('not among the documents at hand', {status: 404});
    }
    return new Response(text, {headers: {'content-type': 'application/json'}});
  };
}

function pinned({file, sha256}) {
  const bytes = readFileSync(join(VECTORS, '1edtech-contexts', file));
  const actual = createHash('sha256').update(bytes).digest('hex');
  if(sha256 && actual !== sha256) {
    throw new Error(`${file}: these are other bytes than the pinned ones`);
  }
  return bytes.toString('utf8');
}

/** A DID document, or the verification method that the fragment names. */
function resolve(url, read) {
  const [did, fragment] = url.split('#');
  const document = did.startsWith('did:key:') ? didKey(did) : JSON.parse(read(didWebAddress(did)) ?? 'null');
  if(!document || fragment === undefined) {
    return document;
  }
  const method = document.verificationMethod.find(({id}) => id === url || id === `#${fragment}`);
  return method && {'@context': MULTIKEY, ...method};
}

function didKey(did) {
  const publicKeyMultibase = did.slice('did:key:'.length);
  const id = `${did}#${publicKeyMultibase}`;
  return {
    '@context': ['https://www.w3.org/ns/did/v1', MULTIKEY],
    id: did,
    verificationMethod: [{id, type: 'Multikey', controller: did, publicKeyMultibase}],
    assertionMethod: [id],
  };
}

/** did:web, section 3.2: colons become slashes; without a path the document is well known. */
function didWebAddress(did) {
  const [host, ...path] = did.slice('did:web:'.length).split(':').map(decodeURIComponent);
  return `https://${host}/${path.length === 0 ? '.well-known' : path.join('/')}/did.json`;
}
