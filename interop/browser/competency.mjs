// Five organizations write together what a credential certifies: tasks of an employer, a rubric of an issuer; a vote is lost and answered by the next
// version, a reviewer has a conflict of interest, a version is tried out and released, its agreement ends and is reviewed again.

import {execFileSync} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {violations} from './look.mjs';

const END_AGREEMENT = `import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=10) as database:
    database.execute('UPDATE competency_version SET review_due = 1 WHERE competency = ? AND number = 3', (sys.argv[2],))
`;
const CONFLICT = 'My daughter takes the course.';
const REMARK = 'Whoever works alone also writes it up.';

/** Goes the way; gives the pages it came by. `pages` are signed in for five organizations of the set at `set`, the issuer first. */
export async function competency(pages, set, address, check) {
  const at = path => new URL(path, address).href;
  const words = page => page.locator('main').innerText();
  const [issuer, employer] = pages;

  await employer.goto(at('/roles/new'));
  await employer.getByLabel('Title', {exact: true}).fill('Wound nurse');
  await employer.locator('#f-task_label-1').fill('Dresses wounds without help');
  await employer.locator('#f-task_level-1').fill('2');
  await employer.locator('#f-task_evidence-1').fill('Observation');
  await employer.locator('#f-task_label-2').fill('Instructs relatives at home');
  await employer.getByLabel(/^Everybody who has its link/).check();
  await press(employer.getByRole('button', {name: 'Save', exact: true}));
  const role = await employer.locator('a[href^="/r/"]').getAttribute('href');
  await employer.goto(at(set));
  await press(employer.getByRole('link', {name: 'Begin a competency'}));
  await employer.getByLabel('Title', {exact: true}).fill('Care of wounds');
  await employer.getByLabel('Who drafts the rubric and issues').selectOption({index: 0});
  await employer.getByLabel('Short name in addresses').fill('wound-care');
  await employer.getByLabel('Why', {exact: true}).fill('Hospitals and schools mean different things by it.');
  await press(employer.getByRole('button', {name: 'Begin', exact: true}));
  const path = new URL(employer.url()).pathname;
  const begun = await words(employer);
  check('an employer’s tasks are written down and wait for the rubric', begun.includes('Dresses wounds without help') && begun.includes('Waits for the rubric'), begun.slice(0, 900));

  const rubric = async (levels, why) => {
    await issuer.goto(at(`${path}/rubric`));
    for(const [place, [name, seen]] of levels.entries()) {
      await issuer.locator(`#f-level_name-${place + 1}`).fill(name);
      await issuer.locator(`#f-level_description-${place + 1}`).fill(seen);
    }
    await issuer.getByLabel('Which level must be reached').fill('2');
    await issuer.getByLabel('Why', {exact: true}).fill(why);
    await press(issuer.getByRole('button', {name: 'Write the next version'}));
  };
  const vote = async (who, version, label) => {
    await pages[who].goto(at(`${path}?version=${version}`));
    await pages[who].getByLabel(label, {exact: true}).check();
    await pages[who].getByLabel('Reason', {exact: true}).fill('As our people see it at work.');
    await press(pages[who].getByRole('button', {name: 'Vote', exact: true}));
    return words(pages[who]);
  };
  await rubric([['With help', 'Needs a word now and then.'], ['Alone', 'Needs nobody.']], 'Two levels are told apart on the ward.');
  await vote(0, 2, 'It is right');
  await vote(1, 2, 'It is wrong');
  await pages[3].goto(at(`${path}?version=2`));
  await pages[3].getByLabel('Say something of this version').fill(REMARK);
  await press(pages[3].getByRole('button', {name: 'Say it'}));
  const lost = await vote(2, 2, 'It is wrong');
  check('a version loses its vote', lost.includes('Not agreed') && lost.includes(REMARK), lost.slice(0, 1500));

  await rubric([['With help', 'Needs a word now and then.'], ['Alone', 'Needs nobody, and writes it up.']], 'The bloc asked for it.');
  await issuer.goto(at(path));
  await issuer.getByLabel('This', {exact: true}).selectOption('2');
  await issuer.getByLabel('Beside that').selectOption('3');
  await press(issuer.getByRole('button', {name: 'Show side by side'}));
  const beside = await words(issuer);
  check('two versions stand side by side with what changed', /0 of 2 tasks and 1 of 2 levels differ/.test(beside) && beside.includes(REMARK), beside.slice(0, 1500));
  const compare = new URL(issuer.url());

  await pages[2].goto(at(path));
  await pages[2].getByText('I have a conflict of interest').click();
  await pages[2].getByLabel('In what it lies').fill(CONFLICT);
  await press(pages[2].getByRole('button', {name: 'Declare it'}));
  const refused = await vote(2, 3, 'It is right');
  check('who declared a conflict does not vote on the version', refused.includes('You declared a conflict'), refused.slice(0, 600));
  await vote(0, 3, 'It is right');
  await vote(1, 3, 'It is rather right');
  const agreed = await vote(3, 3, 'It is right');
  check('three of the four who are left agree with the version', agreed.includes('Agreed') && agreed.includes(CONFLICT), agreed.slice(0, 1500));
  const broken = await violations(pages[3]);
  check('a competency with votes breaks no WCAG 2.2 AA rule', broken.length === 0, broken);

  await issuer.goto(at(path));
  await issuer.getByText('Try it out', {exact: true}).click();
  await issuer.getByLabel('The person can …').fill('dress wounds without help and write it up');
  await issuer.getByLabel('How it is assessed').fill('Observed on the ward.');
  await issuer.getByLabel('Issued until').fill('2099-12-31');
  await issuer.locator('#f-why-pilot').fill('To see whether two levels are enough.');
  await press(issuer.getByRole('button', {name: 'Make the achievement'}));
  const made = new URL(issuer.url()).pathname;
  check('a pilot is an achievement', /^\/achievements\/./.test(made), await words(issuer));
  await issuer.goto(at(path));
  check('the competency says that it is tried out, and until when', (await words(issuer)).includes('issued until 2099-12-31'), await words(issuer));

  await issuer.locator('#f-why-release').fill('The pilot went well.');
  await press(issuer.getByRole('button', {name: 'Release this version'}));
  const released = await words(issuer);
  check('the version is released', released.includes('Release 1') && !released.includes('Nothing was released yet'), released.slice(-1500));
  const link = await issuer.getByRole('link', {name: 'Release 1', exact: true}).getAttribute('href');
  const file = await issuer.context().request.get(at(link));
  const said = await file.json();
  check('the file says who wrote what and why, and who agreed', said.history.length === 3 && said.history[1].reason.startsWith('Two levels') && said.reviewers.length === 3, JSON.stringify(said));

  // Two years pass: what the clock would do is done to the dates.
  execFileSync('python3', ['-c', END_AGREEMENT, join(process.env.TOUCHSTONE_DATA, 'touchstone.db'), path.split('/').pop()]);
  await issuer.goto(at(path));
  check('an agreement that ended is shown', (await words(issuer)).includes('The agreement has ended'), await words(issuer));
  await issuer.getByText('Review it again', {exact: true}).click();
  await issuer.locator('#f-why-again').fill('Two years are over.');
  await press(issuer.getByRole('button', {name: 'Begin another review'}));
  check('the version is reviewed again', (await words(issuer)).includes('This is review 2.'), await words(issuer));
  await vote(0, 3, 'It is right');
  await vote(2, 3, 'It is right');
  const renewed = await vote(4, 3, 'It is right');
  check('in the new review everybody has a vote again', renewed.includes('Agreed'), renewed.slice(0, 1500));
  await issuer.goto(at(path));
  await issuer.locator('#f-why-release').fill('Still what is done on the ward.');
  await press(issuer.getByRole('button', {name: 'Release this version'}));
  check('what was agreed anew is released anew', (await words(issuer)).includes('Release 2'), await words(issuer));
  await met(issuer, employer, at(made), at(role), check);
  return [{name: 'competency', path}, {name: 'competency-refused', path: `${path}?version=2`}, {name: 'competency-compare', path: compare.pathname + compare.search},
    {name: 'competency-rubric', path: `${path}/rubric`}, {name: 'competencies', path: '/competencies'}, {name: 'competency-begin', path: '/competencies/new'},
    {name: 'competency-released', path: link.slice(0, link.lastIndexOf('/')), open: true}];
}

/** What was released is issued for good, and the employer reads what it asked for in the first place. */
async function met(issuer, employer, made, role, check) {
  await issuer.goto(made);
  await issuer.getByLabel('Tried out until').fill('');
  await press(issuer.getByRole('button', {name: 'Save', exact: true}));
  await issuer.goto(made);
  const linked = await issuer.getByLabel('Linked tasks and skills').inputValue();
  check('an achievement links the release that has its tasks and levels', /competencies\/wound-care\/2\.json \| ext:CompetencyRelease/.test(linked), linked);
  const folder = mkdtempSync(join(tmpdir(), 'touchstone-met-'));
  const list = join(folder, 'nurses.csv');
  writeFileSync(list, 'name,email,identifier,level,evidence,awarded_on\nAda Okafor,ada@ward.example,W-1,Alone,https://ward.example/records/1.pdf,2026-11-20\n');
  const out = join(folder, 'issued');
  execFileSync(process.env.TOUCHSTONE, ['--data', process.env.TOUCHSTONE_DATA, '--institution', 'riverside', 'issue', '--achievement', 'wound-care-pilot', '--csv', list, '--out', out]);
  const [file] = readdirSync(out).filter(name => name.endsWith('.json'));
  await employer.goto(role);
  await employer.getByLabel('Credentials', {exact: true}).setInputFiles(join(out, file));
  await press(employer.getByRole('button', {name: 'Read', exact: true}));
  const answers = await employer.getByRole('row').filter({hasText: /Dresses wounds without help|Instructs relatives at home/}).allInnerTexts();
  check('both tasks that the employer wrote are met, at the level and with the evidence asked for', answers.length === 2 && answers.every(row => /\bMet\b/.test(row)), answers);
  const broken = await violations(employer);
  check('an answer with tasks that are met breaks no WCAG 2.2 AA rule', broken.length === 0, broken);
  rmSync(folder, {recursive: true});
}

/** Presses what leads to another page, and waits for it: whoever goes on before breaks off what was asked for. */
async function press(button) {
  const there = button.page().waitForNavigation();
  await button.click();
  await there;
}
