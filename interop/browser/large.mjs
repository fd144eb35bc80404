// A change of more credentials than a page shows: whom it is about, beginning it, what came of it, and the way back to its page.

import {execFileSync} from 'node:child_process';
import {look, violations} from './look.mjs';

/** Withdraws all that is left of a cohort. Gives the page of the change. */
export async function large(browser, registrar, signedIn, cohort, check) {
  const address = registrar.url();
  const page = path => new URL(path, address).href;
  const words = () => registrar.locator('main').innerText();
  // Chosen by the command line, which chooses any number; the pages choose so from a thousand on.
  const asked = execFileSync(process.env.TOUCHSTONE, ['--data', process.env.TOUCHSTONE_DATA, '--json', '--institution', 'riverside', 'credential', 'revoke',
    '--batch', cohort.split('/').pop(), '--reason', 'Only looked at']);
  const path = `/changes/${JSON.parse(asked).change}`;
  for(const {claim, held, seen} of await look(browser, 'change-asked', page(path), {signedIn})) {
    check(claim, held, seen);
  }
  await registrar.goto(page(path));
  check('whom a large change is about is shown before', /Withdraw 97 credentials/.test(await words()) && /3 stay as they are/.test(await words()), await words());
  await registrar.getByLabel('Reason').fill('The assessor was not qualified on that day.');
  await registrar.getByRole('button', {name: 'Withdraw 97 credentials for good'}).click();
  const began = Date.now();
  while(!(await words()).includes('97 credentials are withdrawn') && Date.now() - began < 60_000) {
    await registrar.waitForTimeout(500);
    await registrar.goto(page(path));
  }
  const said = await words();
  check('a large change says what came of it and who stayed', said.includes('97 credentials are withdrawn') && said.includes('It was withdrawn before.'), said.slice(0, 800));
  for(const from of ['/credentials', cohort]) {
    await registrar.goto(page(from));
    await registrar.getByRole('link', {name: '97 credentials are withdrawn'}).click();
    check(`${from.split('/')[1]} leads back to a large change`, new URL(registrar.url()).pathname === path, registrar.url());
  }
  const broken = await violations(registrar);
  check('what came of a large change breaks no WCAG 2.2 AA rule', broken.length === 0, broken);
  return [{name: 'change-done', path}];
}
