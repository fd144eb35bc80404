// Looks at one page in every view and says what is wrong with it.

import {join} from 'node:path';
import axe from 'axe-core';
import {SCREENSHOTS, VIEWS, open} from './chromium.mjs';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * Every view of `address`: what was claimed of it and whether that holds.
 *
 * @returns {Promise<Array<{claim: string, held: boolean, seen: any}>>}
 */
export async function look(browser, name, address, {signedIn, status = 200, views = VIEWS} = {}) {
  const claims = [];
  for(let first = 0; first < views.length; first += AT_ONCE) {
    const some = views.slice(first, first + AT_ONCE);
    const seen = await Promise.all(some.map(view => inView(browser, view, {name, address, signedIn, status})));
    claims.push(...seen.flat());
  }
  return claims;
}

/** Views at the same time: while one loads, another is looked at. */
const AT_ONCE = 2;

async function inView(browser, view, {name, address, signedIn, status}) {
  const claims = [];
  const context = await open(browser, {...view, signedIn});
  const page = await context.newPage();
  const heard = listen(page, new URL(address).origin, status);
  const answer = await page.goto(address, {waitUntil: 'load'});
  if(view.textPercent) {
    await page.addStyleTag({content: `html { font-size: ${view.textPercent}% !important; }`});
  }
  const claim = (what, held, seen) => claims.push({claim: `${name}, ${view.name}: ${what}`, held, seen});
  claim(`answers ${status}`, answer.status() === status, answer.status());
  for(const [what, held, seen] of await structure(page)) {
    claim(what, held, seen);
  }
  if(view.rules) {
    const broken = await violations(page);
    claim('breaks no WCAG 2.2 AA rule', broken.length === 0, broken);
  }
  claim('is silent on the console and asks only its own server', heard.length === 0, heard);
  await page.screenshot({path: join(SCREENSHOTS, `${name}-${view.name}.png`), fullPage: true});
  await context.close();
  return claims;
}

/** What axe finds, with the places. Works under a strict content policy: it is not the page that loads it. */
export async function violations(page) {
  await page.evaluate(axe.source);
  const found = await page.evaluate(tags => globalThis.axe.run(document, {runOnly: tags}), WCAG);
  return found.violations.map(({id, nodes}) => `${id}: ${nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(' | ')}`);
}

/** Claims that need no rule book. */
async function structure(page) {
  const seen = await page.evaluate(() => ({
    title: document.title,
    language: document.documentElement.lang,
    headings: document.querySelectorAll('h1').length,
    mains: document.querySelectorAll('main').length,
    over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    words: document.body.innerText.trim().split(/\s+/).length,
  }));
  return [
    ['has a title', seen.title.trim() !== '', seen.title],
    ['names its language', seen.language !== '', seen.language],
    ['has one main heading', seen.headings === 1, seen.headings],
    ['has one main part', seen.mains === 1, seen.mains],
    ['does not scroll sideways', seen.over <= 0, `${seen.over} px`],
    ['says something', seen.words >= 5, seen.words],
  ];
}

/** Everything that a page should not do while it loads. */
export function listen(page, origin, status = 200) {
  const heard = [];
  page.on('console', message => {
    // Chromium reports the page's own error answer as a console error.
    const expected = status >= 400 && message.text().includes(`status of ${status}`);
    if(message.type() === 'error' && !expected) {
      heard.push(`console: ${message.text()}`);
    }
  });
  page.on('pageerror', error => heard.push(`script: ${error.message}`));
  page.on('dialog', dialog => {
    heard.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on('request', request => {
    const url = request.url();
    if(!url.startsWith(origin) && !url.startsWith('data:')) {
      heard.push(`request: ${url}`);
    }
  });
  page.on('requestfailed', request => {
    const why = request.failure()?.errorText;
    // Who leaves a page before all of it came gives up the rest, and nobody misses it. What a server or a rule refuses has another name.
    if(why !== 'net::ERR_ABORTED') {
      heard.push(`failed: ${request.url()} ${why}`);
    }
  });
  return heard;
}
