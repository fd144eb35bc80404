// An achievement while it is written: the preview follows what is typed, and says so when it cannot. Without script the button does the same.

import {join} from 'node:path';
import {SCREENSHOTS, VIEWS, open} from './chromium.mjs';
import {listen, violations} from './look.mjs';

/** Goes through the form of a new achievement; nothing is saved. */
export async function typing(browser, address, signedIn, check) {
  const form = new URL('/achievements/new', address).href;
  await follows(browser, form, signedIn, check);
  await unanswered(browser, form, signedIn, check);
  await withoutScript(browser, form, signedIn, check);
  await looked(browser, form, signedIn, check);
}

const TASK = 'O*NET | 1 | Dress wounds | https://www.onetonline.org/link/summary/29-1141.00 | ext:Task';

async function write(page) {
  await page.getByLabel('Name', {exact: true}).fill('Wound care');
  await page.getByLabel('How it is assessed').fill('Dresses two wounds of different kinds, observed, in 40 minutes.');
  await page.getByLabel('Linked tasks and skills').fill(TASK);
  await page.getByLabel('The person can …').fill('dress');
}

function current(page) {
  return page.locator('#beside[data-state=current]').waitFor();
}

function beside(page) {
  return page.locator('#beside').innerText();
}

async function follows(browser, address, signedIn, check) {
  const context = await open(browser, {signedIn});
  const page = await context.newPage();
  const heard = listen(page, new URL(address).origin);
  await page.goto(address);
  const asked = [];
  page.on('request', request => request.method() === 'POST' && asked.push(request.postData()));
  await write(page);
  await current(page);
  const task = page.getByLabel('The person can …');
  await task.focus();
  await task.press('End');
  await page.evaluate(() => scrollTo(0, 150));
  const [at, before] = [await page.evaluate(() => scrollY), asked.length];
  await task.pressSequentially(' wounds without help', {delay: 20});
  await page.waitForFunction(() => document.getElementById('beside').innerText.includes('can dress wounds without help.'));
  await current(page);
  const said = await beside(page);
  check('what is typed is read as an employer reads it', said.includes('Amara Okafor can dress wounds without help.'), said.slice(0, 400));
  check('what is typed is judged', /Not ready for eu-mc/.test(said) && /TS-\d{3}/.test(said), said);
  check('typing goes on where it was', await task.evaluate(field => document.activeElement === field && field.selectionStart === field.value.length));
  check('the page stays where it was', await page.evaluate(() => scrollY) === at, at);
  check('one asks after a pause, not after each letter', asked.length - before >= 1 && asked.length - before <= 4, asked.length - before);
  await page.getByLabel('Look at it as').selectOption('ctdl-min');
  await page.waitForFunction(() => /ready for ctdl-min/i.test(document.getElementById('beside').innerText));
  const broken = await violations(page);
  check('the form breaks no WCAG 2.2 AA rule while it is written', broken.length === 0, broken);
  check('the form is silent while it is written', heard.length === 0, heard);
  const typed = await beside(page);
  await page.getByRole('button', {name: 'Show the preview'}).click();
  await page.waitForLoadState();
  const pressed = await beside(page);
  check('the button shows the same', pressed === typed, {pressed, typed});
  await context.close();
}

/** What was seen last stays, with a word, until there is an answer again. */
async function unanswered(browser, address, signedIn, check) {
  const context = await open(browser, {signedIn});
  const page = await context.newPage();
  await page.goto(address);
  await write(page);
  await current(page);
  await context.setOffline(true);
  await page.getByLabel('The person can …').fill('dress burns');
  await page.locator('#beside[data-state=unanswered]').waitFor();
  const said = await beside(page);
  check('without an answer the last one stays, and a word says so', said.includes('Not up to date') && said.includes('can dress.'), said.slice(0, 400));
  await page.screenshot({path: join(SCREENSHOTS, 'writing-unanswered.png'), fullPage: true});
  await context.setOffline(false);
  await page.waitForFunction(() => document.getElementById('beside').innerText.includes('can dress burns.'));
  const again = await beside(page);
  check('with an answer the word goes', !again.includes('Not up to date'), again.slice(0, 400));
  await context.clearCookies();
  await page.getByLabel('The person can …').fill('dress both');
  await page.locator('#beside[data-state=refused]').waitFor();
  const out = await beside(page);
  check('who is no longer signed in is told before anything is lost', out.includes('no longer signed in'), out.slice(0, 400));
  await context.close();
}

async function withoutScript(browser, address, signedIn, check) {
  const context = await open(browser, {signedIn, script: false, width: 375});
  const page = await context.newPage();
  await page.goto(address);
  await write(page);
  await page.getByRole('button', {name: 'Show the preview'}).click();
  const said = await beside(page);
  check('without script the button shows how it reads', said.includes('Amara Okafor can dress.') && /TS-\d{3}/.test(said), said.slice(0, 400));
  check('without script no word tells of one', !said.includes('Not up to date'), said.slice(0, 400));
  await page.screenshot({path: join(SCREENSHOTS, 'writing-no-script.png'), fullPage: true});
  await context.close();
}

async function looked(browser, address, signedIn, check) {
  for(const view of VIEWS.filter(view => view.script !== false)) {
    const context = await open(browser, {...view, signedIn});
    const page = await context.newPage();
    await page.goto(address);
    if(view.textPercent) {
      await page.addStyleTag({content: `html { font-size: ${view.textPercent}% !important; }`});
    }
    await write(page);
    await current(page);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(`writing, ${view.name}: does not scroll sideways`, over <= 0, over);
    await page.screenshot({path: join(SCREENSHOTS, `writing-${view.name}.png`), fullPage: true});
    await context.close();
  }
}
