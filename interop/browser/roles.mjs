// Somebody who looks and changes nothing: no page offers them what would be refused.

import {execFileSync} from 'node:child_process';
import {open} from './chromium.mjs';
import {listen} from './look.mjs';

const AUDITOR = {name: 'Aude Auditor', email: 'aude@example.org'};

/** Adds an auditor and signs her in. Gives the pages that she sees otherwise than an owner, with her session, and the page about her. */
export async function auditor(browser, registrar, cohort, check) {
  const address = registrar.url();
  await registrar.goto(new URL('/members', address).href);
  await registrar.getByText('Add a member').click();
  const form = registrar.locator('form[action="/members"]');
  await form.getByLabel('Name', {exact: true}).fill(AUDITOR.name);
  await form.getByLabel('E-mail').fill(AUDITOR.email);
  await form.getByRole('checkbox', {name: /^auditor/}).check();
  await form.getByRole('button', {name: 'Add'}).click();
  const about = await registrar.getByRole('link', {name: AUDITOR.name}).getAttribute('href');
  await mended(registrar, about, check);

  const made = execFileSync(process.env.TOUCHSTONE, ['--data', process.env.TOUCHSTONE_DATA, '--json', '--institution', 'riverside', 'member', 'link', AUDITOR.email]);
  const context = await open(browser);
  const page = await context.newPage();
  const heard = listen(page, new URL(address).origin);
  await page.goto(JSON.parse(made).signIn);
  await page.getByRole('button', {name: 'Sign in'}).click();
  const buttons = async () => (await page.locator('main button, main a.button').allInnerTexts()).map(text => text.trim());
  check('an auditor is offered nothing to start', (await buttons()).length === 0, await buttons());
  await page.goto(new URL(cohort, address).href);
  const offered = await buttons();
  check('an auditor issues and discards nothing', !offered.some(text => /Issue|Discard|Upload|Set the day/.test(text)), offered);
  await page.goto(new URL('/achievements', address).href);
  await page.getByRole('link', {name: 'Wound dressing', exact: true}).click();
  check('an auditor reads an achievement and saves nothing', (await buttons()).length === 0, await buttons());
  const achievement = new URL(page.url()).pathname;
  check('the auditor’s pages were silent', heard.length === 0, heard);
  const signedIn = await context.storageState();
  await context.close();
  const seen = [['today', '/today'], ['achievements', '/achievements'], ['achievement', achievement], ['preview', cohort],
    ['deliveries', '/deliveries'], ['credentials', '/credentials'], ['institution', '/institution']];
  return [
    {name: 'member-other', path: about},
    ...seen.map(([name, path]) => ({name: `auditor-${name}`, path, signedIn})),
  ];
}

/** A name that was typed wrong is mended by an owner; a wrong address is refused at its field. */
async function mended(page, about, check) {
  await page.goto(new URL(about, page.url()).href);
  const form = page.locator(`form[action="${about}"]`);
  await form.getByLabel('E-mail').fill(AUDITOR.email);
  await form.getByLabel('Name', {exact: true}).fill(`${AUDITOR.name} II`);
  await form.getByRole('button', {name: 'Save name and address'}).click();
  const heading = await page.getByRole('heading', {level: 1}).innerText();
  check('a member’s name is mended', heading === `${AUDITOR.name} II`, heading);
}
