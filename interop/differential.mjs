// node differential.mjs < DOCUMENTS
// Does jsonld.js in safe mode, with rdf-canonize, give the same canonical N-Quads as we do, and refuse what we refuse?
// DOCUMENTS is what `touchstone-differential documents` prints: the context documents on the first line, then a document with
// our answer on each. A difference that nothing below explains is printed whole; the last lines are counts.

import {createInterface} from 'node:readline';
import jsonld from 'jsonld';
import ContextResolver from 'jsonld/lib/ContextResolver.js';
import {canonize} from 'rdf-canonize';
import {check, finish} from './lib/count.mjs';
import {explain} from './lib/differences.mjs';

const counts = new Map();
const add = name => counts.set(name, (counts.get(name) ?? 0) + 1);

let contexts;

/** Nothing is fetched. */
async function documentLoader(url) {
  const document = contexts.get(url);
  if(document === undefined) {
    throw new Error(`not among those given: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document: structuredClone(document)};
}

/** What jsonld.js and rdf-canonize make of a document: its canonical form, or the name of what they refuse. */
async function theirs(document) {
  try {
    // With a memory of its own for each document: jsonld.js writes what a context adds to one that it `@import`s into the memory
    // that all calls share, and the next document that imports the same finds it there.
    const contextResolver = new ContextResolver({sharedCache: new Map()});
    const dataset = await jsonld.toRDF(document, {
      safe: true, rdfDirection: 'i18n-datatype', documentLoader, contextResolver, base: null,
    });
    return {form: await canonize(dataset, {algorithm: 'RDFC-1.0', format: 'application/n-quads'})};
  } catch(error) {
    return {fault: error.details?.event?.code ?? error.details?.code ?? error.name ?? 'error', message: error.message};
  }
}

for await (const line of createInterface({input: process.stdin})) {
  const parsed = JSON.parse(line);
  if(parsed.documents) {
    contexts = new Map(Object.entries(parsed.documents).map(([url, text]) => [url, JSON.parse(text)]));
    continue;
  }
  const answer = await theirs(structuredClone(parsed.document));
  add('npm_documents');
  if(parsed.form !== undefined && answer.form === parsed.form) {
    add('npm_same');
    parsed.keywords.forEach(keyword => add(`npm_keyword_${keyword.slice(1)}`));
    continue;
  }
  if(parsed.form === undefined && answer.form === undefined) {
    add('npm_both_refuse');
    continue;
  }
  const reason = await explain(parsed, answer);
  if(reason) {
    add(`npm_explained_${reason}`);
    continue;
  }
  add('npm_different');
  check(`document ${parsed.number}`, false, {document: parsed.document, ours: parsed.form ?? [parsed.fault, parsed.path], theirs: answer});
}
check('documents were compared', counts.get('npm_same') > 0);
for(const [name, count] of [...counts].sort()) {
  console.log(`${name} ${count}`);
}
finish();
