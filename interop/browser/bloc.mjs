// Five organizations share a mapping set: proposed, voted on (one vote is lost, one reviewer has a conflict of interest), released, and endorsed
// by one of them; then the endorsement ends, and an agreement does and is reviewed again. All of it through their own browsers. Then they write
// a competency together (competency.mjs).

import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import {open} from './chromium.mjs';
import {competency} from './competency.mjs';
import {later} from './later.mjs';
import {listen, violations} from './look.mjs';
import {linkFor} from './mail.mjs';

const OTHERS = ['Hafenwerke', 'Çelik Makina', '東京精密', 'مستشفى النور'];
const END_AGREEMENT = `import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=10) as database:
    database.execute('UPDATE mapping SET review_due = 1 WHERE id = ?', (sys.argv[2],))
    database.execute('UPDATE mapping_release SET valid_until = 1 WHERE mapping_set = (SELECT mapping_set FROM mapping WHERE id = ?)', (sys.argv[2],))
`;
const STANDS = 'We hire by these mappings.';
const CONFLICT = 'I wrote the course myself.';

/** Goes the way; gives the pages it came by. `first` is signed in for the organization that begins. */
export async function bloc(browser, first, address, check) {
  const at = path => new URL(path, address).href;
  const words = page => page.locator('main').innerText();
  const contexts = [];
  const pages = [first];
  const heard = [];
  for(const [place, name] of OTHERS.entries()) {
    const slug = `bloc-${place + 2}`;
    const made = touchstone('init', '--local', '--name', name, '--slug', slug, '--email', `boss@${slug}.example`, '--member', `Boss ${place + 2}`);
    const context = await open(browser);
    contexts.push(context);
    const page = await context.newPage();
    heard.push(listen(page, new URL(address).origin, 422));
    await page.goto(at(new URL(made.signIn).pathname));
    await press(page.getByRole('button', {name: 'Sign in'}));
    pages.push(page);
  }
  await first.goto(at('/mappings'));
  await first.getByText('Begin a mapping set').click();
  await first.locator('#f-title-begin').fill('A bloc of five');
  await first.locator('#f-slug-begin').fill('bloc');
  await first.locator('#f-license-begin').fill('https://creativecommons.org/licenses/by/4.0/');
  await first.locator('#f-why-begin').fill('Five of us hire for the same work.');
  await press(first.getByRole('button', {name: 'Begin', exact: true}));
  const set = new URL(first.url()).pathname;
  for(const [place, page] of pages.slice(1).entries()) {
    await first.goto(at(set));
    await first.getByText('Ask another institution').click();
    await first.getByLabel('Its short name').fill(`bloc-${place + 2}`);
    await first.locator('#f-why-invite').fill('Its people do this work.');
    await press(first.getByRole('button', {name: 'Ask', exact: true}));
    await page.goto(at(set));
    await page.locator('#f-why-join').fill('We hire for this work.');
    await press(page.getByRole('button', {name: 'Join', exact: true}));
  }
  const taking = await words(first);
  check('five organizations take part', OTHERS.every(name => taking.includes(name)), taking.slice(-600));

  const propose = async object => {
    await first.goto(at(`${set}/propose`));
    await first.getByLabel('This', {exact: true}).fill('https://example.edu/a/wounds');
    await first.getByLabel('That', {exact: true}).fill(object);
    await press(first.getByRole('button', {name: 'Propose', exact: true}));
    return new URL(first.url()).pathname;
  };
  const vote = async (who, mapping, label) => {
    await pages[who].goto(at(mapping));
    await pages[who].getByLabel(label, {exact: true}).check();
    await pages[who].getByLabel('Reason', {exact: true}).fill('As our people see it at work.');
    await press(pages[who].getByRole('button', {name: 'Vote', exact: true}));
    return words(pages[who]);
  };
  const right = await propose('https://tasks.example/1');
  const wrong = await propose('https://tasks.example/2');
  await vote(0, wrong, 'It is right');
  await vote(1, wrong, 'It is wrong');
  const lost = await vote(2, wrong, 'It is wrong');
  check('a vote is lost', lost.includes('Not agreed'), lost.slice(0, 600));

  await vote(0, right, 'It is right');
  await vote(1, right, 'It is right');
  const agreed = await vote(2, right, 'It is right');
  check('three of five agree', agreed.includes('Agreed'), agreed.slice(0, 600));
  await pages[2].getByText('I have a conflict of interest').click();
  await pages[2].getByLabel('In what it lies').fill(CONFLICT);
  await press(pages[2].getByRole('button', {name: 'Declare it'}));
  const undone = await words(pages[2]);
  check('a reviewer with a conflict has no vote, and the decision is undone', undone.includes(CONFLICT) && undone.includes('Waits for votes'), undone.slice(0, 900));
  await vote(2, right, 'It is right').then(said => check('who declared a conflict does not vote', said.includes('You declared a conflict'), said.slice(0, 600)));
  await pages[4].goto(at(right));
  const seen = await words(pages[4]);
  check('everybody who takes part sees the conflict', seen.includes(CONFLICT) && seen.includes(OTHERS[1]), seen.slice(0, 900));
  const broken = await violations(pages[4]);
  check('a mapping with a conflict breaks no WCAG 2.2 AA rule', broken.length === 0, broken);
  const again = await vote(3, right, 'It is right');
  check('three of the four who are left agree', again.includes('Agreed'), again.slice(0, 600));

  await first.goto(at(set));
  await first.locator('#f-why-release').fill('Three of four agree.');
  await press(first.getByRole('button', {name: /Release the next version/}));
  const released = await words(first);
  check('the set is released', released.includes('Version 1') && !released.includes('Nothing was released yet'), released.slice(0, 1500));

  await stoodBehind(pages, set, at, check);

  // Two years pass: what the clock would do is done to the dates.
  execFileSync('python3', ['-c', END_AGREEMENT, join(process.env.TOUCHSTONE_DATA, 'touchstone.db'), right.split('/').pop()]);
  await first.goto(at(set));
  check('an agreement that ended is shown', (await words(first)).includes('Some agreements have ended'), await words(first));
  await first.locator('#f-why-release').fill('Two years have passed.');
  await press(first.getByRole('button', {name: /Release the next version/}));
  check('what ended is in no new release', (await words(first)).includes('nothing to release'), await words(first));
  await first.goto(at(right));
  await first.locator('#f-why-again').fill('The agreement ended.');
  await press(first.getByRole('button', {name: 'Review it again'}));
  check('it is reviewed again', (await words(first)).includes('This is review 2.'), await words(first));
  await vote(0, right, 'It is right');
  await vote(2, right, 'It is right');
  const renewed = await vote(4, right, 'It is right');
  check('in a new review everybody has a vote again', renewed.includes('Agreed'), renewed.slice(0, 600));
  const written = await competency(pages, set, address, check);
  check('the five were silent on the console', heard.flat().length === 0, heard.flat());
  await Promise.all(contexts.map(context => context.close()));
  return [{name: 'bloc-set', path: set}, {name: 'bloc-mapping', path: right}, {name: 'bloc-mapping-lost', path: wrong}, ...written];
}

/** One of the five is asked to endorse the release and signs that with its key; after its end it counts no more, and what was said stays. */
async function stoodBehind(pages, set, at, check) {
  const [first, second] = pages;
  const day = days => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const email = 'boss@bloc-2.example';
  await first.goto(at('/endorsements'));
  await first.getByLabel('What', {exact: true}).selectOption({label: 'A bloc of five, release 1'});
  await first.getByLabel('Whom: their mail address').fill(email);
  await first.getByLabel('Answer wanted by').fill(day(30));
  await press(first.getByRole('button', {name: 'Ask them'}));
  const link = new URL(await linkFor(process.env.TOUCHSTONE_DATA, email, 'endorse'));
  await second.goto(at(link.pathname.replace('/endorse/', '/endorsements/for/')));
  await second.getByLabel('What you stand behind').fill(STANDS);
  await second.getByLabel('Holds until').fill(day(300));
  await press(second.getByRole('button', {name: 'Sign and endorse'}));
  await first.goto(at(set));
  const behind = await first.getByRole('link', {name: new RegExp(OTHERS[0])}).first().getAttribute('href');
  const listed = async address => (await (await fetch(new URL(behind, address))).json()).endorsements;
  const [said] = await listed(at('/'));
  check('everybody learns who of the five stands behind the release', said.state === 'endorsed' && said.organization === OTHERS[0] && said.endorsementComment === STANDS, said);
  await later(301, async then => {
    const [ended] = await listed(then);
    check('an endorsement of the release that has ended counts no more, and what was said stays', ended.state === 'expired' && ended.endorsementComment === STANDS, ended);
  });
}

/** Presses a button that leads to another page, and waits for it: whoever goes on before breaks off what was asked for. */
async function press(button) {
  const there = button.page().waitForNavigation();
  await button.click();
  await there;
}

function touchstone(...words) {
  const said = execFileSync(process.env.TOUCHSTONE, ['--data', process.env.TOUCHSTONE_DATA, '--json', ...words]);
  return JSON.parse(said);
}
