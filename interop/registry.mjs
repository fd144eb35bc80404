// node registry.mjs FOLDER PUBLISHED
// The register of the institutions here, as the registry client of the Digital Credentials Consortium reads it: it knows who issued each
// credential, by name, and nobody else.

import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {RegistryClient} from '@digitalcredentials/issuer-registry-client';
import {check, finish} from './lib/count.mjs';
import {credentialsIn} from './lib/folder.mjs';

const [folder, published] = process.argv.slice(2);
const url = 'https://register.example/registry.json';
const registry = readFileSync(join(published, 'registry.json'), 'utf8');
globalThis.fetch = async address => (address === url ? new Response(registry) : new Response('', {status: 404}));

const client = new RegistryClient();
client.use({registries: [{type: 'dcc-legacy', name: 'Ours', url}]});
const known = async did => {
  const {matchingIssuers, uncheckedRegistries} = await client.lookupIssuersFor(did);
  check(`${did}: the register could be read`, uncheckedRegistries.length === 0, uncheckedRegistries);
  return matchingIssuers.map(({issuer}) => issuer.federation_entity.organization_name);
};

const issuers = new Map(credentialsIn(folder).map(({credential}) => [credential.issuer.id, credential.issuer.name]));
check('there are credentials', issuers.size > 0);
for(const [did, name] of issuers) {
  const found = await known(did);
  check(`${did} is ${name}`, found.length === 1 && found[0] === name, found);
}
check('nobody else is listed', (await known('did:web:stranger.example')).length === 0);
finish();
