// A folder of credentials, one JSON file each.

import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';

/** File names and credentials, in order of names. */
export function credentialsIn(folder) {
  const names = readdirSync(folder).filter(name => name.endsWith('.json')).sort();
  return names.map(name => ({name, credential: JSON.parse(readFileSync(join(folder, name), 'utf8'))}));
}
