// Applying with credentials: an employer opens a role; somebody without an account and without script looks, sends, and takes it back.
// And a recruiter without an account reads a credential for that role.

import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import {SCREENSHOTS, VIEWS, open} from './chromium.mjs';
import {violations} from './look.mjs';

const NAME = 'Zoë Ångström-Okafor';
const CONTACT = 'zoe@private.example';

/** Goes the way; gives the pages it came by. */
export async function hiring(browser, registrar, role, taken, check) {
  const at = path => new URL(path, taken.address).href;
  const words = page => page.locator('main').innerText();
  await registrar.goto(at('/webhooks'));
  await registrar.getByLabel('Its address').fill('https://ats.example/hooks');
  await registrar.getByRole('button', {name: 'Tell it', exact: true}).click();
  check('the secret of a webhook is on the page that answers', (await words(registrar)).includes('whsec_'), await words(registrar));
  await registrar.goto(at('/webhooks'));
  check('and on no other', !(await words(registrar)).includes('whsec_'), await words(registrar));
  await registrar.goto(at(role));
  await registrar.getByText('Open it for applications').click();
  await registrar.getByLabel('What applicants read besides the tasks').fill('Shifts from six in the morning.');
  await registrar.getByLabel(/^Cover them/).check();
  await registrar.getByRole('button', {name: 'Open it', exact: true}).click();
  const posting = new URL(registrar.url()).pathname;
  const link = await registrar.locator('a[href^="/apply/"]').getAttribute('href');
  await registrar.getByText('The link as a code to scan').click();
  check('a posting has a link and a code to scan', await registrar.locator('.qr svg').isVisible(), await words(registrar));

  const applicant = await open(browser, {script: false, width: 320});
  const page = await applicant.newPage();
  await page.goto(at(link));
  const asked = await words(page);
  check('a posting says what the role needs', asked.includes('Keeps calm and calls for help') && asked.includes('Shifts from six'), asked);
  await handIn(page, taken.files.json);
  const seen = await words(page);
  check('what would be shared is seen before anything is sent', seen.includes('Nothing was sent or kept yet') && seen.includes('Names in it'), seen);
  await registrar.reload();
  check('nothing was sent by looking', (await words(registrar)).includes('There is none.'), await words(registrar));
  await preview(browser, at(link), taken.files.json, check);
  await page.getByLabel('Your name').fill(NAME);
  await page.getByLabel('How you can be reached').fill(CONTACT);
  await page.getByRole('button', {name: /^Send to/}).click();
  const own = new URL(page.url()).pathname;
  check('an application has a link of its own', /^\/application\//.test(own) && (await words(page)).includes(NAME), await words(page));

  await registrar.goto(at(posting));
  const listed = await words(registrar);
  check('a covered name is on no page', !listed.includes('Zoë') && listed.includes('Application '), listed);
  await registrar.getByRole('link', {name: /^Application /}).first().click();
  const application = new URL(registrar.url()).pathname;
  check('an application is read task by task', (await words(registrar)).includes('Names are covered'), await words(registrar));
  const paper = await registrar.context().request.get(at(`${application}/answer.pdf`));
  const bytes = await paper.body();
  const told = ['Zoë', 'private.example'].filter(word => bytes.includes(word));
  check('the answer is on paper and names nobody', bytes.subarray(0, 5).toString() === '%PDF-' && told.length === 0, told);
  await recruiter(browser, at(link), taken, check);
  // Looked at in every view before it is gone: the applicant sees that the name was asked for.
  await registrar.getByRole('button', {name: 'Show the name'}).click();
  check('a name that is asked for is shown', (await words(registrar)).includes(NAME), await words(registrar));
  await registrar.goto(at(posting));
  check('an application says as of when it is told', /As of \d/.test(await words(registrar)), await words(registrar));
  const table = await registrar.context().request.get(at(`${posting}/applications.csv`));
  check('applications are a table', (await table.text()).includes(NAME), await table.text());
  await registrar.getByRole('checkbox').first().check();
  await registrar.getByRole('button', {name: 'Delete those that are ticked'}).click();
  check('which applications would be deleted is shown first', (await words(registrar)).includes('Nothing is deleted yet'), await words(registrar));
  await registrar.screenshot({path: join(SCREENSHOTS, 'applications-to-delete.png'), fullPage: true});
  await registrar.getByRole('link', {name: 'Keep them'}).click();
  await gone(browser, {link: at(link), file: taken.files.json, check, list: async () => {
    await registrar.goto(at(posting));
    return words(registrar);
  }});
  await applicant.close();
  return [
    {name: 'apply', path: link, open: true}, {name: 'application-own', path: own, open: true},
    {name: 'webhooks', path: '/webhooks'}, {name: 'posting', path: posting}, {name: 'application', path: application}, {name: 'role-open-for-applications', path: role},
  ];
}

async function handIn(page, file) {
  await page.getByLabel('Your credentials').setInputFiles({name: 'credential.json', mimeType: 'application/json', buffer: file});
  await page.getByRole('button', {name: 'See what they show'}).click();
}

/** The page before sending has no address of its own, so it is looked at where it stands. */
async function preview(browser, link, file, check) {
  for(const view of VIEWS.filter(({textPercent}) => !textPercent)) {
    const context = await open(browser, view);
    const page = await context.newPage();
    await page.goto(link);
    await handIn(page, file);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(`before sending, ${view.name}: does not scroll sideways`, over <= 0, `${over} px`);
    if(view.rules) {
      const broken = await violations(page, view.rules);
      check(`before sending, ${view.name}: breaks no WCAG 2.2 AA rule`, broken.length === 0, broken);
    }
    await page.screenshot({path: join(SCREENSHOTS, `before-sending-${view.name}.png`), fullPage: true});
    await context.close();
  }
}

/** From what the code leads to, to the answer: no account, no script, at most three clicks. */
async function recruiter(browser, link, taken, check) {
  const context = await open(browser, {script: false, width: 375});
  const page = await context.newPage();
  let clicks = 0;
  const click = async thing => {
    clicks += 1;
    await thing.click();
  };
  await page.goto(link);
  await click(page.getByRole('link', {name: 'Only read a credential for these tasks'}));
  await page.getByLabel('Credentials', {exact: true}).setInputFiles({name: 'c.json', mimeType: 'application/json', buffer: taken.files.json});
  await click(page.getByRole('button', {name: 'Read', exact: true}));
  const said = await page.locator('main').innerText();
  check('a recruiter comes from the code to the answer in three clicks', clicks <= 3 && said.includes('There is no score') && said.includes('Keeps calm'), said);
  const [paper] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name: /On paper/}).click()]);
  check('an answer for a role is had on paper', paper.suggestedFilename() === 'answer.pdf', paper.suggestedFilename());
  const pages = /^Pages:\s+(\d+)$/m.exec(execFileSync('pdfinfo', [await paper.path()], {encoding: 'utf8'}));
  check('it is one page', pages?.[1] === '1', pages);
  await context.close();
}

/** Another application is sent and taken back: nothing of it is left. */
async function gone(browser, {link, file, check, list}) {
  const context = await open(browser, {script: false, width: 320});
  const page = await context.newPage();
  await page.goto(link);
  await handIn(page, file);
  await page.getByRole('button', {name: /^Send to/}).click();
  const own = page.url();
  const two = (await list()).match(/Application [0-9a-f]{8}|Zoë/g) ?? [];
  await page.getByRole('button', {name: 'Take my application back'}).click();
  check('an application is taken back', (await page.locator('main').innerText()).includes('Your application is deleted'), own);
  const answer = await page.goto(own);
  check('its link leads nowhere then', answer.status() === 404, answer.status());
  const one = (await list()).match(/Application [0-9a-f]{8}|Zoë/g) ?? [];
  check('the employer finds it no more', one.length < two.length, {one, two});
  await context.close();
}
