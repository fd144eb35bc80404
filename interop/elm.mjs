// node elm.mjs FOLDER
// pySHACL with the shapes of the EDC generic profile (European Learning Model 3) about the achievements that were exported into FOLDER:
// each fits, and none does once a place or a title is taken out.

import {spawnSync} from 'node:child_process';
import {readFileSync, readdirSync, writeFileSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {check, finish} from './lib/count.mjs';

const HERE = import.meta.dirname;
const SHAPES = join(HERE, '../../shared/data/elm/EDC-generic-no-cv.ttl');
const folder = process.argv[2];
const scratch = mkdtempSync(join(tmpdir(), 'elm-'));

/** Whether the document fits the shapes, and what was said. */
function fits(document) {
  const file = join(scratch, 'document.json');
  writeFileSync(file, JSON.stringify(document));
  const said = spawnSync(join(HERE, '.venv/bin/pyshacl'), ['-s', SHAPES, '-sf', 'turtle', '-df', 'json-ld', file], {encoding: 'utf8'});
  return {conforms: said.status === 0 && said.stdout.includes('Conforms: True'), violates: said.status === 1 && said.stdout.includes('Conforms: False'), said: said.stdout + said.stderr};
}

try {
  const names = readdirSync(folder);
  check('achievements were exported', names.length > 0, names);
  for(const name of names) {
    const document = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const whole = fits(document);
    check(`${name} fits the shapes`, whole.conforms, whole.said);
    for(const [what, spoil] of [
      ['without the place of the awarding body', copy => delete copy['elm:awardingOpportunity']['elm:awardingBody']['elm:location']],
      ['without a title', copy => delete copy['dc:title']],
      ['with a workload that is no duration', copy => copy['elm:volumeOfLearning'] = {'@value': '40 hours', '@type': 'http://www.w3.org/2001/XMLSchema#string'}],
    ]) {
      const copy = structuredClone(document);
      spoil(copy);
      const spoilt = fits(copy);
      check(`${name} ${what} does not fit`, spoilt.violates, spoilt.said);
    }
  }
} finally {
  rmSync(scratch, {recursive: true, force: true});
}
finish();
