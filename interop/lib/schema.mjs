// Ajv with the Open Badges 3.0 JSON schema as 1EdTech publishes it. Knows nothing of signatures and bits.

import Ajv2019 from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import {openBadgesSchema} from './documents.mjs';

let schema;

/** Every place that does not fit, as JSON Pointers: a member that is missing or unexpected is named itself. */
export function openBadgesPlaces(document) {
  return accepts(document) ? [] : [...new Set(schema.errors.map(place))];
}

/** The verdict in the form of the other tools. */
export function openBadges(credential) {
  const accepted = accepts(credential);
  const places = [...new Set((schema.errors ?? []).map(error => error.instancePath || '/'))];
  return {
    tool: 'ajv',
    accepted,
    statuses: {},
    places,
    reason: accepted ? undefined : `schema: ${places.join(', ')}`,
  };
}

function accepts(document) {
  if(!schema) {
    const ajv = new Ajv2019({strict: false, allErrors: true});
    addFormats(ajv);
    schema = ajv.compile(openBadgesSchema());
  }
  return schema(document);
}

function place({instancePath, params}) {
  const member = params.missingProperty ?? params.additionalProperty;
  return member === undefined ? instancePath : `${instancePath}/${member.replace(/~/g, '~0').replace(/\//g, '~1')}`;
}
