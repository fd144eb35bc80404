// A registrar without script: defines, uploads, mends a row where it stands, issues, withdraws. What was awarded ends soon, so its holder
// is reminded; and a member who lost their way in opens a link.

import {execFileSync} from 'node:child_process';
import {open} from './chromium.mjs';
import {listen} from './look.mjs';
import {linkFor} from './mail.mjs';

const DAY = 24 * 60 * 60 * 1000;
const MONTHS = 6;
const HOLDER = 'yuki.sato@example.org';
const REGISTRAR = 'registrar@riverside.example';

/** Goes the way; gives the pages that only its links lead to. */
export async function plain(browser, address, signedIn, check) {
  const at = path => new URL(path, address).href;
  const context = await open(browser, {script: false, signedIn});
  const page = await context.newPage();
  const heard = listen(page, new URL(address).origin);
  const words = () => page.locator('main').innerText();
  const heading = () => page.getByRole('heading', {level: 1}).innerText();

  await page.goto(at('/achievements/new'));
  await page.getByLabel('Name', {exact: true}).fill('Safe lifting');
  await page.getByLabel('The person can …').fill('lift a patient with a second person');
  await page.getByLabel('How it is assessed').fill('Lifts **two** patients, observed, in 20 minutes.');
  await page.getByLabel('Good for how many months').fill(String(MONTHS));
  await page.getByLabel('Show the person’s name').check();
  await page.getByRole('button', {name: 'Save'}).click();
  const saved = page.getByRole('link', {name: 'Safe lifting', exact: true});
  check('without script, an achievement is saved', await saved.count() === 1, await words());

  const people = [['Yuki Sato', HOLDER], ['Ömer Şahin', 'omer at example.org'], ['Nokuthula Dube', 'nokuthula.dube@example.org']];
  const rows = people.map(([name, email]) => `${name},${email},${awardedOn()}`);
  await page.goto(at('/cohorts/new'));
  await page.getByLabel('What is awarded').selectOption({label: 'Safe lifting'});
  const table = ['name,email,awarded_on', ...rows].join('\r\n');
  await page.getByLabel('The list').setInputFiles({name: 'lifting.csv', mimeType: 'text/csv', buffer: Buffer.from(table)});
  await page.getByRole('button', {name: 'Upload and look'}).click();
  check('without script, a preview counts', /2 are ready, 1 needs you/.test(await heading()), await heading());
  await page.getByText('Correct it here').click();
  await page.getByLabel('Row 3, e-mail').fill('omer.sahin@example.org');
  await page.getByRole('button', {name: 'Check this row again'}).click();
  check('without script, a row is mended where it stands', /3 rows: all are ready/.test(await heading()), await heading());
  await page.getByRole('button', {name: 'Issue 3 credentials'}).click();
  const progress = page.url();
  const began = Date.now();
  while(!(await heading()).endsWith('is awarded') && Date.now() - began < 60_000) {
    await page.waitForTimeout(500);
    await page.goto(progress);
  }
  check('without script, a list is issued', (await heading()).endsWith('is awarded'), await words());

  await page.getByRole('link', {name: 'See the credentials'}).click();
  await page.getByRole('link', {name: 'Nokuthula Dube'}).first().click();
  await page.locator('form[action$="/revoke"]').getByLabel('Reason').fill('Entered for the wrong day.');
  await page.getByRole('button', {name: 'Withdraw it for good'}).click();
  check('without script, a credential is withdrawn', (await words()).includes('Withdrawn'), await words());
  await page.goto(at('/responsibilities'));
  const responsibility = await page.locator('a[href^="/responsibilities/"]').first().getAttribute('href');
  check('the pages without script were silent', heard.length === 0, heard);
  await context.close();

  const reminder = new URL(await linkFor(process.env.TOUCHSTONE_DATA, HOLDER, 'reminders'));
  const link = new URL(JSON.parse(touchstone('member', 'link', REGISTRAR)).signIn);
  return [
    {name: 'reminders', path: reminder.pathname, open: true},
    {name: 'signin-link', path: link.pathname, open: true},
    {name: 'responsibility', path: responsibility},
  ];
}

/** A day so long ago that what was awarded on it ends within the time in which people are reminded. */
function awardedOn() {
  const day = new Date(Date.now() + 20 * DAY);
  day.setUTCMonth(day.getUTCMonth() - MONTHS);
  return day.toISOString().slice(0, 10);
}

function touchstone(...words) {
  return execFileSync(process.env.TOUCHSTONE, ['--data', process.env.TOUCHSTONE_DATA, '--json', '--institution', 'riverside', ...words]);
}
