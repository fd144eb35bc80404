// Differences between jsonld.js 9 with rdf-canonize 5 and our canonicalizer whose reason is known: who is wrong, and which section
// says so. A rule about answers makes one change to both of them and explains a difference only if the datasets are the same then,
// blank nodes matched one to one.

import {NQuads, canonize} from 'rdf-canonize';

const ANSWERS = [
  {
    // jsonld.js is wrong: it does not apply the base direction of a context to texts under keys that are IRIs, nor to those of index
    // maps (JSON-LD 1.1 API §5.3.2 step 6 applies it wherever no term says otherwise), and it takes two texts that differ only in
    // their direction for one (§7.2 step 6.10.2 compares whole value objects).
    name: 'direction',
    change: form => form.replace(DIRECTION, (_, language) => language && `@${language.toLowerCase()}`),
  },
  {
    // rdf-canonize is wrong: jsonld.js makes the statement of an empty list as often as the list stands there, and all are kept. A
    // dataset is a set (RDF 1.1 Concepts §3).
    name: 'twice',
    change: form => form,
  },
];

const DIRECTION = /\^\^<https:\/\/www\.w3\.org\/ns\/i18n#([A-Za-z0-9-]*)_(?:rtl|ltr)>/g;

const REFUSALS = [
  {
    // Neither is wrong: no statement carries an index. Safe mode of jsonld.js lets it go, ours refuses to lose it.
    name: 'index',
    applies: (ours, theirs) => ours.fault === 'index would be lost' && theirs.form !== undefined,
  },
  {
    // jsonld.js is wrong: it reads an array in a list as a list under any property. JSON-LD 1.1 API §5.1.2 step 5.2.2 does so only
    // where the property is one of lists, step 5.2.3 would flatten it, and JSON-LD 1.1 §9.6 does not allow it: we refuse.
    name: 'array_in_list',
    applies: (ours, theirs) => ours.fault === 'invalid set or list object' && theirs.form !== undefined && /\/@list\/\d+(\/@set)?(\/\d+)*$/.test(ours.path),
  },
  {
    // jsonld.js is wrong: it takes `@set` inside `@nest` for nothing. JSON-LD 1.1 API §5.1.2 step 14 reads it as an entry of the object
    // around, and step 17 refuses it there.
    name: 'set_in_nest',
    applies: (ours, theirs) => ours.fault === 'invalid set or list object' && theirs.form !== undefined && !ours.path.includes('/@list') &&
      /"@nest"/.test(JSON.stringify(ours.document)) && /\{"@(set|list)":/.test(JSON.stringify(ours.document)),
  },
  {
    // jsonld.js is wrong: it puts values in an array under a map of graphs by id into graphs, where safe mode refuses them. JSON-LD 1.1
    // API §5.1.2 step 13.12 leaves such containers out. A processor in Rust has to agree with us.
    name: 'array_for_map',
    applies: (ours, theirs) => ours.agreed && theirs.form === undefined && /"@container":\["@graph","@id"\]/.test(JSON.stringify(ours.document)),
  },
  {
    // jsonld.js is wrong: it drops `@language` and `@direction` of a node, which JSON-LD 1.1 §9.1 does not know there.
    name: 'language_of_node',
    applies: (ours, theirs) => ours.fault === 'invalid value object' && theirs.form !== undefined && /\/@(language|direction)$/.test(ours.path),
  },
  {
    // jsonld.js is wrong: it takes what begins with a scheme for an IRI. JSON-LD 1.1 API §8.1 wants RFC 3987, where `#` stands once.
    name: 'invalid_iri',
    applies: (ours, theirs) => ours.fault === 'invalid IRI' && /<[^<> ]*#[^<> ]*#[^<> ]*>/.test(theirs.form ?? ''),
  },
  {
    // jsonld.js is wrong: it drops the entry of a node whose key is `@none`, which means something in maps only.
    name: 'none_of_node',
    applies: (ours, theirs) => ours.fault === 'reserved term' && theirs.form !== undefined && ours.path.endsWith('/@none'),
  },
  {
    // jsonld.js is wrong: it unwraps `{"@context": {"@context": …}}`. JSON-LD 1.1 API §4.2.2 step 5: a keyword is no term.
    name: 'context_in_context',
    applies: (ours, theirs) => ours.fault === 'keyword redefinition' && theirs.form !== undefined && wrapped(ours.document['@context']),
  },
  {
    // jsonld.js is wrong: it adds the type of a type map to a value object, which then is none (JSON-LD 1.1 §9.5), also where the
    // type is no IRI. We refuse it.
    name: 'value_in_type_map',
    applies: (ours, theirs) => ['invalid value object', 'invalid IRI'].includes(ours.fault) && theirs.form !== undefined &&
      inTypeMap(ours.document, ours.path),
  },
  {
    // jsonld.js is wrong: of a node with nothing but an identifier and empty arrays it drops the identifier, in safe mode too. Where
    // the array stands under a graph container, or the node is a graph, it refuses it as we do.
    name: 'only_id',
    applies: (ours, theirs) => ours.fault === 'free-floating value' && theirs.form !== undefined,
  },
  {
    // jsonld.js is wrong: in the value of a term whose own context redefines that term, where that context or the one around it does
    // not propagate, it takes the terms of that context for unknown. JSON-LD 1.1 API §5.1.2 step 8. A processor in Rust has to agree
    // with us.
    name: 'redefines_itself',
    applies: (ours, theirs) => ours.agreed && theirs.form === undefined && redefined(ours.document),
  },
  {
    // Neither is wrong: blank nodes that are hard to tell apart, and each has a limit of its own (RDFC-1.0 §7.1).
    name: 'work',
    applies: (ours, theirs) => theirs.message?.startsWith('Maximum deep iterations exceeded'),
  },
];

// What a document has that jsonld.js gets wrong in more ways than a change to the answer could tell. A processor in Rust has to agree
// with us.
const FEATURES = [
  {
    // As above, where the terms are not unknown but mean something else outside of the context.
    name: 'redefines_itself',
    holds: redefined,
  },
  {
    // jsonld.js is wrong: in the values of a map of ids it lets a context go on that does not propagate. JSON-LD 1.1 API §5.1.2 step
    // 13.8.3.1 ends it.
    name: 'map_of_ids',
    holds: document => /"@container":\["(@graph","@id|@id","@set)"\]/.test(JSON.stringify(document)),
  },
  {
    // jsonld.js is wrong: it ends the context that the key of a type map brings at the next node. JSON-LD 1.1 API §5.1.2 step 13.8.3.2
    // processes it without `false` for propagate, unlike step 11.2 that of `@type`.
    name: 'type_map_scope',
    holds: document => TYPE_MAP.test(JSON.stringify(document)) && JSON.stringify(document).includes(',"@context":{'),
  },
  {
    // jsonld.js is wrong: it reads included nodes as values of the property around them, in the context of that property again.
    // JSON-LD 1.1 API §5.1.2 step 13.4.6 passes null for it.
    name: 'included_scope',
    holds: document => JSON.stringify(document).includes('"@included"') && JSON.stringify(document).includes(',"@context":{'),
  },
];

/** The name of the rule, or nothing. */
export async function explain(ours, theirs) {
  const feature = () => ours.agreed ? FEATURES.find(({holds}) => holds(ours.document))?.name : undefined;
  if(ours.form === undefined || theirs.form === undefined) {
    // What they do not know for what it is, they may refuse as well.
    return REFUSALS.find(({applies}) => applies(ours, theirs))?.name ?? feature();
  }
  for(const {name, change} of ANSWERS) {
    if(await canonical(change(ours.form)) === await canonical(change(theirs.form))) {
      return name;
    }
  }
  return feature();
}

/** The canonical form of statements, each taken once. rdf-canonize keeps labels that look like its own. */
function canonical(form) {
  const lines = [...new Set(form.split('\n'))].join('\n').replaceAll('_:c14n', '_:b');
  return canonize(NQuads.parse(lines), {algorithm: 'RDFC-1.0', format: 'application/n-quads'});
}

function wrapped(context) {
  return [context].flat().some(one => one !== null && typeof one === 'object' && '@context' in one);
}

/** Whether the place is a value under a key of a type map, in a list or set there, or in an array. */
function inTypeMap(document, path) {
  if(!TYPE_MAP.test(JSON.stringify(document))) {
    return false;
  }
  const [, inside] = /^(.*?)(?:\/\d+)*$/.exec(path);
  return /\/@(list|set)$/.test(inside) || isTypeMap(document, inside.split('/').at(-2));
}

/** Whether a term is defined as one of type maps, anywhere. */
function isTypeMap(value, term) {
  if(value === null || typeof value !== 'object') {
    return false;
  }
  return value[term]?.['@container'] === '@type' || Object.values(value).some(one => isTypeMap(one, term));
}

const TYPE_MAP = /"@container":"@type"/;

/** Whether a term's own context redefines that term. */
function redefined(value) {
  if(value === null || typeof value !== 'object') {
    return false;
  }
  const own = ([term, definition]) => definition?.['@context'] && term in definition['@context'];
  return Object.entries(value).some(entry => own(entry) || redefined(entry[1]));
}
