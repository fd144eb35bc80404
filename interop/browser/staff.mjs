// Roles for an employer's own people: a registrar opens one and the page for it; somebody who works there looks at what they show, without
// an account and without script, and goes on to apply.

import {join} from 'node:path';
import {SCREENSHOTS, VIEWS, open} from './chromium.mjs';
import {violations} from './look.mjs';

/** Goes the way; gives the pages it came by. */
export async function staff(browser, registrar, role, taken, check) {
  const at = path => new URL(path, taken.address).href;
  const words = page => page.locator('main').innerText();
  await registrar.goto(at(role));
  await registrar.getByText('Open it for applications').click();
  await registrar.getByLabel('What applicants read besides the tasks').fill('For those who know our shifts.');
  await registrar.getByLabel(/^Only for your own people/).check();
  await registrar.getByRole('button', {name: 'Open it', exact: true}).click();
  check('a role says that it is for one’s own people', (await words(registrar)).includes('For your own people'), await words(registrar));
  await registrar.goto(at('/roles'));
  await registrar.getByRole('button', {name: 'Open the page'}).click();
  const link = await registrar.locator('a[href^="/staff/"]').getAttribute('href');

  const colleague = await open(browser, {script: false, width: 375});
  const page = await colleague.newPage();
  await page.goto(at(link));
  const told = await words(page);
  check('the page lists the roles for one’s own people', told.includes('For those who know our shifts.'), told);
  await handIn(page, taken.files.json);
  const shown = await words(page);
  check('credentials are read for all roles at once', shown.includes('Nothing was sent or kept') && shown.includes('What is missing'), shown);
  await answered(browser, at(link), taken.files.json, check);
  await page.getByRole('button', {name: /^Look closer and apply/}).click();
  check('a button goes on to apply with what was handed in', (await words(page)).includes('Before you send'), await words(page));
  await colleague.close();
  return [{name: 'staff', path: link, open: true}, {name: 'roles-with-staff-page', path: '/roles'}];
}

async function handIn(page, file) {
  await page.getByLabel('Your credentials').setInputFiles({name: 'credential.json', mimeType: 'application/json', buffer: file});
  await page.getByRole('button', {name: 'See what they show'}).click();
}

/** What the credentials show has no address of its own, so it is looked at where it stands. */
async function answered(browser, link, file, check) {
  for(const view of VIEWS.filter(({textPercent}) => !textPercent)) {
    const context = await open(browser, view);
    const page = await context.newPage();
    await page.goto(link);
    await handIn(page, file);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(`read for all roles, ${view.name}: does not scroll sideways`, over <= 0, `${over} px`);
    if(view.rules) {
      const broken = await violations(page, view.rules);
      check(`read for all roles, ${view.name}: breaks no WCAG 2.2 AA rule`, broken.length === 0, broken);
    }
    await page.screenshot({path: join(SCREENSHOTS, `read-for-all-roles-${view.name}.png`), fullPage: true});
    await context.close();
  }
}
