// What Ajv with the published Open Badges 3.0 schema says about documents, one JSON document per line of standard input; one JSON
// answer per line of standard output: the places that do not fit. `cargo nextest run -p touchstone-vc schema` asks.

import {readFileSync} from 'node:fs';
import {openBadgesPlaces} from './lib/schema.mjs';

const answers = readFileSync(0, 'utf8').split('\n').filter(Boolean)
  .map(line => JSON.stringify(openBadgesPlaces(JSON.parse(line))));
process.stdout.write(answers.map(answer => `${answer}\n`).join(''));
